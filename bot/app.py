"""The one place where the parts are put together, for the service, the terminal chat and the tests alike."""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, cast

from bot import plugins
from bot.actions import Actions, open_actions
from bot.delivery import Deliveries
from bot.desk.echo import Echo
from bot.desk.feed import Feed, KnowledgeChanged
from bot.desk.loops import DeskLoops
from bot.desk.roster import TELEGRAM, Roster
from bot.desk.service import DeskService
from bot.desk.staff_group import StaffGroup
from bot.desk.store import WholeStore
from bot.desk.topics import TopicSurface
from bot.desk.words import words_in
from bot.dialogue.decision import Policy
from bot.dialogue.plan import Plan
from bot.floods import Floods
from bot.intake import Intake
from bot.knowledge.library import Library
from bot.knowledge.loading import Loader
from bot.knowledge.review import Collector
from bot.knowledge.serving import Follower, Served, Serving, keep_memory_steady
from bot.logs import needed_secret
from bot.mind import Mind
from bot.quarantine import ServiceQuarantine, quarantine_of
from bot.reminders import Reminders
from bot.settings import Settings
from bot.staffroom.deeds import Deeds
from bot.staffroom.room import StaffRoom
from bot.staffroom.words import room_words
from bot.storage import open_shared, open_store
from bot.storage.upkeep import Upkeep, upkeep_of
from bot.turns import Turns
from bot.watching import Watcher, watched
from bot.workers import Worker
from conversation.effects import Address
from conversation.messages import Contact
from conversation.phrases import Phrases
from conversation.ports import Change, Channel, Store
from conversation.sharing_ports import SharedChannel, SharedStore
from conversation.state import Conversation
from conversation.tickets import Agent, AgentId, Role, Ticket
from conversation.understanding import Understanding
from intents.knowledge import KnowledgeBase

STOP_GRACE = 10.0
"""Seconds that a stop waits for the turns and deliveries under way; what is left is done after the start."""

YOUNG = 20_000
"""How many more objects are made than go before the collector looks for circles. Turns leave none, and hold a few
hundred objects each while they last: at Python's usual 700 it looked at them several times a turn, for nothing."""

log = logging.getLogger(__name__)

Note = Callable[[str], None]
Clock = Callable[[], datetime]
Duty = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """A running service without its ways in: what channels hand updates to.

    `library` is None where a given mind serves, which nobody changes; `upkeep` and `quarantine` are where the store is
    not ours, and looks after itself.
    """

    store: WholeStore
    intake: Intake
    turns: Turns
    deliveries: Deliveries
    desk: DeskService
    reminders: Reminders
    upkeep: Upkeep | None
    serving: Serving
    library: Library | None
    quarantine: ServiceQuarantine | None = None
    worker: Worker | None = None

    async def once_over_all(self, *duties: Duty) -> None:
        """Run for ever what only one of several services on a store may run: here, whenever it is this one's turn."""
        if self.worker:
            await self.worker.lead(*duties)
        else:
            await asyncio.gather(*(duty() for duty in duties))

    async def settle(self, contact: Contact) -> None:
        """Wait until nothing is under way for one contact: no turn, and no delivery."""
        await self.turns.lanes.finished(contact.conversation_id)
        await self.deliveries.settle(Address(channel=contact.channel, chat=contact.address))

    async def drain(self) -> None:
        """Finish what is under way, as far as `STOP_GRACE` allows; what is left is done after the next start."""
        if self.worker:
            self.worker.stop_taking()
        # Turns first: their effects are durable once they are committed, sent or not.
        await self.turns.lanes.stop(STOP_GRACE / 2)
        if self.worker:
            await self.worker.settled(STOP_GRACE / 5)
        await self.deliveries.lanes.stop(STOP_GRACE / 2)


def now_utc() -> datetime:
    """The clock of the service."""
    return datetime.now(UTC)


def agents_of(settings: Settings) -> list[Agent]:
    """The agents of the configuration, by the ids that their surface knows them by."""
    return [
        Agent(
            id=AgentId(f"{TELEGRAM}{each.telegram_id}"),
            name=each.name,
            departments=frozenset(each.departments),
            role=Role(each.role),
            telegram_id=each.telegram_id,
            locale=settings.bot.language,
        )
        for each in settings.desk.agents
    ]


