"""What the frame around the pages of the knowledge base says, in Indonesian and English.

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
    behind: str
    release: str
    files: str
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
    draft_empty="Belum ada perubahan di draf",
    changes="{number} perubahan",
    changes_one="1 perubahan",
    on_release="dasar rilis {release}",
    on_files="dasar berkas",
    look="Lihat",
    publish="Terbitkan",
    behind="Rilis {active} aktif, tetapi pelanggan masih dilayani {served}. Sebabnya: {reason}",
    release="rilis {id}",
    files="berkas konfigurasi",
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
    draft_empty="There are no changes in the draft",
    changes="{number} changes",
    changes_one="1 change",
    on_release="on release {release}",
    on_files="on the files",
    look="Show",
    publish="Publish",
    behind="Release {active} is active, but customers are still served by {served}. The reason: {reason}",
    release="release {id}",
    files="the configured files",
    gone="This is not in the draft any more.",
)

KNOWLEDGE_WORDS = {"id": INDONESIAN, "en": ENGLISH}
