"""Reports in the console: what is asked for, who sees what of it, and the files."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from bot.console import reports_reading
from bot.console.reports_charts import (
    backlog,
    departments_left,
    folded,
    heat,
    intents,
    kept,
    left,
    reasons,
    spreads,
    votes,
)
from bot.console.reports_page import names_of, read_report
from bot.console.reports_reading import Asked, known_departments, zone_of
from bot.console.reports_tables import NUMBER, SECONDS, SHARE, STARS, TABLES, told
from bot.console.reports_words import REPORT_WORDS
from bot.console.rights import Forbidden
from bot.console.words import WORDS
from bot.testing.busy_shop import POLICY
from bot.testing.small_console import ADMIN, DEWI, RUDI
from conversation.errors import Refusal
from conversation.messages import Contact
from conversation.ports import Change
from conversation.state import Closing, Episode, EpisodeId, Metrics, Rating
from handoff.hours import ALWAYS
from handoff.policy import Department, DeskPolicy
from tests.bot.console.conftest import Caller
from tests.bot.console.managers import NOW, managed

WIB = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, Asked()),
        ({"period": "30", "department": "retur"}, Asked(period="30", department="retur")),
        ({"period": "-1"}, Asked()),
        ({"period": "own", "first": "2026-03-01"}, Asked(period="own", first="2026-03-01")),
    ],
)
def test_an_address_says_what_is_asked_for(values: dict[str, str], expected: Asked) -> None:
    assert Asked.of(values) == expected
    assert Asked.of(expected.query()) == expected


@pytest.mark.parametrize(("first", "last"), [("", ""), ("kemarin", "2026-03-01"), ("2026-02-30", "2026-03-01")])
def test_dates_that_are_none_give_the_last_seven_days(first: str, last: str) -> None:
    asked = Asked(period="own", first=first, last=last)
    assert asked.covers(NOW, WIB) == Asked(period="7").covers(NOW, WIB)


def test_times_are_of_the_departments_zone_where_they_share_one() -> None:
    east = Department(name="ambon", calendar=replace(ALWAYS, zone="WIT"))
    policy = DeskPolicy(departments={"ambon": east, "retur": Department(name="retur")})
    assert zone_of(policy, ["ambon"], WIB).key == "Asia/Jayapura"
    assert zone_of(policy, ["ambon", "retur"], WIB) == WIB
    assert zone_of(policy, [], WIB) == zone_of(policy, ["lain"], WIB) == WIB


@pytest.mark.parametrize(
    ("cell", "kind", "indonesian", "english"),
    [
        (None, SHARE, "–", "–"),
        ("Retur", "text", "Retur", "Retur"),
        (12_345, NUMBER, "12.345", "12,345"),
        (0.8754, SHARE, "87,5%", "87.5%"),
        (1.0, SHARE, "100%", "100%"),
        (3_900.0, SECONDS, "1 jam 5 mnt", "1 h 5 min"),
        (4.25, STARS, "4,2", "4.2"),
    ],
)
def test_cells_are_told_in_both_languages(cell: object, kind: str, indonesian: str, english: str) -> None:
    assert told(cell, kind, WORDS["id"], REPORT_WORDS["id"]) == indonesian  # type: ignore[arg-type]  # each is a Cell
    assert told(cell, kind, WORDS["en"], REPORT_WORDS["en"]) == english  # type: ignore[arg-type]


async def test_who_sees_all_sees_the_bot_too_and_others_their_departments_alone() -> None:
    async with managed() as shop:
        with shop.page_of(ADMIN) as ctx:
            whole = await read_report(ctx, Asked())
            assert known_departments(ctx.parts, ADMIN) == ["pembayaran", "retur"]
        with shop.page_of(DEWI) as ctx:
            part = await read_report(ctx, Asked())
            assert known_departments(ctx.parts, DEWI) == ["retur"]
            with pytest.raises(Forbidden):
                await read_report(ctx, Asked(department="pembayaran"))
        assert whole.report.whole
        assert whole.report.intents
        assert {name for name, _ in whole.report.departments} == {"retur", "pembayaran"}
        assert not part.report.whole
        assert part.report.intents == ()
        assert part.report.now.contained is None
        assert {name for name, _ in part.report.departments} == {"retur"}
        assert [each.department for each in part.by_department] == ["retur"]
        assert part.backlog.open == 10  # Two of three tickets that are open.
        assert all(row.department == "retur" for row in part.report.comments)


async def test_reading_in_slices_finds_what_one_reading_would() -> None:
    async with managed(days=20) as shop:
        with shop.page_of(ADMIN) as ctx:
            found = await read_report(ctx, Asked(period="30"))
            since = found.report.period.since
            rows = await ctx.store.episodes_between(since, NOW)
            turns = await ctx.store.volumes(since, NOW)
        assert found.report.now.conversations == len(rows) > 100
        assert sum(map(sum, found.report.heat)) == sum(each.turns for each in turns)


async def test_a_report_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports_reading, "MOST_EPISODES", 50)
    async with managed() as shop:
        with shop.page_of(ADMIN) as ctx, pytest.raises(Refusal, match="Terlalu banyak"):
            await read_report(ctx, Asked())
        async with httpx.AsyncClient(timeout=20) as http:
            caller = Caller(shop.console, http)
            await caller.sign_in(ADMIN)
            assert (await caller.get("/reports/agents.csv")).status_code == 422


async def test_every_table_has_cells_for_all_its_columns_and_every_plot_its_options() -> None:
    async with managed() as shop:
        with shop.page_of(ADMIN) as ctx:
            reading = await read_report(ctx, Asked())
            names = names_of(ctx.parts, ctx.agent)
        for name, build in TABLES.items():
            table = build(reading, names)
            assert table.rows, name
            assert {len(row) for row in table.rows} == {len(table.columns)}, name
        for plot in (heat, intents, reasons, kept, votes, backlog, left):
            assert plot(reading, names)["series"]
        lines = spreads(reading, names, reading.report.first_replies)["series"]
        assert [len(line["data"]) for line in lines] == [len(reading.report.starts)] * 2
        assert {name for name, *_ in TABLES["agents"](reading, names).rows} == {"Sari", "Tono", "Dewi", "Rudi"}


async def test_the_backlog_over_time_ends_with_what_is_open_now() -> None:
    async with managed() as shop:
        with shop.page_of(ADMIN) as ctx:
            reading = await read_report(ctx, Asked())
            names = names_of(ctx.parts, ctx.agent)
        with shop.page_of(DEWI) as ctx:
            part = await read_report(ctx, Asked())
        assert len(reading.left) == len(reading.report.starts)
        assert reading.left[-1] == {each.department: each.open for each in reading.by_department}
        assert [set(each) <= {"retur"} for each in part.left] == [True] * 7
        lines = left(reading, names)["series"]
        assert [line["name"] for line in lines] == [names.department(name) for name in ("retur", "pembayaran")]
        assert [line["data"][-1] for line in lines] == [10, 4]
        rows = TABLES["left"](reading, names).rows
        assert rows[-2:] == (("2026-03-11 14:30", "Pembayaran", 4), ("2026-03-11 14:30", "Retur & refund", 10))


async def test_departments_beyond_the_colours_are_one_line_together() -> None:
    async with managed(days=0) as shop:
        with shop.page_of(ADMIN) as ctx:
            reading = await read_report(ctx, Asked())
    many = {f"d{number:02}": 20 - number for number in range(12)}
    crowded = replace(reading, left=(many, {"d00": 1}))
    named = departments_left(crowded)
    assert named == [*(f"d{number:02}" for number in range(10)), None]
    assert [each[None] for each in folded(crowded.left, named)] == [10 + 9, 0]


async def test_an_empty_shop_has_a_report_too() -> None:
    async with managed(days=0) as shop:
        with shop.page_of(RUDI) as ctx:
            reading = await read_report(ctx, Asked())
            assert reading.report.now.conversations == 0
            names = names_of(ctx.parts, ctx.agent)
            assert TABLES["departments"](reading, names).rows == ()
            assert TABLES["reasons"](reading, names).rows == ()


async def test_a_table_is_taken_home_as_a_file_and_that_is_written_down() -> None:
    async with managed() as shop, httpx.AsyncClient(timeout=20) as http:
        caller = Caller(shop.console, http)
        await caller.sign_in(DEWI)
        answer = await caller.get("/reports/departments.csv?period=7")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/csv")
        assert answer.headers["content-disposition"] == 'attachment; filename="departments-20260305-20260311.csv"'
        header, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert (header[:3], row[0]) == (
            ["Bagian", "Dilayani", "Balasan pertama (dtk)"],
            POLICY.departments["retur"].title,
        )
        assert row[2].isdecimal()
        assert await shop.said_last() == ("export", "departments", "period=7")
        assert (await caller.get("/reports/departments.csv?department=pembayaran")).status_code == 403
        assert (await caller.get("/reports/rahasia.csv")).status_code == 404
        for name in TABLES:
            assert (await caller.get(f"/reports/{name}.csv")).status_code == 200, name


async def test_a_comment_that_looks_like_a_formula_is_text_in_the_file() -> None:
    async with managed(days=0) as shop, httpx.AsyncClient(timeout=20) as http:
        store, at = shop.console.store, NOW - timedelta(hours=1)
        contact = Contact(channel="telegram", address="1", name="Jahil")
        conversation = (await store.load(contact)).conversation
        episode = Episode(id=EpisodeId(900), conversation_id=conversation.id, opened_at=at)
        closing = Closing(episode_id=episode.id, at=at, by="agent", metrics=Metrics(by_bot=False, department="retur"))
        opened = await store.commit(Change(conversation=conversation, episode=episode))
        rating = Rating(episode_id=episode.id, stars=1, comment='=HYPERLINK("http://jahat.example";"klik")')
        await store.commit(Change(conversation=opened.conversation, closing=closing, rating=rating))
        caller = Caller(shop.console, http)
        await caller.sign_in(DEWI)
        answer = await caller.get("/reports/comments.csv")
        _, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert row[-1] == '\'=HYPERLINK("http://jahat.example";"klik")'
        assert row[0] == "2026-03-11 13:30"  # In Jakarta.
