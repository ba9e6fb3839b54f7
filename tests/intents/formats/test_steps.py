"""Rules and stories: what follows upon an intent becomes a rule, what cannot be said is reported once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from intents.formats import Loaded
from intents.forms import Rule, Wanted, holds

Load = Callable[..., Loaded]
Said = Callable[[Loaded], list[tuple[str, str, int, str]]]
Read = Callable[..., Loaded]

DOMAIN = """\
version: "3.1"
nlu:
- intent: salam
  examples: "- halo"
- intent: pesan
  examples: "- mau pesan"
- intent: batal
  examples: "- tidak jadi"
- intent: faq/jam
  examples: "- jam buka?"
- intent: faq/alamat
  examples: "- di mana?"
responses:
  utter_salam: Halo
  utter_batal: Baik
  utter_faq/jam: Jam 9
  utter_faq/alamat: Di Solo
  utter_tanya: Mau apa?
  utter_lagi: Ada lagi?
  utter_ask_nama: Namanya siapa?
slots:
  nama: {type: text, mappings: [{type: from_text}]}
  anggota: {type: bool, mappings: [{type: from_text}]}
  paket: {type: categorical, values: [Hemat, Kilat], mappings: [{type: from_text}]}
  catatan: {type: list, mappings: [{type: from_text}]}
forms:
  form_pesan: {required_slots: [nama]}
"""


@pytest.fixture
def read(load: Load) -> Read:
    """Load a small project with these files of rules and stories beside its domain."""

    def write_and_load(rules: str, **files: str) -> Loaded:
        others = {f"{name}.yml": 'version: "3.1"\n' + content for name, content in files.items()}
        return load({"domain.yml": DOMAIN, "rules.yml": 'version: "3.1"\nrules:\n' + rules, **others})

    return write_and_load


def rule(*steps: str, condition: str = "") -> str:
    """A rule of these steps."""
    lines = [f"  - {step}\n" for step in steps]
    return "- rule: x\n" + (f"  condition: {condition}\n" if condition else "") + "  steps:\n" + "".join(lines)


def rules_of(loaded: Loaded) -> list[tuple[object, ...]]:
    return [(rule.intent, rule.steps, *([rule.slots] if rule.slots else [])) for rule in loaded.knowledge.rules]


def warnings(said: Said, loaded: Loaded) -> list[tuple[int, str]]:
    return [(line, text) for level, file, line, text in said(loaded) if level == "warning" and file != "domain.yml"]


def test_what_follows_upon_an_intent_is_kept_in_order(read: Read, said: Said) -> None:
    steps = ("intent: pesan", "action: utter_tanya", "action: action_cari", "action: utter_lagi")
    loaded = read(rule(*steps, "action: action_listen"))
    assert rules_of(loaded) == [("pesan", ("utter_tanya", "action_cari", "utter_lagi"))]
    assert said(loaded) == []


def test_a_form_that_begins_is_one_step_and_what_follows_its_end_is_its_own(read: Read, said: Said) -> None:
    begins = rule("intent: pesan", "action: form_pesan", "active_loop: form_pesan")
    ends = rule(
        "action: form_pesan",
        "active_loop: null",
        "slot_was_set: [{requested_slot: null}]",
        "action: action_pesan",
        "action: utter_lagi",
        condition="[{active_loop: form_pesan}]",
    )
    loaded = read(begins + ends)
    assert rules_of(loaded) == [("pesan", ("form_pesan",))]
    assert loaded.knowledge.forms["form_pesan"].then == ("action_pesan", "utter_lagi")
    assert said(loaded) == []


def test_a_whole_form_in_a_story_says_the_same(read: Read, said: Said) -> None:
    story = """
stories:
- story: memesan
  steps:
  - intent: pesan
  - action: form_pesan
  - active_loop: form_pesan
  - slot_was_set:
    - requested_slot: nama
  - intent: salam
  - action: form_pesan
  - slot_was_set:
    - nama: Budi
    - requested_slot: null
  - active_loop: null
  - action: utter_lagi
