"""Pages of a door: answer without an invitation, and thanks. No session, no cookie, no script needed.

Nobody is known here, so nothing of a person is shown: who names an address may not be the one it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from csp.constants import NONE
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from surveys import content, doors, responses, scoring, texts, tokens
from surveys.doorforms import OpenAnswerForm
from surveys.enums import Band, Style
from surveys.forms import MAX_COMMENT, SCORES
from surveys.models import Door, DoorText, Response
from surveys.models.languages import languages_in_use
from surveys.ports import Visit
from surveys.prepared import Prepared
from surveys.views.pages import TONES, SeeOther, closed_page, masked, network, page, public, wished_language

OF_DOOR = ("campaign__brand", "campaign__subject", "campaign__touchpoint")
BAD, TOO_MANY = 400, 429


def _of_token(token: UUID) -> QuerySet[Door]:
    return Door.objects.select_related(*OF_DOOR).filter(token=token).annotate(stamp=content.stamp())


_DOOR = Prepared(_of_token, example=UUID(int=4_711))


@dataclass(frozen=True)
class Found:
    """An open door with all that its pages need, in one statement, and the language they are to speak."""

    door: Door
    stamp: int
    tag: str

    def content(self, band: Band) -> content.Content:
        return content.of(self.door.campaign, band, self.tag, stamp=self.stamp)

    def address(self, *rest: str) -> str:
        name = "frame" if self.door.is_embedded else "walk_in"
        return reverse(f"surveys:{name}_thanks" if rest else f"surveys:{name}", args=[tokens.encode(self.token), *rest])

    @property
    def token(self) -> Any:
        return self.door.token


@public
def answer(request: HttpRequest, token: str, *, is_embedded: bool = False) -> HttpResponse:
    """The question with no number chosen. Only a POST answers."""
    found = _find(request, token, is_embedded=is_embedded)
    if found is None:
        return _closed(request, token, is_embedded=is_embedded)
    door = found.door
    if request.method != "POST":
        return _framed(door, _answer_page(request, found, OpenAnswerForm(asks_who=door.asks_who)))
    if "language" in request.POST:
        typed = OpenAnswerForm(request.POST, asks_who=door.asks_who)
        form = OpenAnswerForm(initial={name: typed[name].data for name in typed.fields}, asks_who=door.asks_who)
        return _framed(door, _answer_page(request, found, form))
    return _framed(door, _take(request, found))


def _take(request: HttpRequest, found: Found) -> HttpResponse:
    door = found.door
    form = OpenAnswerForm(request.POST, asks_who=door.asks_who)
    if not form.is_valid():
        return _answer_page(request, found, form, status=BAD)
    key = doors.key_of(door, request.POST.get("seal", ""))
    if not key:
        return _answer_page(request, found, form, notice="again", status=BAD)
    from_network = network(request)
    try:
        response = doors.answer(door, form.said, key=key, network=from_network, language=found.tag, who=form.who)
    except doors.TooMany as refusal:
        busy = _answer_page(request, found, form, notice="busy", status=TOO_MANY)
        busy.headers["Retry-After"] = str(max(1, int((refusal.until - timezone.now()).total_seconds())))
        return busy
    except responses.NotOpen:
        return closed_page(request)
    address = found.address(doors.reference(response, door))
    return SeeOther(f"{address}?cut=1" if form.is_cut else address)


@public
def thanks(request: HttpRequest, token: str, reference: str, *, is_embedded: bool = False) -> HttpResponse:
    """What happens with the answer, by its band; after a while the question again."""
    found = _find(request, token, is_embedded=is_embedded)
    if found is None:
        return _closed(request, token, is_embedded=is_embedded)
    given = doors.thanked(found.door, reference)
    if given is None:
        return _framed(found.door, SeeOther(found.address()))
    tag = texts.language(request.POST.get("language", ""), given.language, in_use=languages_in_use())
    return _framed(found.door, _thanks_page(request, Found(found.door, found.stamp, tag), given))


# ------------------------------------------------------------------------------------------------------ what is asked


def _find(request: HttpRequest, token: str, *, is_embedded: bool) -> Found | None:
    """The open door of a token, with the stamp of its content. A kiosk begins in the language of its brand."""
    uuid = tokens.decode(token)
    if uuid is None:
        return None
    door: Any = _DOOR.first(uuid)
    if door is None or door.is_embedded != is_embedded or not doors.is_open(door):
        return None
    otherwise = door.campaign.brand.default_language
    chosen = [request.POST.get(name, "") for name in ("language", "spoken")]
    if door.is_kiosk:
        return Found(door, door.stamp, texts.language(*chosen, otherwise, in_use=languages_in_use()))
    known = [tag for tag in chosen if tag in texts.OFFERED]
    return Found(door, door.stamp, known[0] if known else wished_language(request, otherwise))


def _closed(request: HttpRequest, token: str, *, is_embedded: bool) -> HttpResponse:
    """The closed page; of a door that is shut, also in the frame where it stood."""
    response = closed_page(request)
    uuid = tokens.decode(token) if is_embedded else None
    door = Door.objects.filter(token=uuid).first() if uuid else None
    return _framed(door, response) if door and door.is_embedded else response


def _framed(door: Door, response: HttpResponse) -> HttpResponse:
    """Let the sites of an embedded door show the page, and nobody else. All other pages stay out of frames."""
    if door.is_embedded:
        policy: Any = response
        policy._csp_replace = {"frame-ancestors": door.sites or [NONE]}
        policy.xframe_options_exempt = True
    return response


# ------------------------------------------------------------------------------------------------------ what is shown


def _answer_page(
    request: HttpRequest, found: Found, form: OpenAnswerForm, *, notice: str = "", status: int = 200
) -> HttpResponse:
    door = found.door
    words = _words(found, "answer", "door", own=_own(found))
    chosen = str(form["score"].value())
    cells = [
        {"number": text, "tone": TONES[scoring.band(score)][1], "is_chosen": text == chosen}
        for text, score in SCORES.items()
    ]
    context = {
        "form": form,
        "faults": {name: words[_fault(form, name, str(errors[0].code))] for name, errors in _errors(form)},
        "notice": notice,
        "notice_heading": words[f"{notice}_heading"] if notice else "",
        "notice_text": words[notice] if notice else "",
        "cells": cells,
        "seal": doors.seal(door),
        "switch_form": "answer",
        "is_neutral": door.style == Style.NEUTRAL,
    }
    return _door_page(request, "surveys/door.html", found, words, status=status, **context)


def _errors(form: OpenAnswerForm) -> list[tuple[str, Any]]:
    return list(form.errors.as_data().items()) if form.is_bound else []


def _fault(form: OpenAnswerForm, name: str, code: str) -> str:
    """The key of the public words for what is wrong."""
    if name != "score":
        return code
    return "error_kept" if form["comment"].value() else "error"


def _own(found: Found) -> dict[str, str]:
    """The campaign's own question, and the words of the door over it."""
    question = found.content(Band.PASSIVE).own.get("question", "")
    text = DoorText.objects.filter(door=found.door, language=found.tag).first()
    return {"question": question, **({"heading": text.heading, "text": text.text} if text else {})}


