"""The figures of a report as words and pictures: rounded once, here, and never without their number."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from surveys import charts, scoring
from surveys.analytics.reports import FEWEST, Month, Report, Row
from surveys.analytics.styles import Comparison
from surveys.scoring import Counts
from surveys.templatetags.vv import LOOKS

register = template.Library()

# Below it a p says no more than that it is small.
SMALLEST_P = 0.0001
MONTHS_OF_A_YEAR = 12


@register.filter
def nps(counts: Counts) -> str:
    """+36; no value without answers."""
    return scoring.signed(counts.display)


@register.filter
def low(counts: Counts) -> str:
    interval = counts.interval()
    return points(interval.low if interval else None)


@register.filter
def high(counts: Counts) -> str:
    interval = counts.interval()
    return points(interval.high if interval else None)


@register.filter
def points(value: float | None) -> str:
    """In whole points with the sign."""
    return scoring.signed(None if value is None else int(scoring.rounded(Fraction(value))))


@register.filter
def finely(value: float) -> str:
    """With one decimal, in the way of the reader's language: ends of an interval near 0 decide what is said."""
    exact = scoring.rounded(Fraction(value), 1)
    sign = scoring.signed(exact)[0] if exact else ""
    return f"{sign}{number_format(abs(exact))}"


@register.filter
def plainly(value: float) -> str:
    """With one decimal and without a plus: an end of a share."""
    return str(number_format(scoring.rounded(Fraction(value), 1)))


@register.filter
def signed_finely(value: float | None) -> str:
    """With one decimal and its sign; `–` where there is no value."""
    return scoring.signed(None) if value is None else finely(value)


@register.filter
def share(part: int, whole: int) -> Decimal | None:
    return scoring.rounded(Fraction(100 * part, whole), 1) if whole else None


@register.filter
def chance(p: float) -> str:
    """The p of a comparison, with the digits that mean something."""
    if p < SMALLEST_P:
        return f"< {number_format(SMALLEST_P, decimal_pos=4)}"
    digits = 2 if p >= 0.1 else 3 if p >= 0.001 else 4
    return number_format(scoring.rounded(Fraction(p), digits))


@register.inclusion_tag("surveys/_trend.html")
def trend(report: Report) -> dict[str, object]:
    months = report.months
    drawn = [month for month in months if not month.counts.is_few]
    is_long = len(months) > MONTHS_OF_A_YEAR
    chart = charts.trend([_point(month, is_long=is_long) for month in months])
    return {"months": months, "chart": chart if drawn else None, "needed": scoring.FEW, "has_few": drawn != months}


def _point(month: Month, *, is_long: bool) -> charts.Point:
    names_year = is_long and month.first.month == 1
    label = str(month.first.year) if names_year else date_format(month.first, "M")
    interval = month.counts.interval()
    if month.counts.is_few or month.counts.nps is None or interval is None:
        return charts.Point(label)
    return charts.Point(label, float(month.counts.nps), interval.low, interval.high, nps(month.counts))


@register.inclusion_tag("surveys/_distribution.html")
def distribution(report: Report) -> dict[str, object]:
    looks = [
        (LOOKS[scoring.band(score)], str(score), n, number_format(n, force_grouping=True))
        for score, n in report.scores.items()
    ]
    return {
        "bars": charts.bars(looks),
        "width": charts.bar_width(len(looks)),
        "scores": report.scores,
        "n": sum(report.scores.values()),
    }


@register.inclusion_tag("surveys/_breakdown.html", takes_context=True)
def breakdown(context: template.Context, dimension: object, rows: list[Row]) -> dict[str, object]:
    """One table; without `by` in the page its first rows."""
    limit = context["most_rows"]
    return {
        "dimension": dimension,
        "rows": [(row, context["links"].get((dimension, row.key), "")) for row in rows[:limit]],
        "left": len(rows) - limit if len(rows) > limit else 0,
        "more": context["more"].get(dimension, ""),
        "needed": scoring.FEW,
        "fewest": FEWEST,
    }


@register.simple_tag
def verdict(report: Report) -> str:
    """better, worse, unclear, few or nothing: what may be said about the change."""
    if report.change is None:
        return "nothing"
    if report.change.significant is None:
        return "few"
    return ("better" if report.change.delta > 0 else "worse") if report.change.significant else "unclear"


@register.filter
def finding(comparison: Comparison) -> str:
    """higher, lower, none or few: what may be said of the score on coloured buttons beside that on one colour."""
    difference = comparison.difference
    if difference is None or difference.significant is None:
        return "few"
    return ("higher" if difference.delta > 0 else "lower") if difference.significant else "none"


@register.filter
def long_month(month: Month) -> str:
    return str(date_format(month.first, _("F Y")))
