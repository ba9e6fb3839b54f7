"""What people do to the knowledge base on its pages: each a guarded method over the library, and written down.

Refusals carry the words for whoever is refused; `GateRefused` keeps its judgement. Nothing here draws.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from bot.console.context import Context
from bot.console.knowledge_words import KNOWLEDGE_WORDS
from bot.console.rights import Right, guarded
from bot.knowledge.draft import Draft
from bot.knowledge.error_words import error_words, reference_words
from bot.knowledge.health import IntentFigures
from bot.knowledge.library import Library, Published
from bot.knowledge.references import references_to
from bot.knowledge.refusals import GateRefused, NothingToPublish
from bot.knowledge.review_list import Added, ReviewGroup, ReviewList
from bot.knowledge.trainer import Progress
from bot.knowledge.trying import Doubtful, Tried
from conversation.errors import Refusal, StaleDraft, StorageError, TanggapError
from conversation.knowledge_ports import Activation, Release, ReleaseId, ReviewId, ReviewSource
from intents.content import Content, content_of, decode
from intents.differences import Difference, differences
from intents.gate import Trial


def library_of(ctx: Context) -> Library:
    """The library. Raises Refusal where the service has none."""
    if ctx.parts.library is None:
        raise Refusal(KNOWLEDGE_WORDS[ctx.locale].none)
    return ctx.parts.library


def review_of(ctx: Context) -> ReviewList:
    """The review list. Raises Refusal where the service has none."""
    if ctx.parts.review is None:
        raise Refusal(KNOWLEDGE_WORDS[ctx.locale].none)
    return ctx.parts.review


@contextmanager
def told(ctx: Context) -> Iterator[None]:
    """Turn what the library raises into refusals in the words of whoever asks."""
    try:
        yield
    except (GateRefused, StorageError):
        raise
    except StaleDraft as error:
        raise StaleDraft(error_words(error, ctx.locale)) from error
    except TanggapError as error:
        raise Refusal(error_words(error, ctx.locale)) from error


@guarded(Right.KNOWLEDGE_READ)
async def view(ctx: Context) -> Draft:
    """The draft as it stands."""
    with told(ctx):
        return await library_of(ctx).view()


@guarded(Right.KNOWLEDGE_READ)
async def health(ctx: Context) -> tuple[IntentFigures, ...]:
    """How the intents of what is active fare."""
    with told(ctx):
        return await library_of(ctx).health()


@guarded(Right.KNOWLEDGE_READ)
async def try_message(ctx: Context, text: str, channel: str = "telegram") -> Tried:
    """What comes of a message, now and with the draft."""
    with told(ctx):
        return await library_of(ctx).try_message(text, channel)


@guarded(Right.KNOWLEDGE_READ)
async def try_tests(ctx: Context, progress: Progress) -> tuple[Draft, tuple[Trial, ...]]:
    """What becomes of all test messages with the draft, and that draft."""
    with told(ctx):
        return await library_of(ctx).try_tests(progress)


@guarded(Right.KNOWLEDGE_READ)
async def check(ctx: Context, name: str, examples: Sequence[str]) -> list[Doubtful]:
    """Which examples of an intent are doubtful."""
    with told(ctx):
        return await library_of(ctx).check(name, examples)


@guarded(Right.KNOWLEDGE_READ)
async def draft_diff(ctx: Context) -> tuple[Difference, ...]:
    """What the draft changes."""
    with told(ctx):
        return await library_of(ctx).draft_diff()


@guarded(Right.KNOWLEDGE_READ)
async def releases(ctx: Context, limit: int = 50, before: ReleaseId | None = None) -> list[Release]:
    """The latest releases, newest first."""
    return await library_of(ctx).releases(limit, before)


@guarded(Right.KNOWLEDGE_READ)
async def activations(ctx: Context, limit: int = 50) -> list[Activation]:
    """What was served when, newest first."""
    return await library_of(ctx).activations(limit)


@guarded(Right.KNOWLEDGE_READ)
async def release_diff(ctx: Context, old: ReleaseId, new: ReleaseId) -> tuple[Difference, ...]:
    """What one release says otherwise than another."""
    with told(ctx):
        return await library_of(ctx).release_diff(old, new)


@guarded(Right.KNOWLEDGE_READ)
async def draft_beside(ctx: Context, id: ReleaseId, *, turned: bool = False) -> tuple[Difference, ...]:
    """What the draft says otherwise than a release, or (`turned`) the release than the draft."""
    with told(ctx):
        draft, content = await library_of(ctx).view(), await library_of(ctx).store.release_content(id)
    aside = library_of(ctx).loader.aside
    old, new = await aside(partial(decode, content)), draft.pieces
    return await aside(partial(differences, *((new, old) if turned else (old, new))))


@guarded(Right.KNOWLEDGE)
async def edit(ctx: Context, piece: str, value: object | None, version: int) -> int:
    """Put a piece into the draft, or (None) remove it; returns the version of its change. See `Library.edit`."""
    with told(ctx):
        new = await library_of(ctx).edit(piece, value, version, ctx.agent.name)
    await ctx.record("kb_remove" if value is None else "kb_edit", piece)
    return new


@guarded(Right.KNOWLEDGE_READ)
async def references(ctx: Context, piece: str) -> tuple[str, ...]:
    """What of the draft refers to a piece, in words."""
    with told(ctx):
        draft = await library_of(ctx).view()
        found = await library_of(ctx).loader.aside(lambda: references_to(piece, content_of(draft.pieces)))
    return tuple(reference_words(each, ctx.locale) for each in found)


@guarded(Right.KNOWLEDGE)
async def discard(ctx: Context, piece: str) -> None:
    """Take a piece's change back."""
    with told(ctx):
        await library_of(ctx).discard(piece)
    await ctx.record("kb_discard", piece)


