"""What the editor of an intent says, in Indonesian and English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class IntentWords:
    """One language's words. Braces name what is filled in."""

    back: str
    new: str
    changed: str
    removed: str
    unsaved: str
    save: str
    saved: str
    discard: str
    discard_help: str
    remove: str
    remove_help: str
    referred: str
    publish: str
    publish_help: str
    publish_note: str
    published: str
    needs_training: str
    discarded: str

    about: str
    title: str
    title_help: str
    kind: str
    department: str
    no_department: str

    examples: str
    examples_help: str
    count: str
    few: str
    fine: str
    twice: str
    duplicate: str
    stolen: str
    personal: str
    checking: str
    no_doubts: str

    answers: str
    answers_help: str
    no_answers: str
    variant: str
    add_variant: str
    drop_variant: str
    up: str
    text: str
    placeholders: str
    image: str
    image_help: str
    add_image: str
    buttons: str
    add_button: str
    drop_button: str
    button_title: str
    to_intent: str
    to_link: str
    to_other: str
    link_help: str
    choose_intent: str
    payload_long: str
    title_missing: str
    when: str
    channel: str
    any_channel: str
    language: str
    any_language: str
    languages: dict[str, str]
    since: str
    until: str
    until_help: str
    condition: str
    add_condition: str
    drop_condition: str
    slot: str
    equals: str
    filled: str
    empty: str
    value: str
    expired: str
    later: str
    ends: str

    preview: str
    unknown_place: str
    brace: str
    parts: str
    nothing_said: str
    slot_value: str

    conflict: str
    conflict_help: str
    theirs: str
    mine: str
    no_lines: str
    take_theirs: str
    keep_mine: str
    moved: str
    compare: str


INDONESIAN = IntentWords(
    back="Semua intent",
    new="baru",
    changed="diubah di draf",
    removed="dihapus di draf",
    unsaved="Belum disimpan",
    save="Simpan ke draf",
    saved="Tersimpan di draf. Pelanggan belum melihatnya.",
    discard="Batalkan perubahan",
    discard_help="Intent ini kembali seperti yang melayani pelanggan sekarang.",
    remove="Hapus intent",
    remove_help="“{intent}” dihapus dari draf, dengan contoh dan jawabannya. Pelanggan merasakannya setelah terbit.",
    referred="Belum bisa dihapus, karena masih dirujuk oleh:",
    publish="Terbitkan jawaban ini",
    publish_help="Hanya perubahan intent ini yang terbit, saat ini juga. Draf lain tetap draf.",
    publish_note="Jawaban {intent} diperbarui",
    published="Terbit sebagai rilis {release}. Pelanggan berikutnya sudah mendapat jawaban ini.",
    needs_training="Contoh atau jenisnya berubah: bot perlu belajar dulu. Terbitkan lewat draf.",
    discarded="Perubahan dibatalkan.",
    about="Tentang",
    title="Judul",
    title_help="Dibaca pelanggan di tombol.",
    kind="Jenis",
    department="Bagian",
    no_department="Tanpa bagian",
    examples="Contoh pesan",
    examples_help="Satu pesan per baris, tulis seperti pelanggan menulis.",
    count="{number} contoh",
    few="Sepuluh contoh cukup untuk mulai, tiga puluh bagus.",
    fine="Jumlahnya bagus.",
    twice="“{text}” ada dua kali.",
    duplicate="“{text}” hampir sama dengan “{example}” di {intent}.",
    stolen="“{text}” lebih dikenali sebagai {intent} ({share}).",
    personal="“{text}” tampaknya memuat data pribadi: {masked}",
    checking="Memeriksa …",
    no_doubts="Tidak ada yang meragukan.",
    answers="Jawaban",
    answers_help="Beberapa varian dipakai bergantian.",
    no_answers="Belum ada jawaban: bot akan bilang tidak tahu.",
    variant="Varian {number}",
    add_variant="Tambah varian",
    drop_variant="Hapus varian",
    up="Naikkan",
    text="Teks",
    placeholders="Sisipkan",
    image="Alamat gambar",
    image_help="https://…",
    add_image="Gambar",
    buttons="Tombol",
    add_button="Tombol",
    drop_button="Hapus tombol",
    button_title="Tulisan di tombol",
    to_intent="Ke intent",
    to_link="Buka tautan",
    to_other="Lainnya",
    link_help="https://…",
    choose_intent="Pilih intent",
    payload_long="{number} bita; Telegram menerima paling banyak 64.",
    title_missing="Tombol perlu tulisan dan tujuan.",
    when="Kapan dipakai",
    channel="Kanal",
    any_channel="Semua kanal",
    language="Bahasa pelanggan",
    any_language="Semua bahasa",
    languages={"en": "Inggris", "jv": "Jawa", "su": "Sunda"},
    since="Mulai",
    until="Sampai",
    until_help="termasuk hari itu, waktu Jakarta",
    condition="Syarat",
    add_condition="Syarat",
    drop_condition="Hapus syarat",
    slot="Slot",
    equals="berisi",
    filled="terisi",
    empty="kosong",
    value="nilai",
    expired="kedaluwarsa",
    later="mulai {date}",
    ends="sampai {date}",
    preview="Tampilan di Telegram",
    unknown_place="{name} tidak dikenal; pelanggan tidak akan mendapat isinya.",
    brace="Kurung kurawal sendirian: tulis dua kali ({{ atau }}) kalau memang maksudnya begitu.",
    parts="{length} karakter: Telegram mengirimnya sebagai {number} pesan (batasnya 4.096).",
    nothing_said="Tulis teks atau beri gambar.",
    slot_value="isi {slot}",
    conflict="{who} sudah mengubah intent ini",
    conflict_help="Perubahan Anda belum tersimpan. Bandingkan, lalu pilih salah satu.",
    theirs="Hanya di versi {who}",
    mine="Hanya di versi Anda",
    no_lines="Tidak ada.",
    take_theirs="Pakai versi {who}",
    keep_mine="Simpan versi saya",
    moved="{who} baru saja mengubah intent ini.",
    compare="Bandingkan",
)

