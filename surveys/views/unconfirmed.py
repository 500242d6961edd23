"""Score links that were opened and no answer: nobody knows who opened them. Staff who do know may count one."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from surveys import evidence
from surveys.enums import ClickKind
from surveys.forms import ConfirmForm
from surveys.models import Click, Invitation
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

RIGHT = "surveys.confirm_response"
PAGE_SIZE = 50
PLACE = re.compile(r"\d{1,18}", re.ASCII)
UNPROCESSABLE = 422


@require_safe
@permission_required(RIGHT, raise_exception=True)
def unconfirmed(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@permission_required(RIGHT, raise_exception=True)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(
        Invitation.objects.select_related("contact", "wave__campaign__brand", "wave__campaign__subject"), pk=pk
    )
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _page(request, refused=invitation.pk, form=form, status=UNPROCESSABLE)
    given = form.cleaned_data
    try:
        response = evidence.confirm(
            invitation, score=given["score"], by=cast("User", request.user), reason=given["reason"]
        )
        said = _("Counted: %(score)d by %(name)s. The reason stands in the timeline.")
        messages.success(request, said % {"score": response.score, "name": invitation.contact})
    except WrongState as refusal:
        messages.error(request, _("Not counted: %(why)s") % {"why": refusal})
    return redirect("surveys:unconfirmed")


def _page(
    request: HttpRequest, *, refused: int | None = None, form: ConfirmForm | None = None, status: int = 200
) -> HttpResponse:
    found = list(_latest(request.GET.get("before", ""))[: PAGE_SIZE + 1])
    rows = _with_clicks(found[:PAGE_SIZE])
    for row in rows:
        row["form"] = form if row["invitation"].pk == refused else None
    context = {
        "rows": rows,
        "older_than": found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
        "is_later_page": "before" in request.GET,
    }
    return render(request, "surveys/unconfirmed.html", context, status=status)


def _latest(place: str) -> QuerySet[Click]:
    """The latest click of each invitation without an answer, newest first."""
    links = Click.objects.filter(kind=ClickKind.LINK)
    later = links.filter(invitation=OuterRef("invitation"), pk__gt=OuterRef("pk"))
    rows = links.filter(~Exists(later), invitation__response__isnull=True).order_by("-pk")
    rows = rows.select_related("invitation__contact", "invitation__wave__campaign", "invitation__held")
    return rows.filter(pk__lt=int(place)) if PLACE.fullmatch(place) else rows


def _with_clicks(latest: list[Click]) -> list[dict[str, Any]]:
    """Each with all that was touched of it, in one statement more."""
    invitations = [click.invitation_id for click in latest]
    touched: dict[int, list[Click]] = defaultdict(list)
    for click in Click.objects.filter(invitation__in=invitations).order_by("at", "pk"):
        touched[click.invitation_id].append(click)
    return [_row(click.invitation, touched[click.invitation_id]) for click in latest]


def _row(invitation: Invitation, touched: list[Click]) -> dict[str, Any]:
    held = getattr(invitation, "held", None)
    links = [click for click in touched if click.kind == ClickKind.LINK]
    scores = sorted({click.score for click in links if click.score is not None} | ({held.score} if held else set()))
    return {
        "invitation": invitation,
        "held": held,
        "comment": held.said.get("answer", {}).get("comment", "") if held else "",
        "scores": scores,
        "first": links[0].at,
        "last": links[-1].at,
        "links": len(links),
        "networks": len({click.network for click in links if click.network}),
        "has_decoy": any(click.kind == ClickKind.DECOY for click in touched),
    }
