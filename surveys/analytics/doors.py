"""What came in by each door."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q

from surveys import scoring
from surveys.enums import Band
from surveys.models import Door, Response
from surveys.scoring import Counts

_SCORES = {band: [score for score in range(11) if scoring.band(score) == band] for band in Band}


def answers_of(doors: Iterable[Door]) -> dict[int, Counts]:
    """The answers of each door by its key, in one statement. There is no rate: nobody knows how many passed by."""
    bands = {f"{band.value}s": Count("pk", filter=Q(score__in=scores)) for band, scores in _SCORES.items()}
    rows = (
        Response.objects.filter(door__in=[door.pk for door in doors]).order_by().values_list("door").annotate(**bands)
    )
    return {door: Counts(**dict(zip(bands, counts, strict=True))) for door, *counts in rows}
