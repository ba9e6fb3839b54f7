"""From a release, or from the configured files, to a mind that can serve.

What takes long is done in a thread, and what is learnt in a process of its own: the loop goes on serving. It is always
the same thread: each thread has memory of its own, and would keep that of the minds that it has made. Which release is
to serve is decided elsewhere; it is only looked up here once, at the start.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

from bot.knowledge.reading import Reading, Readings
from bot.knowledge.serving import Served
from bot.knowledge.trainer import Progress, Trained, Trainer, models_folder, prune
from bot.mind import (
    Mind,
    key_of_model,
    knowledge_path,
    mind_of,
    outdated,
    read_model,
    read_normaliser,
    require_answers,
)
from bot.settings import Settings
from conversation.errors import ModelError, NoSuchRelease, TanggapError
from conversation.knowledge_ports import KnowledgeStore, Release, ReleaseId
from intents.content import Content, Pieces, content_hash, decode, encode, pieces_of
from intents.formats import load_content
from intents.knowledge import KnowledgeBase
from intents.model import Model
from intents.normalise import Normaliser

KEPT = 10
"""Models of releases that are kept: those that served, or were tried, last. Others are trained again when needed."""

YIELDS_EVERY = 0.0001
"""Seconds after which the thread of the minds lets others have the interpreter. They wait for it some twenty times in a
turn: six hops to a thread that waits for a disk three times, 9 ms by themselves, took 170 ms beside it with the usual
0.005, 43 ms with 0.0005, and 17 ms with this, at which the thread itself gets no less done."""

REMEMBERED = 3
"""Outcomes of trainings that are kept in memory."""

Say = Callable[[str], None]
Watch = Callable[[str], AbstractContextManager[Progress]]
"""Shows how something with this title goes on, while the context lasts."""

T = TypeVar("T")

log = logging.getLogger(__name__)


@contextmanager
def unwatched(title: str) -> Iterator[Progress]:
    """Shows nothing."""
    yield lambda step, share: None


class Loader:
    """Makes minds with one set of settings. What all of them share is read once.

    `say` is given lines for the person who starts the service, `watch` shows them how a training goes on, and
    `prepare` sees to it that the configured files have a model, where these are to be served.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        say: Say = lambda line: None,
        watch: Watch = unwatched,
        prepare: Callable[[], None] = lambda: None,
    ) -> None:
        self.settings = settings
        self._say = say
        self._watch = watch
        self._prepare = prepare
        self._trainer = Trainer(settings, models_folder(settings))
        self._thread = ThreadPoolExecutor(1, "knowledge")
        self._read: Served | None = None
        self._learnt: dict[tuple[str, ...], Trained] = {}
        self._configured: tuple[tuple[int, int, int], str] | None = None
        self.readings = Readings(settings)

    @cached_property
    def normaliser(self) -> Normaliser:
        """With the shop's own words."""
        return read_normaliser(self.settings)

    async def read_files(self) -> None:
        """Read the configured files ahead, so that what is wrong with them is said before anything is opened.

        Raises:
            TanggapError: they cannot be served.
        """
        if self._read is None:
            await self.aside(self._prepare)
            self._read = await self.aside(self._files)

    async def choose(self, store: KnowledgeStore) -> Served:
        """What serves from the start: the active release, or the configured files while nothing was published.

        Raises:
            TanggapError: it cannot be served.
        """
        active = await store.active()
        if active is None:
            await self.read_files()
            served, self._read = self._read, None
            assert served
            return served  # That the configured files are served goes without saying.
        self._read = None
        with self._watch(f"Release {active.release_id}") as tell:
            served = await self.load(store, active.release_id, tell)
        self._say(f"Knowledge base: release {active.release_id}, published {active.at:%Y-%m-%d %H:%M} by {active.by}")
        if served.release and (hint := await self.aside(partial(self._hint, served.release))):
            self._say(hint)
        return served

    async def load(self, store: KnowledgeStore, id: ReleaseId, progress: Progress | None = None) -> Served:
        """A release, ready to serve; trained anew where its model is not here.

        Raises:
            TanggapError: it cannot be served.
        """
        release = await store.release(id)
        if release is None:
            raise NoSuchRelease(id)
        content = await store.release_content(id)
        pieces = await self.aside(partial(decode, content))
        return Served(mind=await self.mind(pieces, progress), release=release)

    async def mind(self, pieces: Pieces, progress: Progress | None = None) -> Mind:
        """A mind of these pieces; trained first where there is no model of what is to be learnt from them.

        Raises:
            TanggapError: they cannot be used, or not be trained on.
        """
        knowledge, path = await self.aside(partial(self._ready, pieces))
        if path.exists():
            try:
                return await self.aside(partial(self._mind, knowledge, path))
            except ModelError as error:  # Damaged: it can be made again.
                log.warning("%s; training it anew", error, extra={"action": "model_unusable"})
                self._learnt.clear()
        else:
            log.info("%s is not here; training it", path.name, extra={"action": "model_missing"})
        await self.learn(pieces, progress)
        return await self.aside(partial(self._mind, knowledge, path))

    async def learn(self, pieces: Pieces, progress: Progress | None = None, base: Pieces | None = None) -> Trained:
        """Train on pieces, unless that was done before, and evaluate what came of it, and `base`; see `Trainer.train`.

        What was found last is known for a while: who tries a draft, publishes it next; who is refused, overrules.
        """
        *what, text = await self.aside(partial(self._adopted, pieces))
        *beside, other = await self.aside(partial(self._adopted, base)) if base is not None else ("", "", "")
        found = (*what, *beside)
        known = self._learnt.get(found)
        if known is None or not known.model_path.exists():
            known = await self._trainer.train(text, progress, other)
            self._learnt = {**dict(list(self._learnt.items())[1 - REMEMBERED :]), found: known}
        return known

    def _adopted(self, pieces: Pieces) -> tuple[str, str, str]:
        """Hash, key and text of pieces, after adopting a model that spares their training."""
        reading = self.readings.read(pieces)
        self._adopt_model(reading)
        return reading.hash, reading.key, reading.text

    def _ready(self, pieces: Pieces) -> tuple[KnowledgeBase, Path]:
        """A knowledge base as it is served, and its model."""
        reading = self.readings.read(pieces)
        return reading.knowledge, self._adopt_model(reading)

    def _adopt_model(self, reading: Reading) -> Path:
        """Where the model is, or would be. The configured files are spared a second training: their model is also that
        of a release with the same examples."""
        path = self._trainer.folder / f"{reading.key}.model"
        with suppress(TanggapError, OSError):
            if not path.exists() and self._configured_key() == reading.key:
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self.settings.path(self.settings.bot.model), partial := path.with_suffix(".adopted"))
                partial.replace(path)
        return path

    def _configured_key(self) -> str:
        """The key of the configured model. Raises TanggapError where there is none."""
        if self._configured is None or self._configured[0] != self._stamp():
            self._configured_model()
        return self._configured[1] if self._configured else ""

    def _configured_model(self) -> Model:
        """The configured model. Its key is remembered: to read a model takes tens of milliseconds."""
        stamp = self._stamp()
        model = read_model(self.settings)
        self._configured = stamp, key_of_model(self.settings, model)
        return model

    def _stamp(self) -> tuple[int, int, int]:
        """Changes with the file of the configured model; zeros where there is none."""
        try:
            found = self.settings.path(self.settings.bot.model).stat()
        except OSError:
            return 0, 0, 0
        return found.st_ino, found.st_mtime_ns, found.st_size

    async def aside(self, work: Callable[[], T]) -> T:
        """Do something in the thread of the minds."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, _yielding, work)

    def files(self) -> Content:
        """What the configured files say now.

        Raises:
            DataError: they cannot be used.
        """
        return load_content(knowledge_path(self.settings))[0]

    def _mind(self, knowledge: KnowledgeBase, path: Path) -> Mind:
        mind = mind_of(self.settings, knowledge, read_model(self.settings, path), self.normaliser)
        with suppress(OSError):
            path.touch()
            latest = sorted(path.parent.glob("*.model"), key=lambda each: each.stat().st_mtime, reverse=True)
            prune(path.parent, {each.stem for each in latest[:KEPT]})
        return mind

    def _files(self) -> Served:
        content = self.files()
        knowledge = content.knowledge.filled(self.settings.placeholders())
        for intent in require_answers(knowledge):
            self._say(f"[yellow]Warning:[/] {intent} has no answer; the bot will say that it does not know.")
        model = self._configured_model()
        if reason := outdated(self.settings, model, knowledge):
            log.warning("%s; run `tanggap train`", reason, extra={"action": "model_outdated"})
        mind = mind_of(self.settings, knowledge, model, self.normaliser)
        return Served(mind=mind, files=encode(pieces_of(content)))

    def _hint(self, release: Release) -> str:
        """Whether the configured files say something else than what is served."""
        try:
            same = content_hash(pieces_of(self.files())) == release.content_hash
        except TanggapError as error:
            return f"[yellow]Warning:[/] the files cannot be read, and are not served: {error}"
        return "" if same else "The files differ from it: `tanggap kb diff` shows how, `kb push` takes them over."


def _yielding(work: Callable[[], T]) -> T:
    """Do something, and be quick to let others go on meanwhile."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(YIELDS_EVERY)
    try:
        return work()
    finally:
        sys.setswitchinterval(usual)
