from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from surveys import responses, scoring
from surveys.enums import Band, Channel, Evidence, SkipReason, Style
from surveys.models import Click, DailyCount, Invitation, Response, Revision, Subject, Wave
from surveys.responses import NotOpen
from tests.factories import make_campaign, make_contact, make_invitation, make_wave
from tests.threads import at_once, held_open, meanwhile, wait_until_blocked

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
Key = tuple[int, int | None, str, str, dt.date]


def make_open_invitation(**fields: Any) -> Invitation:
    return make_invitation(closes_at=NOW + dt.timedelta(days=30), **fields)


def answer(invitation: Invitation, score: int, **fields: Any) -> Response:
    return responses.record(invitation, **{"score": score, "language": "en", "at": NOW, **fields})


def versions(response: Response) -> list[tuple[int, int, str]]:
    return list(response.revisions.order_by("number").values_list("number", "score", "comment"))


def counts() -> dict[Key, scoring.Counts]:
    """What the daily counts say."""
    return {
        (row.campaign_id, row.subject_id, row.scale, row.language, row.day): scoring.Counts(
            row.promoters, row.passives, row.detractors
        )
        for row in DailyCount.objects.all()
    }


def recounted(zone: dt.tzinfo = dt.UTC) -> dict[Key, scoring.Counts]:
    """The same, counted anew from the responses."""
    scores: dict[Key, list[int]] = {}
    for row in Response.objects.all():
        key = (row.campaign_id, row.subject_id, row.scale, row.language, row.answered_at.astimezone(zone).date())
        scores.setdefault(key, []).append(row.score)
    return {key: scoring.Counts.of(values) for key, values in scores.items()}


# ------------------------------------------------------------------------------------------------------- one answer


def test_first_answer_is_kept_with_its_revision_and_count() -> None:
    subject = Subject.objects.create(key="aurora-2", name="Aurora 2")
    campaign = make_campaign(style=Style.NEUTRAL, subject=subject)
    invitation = make_open_invitation(wave=make_wave(campaign=campaign))

    response = answer(
        invitation, 3, comment="Slow", language="es", wants_contact=True, phone="+1 555 0100", good_time="mornings"
    )

    assert Response.objects.get() == response
    assert (response.campaign, response.contact, response.invitation) == (campaign, invitation.contact, invitation)
    assert (response.channel, response.subject, response.scale) == (Channel.MAIL, subject, "0-10")
    assert (response.style, response.language, response.score, response.comment) == ("neutral", "es", 3, "Slow")
    assert (response.wants_contact, response.phone, response.good_time) == (True, "+1 555 0100", "mornings")
    assert (response.evidence, response.revision, response.band) == (Evidence.SUBMITTED, 1, Band.DETRACTOR)
    assert (response.answered_at, response.submitted_at, response.settles_at) == (NOW, NOW, NOW)
    revision = Revision.objects.get()
    assert (revision.response, revision.number, revision.score, revision.comment) == (response, 1, 3, "Slow")
    assert (revision.wants_contact, revision.evidence, revision.at) == (True, Evidence.SUBMITTED, NOW)
    assert counts() == {(campaign.pk, subject.pk, "0-10", "es", NOW.date()): scoring.Counts(0, 0, 1)}


def test_latest_choice_wins_and_every_version_stays() -> None:
    invitation = make_open_invitation()
    answer(invitation, 3, comment="Slow")

    response = answer(invitation, 9, comment="Better now", at=NOW + SECOND)

    assert Response.objects.get() == response
    assert (response.score, response.comment, response.revision) == (9, "Better now", 2)
    assert (response.answered_at, response.submitted_at, response.settles_at) == (NOW, NOW + SECOND, NOW + SECOND)
    assert versions(response) == [(1, 3, "Slow"), (2, 9, "Better now")]
    assert list(counts().values()) == [scoring.Counts(1, 0, 0)]


def test_same_answer_again_changes_nothing() -> None:
    invitation = make_open_invitation()
    answer(invitation, 3, comment="Slow", wants_contact=True, phone="+1 555 0100")
    before = (Response.objects.values().get(), Revision.objects.values().get(), DailyCount.objects.values().get())

    answer(invitation, 3, comment="Slow", wants_contact=True, phone="+1 555 0100", language="es", at=NOW + SECOND)

    after = (Response.objects.values().get(), Revision.objects.values().get(), DailyCount.objects.values().get())
    assert after == before


