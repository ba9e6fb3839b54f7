"""The small shop with a complaint form and an order lookup: slots, forms, rules and their responses."""

from __future__ import annotations

from dataclasses import replace

from bot.mind import Mind
from bot.testing.small_shop import KNOWLEDGE, POLICY, small_mind, understand
from bot.testing.small_shop import understood as meant
from conversation.understanding import Understanding
from intents.entities import EntityFinder
from intents.forms import Form, Rule, Slot, SlotType, Source, SourceKind
from intents.knowledge import Answer, AnswerButton, Intent

_COMPLAINT, _STATUS = "form_keluhan", "form_status"

_SLOTS = (
    Slot(
        name="masalah",
        title="masalah",
        sources=(Source(kind=SourceKind.FROM_TRIGGER_TEXT), Source(kind=SourceKind.FROM_TEXT, form=_COMPLAINT)),
    ),
    Slot(
        name="nomor_pesanan",
        title="nomor pesanan",
        sources=(Source(kind=SourceKind.FROM_ENTITY, entity="order_number"),),
        link="order",
        link_intent="status_pesanan",
    ),
    Slot(
        name="sejak_kapan",
        title="sejak kapan",
        sources=(
            Source(kind=SourceKind.FROM_ENTITY, entity="duration", form=_COMPLAINT),
            Source(kind=SourceKind.FROM_ENTITY, entity="date", form=_COMPLAINT),
            Source(kind=SourceKind.FROM_TEXT, form=_COMPLAINT),
        ),
    ),
    Slot(
        name="foto",
        title="foto",
        type=SlotType.ANY,
        optional=True,
        sources=(Source(kind=SourceKind.FROM_ATTACHMENT, attachment="photo", form=_COMPLAINT),),
    ),
    Slot(
        name="solusi",
        title="solusi",
        type=SlotType.CATEGORICAL,
        choices=("kirim ulang", "uang kembali"),
        optional=True,
    ),
    Slot(name="dikenal", type=SlotType.BOOL),
)

_SOLUTIONS = (
    AnswerButton(title="Kirim ulang", payload='/pilih{"solusi": "kirim ulang"}'),
    AnswerButton(title="Uang kembali", payload='/pilih{"solusi": "uang kembali"}'),
)

SHOP = replace(
    KNOWLEDGE,
    intents={
        **KNOWLEDGE.intents,
        "status_pesanan": Intent(name="status_pesanan", title="Status pesanan", examples=("pesanan saya mana",)),
    },
    answers={
        **KNOWLEDGE.answers,
        "status_pesanan": (Answer(text="Cek di aplikasi"),),
        "ask_masalah": (Answer(text="Apa yang terjadi?"),),
        "ask_nomor_pesanan": (Answer(text="Nomor pesanannya?"),),
        "invalid_nomor_pesanan": (Answer(text="Contoh nomor: TN-448120."),),
        "ask_sejak_kapan": (Answer(text="Sejak kapan?"),),
        "ask_foto": (Answer(text="Ada fotonya?"),),
        "ask_solusi": (Answer(text="Maunya bagaimana?", buttons=_SOLUTIONS),),
        "lengkap": (Answer(text="Lengkap: {nomor_pesanan}."),),
        "status": (Answer(text="Pesanan {nomor_pesanan} {keadaan}."),),
    },
    slots={slot.name: slot for slot in _SLOTS},
    forms={
        _COMPLAINT: Form(
            name=_COMPLAINT,
            slots=("masalah", "nomor_pesanan", "sejak_kapan", "foto", "solusi"),
            then=("utter_lengkap",),
            ticket=True,
        ),
        _STATUS: Form(name=_STATUS, slots=("nomor_pesanan",), then=("action_status_pesanan",)),
    },
    rules=(
        Rule(intent="barang_rusak", steps=(_COMPLAINT,)),
        Rule(intent="status_pesanan", steps=(_STATUS,)),
    ),
)

_FINDER = EntityFinder(regexes={"order_number": (r"\bTN-\d{6}\b",)})


def understand_with_entities(text: str) -> Understanding:
    """Understand as the small shop does, with the entities that the text really has."""
    understood = meant(text, ("status_pesanan", 0.9)) if text in SHOP.intents["status_pesanan"].examples else None
    return replace(understood or understand(text), entities=_FINDER.find(text))


def forms_mind(*actions: str) -> Mind:
    """A mind with the forms, and these actions at hand."""
    return replace(
        small_mind(replace(POLICY, actions=frozenset(actions))), knowledge=SHOP, understand=understand_with_entities
    )