def surface_of(settings: Settings, policy: Policy) -> TopicSurface | None:
    """The staff groups, if there is one for everybody."""
    if not settings.telegram.staff_chat_id:
        return None
    return TopicSurface(
        channel="telegram",
        chat=str(settings.telegram.staff_chat_id),
        chats=settings.desk.staff_chats(),
        phrases=policy.phrases,
        say=words_in(settings.bot.language),
        policy=policy.desk,
    )


@asynccontextmanager
async def open_service(
    settings: Settings,
    know: Mind | Loader,
    channels: Sequence[Channel],
    *,
    note: Note = lambda line: None,
    agents: Sequence[Agent] = (),
    watch: Callable[[Plan, Understanding | None], None] | None = None,
    serves: Callable[[Address], bool] = lambda address: True,
    watchers: Sequence[Watcher] = (),
    clock: Clock = now_utc,
    beside: bool = False,
) -> AsyncIterator[Service]:
    """Open the store, put the parts together, take up what an earlier run left, and stop it all at the end.

    `know` is what serves, or loads what the store says. `note` is given lines for the person who starts it, such as a
    migration of the database. `beside` lets other services use the same store, where its kind can be shared.

    Raises:
        StorageError: the store cannot be opened.
        TanggapError: there is nothing that could be served.
    """
    async with AsyncExitStack() as stack:
        url = settings.storage_url()
        opening = open_shared(url, note=note) if beside else open_store(url, note=note, alone=True)
        opened = cast(WholeStore, await opening)
        stack.push_async_callback(opened.close)
        loops = DeskLoops()
        store = watched(opened, (*watchers, loops))
        served = Served(mind=know) if isinstance(know, Mind) else await know.choose(opened)
        actions = await stack.enter_async_context(actions_of(settings, served.mind.knowledge, store, clock))
        serving = Serving(served, partial(fitted, actions))
        policy = serving.mind().policy
        by_name = {channel.name: channel for channel in channels}
        surface = surface_of(settings, policy) if "telegram" in by_name else None
        deliveries = Deliveries(store=store, channels=by_name, clock=clock, serves=serves)
        worker = worker_of(opened, by_name, deliveries)
        submit = worker.take_deliveries if worker else deliveries.take
        desk = DeskService(
            store=store,
            phrases=policy.phrases,
            roster=Roster(store, [*agents_of(settings), *agents], clock),
            submit=submit,
            clock=clock,
            policy=policy.desk,
            surface=surface,
            voice=partial(voice_of, policy),
        )
        await desk.roster.refresh()
        feed = next((each for each in watchers if isinstance(each, Feed)), None)
        interval = timedelta(seconds=settings.desk.position_seconds)
        loops.begin(desk, interval=interval, present=feed.present if feed else frozenset)
        staff = StaffGroup(desk=desk, surface=surface, resolutions=settings.desk.resolutions) if surface else None
        if staff:
            deliveries.undelivered, deliveries.topic_lost = staff.undelivered, staff.show_again
        turns = Turns(
            store=store,
            channels=by_name,
            mind=serving.mind,
            staff=staff.staff_event if staff else None,
            submit=submit,
            at_once=by_lease if worker else deliveries.at_once,
            clock=clock,
            surface=surface,
            fragment_pause=timedelta(seconds=settings.dialogue.fragment_pause_seconds),
            episode_idle=timedelta(hours=settings.dialogue.episode_idle_hours),
            watch=watch,
            run_action=actions.run,
            floods=Floods(settings.floods.messages_per_minute, settings.floods.burst),
        )
        intake = Intake(store, worker.take_updates if worker else turns.take, turns.lanes.room)
        reminders = Reminders(store, intake.take, clock)
        turns.reminded = reminders.wake
        duties: list[Duty] = [reminders.run, loops.run]
        library = None
        if isinstance(know, Loader):
            keep_memory_steady()
            follower = Follower(opened, serving, partial(know.load, opened), time.monotonic)
            library = Library(
                opened,
                know,
                clock,
                limits=settings.gate.limits(),
                served=lambda: serving.served,
                follow=follower.look,
                behind=lambda: serving.behind,
                check=actions.check,
            )
            stack.callback(asyncio.create_task(follower.follow(), name="knowledge").cancel)
            if "telegram" in by_name:
                room = room_of(settings, library, desk)
                turns.aside = room.private
                if staff:
                    turns.staff = replace(staff, room=room.staff_event).staff_event
            seconds = settings.understanding.review_seconds
            collector = Collector(opened, lambda: serving.mind().knowledge, interval=seconds, aside=know.aside)
            duties.append(collector.run)
        if feed:
            serving.listeners.append(partial(announce, serving, feed))
        service = Service(
            store=store,
            intake=intake,
            turns=turns,
            deliveries=deliveries,
            desk=desk,
            reminders=reminders,
            upkeep=upkeep_of(opened),
            serving=serving,
            library=library,
            quarantine=quarantine_of(opened, turns, worker, clock, feed.quarantine_changed if feed else lambda: None),
            worker=worker,
        )
        if worker:
            worker.updates, worker.busy = turns.take, lambda: len(turns.lanes)
            turns.mine, deliveries.mine = worker.store.holds, worker.store.holds_delivery
            await deliveries.learn_moves()
            stack.callback(asyncio.create_task(worker.run(), name="worker").cancel)
            if feed:
                echo = echo_of(feed, service, worker, loops.ticket_changed)
                turns.reminded = echo.reminder_set
                stack.callback(asyncio.create_task(echo.run(), name="echo").cancel)
        stack.push_async_callback(service.drain)
        if not worker and (left := await deliveries.recover() + await intake.recover()):
            log.info("took up %d items of an earlier run", left, extra={"action": "recovered"})
        stack.callback(asyncio.create_task(service.once_over_all(*duties), name="duties").cancel)
        gc.freeze()  # What was loaded is there to stay; the collector need not look at it again.
        gc.set_threshold(YOUNG)
        gc.enable()
        yield service


