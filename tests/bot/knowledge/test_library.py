"""The life of a knowledge base in a service that serves: drafts, publication, the gate, and the way back."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_asyncio

from bot.app import Service, now_utc, open_service
from bot.config import read_settings
from bot.desk.feed import Feed, KnowledgeChanged
from bot.errands import Refused, ask, run_errands
from bot.knowledge.errands import errands_of_library
from bot.knowledge.library import Library
from bot.knowledge.loading import Loader
from bot.knowledge.refusals import GateRefused
from bot.knowledge.trying import Doubt
from bot.storage import open_store
from bot.storage.postgres import PostgresStore
from bot.testing.scripted_channel import ScriptedChannel
from conversation.errors import DataError, Refusal, StaleDraft
from conversation.knowledge_ports import ReleaseId
from conversation.messages import Contact
from intents.content import content_of, overlay
from intents.gate import Limits
from tests.postgres import PostgresServer

OLD, FIRST = "09.00", ReleaseId(1)
HOURS, SHIPPING = "intent/jam_buka", "intent/ongkir"


class Shop:
    """A service with a scripted channel, and its library."""

    def __init__(self, service: Service, channel: ScriptedChannel, feed: Feed, said: list[str]) -> None:
        assert service.library
        self.service, self.channel, self.feed, self.said = service, channel, feed, said
        self.library: Library = service.library

    async def answer(self, text: str, customer: str = "1") -> str:
        """What a customer is told to one message."""
        contact = Contact(channel="telegram", address=customer, name="Rina")
        await self.service.intake.take([self.channel.said(text, contact)])
        await self.service.settle(contact)
        return self.channel.texts(customer)[-1]

    async def edit(self, piece: str, **fields: Any) -> int:
        """Change some fields of a piece, as it is in the draft."""
        draft = await self.library.view()
        change, value = draft.change(piece), draft.pieces[piece]
        assert isinstance(value, dict)
        return await self.library.edit(piece, {**value, **fields}, change.version if change else 0, "Ani")

    async def say(self, text: str, piece: str = HOURS) -> int:
        """Change what is answered."""
        return await self.edit(piece, answers=[{"text": text}])


@asynccontextmanager
async def opened(folder: Path, chosen: dict[str, str]) -> AsyncIterator[Shop]:
    names = {f"TANGGAP_{name.upper()}": value for name, value in chosen.items()}
    names |= {"TANGGAP_DIALOGUE__FRAGMENT_PAUSE_SECONDS": "0", "TANGGAP_BOT__MODEL": "data/model.tgm"}
    (folder / "data").mkdir(exist_ok=True)
    shutil.copy(chosen["bot__model"], folder / "data" / "model.tgm")
    settings = read_settings(None, names).model_copy(update={"base": folder})
    channel, feed, said = ScriptedChannel(), Feed(), list[str]()
    loader = Loader(settings, say=said.append)
    async with open_service(settings, loader, [channel], watchers=(feed,)) as service:
        yield Shop(service, channel, feed, said)


@pytest_asyncio.fixture(name="here")
async def one_service(tmp_path: Path, shop: dict[str, str]) -> AsyncIterator[Shop]:
    async with opened(tmp_path, shop) as service:
        yield service


async def test_a_new_answer_is_live_with_the_next_message_and_the_files_become_release_1(here: Shop) -> None:
    assert OLD in await here.answer("jam buka?")
    await here.say("Buka terus, {sapaan}.")
    assert "Buka terus" not in await here.answer("jam buka?")
    begun = asyncio.get_running_loop().time()
    with here.feed.subscribe(lambda event: isinstance(event, KnowledgeChanged)) as subscription:
        published = await here.library.publish("Ani", "jam baru")
        event = await anext(aiter(subscription))
    assert event == KnowledgeChanged(release_id=ReleaseId(2))
    assert asyncio.get_running_loop().time() - begun < 5, "nothing had to be learned"
    assert (published.release.id, published.release.base, published.judgement) == (2, 1, None)
    assert "Buka terus" in await here.answer("jam buka?")
    assert not (await here.library.view()).changes

    await here.library.activate(ReleaseId(1), "Ani", "salah jam")
    assert OLD in await here.answer("jam buka?")
    assert [each.release_id for each in await here.library.activations()] == [1, 2, 1]
    (difference,) = await here.library.release_diff(ReleaseId(1), ReleaseId(2))
    assert difference.piece == HOURS


async def test_what_is_learned_goes_through_the_gate_while_customers_are_served(here: Shop) -> None:
    hours = (await here.library.view()).pieces[HOURS]
    assert isinstance(hours, dict)
    spoiled = [f"ongkos kirim ke kota {number}" for number in range(12)]
    tests = [{"text": text, "intent": "jam_buka"} for text in ("jam buka?", "hari minggu buka ga", "bukanya jam brp")]
    version = await here.library.edit("tests", tests, 0, "Ani")
    await here.edit(HOURS, examples=spoiled)
    steps: list[str] = []
    publishing = asyncio.create_task(here.library.publish("Ani", "x", progress=lambda step, share: steps.append(step)))
    served = 0
    while not publishing.done():
        assert OLD in await here.answer("jam buka?", customer=str(served % 7))
        served += 1
        await asyncio.sleep(0.05)
    with pytest.raises(GateRefused) as refused:
        await publishing
    assert refused.value.judgement.reasons
    assert served > 5
    assert steps
    draft = await here.library.view()
    assert {each.piece for each in draft.changes} == {"tests", HOURS}, "nothing is lost by a refusal"
    assert await here.library.releases() == []

    steps.clear()
    published = await here.library.publish(
        "Ani", "x", only={HOURS, "tests"}, overrule="sengaja", progress=lambda step, share: steps.append(step)
    )
    assert steps == [], "what was refused is known, and not learnt again"
    assert published.release.overruled == "sengaja"
    assert all(each.evaluation for each in await here.library.releases()), "the files were examined too, to compare"
    figures = {each.intent: each for each in await here.library.health()}
    assert figures["jam_buka"].examples == len(spoiled)
    assert version


async def test_edits_during_a_publication_stay_in_the_draft(here: Shop) -> None:
    await here.say("Satu.")
    version = await here.say("Ongkir satu.", SHIPPING)
    await here.library.publish("Ani", "x", only={HOURS})
    assert [each.piece for each in (await here.library.view()).changes] == [SHIPPING]
    assert version == (await here.library.view()).changes[0].version
    await here.library.discard(SHIPPING)
    with pytest.raises(Refusal, match="nothing to publish"):
        await here.library.publish("Ani", "x")


async def test_an_edit_that_makes_no_sense_is_refused_and_names_what_is_wrong(here: Shop) -> None:
    with pytest.raises(DataError, match=r"jam_buka.*tidak_ada"):
        await here.say("Buka {tidak_ada}.")
    with pytest.raises(DataError, match="intent/jam_buka"):
        await here.library.edit(HOURS, {"examples": "bukan daftar"}, 0, "Ani")
    await here.say("Satu.")
    with pytest.raises(StaleDraft):
        await here.library.edit(HOURS, {"examples": ["a"], "answers": [{"text": "Dua."}]}, 0, "Budi")
    assert [json.loads(each.content or "")["answers"] for each in (await here.library.view()).changes] == [
        [{"text": "Satu."}]
    ]


async def test_an_edit_back_to_what_is_active_is_no_change_any_more(here: Shop) -> None:
    before = (await here.library.view()).base[HOURS]
    version = await here.say("Satu.")
    assert await here.library.edit(HOURS, before, version, "Ani") == 0
    assert not (await here.library.view()).changes


async def test_what_others_refer_to_is_not_removed(here: Shop) -> None:
    await here.edit(SHIPPING, answers=[{"text": "Tanya?", "buttons": [{"title": "Jam", "payload": "/jam_buka"}]}])
    with pytest.raises(Refusal, match="buttons: ongkir"):
        await here.library.edit(HOURS, None, 0, "Ani")
    await here.library.discard(SHIPPING)
    await here.library.edit(HOURS, None, 0, "Ani")
    assert HOURS not in (await here.library.view()).pieces


async def test_a_message_is_tried_on_both_sides(here: Shop) -> None:
    tried = await here.library.try_message("jam buka?")
    assert tried.draft == tried.active
    await here.say("Draf, {sapaan}.")
    tried = await here.library.try_message("jam buka?")
    while tried.draft is None:
        tried = await here.library.try_message("jam buka?")
    assert tried.active
    assert tried.active.decision
    assert tried.draft.decision
    assert "Draf" in str(tried.draft.decision.says)
    assert "Draf" not in str(tried.active.decision.says)


async def test_all_test_messages_are_tried_with_the_draft_as_the_gate_would(here: Shop) -> None:
    draft = await here.library.view()
    tests = [{"text": "jam buka?", "intent": "jam_buka"}, {"text": "bagi resep rendang", "intent": "ongkir"}]
    await here.library.edit("tests", tests, 0, "Ani")
    await here.edit(
        SHIPPING, examples=[*content_of(draft.pieces).knowledge.intents["ongkir"].examples, "resep rendang"]
    )
    steps: list[str] = []
    tried, trials = await here.library.try_tests(lambda step, share: steps.append(step))
    assert tried.edition == (await here.library.view()).edition
    assert trials == (await here.library.loader.learn(tried.pieces)).evaluation.trials
    assert [(each.text, each.expected) for each in trials] == [(each["text"], each["intent"]) for each in tests]
    assert "fit" in steps
    assert steps[-1] == "try"


async def test_the_order_of_pieces_is_no_edit(here: Shop) -> None:
    content = await here.library.export()
    turned = dict(reversed([*content.knowledge.intents.items()]))
    changed = await here.library.import_content(
        replace(content, knowledge=replace(content.knowledge, intents=turned)), "Ani"
    )
    draft = await here.library.view()
    assert [change.piece for change in draft.changes] == ["order"]
    assert (changed, draft.edits, await here.library.draft_diff()) == ((), (), ())


async def test_what_was_learnt_is_learnt_again_only_where_its_model_is_gone(here: Shop) -> None:
    await here.edit(SHIPPING, examples=["ongkir brp", "ongkos kirim ke bali", "biaya kirim"])
    pieces, loader = (await here.library.view()).pieces, here.library.loader
    learnt = await loader.learn(pieces)
    assert await loader.learn(pieces) is learnt
    learnt.model_path.write_bytes(b"rusak")
    assert (await loader.mind(pieces)).trained_intents
    learnt.model_path.unlink()
    assert (await loader.learn(pieces)).model_path.exists()


async def test_examples_that_are_in_the_way_are_found(here: Shop) -> None:
    found = {
        each.text: each
        for each in await here.library.check("ongkir", ["Buka jam berapa kak?", "biaya kirim ke bandung"])
    }
    assert list(found) == ["Buka jam berapa kak?"]
    assert found["Buka jam berapa kak?"].doubt is Doubt.DUPLICATE
    assert found["Buka jam berapa kak?"].example == "buka jam berapa kak"
    (stolen,) = await here.library.check("ongkir", ["hari minggu tokonya buka jam berapa"])
    assert (stolen.doubt, stolen.intent) == (Doubt.STOLEN, "jam_buka")


async def test_importing_writes_the_differences_and_nothing_else(here: Shop) -> None:
    draft = await here.library.view()
    hours = draft.pieces[HOURS]
    assert isinstance(hours, dict)
    content = content_of(overlay(draft.pieces, {HOURS: {**hours, "answers": [{"text": "Dari lembar."}]}}))
    assert await here.library.import_content(content, "Ani") == (HOURS,)
    assert await here.library.import_content(content, "Ani") == ()
    assert await here.library.export() == content
    assert await here.library.import_content(content_of(draft.base), "Ani") == (HOURS,)
    assert not (await here.library.view()).changes


async def test_a_restart_serves_the_active_release_and_says_so(tmp_path: Path, shop: dict[str, str]) -> None:
    async with opened(tmp_path, shop) as first:
        assert not any("Knowledge base" in line for line in first.said)
        await first.say("Buka terus.")
        await first.library.publish("Ani", "x")
    for model in (tmp_path / "data" / "models").iterdir():
        model.write_bytes(b"damaged")
    async with opened(tmp_path, shop) as second:
        assert await second.answer("jam buka?") == "Buka terus."
        assert "release 2, published" in second.said[0]
        assert "The files differ" in second.said[1]


async def test_what_another_process_publishes_is_served_soon(
    tmp_path: Path, shop: dict[str, str], postgres_url: str, postgres: PostgresServer
) -> None:
    async with opened(tmp_path, {**shop, "storage__url": postgres_url}) as here:
        other = cast(PostgresStore, await open_store(postgres_url))
        library = Library(other, Loader(here.library.loader.settings), now_utc, limits=Limits())
        draft = await library.view()
        hours = cast(dict[str, object], draft.pieces[HOURS])
        await library.edit(HOURS, {**hours, "answers": [{"text": "Buka terus."}]}, 0, "Budi")

        async def serves(id: ReleaseId) -> None:
            async with asyncio.timeout(10):
                async for event in subscription:
                    if isinstance(event, KnowledgeChanged) and event.release_id == id:
                        return

        with here.feed.subscribe(lambda event: isinstance(event, KnowledgeChanged)) as subscription:
            await serves((await library.publish("Budi", "x")).release.id or FIRST)
            assert "Buka terus." in await here.answer("jam buka?")
            await library.activate(FIRST, "Budi", "")
            await serves(FIRST)
            assert OLD in await here.answer("jam buka?")
        await other.close()


async def test_the_command_line_asks_the_service_and_hears_how_far_it_is(here: Shop, tmp_path: Path) -> None:
    hours = cast(dict[str, Any], (await here.library.view()).pieces[HOURS])
    await here.edit(HOURS, examples=[*hours["examples"], "mulai jualan jam brp"])
    folder, steps = tmp_path / "errands", list[str]()
    working = asyncio.create_task(run_errands(folder, {}, errands_of_library(here.library)))
    values = {"who": "Ani", "note": "x"}
    answer = await asyncio.to_thread(ask, folder, "kb_publish", values, tell=lambda step, share: steps.append(step))
    assert answer["release"] == 2
    assert steps
    with pytest.raises(Refused, match="there is nothing to publish"):
        await asyncio.to_thread(ask, folder, "kb_publish", values)
    assert list(folder.iterdir()) == []
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
