"""Numbers that name a person or a purse: phone, NIK (identity number) and payment card.

They are recognised by their own rules: `phonenumbers` for phones (imported when digits first look like
one), the layout of the NIK (region, birth date, serial), Luhn's check digit for cards. A 16-digit number
that passes as both NIK and card is called what the word before it says, and a NIK where none does.
"""

from __future__ import annotations

import re
from functools import lru_cache

from intents.entities.amounts import Found

_PHONE = re.compile(r"(?<![\w.,/#-])(?:\+\d{1,3}[ .-]?|\(?0|62[ .-]?8)\)?\d(?:[ .()-]{0,2}\d){6,13}(?![\w/])(?!-\d)")
_LONG = re.compile(r"(?<![\w.,/#-])\d(?:[ .-]?\d){12,18}(?![\w/])(?!-\d)")
_CARD_CUE = re.compile(r"(?:kartu|kredit|debit|debet|credit|card|cc|visa|master\s?card|atm)[^\n]{0,20}$")
_PROVINCES = frozenset(
    [*range(11, 20), 21, *range(31, 37), 51, 52, 53, *range(61, 66), *range(71, 77), 81, 82, *range(91, 98)]
)


def find_phones(text: str) -> list[Found]:
    """Phone numbers of `text`, valued in E.164; Indonesian ones may be written without country code."""
    found = []
    for match in _PHONE.finditer(text):
        value = _e164(match[0])
        if value is not None:
            found.append(Found(match.start(), match.end(), "phone", value))
    return found


@lru_cache(maxsize=4096)
def _e164(written: str) -> str | None:
    import phonenumbers  # 0.2 s and 10 MB: only paid once a customer sends a number

    number = "+" + written if written.startswith("62") else written
    try:
        parsed = phonenumbers.parse(number, "ID")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def find_identity_numbers(text: str) -> list[Found]:
    """NIKs and payment cards of the lower-case `text`, valued as bare digits."""
    found = []
    for match in _LONG.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        nik, card = is_nik(digits), is_card_number(digits)
        if nik and card:
            card = _CARD_CUE.search(text, max(0, match.start() - 40), match.start()) is not None
        if nik or card:
            found.append(Found(match.start(), match.end(), "card_number" if card else "nik", digits))
    return found


def is_nik(digits: str) -> bool:
    """Whether 16 digits are laid out as a NIK: province, regency, district, birth date (women +40), serial."""
    if len(digits) != 16 or len(set(digits)) == 1 or int(digits[:2]) not in _PROVINCES:
        return False
    day, month = int(digits[6:8]), int(digits[8:10])
    return (1 <= day <= 31 or 41 <= day <= 71) and 1 <= month <= 12 and digits[12:] != "0000" and digits[2:4] != "00"


def is_card_number(digits: str) -> bool:
    """Whether 13–19 digits start as payment cards do (3–6, Mastercard's 22–27) and pass Luhn's check (ISO/IEC 7812)."""
    if not 13 <= len(digits) <= 19 or not (digits[0] in "3456" or 22 <= int(digits[:2]) <= 27):
        return False
    if len(set(digits)) == 1:
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0
