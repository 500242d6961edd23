"""The doors of a campaign: the list, one door with its address and words, its QR code and a card to print."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from surveys import doors as desk
from surveys import languages, qrcodes, texts, tokens
from surveys.analytics import doors as figures
from surveys.doorforms import DoorForm, DoorWordsForm
from surveys.models import Campaign, Door
from surveys.models.doors import TEXT_TAGS
from surveys.models.languages import languages_in_use
from surveys.transitions import WrongState
from surveys.views.campaigns import CHANGE, CONFLICT, READ, UNPROCESSABLE, get_campaign
from surveys.views.pages import page

if TYPE_CHECKING:
    from django.contrib.auth.models import User

IMAGES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "svg": ("image/svg+xml", qrcodes.svg),
    "png": ("image/png", qrcodes.png),
}


@require_safe
@permission_required(READ, raise_exception=True)
def doors(request: HttpRequest, pk: int) -> HttpResponse:
    return _list(request, get_campaign(pk), DoorForm())


@require_POST
@permission_required(CHANGE, raise_exception=True)
def create_door(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = get_campaign(pk)
    form = DoorForm(request.POST, instance=Door(campaign=campaign))
    if not form.is_valid():
        return _list(request, campaign, form, status=UNPROCESSABLE)
    try:
        made = desk.create(campaign, by=cast("User", request.user), **form.setup())
    except WrongState as refusal:
        return _list(request, campaign, form, refusal=refusal, status=CONFLICT)
    messages.success(request, _("It is open: whoever has its address can answer."))
    return redirect("surveys:door", made.pk)


@require_safe
@permission_required(READ, raise_exception=True)
def door(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _get(pk))


@require_POST
@permission_required(CHANGE, raise_exception=True)
def change_door(request: HttpRequest, pk: int) -> HttpResponse:
    form = DoorForm(request.POST, instance=_get(pk))
    if not form.is_valid():
        return _page(request, _get(pk), form=form, status=UNPROCESSABLE)
    try:
        desk.change(_get(pk), by=cast("User", request.user), **form.setup())
    except WrongState as refusal:
        return _page(request, _get(pk), form=form, refusal=refusal, status=CONFLICT)
    messages.success(request, _("Saved. It holds at once."))
    return redirect("surveys:door", pk)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def write_door(request: HttpRequest, pk: int) -> HttpResponse:
    door = _get(pk)
    words = DoorWordsForm(request.POST, door=door)
    if not words.is_valid():
        return _page(request, door, words=words, status=UNPROCESSABLE)
    desk.write(door, words.words, by=cast("User", request.user))
    messages.success(request, _("Saved. It holds at once."))
    return redirect("surveys:door", pk)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def open_door(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, desk.open_, said=_("It is open: whoever has its address can answer."))


@require_POST
@permission_required(CHANGE, raise_exception=True)
def close_door(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, desk.close, said=_("It is closed. Its address stays, should you open it again."))


@require_safe
@permission_required(READ, raise_exception=True)
def qr_code(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The code as a file to take along. A frame has none: its address is not for people."""
    door = _get(pk)
    if door.is_embedded or kind not in IMAGES:
        raise Http404
    content_type, draw = IMAGES[kind]
    response = HttpResponse(draw(address_of(door)), content_type=content_type)
    if "download" in request.GET:
        response.headers["Content-Disposition"] = f'attachment; filename="door-{door.pk}.{kind}"'
    return response


@require_safe
@permission_required(READ, raise_exception=True)
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """A page to print and to put up, in the language of the brand or another one."""
    door = _get(pk)
    if door.is_embedded:
        raise Http404
    brand = door.campaign.brand
    tag = texts.language(request.GET.get("language", ""), brand.default_language, in_use=languages_in_use())
    written = door.texts.filter(language=tag).first()
    own = {"heading": written.heading} if written else {}
    address = address_of(door)
    values = {**door.merge_values, "address": address.partition("://")[2]}
    words = texts.Words(tag, "page", "door_card", values=values, own=own)
    return page(request, "surveys/door_card.html", words, brand, door=door, address=values["address"], offered=[])


# ------------------------------------------------------------------------------------------------------ what they share


def address_of(door: Door) -> str:
    """What is printed, or built into a page. From the settings, never from the request."""
    name = "surveys:frame" if door.is_embedded else "surveys:walk_in"
    return f"{settings.PUBLIC_BASE_URL}{reverse(name, args=[tokens.encode(door.token)])}"


def snippet_of(door: Door) -> str:
    """Two lines for a page of somebody's site. What they hold has no character that means something in HTML."""
    title = texts.table(texts.language(door.campaign.brand.default_language))["door"]["title"]
    script = f"{settings.PUBLIC_BASE_URL}{settings.STATIC_URL}surveys/embed.js"
    place = f'<div data-viva-voce="{tokens.encode(door.token)}" data-title="{title}"></div>'
    return f'{place}\n<script async src="{script}"></script>'


def _get(pk: int) -> Door:
    rows = Door.objects.select_related("campaign__brand", "campaign__subject").prefetch_related("texts")
    return get_object_or_404(rows, pk=pk)


def _move(request: HttpRequest, pk: int, verb: Callable[..., None], *, said: str) -> HttpResponse:
    try:
        verb(_get(pk), by=cast("User", request.user))
    except WrongState as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("surveys:door", pk)


def _list(
    request: HttpRequest, campaign: Campaign, form: DoorForm, *, refusal: WrongState | None = None, status: int = 200
) -> HttpResponse:
    rows = list(campaign.doors.order_by("-is_open", "name", "pk"))
    counts = figures.answers_of(rows)
    context = {
        "campaign": campaign,
        "doors": [(row, counts.get(row.pk)) for row in rows],
        "form": form,
        "refusal": refusal,
        "is_archived": campaign.status == "archived",
    }
    return render(request, "surveys/doors.html", context, status=status)


def _page(
    request: HttpRequest,
    door: Door,
    *,
    form: DoorForm | None = None,
    words: DoorWordsForm | None = None,
    refusal: WrongState | None = None,
    status: int = 200,
) -> HttpResponse:
    written = [(languages.get(text.language), text) for text in door.texts.all() if text.language in texts.OFFERED]
    context = {
        "door": door,
        "campaign": door.campaign,
        "answers": figures.answers_of([door]).get(door.pk),
        "is_open": desk.is_open(door),
        "address": address_of(door),
        "snippet": snippet_of(door) if door.is_embedded else "",
        "form": form or DoorForm(instance=door),
        "words": words or DoorWordsForm(door=door),
        "written": written,
        "tags": ", ".join(f"{{{{ {tag} }}}}" for tag in TEXT_TAGS),
        "refusal": refusal,
        "refused": words if words and words.errors else form,
    }
    return render(request, "surveys/door_setup.html", context, status=status)
