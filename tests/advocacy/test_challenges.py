from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import User
from pytest_django import Settings

from advocacy import challenges, fixes, ideas, merging, tasks, trail
from advocacy.enums import WinnerBy
from advocacy.models import Challenge, Fix, Notice
from surveys.models import Event
from surveys.transitions import WrongState
from tests.factories import make_challenge, make_fix, make_user

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2026, 3, 2), dt.date(2026, 3, 8)


@pytest.fixture(autouse=True)
def madrid(settings: Settings) -> None:
    """Where the organisation is, a day begins an hour before that of UTC."""
    settings.TIME_ZONE = "Europe/Madrid"


@pytest.fixture
def emil(db: None) -> User:
    return make_user("emil", "Employee")


@pytest.fixture
def jury(db: None) -> User:
    return make_user("jury", "Employee")


def at(text: str) -> time_machine.travel:
    return time_machine.travel(dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC), tick=False)


def enter(challenge: Challenge, title: str, by: User) -> Fix:
    return ideas.post(title=title, challenge=challenge, by=by)


@pytest.mark.parametrize(
    ("moment", "is_open", "is_over"),
    [
        ("2026-03-01T22:59", False, False),
        ("2026-03-01T23:00", True, False),
        ("2026-03-08T22:59", True, False),
        ("2026-03-08T23:00", False, True),
    ],
)
def test_days_are_those_of_the_organisation(moment: str, is_open: bool, is_over: bool) -> None:
    challenge = make_challenge(opens_on=FIRST, closes_on=LAST)

    with at(moment):
        found = (challenge.is_open, challenge.is_over)
        listed = (Challenge.objects.open().exists(), Challenge.objects.over().exists())

    assert found == listed == (is_open, is_over)


def test_most_votes_win_and_of_equals_the_one_posted_first(emil: User, jury: User) -> None:
    challenge = make_challenge(title="Quieter mornings", opens_on=FIRST, closes_on=LAST)
    with at("2026-03-03T10:00"):
        enter(challenge, "none", emil)
        early = enter(challenge, "early", emil)
    with at("2026-03-04T10:00"):
        late = enter(challenge, "late", jury)
        for fix in (late, early):
            ideas.vote(fix, by=emil)
        gone = make_user("gone")
        ideas.vote(late, by=gone)
        User.objects.filter(pk=gone.pk).update(is_active=False)
    with at("2026-03-09T10:00"):
        ideas.vote(late, by=jury)  # too late
        before = [fix.title for fix in challenges.entries(challenge)]

        done = [tasks.settle_challenges(), tasks.settle_challenges()]

    challenge.refresh_from_db()
    assert before == ["early", "late", "none"]
    assert done == [True, False]
    assert (challenge.winner, challenge.reason) == (early, "")
    assert trail.sentence(trail.events(early)[0]) == ("Won the challenge “Quieter mornings”", "")
    assert [(one.user, one.kind) for one in Notice.objects.all()] == [(emil, "won")]


def test_without_a_vote_nobody_wins(emil: User) -> None:
    challenge = make_challenge(opens_on=FIRST, closes_on=LAST)
    with at("2026-03-03T10:00"):
        enter(challenge, "none", emil)

    with at("2026-03-09T10:00"):
        challenges.settle()

    challenge.refresh_from_db()
    assert (challenge.winner, challenge.decided_at is None) == (None, False)


def test_challenge_that_is_open_or_has_a_jury_is_not_settled(emil: User, jury: User) -> None:
    with at("2026-03-03T10:00"):
        ideas.vote(enter(make_challenge(opens_on=FIRST, closes_on=LAST), "one", emil), by=emil)
        with_jury = make_challenge(opens_on=FIRST, closes_on=FIRST, winner_by=WinnerBy.JURY, jury=jury)

        assert challenges.settle() is False

    assert not Challenge.objects.filter(decided_at__isnull=False).exists()
    assert with_jury.winner is None


def test_jury_chooses_with_a_reason_once(emil: User, jury: User) -> None:
    challenge = make_challenge(opens_on=FIRST, closes_on=LAST, winner_by=WinnerBy.JURY, jury=jury, title="Q")
    with at("2026-03-03T10:00"):
        fix = enter(challenge, "one", emil)
        with pytest.raises(WrongState, match=r"^Not chosen: it still takes ideas in\.$"):
            challenges.choose(challenge, winner=fix, reason="Cheap", by=jury)
    with at("2026-03-09T10:00"):
        with pytest.raises(WrongState, match=r"^Not chosen: somebody else says who wins this one\.$"):
            challenges.choose(challenge, winner=fix, reason="Mine", by=emil)
        with pytest.raises(WrongState, match=r"^Not chosen: this idea is not one of the challenge\.$"):
            challenges.choose(challenge, winner=make_fix(), reason="Mine", by=jury)
        challenges.choose(challenge, winner=fix, reason="Cheap", by=jury)
        with pytest.raises(WrongState, match=r"^Not chosen: the winner is chosen already\.$"):
            challenges.choose(challenge, winner=fix, reason="Again", by=jury)

    challenge.refresh_from_db()
    assert (challenge.winner, challenge.reason) == (fix, "Cheap")
    assert trail.sentence(trail.events(fix)[0]) == ("Won the challenge “Q”", "Cheap")
    assert [(one.user, one.kind) for one in Notice.objects.all()] == [(emil, "won")]


def test_merged_idea_stays_in_the_challenge_as_the_other(emil: User, jury: User) -> None:
    with at("2026-03-03T10:00"):
        challenge = make_challenge(opens_on=FIRST, closes_on=LAST)
        fix, into = enter(challenge, "one", emil), fixes.create(title="other", by=jury)
        merging.merge(fix, into=into, by=jury)

    assert list(challenges.entries(challenge)) == [into]


def test_question_is_put_and_changed_until_it_is_decided(emil: User) -> None:
    challenge = Challenge(title="Q", question="What?", opens_on=FIRST, closes_on=LAST)
    challenges.save(challenge, by=emil)
    challenges.save(challenge, by=emil)
    with at("2026-03-09T10:00"):
        challenges.settle()
    challenge.title = "Other"

    with pytest.raises(WrongState, match=r"^Not saved: its winner is chosen already\.$"):
        challenges.save(challenge, by=emil)

    assert Challenge.objects.get().title == "Q"
    log = Event.objects.filter(kind="advocacy.challenge").order_by("pk")
    assert list(log.values_list("went_to", flat=True)) == ["opened", "", "decided"]
