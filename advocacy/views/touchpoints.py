"""The moments of the journey side by side: score, volume, open cases and fixes."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from advocacy import reports
from surveys import scoring
from surveys.analytics import selection
from surveys.analytics.reports import FEWEST
from surveys.analytics.selection import Period, Selection

OFFERED = [period for period in Period if period != Period.OWN]


@require_safe
@permission_required("surveys.read_report", raise_exception=True)
def matrix(request: HttpRequest) -> HttpResponse:
    """`?period=` as in the report; any other is the usual one. Open cases are counted for those who work with them."""
    wished = request.GET.get("period", "")
    period = Period(wished) if wished in OFFERED else Period.YEAR
    since, until = selection.days_of(period)
    cells = reports.touchpoints(Selection(since=since, until=until, period=period))
    context = {
        "cells": cells,
        "periods": [(each.label, each.value, each == period) for each in OFFERED],
        "since": since,
        "until": until,
        "needed": scoring.FEW,
        "fewest": FEWEST,
        "any_hidden": any(cell.is_hidden for cell in cells),
    }
    return render(request, "advocacy/touchpoints.html", context)