@guarded(Right.KNOWLEDGE)
async def import_content(ctx: Context, content: Content, what: str) -> tuple[str, ...]:
    """Make the draft say what `content` says; `what` names the file, for the audit trail."""
    with told(ctx):
        pieces = await library_of(ctx).import_content(content, ctx.agent.name)
    await ctx.record("kb_import", what, str(len(pieces)))
    return pieces


@guarded(Right.KNOWLEDGE)
async def publish(
    ctx: Context,
    note: str,
    *,
    only: Collection[str] | None = None,
    overrule: str = "",
    progress: Progress | None = None,
) -> Published:
    """Make a release of the draft, or of the pieces in `only`. Raises GateRefused, or another Refusal."""
    with told(ctx):
        if not await library_of(ctx).store.changes():
            raise NothingToPublish
        published = await library_of(ctx).publish(ctx.agent.name, note, only=only, overrule=overrule, progress=progress)
    await ctx.record("kb_publish", str(published.release.id), overrule)
    return published


@guarded(Right.KNOWLEDGE)
async def activate(ctx: Context, id: ReleaseId, reason: str, progress: Progress | None = None) -> Activation:
    """Have a release served, such as an older one."""
    with told(ctx):
        activation = await library_of(ctx).activate(id, ctx.agent.name, reason, progress)
    await ctx.record("kb_activate", str(id), reason)
    return activation


@guarded(Right.KNOWLEDGE_READ)
async def review_groups(
    ctx: Context, sources: Collection[ReviewSource] = (), department: str = "", since: datetime | None = None
) -> tuple[ReviewGroup, ...]:
    """What is open on the review list, in groups; of these sources, this department and no older, where given."""
    return await review_of(ctx).groups(sources=sources, department=department, since=since)


@guarded(Right.KNOWLEDGE)
async def to_examples(ctx: Context, ids: Collection[ReviewId], intent: str) -> Added:
    """Make examples of an intent of what is on the review list."""
    with told(ctx):
        added = await review_of(ctx).to_examples(ids, intent, ctx.agent.name)
    await ctx.record("kb_review_examples", f"intent/{intent}", str(len(added.examples)))
    return added


@guarded(Right.KNOWLEDGE)
async def to_new_intent(ctx: Context, ids: Collection[ReviewId], name: str, values: Mapping[str, str]) -> Added:
    """Make a new intent of it; `values` are title, kind, department and answer."""
    with told(ctx):
        added = await review_of(ctx).to_new_intent(ids, name, ctx.agent.name, **values)
    await ctx.record("kb_review_intent", f"intent/{name}", str(len(added.examples)))
    return added


@guarded(Right.KNOWLEDGE)
async def dismiss(ctx: Context, ids: Collection[ReviewId]) -> int:
    """Take off the review list what teaches nothing."""
    dealt = await review_of(ctx).dismiss(ids, ctx.agent.name)
    await ctx.record("kb_review_dismiss", detail=str(dealt))
    return dealt
