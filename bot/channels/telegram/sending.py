"""Effects as calls of the Bot API. Texts go out plain, never as Markdown or HTML: nothing in them can break.

It knows neither the limits nor what becomes of an error; a call that Telegram refuses because there is
nothing left to do counts as done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, assert_never

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.channels.telegram.receipts import (
    ALREADY_GONE,
    NO_TEXT,
    NOT_IN_CHAT,
    NOT_MODIFIED,
    PRESS_EXPIRED,
    TOPIC_NOT_MODIFIED,
    HalfSent,
    Unsendable,
    says,
)
from bot.channels.telegram.request import call
from bot.channels.telegram.texts import (
    CAPTION_LIMIT,
    PAYLOAD_LIMIT,
    PRESS_ANSWER_LIMIT,
    TOPIC_NAME_LIMIT,
    shortened,
    split_text,
)
from conversation.effects import (
    AnswerPress,
    Button,
    ChangeTopic,
    CopyMessage,
    DeleteMessage,
    EditText,
    Effect,
    LeaveChat,
    OpenTopic,
    SendFile,
    SendPhoto,
    SendText,
)
from conversation.messages import AttachmentKind
from conversation.ports import Target

Call = Callable[[], Coroutine[Any, Any, str]]


async def carry_out(bot: Bot, target: Target, effect: Effect) -> str:
    """Do one effect; returns what its result is called at the target ("" where it has no name).

    A message that goes out in parts has the name of its first.

    Raises:
        Unsendable: Telegram cannot show it. Nothing was sent.
        HalfSent: it was sent in part.
        TelegramError: it was refused, or nobody knows.
    """
    match effect:
        case SendText():
            return await _in_parts(_text_calls(bot, target, split_text(effect.text), effect.buttons))
        case SendPhoto():
            return await _in_parts(_photo_calls(bot, target, effect))
        case SendFile():
            return await _in_parts(_file_calls(bot, target, effect))
        case CopyMessage():
            copied = await bot.copy_message(
                chat_id=_number(target.chat),
                from_chat_id=_number(effect.from_chat),
                message_id=_number(effect.external_id),
                message_thread_id=_thread(target),
                reply_parameters=_reply(target),
            )
            return str(copied.message_id)
        case EditText():
            with _forgiving(NOT_MODIFIED):
                await _edit(bot, target, effect)
            return target.external_id
        case DeleteMessage():
            with _forgiving(*ALREADY_GONE):
                await bot.delete_message(_number(target.chat), _number(target.external_id))
        case AnswerPress():
            with _forgiving(*PRESS_EXPIRED):
                text = shortened(effect.text, PRESS_ANSWER_LIMIT) or None
                await bot.answer_callback_query(effect.press_id, text=text)
        case OpenTopic():
            name = shortened(effect.title, TOPIC_NAME_LIMIT)
            return str((await bot.create_forum_topic(_number(target.chat), name)).message_thread_id)
        case ChangeTopic():
            await _change_topic(bot, target, effect)
        case LeaveChat():
            with _forgiving(*NOT_IN_CHAT):
                await bot.leave_chat(_number(target.chat))
        case _:
            assert_never(effect)
    return ""


def parts_of(effect: Effect) -> int:
    """How many messages an effect is for Telegram's limits."""
    match effect:
        case SendText():
            return max(1, len(split_text(effect.text)))
        case SendPhoto() | SendFile():
            return max(1, len(_captions(effect)))
        case AnswerPress() | LeaveChat():
            return 0
        case _:
            return 1


