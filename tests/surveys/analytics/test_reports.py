from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.conf import LazySettings
from pytest_django import DjangoAssertNumQueries

from surveys import responses
from surveys.analytics import reports, selection
from surveys.analytics.reports import Dimension, Month, Reach, Report
from surveys.analytics.selection import Period, Selection
from surveys.enums import MessageStatus
from surveys.models import Campaign, Invitation, Response, Subject
from surveys.scoring import Counts
from tests.factories import (
    make_campaign,
    make_click,
    make_contact,
    make_daily_count,
    make_invitation,
    make_message,
    make_response,
    make_touchpoint,
    make_wave,
)

pytestmark = pytest.mark.django_db

SINCE, UNTIL = dt.date(2026, 9, 1), dt.date(2026, 11, 30)
DAY = dt.date(2026, 11, 23)
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def report(since: dt.date = SINCE, until: dt.date = UNTIL, **fields: Any) -> Report:
    return reports.of(Selection(since, until, **fields), selection.catalogue())


def make_sent(campaign: Campaign | None = None, *, is_answered: bool = False, **fields: Any) -> Invitation:
    """An invitation that was sent at noon, and perhaps answered."""
    contact = make_contact(language=fields.pop("language", "en"))
    campaign = campaign or make_campaign()
    wave = campaign.waves.first() or make_wave(campaign=campaign)
    invitation = make_invitation(wave=wave, contact=contact)
    make_message(**{"invitation": invitation, "status": MessageStatus.SENT, "sent_at": NOON, **fields})
    if is_answered:
        make_response(invitation=invitation, at=NOON)
    return invitation


def rows(found: Report, dimension: Dimension) -> list[tuple[str, int, int]]:
    return [(row.label, row.counts.n, row.reach.sent) for row in found.rows[dimension]]


def test_report_of_an_empty_database_has_no_value_and_no_month() -> None:
    found = report()

    assert (found.counts, found.counts.nps, found.months, found.reach, found.clicks) == (Counts(), None, [], Reach(), 0)
    assert (found.change, found.before, found.reach.percent) == (None, Counts(), None)
    assert found.scores == dict.fromkeys(range(11), 0)
    assert set(found.rows) == set(reports.OF_CELLS) == set(Dimension) - {Dimension.SEGMENT}
    assert not any(found.rows.values())


def test_one_answer_is_counted_and_its_band_is_hidden() -> None:
    invitation = make_invitation()
    responses.record(invitation, score=9, language="en", at=NOON)

    found = report()

    assert (found.counts, found.is_hidden) == (Counts(promoters=1), True)
    assert [row.is_hidden for row in found.rows[Dimension.CAMPAIGN]] == [True]


@pytest.mark.parametrize(
    ("answers", "hidden"),
    [
        ([4], [4]),
        ([5], []),
        ([90, 5, 4, 1], [4, 1]),  # together five: a subtraction tells of no fewer
        ([90, 5, 4], [5, 4]),
        ([90, 40, 3], [40, 3]),
        ([90, 3], [90, 3]),
        ([90, 2, 2], [90, 2, 2]),
        ([90, 40], []),
    ],
)
def test_rows_are_hidden_so_that_no_subtraction_tells_of_fewer_than_five(answers: list[int], hidden: list[int]) -> None:
    for n in answers:
        make_daily_count(day=DAY, passives=n)

    found = report().rows[Dimension.TOUCHPOINT]

    assert [row.counts.n for row in found] == answers
    assert [row.counts.n for row in found if row.is_hidden] == hidden


def test_campaign_beside_a_small_one_is_shown_as_in_its_own_report() -> None:
    for n in (63, 5, 2):
        make_daily_count(day=DAY, passives=n)

    found = report().rows

    assert [row.is_hidden for row in found[Dimension.CAMPAIGN]] == [False, False, True]
    assert [(row.is_hidden, row.is_small) for row in found[Dimension.TOUCHPOINT]] == [
        (False, False),
        (True, False),
        (True, True),
    ]