"""
    loaded = read("", cerita=story)
    assert rules_of(loaded) == [("pesan", ("form_pesan",))]
    assert loaded.knowledge.forms["form_pesan"].then == ("utter_lagi",)
    assert warnings(said, loaded) == []


def test_a_form_may_lead_to_another(read: Read) -> None:
    domain = "forms: {form_b: {required_slots: [nama]}}\n"
    ends = rule("active_loop: null", "action: form_b", "active_loop: form_b", condition="[{active_loop: form_pesan}]")
    assert read(ends, b=domain).knowledge.forms["form_pesan"].then == ("form_b",)


def test_an_intent_that_gets_its_own_answer_needs_no_rule(read: Read, said: Said) -> None:
    loaded = read(rule("intent: salam", "action: utter_salam") + rule("intent: faq", "action: utter_faq"))
    assert (rules_of(loaded), warnings(said, loaded)) == ([], [])


def test_an_intent_without_answer_adopts_the_response_that_its_rule_names(read: Read) -> None:
    loaded = read(rule("intent: pesan", "action: utter_tanya"))
    assert loaded.knowledge.answers["pesan"] == loaded.knowledge.answers["tanya"]
    assert rules_of(loaded) == []


def test_a_rule_that_names_another_response_than_the_intents_own_is_followed(read: Read) -> None:
    assert rules_of(read(rule("intent: salam", "action: utter_tanya"))) == [("salam", ("utter_tanya",))]


@pytest.mark.parametrize("response", ["utter_faq", "respond_faq"])
def test_a_rule_for_a_retrieval_intent_counts_for_all_below_it(read: Read, response: str) -> None:
    loaded = read(rule("intent: faq", "action: action_catat", f"action: {response}"))
    assert rules_of(loaded) == [
        ("faq/jam", ("action_catat", "utter_faq/jam")),
        ("faq/alamat", ("action_catat", "utter_faq/alamat")),
    ]


def test_any_of_several_intents_begins_the_same(read: Read) -> None:
    loaded = read(rule("or: [{intent: salam}, {intent: pesan}]", "action: action_cari"))
    assert rules_of(loaded) == [("salam", ("action_cari",)), ("pesan", ("action_cari",))]


@pytest.mark.parametrize(
    ("condition", "slots"),
    [
        ("anggota: true", (("anggota", True),)),
        ("anggota: null", (("anggota", None),)),
        ("paket: hemat", (("paket", "Hemat"),)),
        ("paket: kilat, anggota: false", (("anggota", False), ("paket", "Kilat"))),
        ("nama: Budi", (("nama", Wanted.ANYTHING),)),
        ("catatan: [a]", (("catatan", Wanted.ANYTHING),)),
        ("catatan: []", (("catatan", None),)),
    ],
)
@pytest.mark.parametrize("before", [True, False], ids=["condition", "step"])
def test_conditions_on_slots_belong_to_the_rule(
    read: Read, condition: str, slots: tuple[tuple[str, object], ...], before: bool
) -> None:
    where = f"[{{slot_was_set: [{{{condition}}}]}}]" if before else ""
    steps = ["intent: pesan", "action: action_cari"]
    loaded = read(rule(*steps, condition=where) if before else rule(f"slot_was_set: {{{condition}}}", *steps))
    assert loaded.knowledge.rules == (Rule(intent="pesan", steps=("action_cari",), slots=slots),)


def test_a_slot_named_without_value_must_have_one() -> None:
    assert holds((("nama", Wanted.ANYTHING),), {"nama": "Budi"})
    assert not holds((("nama", Wanted.ANYTHING),), {})


def test_a_bare_slot_as_condition_is_one_that_has_a_value(read: Read) -> None:
    loaded = read(rule("intent: pesan", "slot_was_set: [nama]", "action: action_cari"))
    assert rules_of(loaded) == [("pesan", ("action_cari",), (("nama", Wanted.ANYTHING),))]


def test_the_rule_with_a_condition_goes_beside_the_one_without(read: Read) -> None:
    both = rule("intent: pesan", "action: action_cari") + rule(
        "intent: pesan", "action: action_lain", condition="[{slot_was_set: {anggota: true}}]"
    )
    knowledge = read(both).knowledge
    assert knowledge.steps_after("pesan", {"anggota": True}) == ("action_lain",)
    assert knowledge.steps_after("pesan", {}) == ("action_cari",)


STORIES = """
stories:
- story: a
  steps: [{intent: pesan}, {action: action_a}]
