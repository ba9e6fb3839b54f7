"""The embeddings endpoint: vectors in order and of length one, patience where it helps, and the key shown to nobody."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio
from aiohttp import web

from bot.config import read_secrets
from bot.embeddings import BATCH, LONGEST_TEXT, EmbeddingsError, EndpointEmbedder, Patience, endpoint_name
from conversation.errors import SettingError, TanggapError
from tests.embeddings_endpoint import DIMENSIONS, Answer, Endpoint, data, open_endpoint, refused, vector

KEY = "sk-CANARY-0117"
PATIENCE = Patience(timeout=5, attempts=3, longest_wait=4)


@pytest_asyncio.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    async with open_endpoint() as opened:
        yield opened


class Asker:
    """An embedder that counts its waits and is asked from a thread, so that the endpoint can answer."""

    def __init__(self, url: str, key: str = KEY, patience: Patience = PATIENCE) -> None:
        self.waits: list[float] = []
        self.embedder = EndpointEmbedder(
            url=url,
            model="kecil",
            secrets=read_secrets({"EMBEDDINGS_API_KEY": key}),
            patience=patience,
            sleep=self.waits.append,
        )

    async def embed(self, *texts: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return await asyncio.to_thread(self.embedder.embed, texts)

    async def refusal(self, *texts: str) -> EmbeddingsError:
        with pytest.raises(EmbeddingsError) as raised:
            await self.embed(*(texts or ("halo",)))
        return raised.value


@pytest.fixture
def asker(endpoint: Endpoint) -> Asker:
    return Asker(endpoint.url)


# What comes back


async def test_vectors_come_in_the_order_of_the_texts_and_have_length_one(asker: Asker) -> None:
    texts = ["jam buka?", "paket saya mana", "halo"]
    found = await asker.embed(*texts)
    assert (found.shape, found.dtype) == ((3, DIMENSIONS), np.dtype(np.float32))
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    for text, row in zip(texts, found, strict=True):
        expected = np.array(vector(text))
        assert np.allclose(row, expected / np.linalg.norm(expected), atol=1e-6)


async def test_many_texts_are_asked_for_in_batches(endpoint: Endpoint, asker: Asker) -> None:
    texts = [f"teks {number}" for number in range(2 * BATCH + 1)]
    found = await asker.embed(*texts)
    assert [len(batch) for batch in endpoint.asked] == [BATCH, BATCH, 1]
    assert np.array_equal(found[-1], (await asker.embed(texts[-1]))[0])


async def test_rows_that_are_numbered_otherwise_are_put_in_order(endpoint: Endpoint, asker: Asker) -> None:
    endpoint.answers.append(
        lambda texts: data([{"index": 1, "embedding": [0.0, 2.0]}, {"index": 0, "embedding": [2.0, 0.0]}])
    )
    assert (await asker.embed("satu", "dua")).tolist() == [[1, 0], [0, 1]]


async def test_rows_without_numbers_are_taken_as_they_come(endpoint: Endpoint, asker: Asker) -> None:
    endpoint.answers.append(lambda texts: data([{"embedding": [0.0, 2.0]}, {"embedding": [2.0, 0.0]}]))
    assert (await asker.embed("satu", "dua")).tolist() == [[0, 1], [1, 0]]


async def test_no_texts_give_no_vectors_of_the_right_length(asker: Asker) -> None:
    assert (await asker.embed()).shape == (0, DIMENSIONS)


async def test_the_length_of_a_vector_is_found_out_once(endpoint: Endpoint, asker: Asker) -> None:
    assert await asyncio.to_thread(lambda: asker.embedder.dimensions) == DIMENSIONS
    assert await asyncio.to_thread(lambda: asker.embedder.dimensions) == DIMENSIONS
    assert len(endpoint.asked) == 1


async def test_the_request_names_the_model_and_carries_the_key(endpoint: Endpoint, asker: Asker) -> None:
    await asker.embed("halo")
    assert (endpoint.models, endpoint.keys) == ({"kecil"}, {f"Bearer {KEY}"})
    assert asker.embedder.name == endpoint_name("kecil")


async def test_a_server_that_needs_no_key_gets_none(endpoint: Endpoint) -> None:
    await Asker(endpoint.url + "/", key="").embed("halo")
    assert endpoint.keys == {""}


async def test_whatever_customers_write_can_be_sent(endpoint: Endpoint, asker: Asker) -> None:
    await asker.embed("", "a" * 100_000, "rusak \ud800", "\0")
    assert endpoint.asked == [[" ", "a" * LONGEST_TEXT, "rusak ?", "\0"]]


# What fails, and may pass


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_what_may_pass_is_tried_again_after_longer_and_longer_waits(
    endpoint: Endpoint, asker: Asker, status: int
) -> None:
    endpoint.answers.extend([refused(status), refused(status)])
    assert (await asker.embed("halo")).shape == (1, DIMENSIONS)
    assert asker.waits == [0.5, 1.0]


async def test_the_wait_that_the_server_asks_for_is_kept_within_reason(endpoint: Endpoint, asker: Asker) -> None:
    endpoint.answers.extend([refused(429, **{"Retry-After": "3"}), refused(429, **{"Retry-After": "86400"})])
    await asker.embed("halo")
    assert asker.waits == [3.0, 4.0]


async def test_a_date_in_place_of_seconds_is_not_an_error(endpoint: Endpoint, asker: Asker) -> None:
    endpoint.answers.append(refused(503, **{"Retry-After": "Mon, 23 Nov 2026 09:00:00 GMT"}))
    await asker.embed("halo")
    assert asker.waits == [0.5]


async def test_after_so_many_tries_it_is_given_up(endpoint: Endpoint, asker: Asker) -> None:
    endpoint.answers.extend([refused(429)] * 9)
    error = await asker.refusal()
    assert str(error) == f"{endpoint.url}/embeddings answers with HTTP 429"
    assert "limit" in error.remedy
    assert (len(endpoint.asked), asker.waits) == (PATIENCE.attempts, [0.5, 1.0])


async def test_a_server_that_is_not_there_is_named() -> None:
    error = await Asker("http://127.0.0.1:1/v1").refusal()
    assert str(error) == "http://127.0.0.1:1/v1/embeddings does not answer (ConnectError)"
    assert "embeddings_url" in error.remedy


async def test_a_server_that_hangs_is_not_waited_for() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # Until the client leaves.
        writer.close()

    async with await asyncio.start_server(hang, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        hasty = Patience(timeout=0.1, attempts=2, longest_wait=0)
        error = await Asker(f"http://127.0.0.1:{port}", patience=hasty).refusal()
    assert "does not answer (ReadTimeout)" in str(error)


# What fails for good


@pytest.mark.parametrize(
    ("status", "remedy"),
    [(401, "EMBEDDINGS_API_KEY"), (403, "EMBEDDINGS_API_KEY"), (404, "kecil"), (400, "embeddings_")],
)
async def test_a_refusal_is_not_tried_again_and_says_what_to_do(
    endpoint: Endpoint, asker: Asker, status: int, remedy: str
) -> None:
    endpoint.answers.append(refused(status))
    error = await asker.refusal()
    assert f"HTTP {status}" in str(error)
    assert remedy in error.remedy
    assert (len(endpoint.asked), asker.waits) == (1, [])


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(None, id="nothing"),
        pytest.param({"0": "x"}, id="no list"),
        pytest.param([[0.1, 0.2], [0.3, 0.4]], id="bare vectors"),
        pytest.param([{"embedding": [0.1, 0.2]}], id="one too few"),
        pytest.param([{"embedding": [0.1]}] * 3, id="one too many"),
        pytest.param([{"embedding": [0.1, 0.2]}, {"embedding": [0.1]}], id="different lengths"),
        pytest.param([{"embedding": []}, {"embedding": []}], id="empty"),
        pytest.param([{"embedding": 0.1}, {"embedding": 0.2}], id="numbers"),
        pytest.param([{"embedding": ["a"]}, {"embedding": ["b"]}], id="words"),
        pytest.param([{"embedding": [1e39]}, {"embedding": [1.0]}], id="infinite"),
        pytest.param([{"embedding": [10**400]}, {"embedding": [1.0]}], id="beyond all numbers"),
        pytest.param([{"index": 0, "embedding": [1.0]}, {"index": 0, "embedding": [1.0]}], id="numbered twice"),
        pytest.param([{"index": "x", "embedding": [1.0]}, {"embedding": [1.0]}], id="numbered by letters"),
    ],
)
async def test_an_answer_of_another_shape_is_refused(endpoint: Endpoint, asker: Asker, rows: object) -> None:
    endpoint.answers.append(lambda texts: data(rows))
    error = await asker.refusal("satu", "dua")
    assert "one vector a text" in str(error)
    assert "kecil" in error.remedy


async def test_an_answer_that_is_no_json_is_refused(endpoint: Endpoint, asker: Asker) -> None:
    endpoint.answers.append(lambda texts: web.Response(text="<html>Selamat datang</html>"))
    assert "one vector a text" in str(await asker.refusal())


async def test_vectors_of_another_length_than_before_are_refused(endpoint: Endpoint, asker: Asker) -> None:
    await asker.embed("halo")
    endpoint.answers.append(lambda texts: data([{"embedding": [1.0, 0.0]}]))
    assert "all of one length" in str(await asker.refusal())


@pytest.mark.parametrize(("url", "model"), [("", "kecil"), ("http://127.0.0.1/v1", "")])
def test_an_endpoint_needs_an_address_and_a_model(url: str, model: str) -> None:
    with pytest.raises(SettingError) as raised:
        EndpointEmbedder(url=url, model=model, secrets=read_secrets({}))
    assert "embeddings_url" in raised.value.remedy


def test_an_address_that_cannot_be_one_is_refused() -> None:
    with pytest.raises(SettingError, match=r"embeddings_url = 'http://127\.0\.0\.1:pintu/v1'"):
        EndpointEmbedder(url="http://127.0.0.1:pintu/v1", model="kecil", secrets=read_secrets({}))


# The key


def shown_by(error: TanggapError) -> str:
    return "".join(traceback.format_exception(error)) + repr(error) + error.remedy


def echo(status: int) -> Answer:
    """A server that repeats the key in its error."""
    return refused(status, f"Incorrect API key provided: {KEY}")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
async def test_the_key_is_in_no_error_no_log_and_no_repr(
    endpoint: Endpoint, asker: Asker, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    await asker.embed("halo")
    endpoint.answers.extend([echo(status)] * PATIENCE.attempts)
    error = await asker.refusal()
    assert caplog.records
    logged = caplog.text + "".join(repr(vars(record)) for record in caplog.records)
    assert "CANARY" not in shown_by(error) + logged + repr(asker.embedder) + str(vars(asker.embedder))


async def test_nor_when_nobody_answers(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    error = await Asker("http://127.0.0.1:1/v1").refusal()
    assert error.__cause__ is not None
    assert "CANARY" not in shown_by(error) + caplog.text + repr(vars(error.__cause__))


@pytest.mark.parametrize("key", [f"{KEY}\nX: y", f"{KEY} lagi", f"{KEY}é", f"{KEY}\x7f"])
def test_a_key_that_cannot_be_sent_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(SettingError) as raised:
        Asker("http://127.0.0.1/v1", key=key)
    assert "EMBEDDINGS_API_KEY" in str(raised.value)
    assert "CANARY" not in shown_by(raised.value)