@pytest.mark.parametrize(
    "change",
    [{"score": 4}, {"comment": "Slower"}, {"wants_contact": True}, {"phone": "+1 555 0100"}, {"good_time": "noon"}],
    ids=lambda change: next(iter(change)),
)
def test_any_change_is_a_version_of_its_own(change: dict[str, Any]) -> None:
    invitation = make_open_invitation()
    answer(invitation, 3, comment="Slow")

    response = answer(invitation, **{"score": 3, "comment": "Slow", **change})

    assert (response.revision, Revision.objects.count()) == (2, 2)
    assert Response.objects.values(*change).get() == change


def test_double_click_and_two_tabs_leave_one_answer_and_the_history_of_both() -> None:
    invitation = make_open_invitation()
    for score in (9, 9, 2, 9, 2, 2):
        answer(invitation, score)

    response = Response.objects.get()
    assert response.score == 2
    assert [score for _number, score, _comment in versions(response)] == [9, 2, 9, 2]
    assert list(counts().values()) == [scoring.Counts(0, 0, 1)]


@pytest.mark.parametrize("score", range(11))
def test_band_of_each_score_is_counted(score: int) -> None:
    response = answer(make_open_invitation(), score)

    assert list(counts().values()) == [scoring.Counts.of([score])]
    assert response.band == scoring.band(score)


@pytest.mark.parametrize("score", [-1, 11, 10**9, 5.5, 5.0, "5", "", "٧", None, True, float("nan")])
def test_garbage_for_a_score_is_refused_and_nothing_is_stored(score: Any) -> None:
    with pytest.raises(ValueError, match="A score is an integer from 0 to 10"):
        answer(make_open_invitation(), score)

    assert (Response.objects.count(), Revision.objects.count(), DailyCount.objects.count()) == (0, 0, 0)


# -------------------------------------------------------------------------------------------------- open and closed


@pytest.mark.parametrize(("at", "is_open"), [(NOW - SECOND, True), (NOW, False), (NOW + SECOND, False)])
def test_answer_is_taken_until_the_invitation_closes(at: dt.datetime, is_open: bool) -> None:
    invitation = make_invitation(closes_at=NOW)

    if is_open:
        answer(invitation, 9, at=at)
    else:
        with pytest.raises(NotOpen):
            answer(invitation, 9, at=at)

    assert Response.objects.count() == int(is_open)


def test_answer_cannot_be_changed_after_the_close() -> None:
    invitation = make_invitation(closes_at=NOW)
    answer(invitation, 9, at=NOW - SECOND)
    before = (Response.objects.values().get(), Revision.objects.count(), counts())

    with pytest.raises(NotOpen):
        answer(invitation, 2, at=NOW)

    assert (Response.objects.values().get(), Revision.objects.count(), counts()) == before


def test_close_is_read_from_the_database_and_not_from_what_we_hold() -> None:
    invitation = make_open_invitation()
    Invitation.objects.update(closes_at=NOW - SECOND)

    with pytest.raises(NotOpen):
        answer(invitation, 9)


@pytest.mark.parametrize("reason", [reason for reason in SkipReason if reason != SkipReason.NONE])
def test_contact_that_was_left_out_cannot_answer(reason: SkipReason) -> None:
    with pytest.raises(NotOpen):
        answer(make_open_invitation(skip_reason=reason), 9)

    assert Response.objects.count() == 0


@pytest.mark.parametrize("gone", [Invitation, Wave], ids=["contact erased", "wave deleted"])
def test_answer_to_what_is_gone_is_refused(gone: Any) -> None:
    invitation = make_open_invitation()
    pk = invitation.pk
    gone.objects.all().delete()
    invitation.pk = pk

    with pytest.raises(NotOpen):
        answer(invitation, 9)

    assert (Response.objects.count(), DailyCount.objects.count()) == (0, 0)


# ----------------------------------------------------------------------------------------------------------- evidence


