"""Functions as actions: what they are given, what they may return, and which signatures cannot be served."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Optional

import pytest

from bot.actions import Action, ActionError, FunctionAction, Invalid, action, validates
from bot.actions.native import NotAnAnswer, result_of
from bot.actions.validation import form_validations
from bot.testing.action_contract import call
from conversation.actions import Call, Failure, FollowedBy, Result, Saying, SlotSet


def given(function: Any, **slots: object) -> object:
    """What an action is given for its only parameter."""
    seen: list[object] = []
    parameters = action("a")(function).parameters
    made = FunctionAction(name="a", repeatable=True, function=lambda slot: seen.append(slot), parameters=parameters)
    result = asyncio.run(made.run(call("a", slots=slots)))
    return seen[0] if seen else result.failure


# What a function is given


async def test_a_parameter_is_given_the_slot_of_its_name() -> None:
    @action("action_cek")
    async def cek(nomor: str, jumlah: int = 1, *, kota: str | None) -> str:
        return f"{nomor} {jumlah} {kota}"

    result = await cek.run(call("action_cek", slots={"nomor": "INV/1", "lain": 5}))
    assert result.says == (Saying(text="INV/1 1 None"),)


async def test_a_parameter_of_type_call_is_given_the_call() -> None:
    @action("action_siapa")
    async def siapa(pertanyaan: Call) -> str:
        return pertanyaan.conversation.contact.name

    assert (await siapa.run(call("action_siapa"))).says == (Saying(text="Sari"),)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (str, "12", "12"),
        (str, 12, "12"),
        (int, 12, 12),
        (int, "12", 12),
        (int, 12.0, 12),
        (float, 12, 12.0),
        (float, "1.5", 1.5),
        (bool, True, True),
        (list[str], ["a"], ["a"]),
        (dict[str, Any], {"a": 1}, {"a": 1}),
        (object, 1.5, 1.5),
        (Any, None, None),
        (Optional[int], "3", 3),  # noqa: UP045  # People write that too.
        (int | None, None, None),
    ],
)
def test_a_value_is_converted_where_nothing_is_lost(kind: Any, value: object, expected: object) -> None:
    def function(slot) -> None:  # type: ignore[no-untyped-def]
        ...

    function.__annotations__ = {"slot": kind, "return": None}
    found = given(function, slot=value)
    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (int, "dua"),
        (int, 1.5),
        (int, "1.5"),
        (int, True),
        (float, "nan"),
        (float, "inf"),
        (str, True),
        (str, ["a"]),
        (bool, "ya"),
        (bool, 1),
        (list, "a"),
        (int, None),
        (str, None),
    ],
)
def test_a_value_that_does_not_fit_means_that_the_action_declines(kind: Any, value: object) -> None:
    def function(slot) -> None:  # type: ignore[no-untyped-def]
        ...

    function.__annotations__ = {"slot": kind}
    assert given(function, slot=value) is Failure.REJECTED


async def test_why_an_action_declined_is_said_without_the_value() -> None:
    @action("action_cek")
    async def cek(jumlah: int) -> None: ...

    result = await cek.run(call("action_cek", slots={"jumlah": "4111 2222"}))
    assert result.error == "action_cek: the slot jumlah holds a str, not a int"


async def test_a_list_may_be_changed_without_changing_the_slot() -> None:
    slots: dict[str, object] = {"pesanan": [["soto"]]}

    @action("action_ubah")
    async def ubah(pesanan: list[list[str]]) -> None:
        pesanan[0].clear()

    await ubah.run(call("action_ubah", slots=slots))
    assert slots == {"pesanan": [["soto"]]}


async def test_a_plain_function_runs_in_a_thread_and_an_async_one_does_not() -> None:
    here = threading.get_ident()

    @action("action_a")
    def plain() -> str:
        return str(threading.get_ident() == here)

    @action("action_b")
    async def waiting() -> str:
        return str(threading.get_ident() == here)

    assert (await plain.run(call("action_a"))).says == (Saying(text="False"),)
    assert (await waiting.run(call("action_b"))).says == (Saying(text="True"),)


def test_the_function_can_still_be_called() -> None:
    @action("action_a")
    def double(jumlah: int) -> str:
        return str(2 * jumlah)

    assert double(4) == "8"
    assert isinstance(double, Action)


# What it may return


@pytest.mark.parametrize(
    ("returned", "result"),
    [
        (None, Result()),
        ("", Result()),
        ([], Result()),
        ("Halo", Result(says=(Saying(text="Halo"),))),
        (Saying(image="x"), Result(says=(Saying(image="x"),))),
        (SlotSet(name="a", value=1), Result(events=(SlotSet(name="a", value=1),))),
        (
            ["Halo", SlotSet(name="a", value=1), None, Saying(response="utter_a")],
            Result(says=(Saying(text="Halo"), Saying(response="utter_a")), events=(SlotSet(name="a", value=1),)),
        ),
        (
            ("Halo", Result(says=(Saying(text="Lagi"),), events=(FollowedBy(action="b"),))),
            Result(says=(Saying(text="Halo"), Saying(text="Lagi")), events=(FollowedBy(action="b"),)),
        ),
        (["Halo", Result(failure=Failure.REJECTED)], Result(failure=Failure.REJECTED)),
    ],
)
def test_a_function_returns_what_is_at_hand(returned: object, result: Result) -> None:
    assert result_of(returned) == result


@pytest.mark.parametrize("returned", [42, {"text": "Halo"}, {"Halo"}, object(), ["Halo", 42], SlotSet, b"Halo"])
def test_anything_else_is_no_answer(returned: object) -> None:
    with pytest.raises(NotAnAnswer):
        result_of(returned)


# What cannot be served


def refusal(function: Any, decorate: Any = action("action_a")) -> str:  # noqa: B008
    with pytest.raises(ActionError) as raised:
        decorate(function)
    assert raised.value.remedy
    return str(raised.value)


def test_a_parameter_without_a_type_is_refused_with_its_place() -> None:
    def function(nomor) -> None: ...  # type: ignore[no-untyped-def]

    error = refusal(function)
    assert "'nomor' has no type" in error
    assert "test_native.py:" in error


def test_a_parameter_of_another_type_is_refused() -> None:
    def function(nomor: bytes) -> None: ...

    assert "'nomor' cannot be a <class 'bytes'>" in refusal(function)


def test_a_parameter_of_one_of_several_types_is_refused() -> None:
    def function(nomor: int | str) -> None: ...

    assert "'nomor'" in refusal(function)


def test_parameters_without_a_name_are_refused() -> None:
    def many(*semua: str) -> None: ...
    def named(**semua: str) -> None: ...
    def unnamed(nomor: str, /) -> None: ...

    assert all("cannot be named after a slot" in refusal(each) for each in (many, named, unnamed))


def test_a_type_that_cannot_be_found_is_explained() -> None:
    def function(nomor: str) -> None: ...

    function.__annotations__["nomor"] = "Tidak.Ada"
    assert "types cannot be read" in refusal(function)


@pytest.mark.parametrize("name", [lambda: None, "", None])
def test_the_decorator_without_a_name_is_refused(name: Any) -> None:
    with pytest.raises(ActionError, match="needs a name"):
        action(name)


# Validators


async def test_a_validator_returns_the_value_to_keep() -> None:
    @validates("alamat", "kode_pos")
    def kode_pos(value: int) -> str:
        return f"{value:05}"

    (form,) = form_validations([kode_pos])
    result = await form.run(call("validate_alamat", form="alamat", proposed={"kode_pos": "40115"}))
    assert result == Result(events=(SlotSet(name="kode_pos", value="40115"),))
    assert (form.name, form.repeatable) == ("validate_alamat", True)
    assert kode_pos(115) == "00115"


async def test_a_validator_says_why_it_refuses() -> None:
    @validates("alamat", "kota")
    async def kota(value: str) -> str:
        raise Invalid(Saying(response="utter_kota", values={"kota": value}))

    @validates("alamat", "kode_pos")
    def kode_pos(value: int) -> None:
        raise Invalid

    result = await form_validations([kota, kode_pos])[0].run(
        call("validate_alamat", proposed={"kota": "Mars", "kode_pos": 5})
    )
    assert result.says == (Saying(response="utter_kota", values={"kota": "Mars"}),)
    assert result.events == (SlotSet(name="kota", value=None), SlotSet(name="kode_pos", value=None))


async def test_a_value_of_another_type_is_refused_without_asking_the_validator() -> None:
    @validates("alamat", "kode_pos")
    def kode_pos(value: int) -> int:
        raise AssertionError

    result = await form_validations([kode_pos])[0].run(call("validate_alamat", proposed={"kode_pos": "Bandung"}))
    assert result == Result(events=(SlotSet(name="kode_pos", value=None),))


async def test_a_validator_sees_the_other_slots_as_those_before_it_left_them() -> None:
    @validates("alamat", "kota")
    def kota(value: str) -> str:
        return value.title()

    @validates("alamat", "jalan")
    def jalan(value: str, kota: str | None, negara: str, call: Call) -> str:
        return f"{value}, {kota}, {negara}, {call.slots['kota']}"

    result = await form_validations([jalan, kota])[0].run(
        call("validate_alamat", slots={"negara": "ID"}, proposed={"kota": "bandung", "jalan": "Braga"})
    )
    assert result.events[1] == SlotSet(name="jalan", value="Braga, Bandung, ID, Bandung")


async def test_an_emptied_slot_is_not_shown_to_its_validator() -> None:
    @validates("alamat", "kota")
    def kota(value: str) -> str:
        raise AssertionError

    result = await form_validations([kota])[0].run(call("validate_alamat", proposed={"kota": None}))
    assert result.events == (SlotSet(name="kota", value=None),)


def test_two_validators_for_one_slot_are_refused() -> None:
    def first(value: str) -> str: ...  # type: ignore[empty-body]
    def second(value: str) -> str: ...  # type: ignore[empty-body]

    decorate = validates("alamat", "kota")
    with pytest.raises(ActionError, match=r"first.*second"):
        form_validations([decorate(first), decorate(second)])


def test_a_validator_without_a_value_is_refused() -> None:
    def none() -> None: ...
    def only_call(call: Call) -> None: ...

    assert all("given the value first" in refusal(each, validates("a", "b")) for each in (none, only_call))
