"""Sentence vectors over HTTP, from any embeddings endpoint that speaks as OpenAI's does.

One `POST {url}/embeddings` a batch, with retries where trying again can help: an embedding may be asked for
twice. Nothing that the server says is quoted, for servers repeat keys and customers' words in their errors.
It knows nothing of intents, and imports `httpx` (0.09 s), so import it only where an endpoint is configured.
"""

from __future__ import annotations

import itertools
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx
import numpy as np
from numpy.typing import NDArray

from bot.config import Secrets
from bot.settings import EMBEDDINGS_VARIABLE
from conversation.errors import SettingError, TanggapError

Floats = NDArray[np.float32]

BATCH = 32
"""Texts in one request: no more than Hugging Face's server takes by default; others take more."""

LONGEST_TEXT = 2000
"""Characters of a text that are sent; models read some hundred tokens."""

FIRST_WAIT = 0.5
"""Seconds before the second try; doubled for each further one."""

TOO_MANY_REQUESTS = 429


class EmbeddingsError(TanggapError):
    """The endpoint cannot be used: it refuses the key, does not answer, or does not answer with vectors."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """Seconds that one try may wait for the server, how many tries, and at most how long between two."""

    timeout: float
    attempts: int
    longest_wait: float


TRAINING = Patience(timeout=60, attempts=6, longest_wait=60)
SERVING = Patience(timeout=3, attempts=2, longest_wait=0.5)
"""A customer waits, and there is an answer without the endpoint too."""


def endpoint_name(model: str) -> str:
    """What tells the vectors of a model at an endpoint from all others, wherever it is served."""
    return f"endpoint/{model}"


class EndpointEmbedder:
    """The `Embedder` that asks an endpoint. Safe to share between threads; closes its connections by itself.

    Raises `SettingError` where the address, the model or the key cannot be right.
    """

    def __init__(
        self,
        *,
        url: str,
        model: str,
        secrets: Secrets,
        patience: Patience = TRAINING,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not url or not model:
            raise SettingError(
                "an embeddings endpoint needs an address and a model",
                remedy="Set understanding.embeddings_url and understanding.embeddings_model.",
            )
        self.name = endpoint_name(model)
        self._model = model
        self._patience = patience
        self._sleep = sleep
        self._dimensions: int | None = None
        self._address = f"{url.rstrip('/')}/embeddings"
        try:
            httpx.URL(self._address)
        except httpx.InvalidURL as error:
            raise SettingError(
                f"understanding.embeddings_url = {url!r}: {error}", remedy="Write it as https://host/v1."
            ) from error
        self._client = httpx.Client(headers=_authorization(secrets), timeout=patience.timeout)
        weakref.finalize(self, self._client.close)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._address!r}, {self._model!r})"

    @property
    def dimensions(self) -> int:
        """The length of a vector; asks the endpoint if it has not answered yet."""
        return self._dimensions or self.embed(["a"]).shape[1]

    def embed(self, texts: Sequence[str]) -> Floats:
        """Float32 vectors of length one, of shape (texts, dimensions). Raises `EmbeddingsError`."""
        batches = [self._batch(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
        return np.concatenate(batches) if batches else np.empty((0, self.dimensions), dtype=np.float32)

    def _batch(self, texts: Sequence[str]) -> Floats:
        vectors = _vectors(self._answer([_sendable(text) for text in texts]), len(texts))
        if vectors is None or vectors.shape[1] != (self._dimensions or vectors.shape[1]):
            raise EmbeddingsError(
                f"{self._address} does not answer with one vector a text, all of one length",
                remedy=f"Check that it is an OpenAI-compatible API, and that {self._model} is an embeddings model.",
            )
        self._dimensions = vectors.shape[1]
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        scaled: Floats = vectors / np.maximum(lengths, np.float32(1e-12))
        return scaled

    def _answer(self, texts: list[str]) -> httpx.Response:
        """The answer to one batch, after as many tries as it takes and patience allows."""
        for attempt in itertools.count(1):
            response: httpx.Response | None = None
            failure: httpx.RequestError | None = None
            try:
                response = self._client.post(self._address, json={"model": self._model, "input": texts})
            except httpx.RequestError as error:
                failure = error
            if response is not None and response.is_success:
                return response
            if attempt == self._patience.attempts or not _may_pass(response):
                break
            wait = max(FIRST_WAIT * 2 ** (attempt - 1), _retry_after(response))
            self._sleep(min(wait, self._patience.longest_wait))
        raise self._error(response, failure) from failure

    def _error(self, response: httpx.Response | None, failure: httpx.RequestError | None) -> EmbeddingsError:
        if response is None:
            return EmbeddingsError(
                f"{self._address} does not answer ({type(failure).__name__})",
                remedy="Check understanding.embeddings_url, and that the server runs.",
            )
        match response.status_code:
            case 401 | 403:
                remedy = f"Set {EMBEDDINGS_VARIABLE} in the environment to a key that may use {self._model}."
            case 404:
                remedy = f"Check understanding.embeddings_url, and that the server knows the model {self._model}."
            case 429:
                remedy = "The account's limit is reached: wait, or raise it."
            case status if status >= 500:
                remedy = "The server is in trouble: try again later."
            case _:
                remedy = "Check understanding.embeddings_url and understanding.embeddings_model."
        return EmbeddingsError(f"{self._address} answers with HTTP {response.status_code}", remedy=remedy)


def _authorization(secrets: Secrets) -> dict[str, str]:
    """The header with the key. A key with other characters would end up in the HTTP library's error message."""
    if secrets.embeddings_key is None:
        return {}
    key = secrets.embeddings_key.get_secret_value()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SettingError(
            f"{EMBEDDINGS_VARIABLE} holds characters that cannot be in a key",
            remedy="Copy the key again, without spaces or line ends.",
        )
    return {"Authorization": f"Bearer {key}"}


def _sendable(text: str) -> str:
    """The beginning of a text in valid UTF-8; endpoints refuse empty ones."""
    return text[:LONGEST_TEXT].encode("utf-8", "replace").decode() or " "


def _vectors(response: httpx.Response, count: int) -> Floats | None:
    """The vectors of an answer in the order of the texts, or None where it is something else."""
    try:
        rows = {int(row.get("index", place)): row["embedding"] for place, row in enumerate(response.json()["data"])}
        with np.errstate(over="ignore"):
            vectors = np.array([rows[place] for place in sorted(rows)], dtype=np.float32)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None
    fits = sorted(rows) == list(range(count)) and vectors.ndim == 2 and vectors.shape[1] > 0
    return vectors if fits and np.isfinite(vectors).all() else None


def _may_pass(response: httpx.Response | None) -> bool:
    """Whether trying again can help: no answer, too many requests, or trouble on the server's side."""
    return response is None or response.status_code == TOO_MANY_REQUESTS or response.is_server_error


def _retry_after(response: httpx.Response | None) -> float:
    """Seconds that the server asks to wait; 0 where it does not say, or gives a date."""
    value = response.headers.get("retry-after", "") if response is not None else ""
    return float(value) if value.isdecimal() else 0.0