def worker_of(store: Store, channels: Mapping[str, Channel], deliveries: Deliveries) -> Worker | None:
    """This one of several workers, where the store is shared. Where updates go is not known yet."""
    if not isinstance(store, SharedStore):
        return None

    def moved(name: str, old: str, new: str) -> None:
        channel = channels.get(name)
        if isinstance(channel, SharedChannel):
            channel.staff_moved({old: new})

    worker = Worker(
        store=store,
        channels=list(channels),
        deliveries=deliveries.take,
        unknown=deliveries.tell_unknown,
        moved=moved,
    )
    for name, channel in channels.items():
        if isinstance(channel, SharedChannel):
            channel.share(partial(store.reserve, name), partial(worker.say_moved, name))
    return worker


def by_lease(change: Change) -> Change:
    """A change of a worker: nothing of it goes out before the lease of its chat says that it may."""
    return change


def echo_of(feed: Feed, service: Service, worker: Worker, ticket_changed: Callable[[Ticket], None]) -> Echo:
    """What this worker and the others tell each other of what happens."""
    echo = Echo(
        feed,
        service.store,
        service.desk.roster,
        worker.say,
        worker=worker.store.worker,
        ticket_changed=ticket_changed,
        reminded=service.reminders.wake,
    )
    worker.hear, worker.deaf = echo.heard, echo.missed
    return echo


def fitted(actions: Actions, mind: Mind) -> Mind:
    """A mind that knows the actions, which from now on are told of its knowledge base."""
    actions.check(mind.knowledge)
    actions.learn(mind.knowledge)
    return replace(mind, policy=replace(mind.policy, actions=actions.names))


def announce(serving: Serving, feed: Feed) -> None:
    """Tell open pages that something else serves, or should."""
    feed.publish(KnowledgeChanged(release_id=serving.served.release_id))


def room_of(settings: Settings, library: Library, desk: DeskService) -> StaffRoom:
    """Where staff look up and change what the bot knows, outside of tickets' topics."""
    language = settings.bot.language
    deeds = Deeds(library=library, say=room_words(language), language=language)
    return StaffRoom(deeds, store=desk.store, roster=desk.roster, submit=desk.submit, clock=desk.clock)


def voice_of(policy: Policy, conversation: Conversation) -> Phrases:
    """What the system says to a customer, in their language and register."""
    return policy.voice(conversation.dialogue.language, bool(conversation.dialogue.formal))


def actions_of(
    settings: Settings, knowledge: KnowledgeBase, store: Store, clock: Clock
) -> AbstractAsyncContextManager[Actions]:
    """The actions that are configured. Raises a TanggapError when opened, if one of them cannot be used."""
    return open_actions(
        settings.actions,
        base=settings.base,
        secret=needed_secret,
        installed=partial(plugins.load, plugins.ACTIONS),
        knowledge=knowledge,
        journal=store,
        clock=clock,
    )