def test_number_is_told_of_the_whole_and_not_of_a_part() -> None:
    count = make_daily_count(day=DAY, passives=4)
    make_daily_count(day=DAY, passives=40)

    assert report(campaign=count.campaign_id).hides_number
    assert not report().hides_number


def test_months_cut_by_the_period_say_so() -> None:
    for month in (9, 10, 11):
        make_daily_count(day=dt.date(2026, month, 20), passives=5)

    cut = report(dt.date(2026, 9, 2), dt.date(2026, 11, 29))
    whole = report(dt.date(2026, 9, 1), dt.date(2026, 11, 30))

    assert [month.is_part for month in cut.months] == [True, False, True]
    assert [month.is_part for month in whole.months] == [False, False, False]


@pytest.mark.parametrize(
    ("bands", "shown", "low", "high"),
    [((291, 476, 395), -9, -13.31, -4.55), ((50, 20, 30), 20, 2.65, 36.18), ((120, 45, 30), 46, None, None)],
)
def test_score_of_the_reference_vectors(
    bands: tuple[int, int, int], shown: int, low: float | None, high: float | None
) -> None:
    make_daily_count(day=DAY, promoters=bands[0], passives=bands[1], detractors=bands[2])

    found = report().counts

    interval = found.interval()
    assert (found.display, found.n) == (shown, sum(bands))
    assert interval is not None
    assert low is None or (round(interval.low, 2), round(interval.high, 2)) == (low, high)


def test_comparison_with_the_period_before_is_the_reference_vector() -> None:
    make_daily_count(day=dt.date(2026, 11, 1), promoters=50, passives=20, detractors=30)
    make_daily_count(day=dt.date(2026, 10, 31), promoters=40, passives=10, detractors=50)
    make_daily_count(day=dt.date(2026, 10, 1), promoters=900)

    found = report(dt.date(2026, 11, 1), dt.date(2026, 11, 30))

    change = found.change
    assert found.before == Counts(40, 10, 50)
    assert change is not None
    assert (round(change.delta, 2), round(change.low, 2), round(change.high, 2)) == (29.13, 4.45, 53.80)
    assert (round(change.p, 4), change.significant) == (0.0207, True)


def test_comparison_of_few_has_no_verdict() -> None:
    make_daily_count(day=dt.date(2026, 11, 1), promoters=30)
    make_daily_count(day=dt.date(2026, 10, 31), promoters=29)

    change = report(dt.date(2026, 11, 1), dt.date(2026, 11, 30)).change

    assert change is not None
    assert change.significant is None


def test_all_time_is_compared_with_nothing() -> None:
    make_daily_count(day=DAY, promoters=30)

    found = report(period=Period.ALL)

    assert (found.before, found.change) == (None, None)


def test_months_run_from_the_first_answer_to_the_end_and_leave_none_out() -> None:
    make_daily_count(day=dt.date(2026, 9, 30), promoters=1)
    make_daily_count(day=dt.date(2026, 11, 1), passives=31)
    make_daily_count(day=dt.date(2026, 11, 30), detractors=2)

    found = report(dt.date(2026, 7, 1), dt.date(2026, 12, 5))

    assert found.months == [
        Month(dt.date(2026, 9, 1), Counts(promoters=1)),
        Month(dt.date(2026, 10, 1), Counts()),
        Month(dt.date(2026, 11, 1), Counts(passives=31, detractors=2)),
        Month(dt.date(2026, 12, 1), Counts(), is_part=True),
    ]
    assert found.has_few_months