@pytest.mark.parametrize(
    ("evidence", "grace"),
    [
        (Evidence.GESTURE, 120 * SECOND),
        (Evidence.SUBMITTED, 0 * SECOND),
        (Evidence.CONFIRMED, 0 * SECOND),
        (Evidence.IMPORTED, 0 * SECOND),
    ],
)
def test_answer_settles_at_once_but_for_a_mere_gesture(evidence: Evidence, grace: dt.timedelta) -> None:
    response = answer(make_open_invitation(), 9, evidence=evidence)

    assert response.settles_at == NOW + grace
    assert list(Response.objects.settled(NOW + grace - SECOND)) == []
    assert list(Response.objects.settled(NOW + grace)) == [response]


def test_submitting_what_a_gesture_said_is_a_version_that_settles_at_once() -> None:
    invitation = make_open_invitation()
    answer(invitation, 9, evidence=Evidence.GESTURE)

    response = answer(invitation, 9, at=NOW + SECOND)

    assert (response.evidence, response.revision, response.settles_at) == (Evidence.SUBMITTED, 2, NOW + SECOND)
    assert list(counts().values()) == [scoring.Counts(1, 0, 0)]


@pytest.mark.parametrize("evidence", [Evidence.SUBMITTED, Evidence.CONFIRMED, Evidence.IMPORTED])
def test_gesture_does_not_overwrite_what_a_person_said(evidence: Evidence) -> None:
    invitation = make_open_invitation()
    answer(invitation, 9, comment="Great", evidence=evidence)
    before = (Response.objects.values().get(), Revision.objects.count())

    answer(invitation, 0, evidence=Evidence.GESTURE, at=NOW + SECOND)

    assert (Response.objects.values().get(), Revision.objects.count()) == before
    assert list(counts().values()) == [scoring.Counts(1, 0, 0)]


def test_click_is_a_fact_and_no_answer() -> None:
    invitation = make_open_invitation()

    for score in (9, 9, 0):
        responses.click(invitation, score)

    assert list(Click.objects.order_by("pk").values_list("invitation", "score")) == [
        (invitation.pk, 9),
        (invitation.pk, 9),
        (invitation.pk, 0),
    ]
    assert Response.objects.count() == 0


# ------------------------------------------------------------------------------------------------------- daily counts


@pytest.mark.parametrize("seed", range(5))
def test_daily_counts_equal_a_recount_after_any_sequence_of_answers(seed: int) -> None:
    chance = random.Random(seed)
    subject = Subject.objects.create(key="aurora-2", name="Aurora 2")
    asked = [
        make_open_invitation(wave=make_wave(campaign=make_campaign(subject=about)))
        for about in (None, subject, subject)
        for _ in range(3)
    ]
    evidences = list(Evidence)

    for _ in range(80):
        answer(
            chance.choice(asked),
            chance.randint(0, 10),
            language=chance.choice(["en", "es"]),
            evidence=chance.choice(evidences),
            at=NOW + chance.randint(0, 20 * 24) * dt.timedelta(hours=1),
        )
        if chance.random() < 0.05:
            assert counts_but_empty() == recounted()

    assert counts_but_empty() == recounted()
    assert sum(each.n for each in counts().values()) == Response.objects.count()


def counts_but_empty() -> dict[Key, scoring.Counts]:
    return {key: each for key, each in counts().items() if each.n}


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("UTC", dt.date(2026, 3, 2)),
        ("Pacific/Apia", dt.date(2026, 3, 3)),
        ("America/New_York", dt.date(2026, 3, 1)),
        ("Asia/Kathmandu", dt.date(2026, 3, 2)),
    ],
)
def test_day_is_that_of_the_first_answer_in_the_zone_of_the_organisation(
    settings: Settings, zone: str, day: dt.date
) -> None:
    settings.TIME_ZONE = zone
    invitation = make_open_invitation()
    at = dt.datetime(2026, 3, 2, 4, 30, tzinfo=dt.UTC) if zone != "Pacific/Apia" else NOW + 2 * 3_600 * SECOND

    answer(invitation, 3, at=at)
    answer(invitation, 9, at=at + dt.timedelta(days=5))

    assert list(DailyCount.objects.values_list("day", "promoters", "detractors")) == [(day, 1, 0)]


def test_day_does_not_follow_the_zone_of_the_page() -> None:
    with timezone.override("Pacific/Apia"):
        answer(make_open_invitation(), 3, at=dt.datetime(2026, 3, 2, 23, tzinfo=dt.UTC))

    assert DailyCount.objects.get().day == dt.date(2026, 3, 2)


