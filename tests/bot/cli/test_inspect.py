"""`tanggap tickets` and `tanggap history`: what is in the store, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

from tests.command_line import Command


def test_tickets_are_listed_with_the_name_of_their_conversation(tanggap: Command, project: Path) -> None:
    ended = tanggap("tickets", cwd=project)
    assert (ended.code, ended.err) == (0, "")
    assert "terminal:sari" in ended.out


def test_tickets_are_given_to_programs(tanggap: Command, project: Path) -> None:
    (ticket,) = json.loads(tanggap("tickets", "--json", cwd=project).out)
    assert (ticket["conversation"], ticket["status"], ticket["department"]) == ("terminal:sari", "queued", "umum")
    assert json.loads(tanggap("tickets", "--all", "--json", cwd=project).out) == [ticket]


def test_a_conversation_is_shown_with_every_word_of_it(tanggap: Command, project: Path) -> None:
    ended = tanggap("history", "terminal:sari", cwd=project)
    assert ended.code == 0
    assert "jam buka?" in ended.out
    assert "mau ngomong sama orang" in ended.out


def test_a_conversation_is_given_to_programs_with_the_bots_decisions(tanggap: Command, project: Path) -> None:
    conversation = json.loads(tanggap("history", "terminal:sari", "--json", cwd=project).out)
    assert [turn["intent"] for turn in conversation["turns"]] == ["jam_buka", "minta_agen"]
    assert [episode["closed_at"] for episode in conversation["episodes"]] == [None]
    assert [message["text"] for message in conversation["messages"] if message["author"] == "customer"] == [
        "jam buka?",
        "mau ngomong sama orang",
    ]


def test_an_unknown_conversation_is_named(tanggap: Command, project: Path) -> None:
    tanggap("history", "terminal:tidak-ada", cwd=project).failed("terminal:tidak-ada", "tanggap tickets")


def test_reading_makes_no_database(tanggap: Command, tmp_path: Path) -> None:
    tanggap("tickets", cwd=tmp_path).failed("no database yet")
    assert list(tmp_path.iterdir()) == []
