"""What the frame around the pages of the knowledge base says, and what was refused there, in Indonesian and English.

Each page has its own words in a module beside it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class KnowledgeWords:
    """One language's words. Braces name what is filled in with `str.format`."""

    tabs: dict[str, str]
    none: str
    none_help: str
    read_only: str

    # The draft.
    draft: str
    draft_empty: str
    changes: str
    changes_one: str
    on_release: str
    on_files: str
    look: str
    publish: str

    # What is refused.
    stale: str
    nothing_to_publish: str
    unusable: str
    referred: str
    references: dict[str, str]
    gone: str


INDONESIAN = KnowledgeWords(
    tabs={
        "/knowledge": "Intent",
        "/knowledge/review": "Tinjauan",
        "/knowledge/releases": "Rilis",
        "/knowledge/tests": "Pesan uji",
        "/knowledge/files": "Impor & ekspor",
    },
    none="Basis pengetahuan layanan ini tidak bisa diubah dari sini",
    none_help="Layanan ini berjalan tanpa penyimpanan rilis. Jalankan dengan `tanggap run`.",
    read_only="Anda bisa melihat dan mencoba. Mengubah dan menerbitkan hanya untuk admin.",
    draft="Draf",
    draft_empty="Draf sama dengan yang melayani pelanggan",
    changes="{number} perubahan",
    changes_one="1 perubahan",
    on_release="dasar rilis {release}",
    on_files="dasar berkas",
    look="Lihat",
    publish="Terbitkan",
    stale="Orang lain baru saja mengubah atau menerbitkan ini. Lihat lagi, lalu putuskan.",
    nothing_to_publish="Tidak ada perubahan untuk diterbitkan.",
    unusable="Tidak bisa dipakai: {error}",
    referred="Masih dirujuk oleh {found}. Ubah atau hapus itu dulu.",
    references={
        "rules": "aturan",
        "buttons": "tombol di jawaban",
        "forms": "formulir",
        "slots": "slot",
        "tests": "pesan uji",
    },
    gone="Ini sudah tidak ada di draf.",
)

ENGLISH = KnowledgeWords(
    tabs={
        "/knowledge": "Intents",
        "/knowledge/review": "Review",
        "/knowledge/releases": "Releases",
        "/knowledge/tests": "Test messages",
        "/knowledge/files": "Import & export",
    },
    none="The knowledge base of this service cannot be edited here",
    none_help="This service runs without a store of releases. Start it with `tanggap run`.",
    read_only="You can look and try. Changing and publishing is for admins.",
    draft="Draft",
    draft_empty="The draft is what serves customers",
    changes="{number} changes",
    changes_one="1 change",
    on_release="on release {release}",
    on_files="on the files",
    look="Show",
    publish="Publish",
    stale="Somebody else has just changed or published this. Look again, then decide.",
    nothing_to_publish="There is no change to publish.",
    unusable="It cannot be used: {error}",
    referred="Still referred to by {found}. Change or remove these first.",
    references={
        "rules": "rule",
        "buttons": "button in answer",
        "forms": "form",
        "slots": "slot",
        "tests": "test message",
    },
    gone="This is not in the draft any more.",
)

KNOWLEDGE_WORDS = {"id": INDONESIAN, "en": ENGLISH}
