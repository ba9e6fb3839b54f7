"""What the list of intents says, in Indonesian and English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ListWords:
    """One language's words. Braces name what is filled in."""

    locale: str
    search: str
    new: str
    all_kinds: str
    all_departments: str
    no_department: str
    only_trouble: str
    sort: str
    sorts: dict[str, str]
    columns: dict[str, str]
    kinds: dict[str, str]
    changes: dict[str, str]
    troubles: dict[str, str]
    confused: str
    confused_unknown: str
    not_judged: str
    judged: str
    rated: str
    shown: str
    none_found: str
    empty: str
    empty_help: str
    more: str

    # A new intent.
    title: str
    title_help: str
    name: str
    name_help: str
    kind: str
    department: str
    begin: str
    name_wrong: str
    name_taken: str


INDONESIAN = ListWords(
    locale="id",
    search="Cari intent, misalnya ongkir",
    new="Intent baru",
    all_kinds="Semua jenis",
    all_departments="Semua bagian",
    no_department="Tanpa bagian",
    only_trouble="Bermasalah",
    sort="Urutkan",
    sorts={
        "turns": "Paling sering dipakai",
        "accuracy": "Ketepatan terendah",
        "examples": "Contoh paling sedikit",
        "title": "Judul A–Z",
    },
    columns={
        "title": "Intent",
        "kind": "Jenis",
        "examples": "Contoh",
        "accuracy": "Ketepatan",
        "turns": "30 hari",
    },
    kinds={
        "faq": "Pertanyaan",
        "smalltalk": "Basa-basi",
        "handoff": "Ke petugas",
        "complaint": "Keluhan",
        "alarm": "Darurat",
    },
    changes={"new": "baru", "changed": "diubah", "removed": "dihapus"},
    troubles={
        "few": "kurang dari 10 contoh",
        "poor": "sering salah dikenali",
        "confused": "mirip intent lain",
        "unanswered": "belum ada jawaban",
        "expired": "semua jawaban kedaluwarsa",
    },
    confused="tertukar dengan {intent} ({number}×)",
    confused_unknown="tidak dikenali ({number}×)",
    not_judged="belum diuji",
    judged="dari {number} contoh",
    rated="{stars} dari 5 bintang; percakapan yang dinilai dalam 30 hari: {number}",
    shown="{shown} dari {all} intent",
    none_found="Tidak ada intent yang cocok",
    empty="Belum ada intent",
    empty_help="Buat intent pertama, atau impor proyek Rasa atau tabel.",
    more="Tampilkan semua",
    title="Judul",
    title_help="Yang dibaca pelanggan di tombol, misalnya “Ongkos kirim”.",
    name="Nama teknis",
    name_help="Huruf kecil, angka, dan _. Tidak bisa diganti nanti.",
    kind="Jenis",
    department="Bagian",
    begin="Mulai menulis",
    name_wrong="Nama teknis: huruf kecil, angka, dan _, paling banyak 60, diawali huruf.",
    name_taken="Sudah ada intent dengan nama itu.",
)

ENGLISH = ListWords(
    locale="en",
    search="Find an intent, such as shipping",
    new="New intent",
    all_kinds="All kinds",
    all_departments="All departments",
    no_department="No department",
    only_trouble="Needs care",
    sort="Sort",
    sorts={
        "turns": "Most used",
        "accuracy": "Lowest accuracy",
        "examples": "Fewest examples",
        "title": "Title A–Z",
    },
    columns={
        "title": "Intent",
        "kind": "Kind",
        "examples": "Examples",
        "accuracy": "Accuracy",
        "turns": "30 days",
    },
    kinds={
        "faq": "Question",
        "smalltalk": "Small talk",
        "handoff": "To a human",
        "complaint": "Complaint",
        "alarm": "Emergency",
    },
    changes={"new": "new", "changed": "changed", "removed": "removed"},
    troubles={
        "few": "fewer than 10 examples",
        "poor": "often mistaken",
        "confused": "much like another intent",
        "unanswered": "no answer yet",
        "expired": "all answers have expired",
    },
    confused="taken for {intent} ({number}×)",
    confused_unknown="not recognised ({number}×)",
    not_judged="not tested yet",
    judged="of {number} examples",
    rated="{stars} of 5 stars; conversations rated in 30 days: {number}",
    shown="{shown} of {all} intents",
    none_found="No such intent",
    empty="No intents yet",
    empty_help="Make the first one, or import a Rasa project or a table.",
    more="Show all",
    title="Title",
    title_help="What customers read on buttons, such as “Shipping costs”.",
    name="Technical name",
    name_help="Small letters, digits and _. It cannot be changed later.",
    kind="Kind",
    department="Department",
    begin="Begin to write",
    name_wrong="Technical name: small letters, digits and _, at most 60, a letter first.",
    name_taken="There is an intent of that name already.",
)

LIST_WORDS = {"id": INDONESIAN, "en": ENGLISH}
