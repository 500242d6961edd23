"""What an experiment with the look of the buttons has found: score and response rate on each."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from django.db.models import Count, Q

from surveys import scoring, waves
from surveys.analytics.rates import Rate
from surveys.enums import Band, CampaignStyle, MessageStatus, Style
from surveys.models import Campaign, Message, Response
from surveys.scoring import Counts, Difference


@dataclass(frozen=True)
class Look:
    """Everybody who was asked on these buttons."""

    style: Style
    counts: Counts
    rate: Rate


@dataclass(frozen=True)
class Comparison:
    banded: Look
    neutral: Look
    is_running: bool

    @property
    def looks(self) -> tuple[Look, Look]:
        return self.banded, self.neutral

    @property
    def difference(self) -> Difference | None:
        """How far the score on coloured buttons lies above that on buttons of one colour."""
        return scoring.difference(self.banded.counts, self.neutral.counts)


class _Span(NamedTuple):
    since: dt.datetime
    until: dt.datetime | None


def compared(campaign: Campaign) -> Comparison | None:
    """The two looks, of everybody who was asked while the campaign was an experiment; None where it never was one.

    In three statements at most. Whoever was asked before or after had no chance of the other look, and is left out.
    """
    spans = _spans(campaign)
    if not spans:
        return None
    asked = Q(*[Q(**_within(span)) for span in spans], _connector=Q.OR) & Q(invitation__wave__campaign=campaign)
    rates, counts = _rates(asked), _counts(asked)
    looks = {style: Look(style, counts[style], rates.get(style, Rate(0, 0))) for style in Style}
    is_running = campaign.style == CampaignStyle.EXPERIMENT
    return Comparison(looks[Style.BANDED], looks[Style.NEUTRAL], is_running=is_running)


def _spans(campaign: Campaign) -> list[_Span]:
    """When it was an experiment, by the history of its set-up."""
    states = campaign.history.order_by("history_date", "history_id").values_list("style", "history_date")
    changes = [(style, next(rows)[1]) for style, rows in groupby(states, key=lambda state: state[0])]
    ends = [*(at for _style, at in changes[1:]), None]
    return [
        _Span(since, until)
        for (style, since), until in zip(changes, ends, strict=True)
        if style == CampaignStyle.EXPERIMENT
    ]


def _within(span: _Span) -> dict[str, dt.datetime]:
    ends = {"invitation__created_at__lt": span.until} if span.until else {}
    return {"invitation__created_at__gte": span.since, **ends}


def _rates(asked: Q) -> dict[str, Rate]:
    arrived = Message.objects.filter(asked, letter=waves.LETTER, status=MessageStatus.SENT, bounced_at__isnull=True)
    counted = {"scored": Count("invitation__response"), "delivered": Count("pk")}
    rows = arrived.order_by().values_list("invitation__style").annotate(**counted)
    return {style: Rate(scored, delivered) for style, scored, delivered in rows}


def _counts(asked: Q) -> dict[str, Counts]:
    found: dict[str, Counter[Band]] = defaultdict(Counter)
    rows = Response.objects.filter(asked).order_by().values_list("style", "score").annotate(n=Count("pk"))
    for style, score, n in rows:
        found[style][scoring.band(score)] += n
    return {style: Counts(**{f"{band}s": found[style][band] for band in Band}) for style in Style}
