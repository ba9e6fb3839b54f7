"""The store, by the contracts that all of them keep, and what becomes of it in a crash."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from jurnal import JURNAL, path_of

from bot.desk.store import WholeStore
from bot.storage.plugin import Storage
from bot.testing.storage_contract import StorageContract, opened
from bot.testing.store_contract import DeskStoreContract, KnowledgeStoreContract, StoreContract
from bot.testing.store_contract.examples import BUDI, commit, refused, said
from conversation.errors import StorageError
from conversation.knowledge_ports import Release
from conversation.ports import Store

RELEASE = Release(made_at=datetime(2026, 3, 2, 9, tzinfo=UTC), author="ani", note="awal", content_hash="0")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"jurnal:///{tmp_path}/tanggap.jsonl"


class TestStore(StoreContract, DeskStoreContract, KnowledgeStoreContract):
    """What every store has to do, and what the console and the knowledge base ask of one."""

    @pytest.fixture
    async def store(self, url: str) -> AsyncIterator[Store]:
        store = await opened(JURNAL, url)
        yield store
        await store.close()


class TestStorage(StorageContract):
    """Opening, closing and examining."""

    @pytest.fixture
    def storage(self) -> Storage:
        return JURNAL


async def test_a_line_that_a_crash_cut_off_is_dropped_and_the_rest_kept(url: str) -> None:
    store = await opened(JURNAL, url)
    await commit(store, entries=(said("halo"),))
    await store.close()
    with path_of(url).open("ab") as file:
        file.write(b'["commit", {"change": {"conv')
    for _ in range(2):
        store = await opened(JURNAL, url)
        assert [row.message.text for row in await store.history(BUDI.conversation_id)] == ["halo"]
        await store.close()


async def test_whoever_reads_beside_a_service_cannot_write(url: str) -> None:
    serving = await opened(JURNAL, url, alone=True)
    await commit(serving, entries=(said("halo"),))
    reading = await JURNAL.open(url, note=None, alone=False, create=False)
    assert (await reading.counts())["messages"] == 1
    await refused(StorageError, commit(reading, entries=(said("lagi"),)))
    await reading.close()
    await serving.close()


async def test_releases_and_the_draft_are_there_after_a_restart(url: str) -> None:
    store = cast(WholeStore, await opened(JURNAL, url))
    first = await store.add_release(RELEASE, '{"intent/jam_buka":{}}', {})
    await store.save_change("intent/ongkir", "{}", expected=0, at=RELEASE.made_at, by="ani")
    second = await store.add_release(replace(RELEASE, base=first), "{}", {})
    await store.activate(first, at=RELEASE.made_at, by="ani", reason="salah", instead_of=second)
    before = await store.releases(), await store.activations(), await store.changes()
    await store.close()

    store = cast(WholeStore, await opened(JURNAL, url))
    assert (await store.releases(), await store.activations(), await store.changes()) == before
    assert await store.release_content(first) == '{"intent/jam_buka":{}}'
    await store.close()
