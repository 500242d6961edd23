"""Patterns: what answers are about, and what that does to the score. They name nobody, so every employee reads them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from advocacy import patterns
from surveys import scoring
from surveys.analytics import selection as choice
from surveys.analytics.reasons import FEWEST
from surveys.analytics.selection import Period, Selection
from surveys.reportforms import ReportForm


@require_safe
@permission_required("surveys.read_report", raise_exception=True)
def page(request: HttpRequest) -> HttpResponse:
    """`?period=`, `?campaign=`, `?language=` and the rest as in the report."""
    names = choice.catalogue()
    form = ReportForm(request.GET, names)
    chosen = form.selection
    context: dict[str, Any] = {"form": form, "chosen": chosen}
    if chosen is not None:
        found = patterns.of(chosen)
        context |= {
            "found": found,
            "periods": _periods(chosen),
            "needed": scoring.FEW,
            "fewest": FEWEST,
        }
    return render(request, "advocacy/patterns.html", context)


def _periods(chosen: Selection) -> list[tuple[Any, str, bool]]:
    """Each period with the address of this page over it."""
    return [
        (period.label, chosen.query(period=period.value, since="", until=""), period == chosen.period)
        for period in Period
        if period != Period.OWN
    ]
