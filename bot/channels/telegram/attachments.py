"""What is attached to a message, described so that an agent who cannot see it knows what it is."""

from __future__ import annotations

from typing import Protocol

import telegram

from conversation.messages import Attachment, AttachmentKind


class _File(Protocol):
    @property
    def file_id(self) -> str: ...
    @property
    def file_size(self) -> int | None: ...


def attachments_of(message: telegram.Message) -> tuple[Attachment, ...]:
    """What a message carries beside its text; at most one thing, as an album comes as several messages."""
    found = _media(message) or _facts(message)
    return (found,) if found else ()


def _media(message: telegram.Message) -> Attachment | None:
    if message.photo:
        return _file(AttachmentKind.PHOTO, message.photo[-1], "")
    if message.animation:  # Before documents: it is there as one, too.
        return _file(AttachmentKind.VIDEO, message.animation, "GIF")
    if message.document:
        return _file(AttachmentKind.DOCUMENT, message.document, message.document.file_name or "")
    if message.voice:
        return _file(AttachmentKind.VOICE, message.voice, _length(message.voice))
    if message.audio:
        audio = message.audio
        named = " – ".join(part for part in (audio.performer, audio.title) if part)
        return _file(AttachmentKind.AUDIO, audio, named or audio.file_name or "")
    if message.video:
        return _file(AttachmentKind.VIDEO, message.video, message.video.file_name or "")
    if message.video_note:
        return _file(AttachmentKind.VIDEO, message.video_note, "pesan video")
    if message.sticker:
        return _file(AttachmentKind.STICKER, message.sticker, message.sticker.emoji or "")
    return None


def _facts(message: telegram.Message) -> Attachment | None:
    if message.venue:  # Before locations: it is there as one, too.
        venue = message.venue
        place = f"{venue.title}, {venue.address} ({_point(venue.location)})"
        return Attachment(kind=AttachmentKind.LOCATION, detail=place)
    if message.location:
        return Attachment(kind=AttachmentKind.LOCATION, detail=_point(message.location))
    if message.contact:
        contact = message.contact
        name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
        return Attachment(kind=AttachmentKind.CONTACT, detail=f"{name} {contact.phone_number}".strip())
    other = _other(message)
    return Attachment(kind=AttachmentKind.OTHER, detail=other) if other else None


def _other(message: telegram.Message) -> str:
    if message.poll:
        options = " / ".join(option.text for option in message.poll.options)
        return f"jajak pendapat: {message.poll.question} ({options})"
    if message.dice:
        return f"{message.dice.emoji} {message.dice.value}"
    if message.game:
        return f"gim: {message.game.title}"
    if message.checklist:
        return f"daftar: {message.checklist.title}"
    if message.invoice:
        return f"tagihan: {message.invoice.title}"
    if message.story:
        return "story"
    if message.paid_media:
        return "media berbayar"
    if message.giveaway:
        return "giveaway"
    return ""


def _file(kind: AttachmentKind, file: _File, detail: str) -> Attachment:
    return Attachment(kind=kind, file_id=file.file_id, detail=detail, size=file.file_size)


def _length(voice: telegram.Voice) -> str:
    """Minutes and seconds. (The attribute itself is changing its type in the library.)"""
    seconds = int(voice.to_dict()["duration"])
    return f"{seconds // 60}:{seconds % 60:02}"


def _point(location: telegram.Location) -> str:
    return f"{location.latitude},{location.longitude}"
