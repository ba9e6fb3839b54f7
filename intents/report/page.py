"""The page itself: an `Evaluation` laid out from headline to detail, in the reader's language."""

from __future__ import annotations

from intents.evaluation import Evaluation
from intents.report.headline import header, tiles, warnings
from intents.report.markup import element, text
from intents.report.sections import confusion_map, every_intent, thieves, trust
from intents.report.style import STYLE
from intents.report.words import WORDS, Language


def html_report(result: Evaluation, *, language: Language = "id", target_wrong: float = 0.05) -> str:
    """`result` as a self-contained HTML page: no script, no font, nothing loaded.

    `target_wrong` is the share of wrong answers that was aimed at (0–1), drawn as a line.
    """
    words = WORDS[language]
    body = element(
        "main",
        header(result, words),
        tiles(result, words),
        warnings(result, words),
        thieves(result, words),
        confusion_map(result, words),
        trust(result, words, target_wrong),
        every_intent(result, words),
    )
    title = f"{words.title} · {words.percent(result.accuracy, 1)}"
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
