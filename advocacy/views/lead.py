"""The page of whoever leads: what is late now, who has how much, whether promises are kept, what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from advocacy import leading, worklist
from advocacy.views import frame
from surveys import scoring

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@require_safe
@permission_required(["advocacy.read_lead", "advocacy.view_case"], raise_exception=True)
def page(request: HttpRequest) -> HttpResponse:
    viewer = worklist.Viewer(user=cast("User", request.user), zone=frame.of(request).zone, at=timezone.now())
    with timezone.override(viewer.zone):
        context = {
            "lead": leading.of(viewer),
            "needed": scoring.FEW,
            "closed_days": leading.CLOSED_DAYS,
            "theme_days": leading.THEME_DAYS,
        }
        return render(request, "advocacy/lead.html", context)
