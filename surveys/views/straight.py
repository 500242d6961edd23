"""The straight way of an answer against which nothing speaks: one statement, and the person stands before the thanks.

The form says itself of what it was made, under our signature, so nothing has to be read to take it. Whatever else
comes, or has happened meanwhile, goes the way of `public`, which looks closely and tells the person.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest
from django.utils import timezone

from surveys import content, evidence, forms, scoring, texts, tokens
from surveys.evidence import Posted
from surveys.forms import SCORES
from surveys.models.languages import languages_in_use
from surveys.views import landing

logger = logging.getLogger(__name__)

# Posted instead of an answer, or before it.
_OTHERWISE = {"language", "gesture"}


def take(request: HttpRequest, token: str, score: str) -> bool | None:
    """Record the posted answer; whether its comment was cut. None: it was not recorded."""
    uuid, linked = tokens.decode(token), SCORES.get(score)
    if uuid is None or linked is None or connection.vendor != "postgresql":
        return None
    if not _OTHERWISE.isdisjoint(request.POST):
        return None
    try:
        return _take(request, uuid, linked)
    except (DatabaseError, InterfaceError) as error:  # of whose words some may be those of a person
        logger.warning("straight.failed error=%s", type(error).__name__)
        return None


def _take(request: HttpRequest, token: UUID, linked: int) -> bool | None:
    now = timezone.now()
    nonce = evidence.read_nonce(request.POST.get("nonce", ""), token, at=now)
    if nonce is None or nonce.sheet is None:
        return None
    spoken, asked = _tongues(nonce.sheet.wishes, languages_in_use())
    sheet, band = nonce.sheet, scoring.band(linked)
    shown = content.kept(sheet.campaign, band, spoken, stamp=sheet.stamp, asked=asked)
    if shown is None:
        return None
    read = forms.read(landing.fields_of(shown), request.POST)
    if read is None:
        return None
    posted = Posted(read.answer, read.said, nonce, asked)
    return read.is_cut if evidence.take(token, posted, linked=linked, shown=shown, at=now) else None


@lru_cache(maxsize=1_000)
def _tongues(wishes: tuple[str, str, str], in_use: frozenset[str]) -> tuple[str, str]:
    """The languages of the page and of its question, as `Invitation.spoken` and `asked_in`."""
    return texts.language(*wishes, in_use=in_use), texts.question_language(*wishes, in_use=in_use)
