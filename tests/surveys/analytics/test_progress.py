from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from surveys import ports, waves
from surveys.analytics import progress
from surveys.analytics.progress import Progress
from surveys.enums import CampaignKind, CampaignStatus, MessageStatus, Purpose, SkipReason, Unit, WaveStatus
from surveys.models import Campaign, Wave
from surveys.scoring import Counts
from tests.factories import (
    make_campaign,
    make_click,
    make_daily_count,
    make_invitation,
    make_message,
    make_response,
    make_user,
    make_wave,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


def make_mails(wave: Wave, **counts: int) -> None:
    for status, count in counts.items():
        for _ in range(count):
            make_message(invitation=make_invitation(wave=wave), status=status)


def test_figures_of_a_wave_add_up() -> None:
    wave, other = make_wave(), make_wave()
    make_mails(wave, queued=4, claimed=2, dispatching=1, sent=5, failed=1, unknown=2, suppressed=1, cancelled=1)
    make_mails(other, sent=3)
    make_message(invitation=make_invitation(wave=wave), status=MessageStatus.SENT, bounced_at=NOW)
    make_invitation(wave=wave, skip_reason=SkipReason.HELD)

    done = progress.of_wave(wave)

    assert (done.planned, done.left, done.done) == (18, 7, 11)
    assert (done.waiting, done.leaving) == (6, 1)
    assert (done.sent, done.bounced, done.delivered) == (6, 1, 5)
    assert (done.failed, done.unknown, done.suppressed, done.cancelled) == (1, 2, 1, 1)


def test_reminder_is_a_letter_of_its_own() -> None:
    invitation = make_invitation()
    make_message(invitation=invitation, status=MessageStatus.SENT)
    make_message(invitation=invitation, letter="reminder")

    assert progress.of_wave(invitation.wave).planned == 1


def test_wave_without_mail_has_no_figures() -> None:
    wave = make_wave()

    assert progress.of_wave(wave) == Progress()
    assert progress.of_waves([wave]) == {}


def test_figures_of_many_waves_take_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    several = [make_wave() for _ in range(3)]
    for wave in several:
        make_mails(wave, sent=2, queued=1)

    with django_assert_num_queries(1):
        found = progress.of_waves(several)

    assert {done.planned for done in found.values()} == {3}


# ---------------------------------------------------------------------------------------------------------- time left


def sent(wave: Wave, count: int, ago: dt.timedelta) -> None:
    for _ in range(count):
        make_message(invitation=make_invitation(wave=wave), status=MessageStatus.SENT, sent_at=NOW - ago)


def test_time_left_follows_the_pace_of_the_last_minutes() -> None:
    wave = make_wave(started_at=NOW - 60 * MINUTE)
    sent(wave, 50, 30 * MINUTE)
    sent(wave, 10, MINUTE)
    make_mails(wave, queued=20)

    assert progress.time_left(wave, progress.of_wave(wave), at=NOW) == 10 * MINUTE


def test_wave_that_has_just_begun_goes_by_its_own_minutes() -> None:
    wave = make_wave(started_at=NOW - MINUTE)
    sent(wave, 10, MINUTE / 2)
    make_mails(wave, queued=20)

    assert progress.time_left(wave, progress.of_wave(wave), at=NOW) == 2 * MINUTE


@pytest.mark.parametrize("started_at", [NOW, NOW - 60 * MINUTE, None])
def test_from_few_mails_nothing_is_foretold(started_at: dt.datetime | None) -> None:
    wave = make_wave(started_at=started_at)
    sent(wave, 4, 0 * MINUTE)
    make_mails(wave, queued=20)

    assert progress.time_left(wave, progress.of_wave(wave), at=NOW) is None


# ------------------------------------------------------------------------------------------------------------ answers


def test_answers_of_a_wave_are_counted_by_band() -> None:
    wave = make_wave()
    for score in (0, 6, 7, 8, 9, 10, 10):
        make_response(invitation=make_invitation(wave=wave), score=score)
    make_response(score=10)

    assert progress.answers(wave) == Counts(promoters=3, passives=2, detractors=2)


def test_click_without_an_answer_counts_once_for_its_contact() -> None:
    wave = make_wave()
    clicked, answered = make_invitation(wave=wave), make_invitation(wave=wave)
    for invitation in (clicked, clicked, answered):
        make_click(invitation=invitation)
    make_response(invitation=answered)
    make_click()

    assert progress.only_clicked(wave) == 1


def test_answers_of_campaigns_are_summed_over_days_and_languages() -> None:
    one, other, silent = make_campaign(), make_campaign(), make_campaign()
    make_daily_count(campaign=one, promoters=3, detractors=1)
    make_daily_count(campaign=one, language="es", passives=2)
    make_daily_count(campaign=other, detractors=5)

    found = progress.answers_of([one, other, silent])

    assert found == {one.pk: Counts(3, 2, 1), other.pk: Counts(0, 0, 5)}


def test_latest_wave_of_each_campaign() -> None:
    campaign, never = make_campaign(), make_campaign()
    make_wave(campaign=campaign, day=dt.date(2026, 1, 1))
    latest = make_wave(campaign=campaign, day=dt.date(2026, 2, 1))
    make_wave()

    assert progress.latest_waves([campaign, never]) == {campaign.pk: latest}
    assert progress.latest_waves([never]) == {}


# --------------------------------------------------------------------------------------------------------- next start


def periodic(**fields: Any) -> Campaign:
    values = {
        "kind": CampaignKind.PERIODIC,
        "status": CampaignStatus.ACTIVE,
        "starts_on": dt.date(2026, 1, 31),
        "every": 1,
        "unit": Unit.MONTH,
        "send_at": dt.time(9),
        "timezone": "Europe/Berlin",
        "activated_at": NOW - 100 * DAY,
    }
    return make_campaign(**{**values, **fields})


@pytest.mark.parametrize(
    ("last_day", "fields", "expected"),
    [
        (dt.date(2026, 2, 28), {}, dt.datetime(2026, 3, 31, 7, tzinfo=dt.UTC)),  # summer time has begun
        (None, {}, NOW),
        (dt.date(2026, 2, 27), {}, NOW),
        (None, {"activated_at": NOW}, dt.datetime(2026, 3, 31, 7, tzinfo=dt.UTC)),
        (None, {"starts_on": dt.date(2026, 5, 1)}, dt.datetime(2026, 5, 1, 7, tzinfo=dt.UTC)),
        (None, {"starts_on": dt.date(2026, 3, 2), "send_at": dt.time(11)}, dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)),
        (
            dt.date(2026, 3, 2),
            {"starts_on": dt.date(2026, 3, 2), "send_at": dt.time(11)},
            dt.datetime(2026, 4, 2, 9, tzinfo=dt.UTC),
        ),
        (None, {"timezone": "Mars/Olympus"}, None),
        (None, {"kind": CampaignKind.ONCE}, NOW),
        (
            None,
            {"kind": CampaignKind.ONCE, "starts_on": dt.date(2026, 5, 1)},
            dt.datetime(2026, 5, 1, 7, tzinfo=dt.UTC),
        ),
        (None, {"kind": CampaignKind.ONCE, "activated_at": NOW}, None),  # its day was over
        (None, {"kind": CampaignKind.ONCE, "starts_on": None}, None),
        (dt.date(2026, 1, 5), {"kind": CampaignKind.ONCE}, None),
        (dt.date(2026, 1, 5), {"kind": CampaignKind.ONCE, "starts_on": dt.date(2026, 5, 1)}, None),
        (None, {"status": CampaignStatus.DRAFT}, None),
        (None, {"status": CampaignStatus.PAUSED}, None),
        (None, {"status": CampaignStatus.ARCHIVED}, None),
    ],
)
def test_next_wave_starts_when_the_schedule_says(
    last_day: dt.date | None, fields: dict[str, Any], expected: dt.datetime | None
) -> None:
    assert progress.next_start(periodic(**fields), at=NOW, last_day=last_day) == expected


