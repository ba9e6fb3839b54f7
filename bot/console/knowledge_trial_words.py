"""What the pane for trying messages says, in Indonesian and English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class TrialWords:
    """One language's words. Braces name what is filled in."""

    locale: str
    title: str
    help: str
    hint: str
    try_it: str
    close: str
    active: str
    draft: str
    same: str
    nothing_active: str
    training: str
    steps: dict[str, str]
    failed: str
    outdated: str
    again: str

    # Why.
    reading: str
    ranking: str
    in_scope: str
    spoke: str
    entities: str
    mood: str
    moods: dict[str, str]
    language: str
    languages: dict[str, str]
    details: str
    says: str
    picture: str
    too_long: str


INDONESIAN = TrialWords(
    locale="id",
    title="Coba pesan",
    help="Ketik seperti pelanggan. Tidak ada yang terkirim.",
    hint="misalnya: ongkir ke bandung brp kak",
    try_it="Coba",
    close="Tutup",
    active="Sekarang",
    draft="Draf",
    same="Draf menjawab sama",
    nothing_active="Belum ada yang melayani.",
    training="Draf sedang belajar",
    steps={
        "normalise": "membaca contoh",
        "embed words": "membaca contoh",
        "embed sentences": "membaca contoh",
        "fit": "belajar",
        "cross-validate": "memeriksa contoh",
        "calibrate": "menimbang keyakinan",
        "try": "mencoba pesan uji",
    },
    failed="Draf tidak bisa dicoba: {error}",
    outdated="Draf sudah berubah sejak dicoba.",
    again="Coba lagi",
    reading="Terbaca sebagai",
    ranking="Intent yang mungkin",
    in_scope="Dalam cakupan {share}",
    spoke="Kata yang berbicara untuk “{intent}”",
    entities="Data dalam pesan",
    mood="Suasana",
    moods={"angry": "marah {share}", "urgent": "mendesak {share}", "bad": "tidak senang", "good": "senang"},
    language="Bahasa",
    languages={"id": "Indonesia", "en": "Inggris", "jv": "Jawa", "su": "Sunda"},
    details="Mengapa?",
    says="Jawaban",
    picture="Gambar",
    too_long="Lebih dari 4.096 karakter: Telegram menerimanya sebagai beberapa pesan.",
)

ENGLISH = TrialWords(
    locale="en",
    title="Try a message",
    help="Type as a customer would. Nothing is sent.",
    hint="such as: ongkir ke bandung brp kak",
    try_it="Try",
    close="Close",
    active="Now",
    draft="Draft",
    same="The draft answers the same",
    nothing_active="Nothing serves yet.",
    training="The draft is learning",
    steps={
        "normalise": "reading examples",
        "embed words": "reading examples",
        "embed sentences": "reading examples",
        "fit": "learning",
        "cross-validate": "checking examples",
        "calibrate": "weighing confidence",
        "try": "trying test messages",
    },
    failed="The draft cannot be tried: {error}",
    outdated="The draft has changed since it was tried.",
    again="Try again",
    reading="Read as",
    ranking="Likely intents",
    in_scope="In scope {share}",
    spoke="Words that spoke for “{intent}”",
    entities="Data in the message",
    mood="Mood",
    moods={"angry": "angry {share}", "urgent": "urgent {share}", "bad": "displeased", "good": "pleased"},
    language="Language",
    languages={"id": "Indonesian", "en": "English", "jv": "Javanese", "su": "Sundanese"},
    details="Why?",
    says="Answer",
    picture="Picture",
    too_long="More than 4,096 characters: Telegram takes it as several messages.",
)

TRIAL_WORDS = {"id": INDONESIAN, "en": ENGLISH}
