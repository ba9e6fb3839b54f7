"""What the system says: the same set of sentences in every language, with the same gaps to fill."""

from __future__ import annotations

import string
from dataclasses import fields
from datetime import UTC, datetime

import pytest

from conversation.desk_phrases import DeskPhrases
from conversation.messages import Attachment, AttachmentKind, Author, Message
from conversation.phrases import ENGLISH, INDONESIAN, LANGUAGES, Phrases, addressed, in_words, ticket_number
from conversation.tickets import HandoffReason, Priority, TicketStatus

NAMES = [field.name for field in fields(Phrases) if field.name != "desk"]
DESK_NAMES = [field.name for field in fields(DeskPhrases)]


def gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name} - {"sapaan"}


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_leave_the_same_gaps(name: str) -> None:
    assert same_gaps(getattr(INDONESIAN, name), getattr(ENGLISH, name))


@pytest.mark.parametrize("name", DESK_NAMES)
def test_both_languages_leave_the_same_gaps_at_the_desk(name: str) -> None:
    assert same_gaps(getattr(INDONESIAN.desk, name), getattr(ENGLISH.desk, name))


def same_gaps(indonesian: object, english: object) -> bool:
    if isinstance(indonesian, dict) and isinstance(english, dict):
        return indonesian.keys() == english.keys()
    if isinstance(indonesian, str) and isinstance(english, str):
        return gaps(indonesian) == gaps(english)
    return isinstance(indonesian, tuple) and isinstance(english, tuple) and len(indonesian) == len(english)


@pytest.mark.parametrize("phrases", LANGUAGES.values(), ids=LANGUAGES)
def test_every_state_of_things_has_a_word(phrases: Phrases) -> None:
    assert phrases.reasons.keys() == {reason.value for reason in HandoffReason}
    assert phrases.statuses.keys() == {status.value for status in TicketStatus}
    assert phrases.priorities.keys() == {priority.name for priority in Priority}
    assert phrases.attachments.keys() == {kind.value for kind in AttachmentKind}
    assert phrases.authors.keys() == {author.value for author in Author}


def test_customers_are_addressed_everywhere_and_the_other_gaps_stay() -> None:
    phrases = addressed(INDONESIAN, "Bunda")
    assert phrases.cancelled == "Baik Bunda, laporan {ticket} dibatalkan. Kalau perlu lagi, tulis saja di sini."
    assert not any("{sapaan}" in value for name in NAMES if isinstance(value := getattr(phrases, name), str))
    desk = [getattr(phrases.desk, name) for name in DESK_NAMES]
    assert not any("{sapaan}" in value for value in desk if isinstance(value, str))


def test_a_form_of_address_with_braces_does_no_harm() -> None:
    assert addressed(INDONESIAN, "{agent}").ask_which == "Maksud {agent}:"


def test_a_ticket_is_called_by_its_number() -> None:
    assert ticket_number(123) == "#123"


@pytest.mark.parametrize(
    ("attachments", "text", "words"),
    [
        ((), "halo", "halo"),
        ((Attachment(kind=AttachmentKind.PHOTO),), "", "[foto]"),
        ((Attachment(kind=AttachmentKind.DOCUMENT, detail="bukti.pdf"),), "ini", "[berkas: bukti.pdf] ini"),
        ((), "", ""),
    ],
)
def test_a_message_can_be_told_in_words(attachments: tuple[Attachment, ...], text: str, words: str) -> None:
    message = Message(author=Author.CUSTOMER, text=text, at=datetime(2026, 3, 14, tzinfo=UTC), attachments=attachments)
    assert in_words(message, INDONESIAN) == words
