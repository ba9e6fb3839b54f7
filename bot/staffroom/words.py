"""What is said to staff about the knowledge base in the staff group, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomWords:
    """One language's words. Braces name what is filled in with `str.format`."""

    locale: str

    # Who may.
    not_yours: str
    not_yours_to_edit: str
    admins: str
    no_admins: str
    help: str

    # Looking up.
    look_for: str
    found: str
    found_none: str
    answer: str
    more_answers: str
    no_answer: str
    opened: str
    how_to_edit: str
    drafted: str
    gone: str
    buttons: str
    picture: str
    conditions: Mapping[str, str]

    # Trying.
    try_what: str
    now: str
    draft: str
    draft_same: str
    draft_learning: str
    draft_failed: str
    nothing_serves: str
    others: str
    in_scope: str
    spoke: str
    says: str

    # Changing.
    edit_what: str
    no_such_intent: str
    ambiguous: str
    which_answer: str
    no_such_answer: str
    no_text: str
    same_text: str
    unknown_names: str
    lone_brace: str
    too_long: str
    being_edited: str
    changed_meanwhile: str
    refused: str
    becomes: str
    publish: str
    cancel: str
    confirm_by: str
    published: str
    note: str

    # Going back.
    no_release: str
    first_release: str
    back_to: str
    back: str
    went_back: str
    back_reason: str

    # Confirming.
    expired: str
    not_your_button: str
    cancelled: str
    done_already: str


_INDONESIAN = RoomWords(
    locale="id",
    not_yours="Basis pengetahuan bisa dilihat dan dicoba supervisor dan admin, dan diubah admin.",
    not_yours_to_edit="Hanya admin yang bisa mengubah jawaban.",
    admins="Admin: {names}.",
    no_admins='Belum ada admin: tulis role = "admin" pada agen itu di [desk] config.toml, atau '
    "`tanggap agents add LOGIN --role admin --telegram-id ID`.",
    help="""\
/faq kata kunci: cari jawaban bot
/coba pesan pelanggan: apa jawaban bot, dan mengapa
/ubah intent teks baru: ubah jawaban (juga dengan membalas jawaban yang ditampilkan); terbit setelah dikonfirmasi
/kembalikan: kembali ke rilis sebelumnya""",
    look_for="Tulis misalnya /faq ongkir.",
    found="🔎 {words}",
    found_none="Tidak ada yang cocok dengan “{words}”. Coba kata lain.",
    answer="Jawaban {place}",
    more_answers="(dan {count} jawaban lain)",
    no_answer="(tidak ada jawaban)",
    opened="📄 {title} ({name})",
    how_to_edit="Untuk mengubahnya: balas pesan ini dengan /ubah dan teks barunya, atau tulis /ubah {name}#{place} …",
    drafted="⚠️ {who} sedang mengubah intent ini di konsol; belum terbit.",
    gone="Jawaban itu sudah tidak ada. Cari lagi dengan /faq.",
    buttons="Tombol: {titles}",
    picture="Gambar: {url}",
    conditions={
        "channel": "hanya di {value}",
        "language": "bahasa {value}",
        "slots": "bila {value}",
        "since": "mulai {value}",
        "until": "sampai {value}",
    },
    try_what="Tulis misalnya /coba ongkir ke bandung berapa kak",
    now="▶️ Sekarang: {verdict}",
    draft="📝 Draf: {verdict}",
    draft_same="📝 Draf menjawab sama.",
    draft_learning="📝 Draf masih belajar ({share}); coba lagi sebentar lagi.",
    draft_failed="📝 Draf tidak bisa dicoba: {error}",
    nothing_serves="Belum ada yang melayani.",
    others="Intent yang mungkin: {intents}",
    in_scope="Dalam cakupan: {share}",
    spoke="Kata yang menentukan: {words}",
    says="Jawabannya:",
    edit_what="Tulis misalnya /ubah jam_buka Kami buka tiap hari pukul 9, atau balas jawaban dari /faq dengan /ubah "
    "dan teks barunya.",
    no_such_intent="Tidak ada intent dengan nama itu. Cari dengan /faq, lalu tulis namanya seperti tampil di sana.",
    ambiguous="Ada beberapa intent dengan judul itu; pakai namanya: {names}.",
    which_answer="“{title}” punya {count} jawaban. Tulis yang mana, misalnya /ubah {name}#2 …, atau balas jawabannya.",
    no_such_answer="“{title}” punya {count} jawaban, tidak ada nomor {place}.",
    no_text="Tulis juga teks barunya di belakang nama intent.",
    same_text="Teksnya sama dengan yang sekarang.",
    unknown_names="Tidak ada isian {unknown}. Yang dikenal: {known}.",
    lone_brace="Ada kurung kurawal yang berdiri sendiri, atau isi kurung yang bukan nama. "
    "Tulis {{ atau }} kalau memang mau kurung kurawal.",
    too_long="Terlalu panjang untuk satu pesan Telegram: {length} karakter, paling banyak {limit}.",
    being_edited="{who} sedang mengubah intent ini, dan belum menerbitkannya. Terbitkan atau buang dulu lewat konsol.",
    changed_meanwhile="Sudah diubah orang lain sejak ditampilkan. Lihat lagi dengan /faq, lalu kirim lagi.",
    refused="❌ Tidak jadi. {reason}",
    becomes="✏️ {title} ({name}), jawaban {place} dari {count}\n\n— Sekarang —\n{before}\n\n— Menjadi —\n{after}",
    publish="✅ Terbitkan",
    cancel="Batal",
    confirm_by="Beginilah pelanggan melihatnya. Menunggu {who}, paling lama {minutes} menit.",
    published="✅ Terbit sebagai rilis {release} oleh {who}: {title}\n\n{after}",
    note="{title}: jawaban diubah lewat Telegram",
    no_release="Belum ada yang diterbitkan, jadi tidak ada yang bisa dikembalikan.",
    first_release="Rilis {release} adalah yang pertama; tidak ada yang sebelumnya.",
    back_to="↩️ Kembali dari rilis {now} ({now_note}) ke rilis {before} ({before_note}).\n\nYang berubah:\n{changes}",
    back="↩️ Kembalikan",
    went_back="↩️ Rilis {before} melayani lagi, dikembalikan oleh {who}.",
    back_reason="dikembalikan lewat Telegram dari rilis {now}",
    expired="Sudah kedaluwarsa, kirim lagi.",
    not_your_button="Hanya {who} yang bisa menekan ini.",
    cancelled="Dibatalkan oleh {who}.",
    done_already="Sudah selesai: {outcome}",
)

