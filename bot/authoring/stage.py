"""Conversation tests played: the real service on a store of the test's own, with a clock that goes as the test says.

Everything between the customer's deed and what they are shown is what serves customers too. Only pauses are left out.
"""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.app import Service, open_service
from bot.authoring.channel import CUSTOMER, StagedChannel
from bot.authoring.compare import Aspect, Comparison, Mismatch, Moment, Turn
from bot.authoring.script import Deed, Presses, Restarts, Script, Sends, Step, Waits, Writes
from bot.dialogue.plan import Plan
from bot.mind import Mind
from bot.settings import Settings, StorageSettings
from conversation.messages import Attachment, AttachmentKind, Author, Message, Press
from conversation.ports import Change
from conversation.state import DialogueState, Episode, EpisodeId
from conversation.tickets import Ticket
from conversation.understanding import Understanding

BEGINNING = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
"""When every test begins: on a Monday morning."""

PACE = timedelta(seconds=5)
"""How long a customer takes from one deed to the next."""

DETAILS = {
    AttachmentKind.LOCATION: "-6.914744,107.609810",
    AttachmentKind.CONTACT: "081200000117",
    AttachmentKind.DOCUMENT: "berkas.pdf",
}
"""What is in an attachment whose test does not say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """One deed of the customer's, what came of it, and what of that was not as expected (by line)."""

    deed: Deed
    line: int
    moment: Moment
    mismatches: tuple[tuple[int, Mismatch], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """One test and how it went. A test ends early where the customer cannot do what they should."""

    script: Script
    scenes: tuple[Scene, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether all was as expected."""
        return not any(scene.mismatches for scene in self.scenes)


async def play(script: Script, settings: Settings, mind: Mind, database: Path) -> Played:
    """Play one test. Its store is the file `database`, which is made for it.

    Raises:
        StorageError: the store cannot be made.
    """
    started = time.perf_counter()
    storage = StorageSettings(url=f"sqlite:///{quote(str(database))}")
    stage = _Stage(settings=settings.model_copy(update={"storage": storage}), mind=mind)
    scenes: list[Scene] = []
    try:
        await stage.open()
        await stage.give(script)
        for deed, expected in _scenes(script):
            scenes.append(await _scene(stage, deed, expected))
            if any(mismatch.aspect is Aspect.BUTTON for _, mismatch in scenes[-1].mismatches):
                break
    finally:
        await stage.close()
    return Played(script=script, scenes=tuple(scenes), seconds=time.perf_counter() - started)


def _scenes(script: Script) -> list[tuple[Step, list[Step]]]:
    """Each deed with the expectations that follow it; those before any deed are of a bot that is left in peace."""
    scenes: list[tuple[Step, list[Step]]] = []
    for step in script.steps:
        if isinstance(step.what, Deed):
            scenes.append((step, []))
        else:
            if not scenes:
                scenes.append((Step(line=script.line, what=Waits(duration=timedelta())), []))
            scenes[-1][1].append(step)
    return scenes


async def _scene(stage: _Stage, step: Step, expected: list[Step]) -> Scene:
    deed = step.what
    assert isinstance(deed, Deed)
    wrong = await stage.does(deed)
    moment = await stage.moment()
    if wrong:
        return Scene(deed=deed, line=step.line, moment=moment, mismatches=((step.line, wrong),))
    comparison = Comparison(moment=moment)
    mismatches = [
        (each.line, mismatch)
        for each in expected
        if not isinstance(each.what, Deed)
        for mismatch in comparison.of(each.what)
    ]
    return Scene(deed=deed, line=step.line, moment=moment, mismatches=tuple(mismatches))


@dataclass(kw_only=True)
class _Stage:
    """A service with one customer, and what has been seen of it since the latest deed."""

    settings: Settings
    mind: Mind
    channel: StagedChannel = field(default_factory=StagedChannel)
    now: datetime = BEGINNING
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _service: Service | None = None
    _turns: list[Turn] = field(default_factory=list)
    _seen: int = 0
    _before: DialogueState = field(default_factory=DialogueState)

    async def open(self) -> None:
        """Start the service. Nobody is told their place in the queue: that would depend on how fast the test runs."""
        desk = self.settings.desk.model_copy(update={"position_seconds": 0})
        settings = self.settings.model_copy(update={"desk": desk})
        self._service = await self._stack.enter_async_context(
            open_service(settings, self.mind, [self.channel], watch=self._watch, clock=lambda: self.now)
        )

    async def close(self) -> None:
        """Stop it. The store stays."""
        await self._stack.aclose()

    async def give(self, script: Script) -> None:
        """Let the slots have the values that a test begins with, in an episode that has begun: a new one has none."""
        if script.given:
            snapshot = await self.service.store.load(CUSTOMER)
            episode = Episode(id=EpisodeId(0), conversation_id=CUSTOMER.conversation_id, opened_at=self.now)
            conversation = replace(
                snapshot.conversation,
                dialogue=DialogueState(slots=dict(script.given)),
                episode_id=episode.id,
                last_at=self.now,
            )
            await self.service.store.commit(Change(conversation=conversation, episode=episode))

    @property
    def service(self) -> Service:
        """What was opened."""
        assert self._service is not None
        return self._service

    async def does(self, deed: Deed) -> Mismatch | None:
        """Let the customer do something, and wait until nothing is under way any more."""
        self._turns.clear()
        self._seen = len(self.channel.said)
        self._before = (await self.service.store.load(CUSTOMER)).conversation.dialogue
        await self._pass(deed.duration if isinstance(deed, Waits) else PACE)
        match deed:
            case Restarts():
                await self.close()
                await self.open()
            case Waits():
                pass
            case Presses(button=wanted, unseen=unseen):
                button = self.channel.button(wanted)
                if button is None and not unseen:
                    titles = " ".join(f"[{title}]" for title in self.channel.titles)
                    return Mismatch(aspect=Aspect.BUTTON, expected=f"[{wanted}]", got=titles)
                await self._take(Press(press_id="press", payload=button.payload if button else wanted, at=self.now))
            case Writes(text=text):
                await self._take(Message(author=Author.CUSTOMER, text=text, at=self.now))
            case Sends():
                await self._take(_sent(deed, self.now))
        await self.service.settle(CUSTOMER)
        return None

    async def moment(self) -> Moment:
        """What can be seen now."""
        snapshot, known = await self.service.store.load(CUSTOMER), self.mind.knowledge.slots
        return Moment(
            turns=tuple(self._turns),
            said=tuple(self.channel.said[self._seen :]),
            before=self._before,
            state=snapshot.conversation.dialogue,
            slots={name: slot.initial for name, slot in known.items()} | snapshot.conversation.dialogue.slots,
            ticket=snapshot.ticket or await self._latest_ticket(),
        )

    async def _latest_ticket(self) -> Ticket | None:
        """The one customer's latest ticket, closed."""
        tickets = await self.service.store.tickets()
        return max(tickets, key=lambda ticket: ticket.id, default=None)

    async def _pass(self, duration: timedelta) -> None:
        """Let time go by, and what was set for later come back when it is due."""
        until = self.now + duration
        while (due := await self.service.store.next_reminder()) is not None and due <= until:
            self.now = max(self.now, due)
            await self.service.reminders.hand_on()
            await self.service.settle(CUSTOMER)
        self.now = until

    async def _take(self, what: Message | Press) -> None:
        await self.service.intake.take([self.channel.update(what, self.now)])

    def _watch(self, plan: Plan, understanding: Understanding | None) -> None:
        if plan.decision:
            self._turns.append(Turn(decision=plan.decision, understanding=understanding))


def _sent(deed: Sends, now: datetime) -> Message:
    detail = deed.detail or DETAILS.get(deed.attachment, "")
    attachment = Attachment(kind=deed.attachment, file_id=f"{deed.attachment.value}-1", detail=detail)
    return Message(author=Author.CUSTOMER, text=deed.text, at=now, attachments=(attachment,))
