"""What the desk itself says to agents: its refusals beside those of the use cases, and the staff group's words.

What the use cases and the card say stands in `conversation.phrases`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskWords:
    """One language's words. Braces name what is filled in with `str.format`."""

    # Refusals.
    no_such_message: str
    not_your_message: str
    not_sent_yet: str
    too_old: str
    nobody: str
    no_such_reply: str
    no_replies: str
    unknown_word: str
    elsewhere: str
    unknown_time: str
    transfer_whom: str

    # The staff group.
    transfer: str
    snooze: str
    wake: str
    back: str
    an_hour: str
    tomorrow: str
    to_department: str
    moved: str
    corrected: str
    taken_back: str
    now_here: str
    now_away: str
    summary: str
    resolution: str
    choose_reply: str
    help: str


_INDONESIAN = DeskWords(
    no_such_message="Pesan itu tidak ada di tiket ini.",
    not_your_message="Pesan itu ditulis {name}.",
    not_sent_yet="Pesan itu belum sampai; tunggu sebentar.",
    too_old="Pesan itu sudah lebih dari 48 jam, jadi tidak bisa ditarik lagi.",
    nobody="Tidak ada bagian atau agen bernama {name}.",
    no_such_reply="Tidak ada balasan siap pakai {shortcut}.",
    no_replies="Belum ada balasan siap pakai.",
    unknown_word="Perintah {word} tidak ada. Ketik !bantuan untuk daftarnya. Pesan tadi tidak dikirim ke pelanggan.",
    elsewhere="{word} dipakai di luar topik tiket, di General. Pesan tadi tidak dikirim ke pelanggan.",
    unknown_time="Tulis misalnya !tunda 30m, !tunda 2j, atau !tunda besok.",
    transfer_whom="Tulis misalnya !alihkan retur, atau !alihkan Ani tolong dicek stoknya.",
    transfer="Alihkan",
    snooze="Tunda",
    wake="Aktifkan lagi",
    back="⬅️ Kembali",
    an_hour="1 jam",
    tomorrow="Besok pagi",
    to_department="Bagian {department}",
    moved="➡️ {ticket} · pindah ke bagian {department}",
    corrected="✏️ {name}: {text}",
    taken_back="🗑️ {name} menarik pesan ini.",
    now_here="{name} menerima tiket lagi.",
    now_away="{name} tidak menerima tiket baru.",
    summary="Ringkasan",
    resolution="Penyelesaian",
    choose_reply="Pilih balasan untuk dikirim ke pelanggan:",
    help="""\
Tulis biasa: dikirim ke pelanggan. // di depan: catatan tim.
!ambil · !lepas
!alihkan BAGIAN atau NAMA, lalu komentar kalau perlu
!tunda 30m, 2j, atau besok · !bangun
!selesai, lalu alasannya kalau perlu
!bot, lalu ringkasannya: kembalikan ke bot
!label +cod -prioritas
/balas: daftar balasan siap pakai · /balas SINGKATAN: kirim
!istirahat · !siap: berhenti dan mulai lagi menerima tiket""",
)

_ENGLISH = DeskWords(
    no_such_message="This ticket has no such message.",
    not_your_message="That message is {name}'s.",
    not_sent_yet="That message has not been sent yet; wait a moment.",
    too_old="That message is older than 48 hours and cannot be taken back.",
    nobody="There is no department or agent called {name}.",
    no_such_reply="There is no canned reply {shortcut}.",
    no_replies="There are no canned replies yet.",
    unknown_word="There is no command {word}. Type !help for the list. The customer was sent nothing.",
    elsewhere="{word} is for General, outside of tickets' topics. The customer was sent nothing.",
    unknown_time="Write for instance !snooze 30m, !snooze 2h, or !snooze tomorrow.",
    transfer_whom="Write for instance !transfer returns, or !transfer Ani please check the stock.",
    transfer="Transfer",
    snooze="Snooze",
    wake="Wake",
    back="⬅️ Back",
    an_hour="1 hour",
    tomorrow="Tomorrow morning",
    to_department="Department {department}",
    moved="➡️ {ticket} · moved to {department}",
    corrected="✏️ {name}: {text}",
    taken_back="🗑️ {name} took this message back.",
    now_here="{name} takes tickets again.",
    now_away="{name} takes no new tickets.",
    summary="Summary",
    resolution="Resolution",
    choose_reply="Choose the reply to send to the customer:",
    help="""\
Just write: it is sent to the customer. // in front: a note to the team.
!claim · !release
!transfer DEPARTMENT or NAME, then a comment if need be
!snooze 30m, 2h, or tomorrow · !wake
!resolve, then the reason if need be
!bot, then the summary: give it back to the bot
!label +cod -urgent
/balas: the canned replies · /balas SHORTCUT: send one
!away · !here: stop and start taking tickets""",
)

WORDS: Mapping[str, DeskWords] = {"id": _INDONESIAN, "en": _ENGLISH}


def words_in(language: str) -> DeskWords:
    """The words of a language; Indonesian ones where there are none."""
    return WORDS.get(language, _INDONESIAN)
