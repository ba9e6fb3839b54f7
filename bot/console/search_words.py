"""What the search says, in Indonesian and English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchWords:
    """One language's words. Braces name what is filled in with `str.format`."""

    help: str
    hint: str
    period: str
    periods: dict[str, str]
    author: str
    authors: dict[str, str]
    all_departments: str
    found: str
    more: str
    nothing: str
    nothing_help: str
    start: str
    start_help: str
    open_ticket: str
    bot_alone: str
    too_short: str


INDONESIAN = SearchWords(
    help="Semua kata harus ada; cukup awal katanya.",
    hint="Cari di semua percakapan",
    period="Periode",
    periods={"": "Kapan saja", "1": "Hari ini", "7": "7 hari", "30": "30 hari", "365": "Setahun"},
    author="Penulis",
    authors={
        "": "Siapa saja",
        "customer": "Pelanggan",
        "agent": "Agen",
        "note": "Catatan",
        "bot": "Bot",
        "system": "Sistem",
    },
    all_departments="Semua bagian",
    found="{number} pesan",
    more="{number} pesan terbaru; ada yang lebih lama. Persempit pencarian untuk melihatnya.",
    nothing="Tidak ada yang cocok",
    nothing_help="Coba lebih sedikit kata, atau longgarkan penyaringnya.",
    start="Apa yang dicari?",
    start_help="Nama barang, nomor pesanan, nomor resi: apa saja yang pernah ditulis.",
    open_ticket="Buka",
    bot_alone="Bot saja",
    too_short="Tulis paling sedikit dua huruf.",
)

ENGLISH = SearchWords(
    help="All words must occur; their beginnings are enough.",
    hint="Search all conversations",
    period="Period",
    periods={"": "Any time", "1": "Today", "7": "7 days", "30": "30 days", "365": "A year"},
    author="Written by",
    authors={
        "": "Anybody",
        "customer": "Customers",
        "agent": "Agents",
        "note": "Notes",
        "bot": "Bot",
        "system": "System",
    },
    all_departments="All departments",
    found="{number} messages",
    more="The latest {number} messages; there are older ones. Narrow the search to see them.",
    nothing="Nothing matches",
    nothing_help="Try fewer words, or loosen the filters.",
    start="What are you looking for?",
    start_help="A product, an order number, a tracking number: whatever was ever written.",
    open_ticket="Open",
    bot_alone="Bot alone",
    too_short="Write at least two letters.",
)

SEARCH_WORDS = {"id": INDONESIAN, "en": ENGLISH}
