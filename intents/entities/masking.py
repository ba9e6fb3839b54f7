"""Hiding personal data in text that is logged, reviewed or turned into examples.

`mask` hides what the entities found, and nothing else. `mask_everything` hides too what only looks personal: rows of
digits whatever their meaning, addresses, passwords, and names where the words before say that one follows. It would
rather hide a word too many. A name or a street that nothing announces stays readable: nobody can tell it from a word.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from conversation.understanding import Entity

PERSONAL_KINDS = frozenset({"phone", "email", "nik", "card_number", "account_number"})

REVEALING_KINDS = PERSONAL_KINDS | {"order_number", "tracking_number", "url"}
"""Kinds that lead to a person for who has the shop's records."""

_LABELS = {
    "phone": "nomor telepon", "email": "email", "nik": "NIK", "card_number": "nomor kartu",
    "account_number": "nomor rekening", "order_number": "nomor pesanan", "tracking_number": "nomor resi",
    "url": "tautan", "money": "nominal", "place": "tempat",
}  # fmt: skip

_ANY_NUMBER = "nomor"

_NUMBER_LABELS = frozenset(
    {_ANY_NUMBER, *(label for label in _LABELS.values() if label.startswith("nomor")), "NIK", "kode rahasia"}
)
_OTHER_LABELS = frozenset({"nama", "alamat", "email", "akun", "tautan"})
_LABEL = re.compile(r"\[([^\[\]\n]{1,40})\]")

_CODE_DIGITS = 3

_HARMLESS = frozenset({"money", "date", "time"})

# What people put between digits, invisible characters and those of digits as emoji among them.
_GAP = r"[ .,\-–—()/_*\u00a0\u200b-\u200d\u2060\ufe0f\u20e3\ufeff]{0,3}"
_DIGITS = re.compile(rf"\+?\(?\d(?:{_GAP}\d){{6,}}[\ufe0f\u20e3]*|(?<!\w)[oO0]8[\doOlI]{{7,}}(?!\w)")
_CLOCK = re.compile(r"(?<![\d.:])(?:[01]?\d|2[0-4])[.:][0-5]\d(?![.:]?\d)")
_SPELLED = re.compile(
    r"\b(?:(?:nol|kosong|satu|dua|tiga|empat|lima|enam|tujuh|delapan|lapan|sembilan)\b[ ,.-]*){7,}", re.IGNORECASE
)
_EMAIL = re.compile(
    r"[^\s@<>\[\]]{1,64}@[^\s@<>\[\]]{2,}"
    r"|[\w.+-]{2,64}\s?(?:@|\(at\)|\[at\]|\s(?:at|et)\s)\s?[\w-]{2,}(?:\s?(?:\.|dot|titik)\s?[a-z]{2,})+",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@])@\w[\w.]{2,}")
