from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from advocacy import weekly
from surveys.enums import Band
from surveys.models import ResponseReason
from tests.factories import make_daily_count, make_reason, make_response

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def test_words_of_the_last_seven_days_by_band_the_latest_first() -> None:
    for days, score, comment in (
        (0, 10, "ten"),
        (6, 9, "nine"),
        (1, 8, "eight"),
        (2, 0, "zero"),
        (7, 9, "too old"),
        (1, 6, ""),
    ):
        make_response(score=score, comment=comment, at=NOW - dt.timedelta(days=days))
    make_response(score=9, comment="in its grace time", settles_at=NOW + dt.timedelta(seconds=60))

    voice = weekly.voice(TODAY, "en")

    assert [(band, [row.words for row in rows]) for band, rows in voice.quotes] == [
        (Band.PROMOTER, ["ten", "nine"]),
        (Band.PASSIVE, ["eight"]),
        (Band.DETRACTOR, ["zero"]),
    ]


@pytest.mark.parametrize(("n", "is_hidden", "is_few"), [(4, True, True), (5, False, True), (30, False, False)])
def test_figures_of_few_answers_are_not_told(n: int, is_hidden: bool, is_few: bool) -> None:
    make_daily_count(day=TODAY, promoters=n)

    voice = weekly.voice(TODAY, "en")

    assert (voice.counts.n, voice.is_hidden, voice.counts.is_few) == (n, is_hidden, is_few)


@pytest.mark.parametrize(("n", "told"), [(4, []), (5, [(Band.PROMOTER, 5, [("Taste", 5)])])])
def test_reasons_are_told_from_five_on(n: int, told: list[object]) -> None:
    make_daily_count(day=TODAY, promoters=9)
    reason = make_reason("taste", en="Taste")
    for _ in range(n):
        ResponseReason.objects.create(response=make_response(score=9, at=NOW), reason=reason)

    voice = weekly.voice(TODAY, "en")

    assert [(band, base, [(one.label, one.count) for one in rows]) for band, base, rows in voice.reasons] == told
