"""Emoji, emoticons and punctuation as pseudo-words.

A message's emoji are grouped by what they tell a care desk, not by what they depict: `_emoji_angry_`,
`_emoji_sad_`, `_emoji_happy_`, … The table is ours and short; any other pictograph is `_emoji_other_`.
"""

from __future__ import annotations

import re

_SENSES: dict[str, str] = {
    "angry": "😠😡🤬😤👿💢😾🖕👊🔥😒🙄😑",
    "sad": "😢😭😞😔😟😣😖😫😩🥺😥😓☹🙁😿💔😪😰😨😱🤧🥲",
    "happy": "😀😃😄😁😆😊🙂☺😇🤗😸😺😌🤩🥳🎉🎊😎✨",
    "laugh": "😂🤣😹💀😝😜😛🤪",
    "love": "😍🥰😘😗😙😚❤🧡💛💚💙💜🖤🤍🤎💕💖💗💓💞💝💘💟😻♥🌹💐",
    "thanks": "🙏🙇🤲",
    "good": "👍👌👏🙌💪💯✅✔☑🆗⭐🌟🤝🫡",
    "bad": "👎❌🚫⛔💩🤮🤢✖✘",
    "unsure": "🤔🤨😕😐😶🤷🧐❓❔😬🫤😳🙃",
    "urgent": "⚠🚨❗❕⏰⏳⌛🆘⏱📢",
    "wave": "👋🖐✋🤚",
    "parcel": "📦🚚🚛🛵🏍🛒🛍📮✈🚀",
    "money": "💰💵💸💳🪙💲🏧🧾🤑",
}

_FEATURE = {emoji: f"_emoji_{sense}_" for sense, row in _SENSES.items() for emoji in row}

_EMOTICONS: tuple[tuple[str, str], ...] = (
    (r":'-?\(|;-?\(|[tq][_.]+[tq]|;_+;|:-?\(+|:-?\[|=\(+|\):|:-?<|:-?c\b", "_emoji_sad_"),
    (r">:-?\(|>_<|-_+-|:-?@", "_emoji_angry_"),
    (r":-?\)+|=\)+|:-?]|\(:|\^[_.]?\^|;-?\)", "_emoji_happy_"),
    (r":-?d+\b|=d+\b|\bx-?d+\b", "_emoji_laugh_"),
    (r"<3+|:-?\*", "_emoji_love_"),
    (r":-?/(?!/)|:-?\||:-?\\", "_emoji_unsure_"),
)
EMOTICON = "|".join(f"(?:{pattern})" for pattern, _ in _EMOTICONS)
"""One regular expression (ignoring case) for every emoticon; it matches no URL scheme."""

_EMOTICON_FEATURES = tuple((re.compile(pattern, re.IGNORECASE), feature) for pattern, feature in _EMOTICONS)

PICTOGRAPH = r"[©®‼⁉™ℹ←-⇿⌀-⏿①-⓿■-➿⤀-⥿⬀-⯿〰〽㊗㊙\U0001F000-\U0001FAFF]"
"""One regular expression for a single emoji or pictograph."""


def sign_feature(sign: str) -> str:
    """The pseudo-word of an emoji or an emoticon."""
    if sign in _FEATURE:
        return _FEATURE[sign]
    for pattern, feature in _EMOTICON_FEATURES:
        if pattern.fullmatch(sign):
            return feature
    return "_emoji_other_"


def punctuation_features(marks: str) -> tuple[str, ...]:
    """`!` and `?` as `_exclaim_` and `_question_`, and `_insist_` where they are piled up."""
    features = []
    if "!" in marks:
        features.append("_exclaim_")
    if "?" in marks:
        features.append("_question_")
    if len(marks) > 1:
        features.append("_insist_")
    return tuple(features)
