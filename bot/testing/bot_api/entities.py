"""Text as Telegram sees it: lengths in UTF-16 units, given entities, and the three parse modes.

Knows texts only. The parse modes are read as strictly as Telegram reads them, as a bot has to survive the
refusals; entities Telegram would find by itself are marked only for commands.
"""

from __future__ import annotations

import html
import re
from typing import Any

from bot.testing.bot_api.errors import Refused, bad_request

Entity = dict[str, Any]

_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?")
_HTML_TOKEN = re.compile(r"<(/?)([A-Za-z][\w-]*)([^<>]*)>|&(#\d+|#x[0-9A-Fa-f]+|lt|gt|amp|quot);|<")
_HTML_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
}
_V2_MARKS = {
    "*": "bold",
    "_": "italic",
    "__": "underline",
    "~": "strikethrough",
    "||": "spoiler",
    "`": "code",
    "```": "pre",
}
_V2_RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
_V1_MARKS = {"*": "bold", "_": "italic", "`": "code", "```": "pre"}


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, the unit of Telegram's limits and entity offsets."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def command_entities(text: str) -> list[Entity]:
    """The ``bot_command`` entities of a text a person wrote."""
    if "/" not in text:
        return []
    return [
        {
            "type": "bot_command",
            "offset": utf16_length(text[: found.start()]),
            "length": utf16_length(found[0]),
        }
        for found in _COMMAND.finditer(text)
    ]


def formatted(text: str, parse_mode: str, entities: list[Entity] | None) -> tuple[str, list[Entity]]:
    """The text to show and its entities; surrounding white space is cut off as Telegram cuts it.

    Raises :class:`Refused` (400, "can't parse entities: …") when the mark-up is broken.
    """
    mode = parse_mode.lower()
    if mode == "html":
        text, found = _parse_html(text)
    elif mode == "markdownv2":
        text, found = _parse_markdown(text, v2=True)
    elif mode == "markdown":
        text, found = _parse_markdown(text, v2=False)
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        found = _checked(text, entities or [])
    return _trimmed(text, found)


def _checked(text: str, entities: list[Entity]) -> list[Entity]:
    total = utf16_length(text)
    for entity in entities:
        start, length = entity.get("offset"), entity.get("length")
        if not isinstance(start, int) or not isinstance(length, int) or start < 0 or length <= 0:
            raise bad_request("can't parse MessageEntity: offset and length must be positive integers")
        if start + length > total:
            raise bad_request(
                f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {total}"
            )
    return entities


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    shown = text.strip()
    if len(shown) == len(text) or not entities:
        return shown, entities
    lead, total = utf16_length(text[: len(text) - len(text.lstrip())]), utf16_length(shown)
    moved = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        end = min(total, entity["offset"] + entity["length"] - lead)
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return shown, moved


def _broken(reason: str) -> Refused:
    return bad_request(f"can't parse entities: {reason}")


def _byte_offset(text: str, position: int) -> int:
    return len(text[:position].encode())


def _parse_html(source: str) -> tuple[str, list[Entity]]:
    shown = ""
    entities: list[Entity] = []
    opened: list[tuple[str, int, Entity]] = []
    position = 0
    for token in _HTML_TOKEN.finditer(source):
        shown += source[position : token.start()]
        position = token.end()
        closing, tag, attributes, reference = token[1], token[2], token[3], token[4]
        at = _byte_offset(source, token.start())
        if reference:
            shown += html.unescape(f"&{reference};")
        elif not tag or tag.lower() not in _HTML_TAGS:
            raise _broken(f'Unsupported start tag "{(tag or "").lower()}" at byte offset {at}')
        elif closing:
            if not opened or opened[-1][0] != tag.lower():
                raise _broken(f"Unexpected end tag at byte offset {at}")
            _, start, extra = opened.pop()
            length = utf16_length(shown) - start
            if length:
                entities.append({"offset": start, "length": length, **extra})
        else:
            kind: Entity = {"type": _HTML_TAGS[tag.lower()]}
            if kind["type"] == "text_link":
                link = re.search(r"href\s*=\s*[\"']?([^\"'\s>]+)", attributes)
                kind["url"] = html.unescape(link[1]) if link else ""
            opened.append((tag.lower(), utf16_length(shown), kind))
    if opened:
        raise _broken(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    return shown + source[position:], sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def _parse_markdown(source: str, *, v2: bool) -> tuple[str, list[Entity]]:
    marks = _V2_MARKS if v2 else _V1_MARKS
    shown = ""
    entities: list[Entity] = []
    opened: list[tuple[str, int, int]] = []
    position = 0
    while position < len(source):
        char = source[position]
        inside = opened[-1][0] if opened else ""
        mark = next((m for m in ("```", "||", "__") if m in marks and source.startswith(m, position)), char)
        if char == "\\" and position + 1 < len(source) and (v2 or source[position + 1] in "_*`["):
            shown += source[position + 1]
            position += 2
        elif inside == mark:
            _, start, _ = opened.pop()
            length = utf16_length(shown) - start
            if length:
                entities.append({"type": marks[mark], "offset": start, "length": length})
            position += len(mark)
        elif inside in ("`", "```") or (inside and not v2):
            shown += char
            position += 1
        elif mark in marks:
            opened.append((mark, utf16_length(shown), position))
            position += len(mark)
        elif char == "[" and (link := re.compile(r"\[([^\]]*)\]\(([^)]*)\)").match(source, position)):
            start = utf16_length(shown)
            shown += re.sub(r"\\(.)", r"\1", link[1])
            if link[2]:
                length = utf16_length(shown) - start
                entities.append({"type": "text_link", "offset": start, "length": length, "url": link[2]})
            position = link.end()
        elif v2 and char in _V2_RESERVED:
            raise _broken(f"Character '{char}' is reserved and must be escaped with the preceding '\\'")
        else:
            shown += char
            position += 1
    if opened:
        mark, _, at = opened[-1]
        name = f"{marks[mark].capitalize()} entity" if v2 else "the entity starting"
        raise _broken(f"Can't find end of {name} at byte offset {_byte_offset(source, at)}")
    return shown, sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
