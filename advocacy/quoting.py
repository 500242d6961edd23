"""Customers' words without who said them: what every employee may read."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce, Left, Length, Replace
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone

from surveys.enums import Band
from surveys.models import Response

EXCERPT = 300
SHORTEST = 4  # a shorter name may be a part of any word
QUOTABLE = dt.timedelta(days=365)
CUT = "…"
_NAMES = ("contact__name", "contact__email", "contact__phone", "contact__account__name")
_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}|(?<!\w)\+?\d[\d ()/.-]{6,20}\d(?!\w)")
_BANDS = {
    Band.DETRACTOR: Q(score__lte=6),
    Band.PASSIVE: Q(score__range=(7, 8)),
    Band.PROMOTER: Q(score__gte=9),
}


def with_words(rows: QuerySet[Response]) -> QuerySet[Any]:
    """Each with its `words`: no more of the answer is read. The name and the address of whoever wrote it, and of the
    account, are cut out by the database, so that they are not even read here."""
    words: Any = F("comment")
    for name in _NAMES:
        known: Any = Coalesce(F(name), Value(""), output_field=CharField())
        is_long = GreaterThanOrEqual(Length(known), Value(SHORTEST))
        words = Case(When(is_long, then=Replace(words, known, Value(CUT))), default=words, output_field=TextField())
    return rows.annotate(words=Left(words, EXCERPT)).only("score", "language")


def quotable(*, at: dt.datetime | None = None) -> QuerySet[Response]:
    """Answers of the last year that say something and are settled."""
    at = at or timezone.now()
    return Response.objects.settled(at).filter(answered_at__gte=at - QUOTABLE).exclude(comment="")


def of_band(rows: QuerySet[Response], band: Band) -> QuerySet[Response]:
    return rows.filter(_BANDS[band])


def nameless(words: str) -> str:
    """Without mail addresses and telephone numbers, whoever they belong to."""
    return _ADDRESS.sub(CUT, words)
