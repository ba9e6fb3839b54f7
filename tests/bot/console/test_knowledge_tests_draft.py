"""What trying the test messages with the draft shows beside the last evaluation."""

from __future__ import annotations

import pytest

from bot.console.knowledge_tests import ALL, TURNED, UNTRIED, WRONG, fits
from bot.console.knowledge_tests_draft import became_of
from intents.gate import Trial, TrialResult

RIGHT = Trial(text="ongkir?", expected="ongkir", got=("ongkir",), result=TrialResult.ANSWERED)
WRONGLY = Trial(text="ongkir?", expected="ongkir", got=("retur",), result=TrialResult.WRONG)
SAID = "dijawab salah: retur; seharusnya ongkir"


@pytest.mark.parametrize(
    ("before", "drafted", "said", "in_lists"),
    [
        (None, None, [], {UNTRIED}),
        (RIGHT, None, [], set()),
        (WRONGLY, None, [(SAID, False)], {WRONG}),
        (RIGHT, RIGHT, [], set()),
        (None, WRONGLY, [(f"Draf: {SAID}", False)], {WRONG}),
        (WRONGLY, WRONGLY, [(f"Draf: {SAID}", False)], {WRONG}),
        (RIGHT, WRONGLY, [("Rilis: dijawab: ongkir", True), (f"Draf: {SAID}", False)], {WRONG, TURNED}),
        (WRONGLY, RIGHT, [(f"Rilis: {SAID}", False), ("Draf: dijawab: ongkir", True)], {TURNED}),
    ],
)
def test_a_message_shows_what_was_wrong_and_what_turned(
    before: Trial | None, drafted: Trial | None, said: list[tuple[str, bool]], in_lists: set[str]
) -> None:
    assert became_of(before, drafted, "id") == said
    assert {state for state in (WRONG, TURNED, UNTRIED) if fits(state, before, drafted)} == in_lists
    assert fits(ALL, before, drafted)
