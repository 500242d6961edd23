"""Did the outreach work? What unhappy contacts answered the next time. It names nobody."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from advocacy import recovery
from advocacy.recovery import Group, Recovery
from advocacy.views.touchpoints import OFFERED
from surveys import scoring
from surveys.analytics import selection
from surveys.analytics.reports import FEWEST
from surveys.analytics.selection import Period, Selection
from surveys.scoring import rounded
from surveys.views.reports import BYTE_ORDER_MARK

READ = ["surveys.read_report", "advocacy.view_case"]
HEADER = ("part", "item", "cases", "n", "recovered", "share", "low_95", "high_95", "note")


@require_safe
@permission_required(READ, raise_exception=True)
def report(request: HttpRequest) -> HttpResponse:
    """`?period=` as in the matrix of touchpoints: the days in which the cases were opened."""
    chosen = _selection(request)
    found = recovery.of(chosen)
    context = {
        "found": found,
        "periods": [(each.label, each.value, each == chosen.period) for each in OFFERED],
        "chosen": chosen,
        "parts": [(title, groups) for _key, title, groups in _parts(found)],
        "needed": scoring.FEW,
    }
    return render(request, "advocacy/recovery.html", context)


@require_safe
@permission_required(READ, raise_exception=True)
def report_csv(request: HttpRequest) -> HttpResponse:
    """The numbers of the page as a table."""
    chosen = _selection(request)
    name = f"recovery-{chosen.since.isoformat()}-{chosen.until.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8", headers=headers)
    csv.writer(response).writerows(_lines(recovery.of(chosen)))
    return response


def _selection(request: HttpRequest) -> Selection:
    wished = request.GET.get("period", "")
    period = Period(wished) if wished in OFFERED else Period.YEAR
    since, until = selection.days_of(period)
    return Selection(since=since, until=until, period=period)


def _parts(found: Recovery) -> list[tuple[str, Any, list[Group]]]:
    return [
        ("contact", _("Contacted or not"), [found.contacted, found.alone]),
        ("time", _("By time to the first contact"), found.spans),
        ("outcome", _("By outcome"), found.outcomes),
    ]


def _lines(found: Recovery) -> Iterator[list[object]]:
    yield list(HEADER)
    for part, _title, groups in _parts(found):
        for group in groups:
            yield [part, group.key, group.cases, *_cells(group)]
    difference = found.difference
    if difference is not None and difference.significant is not None:
        ends = [rounded(Fraction(end), 1) for end in (difference.delta, difference.low, difference.high)]
        yield ["difference", "contacted less not contacted", "", "", "", *ends, str(found.verdict)]


def _cells(group: Group) -> list[object]:
    """The share with its interval; of few people their number alone, and of fewer still not who recovered."""
    share, interval = group.share, group.share.interval()
    if share.is_few or interval is None:
        few = _("too few to say, %(n)s of %(needed)s") % {"n": share.whole, "needed": scoring.FEW}
        return [share.whole, "" if share.whole < FEWEST else share.part, "", "", "", few]
    ends = [rounded(Fraction(end), 1) for end in interval]
    return [share.whole, share.part, share.percent, *ends, ""]
