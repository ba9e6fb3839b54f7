"""Hiding personal data in text that is logged, reviewed or turned into examples.

It hides what the entities found, and nothing else: a name or an address written out stays readable.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from conversation.understanding import Entity

PERSONAL_KINDS = frozenset({"phone", "email", "nik", "card_number", "account_number"})
_LABELS = {
    "phone": "nomor telepon", "email": "email", "nik": "NIK", "card_number": "nomor kartu",
    "account_number": "nomor rekening", "order_number": "nomor pesanan", "tracking_number": "nomor resi",
    "url": "tautan", "money": "nominal", "place": "tempat",
}  # fmt: skip


def mask(text: str, entities: Iterable[Entity], *, kinds: Collection[str] = PERSONAL_KINDS) -> str:
    """Replace every entity of one of `kinds` in `text` by its label: "hub 0812…" → "hub [nomor telepon]".

    `entities` must be those found in this very text, since their offsets are used as they are.
    """
    pieces, position = [], 0
    for entity in sorted(entities, key=lambda found: found.start):
        if entity.kind in kinds and entity.start >= position:
            pieces += [text[position : entity.start], f"[{_LABELS.get(entity.kind, entity.kind)}]"]
            position = entity.end
    return "".join(pieces) + text[position:]
