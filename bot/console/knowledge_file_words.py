"""What the pages of the test messages and of import and export say, in Indonesian and English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class TestWords:
    """One language's words for test messages. Braces name what is filled in with `str.format`."""

    __test__ = False

    title: str
    help: str
    none: str
    none_help: str
    none_found: str
    filter: str
    all: str
    wrong: str
    untried: str
    summary: str
    not_tried: str
    try_all: str
    trying: str
    turned: str
    drafted: str
    outdated: str
    with_release: str
    with_draft: str
    text: str
    intent: str
    must_not: str
    more: str
    delete: str
    exists: str
    text_missing: str
    intent_missing: str
    too_many: str
    paste: str
    paste_title: str
    paste_help: str
    paste_label: str
    paste_found: str
    paste_wrong: str
    paste_unknown: str
    pasted: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FileWords:
    """One language's words for import and export."""

    take: str
    take_help: str
    takes: dict[str, tuple[str, str]]
    send: str
    send_help: str
    choose: str
    kinds: str
    reading: str
    too_large: str
    failed: str
    mode: dict[str, str]
    read: str
    report: str
    report_clean: str
    levels: dict[str, str]
    report_more: str
    difference: str
    into_draft: str
    into_draft_help: str
    imported: str
    another: str


INDONESIAN_TESTS = TestWords(
    title="Pesan uji",
    help="Dicoba setiap kali draf diterbitkan, dan tidak pernah dipelajari. Tulis sepuluh untuk setiap intent penting.",
    none="Belum ada pesan uji",
    none_help="Tulis pesan pelanggan dan intent yang seharusnya dikenali, atau tempel dari lembar kerja.",
    none_found="Tidak ada yang cocok",
    filter="Saring pesan",
    all="Semua",
    wrong="Salah",
    untried="Belum dicoba",
    summary="Rilis {id}: {right} dari {all} benar",
    not_tried="Dicoba saat draf diterbitkan.",
    try_all="Coba semua dengan draf",
    trying="Mencoba draf",
    turned="Berubah dengan draf",
    drafted="Dengan draf: {right} dari {all} benar; {worse} menjadi salah, {better} menjadi benar",
    outdated="Draf sudah berubah sejak dicoba.",
    with_release="Rilis: {became}",
    with_draft="Draf: {became}",
    text="Pesan",
    intent="Seharusnya",
    must_not="– tidak boleh dijawab",
    more="Tampilkan berikutnya",
    delete="Hapus pesan uji ini?",
    exists="Pesan itu sudah ada.",
    text_missing="Pesannya masih kosong.",
    intent_missing="Pilih intent yang seharusnya.",
    too_many="Paling banyak {most} pesan uji.",
    paste="Tempel daftar",
    paste_title="Tempel daftar pesan uji",
    paste_help="Satu pesan per baris: teks, tab, lalu nama intent; atau - kalau tidak boleh dijawab. "
    "Menyalin dua kolom dari lembar kerja sudah pas.",
    paste_label="Teks dan intent",
    paste_found="{new} pesan baru, {there} sudah ada.",
    paste_wrong="Baris {line}: bukan teks, tab, dan intent.",
    paste_unknown="Baris {line}: tidak ada intent {intent}.",
    pasted="{number} pesan uji ditambahkan ke draf.",
)

ENGLISH_TESTS = TestWords(
    title="Test messages",
    help="Tried whenever the draft is published, and never learned from. Write ten for each intent that matters.",
    none="There are no test messages yet",
    none_help="Write a customer's message and the intent it must be understood as, or paste them from a spreadsheet.",
    none_found="Nothing matches",
    filter="Filter messages",
    all="All",
    wrong="Wrong",
    untried="Not tried yet",
    summary="Release {id}: {right} of {all} right",
    not_tried="Tried when the draft is published.",
    try_all="Try all with the draft",
    trying="Trying the draft",
    turned="Changed by the draft",
    drafted="With the draft: {right} of {all} right; {worse} turned wrong, {better} turned right",
    outdated="The draft has changed since it was tried.",
    with_release="Release: {became}",
    with_draft="Draft: {became}",
    text="Message",
    intent="Must be",
    must_not="– must not be answered",
    more="Show more",
    delete="Delete this test message?",
    exists="That message is there already.",
    text_missing="The message is still empty.",
    intent_missing="Choose the intent that it must be.",
    too_many="There may be {most} test messages.",
    paste="Paste a list",
    paste_title="Paste test messages",
    paste_help="A message a line: text, tab, name of the intent; or - where it must not be answered. "
    "Two columns copied from a spreadsheet are just that.",
    paste_label="Texts and intents",
    paste_found="{new} new messages, {there} are there already.",
    paste_wrong="Line {line}: not a text, a tab and an intent.",
    paste_unknown="Line {line}: there is no intent {intent}.",
    pasted="{number} test messages were added to the draft.",
)

