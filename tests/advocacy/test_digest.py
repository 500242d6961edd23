from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from advocacy import digest, fixes, ideas, tasks
from advocacy.models import Digest
from surveys import mail
from surveys.models import Message
from tests.factories import make_fix, make_response, make_user

pytestmark = pytest.mark.django_db

FEBRUARY = dt.datetime(2026, 2, 12, 10, tzinfo=dt.UTC)
MARCH = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def february() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(FEBRUARY, tick=False) as clock:
        yield clock


@pytest.fixture
def emil(db: None) -> User:
    return make_user("emil", "Employee", first_name="Emil")


def letters() -> list[str]:
    return sorted(Message.objects.filter(letter=digest.LETTER).values_list("user__username", flat=True))


def test_each_with_the_right_gets_one_mail_however_often_it_ticks(
    emil: User, carol: User, february: time_machine.Traveller
) -> None:
    make_user("left", "Employee", is_active=False)
    quiet = make_user("quiet", "Employee")
    ideas.set_profile(quiet, department=None, wants_digest=False)
    make_user("sofie", "Employee")
    make_fix(title="A timer", author=emil, created_at=FEBRUARY)
    february.move_to(MARCH)

    done = [tasks.send_idea_digests(), tasks.send_idea_digests()]

    assert done == [False, False]
    assert letters() == ["emil", "sofie"]
    assert set(Digest.objects.values_list("month", flat=True)) == {dt.date(2026, 2, 1)}
    assert set(Message.objects.values_list("purpose", "promise")) == {("staff", "at_least_once")}


def test_more_people_than_one_go_takes_all_get_it(emil: User, february: time_machine.Traveller) -> None:
    make_user("sofie", "Employee")
    make_user("pavel", "Employee")
    make_fix(author=emil, created_at=FEBRUARY)
    february.move_to(MARCH)

    assert [digest.send(size=2), digest.send(size=2), digest.send(size=2)] == [True, False, False]
    assert letters() == ["emil", "pavel", "sofie"]


def test_quiet_month_has_no_mail(emil: User, february: time_machine.Traveller) -> None:
    make_fix(author=emil, created_at=FEBRUARY - dt.timedelta(days=40))
    make_response(score=9, comment="Fine", at=FEBRUARY)
    february.move_to(MARCH)

    assert (digest.send(), letters()) == (False, [])


def test_news_of_an_own_idea_are_told_in_a_month_that_is_quiet_for_all_others(
    emil: User, february: time_machine.Traveller
) -> None:
    make_user("sofie", "Employee")
    fix = make_fix(author=emil, created_at=FEBRUARY - dt.timedelta(days=40))
    ideas.comment(fix, text="Good", by=make_user("dana", "Support lead"))
    february.move_to(MARCH)

    assert (digest.send(), letters()) == (False, ["emil"])


@pytest.mark.parametrize(("day", "first"), [(1, "2026-02-01"), (10, "2026-02-01"), (11, "")])
def test_month_is_told_of_in_the_first_days_after_it(day: int, first: str) -> None:
    month = digest.due(at=dt.datetime(2026, 3, day, 12, tzinfo=dt.UTC))

    assert (month.first.isoformat() if month else "") == first


def test_mail_tells_what_shipped_what_is_wanted_own_news_and_a_voice_of_each_band(
    emil: User, february: time_machine.Traveller
) -> None:
    dana = make_user("dana", "Support lead")
    fix = make_fix(title="Quieter\ngrinder", author=emil, created_at=FEBRUARY)
    wanted = make_fix(title="A timer", created_at=FEBRUARY)
    ideas.vote(wanted, by=dana)
    fixes.plan(fix, owner=dana, due_on=timezone.localdate(), by=dana)
    fixes.ship(fix, reason="A ring", by=dana)
    make_response(score=9, comment="Fine,\nwrite to me@example.com", at=FEBRUARY)
    make_response(score=3, comment="Loud", at=FEBRUARY)
    february.move_to(MARCH)
    digest.send()

    letter = digest.letter(Message.objects.get(letter=digest.LETTER, user=emil))

    lines = [line for line in letter.body.splitlines() if line and not line.startswith("http")]
    assert letter.subject == "Ideas and customers' words, February 2026"
    assert lines == [
        "Your ideas, and those you follow",
        "Planned: Quieter grinder",
        "Shipped: Quieter grinder",
        "What shipped",
        "Quieter grinder",
        "Most wanted",
        "A timer (1 vote)",
        "What customers said",
        "Promoter: Fine, write to …",
        "Detractor: Loud",
        "You get this once a month when something happened. To get it no more:",
    ]


def test_who_switched_it_off_meanwhile_is_not_mailed(emil: User, february: time_machine.Traveller) -> None:
    make_fix(author=emil, created_at=FEBRUARY)
    february.move_to(MARCH)
    digest.send()
    ideas.set_profile(emil, department=None, wants_digest=False)

    with pytest.raises(mail.CannotRender):
        digest.letter(Message.objects.get())
