"""The outbox: what waits, what left, and what nobody knows; the unknown are settled here."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from surveys import ports, settling, tasks
from surveys.analytics import progress
from surveys.enums import MessageStatus, Purpose
from surveys.models import Message
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

READ, SETTLE = "surveys.view_message", "surveys.launch_campaign"
PAGE_SIZE = 50
PLACE = re.compile(r"\d{1,18}", re.ASCII)
# What asks for a person first, then what moves, then what is over.
IN_ORDER = (
    MessageStatus.UNKNOWN,
    MessageStatus.FAILED,
    MessageStatus.QUEUED,
    MessageStatus.CLAIMED,
    MessageStatus.DISPATCHING,
    MessageStatus.SENT,
    MessageStatus.SUPPRESSED,
    MessageStatus.CANCELLED,
)


@require_safe
@permission_required(READ, raise_exception=True)
def outbox(request: HttpRequest) -> HttpResponse:
    counts = progress.outbox(at=timezone.now(), letters=ports.letters())
    totals = {state: sum(counts[state].values()) for state in IN_ORDER}
    state = _state(request, totals)
    found = list(_before(state, request.GET.get("before", ""))[: PAGE_SIZE + 1])
    context = {
        "state": state,
        "states": [(each, totals[each]) for each in IN_ORDER],
        "table": [(each, totals[each], [counts[each][purpose] for purpose in Purpose]) for each in IN_ORDER],
        "purposes": list(Purpose),
        "rows": found[:PAGE_SIZE],
        "older_than": found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
        "is_later_page": "before" in request.GET,
        "is_empty": not any(totals.values()),
    }
    return render(request, "surveys/outbox.html", context)


@require_POST
@permission_required(SETTLE, raise_exception=True)
def treat_as_sent(request: HttpRequest, pk: int) -> HttpResponse:
    def act(message: Message, by: User) -> str:
        settling.treat_as_sent(message, by=by)
        return _("Noted: it counts as sent.")

    return _settle(request, pk, act)


@require_POST
@permission_required(SETTLE, raise_exception=True)
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    def act(message: Message, by: User) -> str:
        settling.send_again(message, by=by)
        tasks.send_queued_messages.delay_on_commit()
        return _("Noted: it waits to leave again.")

    return _settle(request, pk, act)


# ------------------------------------------------------------------------------------------------------ what they share


def _state(request: HttpRequest, totals: dict[MessageStatus, int]) -> MessageStatus:
    """The state asked for; without one the first that holds anything."""
    if "state" not in request.GET:
        return next((state for state in IN_ORDER if totals[state]), MessageStatus.QUEUED)
    try:
        return MessageStatus(request.GET["state"])
    except ValueError as error:
        raise Http404 from error


def _before(state: MessageStatus, place: str) -> QuerySet[Message]:
    rows = Message.objects.in_state(state).order_by("-pk")
    rows = rows.select_related("contact", "user", "invitation__wave__campaign")
    return rows.filter(pk__lt=int(place)) if PLACE.fullmatch(place) else rows


def _settle(request: HttpRequest, pk: int, act: Callable[[Message, User], str]) -> HttpResponse:
    message = get_object_or_404(Message, pk=pk)
    try:
        messages.success(request, act(message, cast("User", request.user)))
    except WrongState as refusal:
        messages.error(request, _("Not changed: %(why)s") % {"why": refusal})
    return redirect(reverse("surveys:outbox") + f"?state={MessageStatus.UNKNOWN}")