- story: b
  steps: [{intent: pesan}, {action: action_b}]
- story: c
  steps: [{intent: pesan}, {action: action_b}]
"""


def test_of_stories_the_commonest_counts_and_rules_go_before_them(read: Read, said: Said) -> None:
    loaded = read("", cerita=STORIES)
    assert rules_of(loaded) == [("pesan", ("action_b",))]
    ((line, message),) = warnings(said, loaded)
    assert (line, message.split(";")[0]) == (5, "a story lets something else follow than a rule or other stories")
    assert rules_of(read(rule("intent: pesan", "action: action_c"), cerita=STORIES)) == [("pesan", ("action_c",))]


def test_of_contradicting_rules_the_first_counts(read: Read, said: Said) -> None:
    loaded = read(rule("intent: pesan", "action: action_a") * 2 + rule("intent: pesan", "action: action_b"))
    assert rules_of(loaded) == [("pesan", ("action_a",))]
    ((line, message),) = warnings(said, loaded)
    assert (line, message.split(" (")[0].split(" the one")[0]) == (13, "this rule contradicts")


@pytest.mark.parametrize(
    ("steps", "line", "message", "rules"),
    [
        (("intent: pesan", "action: utter_tnya"), 6, "the response utter_tnya is written nowhere", []),
        (("intent: pesan", "action: form_x", "active_loop: form_x"), 6, "the form form_x, which begins here,", []),
        (
            ("active_loop: form_x", "active_loop: null", "action: utter_lagi"),
            7,
            "the form form_x, which ends here,",
            [],
        ),
        (("intent: pesan", "action: form_psan"), 6, "form_psan, which follows here,", [("pesan", ("form_psan",))]),
        (("intent: psan", "action: action_a"), 5, "a rule or story for the intent psan, which has no example", []),
        (("slot_was_set: [umur]", "intent: pesan", "action: action_a"), 6, "the slot umur, on which something for", []),
        (("intent: pesan", "acton: action_a"), 6, "step: `acton` is not known; left out", []),
        (("intent: pesan", "action_a"), 6, "a step that is none; left out", []),
        (
            ("intent: pesan", "entities: [kota]", "action: action_a"),
            None,
            "",
            [("pesan", ("action_a",))],
        ),
        (
            ("{intent: pesan, entities: [kota]}", "action: action_a"),
            5,
            "a condition on entities is not judged; read without it",
            [("pesan", ("action_a",))],
        ),
        (("checkpoint: mulai", "intent: pesan", "action: action_a"), 5, "checkpoints are not followed", []),
        (("user: mau pesan", "bot: Baik"), 5, "`user:` and `bot:` with the text of a message are not followed", []),
        (("action: utter_salam",), 5, "a rule or story that no intent begins is not followed", []),
        (("or: [{slot_was_set: [nama]}]", "action: action_a"), 5, "`or:` of anything but intents is not followed", []),
        (
            ("intent: pesan", "action: action_a", "slot_was_set: [nama]", "action: utter_lagi"),
            8,
            "what follows hangs on a slot that is set on the way",
            [("pesan", ("action_a",))],
        ),
    ],
)
def test_what_cannot_be_followed_is_reported_with_its_line(
    read: Read, said: Said, steps: tuple[str, ...], line: int | None, message: str, rules: list[object]
) -> None:
    loaded = read(rule(*steps))
    assert rules_of(loaded) == rules
    assert [at for at, text in warnings(said, loaded) if text.startswith(message)] == ([] if line is None else [line])


def test_remedies_name_the_nearest(read: Read) -> None:
    loaded = read(rule("intent: psan", "action: utter_tnya") + rule("intent: pesan", "action: utter_tnya"))
    remedies = {finding.message.split(" ")[1]: finding.remedy for finding in loaded.report}
    assert remedies["rule"] == "Did you mean pesan?"
    assert remedies["response"] == "Did you mean utter_tanya?"


def test_a_step_that_is_not_there_costs_only_itself(read: Read) -> None:
    loaded = read(rule("intent: pesan", "action: utter_hilang", "action: action_a"))
    assert rules_of(loaded) == [("pesan", ("action_a",))]


def test_a_kind_of_thing_that_cannot_be_said_is_reported_once_with_its_number(read: Read, said: Said) -> None:
    loaded = read(rule("checkpoint: a", "intent: pesan", "action: action_a") * 3)
    assert warnings(said, loaded)[0] == (5, "checkpoints are not followed (3 times, here first)")


def test_later_turns_are_reported_only_where_they_go_their_own_way(read: Read, said: Said) -> None:
    same = """
