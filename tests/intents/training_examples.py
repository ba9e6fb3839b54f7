"""A small knowledge base for the tests of training, and an embedder that needs no package."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from intents.normalise import Normaliser

NORMALISER = Normaliser.load()

EXAMPLES: list[tuple[str, str]] = [
    (text, intent)
    for intent, texts in {
        "lacak": (
            "paket saya sampai mana|cek resi dong kak|lacak pesanan saya|posisi paket di mana sekarang|"
            "nomor resi saya berapa|barangnya sudah dikirim belum|kiriman saya sudah jalan belum|"
            "status pengiriman gimana"
        ),
        "refund": (
            "uang saya kapan kembali|cara refund gimana|minta dana dikembalikan|refund berapa lama|"
            "dana belum balik ke rekening|proses pengembalian uang|saya mau uang kembali|kapan refund cair"
        ),
        "jam_buka": (
            "buka jam berapa|hari minggu buka tidak|jam operasional toko|tutup jam berapa ya|"
            "hari libur tetap buka|cs aktif sampai jam berapa|sabtu buka nggak kak|jadwal buka toko"
        ),
        "salam": "halo kak|selamat pagi|hai min|permisi|assalamualaikum|selamat malam admin|pagi min|halo",
    }.items()
    for text in texts.split("|")
]


class LetterEmbedder:
    """Counts of hashed letter triples: enough of a meaning to try the machinery."""

    name = "letters/1"
    dimensions = 48

    def __init__(self) -> None:
        self.asked = 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += len(texts)
        vectors = np.full((len(texts), self.dimensions), 0.01, dtype=np.float32)
        for row, text in enumerate(texts):
            for start in range(max(len(text) - 2, 1)):
                vectors[row, crc32(text[start : start + 3].encode()) % self.dimensions] += 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors
