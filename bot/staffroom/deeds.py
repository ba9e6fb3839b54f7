"""What staff may have done to the knowledge base once they have confirmed it: change an answer, go back a release.

A deed is made with all that it will do, shown, and carried out later, exactly so or not at all. Who may, and whether
it was confirmed in time, is settled by `bot.staffroom.room`.
"""

from __future__ import annotations

import json
import string
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.knowledge.difference_words import added_lines, removed_lines
from bot.knowledge.draft import Draft
from bot.knowledge.error_words import error_words
from bot.knowledge.library import Library
from bot.staffroom.asking import INTENT, Intents, answers_in, title_of
from bot.staffroom.showing import beside
from bot.staffroom.words import RoomWords
from conversation.errors import Refusal, StaleDraft, StorageError, TanggapError
from conversation.knowledge_ports import ReleaseId
from conversation.tickets import Agent
from intents.content import content_hash, content_of, overlay

LONGEST = 4096
"""Characters that Telegram takes in one message, counted in UTF-16."""

CHANGES = 12
"""Lines of what a release changes that are shown."""

_LINE = 160

Written = tuple[str, str, str]
"""What goes into the audit trail: action, about, detail."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What came of a deed, in words, and what is to be written down of it."""

    text: str
    written: tuple[Written, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """Something that waits to be confirmed: how it is shown, the button that does it, and a hash of all it will do.

    `carry_out` does it on somebody's behalf. It raises a Refusal in plain words, and then nothing has changed.
    """

    text: str
    button: str
    hash: str
    carry_out: Callable[[Agent], Awaitable[Done]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Edit:
    """A new text for one answer: the piece before and after, and what customers will read."""

    name: str
    title: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    shown: str

    @property
    def piece(self) -> str:
        return INTENT + self.name


@dataclass(frozen=True, kw_only=True, slots=True)
class Deeds:
    """Makes deeds over a library. `language` is that of `say`."""

    library: Library
    say: RoomWords
    language: str

    async def edit(self, draft: Draft, intents: Intents, name: str, place: int, text: str) -> Deed:
        """Give one answer of an intent another text.

        Raises:
            Refusal: that cannot be; it says why.
        """
        say, answers = self.say, answers_in(intents[name])
        old = answers[place]
        if not text:
            raise Refusal(say.no_text)
        if text == old.get("text"):
            raise Refusal(say.same_text)
        self._check_names(text, draft)
        after = {**intents[name], "answers": [*answers[:place], {**old, "text": text}, *answers[place + 1 :]]}
        self._check_alone(draft, name, after)
        before_shown, shown = await self._as_customers_see(draft, name, place, after)
        if (length := utf16(shown)) > LONGEST:
            raise Refusal(say.too_long.format(length=length, limit=LONGEST))
        title, rest = title_of(name, intents), list(beside(old, say))
        edit = _Edit(name=name, title=title, before=intents[name], after=after, shown=shown)
        return Deed(
            text=say.becomes.format(
                title=title,
                name=name,
                place=place + 1,
                count=len(answers),
                before=before_shown,
                after="\n".join([shown, *rest]),
            ),
            button=say.publish,
            hash=content_hash({"before": edit.before, edit.piece: after}),
            carry_out=partial(self._publish, edit),
        )

    async def back(self) -> Deed:
        """Go back to the release that was active when the active one was made.

        Raises:
            Refusal: there is none.
        """
        say, draft = self.say, await self.library.view()
        now = draft.active
        if now is None or now.id is None:
            raise Refusal(say.no_release)
        before = await self.library.store.release(now.base) if now.base is not None else None
        if before is None or before.id is None:
            raise Refusal(say.first_release.format(release=now.id))
        found = await self.library.release_diff(now.id, before.id)
        lines = [
            f"{sign} {each.piece.removeprefix(INTENT)} · {line}"[:_LINE]
            for each in found
            for sign, some in (
                ("−", removed_lines(each, self.language)),
                ("+", added_lines(each, self.language)),
            )
            for line in some
        ]
        more = [f"… (+{len(lines) - CHANGES})"] if len(lines) > CHANGES else []
        return Deed(
            text=say.back_to.format(
                now=now.id,
                now_note=now.note,
                before=before.id,
                before_note=before.note,
                changes="\n".join([*lines[:CHANGES], *more]) or "–",
            ),
            button=say.back,
            hash=content_hash({"now": now.id, "before": before.id}),
            carry_out=partial(self._go_back, now.id, before.id),
        )

    async def _publish(self, edit: _Edit, agent: Agent) -> Done:
        say, library = self.say, self.library
        with self._in_words():
            draft = await library.view()
            self._check_alone(draft, edit.name, edit.after)
            if draft.base.get(edit.piece) != edit.before:
                raise Refusal(say.same_text if draft.base.get(edit.piece) == edit.after else say.changed_meanwhile)
            change = draft.change(edit.piece)
            version = await library.edit(edit.piece, edit.after, change.version if change else 0, agent.name)
            note = say.note.format(title=edit.title)
            try:
                published = await library.publish(agent.name, note, only=[edit.piece], seen={edit.piece: edit.before})
            except StorageError:
                raise  # It is tried again, with the draft as it stands.
            except TanggapError:
                await self._discard(edit.piece, version)
                raise
        release = published.release.id
        text = say.published.format(release=release, who=agent.name, title=edit.title, after=edit.shown)
        return Done(text=text, written=(("kb_edit", edit.piece, ""), ("kb_publish", str(release), note)))

    async def _go_back(self, now: ReleaseId, before: ReleaseId, agent: Agent) -> Done:
        reason = self.say.back_reason.format(now=now)
        with self._in_words():
            await self.library.activate(before, agent.name, reason, instead_of=now)
        text = self.say.went_back.format(before=before, who=agent.name)
        return Done(text=text, written=(("kb_activate", str(before), reason),))

    async def _discard(self, piece: str, version: int) -> None:
        """Take back what was put into the draft only to be published, unless somebody has gone on from there."""
        change = (await self.library.view()).change(piece)
        if change is not None and change.version == version:
            await self.library.discard(piece)

    def _check_alone(self, draft: Draft, name: str, after: Mapping[str, Any]) -> None:
        """Refuse what would publish somebody else's unfinished work along with it."""
        change = draft.change(INTENT + name)
        if change is not None and (change.content is None or json.loads(change.content) != after):
            raise Refusal(self.say.being_edited.format(who=change.changed_by))

    def _check_names(self, text: str, draft: Draft) -> None:
        known = {**self.library.loader.settings.placeholders(), **slots_of(draft.base)}
        try:
            unknown = sorted({name for name in names_in(text) if name not in known})
        except ValueError:
            raise Refusal(self.say.lone_brace) from None
        if unknown:
            raise Refusal(self.say.unknown_names.format(unknown=_braced(unknown), known=_braced(sorted(known))))

    async def _as_customers_see(self, draft: Draft, name: str, place: int, after: Mapping[str, Any]) -> tuple[str, str]:
        """One answer before and after, its placeholders filled; slots by what they are called."""
        values = self.library.loader.settings.placeholders()
        slots = {slot: f"‹{title}›" for slot, title in slots_of(draft.base).items()}

        def read(pieces: Mapping[str, object]) -> tuple[str, ...]:
            knowledge = content_of(pieces).knowledge.filled(values)
            return tuple(knowledge.said(answer.text, slots) for answer in knowledge.answers.get(name, ()))

        with self._in_words():
            before = await self.library.loader.aside(partial(read, draft.base))
            then = await self.library.loader.aside(partial(read, overlay(draft.base, {INTENT + name: after})))
        if len(then) != len(before):  # What stands there twice counts once.
            raise Refusal(self.say.same_text)
        return before[place], then[place]

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Turn what the library raises into refusals that staff understand."""
        try:
            yield
        except StaleDraft as error:
            raise Refusal(self.say.changed_meanwhile) from error
        except StorageError:
            raise
        except TanggapError as error:
            raise Refusal(error_words(error, self.language)) from error


def names_in(text: str) -> Iterable[str]:
    """The placeholders that a text names. Raises ValueError where a brace is none of a name in braces."""
    for _, name, spec, conversion in string.Formatter().parse(text):
        if name is not None:
            if spec or conversion or not name.isidentifier():
                raise ValueError(name)
            yield name


def slots_of(pieces: Mapping[str, object]) -> dict[str, str]:
    """What answers may name beside the shop's values, and what people call it."""
    slots = pieces.get("slots", [])
    found: Sequence[Mapping[str, Any]] = slots if isinstance(slots, list) else ()
    return {str(each["name"]): str(each.get("title") or each["name"]) for each in found}


def utf16(text: str) -> int:
    """The length of a text as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def _braced(names: Sequence[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)