_ENGLISH = RoomWords(
    locale="en",
    not_yours="Supervisors and admins may look up and try what the bot knows, and admins may change it.",
    not_yours_to_edit="Only admins may change answers.",
    admins="Admins: {names}.",
    no_admins='There is no admin yet: write role = "admin" for that agent in [desk] of config.toml, or '
    "`tanggap agents add LOGIN --role admin --telegram-id ID`.",
    help="""\
/faq words: look up what the bot answers
/try a customer's message: what the bot would answer, and why
/edit intent new text: change an answer (also by replying to one that is shown); published once it is confirmed
/rollback: go back to the release before""",
    look_for="Write for instance /faq shipping.",
    found="🔎 {words}",
    found_none="Nothing fits “{words}”. Try other words.",
    answer="Answer {place}",
    more_answers="(and {count} more answers)",
    no_answer="(no answer)",
    opened="📄 {title} ({name})",
    how_to_edit="To change it: reply to this message with /edit and the new text, or write /edit {name}#{place} …",
    drafted="⚠️ {who} is changing this intent in the console; it is not published.",
    gone="That answer is gone. Look again with /faq.",
    buttons="Buttons: {titles}",
    picture="Picture: {url}",
    conditions={
        "channel": "only on {value}",
        "language": "language {value}",
        "slots": "if {value}",
        "since": "from {value}",
        "until": "until {value}",
    },
    try_what="Write for instance /try ongkir ke bandung berapa kak",
    now="▶️ Now: {verdict}",
    draft="📝 Draft: {verdict}",
    draft_same="📝 The draft answers the same.",
    draft_learning="📝 The draft is still learning ({share}); try again in a moment.",
    draft_failed="📝 The draft cannot be tried: {error}",
    nothing_serves="Nothing serves yet.",
    others="Likely intents: {intents}",
    in_scope="In scope: {share}",
    spoke="Words that told: {words}",
    says="The answer:",
    edit_what="Write for instance /edit jam_buka We are open daily from 9, or reply to an answer of /faq with /edit "
    "and the new text.",
    no_such_intent="There is no intent of that name. Look it up with /faq, and write the name as it is shown there.",
    ambiguous="Several intents have that title; use the name: {names}.",
    which_answer="“{title}” has {count} answers. Say which, such as /edit {name}#2 …, or reply to the answer.",
    no_such_answer="“{title}” has {count} answers, and no number {place}.",
    no_text="Write the new text behind the intent's name.",
    same_text="That is the text already.",
    unknown_names="There is no placeholder {unknown}. Known are: {known}.",
    lone_brace="A brace stands alone, or what stands in braces is no name. Write {{ or }} where a brace is meant.",
    too_long="Too long for one message of Telegram: {length} characters, at most {limit}.",
    being_edited="{who} is changing this intent and has not published it. Publish or discard it in the console first.",
    changed_meanwhile="Somebody else has changed it since it was shown. Look again with /faq, and send it again.",
    refused="❌ Not done. {reason}",
    becomes="✏️ {title} ({name}), answer {place} of {count}\n\n— Now —\n{before}\n\n— Then —\n{after}",
    publish="✅ Publish",
    cancel="Cancel",
    confirm_by="This is what customers see. Waiting for {who}, {minutes} minutes at most.",
    published="✅ Published as release {release} by {who}: {title}\n\n{after}",
    note="{title}: answer changed from Telegram",
    no_release="Nothing was ever published, so there is nothing to go back to.",
    first_release="Release {release} is the first; there is none before it.",
    back_to="↩️ From release {now} ({now_note}) back to release {before} ({before_note}).\n\nWhat changes:\n{changes}",
    back="↩️ Go back",
    went_back="↩️ Release {before} serves again; {who} went back to it.",
    back_reason="went back from release {now}, from Telegram",
    expired="That has expired; send it again.",
    not_your_button="Only {who} can press this.",
    cancelled="Called off by {who}.",
    done_already="Done already: {outcome}",
)

WORDS: Mapping[str, RoomWords] = {"id": _INDONESIAN, "en": _ENGLISH}


def room_words(language: str) -> RoomWords:
    """The words of a language; Indonesian ones where there are none."""
    return WORDS.get(language, _INDONESIAN)
