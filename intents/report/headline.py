"""The top of the report: what becomes of messages, the headline figures, and the warnings."""

from __future__ import annotations

from math import sqrt

from intents.evaluation import Evaluation
from intents.report.markup import Markup, element, shortened
from intents.report.words import Words

_WARNINGS = 20


def header(result: Evaluation, words: Words) -> Markup:
    test = words.number(result.n_test)
    right = result.answered * (1 - result.wrong_answers)
    wrong = result.answered * result.wrong_answers
    fates = [
        ("right", right, words.fate_right),
        ("asked", result.asked_back_right, words.fate_asked),
        ("wrong", wrong, words.fate_wrong),
        ("else", max(0.0, 1 - result.answered - result.asked_back_right), words.fate_else),
    ]
    told = "; ".join(f"{words.percent(share, 1)} {name}" for _, share, name in fates)
    return element(
        "header",
        element("h1", words.title),
        element(
            "p",
            words.basis.format(
                mode=result.understanding,
                train=words.number(result.n_train),
                intents=sum(row.support > 0 for row in result.intents),
                time=words.duration(result.train_seconds * 1_000_000),
                test=test,
            ),
            class_="lead",
        ),
        element(
            "div",
            element("h3", words.fate.format(test=test)),
            element(
                "div",
                *(
                    element("span", class_=f"bg-{kind}", style=f"width:{share * 100:.2f}%")
                    for kind, share, _ in fates
                    if share > 0
                ),
                class_="bar",
                role="img",
                aria_label=told,
            ),
            element(
                "ul",
                *(
                    element(
                        "li",
                        element("i", class_=f"bg-{kind}"),
                        element("b", words.percent(share, 1)),
                        element("span", name),
                    )
                    for kind, share, name in fates
                ),
                class_="key",
            ),
            class_="fate",
        ),
    )


def tiles(result: Evaluation, words: Words) -> Markup:
    low, high = _wilson(result.accuracy, result.n_test)
    lean = sum((confidence - accuracy) * share for confidence, accuracy, share in result.reliability)
    speed = words.latency_note.format(
        p99=words.duration(result.latency_us.p99), mean=words.duration(result.latency_us.mean)
    )
    if result.embedded_share > 0:
        speed += "; " + words.embedded.format(share=words.percent(result.embedded_share))
    shown = [
        (
            words.accuracy,
            words.percent(result.accuracy, 1),
            words.accuracy_note.format(low=words.percent(low, 1), high=words.percent(high, 1)),
        ),
        (words.macro_f1, words.percent(result.macro_f1, 1), words.macro_f1_note),
        (words.ece, words.number(result.ece, 3), words.ece_over if lean > 0 else words.ece_under),
        (
            words.answered,
            words.percent(result.answered, 1),
            words.answered_note.format(wrong=words.percent(result.wrong_answers, 1)),
        ),
    ]
    if result.out_of_scope_refused is not None:
        shown.append((words.refused, words.percent(result.out_of_scope_refused, 1), words.refused_note))
    shown.append((words.latency, words.duration(result.latency_us.p50), speed))
    return element(
        "dl",
        *(
            element(
                "div", element("dt", name), element("dd", figure, class_="figure"), element("dd", note, class_="note")
            )
            for name, figure, note in shown
        ),
        class_="tiles",
    )


def _wilson(share: float, rows: int) -> tuple[float, float]:
    """The 95 % interval of a share measured on `rows` (Wilson 1927)."""
    z = 1.96
    middle = (share + z * z / (2 * rows)) / (1 + z * z / rows)
    half = z / (1 + z * z / rows) * sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    return max(0.0, middle - half), min(1.0, middle + half)


def warnings(result: Evaluation, words: Words) -> Markup | None:
    if not result.warnings:
        return None
    return element(
        "aside",
        element("h3", words.warnings),
        element("ul", *(element("li", shortened(warning, 400)) for warning in result.warnings[:_WARNINGS])),
        class_="warnings",
    )
