"""How a customer writes: in which language, and how formally. Counted from words; it knows no grammar."""

from __future__ import annotations

import re

from conversation.state import DialogueState
from conversation.understanding import Understanding

TELLING_WORDS = 3
"""A message of fewer words says nothing about its writer's language: "ok thanks" is written by everybody."""

_WORD = re.compile(r"[^\W\d_]+(?:/[^\W\d_]+)?")
_FORMAL_WORDS = """
anda bapak ibu bapak/ibu pak bu saudara mohon berkenan dengan hormat perihal terkait apakah bagaimana mengapa menanyakan
mengajukan menyampaikan memohon kiranya sekiranya demikian atas perhatiannya bantuannya tersebut
"""
_CASUAL_WORDS = """
kak kaka kakak ka min mimin gan sis bro sist bang bund say beb lu lo gw gue gua aku aq ane ga gak nggak ngga gk kagak
kaga blm blom udh udah dah dong donk sih nih nh deh kok lah loh wkwk wkwkwk haha hehe hadeh yg bgt gmn gimana brp knp
kpn tp krn klo kalo mau mo pgn pengen cuman doang aja aj ajah plis pls woy wei cepet thx makasih makasi mksh tq oke sip
gaes guys nyampe dapet kenapa
"""
_FORMAL, _CASUAL = frozenset(_FORMAL_WORDS.split()), frozenset(_CASUAL_WORDS.split())
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u200d\ufe0f]+")


def language_of(understanding: Understanding, before: str) -> str:
    """The customer's language after a message: that of the message where it is long enough to show one."""
    telling = len(_WORD.findall(understanding.text)) >= TELLING_WORDS
    return understanding.language if telling and understanding.language != "other" else before


def formality(text: str) -> bool | None:
    """Whether a message is written formally: True with two formal words and no casual one, False with any casual
    word, None where neither shows."""
    words = [word.lower() for word in _WORD.findall(text)]
    if any(word in _CASUAL for word in words):
        return False
    return True if sum(word in _FORMAL for word in words) >= 2 else None


def heard(state: DialogueState, understanding: Understanding) -> tuple[str, bool | None]:
    """The customer's language and register after a message."""
    formal = formality(understanding.text)
    return language_of(understanding, state.language), state.formal if formal is None else formal


def without_emoji(text: str) -> str:
    """The text without emoji, and without the blanks that they leave."""
    return re.sub(r"[ \t]{2,}", " ", re.sub(r" +([.,!?\n]|$)", r"\1", _EMOJI.sub("", text))).strip()
