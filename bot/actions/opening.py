"""Puts the actions of a service together: finds them, has them hosted, and lets go of connections at the end."""

from __future__ import annotations

import asyncio
import difflib
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bot.actions.answers import Garbled
from bot.actions.arguments import ActionError, origin_of
from bot.actions.domain import Domain
from bot.actions.loading import Found, Installed, find_actions, host
from bot.actions.native import ActionContext, FunctionAction
from bot.actions.running import Actions, Hosted, Journal, Unreachable, unique
from bot.actions.threads import Threads
from bot.actions.validation import FormValidation
from conversation.actions import Call
from intents.knowledge import KnowledgeBase

if TYPE_CHECKING:
    from bot.actions.server import ActionServer

log = logging.getLogger(__name__)

RESPONSE, VALIDATION = "utter_", "validate_"


class ActionOptions(Protocol):
    """The section `[actions]` of the settings."""

    @property
    def use(self) -> Sequence[str]:
        """Names of entry points, and `package.module:attribute`."""
        ...

    @property
    def server_url(self) -> str:
        """Where a Rasa action server listens; "" for none."""
        ...

    @property
    def server_actions(self) -> Sequence[str]:
        """The actions that it has; none: it is asked."""
        ...

    @property
    def repeatable(self) -> Sequence[str]:
        """Actions that may be run twice, beside those that say so themselves."""
        ...

    @property
    def timeout_seconds(self) -> float:
        """How long an action may take."""
        ...

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the actions' own code wants to be told."""
        ...


@asynccontextmanager
async def open_actions(
    options: ActionOptions,
    *,
    base: Path,
    secret: Callable[[str], str],
    installed: Installed,
    knowledge: KnowledgeBase,
    journal: Journal,
    clock: Callable[[], datetime],
) -> AsyncIterator[Actions]:
    """Open all actions that are configured.

    Args:
        options: the section `[actions]` of the settings.
        base: the folder that relative paths start from, where modules are looked for too.
        secret: reads a secret for an action; raises where there is none.
        installed: what an installed package offers under a name.
        knowledge: what the actions are told of intents, slots, forms and responses.
        journal: the store, or what else remembers which actions were begun.
        clock: the time, for the journal.

    Raises:
        TanggapError: something named cannot be used, or two actions share a name.
    """
    context = ActionContext(settings=options.settings, base=base, secret=secret)
    found = find_actions(options.use, context, installed)
    check = partial(_check, found)
    check(knowledge)
    wanted = _wanted(knowledge)
    domain, threads = Domain(knowledge, wanted), Threads()
    hosted = unique(host(each, domain, threads) for each in found)
    async with AsyncExitStack() as stack:
        stack.callback(threads.close)
        server, answered = None, True
        if options.server_url:
            from bot.actions.server import ActionServer

            server = ActionServer(
                options.server_url,
                domain=domain,
                names=options.server_actions,
                expected=wanted - hosted.keys(),
                repeatable=lambda name: name in options.repeatable or name.startswith(VALIDATION),
            )
            stack.push_async_callback(server.close)
            answered = await _ask(server, hosted, options.timeout_seconds)
        for name in options.repeatable if answered else ():
            known = hosted.keys() | (server.names if server else frozenset())
            _refuse(name, "action", known, f"actions.repeatable: {name!r}")
        hosted |= {name: replace(hosted[name], repeatable=True) for name in options.repeatable if name in hosted}

        def learn(known: KnowledgeBase) -> None:
            wanted = _wanted(known)
            domain.become(known, wanted)
            if server:
                server.expect(wanted - hosted.keys())

        yield Actions(
            hosted=hosted,
            journal=journal,
            clock=clock,
            threads=threads,
            limit=options.timeout_seconds,
            server=server,
            check=check,
            learn=learn,
        )


async def _ask(server: ActionServer, hosted: Mapping[str, Hosted], seconds: float) -> bool:
    """Ask the server for its actions, which must not be ours too. Returns whether it answered."""
    try:
        async with asyncio.timeout(seconds):
            await server.ask_names()
    except (Unreachable, Garbled, TimeoutError) as error:
        reason = str(error) or f"no answer within {seconds:g} s"
        log.warning("%s: %s; it is asked again later", server.url, reason, extra={"action": "action_server_silent"})
        return False
    for name in sorted(hosted.keys() & server.names):
        raise ActionError(
            f"two actions are called {name}: one of {hosted[name].origin}, one of {server.url}",
            remedy="Leave one of them out: actions.server_actions can name those that the server shall run.",
        )
    return True


def _wanted(knowledge: KnowledgeBase) -> frozenset[str]:
    """The actions that a knowledge base names, and a validation for each of its forms."""
    steps = {step for rule in knowledge.rules for step in rule.steps}
    steps |= {step for form in knowledge.forms.values() for step in form.then}
    steps |= {source.action for slot in knowledge.slots.values() for source in slot.sources if source.action}
    named = {step for step in steps if not step.startswith(RESPONSE)} - knowledge.forms.keys()
    return frozenset(named | {f"{VALIDATION}{form}" for form in knowledge.forms})


def check_actions(
    options: ActionOptions, knowledge: KnowledgeBase, *, base: Path, secret: Callable[[str], str], installed: Installed
) -> None:
    """Whether the actions that are configured could serve a knowledge base, for whoever opens none.

    Raises:
        TanggapError: they could not: they cannot be used, or want a slot or form that it has not.
    """
    context = ActionContext(settings=options.settings, base=base, secret=secret)
    _check(find_actions(options.use, context, installed), knowledge)


def _check(found: Sequence[Found], knowledge: KnowledgeBase) -> None:
    for each in found:
        _refuse_unknown_names(each, knowledge)


def _refuse_unknown_names(found: Found, knowledge: KnowledgeBase) -> None:
    """Refuse functions with parameters that are no slots, and validators of forms and slots that are none."""
    if isinstance(found.what, FunctionAction):
        for parameter in found.what.parameters:
            if parameter.kind is not Call:
                _refuse(parameter.name, "slot", knowledge.slots, f"{found.origin}: the parameter {parameter.name!r}")
    if isinstance(found.what, FormValidation):
        for validator in found.what.validators.values():
            where = f"{origin_of(validator.function)} validates"
            _refuse(validator.form, "form", knowledge.forms, f"{where} {validator.form!r}, which")
            _refuse(validator.slot, "slot", knowledge.slots, f"{where} {validator.slot!r}, which")
            for parameter in validator.parameters[1:]:
                if parameter.kind is not Call:
                    _refuse(parameter.name, "slot", knowledge.slots, f"{found.origin}: {parameter.name!r}")


def _refuse(name: str, kind: str, known: Collection[str], what: str) -> None:
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(sorted(known)) or 'none'}."
        raise ActionError(f"{what} is no {kind}", remedy=hint)