_SECRET = re.compile(
    r"\b(?:otp|pin|passw(?:or)?d|pass|pw|sandi(?:nya)?|verifikasi(?:nya)?|cvv|cvc)(?:nya|ku)?\b"
    r"(?:\W{0,3}\b(?:saya|sy|aku|gw|nya|adalah|yaitu|ini|itu|kodenya|lama|baru|atm)\b)*\W{1,3}((?=\S*\d)[^\s,]{3,})",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b(?:(?:jl|jln|gg|gang|perum|perumahan|komplek|kompleks|komp|apartemen|apt|kos|kost)\b\.?"
    r"|jalan(?=\s+(?:\S+\s+){1,4}?(?:no|nomor|nmr|rt|blok|gg|\d)))"
    r"\s+(?P<words>[^\n,;!?]{2,80})",
    re.IGNORECASE,
)
_AREA = re.compile(
    r"\b(?:(?:rt|rw)\s?[./:]?\s?\d{1,3}(?:\s?/\s?(?:rw)?\s?\d{1,3})?"
    r"|blok\s+[a-z]{0,2}\s?\d{0,3}(?:\s?(?:no|nomor|/|-)\.?\s?\d{1,4})?"
    r"|(?:kode\s?pos|kodepos)\W{0,2}\d{5}"
    r"|(?:kel|kec|kab|ds|dsn|dusun|kelurahan|kecamatan|kabupaten)\b[. ]\s?"
    r"(?!(?:saya|sy|aku|kita|kami|itu|ini|yang|kok|ga|gak|tidak|bisa)\b)[a-z]{3,})\b",
    re.IGNORECASE,
)
_STREET_WORDS = 7

_NAMED = re.compile(
    r"(?<!\w)(?:a\s?[/.]\s?n\b\.?|atas\s+nama(?:nya)?|an\b\.?"
    r"|nama(?:ku|q)\b|nama\s+(?:saya|sy|sya|aku|gw|gue|gua|lengkap|penerima|pengirim|pemilik|pembeli)\b|nama(?:nya)?\s?[:=]"
    r"|my name is\b|i\s?am called\b)"
    r"(?:\s+(?:saya|sy|aku|rekening|rek|penerima|lengkap|nya|itu|adalah|ialah|yaitu|is|ini))*[\s:=.]{1,3}",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(
    r"\b(?:[Kk]ak|[Kk]aka|[Pp]ak|[Bb]apak|[Bb]u|[Ii]bu|[Mm]as|[Mm]bak|[Mm]ba|[Bb]ang|[Ss]is|[Mm]r|[Mm]rs|[Mm]s"
    r"|(?:[Ss]aya|[Aa]ku|[Ss]y)\s+(?:dengan|dgn)|[Dd]engan|[Dd]gn)\.?\s+(?=[A-Z][a-z])"
)
_SIGNED = re.compile(
    r"(?:^|\n)\s*[-–—~]\s*(?=[A-Z][a-z])|\b(?:[Ss]alam|[Rr]egards|[Tt]td|[Tt]tg)\b[,.\s]+(?=[A-Z][a-z])"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’`.-][^\W\d_]+)*\.?")
_LONGEST_NAME = 4

_ENGLISH = frozenset(
    re.findall(r"\w+", "is was have has had got there it its for to with in of send need want get as be")
)

_NO_NAMES = frozenset(
    re.findall(
        r"\w+",
        """
        ada adalah akan akun aku alamat anda apa apakah atau bagaimana bagian baik baru bank barang bayar bca
        belum benar beda betul bisa blm bni boleh bri bukan buat butuh cara cek coba customer daftar dalam dan
        dana dari data dengan dgn di dong dulu email enggak error for ga gak ganti gimana gopay gmn halo hanya
        harus hilang hp ini itu jadi jangan jg juga ka kak kakak kalau kalo kami kamu kan karena kasih katanya
        ke kenapa keliru kemarin ketik kita kk klo knp kok ko kosong lagi lalu lewat lg lupa maaf mandiri masih
        masuk mau menunggu min minta mohon muncul nama ngga nggak no nomor nomer not nya order orderan ovo pada
        pakai paket pake penerima penuh pernah perusahaan pesanan plis please produk punya rek rekening salah
        sama sampai saya sdh se sebagai sebelum segera sekarang selamat semua sendiri sepertinya seri sesuai
        siang siapa silahkan silakan sudah supaya sy tadi tanpa tapi telah telp terima terlalu tersebut tetap
        the tidak tidur toko tolong tp trus terus tsb tunggu udah udh untuk utk wa wrong ya yang yg yah yaa yth
        jalan item account issue update app invoice agent
        """,
    )
)
"""Words that are no names where one is expected: "nama saya salah", "atas nama toko"."""


class _Span(NamedTuple):
    start: int
    end: int
    label: str


def mask(text: str, entities: Iterable[Entity], *, kinds: Collection[str] = PERSONAL_KINDS) -> str:
    """Replace every entity of one of `kinds` in `text` by its label: "hub 0812…" → "hub [nomor telepon]".

    `entities` must be those found in this very text, since their offsets are used as they are.
    """
    return _without(text, (_span(entity) for entity in entities if entity.kind in kinds))


def mask_everything(
    text: str, entities: Iterable[Entity], *, names: Iterable[str] = (), codes: Collection[str] = ()
) -> str:
    """Replace by a label in brackets all of `text` that may lead to a person: "wa 0812… an budi" → "wa [nomor
    telepon] an [nama]".

    `entities` are those of this very text. `names` are names known to be about, such as the customer's own; their
    words of three letters or more are hidden wherever they stand. `codes` are kinds of the shop's own, hidden where
    they hold three digits.
    """
    found = list(entities)
    spans = [_span(entity) for entity in found if entity.kind in REVEALING_KINDS]
    own = (entity for entity in found if entity.kind in codes and sum(map(str.isdigit, entity.text)) >= _CODE_DIGITS)
    spans += [_Span(entity.start, entity.end, _ANY_NUMBER) for entity in own]
    harmless = [(entity.start, entity.end) for entity in found if entity.kind in _HARMLESS]
    harmless += [match.span() for match in _CLOCK.finditer(text)]
    spans += _patterns(text, harmless)
    spans += _named(text)
    for word in {part for name in names for part in _WORD.findall(name) if len(part) > 2}:
        spans += [_Span(*hit.span(), "nama") for hit in re.finditer(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)]
    return _without(text, spans)


def unlabelled(text: str, number: str = "000000") -> str:
    """A masked text without its labels, fit to learn from: `number` where digits were hidden, nothing for a name, an
    address or a link. What customers put in brackets themselves loses them alone."""

    def said(match: re.Match[str]) -> str:
        label = match[1]
        return number if label in _NUMBER_LABELS else "" if label in _OTHER_LABELS else label

    return " ".join(_LABEL.sub(said, text).split())


def _span(entity: Entity) -> _Span:
    return _Span(entity.start, entity.end, _LABELS.get(entity.kind, entity.kind))


def _patterns(text: str, harmless: Collection[tuple[int, int]]) -> Iterator[_Span]:
    for match in _DIGITS.finditer(text):
        digits = (place for place in range(*match.span()) if text[place].isdigit())
        if not all(any(start <= place < end for start, end in harmless) for place in digits):
            yield _Span(*match.span(), _ANY_NUMBER)
    for match in _SPELLED.finditer(text):
        yield _Span(match.start(), match.start() + len(match[0].rstrip(" ,.-")), _ANY_NUMBER)
    for label, expression in (("email", _EMAIL), ("akun", _HANDLE), ("alamat", _AREA)):
        yield from (_Span(*match.span(), label) for match in expression.finditer(text))
    yield from (_Span(*match.span(1), "kode rahasia") for match in _SECRET.finditer(text))
    for match in _STREET.finditer(text):
        words = list(re.finditer(r"\S+", match["words"]))[:_STREET_WORDS]
        taken = [word for word in words if word[0].lower().strip(".:") not in _NO_NAMES - {"no", "nomor", "nomer"}]
        last = next((index for index, word in enumerate(words) if word not in taken), len(words))
        if last:
            yield _Span(match.start(), match.start("words") + words[last - 1].end(), "alamat")


def _named(text: str) -> Iterator[_Span]:
    """Names that are announced, by "atas nama" and the like; or by a title and a capital."""
    for match in _NAMED.finditer(text):
        before = text[: match.start()].split()
        if match[0].strip(" .").lower() == "an" and before and before[-1].lower() in _ENGLISH:
            continue
        yield from _name_at(text, match.end(), capitals=False)
    for expression in (_ADDRESSED, _SIGNED):
        for match in expression.finditer(text):
            yield from _name_at(text, match.end(), capitals=True)


def _name_at(text: str, start: int, *, capitals: bool) -> Iterator[_Span]:
    end = position = start
    for _ in range(_LONGEST_NAME):
        word = _WORD.match(text, position)
        if word is None or word[0].lower().strip(".") in _NO_NAMES or (capitals and not word[0][0].isupper()):
            break
        end = start + len(text[start : word.end()].rstrip("."))
        position = word.end() + 1
        if text[word.end() : position] != " ":
            break
    if end > start:
        yield _Span(start, end, "nama")


def _without(text: str, spans: Iterable[_Span]) -> str:
    """`text` with the spans replaced by their labels; of those that overlap the longest names the whole."""
    merged: list[_Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            last = merged.pop()
            longest = max(last, span, key=lambda each: (each.end - each.start, each.label != _ANY_NUMBER))
            span = _Span(last.start, max(last.end, span.end), longest.label)
        merged.append(span)
    pieces, position = [], 0
    for span in merged:
        pieces += [text[position : span.start], f"[{span.label}]"]
        position = span.end
    return "".join(pieces) + text[position:]