def keyboard(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """Buttons below a message; a payload that is a web address becomes a link.

    Raises:
        Unsendable: Telegram does not take a button's payload.
    """
    if not any(rows):
        return None
    return InlineKeyboardMarkup([[_key(button) for button in row] for row in rows if row])


def _key(button: Button) -> InlineKeyboardButton:
    if button.payload.startswith(("http://", "https://")):
        return InlineKeyboardButton(button.title, url=button.payload)
    size = len(button.payload.encode())
    if not 1 <= size <= PAYLOAD_LIMIT:
        raise Unsendable(
            f"the payload of button {button.title!r} has {size} bytes; Telegram takes 1 to {PAYLOAD_LIMIT}"
        )
    return InlineKeyboardButton(button.title, callback_data=button.payload)


def _text_calls(bot: Bot, target: Target, parts: Sequence[str], buttons: Sequence[Sequence[Button]]) -> list[Call]:
    """One call a part: the reply belongs to the first, the buttons to the last."""
    markup, last = keyboard(buttons), len(parts) - 1

    def part(index: int, text: str) -> Call:
        async def send() -> str:
            reply = _reply(target) if index == 0 else None
            sent = await call(
                bot,
                "sendMessage",
                chat_id=_number(target.chat),
                text=text,
                message_thread_id=_thread(target),
                reply_parameters=reply.to_dict() if reply else None,
                reply_markup=markup.to_dict() if markup and index == last else None,
            )
            return str(sent["message_id"])

        return send

    return [part(index, text) for index, text in enumerate(parts)]


def _captions(effect: SendPhoto | SendFile) -> list[str]:
    return split_text(effect.caption, first=CAPTION_LIMIT)


def _photo_calls(bot: Bot, target: Target, effect: SendPhoto) -> list[Call]:
    """The picture with as much of its caption as Telegram takes, and the rest as texts below it."""
    caption, *rest = _captions(effect) or [""]

    async def send() -> str:
        sent = await bot.send_photo(
            chat_id=_number(target.chat),
            photo=effect.url,
            caption=caption or None,
            message_thread_id=_thread(target),
            reply_parameters=_reply(target),
        )
        return str(sent.message_id)

    below = Target(chat=target.chat, thread=target.thread)
    return [send, *_text_calls(bot, below, rest, ())]


def _file_calls(bot: Bot, target: Target, effect: SendFile) -> list[Call]:
    """A file with as much of its caption as Telegram takes, and the rest as texts below it."""
    caption, *rest = _captions(effect) or [""]
    about: dict[str, Any] = {
        "chat_id": _number(target.chat),
        "caption": caption or None,
        "message_thread_id": _thread(target),
        "reply_parameters": _reply(target),
        "filename": effect.name,
    }

    async def send() -> str:
        try:
            content = await asyncio.to_thread(Path(effect.path).read_bytes)
        except OSError as error:
            raise Unsendable(f"the file {effect.name!r} cannot be read: {error.strerror}") from error
        if effect.media is AttachmentKind.PHOTO:
            sent = await bot.send_photo(photo=content, **about)
        else:
            sent = await bot.send_document(document=content, **about)
        return str(sent.message_id)

    below = Target(chat=target.chat, thread=target.thread)
    return [send, *_text_calls(bot, below, rest, ())]


async def _in_parts(calls: Sequence[Call]) -> str:
    if not calls:
        raise Unsendable("there is no text to send")
    first = ""
    for index, part in enumerate(calls):
        try:
            name = await part()
        except TelegramError as error:
            if index == 0:
                raise
            raise HalfSent(f"{index} of {len(calls)} parts were sent, then: {error.message}") from error
        first = first or name
    return first


async def _change_topic(bot: Bot, target: Target, effect: ChangeTopic) -> None:
    chat, thread = _number(target.chat), _number(target.thread)
    with _forgiving(TOPIC_NOT_MODIFIED):
        await bot.edit_forum_topic(chat, thread, name=shortened(effect.title, TOPIC_NAME_LIMIT))
    with _forgiving(TOPIC_NOT_MODIFIED):
        if effect.closed:
            await bot.close_forum_topic(chat, thread)
        else:
            await bot.reopen_forum_topic(chat, thread)


async def _edit(bot: Bot, target: Target, effect: EditText) -> None:
    """Change the words of a message: its text, or its caption where it is media."""
    place: dict[str, Any] = {
        "chat_id": _number(target.chat),
        "message_id": _number(target.external_id),
        "reply_markup": keyboard(effect.buttons),
    }
    try:
        await bot.edit_message_text(effect.text, **place)
    except BadRequest as error:
        if not says(error, NO_TEXT):
            raise
        await bot.edit_message_caption(caption=shortened(effect.text, CAPTION_LIMIT), **place)


@contextmanager
def _forgiving(*reasons: str) -> Iterator[None]:
    """Take a refusal for success where it says that things are as they should be already."""
    try:
        yield
    except (BadRequest, Forbidden) as error:
        if not says(error, *reasons):
            raise


def _reply(target: Target) -> ReplyParameters | None:
    """What to reply to. It may have been deleted by now; then the message goes out without it."""
    if not target.reply_to:
        return None
    return ReplyParameters(_number(target.reply_to), allow_sending_without_reply=True)


def _thread(target: Target) -> int | None:
    return _number(target.thread) if target.thread else None


def _number(name: str) -> int:
    try:
        return int(name)
    except ValueError:
        raise Unsendable(f"Telegram has no chat or message {name!r}") from None
