"""Pages for people without a login: answer, thanks, unsubscribe. No session, no cookie, no script.

A GET never answers and never unsubscribes: mail scanners open links. What is unknown, closed, erased or mistyped gets
one and the same page, so that nobody learns from it which tokens there are.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from surveys import contacts, languages, mail, responses, scoring, texts, tokens
from surveys.enums import Band, Style
from surveys.forms import MAX_COMMENT, SCORES, AnswerForm
from surveys.models import Brand, Invitation, Message, Response, Suppression

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
OF_INVITATION = ("contact", "wave__campaign__brand", "wave__campaign__subject")
OF_MESSAGE = ("contact", *(f"invitation__{path}" for path in OF_INVITATION))
# The class of a page and of a number on the scale.
TONES = {Band.DETRACTOR: ("red", "d"), Band.PASSIVE: ("yellow", "p"), Band.PROMOTER: ("green", "g")}


class SeeOther(HttpResponseRedirect):
    status_code = 303


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for everybody, kept by nobody. It cannot ask for a CSRF token: that would need a cookie."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = require_http_methods(["GET", "HEAD", "POST"])(view)(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return page


@public
def answer(request: HttpRequest, token: str, score: str) -> HttpResponse:
    """The page of the band of the link, with its score chosen. Only a POST answers."""
    invitation, linked = _open_invitation(token), SCORES.get(score)
    if invitation is None or linked is None:
        return _closed(request)
    if request.method != "POST":
        if request.method == "GET" and not _is_prefetch(request):
            responses.click(invitation, linked)
        return _answer_page(request, invitation, linked, AnswerForm(initial=_given(invitation, linked)))
    if "language" in request.POST:
        invitation.choose_language(request.POST["language"])
        return _answer_page(request, invitation, linked, AnswerForm(initial=request.POST.dict()))
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _answer_page(request, invitation, linked, form, status=400)
    return _record(request, invitation, form)


def _record(request: HttpRequest, invitation: Invitation, form: AnswerForm) -> HttpResponse:
    try:
        responses.record(invitation, language=invitation.spoken, **form.answer())
    except responses.NotOpen:
        return _closed(request)
    address = reverse("surveys:thanks", args=[tokens.encode(invitation.token)])
    return SeeOther(f"{address}?cut=1" if form.is_cut else address)


@public
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What happens with the answer that stands now, by its band."""
    invitation = _open_invitation(token)
    given = Response.objects.filter(invitation=invitation).first() if invitation else None
    if invitation is None or given is None:
        return _closed(request)
    invitation.choose_language(request.POST.get("language", ""))
    digits = "".join(char for char in given.phone if char.isdigit())
    values = {"ending": digits[-2:], "limit": str(MAX_COMMENT)}
    words = _band_words(invitation, "thanks", given.band, values)
    context = {"given": given, "ending": digits[-2:], "is_cut": "cut" in request.GET}
    return _invitation_page(request, "thanks", invitation, words, band=given.band, **context)


@public
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows a button, whose POST acts; so does the POST of a mail program (RFC 8058), which gets no redirect."""
    message = _message(token)
    if _is_one_click(request):
        if message is not None:
            contacts.unsubscribe(message)
        return HttpResponse("You are unsubscribed.\n", content_type="text/plain; charset=utf-8")
    if message is None:
        return _closed(request)
    if message.invitation is not None:
        message.invitation.choose_language(request.POST.get("language", ""))
    if "unsubscribe" in request.POST:
        contacts.unsubscribe(message)
    is_understood = request.method != "POST" or bool({"language", "unsubscribe"} & set(request.POST))
    return _unsubscribe_page(request, message, status=200 if is_understood else 400)


@public
def closed(request: HttpRequest, **_rest: str) -> HttpResponse:
    """An address that begins like ours and goes on like none: most often a part of the link was lost."""
    return _closed(request)


# ------------------------------------------------------------------------------------------------------ what is asked


def _open_invitation(token: str) -> Invitation | None:
    uuid = tokens.decode(token)
    found = Invitation.objects.select_related(*OF_INVITATION).filter(token=uuid).first() if uuid else None
    return found if found is not None and found.is_open else None


def _message(token: str) -> Message | None:
    uuid = tokens.decode(token)
    return Message.objects.select_related(*OF_MESSAGE).filter(token=uuid).first() if uuid else None


def _is_prefetch(request: HttpRequest) -> bool:
    """Whether the browser only fetches ahead: nobody has looked at the page yet."""
    return any("prefetch" in request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))


def _is_one_click(request: HttpRequest) -> bool:
    """Exactly the body that RFC 8058 prescribes; anything more or else was sent by something else."""
    return request.method == "POST" and dict(request.POST.lists()) == {"List-Unsubscribe": ["One-Click"]}


def _given(invitation: Invitation, linked: int) -> dict[str, Any]:
    """The answer that stands, but for the score just chosen: sending the form again must not lose what was said."""
    given = Response.objects.filter(invitation=invitation).first()
    if given is None:
        return {"score": linked}
    return {
        "score": linked,
        "comment": given.comment,
        "contact": given.wants_contact,
        "phone": given.phone,
        "when": given.good_time,
    }


# ------------------------------------------------------------------------------------------------------ what is shown


def _answer_page(
    request: HttpRequest, invitation: Invitation, linked: int, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    band = scoring.band(linked)
    words = _band_words(invitation, "answer", band)
    chosen = str(form["score"].value())
    cells = [
        {"number": text, "tone": TONES[scoring.band(score)][1], "is_chosen": text == chosen}
        for text, score in SCORES.items()
    ]
    context = {"form": form, "cells": cells, "switch_form": "answer", "is_neutral": invitation.style == Style.NEUTRAL}
    return _invitation_page(request, "answer", invitation, words, band=band, status=status, **context)


def _unsubscribe_page(request: HttpRequest, message: Message, *, status: int = 200) -> HttpResponse:
    asked, contact = message.invitation, message.contact
    tag = asked.spoken if asked else _wished_language(request, contact.language if contact else "")
    is_done = Suppression.objects.filter(address_hash=message.address_hash).exists()
    words = texts.Words(tag, "page", "unsubscribe", values={"address": _masked(contact.email) if contact else ""})
    brand = asked.wave.campaign.brand if asked else None
    return _page(request, "unsubscribe", words, brand, status=status, is_done=is_done, contact=contact)


def _closed(request: HttpRequest) -> HttpResponse:
    """The same to the byte for whatever is not open, so without a brand's colours: their nonce differs each time."""
    brands = list(Brand.objects.order_by("pk")[:2])
    brand = brands[0] if len(brands) == 1 else None
    tag = _wished_language(request, brand.default_language if brand else "")
    return _page(request, "closed", texts.Words(tag, "page", "closed"), brand, status=404)


