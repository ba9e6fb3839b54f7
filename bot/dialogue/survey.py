"""The survey after an episode: stars by a button, and a comment if the customer has one. Pure.

It opens no episode of its own, and takes nothing for a comment that asks for a human.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.dialogue.commands import command_in
from bot.dialogue.decision import Policy
from conversation.effects import AnswerPress, Delivery, Entry, SendText
from conversation.messages import Author, InboxId, Message, Press
from conversation.phrases import Phrases
from conversation.ports import Change
from conversation.state import Conversation, Owner, Rating, Survey
from conversation.understanding import Understanding
from conversation.values import replace
from handoff.desk import customer_address, to_customer
from handoff.notices import ask_comment, no_comment_of, stars_of
from intents.knowledge import KnowledgeBase
from intents.triage import Verdict, triage

OPEN_FOR = timedelta(days=3)
"""How long a survey can be answered."""

COMMENT_WITHIN = timedelta(minutes=15)
"""How long after the stars the next words are taken for the comment."""


def answered(
    conversation: Conversation,
    what: object,
    inbox_ids: tuple[InboxId, ...],
    understanding: Understanding | None,
    knowledge: KnowledgeBase,
    policy: Policy,
    now: datetime,
) -> Change | None:
    """The change that a press or messages make which answer a survey, if they do."""
    state = conversation.dialogue
    phrases = policy.voice(state.language, bool(state.formal))
    if isinstance(what, Press):
        return pressed(conversation, what, phrases, inbox_ids, now)
    if state.survey is None or not isinstance(what, tuple) or understanding is None or command_in(understanding.text):
        return None
    if triage(understanding, knowledge.kinds, policy.thresholds).verdict is Verdict.ESCALATE:
        return None
    return commented(conversation, what, phrases, inbox_ids, now)


def pressed(
    conversation: Conversation, press: Press, phrases: Phrases, inbox_ids: tuple[InboxId, ...], now: datetime
) -> Change | None:
    """The change that a press makes; None where it is about something else."""
    given, ended = stars_of(press.payload), no_comment_of(press.payload)
    if given is None and ended is None:
        return None
    survey, rating, entries, toast = conversation.dialogue.survey, None, [], phrases.already_answered
    if survey is not None and now - survey.asked_at <= OPEN_FOR:
        if given is not None and survey.episode_id == given[0] and not survey.rated:
            rating = Rating(episode_id=given[0], stars=given[1])
            toast, survey = "", replace(survey, rated=True, asked_at=now)
            entries = [
                Entry(message=Message(author=Author.CUSTOMER, text=f"[{'⭐' * given[1]}]", at=now)),
                _said(conversation, ask_comment(phrases, *given), now),
            ]
        elif ended == survey.episode_id and survey.rated:
            toast, survey = phrases.desk.survey_comment_kept, None
    answer = AnswerPress(press_id=press.press_id, text=toast)
    return Change(
        conversation=_with(conversation, survey, now),
        entries=tuple(entries),
        deliveries=(Delivery(address=customer_address(conversation), effect=answer),),
        done=inbox_ids,
        rating=rating,
    )


def commented(
    conversation: Conversation,
    said: Sequence[Message],
    phrases: Phrases,
    inbox_ids: tuple[InboxId, ...],
    now: datetime,
) -> Change | None:
    """The change that words make; None where no comment is waited for."""
    survey = conversation.dialogue.survey
    text = "\n".join(message.text for message in said if message.text)
    if survey is None or not survey.rated or conversation.owner is not Owner.BOT:
        return None
    if not text or now - survey.asked_at > COMMENT_WITHIN:
        return None
    kept = _said(conversation, SendText(text=phrases.desk.survey_comment_kept), now)
    return Change(
        conversation=_with(conversation, None, now),
        entries=(*(Entry(message=message) for message in said), kept),
        done=inbox_ids,
        rating=Rating(episode_id=survey.episode_id, comment=text),
    )


def _with(conversation: Conversation, survey: Survey | None, now: datetime) -> Conversation:
    return replace(conversation, dialogue=replace(conversation.dialogue, survey=survey), last_at=now, reachable=True)


def _said(conversation: Conversation, effect: SendText, now: datetime) -> Entry:
    return to_customer(conversation, Message(author=Author.SYSTEM, text=effect.text, at=now), effect)