INDONESIAN_FILES = FileWords(
    take="Ekspor",
    take_help="Isi draf, termasuk perubahan yang belum diterbitkan.",
    takes={
        "rasa.zip": ("Proyek Rasa 3", "Semuanya, dalam YAML; bisa diimpor lagi ke sini tanpa kehilangan apa pun"),
        "tabel.csv": ("Tabel CSV", "Intent, contoh, dan jawaban polos, untuk Excel atau Google Sheets"),
        "tabel.tsv": ("Tabel TSV", "Yang sama, dengan tab"),
    },
    send="Impor",
    send_help="Dibaca dulu sebagai uji coba. Anda melihat laporan dan bedanya sebelum apa pun masuk ke draf.",
    choose="Pilih berkas, atau lepaskan di sini",
    kinds="Zip proyek Rasa, YAML, Markdown, CSV, atau TSV; paling besar {most} MB",
    reading="Membaca {name} …",
    too_large="Berkasnya lebih besar dari {most} MB.",
    failed="Berkasnya tidak terkirim. Coba lagi.",
    mode={
        "add": "Tambahkan ke draf; yang namanya sama diganti",
        "instead": "Ganti seluruh isi draf",
    },
    read="{intents} intent, {examples} contoh, {answers} jawaban terbaca",
    report="Catatan pembacaan",
    report_clean="Semua terbaca tanpa catatan.",
    levels={"error": "Tidak terpakai", "warning": "Perhatikan", "info": "Info"},
    report_more="… dan {number} catatan lagi",
    difference="Yang akan berubah di draf",
    into_draft="Masukkan ke draf",
    into_draft_help="Pelanggan belum merasakan apa pun sampai draf diterbitkan.",
    imported="{number} bagian draf berubah.",
    another="Berkas lain",
)

ENGLISH_FILES = FileWords(
    take="Export",
    take_help="What the draft says, with what is not published yet.",
    takes={
        "rasa.zip": ("Rasa 3 project", "All of it, in YAML; imported here again, nothing is lost"),
        "tabel.csv": ("CSV table", "Intents, examples and plain answers, for Excel or Google Sheets"),
        "tabel.tsv": ("TSV table", "The same, with tabs"),
    },
    send="Import",
    send_help="Read as a trial first. You see the report and the difference before anything goes into the draft.",
    choose="Choose a file, or drop it here",
    kinds="Zip of a Rasa project, YAML, Markdown, CSV or TSV; {most} MB at most",
    reading="Reading {name} …",
    too_large="The file is larger than {most} MB.",
    failed="The file did not arrive. Try again.",
    mode={
        "add": "Add to the draft; what has the same name is replaced",
        "instead": "Put it in the place of the whole draft",
    },
    read="{intents} intents, {examples} examples, {answers} answers were read",
    report="Remarks on reading",
    report_clean="All of it was read; there is nothing to remark.",
    levels={"error": "Not used", "warning": "Look at", "info": "Note"},
    report_more="… and {number} more remarks",
    difference="What would change in the draft",
    into_draft="Put it into the draft",
    into_draft_help="Customers notice nothing before the draft is published.",
    imported="{number} parts of the draft have changed.",
    another="Another file",
)

TEST_WORDS = {"id": INDONESIAN_TESTS, "en": ENGLISH_TESTS}
FILE_WORDS = {"id": INDONESIAN_FILES, "en": ENGLISH_FILES}
