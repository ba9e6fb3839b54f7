"""The search: what is marked, what is found by whom, and that each search is written down."""

from __future__ import annotations

import pytest

from bot.console.rights import Forbidden
from bot.console.search import EXCERPT, LONGEST, excerpt, find, marked
from bot.testing.small_console import ADMIN, SARI, TONO
from tests.bot.console.managers import managed


@pytest.mark.parametrize(
    ("text", "words", "hits"),
    [
        ("Barang pecah, mau retur", ["retur", "bar"], ["Barang", "retur"]),
        ("Café Kafe", ["cafe"], ["Café"]),
        ("pengembalian", ["embali"], []),
        ("<b>retur</b>", ["retur"], ["retur"]),
        ("<script>alert(1)</script>", ["script"], ["script", "script"]),
        ("", ["a"], []),
    ],
)
def test_words_are_marked_from_their_beginnings(text: str, words: list[str], hits: list[str]) -> None:
    parts = list(marked(text, words))
    assert "".join(part for part, _ in parts) == text
    assert [part for part, hit in parts if hit] == hits


def test_of_a_long_message_the_part_around_the_first_hit_is_shown() -> None:
    text = "pembuka " * 100 + "retur barang " + "penutup " * 100
    shown = excerpt(text, ["retur"])
    assert "retur barang" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) <= EXCERPT + 4
    assert excerpt("pendek", ["retur"]) == "pendek"
    assert excerpt("x" * 1_000, ["retur"]).startswith("xxx")


async def test_agents_find_only_what_belongs_to_their_departments() -> None:
    async with managed(days=3) as shop:
        with shop.page_of(SARI) as ctx:
            assert {hit.department for hit in await find(ctx, {"q": "kak"})} == {"retur"}
            assert await find(ctx, {"q": "lacak paket"}) != []  # Of those who came to her department in the end.
            assert {hit.department for hit in await find(ctx, {"q": "lacak paket"})} == {"retur"}
            with pytest.raises(Forbidden):
                await find(ctx, {"q": "kak", "department": "pembayaran"})
        with shop.page_of(TONO) as ctx:
            assert {hit.department for hit in await find(ctx, {"q": "kak"})} == {"pembayaran"}
        with shop.page_of(ADMIN) as ctx:
            assert {hit.department for hit in await find(ctx, {"q": "lacak"})} >= {"", "retur"}


async def test_a_search_is_narrowed_by_author_and_time() -> None:
    async with managed(days=10) as shop:
        with shop.page_of(ADMIN) as ctx:
            agents = await find(ctx, {"q": "kak", "author": "agent"})
            assert {hit.message.author.value for hit in agents} == {"agent"}
            assert await find(ctx, {"q": "kak", "author": "customer"}) == []
            today = await find(ctx, {"q": "retur", "period": "1"})
            assert {hit.message.at.astimezone(ctx.zone).date() for hit in today} == {
                ctx.clock().astimezone(ctx.zone).date()
            }
            assert len(today) < len(await find(ctx, {"q": "retur", "period": "30"}))


async def test_what_makes_no_sense_restricts_nothing() -> None:
    async with managed(days=1) as shop:
        with shop.page_of(ADMIN) as ctx:
            plain = await find(ctx, {"q": "retur"})
            assert await find(ctx, {"q": "retur", "author": "siapa", "period": "-5"}) == plain


async def test_each_search_is_written_down() -> None:
    async with managed(days=0) as shop:
        with shop.page_of(SARI) as ctx:
            await find(ctx, {"q": "nomor resi", "author": "customer", "department": "retur"})
            assert await shop.said_last() == ("search", "nomor resi", "department=retur author=customer")
            await find(ctx, {"q": "x" * 5_000})
            assert (await shop.said_last())[1] == "x" * LONGEST
