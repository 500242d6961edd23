"""The fixes side by side, by their state."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from advocacy import fixboard
from advocacy.views import frame

if TYPE_CHECKING:
    from django.contrib.auth.models import User

READ, WORK = "advocacy.view_fix", "advocacy.work_fix"


@require_safe
@permission_required(READ, raise_exception=True)
def board(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    sees_revenue, can_work = user.has_perm("surveys.view_account"), user.has_perm(WORK)
    with timezone.override(frame.of(request).zone):
        context = {
            "lanes": fixboard.lanes(with_revenue=sees_revenue, can_work=can_work),
            "sees_revenue": sees_revenue,
            "can_work": can_work,
            "can_add": user.has_perm("advocacy.add_fix"),
        }
        return render(request, "advocacy/fixes_board.html", context)
