"""A shop with a handful of intents, and a mind that understands their examples and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue.decision import Policy
from bot.mind import Mind
from conversation.phrases import INDONESIAN, addressed
from conversation.understanding import Entity, IntentScore, Mood, Understanding
from intents.knowledge import Answer, AnswerButton, Intent, KnowledgeBase

PHRASES = addressed(INDONESIAN, "Kak")
POLICY = Policy(phrases=PHRASES)

_INTENTS = (
    Intent(name="salam", kind="smalltalk", title="Menyapa", examples=("halo",)),
    Intent(name="setuju", kind="smalltalk", examples=("ya", "boleh")),
    Intent(name="tolak", kind="smalltalk", examples=("tidak", "ga usah")),
    Intent(name="jam_buka", title="Jam buka", examples=("jam buka?",)),
    Intent(name="lacak_paket", title="Lacak paket", examples=("paket di mana",)),
    Intent(name="kurir", title="Pilihan kurir", examples=("pakai kurir apa",)),
    Intent(name="belum_dijawab", title="Belum dijawab", examples=("jual apa",)),
    Intent(name="bantuan", title="Bantuan", examples=("bisa apa aja",)),
    Intent(name="barang_rusak", kind="complaint", department="retur", title="Barang rusak", examples=("rusak!",)),
    Intent(name="paket_hilang", kind="complaint", department="pengiriman", title="Paket hilang", examples=("hilang!",)),
    Intent(name="penipuan", kind="alarm", department="keamanan", title="Penipuan", examples=("ditipu!",)),
    Intent(name="minta_agen", kind="handoff", title="Bicara dengan tim", examples=("mau sama orang",)),
)

KNOWLEDGE = KnowledgeBase(
    intents={intent.name: intent for intent in _INTENTS},
    answers={
        "salam": (Answer(text="Halo Kak"),),
        "setuju": (Answer(text="Baik Kak"),),
        "tolak": (Answer(text="Oke Kak"),),
        "jam_buka": (Answer(text="Buka jam 9"), Answer(text="Dari jam 9 pagi"), Answer(text="Jam 9 ya Kak")),
        "lacak_paket": (
            Answer(
                text="Lacak di aplikasi",
                buttons=(AnswerButton(title="Jam buka", payload="/jam_buka"),),
                image="https://toko.example/lacak.png",
            ),
        ),
        "kurir": (Answer(text="JNE Kak"),),
        "bantuan": (Answer(text="Tanya saja Kak"),),
        "barang_rusak": (Answer(text="Maaf ya Kak."), Answer(text="Kami mengerti, Kak.")),
    },
)

_INTENT_OF = dict(KNOWLEDGE.examples())


def understood(
    text: str,
    *ranking: tuple[str, float],
    in_scope: float = 1.0,
    secondary: Sequence[tuple[str, float]] = (),
    mood: Mood | None = None,
    entities: tuple[Entity, ...] = (),
) -> Understanding:
    """An understanding of `text` with these intents and confidences."""
    return Understanding(
        text=text,
        normalized=text.lower(),
        ranking=_scores(ranking),
        in_scope=in_scope,
        secondary=_scores(secondary),
        mood=mood or Mood(),
        entities=entities,
    )


def understand(text: str) -> Understanding:
    """Understand an example of the knowledge base for sure, names of intents with a slash between them
    (`jam_buka/kurir`) as a close call, and nothing else."""
    if text in _INTENT_OF:
        return understood(text, (_INTENT_OF[text], 0.9))
    names = text.split("/")
    if len(names) > 1 and all(name in KNOWLEDGE.intents for name in names):
        return understood(text, *((name, 0.9 / len(names)) for name in names))
    return understood(text)


def small_mind(policy: Policy = POLICY) -> Mind:
    """A mind that needs no model."""
    return Mind(understand=understand, explain=lambda text, intent: [], knowledge=KNOWLEDGE, policy=policy)


def _scores(pairs: Sequence[tuple[str, float]]) -> tuple[IntentScore, ...]:
    return tuple(IntentScore(intent=intent, confidence=confidence) for intent, confidence in pairs)