def test_wave_foretold_is_the_wave_that_starts() -> None:
    make_invitation()
    campaign = periodic(starts_on=dt.date(2026, 3, 5), every=2, unit=Unit.WEEK, throttle_days=0)
    foretold, last_day, at = [], None, NOW
    for _ in range(3):
        at = progress.next_start(campaign, at=at, last_day=last_day) or NOW
        assert waves.start_due(at=at - MINUTE) == []
        (wave,) = waves.start_due(at=at)
        foretold.append(at)
        last_day = wave.day

    assert [day.date() for day in foretold] == [dt.date(2026, 3, 5), dt.date(2026, 3, 19), dt.date(2026, 4, 2)]


def test_draft_would_start_with_the_first_date_from_now_on() -> None:
    campaign = periodic(status=CampaignStatus.DRAFT, activated_at=None)

    first = progress.start_if_active(campaign, at=NOW, last_day=None)

    assert first == dt.datetime(2026, 3, 31, 7, tzinfo=dt.UTC)
    assert campaign.status == CampaignStatus.DRAFT


# ------------------------------------------------------------------------------------------------------------- outbox


def test_outbox_is_counted_by_state_and_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "COUNT_LIMIT", 3)
    wave = make_wave(status=WaveStatus.SENDING)
    make_mails(wave, queued=5, failed=1)
    make_message(invitation=None, user=make_user(), purpose=Purpose.STAFF)
    sent(wave, 1, MINUTE)
    sent(wave, 1, 2 * DAY)

    counts = progress.outbox(at=NOW, letters=ports.letters())

    totals = {state: sum(by_purpose.values()) for state, by_purpose in counts.items()}
    assert totals == {
        **dict.fromkeys(MessageStatus, 0),
        MessageStatus.QUEUED: 3,
        MessageStatus.FAILED: 1,
        MessageStatus.SENT: 1,
    }
    assert counts[MessageStatus.FAILED] == {**dict.fromkeys(Purpose, 0), Purpose.RESEARCH: 1}