stories:
- story: a
  steps:
  - intent: salam
  - action: utter_salam
  - intent: batal
  - action: utter_batal
  - intent: pesan
  - action: action_a
"""
    known = rule("intent: pesan", "action: action_a")
    assert warnings(said, read(known, cerita=same)) == []
    loaded = read("", cerita=same)
    assert rules_of(loaded) == []
    ((line, message),) = warnings(said, loaded)
    assert (line, message.split(";")[0]) == (10, "a later turn of a story goes on in its own way")


def test_an_interruption_that_answers_as_always_needs_no_word(read: Read, said: Said) -> None:
    condition = "[{active_loop: form_pesan}]"
    back = ("action: form_pesan", "active_loop: form_pesan")
    usual = rule("intent: salam", "action: utter_salam", *back, condition=condition)
    own = rule("intent: batal", "action: action_deactivate_loop", "active_loop: null", condition=condition)
    loaded = read(usual)
    assert (rules_of(loaded), warnings(said, loaded)) == ([], [])
    loaded = read(usual + own)
    assert rules_of(loaded) == []
    assert loaded.knowledge.forms["form_pesan"].then == ()
    ((line, message),) = warnings(said, loaded)
    assert (line, message.split(";")[0]) == (
        13,
        "what follows upon an intent while a form runs is something of its own",
    )


def test_a_rule_under_another_condition_is_read_without_it_unless_one_needs_none(read: Read, said: Said) -> None:
    start = "- rule: x\n  conversation_start: true\n  steps: [{intent: pesan}, {action: action_a}]\n"
    loaded = read(start)
    assert rules_of(loaded) == [("pesan", ("action_a",))]
    assert [message for _, message in warnings(said, loaded)] == [
        "`conversation_start` is not judged; the rule counts at any time"
    ]
    assert rules_of(read(start + rule("intent: pesan", "action: action_b"))) == [("pesan", ("action_b",))]


def test_what_follows_a_form_under_a_condition_counts_if_nothing_else_does(read: Read, said: Said) -> None:
    def ends(action: str, condition: str) -> str:
        return rule("action: form_pesan", "active_loop: null", f"action: {action}", condition=condition)

    member = ends("action_a", "[{active_loop: form_pesan}, {slot_was_set: {anggota: true}}]")
    loaded = read(member)
    assert loaded.knowledge.forms["form_pesan"].then == ("action_a",)
    assert [message for _, message in warnings(said, loaded)] == [
        "what follows upon a form cannot hang on slots; read without the condition"
    ]
    anybody = ends("action_b", "[{active_loop: form_pesan}]")
    assert read(member + anybody).knowledge.forms["form_pesan"].then == ("action_b",)


def test_an_action_that_the_domain_does_not_list_is_a_remark_unless_it_needs_no_code(read: Read, said: Said) -> None:
    rules = rule("intent: pesan", "action: action_b", "action: action_menu", "action: action_restart")
    loaded = read(rules, domain_b="actions: [action_a, utter_salam]\n")
    message = "the action action_b is not listed below `actions:`; taken all the same"
    assert ("info", "rules.yml", 6, message) in said(loaded)
    assert rules_of(loaded) == [("pesan", ("action_b", "action_menu", "action_restart"))]
    assert warnings(said, loaded) == []


def test_not_understanding_is_the_bots_own_business(read: Read, said: Said) -> None:
    loaded = read(rule("intent: nlu_fallback", "action: utter_lagi"))
    level, _, line, message = said(loaded)[0]
    assert (level, line, message.split(":")[0]) == ("info", 5, "what follows upon nlu_fallback is left out")
    assert rules_of(loaded) == []


def test_stories_to_test_by_are_no_stories(load: Load, said: Said) -> None:
    test = 'version: "3.1"\nstories:\n- story: x\n  steps: [{intent: pesan}, {action: action_a}]\n'
    loaded = load({"domain.yml": DOMAIN, "tests/test_stories.yml": test})
    assert rules_of(loaded) == []
    assert ("info", "tests/test_stories.yml", 3, "stories to test a bot by; not read as what it does") in said(loaded)


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        ("- x\n", 3, "something below `rules:` has no steps; left out"),
        ("- apiGroups: [apps]\n  verbs: [get]\n", None, ""),
        ("  semi: error\n", None, ""),
        ("- rule: x\n  langkah: []\n", 4, "rules: `langkah` is not known; left out"),
        ("  rule: x\n  steps: [{intent: pesan}, {action: action_a}]\n", 3, "`rules:` is a mapping, not a list"),
        ("- rule: x\n  steps: {intent: pesan, action: action_a}\n", 4, "`steps:` is a mapping, not a list"),
        ("- rule: x\n  condition: [{aktif: x}]\n  steps: [{intent: pesan}, {action: action_a}]\n", 4, "`aktif` is no"),
        ("- rule: x\n  wait_for_user_input: false\n  steps: []\n", 4, "`wait_for_user_input: false` is not followed"),
        ("- rule: x\n  steps:\n", None, ""),
        ("- rule: x\n  steps: [null, '...', {intent: null}, {action: null}, {active_loop: null}]\n", None, ""),
        ("- rule:\n  steps: [{intent: [pesan]}, {action: [x]}]\n", None, ""),
        ("", None, ""),
    ],
)
def test_an_odd_shape_is_survived(read: Read, said: Said, lines: str, line: int | None, message: str) -> None:
    loaded = read(lines)
    assert [at for at, text in warnings(said, loaded) if text.startswith(message)] == ([] if line is None else [line])
    assert rules_of(loaded) in ([], [("pesan", ("action_a",))])


def test_a_slip_in_one_rule_costs_only_that_rule(read: Read, load: Load) -> None:
    good = rule("intent: pesan", "action: action_a")
    broken = '- rule: "x\n  steps:\n  - intent: batal\n'
    rules = 'version: "3.1"\nrules:\n' + good + broken + good.replace("pesan", "salam")
    loaded = load({"domain.yml": DOMAIN, "rules.yml": rules}, strict=False)
    assert rules_of(loaded) == [("salam", ("action_a",)), ("pesan", ("action_a",))]


def test_a_list_of_rules_alone_is_read_as_such(load: Load, said: Said) -> None:
    loaded = load({"domain.yml": DOMAIN, "rules.yml": rule("intent: pesan", "action: action_a")})
    assert rules_of(loaded) == [("pesan", ("action_a",))]
    assert warnings(said, loaded) == [(1, "a list without `rules:` above it; read as one")]


def test_rules_that_lead_back_to_themselves_are_survived(load: Load) -> None:
    loaded = load(
        {"domain.yml": DOMAIN, "a.yml": "rules: &a\n- *a\n- rule: x\n  steps: *a\n  condition: *a\nslots: &s {a: *s}\n"}
    )
    assert rules_of(loaded) == []
