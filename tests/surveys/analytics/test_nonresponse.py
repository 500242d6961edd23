from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from surveys.analytics import nonresponse
from surveys.analytics.nonresponse import Check, Group, Trait
from surveys.enums import MessageStatus
from surveys.models import Contact, Wave
from surveys.scoring import Counts
from tests.factories import make_account, make_contact, make_invitation, make_message, make_response, make_wave

pytestmark = pytest.mark.django_db

BEGAN = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
A_DAY = dt.timedelta(days=1)


@pytest.fixture
def wave() -> Wave:
    return make_wave(day=BEGAN.date(), started_at=BEGAN)


def ask(wave: Wave, *, score: int | None = None, at: dt.datetime = BEGAN + A_DAY, **fields: Any) -> Contact:
    """A contact whose invitation has arrived, and who may have answered."""
    mail: dict[str, Any] = {name: fields.pop(name) for name in ("status", "bounced_at") if name in fields}
    contact = make_contact(**fields)
    invitation = make_invitation(wave=wave, contact=contact)
    make_message(**{"invitation": invitation, "status": MessageStatus.SENT, "sent_at": BEGAN, **mail})
    if score is not None:
        make_response(invitation=invitation, score=score, at=at)
    return contact


def counted(check: Check, trait: Trait) -> dict[str, tuple[int, int]]:
    return {str(group.label): (group.asked, group.answered) for group in check.groups[trait]}


def test_wave_without_mail_has_nothing_to_say(wave: Wave) -> None:
    check = nonresponse.of_wave(wave)

    assert (check.asked, check.answered, check.groups, check.off) == (0, 0, {}, [])
    assert check.is_few
    assert check.difference is None


def test_only_invitations_that_arrived_are_counted(wave: Wave) -> None:
    ask(wave, score=9)
    ask(wave)
    ask(wave, status=MessageStatus.FAILED)
    ask(wave, bounced_at=BEGAN)
    ask(make_wave(), score=9)
    reminded = ask(wave).invitations.get()
    make_message(invitation=reminded, letter="reminder", status=MessageStatus.SENT, sent_at=BEGAN + A_DAY)

    check = nonresponse.of_wave(wave)

    assert (check.asked, check.answered) == (3, 1)


def test_where_all_are_of_one_kind_nothing_is_compared(wave: Wave) -> None:
    ask(wave, score=9, language="en")
    ask(wave, language="en")

    assert nonresponse.of_wave(wave).groups == {}


def test_people_are_compared_by_segment_and_language(wave: Wave) -> None:
    large, small, none = make_account(segment="Enterprise"), make_account(segment="Small"), make_account(segment="")
    ask(wave, score=9, account=large, language="es")
    ask(wave, account=large, language="es")
    ask(wave, account=small, language="de")
    ask(wave, account=none, language="")
    ask(wave, account=None, language="de", score=3)

    check = nonresponse.of_wave(wave)

    assert counted(check, Trait.SEGMENT) == {"Enterprise": (2, 1), "No segment": (2, 1), "Small": (1, 0)}
    assert counted(check, Trait.LANGUAGE) == {"Deutsch": (2, 1), "Español": (2, 1), "Not known": (1, 0)}


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (None, "Not known"),
        (dt.date(2026, 3, 2), "less than a year"),
        (dt.date(2025, 3, 3), "less than a year"),
        (dt.date(2025, 3, 2), "one to three years"),
        (dt.date(2023, 3, 3), "one to three years"),
        (dt.date(2023, 3, 2), "three years and more"),
        (dt.date(1999, 1, 1), "three years and more"),
    ],
)
def test_tenure_is_counted_to_the_day_of_the_wave(wave: Wave, since: dt.date | None, words: str) -> None:
    ask(wave, score=9, customer_since=since)
    ask(wave, customer_since=dt.date(2024, 6, 1) if words != "one to three years" else None)

    assert counted(nonresponse.of_wave(wave), Trait.TENURE)[words] == (1, 1)


def test_last_band_is_that_of_the_latest_answer_before_the_wave(wave: Wave) -> None:
    promoter, detractor = ask(wave, score=0), ask(wave)
    ask(wave)
    for contact, scores in ((promoter, (3, 10)), (detractor, (10, 6))):
        for days, score in zip((200, 100), scores, strict=True):
            before = make_invitation(wave=make_wave(), contact=contact)
            make_response(invitation=before, score=score, at=BEGAN - days * A_DAY)
    after = make_invitation(wave=make_wave(), contact=detractor)
    make_response(invitation=after, score=8, at=BEGAN + A_DAY)

    found = counted(nonresponse.of_wave(wave), Trait.BAND)

    assert found == {"Promoter": (1, 1), "Detractor": (1, 0), "Never answered": (1, 0)}


@pytest.mark.parametrize(
    ("asked", "answered", "gap", "is_off"),
    [
        (50, 18, Fraction(10), False),  # of 100 and 30: 50 and 60 percent
        (50, 19, Fraction(40, 3), True),
        (50, 12, Fraction(-10), False),
        (50, 11, Fraction(-40, 3), True),
        (50, 15, Fraction(0), False),
    ],
)
def test_more_than_ten_points_are_told(asked: int, answered: int, gap: Fraction, is_off: bool) -> None:
    group = Group("Gold", asked, answered, of_asked=100, of_answered=30)

    assert (group.gap, group.is_off) == (gap, is_off)
    assert not Group("Gold", asked, answered, of_asked=100, of_answered=29).is_off


def test_group_without_any_answer_in_the_wave_has_no_gap() -> None:
    group = Group("Gold", 5, 0, of_asked=9, of_answered=0)

    assert (group.share_answered, group.gap, group.is_off) == (None, None, False)


def test_answers_are_late_when_a_reminder_had_left(wave: Wave) -> None:
    at = BEGAN + 5 * A_DAY
    for score, answered_at in ((10, at - A_DAY), (9, at + A_DAY), (0, at + A_DAY)):
        invitation = ask(wave, score=score, at=answered_at).invitations.get()
        make_message(invitation=invitation, letter="reminder", status=MessageStatus.SENT, sent_at=at)
    never_left = ask(wave, score=7, at=at + A_DAY).invitations.get()
    make_message(invitation=never_left, letter="reminder", status=MessageStatus.CANCELLED)

    check = nonresponse.of_wave(wave)

    assert (check.early, check.late) == (Counts(1, 1, 0), Counts(1, 0, 1))
    assert check.difference is not None
    assert check.difference.significant is None


def test_as_many_statements_for_one_contact_as_for_many(
    wave: Wave, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for size in (1, 5):
        for number in range(size):
            ask(wave, score=9, language=["en", "de"][number % 2], account=make_account(segment=f"S{number}"))
        with django_assert_num_queries(5):
            nonresponse.of_wave(wave)
