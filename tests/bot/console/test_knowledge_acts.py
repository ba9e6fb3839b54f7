"""What is refused on the pages of the knowledge base is told in plain words, and what is done is written down."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager

import pytest
from nicegui import Client, ui
from nicegui.page import page as nicegui_page

from bot.console import knowledge_acts as acts
from bot.console.context import Context
from bot.console.knowledge_frame import behind_words
from bot.console.parts import Visit
from bot.console.rights import Forbidden
from bot.desk.feed import KnowledgeChanged
from bot.knowledge.serving import Served
from bot.testing.small_console import ADMIN, DEWI, small_console
from conversation.errors import Refusal, StaleDraft
from conversation.tickets import Agent
from tests.browser.knowledge_stage import Shop, open_shop

PIECE = "intent/ongkir"


@pytest.fixture
async def kb(shop: Mapping[str, str]) -> AsyncIterator[Shop]:
    async with open_shop(shop) as opened:
        await opened.console.console.inside()
        yield opened


@contextmanager
def page_of(kb: Shop, agent: Agent) -> Iterator[Context]:
    with Client(nicegui_page("/"), request=None) as client:
        ui.label("")
        yield Context(kb.console.console.parts, Visit(token_hash="", agent_id=agent.id), client)
    client.delete()


async def test_an_edit_is_written_down_and_told_to_every_page(kb: Shop) -> None:
    with page_of(kb, ADMIN) as ctx, kb.console.feed.subscribe() as heard:
        value = {**dict((await acts.view(ctx)).pieces[PIECE]), "title": "Ongkir"}  # type: ignore[call-overload]
        version = await acts.edit(ctx, PIECE, value, 0)
        assert await anext(aiter(heard)) == KnowledgeChanged()
        change = (await acts.view(ctx)).change(PIECE)
        assert change is not None
        assert (change.version, change.changed_by) == (version, "Admin")
        [entry, *_] = await kb.console.store.audit_trail()
        assert (entry.action, entry.about, entry.agent_id) == ("kb_edit", PIECE, ADMIN.id)
        with pytest.raises(StaleDraft, match="Orang lain baru saja"):
            await acts.edit(ctx, PIECE, {**value, "title": "Lain"}, 0)


@pytest.mark.parametrize(
    "value",
    [
        {"examples": "bukan daftar"},
        {"examples": ["a"], "answers": [{"text": "Saldo {saldo}."}]},
        {"examples": ["a"], "answers": [{"text": "{sapaan.__class__}"}]},
        {"examples": ["a"], "kind": "apa saja"},
        {"examples": ["a"], "password": "x"},
    ],
)
async def test_what_the_service_could_not_serve_never_gets_into_the_draft(kb: Shop, value: dict[str, object]) -> None:
    with page_of(kb, ADMIN) as ctx:
        with pytest.raises(Refusal, match="Tidak bisa dipakai"):
            await acts.edit(ctx, PIECE, value, 0)
        assert (await acts.view(ctx)).changes == ()


async def test_removing_names_what_refers_to_it(kb: Shop) -> None:
    with page_of(kb, ADMIN) as ctx:
        button = {"title": "Ongkir", "payload": "/ongkir"}
        await acts.edit(ctx, "intent/baru", {"examples": ["x"], "answers": [{"text": "y", "buttons": [button]}]}, 0)
        with pytest.raises(Refusal, match="tombol di jawaban baru"):
            await acts.edit(ctx, PIECE, None, 0)


async def test_a_supervisor_looks_but_neither_edits_nor_publishes(kb: Shop) -> None:
    with page_of(kb, DEWI) as ctx:
        assert PIECE in (await acts.view(ctx)).pieces
        for act in (acts.edit(ctx, PIECE, None, 0), acts.discard(ctx, PIECE), acts.publish(ctx, "x")):
            with pytest.raises(Forbidden):
                await act


async def test_without_changes_there_is_nothing_to_publish(kb: Shop) -> None:
    with page_of(kb, ADMIN) as ctx, pytest.raises(Refusal, match="Tidak ada perubahan"):
        await acts.publish(ctx, "x")


async def test_what_lags_behind_the_active_release_is_said_with_the_reason(kb: Shop) -> None:
    with page_of(kb, ADMIN) as ctx:
        value = {"examples": ["terima kasih"], "answers": [{"text": "Sama-sama."}]}
        await acts.edit(ctx, "intent/makasih", value, 0)
        await acts.publish(ctx, "x", overrule="coba")
        draft = await acts.view(ctx)
        assert behind_words(kb.library, draft, "id") == ""
        kb.serving.swap(Served(mind=kb.serving.mind()))
        kb.serving.fall_behind("memori habis")
        assert behind_words(kb.library, draft, "id") == (
            "Rilis 2 aktif, tetapi pelanggan masih dilayani berkas konfigurasi. Sebabnya: memori habis"
        )
        assert "still served by the configured files" in behind_words(kb.library, draft, "en")


async def test_a_service_without_a_library_says_so() -> None:
    async with small_console() as console:
        await console.console.inside()
        with Client(nicegui_page("/"), request=None) as client:
            ctx = Context(console.console.parts, Visit(token_hash="", agent_id=ADMIN.id), client)
            with pytest.raises(Refusal, match="tidak bisa diubah"):
                await acts.view(ctx)
        client.delete()
