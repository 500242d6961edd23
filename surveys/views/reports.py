"""Reports: how likely customers are to recommend us. They name nobody, so everybody with the right may read them."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from surveys import scoring
from surveys.analytics import bysegment, reasons, sheet
from surveys.analytics import reports as desk
from surveys.analytics import selection as choice
from surveys.analytics.reasons import Why
from surveys.analytics.reports import FEWEST, Dimension, Report
from surveys.analytics.selection import Catalogue, Period, Selection
from surveys.models import Segment
from surveys.reportforms import ReportForm

ROWS, ROWS_AT_MOST = 10, 500
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # else a spreadsheet takes names for another encoding

may_read = permission_required("surveys.read_report", raise_exception=True)


@require_safe
@may_read
def reports(request: HttpRequest) -> HttpResponse:
    """One report; `?by=` shows all rows of one table instead of the first of each."""
    names = choice.catalogue()
    form = ReportForm(request.GET, names)
    chosen = form.selection
    if chosen is None:
        return render(request, "surveys/reports.html", {"form": form})
    by = _wanted(request)
    report = _report(chosen, names, by)
    context = {
        "form": form,
        "report": report,
        "chosen": chosen,
        "is_own": chosen.period == Period.OWN,
        "names": sheet.narrowed_to(report, names),
        "periods": _periods(chosen),
        "csv": f"{reverse('surveys:report_csv')}?{chosen.query(by=by if by == Dimension.SEGMENT else '')}",
        "segments": 0 if by or not _may_ask_who(request) else Segment.objects.count(),
        "by_segment": chosen.query(by=Dimension.SEGMENT.value),
        "most_segments": bysegment.MOST,
        "other_scales": [(choice.scale_name(scale), n) for scale, n in report.other_scales.items()],
        "needed": scoring.FEW,
        "fewest": FEWEST,
        "why": _why(report, by),
        **_tables(report, by),
    }
    return render(request, "surveys/reports.html", context)


@require_safe
@may_read
def report_csv(request: HttpRequest) -> HttpResponse:
    """The numbers of the page as a table. What the page would refuse, it says on the page."""
    names = choice.catalogue()
    chosen = ReportForm(request.GET, names).selection
    if chosen is None:
        return redirect(f"{reverse('surveys:reports')}?{request.GET.urlencode()}")
    name = f"report-{chosen.since.isoformat()}-{chosen.until.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8", headers=headers)
    csv.writer(response).writerows(sheet.lines(_report(chosen, names, _wanted(request)), names))
    return response


def _wanted(request: HttpRequest) -> str:
    """The one table that is asked for; empty for the whole report."""
    by = request.GET.get("by", "")
    return by if by in desk.OF_CELLS or (by == Dimension.SEGMENT and _may_ask_who(request)) else ""


def _may_ask_who(request: HttpRequest) -> bool:
    return request.user.has_perm("surveys.view_segment")


def _report(chosen: Selection, names: Catalogue, by: str) -> Report:
    report = desk.of(chosen, names)
    if by != Dimension.SEGMENT:
        return report
    return replace(report, rows={**report.rows, Dimension.SEGMENT: bysegment.rows(chosen, names, report.counts)})


def _why(report: Report, by: str) -> Why | None:
    """The reasons, where the page shows the score at all."""
    if by or not report.counts.n or report.is_hidden:
        return None
    return reasons.of(report.selection, report.scores, get_language() or "")


def _periods(chosen: Selection) -> list[tuple[Any, str, bool]]:
    """Each period with the address of this report over it."""
    return [
        (period.label, chosen.query(period=period.value, since="", until=""), period == chosen.period)
        for period in Period
        if period != Period.OWN
    ]


def _tables(report: Report, by: str) -> dict[str, Any]:
    """The tables of the page, and where their rows lead: to the same report over that row alone."""
    chosen = report.selection
    is_one = bool(by)
    shown = {Dimension(by): report.rows[Dimension(by)]} if is_one else report.rows
    limit = ROWS_AT_MOST if is_one else ROWS
    return {
        "by": Dimension(by) if is_one else "",
        "tables": [(dimension, rows) for dimension, rows in shown.items() if rows],
        "most_rows": limit,
        "links": {
            (dimension, row.key): chosen.query(**{dimension.value: row.key})
            for dimension, rows in shown.items()
            for row in rows[:limit]
            if row.key and row.counts.n and not row.is_hidden and dimension != Dimension.SEGMENT
        },
        "more": {} if is_one else {dimension: chosen.query(by=dimension.value) for dimension in shown},
        "back": chosen.query(),
    }
