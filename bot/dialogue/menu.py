"""The menu: topics, and what can be asked about each, as lists of buttons that turn their pages in place.

A topic is a department of the knowledge base; what it lists are the intents with a title and an answer.
"""

from __future__ import annotations

from bot.dialogue.buttons import MENU, choice_buttons
from bot.dialogue.decision import Decision, DecisionKind
from bot.dialogue.turn import Turn, say
from conversation.effects import Button, EditText, SendText

LABEL = "menu"
"""What the menu is called among what was sent, so that a press can replace it."""

ON_A_PAGE = 6

Rows = tuple[tuple[Button, ...], ...]


def topics(turn: Turn) -> Decision:
    """Show the topics, as a new message; those of the only topic there is at once."""
    text, rows = _topics(turn)
    return say(turn, DecisionKind.COMMAND, "menu", SendText(text=text, buttons=rows), label=LABEL)


def turned(turn: Turn, payload: str) -> Decision:
    """Show what a press on the menu asks for, in the place of what it showed."""
    _, department, page = (*payload.split(":"), "", "")[:3]
    if department in _departments(turn):
        text, rows = _topic(turn, department, int(page) if page.isdecimal() else 0)
    else:
        text, rows = _topics(turn)
    return say(turn, DecisionKind.COMMAND, "menu", EditText(text=text, buttons=rows), label=LABEL)


def is_menu(payload: str) -> bool:
    """Whether a payload belongs to the menu."""
    return payload.partition(":")[0] == MENU


def _departments(turn: Turn) -> dict[str, list[str]]:
    """The intents that can be chosen, by department, in the order of the knowledge base."""
    listed: dict[str, list[str]] = {}
    for intent in turn.knowledge.intents.values():
        if intent.kind == "faq" and intent.title and turn.answers(intent.name):
            listed.setdefault(intent.department or turn.policy.default_department, []).append(intent.name)
    return listed


def _topics(turn: Turn) -> tuple[str, Rows]:
    departments = list(_departments(turn))
    if len(departments) == 1:
        return _topic(turn, departments[0], 0)
    rows = tuple((Button(title=_title(name), payload=f"{MENU}:{name}:0"),) for name in departments)
    return turn.phrases.menu, rows


def _topic(turn: Turn, department: str, page: int) -> tuple[str, Rows]:
    departments, phrases = _departments(turn), turn.phrases
    names = departments[department]
    first = min(page, (len(names) - 1) // ON_A_PAGE) * ON_A_PAGE
    shown = names[first : first + ON_A_PAGE]
    rows = choice_buttons(((name, turn.knowledge.intents[name].title) for name in shown), "")[:-1]
    steps = []
    if first:
        steps.append(Button(title=phrases.menu_earlier, payload=f"{MENU}:{department}:{first // ON_A_PAGE - 1}"))
    if first + ON_A_PAGE < len(names):
        steps.append(Button(title=phrases.menu_more, payload=f"{MENU}:{department}:{first // ON_A_PAGE + 1}"))
    back = ((Button(title=phrases.menu_back, payload=MENU),),) if len(departments) > 1 else ()
    return phrases.menu_topic.format(topic=_title(department)), (*rows, *((tuple(steps),) if steps else ()), *back)


def _title(department: str) -> str:
    return department.replace("_", " ").capitalize()
