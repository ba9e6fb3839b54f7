"""What is attached to a message, described so that an agent who cannot see it knows what it is."""

from __future__ import annotations

from bot.channels.telegram.updates import Raw
from conversation.messages import Attachment, AttachmentKind


def attachments_of(message: Raw) -> tuple[Attachment, ...]:
    """What a raw message carries beside its text; at most one thing, as an album comes as several messages."""
    found = _media(message) or _facts(message)
    return (found,) if found else ()


def _media(message: Raw) -> Attachment | None:
    if photo := message.get("photo"):
        return _file(AttachmentKind.PHOTO, photo[-1], "")
    if animation := message.get("animation"):  # Before documents: it is there as one, too.
        return _file(AttachmentKind.VIDEO, animation, "GIF")
    if document := message.get("document"):
        return _file(AttachmentKind.DOCUMENT, document, document.get("file_name", ""))
    if voice := message.get("voice"):
        return _file(AttachmentKind.VOICE, voice, _length(voice["duration"]))
    if audio := message.get("audio"):
        named = " – ".join(part for part in (audio.get("performer"), audio.get("title")) if part)
        return _file(AttachmentKind.AUDIO, audio, named or audio.get("file_name", ""))
    if video := message.get("video"):
        return _file(AttachmentKind.VIDEO, video, video.get("file_name", ""))
    if note := message.get("video_note"):
        return _file(AttachmentKind.VIDEO, note, "pesan video")
    if sticker := message.get("sticker"):
        return _file(AttachmentKind.STICKER, sticker, sticker.get("emoji", ""))
    return None


def _facts(message: Raw) -> Attachment | None:
    if venue := message.get("venue"):  # Before locations: it is there as one, too.
        place = f"{venue['title']}, {venue['address']} ({_point(venue['location'])})"
        return Attachment(kind=AttachmentKind.LOCATION, detail=place)
    if location := message.get("location"):
        return Attachment(kind=AttachmentKind.LOCATION, detail=_point(location))
    if contact := message.get("contact"):
        name = " ".join(part for part in (contact["first_name"], contact.get("last_name")) if part)
        return Attachment(kind=AttachmentKind.CONTACT, detail=f"{name} {contact['phone_number']}".strip())
    other = _other(message)
    return Attachment(kind=AttachmentKind.OTHER, detail=other) if other else None


def _other(message: Raw) -> str:
    if poll := message.get("poll"):
        options = " / ".join(option["text"] for option in poll["options"])
        return f"jajak pendapat: {poll['question']} ({options})"
    if dice := message.get("dice"):
        return f"{dice['emoji']} {dice['value']}"
    if game := message.get("game"):
        return f"gim: {game['title']}"
    if checklist := message.get("checklist"):
        return f"daftar: {checklist['title']}"
    if invoice := message.get("invoice"):
        return f"tagihan: {invoice['title']}"
    if message.get("story"):
        return "story"
    if message.get("paid_media"):
        return "media berbayar"
    if message.get("giveaway"):
        return "giveaway"
    return ""


def _file(kind: AttachmentKind, file: Raw, detail: str) -> Attachment:
    return Attachment(kind=kind, file_id=file["file_id"], detail=detail, size=file.get("file_size"))


def _length(seconds: int) -> str:
    """Minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02}"


def _point(location: Raw) -> str:
    return f"{location['latitude']},{location['longitude']}"