def test_change_of_language_moves_no_count() -> None:
    invitation = make_open_invitation()
    answer(invitation, 3, language="en")

    answer(invitation, 9, language="es")

    assert list(DailyCount.objects.values_list("language", "promoters", "detractors")) == [("en", 1, 0)]
    assert Response.objects.get().language == "en"


def test_answer_is_all_or_nothing() -> None:
    def fail(*_args: Any) -> None:
        assert (Response.objects.count(), Revision.objects.count(), DailyCount.objects.count()) == (1, 1, 1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        answer(make_open_invitation(), 9, also=fail)

    assert (Response.objects.count(), Revision.objects.count(), DailyCount.objects.count()) == (0, 0, 0)


def test_statements_do_not_depend_on_how_often_one_has_answered() -> None:
    invitation = make_open_invitation()
    answer(invitation, 9)
    with CaptureQueriesContext(connection) as early:
        answer(invitation, 2)
    for score in (9, 2) * 5:
        answer(invitation, score)
    with CaptureQueriesContext(connection) as late:
        answer(invitation, 9)

    assert len(late) == len(early)


# ------------------------------------------------------------------------------------------------------- many at once


@pytest.mark.usefixtures("shared_database")
def test_twenty_answers_at_once_leave_one_and_the_whole_history() -> None:
    invitation = make_open_invitation()

    outcomes = at_once(*[partial(answer, invitation, number % 11, comment=f"tab {number}") for number in range(20)])

    assert [outcome for outcome in outcomes if not isinstance(outcome, Response)] == []
    response = Response.objects.get()
    history = versions(response)
    assert [number for number, _score, _comment in history] == list(range(1, 21))
    assert sorted(comment for _number, _score, comment in history) == sorted(f"tab {number}" for number in range(20))
    assert (response.revision, response.score, response.comment) == history[-1]
    assert counts_but_empty() == recounted()


@pytest.mark.usefixtures("shared_database")
def test_same_answer_twenty_times_at_once_is_one_version() -> None:
    invitation = make_open_invitation()

    outcomes = at_once(*[partial(answer, invitation, 9)] * 20)

    assert {type(outcome) for outcome in outcomes} == {Response}
    assert versions(Response.objects.get()) == [(1, 9, "")]


@pytest.mark.usefixtures("shared_database")
def test_first_answers_of_a_day_at_once_share_one_count() -> None:
    wave = make_wave()
    asked = [make_open_invitation(wave=wave) for _ in range(20)]

    outcomes = at_once(*[partial(answer, invitation, number % 11) for number, invitation in enumerate(asked)])

    assert {type(outcome) for outcome in outcomes} == {Response}
    assert DailyCount.objects.count() == 1
    assert counts() == recounted()


@pytest.mark.usefixtures("shared_database")
def test_many_people_change_their_minds_at_once() -> None:
    wave = make_wave()
    asked = [make_open_invitation(wave=wave) for _ in range(5)]
    chance = random.Random(8)

    def change_often(seed: int) -> int:
        own = random.Random(seed)
        for _ in range(12):
            answer(own.choice(asked), own.randint(0, 10))
        return seed

    outcomes = at_once(*[partial(change_often, chance.randint(0, 10**6)) for _ in range(6)])

    assert Counter(type(outcome) for outcome in outcomes) == {int: 6}
    assert counts_but_empty() == recounted()
    for response in Response.objects.all():
        assert [number for number, _score, _comment in versions(response)] == list(range(1, response.revision + 1))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_answer_waits_for_one_that_is_being_recorded_and_becomes_the_next_version() -> None:
    invitation = make_open_invitation()

    with (
        held_open(partial(answer, invitation, 3)) as commit,
        meanwhile(partial(answer, invitation, 9)) as second,
    ):
        wait_until_blocked()
        commit()

    assert (second.result().revision, second.result().score) == (2, 9)
    assert counts_but_empty() == recounted()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_answer_that_waited_until_after_an_erasure_is_refused() -> None:
    invitation = make_open_invitation(contact=make_contact())

    def try_to_answer() -> str:
        try:
            answer(invitation, 9)
        except NotOpen:
            return "refused"
        return "taken"

    with held_open(invitation.contact.delete) as commit, meanwhile(try_to_answer) as outcome:
        wait_until_blocked()
        commit()

    assert outcome.result() == "refused"
    assert (Response.objects.count(), DailyCount.objects.count()) == (0, 0)
