"""The store, by the two contracts that all of them keep, and what becomes of it in a crash."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from jurnal import JURNAL, path_of

from bot.storage.plugin import Storage
from bot.testing.storage_contract import StorageContract, opened
from bot.testing.store_contract import StoreContract
from bot.testing.store_contract.examples import BUDI, commit, refused, said
from conversation.errors import StorageError
from conversation.ports import Store


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"jurnal:///{tmp_path}/tanggap.jsonl"


class TestStore(StoreContract):
    """What every store has to do."""

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