def _invitation_page(
    request: HttpRequest, page: str, invitation: Invitation, words: texts.Words, *, band: Band, **context: Any
) -> HttpResponse:
    last = invitation.messages.order_by("-pk").first()
    context |= {
        "band": band,
        # In one colour for all there is no colour of a band.
        "tone": "" if invitation.style == Style.NEUTRAL else TONES[band][0],
        "exit_token": tokens.encode(last.token) if last else "",
        "answer_token": tokens.encode(invitation.token),
        "person": None,
    }
    return _page(request, page, words, invitation.wave.campaign.brand, **context)


def _page(
    request: HttpRequest, page: str, words: texts.Words, brand: Brand | None, *, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {
        "words": words,
        "spoken": languages.get(words.tag),
        "offered": [languages.get(tag) for tag in texts.OFFERED],
        "brand": brand,
        "home": languages.get(brand.default_language) if brand else None,
        "initial": mail.initial(brand.name) if brand else "",
        "site_url": texts.link(brand.site_url) if brand else "",
        "privacy_url": texts.link(brand.privacy_url) if brand else "",
    }
    response = render(request, f"surveys/{page}.html", context, status=status)
    response.headers["Content-Language"] = words.tag
    return response


def _band_words(invitation: Invitation, page: str, band: Band, values: dict[str, str] | None = None) -> texts.Words:
    """The standard words of a page and band, under those of the campaign."""
    campaign, tag, zone = invitation.wave.campaign, invitation.spoken, _zone(invitation)
    until = texts.until(tag, invitation.closes_at.astimezone(zone), timezone.now().astimezone(zone))
    values = {**invitation.merge_values, "until": until, **(values or {})}
    own = campaign.mail_words(tag) | campaign.page_words(tag, band)
    return texts.Words(tag, "page", page, band, values=values, own=own)


def _zone(invitation: Invitation) -> ZoneInfo:
    """The zone of the recipient's clock, as far as we know."""
    for name in (invitation.contact.timezone, invitation.wave.campaign.timezone):
        try:
            return ZoneInfo(name)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            continue
    return ZoneInfo("UTC")


def _wished_language(request: HttpRequest, *otherwise: str) -> str:
    """What was just chosen, else what the browser asks for; for a page that belongs to no invitation."""
    accepted = [tag for tag, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    return texts.language(request.POST.get("language", ""), *accepted, *otherwise)


def _masked(address: str) -> str:
    """Enough of an address to know one's own."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}•••{at}{domain}"


# ------------------------------------------------------------------------------------------------------------- preview


def preview(request: HttpRequest, invitation: Invitation, *, score: int, is_thanks: bool) -> HttpResponse:
    """The page that this invitation would open with that score, or the one after it. `invitation` is in no table, so
    nothing of it is found and nothing is written; for pages of staff, who frame it."""
    band = scoring.band(score)
    if not is_thanks:
        return _answer_page(request, invitation, score, AnswerForm(initial={"score": score}))
    given = Response(score=score, invitation=invitation)
    words = _band_words(invitation, "thanks", band, {"ending": "", "limit": str(MAX_COMMENT)})
    return _invitation_page(request, "thanks", invitation, words, band=band, given=given, ending="", is_cut=False)
