"""Order and tracking numbers, links and e-mail addresses, by regular expression.

The patterns are data: `DEFAULT_PATTERNS` maps a kind to one expression, and a shop replaces them with its
own. Where an expression has groups, the last group that matched is the code. Matching ignores case; a code
always holds a digit. Couriers publish no grammar, so these follow the numbers they hand out, strict where
the courier's mark allows it; a bare row of digits counts only with the courier's own beginning or after
"resi", "pesanan" and the like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from intents.entities.amounts import Found

TRACKING_PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        "JNE": r"(?:[A-Z]{3}\d{13}|\d{2}[A-Z]{4}\d{10}|"
        r"(?:JNAP|TLJR|TLJC|TLJX|JNE|CGKE?|BDOE?|SUBE?)[A-Z]{0,2}-?\d{8,14})",
        "J&T": r"J[A-Z]\d{10,12}",
        "SiCepat": r"00\d{10}",
        "AnterAja": r"(?:1000\d{10}|TSA[A-Z]?\d{9,13})",
        "Ninja Xpress": r"N(?:LIDAP|VIDAP|LID|VID|JID|INJ)[A-Z]{0,6}\d{6,13}",
        "Pos Indonesia": r"(?:P\d{11,15}|[A-Z]{2}\d{9}[A-Z]{2}|POS[A-Z]?\d{8,13})",
        "TIKI": r"(?:660\d{9}|TIKI?\d{9,12})",
        "Lion Parcel": r"(?:\d{2}LP\d{10,14}|11-\d{2}-\d{7}|LP[A-Z]?\d{10,13})",
        "ID Express": r"ID[ESDVJ]\d{9,14}",
        "Wahana": r"(?:A[A-Z]{2}\d{5}|WHN?[A-Z]?\d{7,12}|MT[A-Z]{2}\d{6,10})",
        "SPX Express": r"SPX(?:ID|MY|SG)?\d{9,15}[A-Z]?",
        "GoSend": r"(?:GK|GS|GSD|GOSEND)-\d{1,3}-\d{6,12}",
        "GrabExpress": r"(?:IN-\d{1,2}-[A-Z0-9]{10,20}|GE?X-\d{8,14})",
        "Lazada Express": r"L(?:XAD|EX|ZD|EL)[A-Z]{0,4}-?\d{8,13}",
        "SAP Express": r"SAP[A-Z]{0,2}\d{9,13}",
        "Paxel": r"PXL[A-Z0-9-]{8,18}",
    }
)
_START, _END = r"(?<![\w@/-])", r"(?![\w@])"
_CODE = r"(?=[A-Z-]{0,8}\d)([A-Z0-9](?:[A-Z0-9]|[-/.](?=[A-Z0-9])){4,29})" + _END
# What may stand between "resi" or "pesanan" and the code itself.
_FILLER = (
    r"(?:[ :=#.]{1,3}(?:nomor|nomer|nmr|no|num|number|id|code|kode|nya|ny|saya|sy|aku|gw|gue|sya|ini|adalah|yaitu|"
    r"yg|yang|utk|untuk|dgn|dengan|pengiriman|paket|pesanan|order|jne|jnt|j&t|sicepat|spx|anteraja)){0,4}"
    r"[ :=#.]{1,3}"
)
_TRACKING_CUE = r"(?:no\.?)?(?:resi|awb|tracking|waybill|konosemen|airwaybill)(?:-?nya|ny)?"
_ORDER_CUE = (
    r"(?:no\.?)?(?:pesanan|order|invoice|inv|transaksi|trx|tagihan|faktur|nota|booking|tiket|orderan|pembelian|po)"
    r"(?:-?nya|ny|ku|an)?(?:[ ._-]?id)?"
)
_ACCOUNT_CUE = r"(?:no\.?)?(?:rek|rekening|norek|rekg)(?:nya)?(?:[ :=.]{1,3}(?:[a-z]{2,8})){0,3}[ :=#.]{1,3}"
_ORDER_CODE = (
    r"((?:INV|ORDER|ORD|TRX|SO|PO|BL|MPL|TKP|OID)[-/#](?=[^\d\s]{0,20}\d)[A-Z0-9](?:[A-Z0-9]|[-/](?=[A-Z0-9])){3,39}"
    r"|(?:ORDER|ORD|INV|TRX)\d{4,16}"
    r"|2[2-9](?:0[1-9]|1[0-2])[0-3]\d(?=[A-Z0-9]{0,7}[A-Z])[A-Z0-9]{8})"
)

_BARE_TRACKING = rf"(?=[A-Z-]{{0,9}}\d)({'|'.join(TRACKING_PATTERNS.values())}){_END}"
_BARE_ORDER = rf"{_ORDER_CODE}{_END}|#([A-Z]{{0,5}}-?\d{{4,18}}){_END}"

DEFAULT_PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        "tracking_number": f"{_START}(?:{_TRACKING_CUE}{_FILLER}{_CODE}|{_BARE_TRACKING})",
        "order_number": f"{_START}(?:{_ORDER_CUE}{_FILLER}{_CODE}|{_BARE_ORDER})",
        "account_number": rf"{_START}{_ACCOUNT_CUE}(\d(?:[ .-]?\d){{8,15}}){_END}",
    }
)

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"']{2,2000}")
_DOMAIN = re.compile(
    r"(?<![\w@.-])[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,4}\."
    r"(?:com|id|net|org|io|me|link|ly|gl|shop|store|app|site|xyz|info|biz|online|co|gg|tv|web|click|top|vip)"
    r"(?![\w@-]|\.\w)(?:/[^\s<>\"']{0,2000})?"
)
_EMAIL = re.compile(r"(?<![\w.+%-])[\w+%-](?:[\w.+%-]{0,62}[\w+%-])?@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}")
_CLOSING = ".,;:!?)]}'\"…"


class CodePattern:
    """One kind of code and the compiled expression that finds it."""

    def __init__(self, kind: str, expression: str) -> None:
        """Compile `expression`; raises `re.error` where it is not a regular expression."""
        self.kind = kind
        self._expression = re.compile(expression, re.IGNORECASE)

    def find(self, text: str) -> list[Found]:
        """Every occurrence in `text`: the first group that matched, or the whole match where there is none."""
        found = []
        for match in self._expression.finditer(text):
            start, end = match.span(match.lastindex or 0)
            if end > start:
                found.append(Found(start, end, self.kind, text[start:end]))
        return found


def find_links(text: str) -> list[Found]:
    """Links and bare domains of the lower-case `text`, without the punctuation that closes a sentence."""
    found = []
    for expression in (_URL, _DOMAIN):
        for match in expression.finditer(text):
            end = match.start() + len(match[0].rstrip(_CLOSING))
            found.append(Found(match.start(), end, "url", text[match.start() : end]))
    return found


def find_emails(text: str) -> list[Found]:
    """E-mail addresses of the lower-case `text`."""
    return [Found(m.start(), m.end(), "email", m[0]) for m in _EMAIL.finditer(text)]
