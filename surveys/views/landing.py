"""The landing page of a band: rendered, or, for whoever has said nothing yet, joined from what is the same for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from surveys import content, evidence, mergetags, pieces, scoring, texts, tokens
from surveys.enums import Place, Style
from surveys.forms import SCORES, AnswerForm
from surveys.models.languages import languages_in_use
from surveys.pieces import Pieces
from surveys.ports import Visit
from surveys.views import pages
from surveys.views.found import Found
from surveys.views.pages import TONES

_MOST_KEPT = 64  # for a campaign, band and language
_OF_PERSON = ("name", "role", "initials")


@dataclass(frozen=True)
class Visitor:
    """What differs on a page from one visitor to the next, and no template asks more of it than whether it is there."""

    values: dict[str, str]  # of the merge tags
    person: Any
    is_promised: bool
    is_named: bool  # in the promise
    nonce: str
    style_nonce: Any
    exit_token: str
    answer_token: str

    @classmethod
    def of(cls, request: HttpRequest, found: Found, linked: int, *, is_second: bool = False) -> Visitor:
        now, token = timezone.now(), found.invitation.token
        promise = found.promise(linked, given_at=now)
        return cls(
            values=found.values(promise),
            person=found.person(scoring.band(linked)),
            is_promised=promise is not None,
            is_named=promise is not None and promise.person is not None,
            nonce=evidence.nonce(token, at=now, is_second=is_second, sheet=found.sheet),
            style_nonce=request.csp_nonce,  # type: ignore[attr-defined]
            exit_token=tokens.encode(found.exit_token) if found.exit_token else "",
            answer_token=tokens.encode(token),
        )


def fields_of(shown: content.Content) -> Mapping[str, Any]:
    """The fields of its form, kept with it; to read with, never to change."""
    fields = shown.pages.get(fields_of)
    if fields is None:
        fields = shown.pages[fields_of] = form_of(shown).fields
    return fields


def form_of(shown: content.Content, *args: Any, **kwargs: Any) -> AnswerForm:
    more = {name: field for offer in shown.offers for name, field in offer.block.fields(offer.shown).items()}
    return AnswerForm(*args, more=more, **kwargs)


def rendered(
    request: HttpRequest,
    found: Found,
    linked: int,
    form: AnswerForm,
    *,
    is_stale: bool = False,
    is_second: bool = False,
    is_inert: bool = False,
    nonce: str = "",
    status: int = 200,
) -> HttpResponse:
    """`is_second`: something spoke against the answer, so the number is to be chosen once more, by a person.
    `is_inert`: for looking at, so nothing tells of a gesture. `nonce`: of the form that comes back, which is as old as
    when it was shown first: who mends it at once is no program."""
    visitor = Visitor.of(request, found, linked, is_second=is_second)
    visitor = replace(visitor, nonce=nonce or visitor.nonce)
    words = _words(found, linked, visitor)
    faults = _faults(form, words) or ({"answer": words["stale"]} if is_stale else {})
    visit = found.visit(scoring.band(linked))
    page = _html(found, linked, form, visitor, visit, faults=faults, is_second=is_second, is_inert=is_inert)
    return pages.response(page, words.tag, status=status)


def _words(found: Found, linked: int, visitor: Visitor) -> texts.Words:
    said = {"is_promised": visitor.is_promised, "is_named": visitor.is_named}
    return found.words("answer", scoring.band(linked), visitor.values, **said)


def _html(
    found: Found,
    linked: int,
    form: AnswerForm,
    visitor: Visitor,
    visit: Visit,
    *,
    faults: dict[str, str],
    is_second: bool = False,
    is_inert: bool = False,
) -> str:
    band, invitation = scoring.band(linked), found.invitation
    words = _words(found, linked, visitor)
    is_neutral = invitation.style == Style.NEUTRAL
    chosen = "" if is_second else str(form["score"].value())
    cells = [
        {"number": text, "tone": TONES[scoring.band(score)][1], "is_chosen": text == chosen}
        for text, score in SCORES.items()
    ]
    context = {
        "form": form,
        "faults": faults,
        "cells": cells,
        "switch_form": "answer",
        "is_neutral": is_neutral,
        "is_second": is_second,
        "has_script": not (is_second or is_inert),
        "noted": words.plain("noted", number="#"),
        "nonce": visitor.nonce,
        "blocks": _blocks(found.content(band), form, visit),
        "band": band,
        # In one colour for all there is no colour of a band.
        "tone": "" if is_neutral else TONES[band][0],
        "exit_token": visitor.exit_token,
        "answer_token": visitor.answer_token,
        "person": visitor.person,
        "is_named": visitor.is_named,
    }
    brand = invitation.wave.campaign.brand
    return pages.html(visitor.style_nonce, "surveys/answer.html", words, brand, **context)


def _blocks(shown: content.Content, form: AnswerForm, visit: Visit) -> dict[str, list[dict[str, Any]]]:
    """The blocks of a landing page by their place."""
    places: dict[str, list[dict[str, Any]]] = {place.value: [] for place in Place}
    for offer in shown.offers:
        if offer.block.template:
            arranged = offer.block.arranged(offer.shown, visit, form)
            places[offer.block.place].append({"template": offer.block.template, "offer": arranged})
    return places


def _faults(form: AnswerForm, words: texts.Words) -> dict[str, str]:
    """What is wrong with each field, in public words: the code of an error is their key."""
    faults = {}
    for name, errors in form.errors.as_data().items():
        kept = "_kept" if form["comment"].value() else ""
        key = f"error{kept}" if name == "score" else str(errors[0].code)
        faults[name] = words[key]
    return faults


# ---------------------------------------------------------------------------------------------------- joined of pieces


def first(request: HttpRequest, found: Found, linked: int, initial: dict[str, Any]) -> HttpResponse:
    """The page for a first look, with `initial` in its fields: the same to the byte as the rendered one."""
    shown = found.content(scoring.band(linked))
    visitor = Visitor.of(request, found, linked)
    visit = found.visit(scoring.band(linked))
    values = {f"value {name}": mergetags.plain(value) for name, value in visitor.values.items()}
    typed = {f"field {name}": each for name, each in initial.items() if isinstance(each, str)}
    if any("\n" in value for value in values.values()):  # a line break of a value is markup in a text of paragraphs
        return rendered(request, found, linked, form_of(shown, initial=initial))
    gaps = {**{name: each for name, each in values.items() if not mergetags.is_blank(each)}, **typed}
    gaps |= _of(visitor)
    gaps = {name: text for name, text in gaps.items() if text}
    chosen = {name: each for name, each in initial.items() if not isinstance(each, str)}
    said = (visitor.is_promised, visitor.is_named)
    key = (linked, frozenset(gaps), repr(chosen), found.invitation.style, *said, *_brand(found))
    made = shown.pages.get(key)
    if made is None:
        made = _made(found, linked, visitor, visit, gaps=frozenset(gaps), initial=initial)
        if len(shown.pages) >= _MOST_KEPT:
            shown.pages.clear()
        shown.pages[key] = made
    orders = {offer.block.name: offer.block.order(offer.shown, visit) for offer in shown.offers}
    return pages.response(made.fill(gaps, orders), found.invitation.spoken)


def _of(visitor: Visitor) -> dict[str, str]:
    person = visitor.person
    named = {f"person {name}": getattr(person, name) for name in _OF_PERSON} if person else {}
    tokens_of = {"exit": visitor.exit_token, "answer": visitor.answer_token}
    return {**named, **tokens_of, "nonce": visitor.nonce, "style": str(visitor.style_nonce)}


def _brand(found: Found) -> tuple[Any, ...]:
    brand = found.invitation.wave.campaign.brand
    return languages_in_use(), *(getattr(brand, field.attname) for field in brand._meta.concrete_fields)


def _made(
    found: Found, linked: int, visitor: Visitor, visit: Visit, *, gaps: frozenset[str], initial: dict[str, Any]
) -> Pieces:
    """The page with a mark in each of its gaps, cut there."""

    def marked(kind: str, name: str) -> str:
        return pieces.mark(f"{kind} {name}") if f"{kind} {name}" in gaps else ""

    anybody = Visitor(
        values={name: marked("value", name) for name in visitor.values},
        person=visitor.person and {name: marked("person", name) for name in _OF_PERSON},
        is_promised=visitor.is_promised,
        is_named=visitor.is_named,
        nonce=pieces.mark("nonce"),
        style_nonce=pieces.mark("style"),
        exit_token=pieces.mark("exit") if "exit" in gaps else "",
        answer_token=pieces.mark("answer"),
    )
    shown = found.content(scoring.band(linked))
    fields = {name: marked("field", name) if isinstance(each, str) else each for name, each in initial.items()}
    # A block that looked at the person here would show one to all others.
    marking = replace(visit, mark=pieces.mark, contact=None, response=None, seed="")
    page = _html(found, linked, form_of(shown, initial=fields), anybody, marking, faults={})
    return pieces.cut(page, [offer.block.name for offer in shown.offers])