def test_answer_counts_on_the_day_of_the_organisation_in_every_figure(settings: LazySettings) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"  # its December begins at 15:00 UTC
    for minute in (59, 60):
        at = dt.datetime(2026, 11, 30, 14, tzinfo=dt.UTC) + dt.timedelta(minutes=minute)
        responses.record(make_invitation(), score=8, language="en", at=at)

    november, december = report(), report(dt.date(2026, 12, 1), dt.date(2026, 12, 31))

    assert (november.counts, december.counts) == (Counts(passives=1), Counts(passives=1))
    assert (november.scores[8], december.scores[8]) == (1, 1)
    assert [month.first for month in december.months] == [dt.date(2026, 12, 1)]


def test_hour_that_autumn_repeats_is_counted_once(settings: LazySettings) -> None:
    settings.TIME_ZONE = "Europe/Madrid"
    for hour in (0, 1):  # 02:30 twice
        at = dt.datetime(2026, 10, 25, hour, 30, tzinfo=dt.UTC)
        responses.record(make_invitation(), score=8, language="en", at=at)

    found = report(dt.date(2026, 10, 25), dt.date(2026, 10, 25))

    assert (found.counts.n, sum(found.scores.values())) == (2, 2)


def test_changed_answer_counts_with_its_latest_score_on_its_first_day() -> None:
    invitation = make_invitation()
    responses.record(invitation, score=2, language="en", at=NOON)
    responses.record(invitation, score=10, language="en", at=NOON + dt.timedelta(days=1))

    found = report(DAY, DAY)

    assert found.counts == Counts(promoters=1)
    assert {score: n for score, n in found.scores.items() if n} == {10: 1}


def test_scores_and_counts_have_one_base() -> None:
    for score in [0, 0, 3, 6, 7, 8, 8, 9, 10, 10, 10]:
        responses.record(make_invitation(), score=score, language="en", at=NOON)

    found = report()

    assert found.scores == {0: 2, 1: 0, 2: 0, 3: 1, 4: 0, 5: 0, 6: 1, 7: 1, 8: 2, 9: 1, 10: 3}
    assert found.counts == Counts(promoters=4, passives=3, detractors=4)
    assert found.styles == {"banded": 11}


def test_another_scale_is_never_pooled_and_never_silent() -> None:
    make_daily_count(day=DAY, promoters=40)
    make_daily_count(day=DAY, scale="1-10", detractors=7)
    make_daily_count(day=DAY - dt.timedelta(days=400), scale="1-10", detractors=90)

    found, other = report(), report(scale="1-10")

    assert (found.counts, found.other_scales) == (Counts(promoters=40), {"1-10": 7})
    assert (other.counts, other.other_scales) == (Counts(detractors=7), {"0-10": 40})
    assert (found.rows[Dimension.CAMPAIGN][0].counts.n, len(found.rows[Dimension.CAMPAIGN])) == (40, 1)
    assert list(other.scores) == list(range(1, 11))


def test_response_rate_of_the_reference_vector() -> None:
    reach = Reach(sent=1100, bounced=50, answered=231)

    assert (reach.delivered, reach.percent) == (1050, Decimal("22.0"))


def test_reach_counts_sent_bounced_and_answered_invitations() -> None:
    make_sent(is_answered=True)
    make_sent()
    make_sent(bounced_at=NOON)
    make_sent(is_answered=True, bounced_at=NOON)
    make_sent(sent_at=NOON + dt.timedelta(days=8))
    make_sent(letter="reminder")
    for status in (MessageStatus.QUEUED, MessageStatus.FAILED, MessageStatus.UNKNOWN, MessageStatus.SUPPRESSED):
        make_sent(status=status)

    found = report().reach

    assert (found, found.delivered, found.percent) == (Reach(sent=4, bounced=2, answered=1), 2, Decimal("50.0"))


def test_clicks_without_an_answer_count_once_each() -> None:
    invitation = make_sent()
    make_click(invitation=invitation, at=NOON)
    make_click(invitation=invitation, at=NOON, score=10)
    make_click(at=NOON)
    make_click(invitation=make_sent(is_answered=True), at=NOON)
    make_click(at=NOON - dt.timedelta(days=100))

    assert report().clicks == 2


