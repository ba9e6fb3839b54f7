"""The body of the report: confusions in words and as a map, how far to trust confidence, and every intent."""

from __future__ import annotations

from collections.abc import Sequence

from intents.evaluation import Evaluation, IntentResult
from intents.report.confusions import Pair, confusion_rows, pairs_of
from intents.report.markup import Child, Markup, element, name_of, shortened
from intents.report.plots import Caption, heat_map, reliability_plot, risk_plot
from intents.report.words import Words

_PAIRS = 8
_MAPPED = 12
_WEAKEST = 15
_ALLOWED = (0.01, 0.02, 0.05, 0.1, 0.2)
_MESSAGE_LENGTH = 160


def thieves(result: Evaluation, words: Words) -> Markup:
    pairs = pairs_of(result.confusions)
    if not pairs:
        return element("section", element("h2", words.thieves), element("p", words.no_thieves, class_="lead"))
    rest = pairs[_PAIRS:]
    return element(
        "section",
        element("h2", words.thieves),
        element("p", words.thieves_lead, class_="lead"),
        element("ol", *(_pair(pair, words) for pair in pairs[:_PAIRS]), class_="pairs"),
        element("p", words.other_pairs.format(pairs=words.number(len(rest)), most=rest[0].count), class_="note after")
        if rest
        else None,
    )


def _pair(pair: Pair, words: Words) -> Markup:
    first = pair.ways[0]
    truth, guess = _name(first.truth, words), _name(first.guess, words)
    advice = words.mutual if pair.mutual else words.one_way.format(truth=truth, guess=guess)
    ways: list[Child] = []
    for way in pair.ways:
        told = words.times.format(count=way.count, truth=_name(way.truth, words), guess=_name(way.guess, words))
        messages = (shortened(message, _MESSAGE_LENGTH) for message in way.examples)
        ways += [
            element("p", told, class_="way"),
            element("ul", *(element("li", element("bdi", f"“{message}”")) for message in messages)),
        ]
    return element(
        "li",
        element(
            "h3",
            name_of(truth),
            element("span", " ↔ " if pair.mutual else " → ", class_="arrow"),
            name_of(guess),
        ),
        element("p", advice, class_="advice"),
        *ways,
    )


def _name(intent: str, words: Words) -> str:
    return shortened(intent, 80) or words.nothing


def confusion_map(result: Evaluation, words: Words) -> Markup | None:
    names, rows = confusion_rows(result, _MAPPED)
    if not rows:
        return None
    known = sorted((row[index], name) for index, (name, row) in enumerate(zip(names, rows, strict=True)))
    caption = Caption(
        key="map",
        title=words.map,
        description=words.map_description.format(
            intents=len(names),
            best=_name(known[-1][1], words),
            best_share=words.percent(known[-1][0]),
            worst=_name(known[0][1], words),
            worst_share=words.percent(known[0][0]),
        ),
        across=words.map_across,
        upwards=words.map_upwards,
    )
    picture = heat_map(list(zip(names, rows, strict=True)), [words.map_rest], caption, words.percent)
    return element(
        "section",
        element("h2", words.map),
        element("p", words.map_lead, class_="lead"),
        element("div", picture, class_="scroll", tabindex=0, role="region", aria_label=words.map),
    )


def trust(result: Evaluation, words: Words, target: float) -> Markup:
    bins = ", ".join(
        f"{words.percent(confidence)} → {words.percent(accuracy)}" for confidence, accuracy, _ in result.reliability
    )
    reliability = reliability_plot(
        result.reliability,
        Caption(
            key="reliability",
            title=words.reliability,
            description=words.reliability_description.format(ece=words.number(result.ece, 3), bins=bins),
            across=words.reliability_across,
            upwards=words.reliability_upwards,
        ),
        words.percent,
    )
    risk = risk_plot(
        result.risk_coverage,
        Caption(
            key="risk",
            title=words.risk,
            description=words.risk_description.format(
                all_wrong=words.percent(1 - result.accuracy),
                answered=words.percent(result.answered),
                wrong=words.percent(result.wrong_answers, 1),
                target=words.percent(target),
            ),
            across=words.risk_across,
            upwards=words.risk_upwards,
        ),
        words.percent,
        target=target,
        target_label=words.target.format(target=words.percent(target)),
        chosen=(result.answered, result.wrong_answers) if result.answered else None,
        chosen_label=words.thresholds,
    )
    return element(
        "section",
        element("h2", words.trust),
        element(
            "div",
            _figure(words.reliability, words.reliability_lead, reliability),
            _figure(words.risk, words.risk_lead, risk),
            class_="two",
        ),
        _limits(result, words),
    )


def _figure(title: str, lead: str, *content: Child) -> Markup:
    return element("figure", element("figcaption", element("h3", title), element("p", lead)), *content)


def _limits(result: Evaluation, words: Words) -> Markup:
    """What share could be answered, and from which confidence, at some limits of wrong answers."""
    rows = []
    for limit in _ALLOWED:
        kept = [(coverage, threshold) for threshold, coverage, risk in result.risk_coverage if risk <= limit]
        coverage, threshold = max(kept, default=(0.0, 1.0))
        rows.append(
            element(
                "tr",
                element("th", words.percent(limit), scope="row"),
                element("td", words.percent(coverage) if kept else words.never, class_="n"),
                element("td", words.number(threshold, 2) if kept else "–", class_="n"),
            )
        )
    head = element(
        "tr",
        element("th", words.allowed, scope="col"),
        element("th", words.covered, scope="col", class_="n"),
        element("th", words.threshold, scope="col", class_="n"),
    )
    return element(
        "div",
        element("h3", words.limits),
        element("p", words.limits_lead, class_="note"),
        element("table", element("thead", head), element("tbody", *rows)),
        class_="limits",
    )


def every_intent(result: Evaluation, words: Words) -> Markup:
    tested = sorted((row for row in result.intents if row.support), key=lambda row: (row.f1, -row.support, row.intent))
    rows = [*tested, *(row for row in result.intents if not row.support)]
    shown = len(rows) if len(rows) <= _WEAKEST + 5 else _WEAKEST
    rest = rows[shown:]
    return element(
        "section",
        element("h2", words.intents),
        element("p", words.intents_lead, class_="lead"),
        _table(rows[:shown], words),
        element(
            "details",
            element("summary", words.others.format(count=len(rest), least=words.percent(rest[0].f1))),
            _table(rest, words),
        )
        if rest
        else None,
    )


def _table(rows: Sequence[IntentResult], words: Words) -> Markup:
    head = element(
        "tr",
        element("th", words.intent, scope="col"),
        element("th", words.support, scope="col", class_="n"),
        *(element("th", name, scope="col", class_="meter") for name in (words.precision, words.recall, "F1")),
    )
    return element("table", element("thead", head), element("tbody", *(_row(row, words) for row in rows)))


def _row(row: IntentResult, words: Words) -> Markup:
    name = element("th", name_of(_name(row.intent, words)), scope="row")
    if not row.support:
        return element("tr", name, element("td", "0", class_="n"), element("td", words.untested, colspan=3))
    level = "high" if row.f1 >= 0.75 else "middle" if row.f1 >= 0.5 else "low"
    return element(
        "tr",
        name,
        element("td", words.number(row.support), class_="n"),
        _meter(row.precision, words),
        _meter(row.recall, words),
        _meter(row.f1, words, level),
    )


def _meter(share: float, words: Words, level: str | None = None) -> Markup:
    bar = element("b", element("i", class_=level, style=f"width:{share * 100:.1f}%"), aria_hidden="true")
    return element("td", element("span", words.percent(share)), bar, class_="meter")
