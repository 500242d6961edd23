"""A report by segment: how the answers of its days divide among those who meet the conditions of each one now."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet, Value
from django.utils import timezone

from surveys import scoring, segments
from surveys.analytics import reports
from surveys.analytics.reports import FEWEST, Reach, Row
from surveys.analytics.selection import Catalogue, Selection
from surveys.models import Segment
from surveys.models.contacts import ContactQuerySet
from surveys.scoring import Counts

MOST = 50  # in one statement; of more the first by name


def rows(selection: Selection, names: Catalogue, total: Counts, *, at: dt.datetime | None = None) -> list[Row]:
    """Those with most answers first, in three statements; `total` are all answers of the selection.

    Segments overlap, so the rows do not add up. One whose conditions are broken is left out.
    """
    people = {segment: _people(segment, at or timezone.now()) for segment in Segment.objects.order_by("name")[:MOST]}
    wanted = {segment.pk: found for segment, found in people.items() if found is not None}
    answers, reach = _answers(selection, wanted), _reach(selection, names, wanted)
    return reports.in_order(
        Row(
            segment.pk,
            segment.name,
            answers.get(segment.pk, Counts()),
            reach.get(segment.pk, Reach()),
            is_hidden=_is_hidden(answers.get(segment.pk, Counts()).n, total.n),
        )
        for segment in people
        if segment.pk in wanted
    )


def _is_hidden(n: int, of: int) -> bool:
    """So few, or all but so few, that they could tell who it was."""
    return 0 < n < FEWEST or 0 < of - n < FEWEST


def _people(segment: Segment, at: dt.datetime) -> ContactQuerySet | None:
    try:
        return segments.contacts(segment.conditions, at=at)
    except segments.BadConditions:
        return None


def _answers(selection: Selection, wanted: dict[int, ContactQuerySet]) -> dict[int, Counts]:
    given = reports.given(selection)
    found: dict[int, Counts] = defaultdict(Counts)
    for segment, score, n in _together(
        given.filter(contact__in=people)
        .annotate(segment=Value(pk))
        .values_list("segment", "score")
        .annotate(n=Count("pk"))
        for pk, people in wanted.items()
    ):
        found[segment] += Counts.alike(scoring.band(score), n)
    return found


def _reach(selection: Selection, names: Catalogue, wanted: dict[int, ContactQuerySet]) -> dict[int, Reach]:
    found: dict[int, Reach] = defaultdict(Reach)
    sent = reports.sent(selection)
    for segment, *row in _together(
        reports.by_place(sent.filter(invitation__contact__in=people).annotate(segment=Value(pk)), "segment")
        for pk, people in wanted.items()
    ):
        placed = reports.placed(selection, names, row)
        if placed is not None:
            found[segment] += placed[1]
    return found


def _together(parts: Iterable[QuerySet[Any, tuple[Any, ...]]]) -> Iterable[tuple[Any, ...]]:
    """The rows of all of them, in one statement."""
    found = list(parts)
    return found[0].union(*found[1:], all=True) if found else []
