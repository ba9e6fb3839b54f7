"""What the quarantine page says, in Indonesian and English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class QuarantineWords:
    """One language's words. Braces name what is filled in with `str.format`."""

    help: str
    empty: str
    empty_help: str
    more: str
    waiting: str
    since: str
    whose: str
    tries: str
    error: str
    number: str
    received: str
    lane: str
    key: str
    content: str
    content_help: str
    cut: str
    look: str
    replay: str
    replayed: str
    drop: str
    drop_title: str
    drop_help: str
    dropped: str
    gone: str


INDONESIAN = QuarantineWords(
    help=(
        "Pesan atau kejadian yang gagal diproses disisihkan di sini, supaya percakapan yang lain tetap jalan. "
        "Coba lagi kalau sebabnya sudah beres; buang kalau sudah ditangani."
    ),
    empty="Karantina kosong",
    empty_help="Semua yang masuk bisa diproses.",
    more="Ditampilkan {shown} yang terlama dari {number}.",
    waiting="{number} di karantina",
    since="Disisihkan",
    whose="Dari",
    tries="Dicoba",
    error="Galat",
    number="No. {id}",
    received="Diterima",
    lane="Antrean",
    key="Kunci",
    content="Isi seperti yang diterima",
    content_help="Hanya ditampilkan sebagai teks. Bisa memuat data pribadi; Anda tercatat membukanya.",
    cut="Dipotong. Semuanya: tanggap quarantine show {id}",
    look="Lihat",
    replay="Coba lagi",
    replayed="No. {id} dicoba lagi. Kalau gagal, ia kembali ke sini.",
    drop="Buang",
    drop_title="Buang no. {id}?",
    drop_help=(
        "Bot tidak akan memprosesnya lagi, dan ini tidak bisa dibatalkan. Pelanggan tidak mendapat jawaban bot "
        "atasnya, jadi pastikan sudah ditangani atau memang tidak perlu."
    ),
    dropped="No. {id} dibuang.",
    gone="Sudah tidak ada di karantina: orang lain sudah mencobanya lagi atau membuangnya.",
)

ENGLISH = QuarantineWords(
    help=(
        "Messages and events that could not be dealt with are put aside here, so that other conversations go on. "
        "Try again when the reason is gone; drop what somebody has seen to."
    ),
    empty="The quarantine is empty",
    empty_help="Everything that came in could be dealt with.",
    more="The oldest {shown} of {number} are shown.",
    waiting="{number} in quarantine",
    since="Put aside",
    whose="From",
    tries="Tried",
    error="Error",
    number="No. {id}",
    received="Received",
    lane="Lane",
    key="Key",
    content="Content as it was received",
    content_help="Shown as text only. It may hold personal data; that you opened it is written down.",
    cut="Cut off. For all of it: tanggap quarantine show {id}",
    look="Look",
    replay="Try again",
    replayed="No. {id} is tried again. If it fails, it comes back here.",
    drop="Drop",
    drop_title="Drop no. {id}?",
    drop_help=(
        "The bot will not deal with it any more, and this cannot be undone. The customer gets no answer to it from "
        "the bot, so make sure that somebody has seen to it, or that nobody needs to."
    ),
    dropped="No. {id} was dropped.",
    gone="It is not in quarantine any more: somebody else has had it tried again, or dropped it.",
)

QUARANTINE_WORDS = {"id": INDONESIAN, "en": ENGLISH}
