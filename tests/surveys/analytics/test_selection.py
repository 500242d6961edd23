from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.conf import LazySettings
from django.utils import timezone

from surveys.analytics import selection
from surveys.analytics.selection import Period, Selection
from surveys.enums import MessageStatus
from tests.factories import make_campaign, make_daily_count, make_message

DAY = dt.date(2026, 11, 24)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("period", "since"),
    [
        (Period.DAYS, dt.date(2026, 10, 26)),
        (Period.QUARTER, dt.date(2026, 9, 1)),
        (Period.YEAR, dt.date(2025, 12, 1)),
        (Period.ALL, DAY),
    ],
)
def test_each_period_ends_today(period: Period, since: dt.date) -> None:
    assert selection.days_of(period, today=DAY) == (since, DAY)


def test_months_are_whole_at_the_end_of_a_long_one() -> None:
    assert selection.days_of(Period.QUARTER, today=dt.date(2026, 5, 31))[0] == dt.date(2026, 3, 1)


@pytest.mark.django_db
def test_all_time_begins_with_the_first_answer_or_the_first_mail() -> None:
    make_daily_count(day=dt.date(2026, 3, 2), promoters=1)
    before = selection.days_of(Period.ALL, today=DAY)[0]

    sent_at = dt.datetime(2025, 7, 1, 12, tzinfo=dt.UTC)
    make_message(status=MessageStatus.SENT, sent_at=sent_at)

    assert (before, selection.days_of(Period.ALL, today=DAY)[0]) == (dt.date(2026, 3, 2), dt.date(2025, 7, 1))


def test_today_is_the_day_of_the_organisation_not_of_the_reader(settings: LazySettings) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"

    with time_machine.travel(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC), tick=False), timezone.override("UTC"):
        assert selection.local_today() == DAY


@pytest.mark.parametrize(
    ("day", "hours"), [(dt.date(2026, 3, 29), 23), (dt.date(2026, 10, 25), 25), (dt.date(2026, 6, 1), 24)]
)
def test_day_is_as_long_as_the_clocks_say(settings: LazySettings, day: dt.date, hours: int) -> None:
    settings.TIME_ZONE = "Europe/Madrid"

    chosen = Selection(day, day)

    assert chosen.ends_at - chosen.starts_at == dt.timedelta(hours=hours)


def test_day_without_a_midnight_begins_where_the_clocks_go_on(settings: LazySettings) -> None:
    settings.TIME_ZONE = "Africa/Cairo"  # 24 April 2026 begins at 01:00

    chosen = Selection(dt.date(2026, 4, 24), dt.date(2026, 4, 24))

    assert chosen.starts_at == dt.datetime(2026, 4, 23, 22, tzinfo=dt.UTC)
    assert chosen.ends_at - chosen.starts_at == dt.timedelta(hours=23)


def test_before_is_the_equally_long_period_that_ends_the_day_before() -> None:
    chosen = Selection(dt.date(2026, 11, 1), dt.date(2026, 11, 24), campaign=4, language="ar")

    assert chosen.before == Selection(dt.date(2026, 10, 8), dt.date(2026, 10, 31), campaign=4, language="ar")
    assert Selection(DAY, DAY, period=Period.ALL).before is None


def test_address_keeps_a_period_rolling_and_days_of_ones_own_fixed() -> None:
    rolling = Selection(DAY, DAY, period=Period.YEAR, campaign=3)
    own = Selection(DAY, DAY, language="pt-BR", scale="1-10")

    assert rolling.query() == "period=12-months&campaign=3"
    assert rolling.query(campaign="", by="subject") == "period=12-months&by=subject"
    assert own.query() == "since=2026-11-24&until=2026-11-24&language=pt-BR&scale=1-10"


@pytest.mark.django_db
def test_catalogue_names_everything_once() -> None:
    campaign = make_campaign(name="Autumn")
    make_daily_count(campaign=campaign, language="ar")
    make_daily_count(campaign=campaign, language="x-own", scale="1-10")

    names = selection.catalogue()

    assert names.languages == {"x-own": "x-own", "ar": "العربية"}
    assert names.scales == ["0-10", "1-10"]
    assert [each.name for each in names.campaigns.values()] == ["Autumn"]
    assert names.touchpoints == {campaign.touchpoint_id: campaign.touchpoint.name}
