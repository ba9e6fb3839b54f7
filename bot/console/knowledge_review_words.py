"""What the review list says, in Indonesian and English."""

from __future__ import annotations

from dataclasses import dataclass

from bot.knowledge.review_list import LeftOut


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewWords:
    """One language's words. Braces name what is filled in with `str.format`."""

    help: str
    empty: str
    empty_help: str
    none_found: str
    more: str

    # Filters.
    source: str
    all_sources: str
    sources: dict[str, str]
    department: str
    all_departments: str
    time: str
    times: dict[int, str]
    intent: str
    all_intents: str

    # A group.
    trend: str
    growing: str
    shrinking: str
    thought: str
    chosen: str
    reply_of: str
    select_all: str
    selected: str

    # What is made of it.
    to_examples: str
    to_examples_title: str
    to_examples_help: str
    new_intent: str
    new_intent_help: str
    dismiss: str
    dismissed: str
    draft_only: str
    nothing_selected: str
    choose: str
    name: str
    name_help: str
    title: str
    title_help: str
    kind: str
    kinds: dict[str, str]
    no_department: str
    answer: str
    answer_help: str
    replies: str
    masked: str
    add: str
    make: str
    added: str
    made: str
    none_added: str
    left_out: str
    reasons: dict[LeftOut, str]
    open_intent: str


INDONESIAN = ReviewWords(
    help="Yang belum dipahami bot, dikelompokkan. Semua sudah disamarkan; apa pun yang dibuat di sini baru masuk draf.",
    empty="Tidak ada yang perlu ditinjau",
    empty_help="Pesan yang tidak dipahami bot, jawaban yang ditandai salah, dan balasan agen muncul di sini.",
    none_found="Tidak ada yang cocok dengan saringan ini",
    more="Tampilkan kelompok berikutnya",
    source="Asal",
    all_sources="Semua asal",
    sources={
        "unknown": "Tidak dikenal bot",
        "chosen": "Dipilih pelanggan",
        "flagged": "Ditandai salah",
        "corrected": "Dikoreksi pelanggan",
        "reply": "Dijawab agen",
    },
    department="Bagian",
    all_departments="Semua bagian",
    time="Waktu",
    times={0: "Sepanjang waktu", 7: "7 hari terakhir", 14: "14 hari terakhir", 30: "30 hari terakhir"},
    intent="Intent",
    all_intents="Semua intent",
    trend="14 hari terakhir: {counts}",
    growing="+{number} pekan ini",
    shrinking="−{number} pekan ini",
    thought="Dikira: {found}",
    chosen="Seharusnya: {found}",
    reply_of="Balasan agen",
    select_all="Pilih semua",
    selected="{number} dari {all} dipilih",
    to_examples="Jadikan contoh dari …",
    to_examples_title="Jadikan contoh dari intent",
    to_examples_help="{number} pesan menjadi contoh di draf. Nama dan nomor yang disamarkan tidak ikut dipelajari.",
    new_intent="Buat intent baru",
    new_intent_help="{number} pesan menjadi contohnya. Intent ini baru ada di draf sampai diterbitkan.",
    dismiss="Abaikan",
    dismissed="{number} pesan disingkirkan dari tinjauan.",
    draft_only="Masuk draf saja. Pelanggan belum merasakan apa pun sampai draf diterbitkan.",
    nothing_selected="Pilih dulu pesannya.",
    choose="Pilih intent",
    name="Nama",
    name_help="Huruf kecil, angka, dan _",
    title="Judul",
    title_help="Terbaca pelanggan di tombol pilihan",
    kind="Jenis",
    kinds={
        "faq": "Pertanyaan",
        "complaint": "Keluhan",
        "smalltalk": "Obrolan",
        "handoff": "Minta agen",
        "alarm": "Darurat",
    },
    no_department="Tanpa bagian",
    answer="Jawaban",
    answer_help="Boleh kosong dulu; tanpa jawaban, bot bilang belum tahu",
    replies="Balasan agen; klik untuk memakainya:",
    masked="Masih ada {label}: bagian yang disamarkan. Ganti dulu, supaya tidak terkirim ke pelanggan.",
    add="Jadikan contoh",
    make="Buat intent",
    added="{number} contoh masuk ke draf {intent}.",
    made="Intent {intent} ada di draf, dengan {number} contoh.",
    none_added="Tidak ada yang menjadi contoh {intent}.",
    left_out="Yang tidak ikut",
    reasons={
        LeftOut.NO_WORDS: "tinggal angka atau bagian yang disamarkan",
        LeftOut.THERE_ALREADY: "sudah ada di intent ini",
        LeftOut.OF_ANOTHER: "sudah menjadi contoh intent lain",
    },
    open_intent="Buka intent",
)

ENGLISH = ReviewWords(
    help="What the bot did not understand yet, in groups. All of it is masked; what is made here goes into the draft.",
    empty="Nothing to review",
    empty_help="Messages the bot did not know, answers flagged as wrong, and replies of agents appear here.",
    none_found="Nothing matches this filter",
    more="Show more groups",
    source="Source",
    all_sources="All sources",
    sources={
        "unknown": "Not known to the bot",
        "chosen": "Chosen by the customer",
        "flagged": "Flagged as wrong",
        "corrected": "Corrected by the customer",
        "reply": "Answered by an agent",
    },
    department="Department",
    all_departments="All departments",
    time="Time",
    times={0: "All the time", 7: "Last 7 days", 14: "Last 14 days", 30: "Last 30 days"},
    intent="Intent",
    all_intents="All intents",
    trend="Last 14 days: {counts}",
    growing="+{number} this week",
    shrinking="−{number} this week",
    thought="Taken for: {found}",
    chosen="Right: {found}",
    reply_of="An agent's reply",
    select_all="Select all",
    selected="{number} of {all} selected",
    to_examples="Make examples of …",
    to_examples_title="Make examples of an intent",
    to_examples_help="{number} messages become examples in the draft. What is masked is not learned.",
    new_intent="Make a new intent",
    new_intent_help="{number} messages become its examples. It is in the draft alone until that is published.",
    dismiss="Dismiss",
    dismissed="{number} messages were taken off the list.",
    draft_only="Goes into the draft alone. Customers notice nothing before it is published.",
    nothing_selected="Select messages first.",
    choose="Choose an intent",
    name="Name",
    name_help="Small letters, digits and _",
    title="Title",
    title_help="What customers read on buttons",
    kind="Kind",
    kinds={
        "faq": "Question",
        "complaint": "Complaint",
        "smalltalk": "Small talk",
        "handoff": "Wants a human",
        "alarm": "Emergency",
    },
    no_department="No department",
    answer="Answer",
    answer_help="May stay empty for now; without one the bot says that it does not know",
    replies="Replies of agents; click to use one:",
    masked="There is still {label}, which hides something. Replace it, so that it is not sent to customers.",
    add="Make examples",
    make="Make the intent",
    added="{number} examples are in the draft of {intent}.",
    made="The intent {intent} is in the draft, with {number} examples.",
    none_added="Nothing became an example of {intent}.",
    left_out="What was left out",
    reasons={
        LeftOut.NO_WORDS: "only digits, or what was masked, are left",
        LeftOut.THERE_ALREADY: "this intent has it already",
        LeftOut.OF_ANOTHER: "an example of another intent",
    },
    open_intent="Open the intent",
)

REVIEW_WORDS = {"id": INDONESIAN, "en": ENGLISH}
