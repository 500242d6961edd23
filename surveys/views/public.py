"""Pages of an invitation: answer, thanks, unsubscribe. No session, no cookie, no script needed.

A GET never answers and never unsubscribes: mail scanners open links. What is unknown, closed, erased or mistyped gets
one and the same page, so that nobody learns from it which tokens there are.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from surveys import contacts, content, evidence, responses, scoring, texts, tokens
from surveys.enums import Band, Style
from surveys.forms import MAX_COMMENT, SCORES
from surveys.models import Invitation, Message, Response, Suppression
from surveys.ports import Block
from surveys.views import landing, straight
from surveys.views.found import OF_INVITATION, Found, find
from surveys.views.pages import (
    TONES,
    SeeOurs,
    agent,
    closed_page,
    is_prefetch,
    masked,
    network_mark,
    page,
    public,
    wished_language,
)

OF_MESSAGE = ("contact", *(f"invitation__{path}" for path in OF_INVITATION))


@public
def answer(request: HttpRequest, token: str, score: str) -> HttpResponse:
    """The page of the band of the link, with its score chosen. Only a POST answers."""
    if request.method == "POST" and (is_cut := straight.take(request, token, score)) is not None:
        return _thank(request, token, is_cut=is_cut)
    found, linked = find(token), SCORES.get(score)
    if found is None or linked is None:
        return closed_page(request)
    if request.method == "POST":
        return _post(request, found, linked)
    if request.method == "GET" and not is_prefetch(request):
        responses.click(found.invitation, linked, network=network_mark(request), agent=agent(request))
    shown = found.content(scoring.band(linked))
    initial = _given(found, shown, linked)
    if found.response is None and found.held is None:
        return landing.first(request, found, linked, initial)
    return landing.rendered(request, found, linked, landing.form_of(shown, initial=initial))


@public
def decoy(request: HttpRequest, token: str) -> HttpResponse:
    """The link in a mail that no person sees: whoever opens it opens links by program."""
    found = find(token) if request.method == "GET" else None
    if found is not None:
        responses.click(found.invitation, None, network=network_mark(request), agent=agent(request))
    return closed_page(request)


def _post(request: HttpRequest, found: Found, linked: int) -> HttpResponse:
    if "language" in request.POST:
        found.invitation.choose_language(request.POST["language"])
        shown = found.content(scoring.band(linked))
        return landing.rendered(request, found, linked, landing.form_of(shown, initial=_typed(request, shown)))
    invitation, shown = found.invitation, found.content(scoring.band(linked))
    nonce = evidence.read_nonce(request.POST.get("nonce", ""), invitation.token, at=timezone.now())
    if "gesture" in request.POST:
        return _gesture(request, invitation, nonce)
    form = landing.form_of(shown, request.POST)
    if nonce is None or not form.is_valid():
        kept = request.POST["nonce"] if nonce and not nonce.is_second else ""
        return landing.rendered(request, found, linked, form, is_stale=nonce is None, nonce=kept, status=400)
    posted = evidence.Posted(form.answer(), form.cleaned_data, nonce, invitation.asked_in)
    try:
        asks_again = evidence.submit(invitation, posted, shown=shown)
    except responses.NotOpen:
        return closed_page(request)
    if asks_again:
        return landing.rendered(request, found, linked, form, is_second=True, status=409)
    return _thank(request, tokens.encode(invitation.token), is_cut=form.is_cut)


def _thank(request: HttpRequest, token: str, *, is_cut: bool) -> HttpResponse:
    address = _thanks_address(request.META["SCRIPT_NAME"]).replace("/token/thanks", f"/{token}/thanks")
    return SeeOurs(f"{address}?cut=1" if is_cut else address)


@cache
def _thanks_address(_script_name: str) -> str:
    return reverse("surveys:thanks", args=["token"])


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
    found = find(token)
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


def _message(token: str) -> Message | None:
    uuid = tokens.decode(token)
    return Message.objects.select_related(*OF_MESSAGE).filter(token=uuid).first() if uuid else None


def _is_one_click(request: HttpRequest) -> bool:
    """Exactly the body that RFC 8058 prescribes; anything more or else was sent by something else."""
    return request.method == "POST" and dict(request.POST.lists()) == {"List-Unsubscribe": ["One-Click"]}


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
    form = landing.form_of(shown, request.POST)
    return {name: form[name].data for name in form.fields}


# ------------------------------------------------------------------------------------------------------ what is shown


def _templates(shown: list[tuple[Block, Any]], which: str) -> list[dict[str, Any]]:
    """The blocks that have something to show on a thank-you page, and a template for that part of it."""
    return [{"template": template, "shown": it} for block, it in shown if it and (template := getattr(block, which))]


def _thanks_page(request: HttpRequest, found: Found, given: Response) -> HttpResponse:
    digits = "".join(char for char in given.phone if char.isdigit())
    # One that is held is no row yet, and has no time.
    promise = found.promise(given.score, given_at=given.submitted_at if given.pk else timezone.now())
    values = found.values(promise, ending=digits[-2:], limit=str(MAX_COMMENT))
    is_named = promise is not None and promise.person is not None
    said = {"is_promised": promise is not None, "is_named": is_named, "calls": given.wants_contact}
    words = found.words("thanks", given.band, values, **said)
    visit = found.visit(given.band)
    shown = [(offer.block, offer.block.thanks(offer.shown, visit)) for offer in found.content(given.band).offers]
    context = {
        "given": given,
        "ending": digits[-2:],
        "is_cut": "cut" in request.GET,
        "blocks": _templates(shown, "thanks_template"),
        "told": _templates(shown, "told_template"),
        "promise": promise,
        "is_named": is_named,
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


# ------------------------------------------------------------------------------------------------------------- preview


def preview(request: HttpRequest, invitation: Invitation, *, score: int, is_thanks: bool) -> HttpResponse:
    """The page that this invitation would open with that score, or the one after it. `invitation` is in no table, so
    nothing of it is found and nothing is written; for pages of staff, who frame it."""
    found = Found(invitation, None, None, None, content.current(invitation.wave.campaign))
    if is_thanks:
        return _thanks_page(request, found, Response(score=score, invitation=invitation))
    shown = found.content(scoring.band(score))
    return landing.rendered(request, found, score, landing.form_of(shown, initial={"score": score}), is_inert=True)
