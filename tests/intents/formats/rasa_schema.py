"""What Rasa 3.6 wants of a project, as far as our exports could break it, in our own words.

Made after trying its `rasa data validate`, which takes minutes and another Python; it is no substitute for that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

SLOT_KEYS = {
    "type", "mappings", "initial_value", "values", "min_value", "max_value", "influence_conversation",
    "value_reset_delay",
}  # fmt: skip
MAPPING_TYPES = {
    "from_entity": "entity",
    "from_text": "",
    "from_intent": "value",
    "from_trigger_intent": "value",
    "custom": "",
}
VARIANT_KEYS = {"id", "text", "image", "custom", "buttons", "attachment", "channel", "metadata", "condition"}
STEP_KEYS = {"intent", "action", "active_loop", "slot_was_set", "or"}
MERGED = ("slots", "forms", "responses")


def complaints(files: Mapping[str, str]) -> list[str]:
    """What Rasa would complain about; nothing for a project it accepts."""
    parsed = {path: yaml.safe_load(text) for path, text in files.items() if path.endswith(".yml")}
    domain: dict[str, Any] = {key: {} for key in MERGED} | {"intents": [], "entities": [], "actions": []}
    nlu: list[Any] = []
    rules: list[Any] = []
    for path, found in parsed.items():
        for key, value in (found or {}).items():
            if path.startswith("domain/") and key in domain:
                domain[key] = {**domain[key], **value} if key in MERGED else domain[key] + value
            elif path.startswith("data/") and key in ("nlu", "rules"):
                (nlu if key == "nlu" else rules).extend(value)
    return [*_nlu(nlu, domain), *_slots(domain), *_responses(domain), *_rules(rules, domain), *_config(parsed)]


def _nlu(items: list[Any], domain: Mapping[str, Any]) -> Iterator[str]:
    intents = {item["intent"] for item in items if "intent" in item}
    for item in items:
        examples = item["examples"]
        if not isinstance(examples, str) and not (
            "intent" in item and all(set(e) <= {"text", "metadata"} for e in examples)
        ):
            yield f"examples of {item}"
        if isinstance(examples, str) and not all(line.startswith("-") for line in examples.splitlines()):
            yield f"a line without dash in {item}"
    if {name.partition("/")[0] for name in intents} != set(domain["intents"]):
        yield "the domain lists other intents than there are"


def _slots(domain: Mapping[str, Any]) -> Iterator[str]:
    for name, slot in domain["slots"].items():
        yield from (f"slot {name}: {key}" for key in slot.keys() - SLOT_KEYS)
        for mapping in slot["mappings"]:
            kind = mapping["type"]
            if kind not in MAPPING_TYPES or (MAPPING_TYPES[kind] and mapping.get(MAPPING_TYPES[kind]) is None):
                yield f"slot {name}: mapping {mapping}"
            for condition in mapping.get("conditions", []):
                form = condition.get("active_loop")
                if form and name not in domain["forms"].get(form, {}).get("required_slots", []):
                    yield f"slot {name}: a condition on {form}, which does not ask for it"
    for name, form in domain["forms"].items():
        yield from (f"form {name}: {key}" for key in form.keys() - {"required_slots", "ignored_intents"})
        yield from (f"form {name}: slot {slot}" for slot in set(form["required_slots"]) - domain["slots"].keys())


def _responses(domain: Mapping[str, Any]) -> Iterator[str]:
    for name, variants in domain["responses"].items():
        for variant in variants:
            if variant.keys() - VARIANT_KEYS or not isinstance(variant.get("text"), str):
                yield f"{name}: {variant}"
            if not all(isinstance(value, str | bool) for value in variant.get("metadata", {}).values()):
                yield f"{name}: metadata that JSON does not know"


def _rules(rules: list[Any], domain: Mapping[str, Any]) -> Iterator[str]:
    answered = {name.removeprefix("utter_").partition("/")[0] for name in domain["responses"]}
    begun = {step["intent"].partition("/")[0] for rule in rules for step in rule["steps"] if "intent" in step}
    yield from (f"nothing follows upon {name}" for name in set(domain["intents"]) & answered - begun)
    for rule in rules:
        for step in rule["steps"]:
            action = step.get("action", "")
            known = {*domain["actions"], *domain["forms"], *domain["responses"]} | {
                f"utter_{name}" for name in answered
            }
            if step.keys() - STEP_KEYS:
                yield f"step {step}"
            if action and action not in known:
                yield f"the action {action} is listed nowhere"
            if "intent" in step and step["intent"].partition("/")[0] not in domain["intents"]:
                yield f"a rule for {step['intent']}, which the domain does not list"


def _config(parsed: Mapping[str, Any]) -> Iterator[str]:
    yield from (
        f"config.yml lacks {key}" for key in {"recipe", "assistant_id", "language"} - parsed["config.yml"].keys()
    )
    if parsed["config.yml"]["assistant_id"] == "placeholder_default":
        yield "config.yml names no assistant"
