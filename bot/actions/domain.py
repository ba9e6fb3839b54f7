"""A knowledge base as a Rasa domain, copied for each action only as far as the action looks at it. Knows no SDK."""

from __future__ import annotations

import json
import marshal
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from intents.forms import Source, SourceKind
from intents.knowledge import Answer, KnowledgeBase

Json = dict[str, Any]


class Domain:
    """The domain of the knowledge base that serves. `slots` are the names of those that it declares."""

    def __init__(self, knowledge: KnowledgeBase, actions: Iterable[str]) -> None:
        self.slots: tuple[str, ...] = ()
        self._frozen: Mapping[str, bytes] = {}
        self.become(knowledge, actions)

    def become(self, knowledge: KnowledgeBase, actions: Iterable[str]) -> None:
        """Be the domain of another knowledge base, for every call from now on."""
        sections = {
            "intents": list(knowledge.intents),
            "entities": sorted({s.entity for slot in knowledge.slots.values() for s in slot.sources if s.entity}),
            "slots": {
                slot.name: {
                    "type": slot.type.value,
                    "initial_value": slot.initial,
                    "mappings": [_mapping(source) for source in slot.sources],
                }
                for slot in knowledge.slots.values()
            },
            "forms": {
                form.name: {"required_slots": list(form.slots), "ignored_intents": list(form.ignored_intents)}
                for form in knowledge.forms.values()
            },
            "responses": {
                f"utter_{name}": [_response(answer) for answer in variants]
                for name, variants in knowledge.answers.items()
            },
            "actions": sorted(actions),
        }
        self.slots = tuple(knowledge.slots)
        # What YAML knows and JSON does not, such as a date, becomes text.
        self._frozen = {
            name: marshal.dumps(json.loads(json.dumps(each, default=str))) for name, each in sections.items()
        }

    def fresh(self) -> Json:
        """A copy that whoever gets it may change."""
        return Sections(self._frozen)


class Sections(dict[str, Any]):
    """A dict whose values are made when they are first looked at: most actions never look at the domain, and to copy
    that of 50 intents takes a hundred times as long as an action should.
    """

    def __init__(self, frozen: Mapping[str, bytes]) -> None:
        super().__init__(frozen)
        self._frozen = set(frozen)

    def __getitem__(self, key: str) -> Any:
        if key in self._frozen:
            self[key] = marshal.loads(super().__getitem__(key))
        return super().__getitem__(key)

    def __setitem__(self, key: str, value: Any) -> None:
        self._frozen.discard(key)
        super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        self._frozen.discard(key)
        super().__delitem__(key)

    def __iter__(self) -> Iterator[str]:  # Where this is overridden, Python copies a dict by looking at its values.
        return super().__iter__()

    def __eq__(self, other: object) -> bool:
        return dict.__eq__(self._thawed(), other)

    def __or__(self, other: Any) -> Any:
        return dict(self._thawed()) | other

    def __ror__(self, other: Any) -> Any:
        return other | dict(self._thawed())

    def __ior__(self, other: Any) -> Any:
        return super(Sections, self._thawed()).__ior__(other)

    def __reduce__(self) -> tuple[type, tuple[Json]]:
        return dict, (dict(self._thawed()),)  # Copies and pickles are plain dicts.

    def __repr__(self) -> str:
        return dict.__repr__(self._thawed())

    def get(self, key: str, default: Any = None) -> Any:
        """As a dict's."""
        if key in self._frozen:
            return self[key]
        return super().get(key, default)

    def items(self) -> Any:
        """As a dict's."""
        return super(Sections, self._thawed()).items()

    def values(self) -> Any:
        """As a dict's."""
        return super(Sections, self._thawed()).values()

    def copy(self) -> Json:
        """As a dict's."""
        return dict(self._thawed())

    def pop(self, *arguments: Any) -> Any:
        """As a dict's."""
        return super(Sections, self._thawed()).pop(*arguments)

    def popitem(self) -> Any:
        """As a dict's."""
        return super(Sections, self._thawed()).popitem()

    def setdefault(self, *arguments: Any) -> Any:
        """As a dict's."""
        return super(Sections, self._thawed()).setdefault(*arguments)

    def update(self, *arguments: Any, **named: Any) -> None:
        """As a dict's."""
        super(Sections, self._thawed()).update(*arguments, **named)

    def clear(self) -> None:
        """As a dict's."""
        self._frozen.clear()
        super().clear()

    def _thawed(self) -> Sections:
        """This, with all values made."""
        for key in tuple(self._frozen):
            self[key]
        return self


def _mapping(source: Source) -> Json:
    kind = SourceKind.CUSTOM if source.kind is SourceKind.FROM_ATTACHMENT else source.kind
    condition = {"active_loop": source.form, "requested_slot": source.requested}
    condition = {key: value for key, value in condition.items() if value}
    named = {
        "entity": source.entity,
        "role": source.role,
        "group": source.group,
        "value": source.value,
        "action": source.action,
        "intent": list(source.intents),
        "not_intent": list(source.not_intents),
        "conditions": [condition] if condition else [],
    }
    return {"type": kind.value, **{key: value for key, value in named.items() if value not in ("", None, [])}}


def _response(answer: Answer) -> Json:
    response: Json = {"text": answer.text}
    if answer.buttons:
        response["buttons"] = [{"title": button.title, "payload": button.payload} for button in answer.buttons]
    if answer.image:
        response["image"] = answer.image
    if answer.channel:
        response["channel"] = answer.channel
    if answer.slots:
        response["condition"] = [{"type": "slot", "name": name, "value": value} for name, value in answer.slots]
    return response
