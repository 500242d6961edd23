from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from surveys.analytics import rates
from surveys.analytics.rates import Rate
from surveys.enums import MessageStatus
from surveys.models import Invitation
from tests.factories import make_click, make_invitation, make_message, make_response, make_wave

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 23)
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def make_sent(*, is_answered: bool = False, **fields: Any) -> Invitation:
    """An invitation that was sent at noon, and perhaps answered."""
    wave = fields.pop("wave", None)
    invitation = make_invitation(**({"wave": wave} if wave else {}))
    make_message(**{"invitation": invitation, "status": MessageStatus.SENT, "sent_at": NOON, **fields})
    if is_answered:
        make_response(invitation=invitation)
    return invitation


def test_percent_of_the_reference_vector() -> None:
    rate = Rate(scored=231, delivered=1100 - 50)

    assert rate.percent == Decimal("22.0")


@pytest.mark.parametrize(
    ("scored", "delivered", "percent"), [(1, 3, "33.3"), (2, 3, "66.7"), (1, 800, "0.1"), (1, 16, "6.3"), (0, 9, "0.0")]
)
def test_percent_is_rounded_once_half_away_from_zero(scored: int, delivered: int, percent: str) -> None:
    assert Rate(scored, delivered).percent == Decimal(percent)


def test_percent_of_nothing_delivered_is_none() -> None:
    assert Rate(scored=0, delivered=0).percent is None


def test_rate_of_a_period_leaves_out_bounced_and_unsent() -> None:
    make_sent(is_answered=True)
    make_sent()
    make_sent(bounced_at=NOON)
    for status in (MessageStatus.QUEUED, MessageStatus.FAILED, MessageStatus.UNKNOWN, MessageStatus.SUPPRESSED):
        make_sent(status=status)

    rate = rates.of_period(DAY, DAY)

    assert rate == Rate(scored=1, delivered=2)


def test_rate_counts_a_person_once_however_many_letters_were_sent() -> None:
    invitation = make_sent(is_answered=True)
    make_message(invitation=invitation, letter="reminder", status=MessageStatus.SENT, sent_at=NOON)

    rate = rates.of_period(DAY, DAY)

    assert rate == Rate(scored=1, delivered=1)


def test_rate_of_a_period_counts_days_of_the_organisation(settings: LazySettings) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"  # nine hours ahead: its 23 November ends at 15:00 UTC
    make_sent(sent_at=NOON.replace(hour=14, minute=59))
    make_sent(sent_at=NOON.replace(hour=15))

    assert (rates.of_period(DAY, DAY), rates.of_period(DAY, DAY + dt.timedelta(days=1))) == (Rate(0, 1), Rate(0, 2))


def test_rate_of_a_wave_knows_no_other_wave() -> None:
    wave = make_wave()
    make_sent(wave=wave, is_answered=True)
    make_sent(wave=wave)
    make_sent(wave=wave)
    make_sent(is_answered=True)

    rate = rates.of_wave(wave)

    assert (rate, rate.percent) == (Rate(scored=1, delivered=3), Decimal("33.3"))


def test_unconfirmed_clicks_count_unanswered_invitations_once() -> None:
    invitation = make_invitation()
    make_click(invitation=invitation, score=0, at=NOON)
    make_click(invitation=invitation, score=10, at=NOON)
    make_click(at=NOON)
    make_click(invitation=make_sent(is_answered=True), at=NOON)
    make_click(at=NOON - dt.timedelta(days=1))

    assert rates.unconfirmed_clicks(DAY, DAY) == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_each_figure_takes_one_statement(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    wave = make_wave()
    for _ in range(rows):
        make_click(invitation=make_sent(wave=wave), at=NOON)

    with django_assert_num_queries(3):
        found = (rates.of_period(DAY, DAY), rates.of_wave(wave), rates.unconfirmed_clicks(DAY, DAY))

    assert found == (Rate(0, rows), Rate(0, rows), rows)


def test_today_is_in_a_period_that_ends_today() -> None:
    today = timezone.localdate()
    make_click()

    assert rates.unconfirmed_clicks(today, today) == 1
