"""A report as the rows of a table: the numbers of the page, with one decimal more."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from django.conf import settings
from django.utils.translation import gettext as _

from surveys import scoring
from surveys.analytics.reports import FEWEST, Reach, Report, Row
from surveys.analytics.selection import Catalogue, Selection, scale_name
from surveys.enums import Style
from surveys.importing.errorfile import harmless
from surveys.scoring import Counts

HEADER = (
    *("part", "item", "nps", "low_95", "high_95", "n", "promoters", "passives", "detractors"),
    *("sent", "bounced", "delivered", "answered", "response_rate", "note"),
)
Cells = dict[str, object]


def lines(report: Report, names: Catalogue) -> Iterator[list[str]]:
    """The header and everything below it. What people have typed cannot run as a formula."""
    yield list(HEADER)
    for row in _rows(report, names):
        yield [_cell(row.get(column, "")) for column in HEADER]


def _cell(value: object) -> str:
    """Our own numbers may begin with a minus; a text may not."""
    return harmless(value) if isinstance(value, str) else "" if value is None else str(value)


def _rows(report: Report, names: Catalogue) -> Iterator[Cells]:
    chosen = report.selection
    days = _days(chosen)
    yield {"part": "about", "item": _("Answers first given"), "note": f"{days} ({settings.TIME_ZONE})"}
    for item, name in narrowed_to(report, names):
        yield {"part": "about", "item": item, "note": name}
    for scale, n in report.other_scales.items():
        yield {"part": "not counted", "item": str(scale_name(scale)), "n": n, "note": _("another scale")}
    bands = {} if report.is_hidden else _bands(report.counts)
    if report.hides_number:
        yield {"part": "score", "item": days, **_hidden(report.reach, _too_few())}
    else:
        yield {"part": "score", "item": days, **_score(report.counts), **bands, **_reach(report.reach)}
    yield from _change(report)
    for month in report.months if not report.hides_number else []:
        cells = _score(month.counts)
        if month.is_part:
            cells["note"] = "; ".join(filter(None, [str(cells.get("note", "")), _("part of the month")]))
        yield {"part": "month", "item": f"{month.first:%Y-%m}", **cells}
    if not report.is_hidden:
        for score, n in report.scores.items():
            yield {"part": "answers with score", "item": score, "n": n}
        yield from _styles(report)
    for dimension, rows in report.rows.items():
        for row in rows:
            yield {"part": dimension.value, "item": row.label, **_row(row)}
    yield {"part": "clicks without an answer", "item": days, "n": report.clicks, "note": _("not counted as answers")}


def _styles(report: Report) -> Iterator[Cells]:
    """Nothing where all answered on the same buttons."""
    if len(report.styles) > 1:
        for style, n in sorted(report.styles.items()):
            label = str(Style(style).label) if style in Style else style
            yield {"part": "answers on buttons", "item": label, "n": n, "note": _("their look by itself shifts scores")}


def narrowed_to(report: Report, names: Catalogue) -> list[tuple[str, str]]:
    """What the report is narrowed to, each with its name."""
    chosen = report.selection
    found = []
    if chosen.campaign is not None:
        found.append((_("Campaign"), names.campaigns[chosen.campaign].name))
    if chosen.touchpoint is not None:
        found.append((_("Touchpoint"), names.touchpoints[chosen.touchpoint]))
    if chosen.subject is not None:
        found.append((_("Subject"), names.subjects[chosen.subject]))
    if chosen.language:
        found.append((_("Language"), names.languages[chosen.language]))
    return [*found, (_("Scale"), str(scale_name(chosen.scale)))]


def _days(chosen: Selection) -> str:
    return f"{chosen.since.isoformat()} / {chosen.until.isoformat()}"


def _score(counts: Counts) -> Cells:
    """Value, interval and number together; of few answers the number alone."""
    if counts.is_few or counts.nps is None:
        few = _("too few to say, %(n)s of %(needed)s") % {"n": counts.n, "needed": scoring.FEW}
        return {"n": counts.n, "note": few if counts.n else _("no answers")}
    low, high = counts.interval() or (0, 0)
    return {"nps": scoring.rounded(counts.nps, 1), "low_95": _point(low), "high_95": _point(high), "n": counts.n}


def _bands(counts: Counts) -> Cells:
    return {"promoters": counts.promoters, "passives": counts.passives, "detractors": counts.detractors}


def _reach(reach: Reach) -> Cells:
    return {
        "sent": reach.sent,
        "bounced": reach.bounced,
        "delivered": reach.delivered,
        "answered": reach.answered,
        "response_rate": reach.percent,
    }


def _row(row: Row) -> Cells:
    if not row.is_hidden:
        return {**_score(row.counts), **_reach(row.reach)}
    beside = _("hidden, so that a small group beside it cannot be worked out")
    return _hidden(row.reach, _too_few() if row.is_small else beside)


def _too_few() -> str:
    few = _("too few answers, fewer than %(fewest)s: not shown, so that nobody is recognised")
    return few % {"fewest": FEWEST}


def _hidden(reach: Reach, note: str) -> Cells:
    """How many were sent, and nothing that tells how many answered."""
    return {"sent": reach.sent, "bounced": reach.bounced, "delivered": reach.delivered, "note": note}


def _change(report: Report) -> Iterator[Cells]:
    before, change = report.selection.before, report.change
    if before is None or report.before is None or report.is_hidden:
        return
    yield {
        "part": "before",
        "item": _days(before),
        **_score(report.before),
    }
    if change is not None and change.significant is not None:
        ends: Cells = {"nps": _point(change.delta), "low_95": _point(change.low), "high_95": _point(change.high)}
        yield {"part": "difference", "item": _("adjusted"), **ends, "note": f"p {change.p:.4f}"}


def _point(value: float) -> object:
    return scoring.rounded(Fraction(value), 1)
