"""What the pages of the knowledge base are made of: names in paths, rows, doubts, and what a trial says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.console.knowledge_checks import doubts_of
from bot.console.knowledge_intent_words import INTENT_WORDS
from bot.console.knowledge_page import plain_name
from bot.console.knowledge_reading import decoded_name, encoded_name, learns_otherwise, rows_of, titles_of
from bot.console.knowledge_trial import shown_of
from bot.console.knowledge_trial_words import TRIAL_WORDS
from bot.console.knowledge_words import KNOWLEDGE_WORDS
from bot.dialogue.decision import Decision, DecisionKind, Handoff
from bot.knowledge.draft import Draft
from bot.knowledge.health import IntentFigures
from bot.knowledge.trying import Doubt, Doubtful, Side, Tried
from bot.knowledge.verdict_words import VERDICTS
from conversation.effects import Button, SendPhoto, SendText
from conversation.knowledge_ports import PieceChange
from conversation.state import DialogueState
from conversation.tickets import HandoffReason
from conversation.understanding import Entity, IntentScore, Mood, Understanding
from intents.triage import Triage, Verdict

NOW = datetime(2026, 6, 1, tzinfo=UTC)
WORDS = TRIAL_WORDS["id"]
HOSTILE = ("a/b", "..", ".", "~", "<script>alert(1)</script>", "50%", "spasi di tengah", "é?#&", "../../etc/passwd")


@pytest.mark.parametrize("name", ["ongkir", "promo_2026", *HOSTILE])
def test_any_name_survives_a_path_as_one_harmless_part(name: str) -> None:
    part = encoded_name(name)
    assert decoded_name(part) == name
    assert set(part) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~")


@pytest.mark.parametrize("part", ["~!", "~_w", "a b", "..", "", "~é"])
def test_a_part_that_no_name_gives_is_nobodys(part: str) -> None:
    assert decoded_name(part) == ""


def test_a_title_gives_a_technical_name() -> None:
    assert plain_name("Ongkir ke luar Jawa?") == "ongkir_ke_luar_jawa"
    assert plain_name("24 jam") == "jam"


def draft(base: dict[str, object], pieces: dict[str, object]) -> Draft:
    return Draft(active=None, base=base, changes=(), pieces=pieces)


def test_rows_tell_what_changed_and_what_is_the_matter() -> None:
    many = {"examples": [f"contoh {number}" for number in range(12)]}
    over = {**many, "answers": [{"text": "Promo", "until": "2026-05-31"}]}
    base: dict[str, object] = {
        "intent/ongkir": {**many, "title": "Ongkos kirim", "answers": [{"text": "Rp9.000"}]},
        "intent/lama": many,
        "intent/tanya": many,
    }
    pieces: dict[str, object] = {
        "intent/ongkir": base["intent/ongkir"],
        "intent/tanya": over,
        "intent/baru": {"examples": ["satu"]},
        "rules": [{"intent": "baru", "steps": ["action_status"]}],
    }
    figures = [
        IntentFigures(
            intent="ongkir",
            examples=12,
            judged=12,
            accuracy=0.5,
            mistaken_for="tanya",
            mistakes=6,
            turns=7,
            stars=4.5,
            ratings=2,
        )
    ]
    rows = {row["name"]: row for row in rows_of(draft(base, pieces), figures, NOW)}
    assert {name: row["change"] for name, row in rows.items()} == {
        "ongkir": "",
        "lama": "removed",
        "tanya": "changed",
        "baru": "new",
    }
    assert rows["ongkir"]["trouble"] == ["poor", "confused"]
    assert (rows["ongkir"]["title"], rows["ongkir"]["confused"], rows["ongkir"]["turns"]) == (
        "Ongkos kirim",
        "tanya",
        7,
    )
    assert [(rows[name]["stars"], rows[name]["ratings"]) for name in ("ongkir", "tanya")] == [(4.5, 2), (None, 0)]
    assert rows["tanya"]["trouble"] == ["expired"]
    assert rows["baru"]["trouble"] == ["few"]
    assert rows["lama"]["trouble"] == []


def test_an_answer_is_no_reason_to_learn_again_but_an_example_is() -> None:
    before = {"examples": ["a"], "answers": [{"text": "x"}]}
    assert not learns_otherwise(before, {**before, "answers": [{"text": "y"}], "title": "T"})
    assert learns_otherwise(before, {**before, "examples": ["a", "b"]})
    assert learns_otherwise(before, {**before, "kind": "complaint"})
    assert learns_otherwise(None, before)


async def test_doubts_are_told_with_personal_data_first() -> None:
    found = [
        Doubtful(text="ongkir brp", doubt=Doubt.DUPLICATE, intent="ongkir", example="brp ongkir"),
        Doubtful(text="lacak", doubt=Doubt.STOLEN, intent="lacak", confidence=0.91),
    ]
    examples = ["hub 081234567890", "ongkir brp", "ongkir  brp", "lacak"]
    lines = await doubts_of(examples, found, {"ongkir": "Ongkos kirim"}, INTENT_WORDS["id"])
    assert [line["kind"] for line in lines] == ["personal", "twice", "duplicate", "stolen"]
    assert "[nomor telepon]" in lines[0]["text"]
    assert "Ongkos kirim" in lines[2]["text"]
    assert "91%" in lines[3]["text"]


def side(decision: Decision | None, verdict: Triage, **more: object) -> Side:
    heard = Understanding(
        text="ongkir?",
        normalized="ongkos kirim",
        ranking=(IntentScore(intent="ongkir", confidence=0.8), IntentScore(intent="jam", confidence=0.001)),
        entities=(Entity(kind="place", value="Bandung", text="bdg", start=0, end=3),),
        mood=Mood(anger=0.6),
    )
    return Side(understanding=heard, verdict=verdict, decision=decision, **more)  # type: ignore[arg-type]


def decided(kind: DecisionKind, intent: str | None = None, **more: object) -> Decision:
    return Decision(kind=kind, reason="", state=DialogueState(), intent=intent, **more)  # type: ignore[arg-type]


ANSWERED = Triage(verdict=Verdict.ANSWER, intent="ongkir", reason="faq")
TITLES = {"ongkir": "Ongkos kirim", "jam": "Jam buka"}


def test_a_trial_tells_what_would_be_said_and_why() -> None:
    says = (SendPhoto(url="https://x"), SendText(text="Rp9.000", buttons=((Button(title="Lacak", payload="/l"),),)))
    spoke = (("ongkos", 1.2), ("~kirim", 0.8), ('"ong"', 0.5), ("ke", -0.4))
    active = side(decided(DecisionKind.ANSWER, "ongkir", says=says), ANSWERED, spoke=spoke)
    shown = shown_of(Tried(active=active, draft=active), TITLES, "id")
    assert shown["same"]
    told = shown["active"]
    assert told["verdict"] == "Dijawab sebagai “Ongkos kirim”"
    assert told["says"] == [
        {"image": "https://x", "text": "", "buttons": []},
        {"text": "Rp9.000", "buttons": [["Lacak"]]},
    ]
    assert told["spoke"] == ["ongkos"]
    assert [each["title"] for each in told["ranking"]] == ["Ongkos kirim"]
    assert told["mood"] == ["marah 60%"]


@pytest.mark.parametrize(
    ("decision", "verdict", "sentence"),
    [
        (
            decided(DecisionKind.CLARIFY),
            Triage(
                verdict=Verdict.CLARIFY,
                choices=(IntentScore(intent="ongkir", confidence=0.4), IntentScore(intent="jam", confidence=0.3)),
            ),
            "Bot bertanya balik: Ongkos kirim / Jam buka?",
        ),
        (
            decided(
                DecisionKind.ESCALATE,
                "jam",
                handoff=Handoff(reason=HandoffReason.COMPLAINT, department="retur", confirmation=""),
            ),
            Triage(verdict=Verdict.ESCALATE, intent="jam"),
            "Diserahkan ke petugas (retur): “Jam buka”",
        ),
        (
            decided(DecisionKind.UNKNOWN),
            Triage(verdict=Verdict.UNKNOWN, reason="out_of_scope"),
            "Tidak dijawab: di luar yang bisa dijawab bot",
        ),
        (decided(DecisionKind.UNKNOWN), ANSWERED, "Tidak dijawab: belum ada jawaban untuk ini"),
        (
            decided(DecisionKind.ANSWER, "ongkir"),
            replace(ANSWERED, also=("jam",)),
            "Dijawab sebagai “Ongkos kirim”, lalu “Jam buka”",
        ),
    ],
)
def test_verdicts_are_plain_sentences(decision: Decision, verdict: Triage, sentence: str) -> None:
    tried = Tried(active=side(decision, verdict), draft=None, step="fit", share=0.4)
    shown = shown_of(tried, TITLES, "id")
    assert shown["active"]["verdict"] == sentence
    assert (shown["draft"], shown["step"]) == (None, "belajar")


def test_what_an_action_would_say_is_not_guessed() -> None:
    tried = Tried(active=side(None, ANSWERED, action="action_status"), draft=None)
    assert "action_status" in shown_of(tried, TITLES, "id")["active"]["verdict"]


def test_every_kind_of_decision_has_words_in_both_languages() -> None:
    for words in TRIAL_WORDS.values():
        assert {kind.value for kind in DecisionKind} <= {*VERDICTS[words.locale]}
    assert {*KNOWLEDGE_WORDS["id"].tabs} == {*KNOWLEDGE_WORDS["en"].tabs}


def test_intents_that_are_removed_keep_their_titles() -> None:
    change = PieceChange(piece="intent/a", content=None, version=1, changed_at=NOW, changed_by="Dewi")
    found = replace(draft({"intent/a": {"title": "Lama"}}, {}), changes=(change,))
    assert titles_of(found) == {"a": "Lama"}