ENGLISH = IntentWords(
    back="All intents",
    new="new",
    changed="changed in the draft",
    removed="removed in the draft",
    unsaved="Not saved",
    save="Save to draft",
    saved="Saved in the draft. Customers do not see it yet.",
    discard="Take the change back",
    discard_help="The intent becomes what serves customers now.",
    remove="Remove intent",
    remove_help="“{intent}” goes from the draft, with its examples and answers. Customers notice once it is published.",
    referred="It cannot be removed yet, since these refer to it:",
    publish="Publish this answer",
    publish_help="Only the change of this intent is published, now. The rest of the draft stays a draft.",
    publish_note="Answer of {intent} updated",
    published="Published as release {release}. The next customer gets this answer.",
    needs_training="Its examples or its kind changed: the bot has to learn first. Publish it with the draft.",
    discarded="The change was taken back.",
    about="About",
    title="Title",
    title_help="What customers read on buttons.",
    kind="Kind",
    department="Department",
    no_department="No department",
    examples="Example messages",
    examples_help="One message a line, written as customers write.",
    count="{number} examples",
    few="Ten examples are a beginning, thirty are good.",
    fine="A good number.",
    twice="“{text}” stands there twice.",
    duplicate="“{text}” is nearly the same as “{example}” of {intent}.",
    stolen="“{text}” is rather taken for {intent} ({share}).",
    personal="“{text}” seems to hold personal data: {masked}",
    checking="Checking …",
    no_doubts="Nothing is doubtful.",
    answers="Answers",
    answers_help="Several variants take turns.",
    no_answers="No answer yet: the bot will say that it does not know.",
    variant="Variant {number}",
    add_variant="Add a variant",
    drop_variant="Remove the variant",
    up="Move up",
    text="Text",
    placeholders="Insert",
    image="Address of a picture",
    image_help="https://…",
    add_image="Picture",
    buttons="Buttons",
    add_button="Button",
    drop_button="Remove the button",
    button_title="Words on the button",
    to_intent="To an intent",
    to_link="Open a link",
    to_other="Other",
    link_help="https://…",
    choose_intent="Choose an intent",
    payload_long="{number} bytes; Telegram takes 64 at most.",
    title_missing="A button needs words and a target.",
    when="When it is used",
    channel="Channel",
    any_channel="All channels",
    language="Customer's language",
    any_language="All languages",
    languages={"en": "English", "jv": "Javanese", "su": "Sundanese"},
    since="From",
    until="Until",
    until_help="that day included, Jakarta time",
    condition="Condition",
    add_condition="Condition",
    drop_condition="Remove the condition",
    slot="Slot",
    equals="is",
    filled="is filled",
    empty="is empty",
    value="value",
    expired="expired",
    later="from {date}",
    ends="until {date}",
    preview="As Telegram shows it",
    unknown_place="{name} is not known; customers will get nothing for it.",
    brace="A brace stands alone: write it twice ({{ or }}) where it is meant.",
    parts="{length} characters: Telegram sends it as {number} messages (its limit is 4,096).",
    nothing_said="Write a text, or give a picture.",
    slot_value="value of {slot}",
    conflict="{who} has changed this intent",
    conflict_help="Your change is not saved. Compare, then choose one.",
    theirs="Only in {who}'s version",
    mine="Only in yours",
    no_lines="Nothing.",
    take_theirs="Take {who}'s version",
    keep_mine="Save mine",
    moved="{who} has just changed this intent.",
    compare="Compare",
)

INTENT_WORDS = {"id": INDONESIAN, "en": ENGLISH}
