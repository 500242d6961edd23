"""The first page after sign-in: what waits for me, and how we are doing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from advocacy import checklist, huddles, mentions, pledges, today, worklist
from advocacy.models import Pledge
from advocacy.views import frame, rooms, set_up
from surveys import scoring
from surveys.analytics import rates, scores

if TYPE_CHECKING:
    from django.contrib.auth.models import User

NEXT, ACTIONS = 5, 20
MOST = 20
PERIOD_DAYS = 90


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Open to everybody who signs in; each part needs its own right, and is not looked up without it."""
    user = cast("User", request.user)
    viewer = worklist.Viewer(user=user, zone=frame.of(request).zone, at=timezone.now())
    context = {"viewer": viewer, **_parts(viewer)}
    with timezone.override(viewer.zone):
        return render(request, "advocacy/home.html", context)


def _parts(viewer: worklist.Viewer) -> dict[str, Any]:
    """What the page is made of. Fixes stand here for whoever has no work of another kind."""
    may = viewer.user.has_perm
    works, asks, sets_up = may("advocacy.view_case"), may("advocacy.work_advocate"), may(rooms.SET_UP)
    reads = may("surveys.view_response") or may("surveys.read_report")
    return {
        "set_up": _set_up(viewer.user) if sets_up else None,
        "work": _work(viewer) if works else None,
        "actions": huddles.open_actions(viewer.user)[:ACTIONS] if may(huddles.READ) else None,
        "mentions": mentions.unseen(viewer.user)[:MOST] if works else None,
        "pledges": _pledges(viewer.user) if works else None,
        "lead": _lead(viewer) if may("advocacy.assign_case") and works else None,
        "asking": today.asking(viewer.at) if asks else None,
        "figures": _figures() if reads else None,
        "moving": today.moving(viewer.at) if may("advocacy.view_fix") and not (works or asks) else None,
    }


def _set_up(user: User) -> dict[str, Any]:
    found = checklist.look(user)
    return {"left": found.left, "all": len(found.done), "lines": [x for x in set_up.lines(found) if not x.is_done]}


def _lead(viewer: worklist.Viewer) -> dict[str, Any]:
    return {
        "breaches": worklist.page(worklist.View.OVERDUE, viewer, size=NEXT).cases,
        "escalated": today.escalated(viewer.at),
        "owners": today.workload(viewer.at),
        "nobody": today.nobody(viewer.at),
    }


def _pledges(user: User) -> list[tuple[Pledge, str]]:
    """What is promised and not kept yet: a lead sees everybody's."""
    rows = pledges.of_all() if user.has_perm("advocacy.assign_case") else pledges.of_owner(user)
    today_here = timezone.localdate()
    return [(pledge, pledges.due_words(pledge, today_here)) for pledge in rows[:NEXT]]


def _work(viewer: worklist.Viewer) -> dict[str, Any]:
    counts = worklist.counts(worklist.View.MINE, viewer)
    return {
        "cases": worklist.page(worklist.View.MINE, viewer, size=NEXT).cases,
        "mine": counts.views[worklist.View.MINE],
        "overdue": counts.groups[worklist.Group.OVERDUE],
        "today": counts.groups[worklist.Group.TODAY],
        "open": counts.views[worklist.View.OPEN],
        "team_overdue": counts.views[worklist.View.OVERDUE],
        "unassigned": counts.views[worklist.View.UNASSIGNED],
        "snoozed": counts.views[worklist.View.SNOOZED],
    }


def _figures() -> dict[str, Any]:
    """Value, interval, number and base together, for the last days up to today in the organisation's zone."""
    until = timezone.localdate()
    since = until - dt.timedelta(days=PERIOD_DAYS - 1)
    counts = scores.counts(since, until)
    interval = counts.interval()
    return {
        "days": PERIOD_DAYS,
        "counts": counts,
        "needed": scoring.FEW,
        "score": scoring.signed(counts.display),
        "low": scoring.signed(round(interval.low)) if interval else "",
        "high": scoring.signed(round(interval.high)) if interval else "",
        "rate": rates.of_period(since, until),
        "clicks": rates.unconfirmed_clicks(since, until),
    }
