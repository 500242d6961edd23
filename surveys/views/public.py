"""Pages of an invitation: answer, thanks, unsubscribe. No session, no cookie, no script needed.

A GET never answers and never unsubscribes: mail scanners open links. What is unknown, closed, erased or mistyped gets
one and the same page, so that nobody learns from it which tokens there are.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from surveys import contacts, content, evidence, persons, responses, scoring, texts, tokens
from surveys.enums import Band, Place, Style
from surveys.forms import MAX_COMMENT, SCORES, AnswerForm
from surveys.models import HeldAnswer, Invitation, Message, Response, Suppression
from surveys.models.languages import looked_up, remember_row
from surveys.persons import Person, Promise
from surveys.ports import Block, Visit
from surveys.prepared import Prepared
from surveys.views.pages import (
    TONES,
    SeeOther,
    agent,
    closed_page,
    is_prefetch,
    masked,
    network_mark,
    page,
    public,
    wished_language,
)

OF_INVITATION = ("contact__account__owner", "contact__owner", "wave__campaign__brand", "wave__campaign__subject")
OF_MESSAGE = ("contact", *(f"invitation__{path}" for path in OF_INVITATION))

# The sections of public texts on a page; what can be changed until when stands on both.
_SECTIONS = {"answer": ("answer",), "thanks": ("answer", "thanks")}


@dataclass(frozen=True)
class Found:
    """An open invitation with all that its pages need, in one statement."""

    invitation: Invitation
    response: Response | None
    held: HeldAnswer | None
    exit_token: UUID | None
    stamp: int

    @property
    def given(self) -> Response | None:
        """What was said last, whether it counts yet or not; a mere gesture says nothing."""
        if self.held is not None and self.held.is_repeated:
            return Response(invitation=self.invitation, **self.held.said["answer"])
        return self.response

    def content(self, band: Band) -> content.Content:
        asked, spoken = self.invitation.asked_in, self.invitation.spoken
        return content.of(self.invitation.wave.campaign, band, spoken, stamp=self.stamp, asked=asked)

    def visit(self, band: Band) -> Visit:
        invitation = self.invitation
        return Visit(
            campaign=invitation.wave.campaign,
            band=band,
            language=invitation.spoken,
            contact=invitation.contact,
            response=self.response,
            at=timezone.now(),
            seed=invitation.token.hex,
        )

    def person(self, band: Band) -> Person | None:
        """Who answers on the pages of the band."""
        invitation = self.invitation
        return persons.caller(invitation.contact, band, self.content(band).own, invitation.merge_values)

    def promise(self, score: int, *, given_at: dt.datetime) -> Promise | None:
        person = self.person(scoring.band(score))
        return persons.promise(person, self.invitation.contact, score=score, given_at=given_at, at=timezone.now())


@public
def answer(request: HttpRequest, token: str, score: str) -> HttpResponse:
    """The page of the band of the link, with its score chosen. Only a POST answers."""
    found, linked = _find(token), SCORES.get(score)
    if found is None or linked is None:
        return closed_page(request)
    if request.method == "POST":
        return _post(request, found, linked)
    if request.method == "GET" and not is_prefetch(request):
        responses.click(found.invitation, linked, network=network_mark(request), agent=agent(request))
    shown = found.content(scoring.band(linked))
    return _answer_page(request, found, linked, _form(shown, initial=_given(found, shown, linked)))


@public
def decoy(request: HttpRequest, token: str) -> HttpResponse:
    """The link in a mail that no person sees: whoever opens it opens links by program."""
    found = _find(token) if request.method == "GET" else None
    if found is not None:
        responses.click(found.invitation, None, network=network_mark(request), agent=agent(request))
    return closed_page(request)


def _post(request: HttpRequest, found: Found, linked: int) -> HttpResponse:
    if "language" in request.POST:
        found.invitation.choose_language(request.POST["language"])
        shown = found.content(scoring.band(linked))
        return _answer_page(request, found, linked, _form(shown, initial=_typed(request, shown)))
    invitation, shown = found.invitation, found.content(scoring.band(linked))
    nonce = evidence.read_nonce(request.POST.get("nonce", ""), invitation.token, at=timezone.now())
    if "gesture" in request.POST:
        return _gesture(request, invitation, nonce)
    form = _form(shown, request.POST)
    if nonce is None or not form.is_valid():
        return _answer_page(request, found, linked, form, is_stale=nonce is None, status=400)
    posted = evidence.Posted(form.answer(), form.cleaned_data, nonce, invitation.asked_in)
    try:
        asks_again = evidence.submit(invitation, posted, shown=shown)
    except responses.NotOpen:
        return closed_page(request)
    if asks_again:
        return _answer_page(request, found, linked, form, is_second=True, status=409)
    address = reverse("surveys:thanks", args=[tokens.encode(invitation.token)])
    return SeeOther(f"{address}?cut=1" if form.is_cut else address)


def _gesture(request: HttpRequest, invitation: Invitation, nonce: evidence.Nonce | None) -> HttpResponse:
    """What the page's script tells: nothing is shown, so nothing is asked either."""
    score = SCORES.get(request.POST.get("score", ""))
    if nonce is None or score is None:
        return HttpResponse(status=400)
    try:
        evidence.gesture(invitation, score=score, language=invitation.spoken)
    except responses.NotOpen:
        return HttpResponse(status=404)
    return HttpResponse(status=204)


