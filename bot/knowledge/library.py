"""The use cases of the knowledge base: the draft, its publication, and the releases.

A release is a whole that never changes; the draft is what differs from the active one. Whoever calls has settled that
the caller may: there are no rights here, and no words for pages. Whatever is refused raises a TanggapError, and then
nothing has changed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, cast

from bot.knowledge.draft import Draft, values_of
from bot.knowledge.health import FiguresStore, IntentFigures, figures_of
from bot.knowledge.loading import Loader
from bot.knowledge.references import INTENT, references_to
from bot.knowledge.refusals import GateRefused, NothingToPublish, StillReferred
from bot.knowledge.serving import Served
from bot.knowledge.trainer import Progress
from bot.knowledge.trying import Bench, Doubtful, Tried
from bot.mind import Mind, require_answers
from conversation.errors import StaleDraft
from conversation.knowledge_ports import Activation, KnowledgeStore, Release, ReleaseId
from intents.content import ORDER, Content, Pieces, content_of, decode, encode, overlay, pieces_of
from intents.differences import Difference, differences
from intents.gate import Judgement, Limits, Trial, decode_evaluation, judge
from intents.knowledge import KnowledgeBase

FILES_NOTE = "the configured files, as they were served before anything was published"

USE = timedelta(days=30)
"""How far back the use of an intent, and what customers gave for it, is counted."""

Clock = Callable[[], datetime]
Check = Callable[[KnowledgeBase], None]
"""Raises a TanggapError where what is configured beside the knowledge base cannot serve it."""


async def nobody_follows(ready: Served) -> None:
    """For whoever publishes where nothing is served."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """A new release, and how it was judged; None where nothing that could be judged differs from the one before."""

    release: Release
    judgement: Judgement | None


class LibraryStore(KnowledgeStore, FiguresStore, Protocol):
    """What the library needs of a store."""


class Library:
    """The use cases. Everything that takes longer than a few milliseconds is done off the loop."""

    def __init__(
        self,
        store: LibraryStore,
        loader: Loader,
        clock: Clock,
        *,
        limits: Limits,
        served: Callable[[], Served | None] = lambda: None,
        follow: Callable[[Served], Awaitable[None]] = nobody_follows,
        behind: Callable[[], str] = lambda: "",
        check: Check = lambda knowledge: None,
    ) -> None:
        """`served` is what serves in this process, if anything does, and `follow` has it serve what is active; it is
        given what that should be. `behind` says why that is not served, "" while it is. `listeners` are called when the
        draft or its base is another, and must not fail."""
        self.store = store
        self.loader = loader
        self.clock = clock
        self.served = served
        self.behind = behind
        self.listeners: list[Callable[[], None]] = []
        self._limits = limits
        self._follow = follow
        self._check = check
        self._base: tuple[ReleaseId | None, Pieces] | None = None
        self._publishing = asyncio.Lock()
        self._bench = Bench(loader, self._mind, clock)

    async def view(self) -> Draft:
        """The draft as it stands. Raises DataError while the files are the base and cannot be read."""
        active = await self.store.active()
        changes = tuple(await self.store.changes())
        release = await self.store.release(active.release_id) if active else None
        base = await self._pieces_of_base(release.id if release else None)
        pieces = overlay(base, values_of(changes))
        return Draft(active=release, base=base, changes=changes, pieces=pieces)

    async def edit(self, piece: str, value: object | None, version: int, who: str) -> int:
        """Put a piece into the draft (None: remove it); returns the version of its change, 0 where it has none any more
        because it is now as in the active release.

        `version` is that of the change that was looked at, 0 where there was none.

        Raises:
            DataError: the knowledge base could not be used with it.
            StaleDraft: somebody else changed the piece meanwhile.
            StillReferred: something refers to what is to be removed.
        """
        draft = await self.view()
        pieces = overlay(draft.pieces, {piece: value})
        content = await self.loader.aside(partial(self._usable, pieces))
        if value is None and (found := references_to(piece, content)):
            raise StillReferred(piece, found)
        return await self._put(draft, piece, value, version, who)

    async def discard(self, piece: str) -> None:
        """Take a piece's change back. Raises StaleDraft where somebody edits it at this moment."""
        change = (await self.view()).change(piece)
        if change is not None:
            await self.store.drop_change(piece, expected=change.version)
            self._tell()

    async def import_content(self, content: Content, who: str, seen: str = "") -> tuple[str, ...]:
        """Make the draft say what `content` says; returns the pieces that differed from it, but for their order.

        `seen` is the edition of the draft that `content` was made with, "" where it was made without.

        Raises:
            DataError: it could not be used.
            StaleDraft: somebody edited the draft since; or edits one of these pieces at this moment: those before it
                are in the draft.
        """
        draft = await self.view()
        if seen and seen != draft.edition:
            raise StaleDraft("somebody else has changed the draft meanwhile", remedy="Look at it again, and try again.")
        wanted = await self.loader.aside(lambda: self._normal(pieces_of(content)))
        names = [name for name in sorted({*wanted, *draft.pieces}) if wanted.get(name) != draft.pieces.get(name)]
        for name in names:
            change = draft.change(name)
            await self._put(draft, name, wanted.get(name), change.version if change else 0, who)
        return tuple(name for name in names if name != ORDER)

    async def export(self) -> Content:
        """What the draft says, as a whole. Raises DataError where it cannot be used."""
        draft = await self.view()
        return await self.loader.aside(partial(content_of, draft.pieces))

    async def publish(
        self,
        who: str,
        note: str,
        *,
        only: Collection[str] | None = None,
        overrule: str = "",
        seen: Mapping[str, object] | None = None,
        progress: Progress | None = None,
    ) -> Published:
        """Make a release of the draft (of the pieces in `only`, where given) and have it served.

        What others change meanwhile stays in the draft. With `overrule`, a reason that is kept, the gate is not asked.
        `seen` are pieces as they were active when the changes were made, where that must still be so.
        Where nothing was published yet and nothing is changed, the files become the first release as they are.

        Raises:
            DataError: it cannot be used, or not be learned from.
            GateRefused: it is worse than the limits allow.
            StaleDraft: somebody else published meanwhile.
            NothingToPublish: there is nothing to publish.
        """
        async with self._publishing:
            draft = await self.view()
            if seen and any(draft.base.get(piece) != value for piece, value in seen.items()):
                raise StaleDraft("something else is active by now", remedy="Look at it again, and try again.")
            changes = [each for each in draft.changes if only is None or each.piece in only]
            if not changes and (draft.active or only is not None):
                raise NothingToPublish
            if not changes:
                return await self._publish_files(draft.base, who, note, progress)
            pieces = await self.loader.aside(partial(self._normal, overlay(draft.base, values_of(changes))))
            known, evaluation, judgement = await self._gate(draft, pieces, progress)
            if judgement and not judgement.passed and not overrule:
                raise GateRefused(judgement)
            mind = await self.loader.mind(pieces, progress)
            base = draft.active or await self._record_files(draft.base, who, evaluation=known)
            text, content_hash = await self.loader.aside(partial(self._kept_as, pieces))
            release = Release(
                made_at=self.clock(),
                author=who,
                note=note,
                content_hash=content_hash,
                evaluation=evaluation,
                overruled=overrule if judgement and not judgement.passed else "",
                base=base.id,
            )
            published = {change.piece: change.version for change in changes}
            release = replace(release, id=await self.store.add_release(release, text, published))
            self._base = release.id, pieces
            await self._follow(Served(mind=mind, release=release))
            self._tell()
            return Published(release=release, judgement=judgement)

    async def activate(
        self,
        id: ReleaseId,
        who: str,
        reason: str,
        progress: Progress | None = None,
        *,
        instead_of: ReleaseId | None = None,
    ) -> Activation:
        """Have a release served, such as an older one; trained first where its model is not here. The draft stays.

        Raises:
            StaleDraft: not `instead_of`, where given, but another release is active by now.
            TanggapError: there is no such release, or it cannot be served.
        """
        async with self._publishing:
            ready = await self.loader.load(self.store, id, progress)
            self._check(ready.mind.knowledge)
            activation = await self.store.activate(id, at=self.clock(), by=who, reason=reason, instead_of=instead_of)
            await self._follow(ready)
            self._tell()
            return activation

    async def releases(self, limit: int = 50, before: ReleaseId | None = None) -> list[Release]:
        """The latest releases, newest first."""
        return await self.store.releases(limit, before)

    async def activations(self, limit: int = 50) -> list[Activation]:
        """What was served when, newest first."""
        return await self.store.activations(limit)

    async def release_diff(self, old: ReleaseId, new: ReleaseId) -> tuple[Difference, ...]:
        """What one release says otherwise than another. Raises NoSuchRelease."""
        before, after = await self.store.release_content(old), await self.store.release_content(new)
        return await self.loader.aside(lambda: differences(decode(before), decode(after)))

    async def draft_diff(self) -> tuple[Difference, ...]:
        """What the draft says otherwise than what is active."""
        draft = await self.view()
        return await self.loader.aside(partial(differences, draft.base, draft.pieces))

    async def try_message(self, text: str, channel: str = "telegram") -> Tried:
        """What comes of a message now, and with the draft; that takes a while at first where it has to be trained."""
        draft = await self.view()
        return await self._bench.try_message(text, draft.pieces, changed=bool(draft.changes), channel=channel)

    async def try_tests(self, progress: Progress = lambda step, share: None) -> tuple[Draft, tuple[Trial, ...]]:
        """What becomes of all test messages with the draft as it stands; trained first where it has to be.

        Raises:
            TanggapError: the draft cannot be used, or not be trained on.
        """
        draft = await self.view()
        return draft, await self._bench.try_tests(draft.pieces, progress)

    async def check(self, name: str, examples: Sequence[str]) -> list[Doubtful]:
        """Which examples of an intent, new or not, are doubtful beside the rest of the draft."""
        draft = await self.view()
        others = {
            piece.removeprefix(INTENT): cast(Mapping[str, Sequence[str]], value).get("examples", ())
            for piece, value in draft.pieces.items()
            if piece.startswith(INTENT) and piece != INTENT + name
        }
        return await self._bench.check(name, examples, others)

    async def health(self) -> tuple[IntentFigures, ...]:
        """How the intents of what is active fare: how often they were wanted in the last 30 days, and what stars the
        episodes got in which they were."""
        draft, now = await self.view(), self.clock()
        volumes, stars = await self.store.volumes(now - USE, now), await self.store.stars_by_intent(now - USE, now)
        known = draft.active.evaluation if draft.active else ""

        def read() -> tuple[IntentFigures, ...]:
            evaluation = decode_evaluation(known) if known else None
            return figures_of(content_of(draft.base).knowledge, evaluation, volumes, stars)

        return await self.loader.aside(read)

    def _mind(self) -> Mind | None:
        served = self.served()
        return served.mind if served else None

    async def _pieces_of_base(self, id: ReleaseId | None) -> Pieces:
        """The pieces of a release, or of the files as they are served; kept for the next time, they never change."""
        if self._base is None or self._base[0] != id:
            served = self.served()
            if id is not None:
                content = await self.store.release_content(id)
            elif served and served.files:
                content = served.files
            else:
                content = await self.loader.aside(lambda: encode(pieces_of(self.loader.files())))
            self._base = id, await self.loader.aside(partial(decode, content))
        return self._base[1]

    async def _put(self, draft: Draft, piece: str, value: object | None, version: int, who: str) -> int:
        if value == draft.base.get(piece):
            if version:
                await self.store.drop_change(piece, expected=version)
                self._tell()
            return 0
        content = None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
        new = await self.store.save_change(piece, content, expected=version, at=self.clock(), by=who)
        self._tell()
        return new

    def _tell(self) -> None:
        for listener in self.listeners:
            listener()

    def _usable(self, pieces: Pieces) -> Content:
        """What the pieces say, where a service could serve it."""
        content = content_of(pieces)
        knowledge = content.knowledge.filled(self.loader.settings.placeholders())
        require_answers(knowledge)
        self._check(knowledge)
        return content

    def _normal(self, pieces: Pieces) -> Pieces:
        """The pieces as files that say the same would be cut, so that their hashes can be compared. Raises DataError
        where they are of no use."""
        content = self._usable(pieces)
        normal = decode(encode(pieces_of(content)))
        self.loader.readings.know(normal, content)
        return normal

    async def _record_files(self, base: Pieces, who: str, note: str = FILES_NOTE, evaluation: str = "") -> Release:
        """Keep the files as they are served as the first release, so that one can go back to them."""
        text, content_hash = await self.loader.aside(partial(self._kept_as, base))
        release = Release(made_at=self.clock(), author=who, note=note, content_hash=content_hash, evaluation=evaluation)
        return replace(release, id=await self.store.add_release(release, text, {}))

    def _kept_as(self, pieces: Pieces) -> tuple[str, str]:
        """The text and the hash that a release keeps."""
        reading = self.loader.readings.read(pieces)
        return reading.text, reading.hash

    async def _publish_files(self, base: Pieces, who: str, note: str, progress: Progress | None) -> Published:
        """Have the files served as a release, so that from now on they may be edited without being served."""
        mind = await self.loader.mind(base, progress)
        release = await self._record_files(base, who, note)
        await self._follow(Served(mind=mind, release=release))
        self._tell()
        return Published(release=release, judgement=None)

    async def _gate(self, draft: Draft, pieces: Pieces, progress: Progress | None) -> tuple[str, str, Judgement | None]:
        """The evaluations of the draft's base and of these pieces, and how they compare."""
        base, known = draft.base, draft.active.evaluation if draft.active else ""
        if await self.loader.aside(partial(self._examined_alike, base, pieces)):
            return known, known, None
        learnt = await self.loader.learn(pieces, progress, base=None if known else base)
        before = known or learnt.written_base

        def judged() -> Judgement:
            return judge(learnt.evaluation, decode_evaluation(before) if before else None, self._limits)

        return before, learnt.written, await self.loader.aside(judged)

    def _examined_alike(self, base: Pieces, pieces: Pieces) -> bool:
        """Whether an evaluation of the one is one of the other."""
        read = self.loader.readings.read
        return read(base).examined == read(pieces).examined
