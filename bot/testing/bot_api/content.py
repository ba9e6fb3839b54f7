"""What a message is made of: texts, captions, media, keyboards, checked the way Telegram checks them.

Knows the parameters of sending methods; does not know chats.
"""

from __future__ import annotations

from typing import Any

from bot.testing.bot_api.entities import formatted, utf16_length
from bot.testing.bot_api.errors import Refused, bad_request
from bot.testing.bot_api.parameters import Parameters, Upload, Wire
from bot.testing.bot_api.state import StoredFile
from bot.testing.bot_api.world import World

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_CALLBACK_DATA = 64
MAX_UPLOAD = 50 * 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024
MAX_BUTTONS = 100

SAMPLE = b"contoh isi berkas"
"""What a file contains when nobody cares what it contains."""

_MIMES = {
    "photo": "image/jpeg",
    "voice": "audio/ogg",
    "video": "video/mp4",
    "audio": "audio/mpeg",
    "animation": "video/mp4",
    "video_note": "video/mp4",
    "sticker": "image/webp",
    "document": "application/octet-stream",
}


def text_content(parameters: Parameters) -> Wire:
    """``text`` and ``entities`` of a text message."""
    text, entities = formatted(parameters.text("text"), parameters.text("parse_mode"), parameters.array("entities"))
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def caption_content(values: Parameters) -> Wire:
    """``caption`` and ``caption_entities``; empty without a caption."""
    caption, entities = formatted(values.text("caption"), values.text("parse_mode"), values.array("caption_entities"))
    if not caption:
        return {}
    if utf16_length(caption) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return {"caption": caption, "caption_entities": entities} if entities else {"caption": caption}


def media_content(world: World, kind: str, parameters: Parameters) -> Wire:
    """The medium of ``sendPhoto`` and its like: an upload, or a file the server knows by its id."""
    upload = parameters.uploads.get(kind)
    return {kind: media_wire(kind, _stored(world, kind, parameters.text(kind), upload, parameters.uploads))}


def media_wire(kind: str, stored: StoredFile) -> Any:
    """The Bot API object (for photos: the list of sizes) that stands for a stored file."""
    wire: Wire = {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
    }
    if kind == "photo":
        return [wire | {"width": 1280, "height": 960}]
    if kind == "sticker":
        return wire | {
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
        }
    if kind in ("video", "animation"):
        wire |= {"width": 640, "height": 480, "duration": 3}
    elif kind in ("voice", "audio"):
        wire["duration"] = 3
    elif kind == "video_note":
        return wire | {"length": 240, "duration": 3}
    if kind != "voice":
        wire["file_name"] = stored.name
    return wire | {"mime_type": stored.mime}


def _stored(world: World, kind: str, value: str, upload: Upload | None, uploads: dict[str, Upload]) -> StoredFile:
    if value.startswith("attach://"):
        upload = uploads.get(value.removeprefix("attach://"))
        if upload is None:
            raise bad_request(f"there is no {kind} in the request")
    if upload is not None:
        if not upload.content:
            raise bad_request("file must be non-empty")
        if len(upload.content) > MAX_UPLOAD:
            raise Refused(413, "Request Entity Too Large")
        mime = upload.mime if upload.mime != "application/octet-stream" else _MIMES[kind]
        return world.add_file(name=upload.name, mime=mime, content=upload.content, folder=f"{kind}s")
    if not value:
        raise bad_request(f"there is no {kind} in the request")
    if value.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    if (stored := world.files.get(value)) is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return stored


def location_content(parameters: Parameters) -> Wire:
    latitude, longitude = parameters.number("latitude"), parameters.number("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("wrong latitude or longitude")
    return {"location": {"latitude": latitude, "longitude": longitude}}


def contact_content(parameters: Parameters) -> Wire:
    phone, name = parameters.text("phone_number"), parameters.text("first_name")
    if not phone or not name:
        raise bad_request("phone number and first name must be non-empty")
    contact = {"phone_number": phone, "first_name": name}
    if last_name := parameters.text("last_name"):
        contact["last_name"] = last_name
    return {"contact": contact}


def checked_markup(parameters: Parameters) -> Wire | None:
    """The inline keyboard of a message, refused where Telegram would; an empty one counts as none.

    Other keyboards are let pass and forgotten: Telegram does not show them in the message either.
    """
    markup = parameters.mapping("reply_markup")
    if markup is None or (rows := markup.get("inline_keyboard")) is None:
        return None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    buttons = [button for row in rows for button in row]
    if len(buttons) > MAX_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        if not isinstance(button, dict) or not button.get("text"):
            raise bad_request('can\'t parse inline keyboard button: field "text" must be non-empty')
        if not set(button) - {"text"}:
            raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        data = button.get("callback_data")
        if data is not None and not 1 <= len(str(data).encode()) <= MAX_CALLBACK_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    return {**markup, "inline_keyboard": [row for row in rows if row]} if buttons else None
