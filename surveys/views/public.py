"""Pages for people without a login: answer, thanks, unsubscribe. No session, no cookie, no script.

A GET never answers and never unsubscribes: mail scanners open links. What is unknown, closed, erased or mistyped gets
one and the same page, so that nobody learns from it which tokens there are.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from surveys import contacts, responses, scoring, texts, tokens
from surveys.enums import Band, Style
from surveys.forms import MAX_COMMENT, SCORES, AnswerForm
from surveys.models import Invitation, Message, Response, Suppression
from surveys.views.pages import TONES, SeeOther, closed_page, masked, page, public, wished_language

OF_INVITATION = ("contact", "wave__campaign__brand", "wave__campaign__subject")
OF_MESSAGE = ("contact", *(f"invitation__{path}" for path in OF_INVITATION))


@public
def answer(request: HttpRequest, token: str, score: str) -> HttpResponse:
    """The page of the band of the link, with its score chosen. Only a POST answers."""
    invitation, linked = _open_invitation(token), SCORES.get(score)
    if invitation is None or linked is None:
        return closed_page(request)
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
        return closed_page(request)
    address = reverse("surveys:thanks", args=[tokens.encode(invitation.token)])
    return SeeOther(f"{address}?cut=1" if form.is_cut else address)


@public
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What happens with the answer that stands now, by its band."""
    invitation = _open_invitation(token)
    given = Response.objects.filter(invitation=invitation).first() if invitation else None
    if invitation is None or given is None:
        return closed_page(request)
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
        return closed_page(request)
    if message.invitation is not None:
        message.invitation.choose_language(request.POST.get("language", ""))
    if "unsubscribe" in request.POST:
        contacts.unsubscribe(message)
    is_understood = request.method != "POST" or bool({"language", "unsubscribe"} & set(request.POST))
    return _unsubscribe_page(request, message, status=200 if is_understood else 400)


@public
def closed(request: HttpRequest, **_rest: str) -> HttpResponse:
    """An address that begins like ours and goes on like none: most often a part of the link was lost."""
    return closed_page(request)


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
    tag = asked.spoken if asked else wished_language(request, contact.language if contact else "")
    is_done = Suppression.objects.filter(address_hash=message.address_hash).exists()
    words = texts.Words(tag, "page", "unsubscribe", values={"address": masked(contact.email) if contact else ""})
    brand = asked.wave.campaign.brand if asked else None
    exit_token = tokens.encode(message.token) if message.is_to_contact else ""
    context = {"is_done": is_done, "contact": contact, "exit_token": exit_token}
    return page(request, "surveys/unsubscribe.html", words, brand, status=status, **context)


def _invitation_page(
    request: HttpRequest, name: str, invitation: Invitation, words: texts.Words, *, band: Band, **context: Any
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
    return page(request, f"surveys/{name}.html", words, invitation.wave.campaign.brand, **context)


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
