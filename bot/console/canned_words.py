"""What the page of the canned replies says, in Indonesian and English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class CannedWords:
    """One language's words. Braces name what is filled in with `str.format`, but for `places`."""

    help: str
    new: str
    shortcut: str
    shortcut_help: str
    text: str
    department: str
    for_all: str
    preview: str
    places: dict[str, str]
    places_title: str
    sample_name: str
    empty: str
    empty_help: str
    delete: str
    delete_help: str
    shortcut_wrong: str
    text_missing: str
    text_long: str
    taken: str
    unknown_place: str
    too_many: str
    filter: str
    none_found: str


INDONESIAN = CannedWords(
    help="Di kotak balasan, ketik / lalu singkatannya.",
    new="Balasan baru",
    shortcut="Singkatan",
    shortcut_help="Huruf kecil, angka, garis; tanpa garis miring.",
    text="Isi balasan",
    department="Untuk bagian",
    for_all="Semua bagian",
    preview="Yang dibaca pelanggan",
    places={"{nama}": "nama pelanggan", "{agen}": "nama Anda", "{tiket}": "nomor tiket"},
    places_title="Klik untuk menyisipkan:",
    sample_name="Budi",
    empty="Belum ada balasan siap pakai",
    empty_help="Simpan di sini kalimat yang sering diketik, supaya cukup dipanggil dengan singkatan.",
    delete="Hapus balasan ini?",
    delete_help="/{shortcut} tidak bisa dipanggil lagi. Pesan yang sudah terkirim tidak berubah.",
    shortcut_wrong="Singkatan: huruf kecil, angka, garis; 1 sampai 30 karakter.",
    text_missing="Isi balasannya masih kosong.",
    text_long="Paling panjang {most} karakter.",
    taken="Singkatan itu sudah dipakai untuk bagian yang sama.",
    unknown_place="{place} tidak dikenal dan akan terkirim apa adanya.",
    too_many="Sudah ada {most} balasan. Hapus yang tidak dipakai dulu.",
    filter="Saring balasan",
    none_found="Tidak ada yang cocok",
)

ENGLISH = CannedWords(
    help="In the composer, type / and then the shortcut.",
    new="New reply",
    shortcut="Shortcut",
    shortcut_help="Lower-case letters, digits, dashes; without the slash.",
    text="Text",
    department="For department",
    for_all="All departments",
    preview="What the customer reads",
    places={"{nama}": "the customer's name", "{agen}": "your name", "{tiket}": "the ticket's number"},
    places_title="Click to insert:",
    sample_name="Budi",
    empty="There are no canned replies yet",
    empty_help="Keep sentences here that are typed often, to call them by a shortcut.",
    delete="Delete this reply?",
    delete_help="/{shortcut} cannot be called any more. Messages that were sent stay as they are.",
    shortcut_wrong="Shortcut: lower-case letters, digits, dashes; 1 to 30 characters.",
    text_missing="The text is still empty.",
    text_long="At most {most} characters.",
    taken="That shortcut is taken in the same department.",
    unknown_place="{place} is not known, and would be sent as it stands.",
    too_many="There are {most} replies already. Delete what is not used first.",
    filter="Filter replies",
    none_found="Nothing matches",
)

CANNED_WORDS = {"id": INDONESIAN, "en": ENGLISH}