def _thanks_page(request: HttpRequest, found: Found, given: Response) -> HttpResponse:
    door, shown = found.door, found.content(given.band)
    contact = given.contact if given.wants_contact and not door.is_kiosk else None
    values = {"limit": str(MAX_COMMENT), "address": masked(contact.email) if contact else "", "ending": "", "until": ""}
    words = _words(found, *shown.sections, "thanks", "door_thanks", given.band, own=shown.own, values=values)
    visit = Visit(
        campaign=door.campaign, band=given.band, language=found.tag, contact=None, response=given, at=timezone.now()
    )
    blocks = [
        {"template": offer.block.thanks_template, "shown": thanked}
        for offer in shown.offers
        if offer.block.thanks_template and (thanked := offer.block.thanks(offer.shown, visit))
    ]
    context: dict[str, Any] = {
        "given": given,
        "contact": contact,
        "band": given.band,
        "tone": "" if door.style == Style.NEUTRAL else TONES[given.band][0],
        "blocks": blocks,
        "is_cut": "cut" in request.GET,
    }
    return _door_page(request, "surveys/door_thanks.html", found, words, **context)


def _door_page(
    request: HttpRequest, template: str, found: Found, words: texts.Words, *, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"door": found.door, "start": found.address()}
    if found.door.is_kiosk:
        context |= {"site_url": ""}  # nobody is led away from it
    return page(request, template, words, found.door.campaign.brand, status=status, **context)


def _words(
    found: Found, *sections: str, own: dict[str, str] | Any, values: dict[str, str] | None = None
) -> texts.Words:
    filled = {**found.door.merge_values, "until": "", **(values or {})}
    return texts.Words(found.tag, "page", "notice", *sections, values=filled, own=own)