def test_rows_name_what_was_answered_and_what_was_asked_by_the_number_of_answers() -> None:
    repair, support = (make_touchpoint(name=name) for name in ("Repair", "Support"))
    studio = Subject.objects.create(key="studio", name="Studio")
    autumn = make_campaign(name="Autumn", touchpoint=repair, subject=studio)
    spring = make_campaign(name="Spring", touchpoint=repair)
    calls = make_campaign(name="Calls", touchpoint=support)
    make_daily_count(campaign=autumn, day=DAY, subject=studio, promoters=40)
    make_daily_count(campaign=spring, day=DAY, language="ar", detractors=50)
    make_sent(autumn, language="ar")
    make_sent(calls, language="es")

    found = report()

    assert rows(found, Dimension.CAMPAIGN) == [("Spring", 50, 0), ("Autumn", 40, 1), ("Calls", 0, 1)]
    assert rows(found, Dimension.TOUCHPOINT) == [("Repair", 90, 1), ("Support", 0, 1)]
    assert rows(found, Dimension.SUBJECT) == [("No subject", 50, 1), ("Studio", 40, 1)]
    assert rows(found, Dimension.LANGUAGE) == [("العربية", 50, 1), ("English", 40, 0), ("Español", 0, 1)]
    assert found.touchpoints == 1


def test_each_narrowing_reaches_every_figure() -> None:
    studio = Subject.objects.create(key="studio", name="Studio")
    campaign = make_campaign(subject=studio)
    wanted = make_sent(campaign, language="ar")
    make_click(invitation=wanted, at=NOON)
    answered = make_sent(campaign, language="ar")
    responses.record(answered, score=9, language="ar", at=NOON)
    other = make_sent()
    make_click(invitation=other, at=NOON)
    responses.record(make_sent(), score=0, language="en", at=NOON)

    chosen: list[dict[str, Any]] = [
        {"campaign": campaign.pk},
        {"touchpoint": campaign.touchpoint_id},
        {"subject": studio.pk},
        {"language": "ar"},
    ]
    for narrowing in chosen:
        found = report(**narrowing)

        assert (found.counts, found.reach, found.clicks) == (Counts(promoters=1), Reach(2, 0, 1), 1), narrowing
        assert {score: n for score, n in found.scores.items() if n} == {9: 1}
        assert [month.counts for month in found.months] == [Counts(promoters=1)]
        assert [row.counts.n for row in found.rows[Dimension.CAMPAIGN]] == [1]


def test_invitation_and_answer_count_in_the_language_of_the_question() -> None:
    invitation = make_sent(language="sv-FI")
    responses.record(invitation, score=9, language=invitation.asked_in, at=NOON)

    assert rows(report(), Dimension.LANGUAGE) == [("Svenska", 1, 1)]


def test_invitation_of_an_unknown_language_counts_in_the_one_of_the_brand() -> None:
    make_sent(language="tlh")

    assert rows(report(), Dimension.LANGUAGE) == [("English", 0, 1)]


def test_erased_person_stays_a_number() -> None:
    response = responses.record(make_invitation(), score=9, language="en", at=NOON)
    Response.objects.filter(pk=response.pk).update(contact=None, invitation=None)

    found = report()

    assert (found.counts.n, found.scores[9]) == (1, 1)


@pytest.mark.parametrize("number", [1, 3])
def test_report_takes_six_statements_and_the_names_five(
    number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(number):
        responses.record(make_sent(), score=9, language="en", at=NOON)
        make_click(invitation=make_sent(), at=NOON)

    with django_assert_num_queries(5):
        names = selection.catalogue()
    with django_assert_num_queries(6):
        found = reports.of(Selection(SINCE, UNTIL), names)

    assert (found.counts.n, found.reach.sent, found.clicks) == (number, 2 * number, number)