@public
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What happens with the answer that stands now, by its band."""
    found = _find(token)
    given = found.given if found else None
    if found is None or given is None:
        return closed_page(request)
    found.invitation.choose_language(request.POST.get("language", ""))
    return _thanks_page(request, found, given)


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


def _by_token(token: UUID) -> QuerySet[Invitation]:
    latest = Message.objects.filter(invitation=OuterRef("pk")).order_by("-pk").values("token")[:1]
    rows = Invitation.objects.select_related(*OF_INVITATION, "response", "held").filter(token=token)
    return rows.annotate(exit_token=Subquery(latest), stamp=content.stamp(), **looked_up()).order_by()


BY_TOKEN = Prepared(_by_token, example=UUID("d9a5c9a6-6b0e-4c55-9a3b-2f6f4f1d7c11"))


def _find(token: str) -> Found | None:
    """The open invitation of a token, with the answer that stands, its latest message and the stamp of its content."""
    uuid = tokens.decode(token)
    invitation: Any = BY_TOKEN.first(uuid) if uuid else None
    if invitation is None or not invitation.is_open:
        return None
    remember_row(invitation)
    response, held = getattr(invitation, "response", None), getattr(invitation, "held", None)
    return Found(invitation, response, held, invitation.exit_token, invitation.stamp)


def _message(token: str) -> Message | None:
    uuid = tokens.decode(token)
    return Message.objects.select_related(*OF_MESSAGE).filter(token=uuid).first() if uuid else None


def _is_one_click(request: HttpRequest) -> bool:
    """Exactly the body that RFC 8058 prescribes; anything more or else was sent by something else."""
    return request.method == "POST" and dict(request.POST.lists()) == {"List-Unsubscribe": ["One-Click"]}


def _form(shown: content.Content, *args: Any, **kwargs: Any) -> AnswerForm:
    more = {name: field for offer in shown.offers for name, field in offer.block.fields(offer.shown).items()}
    return AnswerForm(*args, more=more, **kwargs)


def _given(found: Found, shown: content.Content, linked: int) -> dict[str, Any]:
    """The answer that stands, but for the score just chosen: sending the form again must not lose what was said."""
    visit = found.visit(scoring.band(linked))
    initial: dict[str, Any] = {}
    for offer in shown.offers:
        initial |= offer.block.given(offer.shown, visit)
    if found.held is not None and found.held.said:
        initial |= found.held.said["fields"]
    elif (given := found.response) is not None:
        initial |= {
            "comment": given.comment,
            "contact": given.wants_contact,
            "phone": given.phone,
            "when": given.good_time,
        }
    return {**initial, "score": linked}


def _typed(request: HttpRequest, shown: content.Content) -> dict[str, Any]:
    """What was typed before another language was chosen; nothing of it is checked yet."""
    form = _form(shown, request.POST)
    return {name: form[name].data for name in form.fields}


# ------------------------------------------------------------------------------------------------------ what is shown


def _answer_page(
    request: HttpRequest,
    found: Found,
    linked: int,
    form: AnswerForm,
    *,
    is_stale: bool = False,
    is_second: bool = False,
    is_inert: bool = False,
    status: int = 200,
) -> HttpResponse:
    """`is_second`: something spoke against the answer, so the number is to be chosen once more, by a person.
    `is_inert`: for looking at, so nothing tells of a gesture."""
    band, invitation = scoring.band(linked), found.invitation
    words = _words(found, "answer", band, promise=found.promise(linked, given_at=timezone.now()))
    chosen = "" if is_second else str(form["score"].value())
    cells = [
        {"number": text, "tone": TONES[scoring.band(score)][1], "is_chosen": text == chosen}
        for text, score in SCORES.items()
    ]
    context = {
        "form": form,
        "faults": _faults(form, words) or ({"answer": words["stale"]} if is_stale else {}),
        "cells": cells,
        "switch_form": "answer",
        "is_neutral": invitation.style == Style.NEUTRAL,
        "is_second": is_second,
        "has_script": not (is_second or is_inert),
        "noted": words.plain("noted", number="#"),
        "nonce": evidence.nonce(invitation.token, at=timezone.now(), is_second=is_second),
        "blocks": _blocks(found, band, form),
    }
    return _invitation_page(request, "surveys/answer.html", found, words, band=band, status=status, **context)


def _blocks(found: Found, band: Band, form: AnswerForm) -> dict[str, list[dict[str, Any]]]:
    """The blocks of a landing page by their place."""
    visit = found.visit(band)
    places: dict[str, list[dict[str, Any]]] = {place.value: [] for place in Place}
    for offer in found.content(band).offers:
        if offer.block.template:
            arranged = offer.block.arranged(offer.shown, visit, form)
            places[offer.block.place].append({"template": offer.block.template, "offer": arranged})
    return places


def _templates(shown: list[tuple[Block, Any]], which: str) -> list[dict[str, Any]]:
    """The blocks that have something to show on a thank-you page, and a template for that part of it."""
    return [{"template": template, "shown": it} for block, it in shown if it and (template := getattr(block, which))]


def _faults(form: AnswerForm, words: texts.Words) -> dict[str, str]:
    """What is wrong with each field, in public words: the code of an error is their key."""
    faults = {}
    for name, errors in form.errors.as_data().items():
        kept = "_kept" if form["comment"].value() else ""
        key = f"error{kept}" if name == "score" else str(errors[0].code)
        faults[name] = words[key]
    return faults


def _thanks_page(request: HttpRequest, found: Found, given: Response) -> HttpResponse:
    digits = "".join(char for char in given.phone if char.isdigit())
    # One that is held is no row yet, and has no time.
    promise = found.promise(given.score, given_at=given.submitted_at if given.pk else timezone.now())
    values = {"ending": digits[-2:], "limit": str(MAX_COMMENT)}
    words = _words(found, "thanks", given.band, values, promise=promise, calls=given.wants_contact)
    visit = found.visit(given.band)
    shown = [(offer.block, offer.block.thanks(offer.shown, visit)) for offer in found.content(given.band).offers]
    context = {
        "given": given,
        "ending": digits[-2:],
        "is_cut": "cut" in request.GET,
        "blocks": _templates(shown, "thanks_template"),
        "told": _templates(shown, "told_template"),
        "promise": promise,
    }
    return _invitation_page(request, "surveys/thanks.html", found, words, band=given.band, **context)


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
    request: HttpRequest, template: str, found: Found, words: texts.Words, *, band: Band, **context: Any
) -> HttpResponse:
    invitation = found.invitation
    context |= {
        "band": band,
        # In one colour for all there is no colour of a band.
        "tone": "" if invitation.style == Style.NEUTRAL else TONES[band][0],
        "exit_token": tokens.encode(found.exit_token) if found.exit_token else "",
        "answer_token": tokens.encode(invitation.token),
        "person": found.person(band),
    }
    return page(request, template, words, invitation.wave.campaign.brand, **context)


def _words(
    found: Found,
    template: str,
    band: Band,
    values: dict[str, str] | None = None,
    *,
    promise: Promise | None = None,
    calls: bool = False,
) -> texts.Words:
    """The standard words of a page and band, under those of the campaign; with a promise they say who, and by when."""
    invitation, shown, zone = found.invitation, found.content(band), _zone(found.invitation)
    tag = invitation.spoken
    until = texts.until(tag, invitation.closes_at.astimezone(zone), timezone.now().astimezone(zone))
    values = {**invitation.merge_values, "until": until, **(values or {})}
    promised: tuple[str, ...] = ()
    if promise:
        values |= promise.values(tag, zone)
        promised = ("promised", "promised_call") if calls else ("promised",)
    sections = ("page", "notice", "evidence", *shown.sections, *_SECTIONS[template], band, *promised)
    return texts.Words(tag, *sections, values=values, own=shown.own, asked=invitation.asked_in)


def _zone(invitation: Invitation) -> ZoneInfo:
    """The zone of the recipient's clock, as far as we know."""
    for name in (invitation.contact.timezone, invitation.wave.campaign.timezone):
        try:
            return ZoneInfo(name)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            continue
    return ZoneInfo("UTC")


# ------------------------------------------------------------------------------------------------------------- preview


def preview(request: HttpRequest, invitation: Invitation, *, score: int, is_thanks: bool) -> HttpResponse:
    """The page that this invitation would open with that score, or the one after it. `invitation` is in no table, so
    nothing of it is found and nothing is written; for pages of staff, who frame it."""
    found = Found(invitation, None, None, None, content.current(invitation.wave.campaign))
    if is_thanks:
        return _thanks_page(request, found, Response(score=score, invitation=invitation))
    shown = found.content(scoring.band(score))
    return _answer_page(request, found, score, _form(shown, initial={"score": score}), is_inert=True)
