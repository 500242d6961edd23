from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail as post
from django.db import IntegrityError

from advocacy import cases, pledges, tasks, timeline
from advocacy.enums import CaseStatus, Outcome
from advocacy.models import Case, Pledge, PledgeAlert
from surveys import outbox, ports
from surveys.mail import CannotRender
from surveys.models import Message
from surveys.transitions import WrongState
from tests.factories import make_case, make_contact, make_pledge, make_team, make_theme, make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TODAY, A_DAY = NOW.date(), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def case(db: None) -> Case:
    dana = make_user("dana", "Support lead")
    owner = make_user("lin", "Support")
    return make_case(contact=make_contact(name="Íñigo"), team=make_team(lead=dana), owner=owner)


def titles(case: Case) -> list[str]:
    return [entry.title for entry in timeline.of_case(case) if "romise" in entry.title]


def test_promise_is_made_while_the_case_is_open(case: Case, alice: User) -> None:
    pledge = pledges.make(case, by=alice, text="A machine on loan", due_on=TODAY + A_DAY)

    assert pledges.of_case(case) == [pledge]
    assert (pledge.by, pledge.due_on, pledge.at, pledge.is_open) == (alice, TODAY + A_DAY, NOW, True)
    assert titles(case) == ["Promised by 24 Nov 2026"]


def test_promise_on_a_closed_case_is_refused(alice: User) -> None:
    with pytest.raises(WrongState, match="Not noted: this case is closed"):
        pledges.make(make_case(status=CaseStatus.CLOSED), by=alice, text="x", due_on=TODAY)


def test_promise_with_which_a_case_is_closed_is_watched_too(case: Case, alice: User) -> None:
    Case.objects.filter(pk=case.pk).update(contacted_at=NOW, status=CaseStatus.CONTACTED)

    cases.close(
        case, by=alice, outcome=Outcome.RESOLVED, theme=make_theme(), promise="A call", promise_due_on=TODAY + A_DAY
    )

    pledge = Pledge.objects.get()
    assert (pledge.case, pledge.text, pledge.due_on) == (case, "A call", TODAY + A_DAY)


def test_promise_is_kept_once(case: Case, alice: User) -> None:
    pledge = make_pledge(case=case)

    pledges.keep(pledge, by=alice)
    with pytest.raises(WrongState, match="somebody has said already"):
        pledges.keep(pledge, by=alice)
    with pytest.raises(WrongState, match="somebody has said already"):
        pledges.give_up(pledge, by=alice, reason="x")

    assert (pledge.kept_at, pledge.broken_at, pledges.of_case(case)) == (NOW, None, [])
    assert titles(case) == ["Promise kept"]


def test_promise_is_broken_with_the_reason(case: Case, alice: User) -> None:
    pledge = make_pledge(case=case)

    pledges.give_up(pledge, by=alice, reason="no pump before May")

    assert (pledge.broken_at, pledge.reason) == (NOW, "no pump before May")
    (entry,) = [entry for entry in timeline.of_case(case) if entry.title == "Promise broken"]
    assert entry.text == "A machine on loan · no pump before May"


def test_broken_without_a_reason_is_refused_by_the_database(case: Case, alice: User) -> None:
    with pytest.raises(IntegrityError):
        Pledge.objects.filter(pk=make_pledge(case=case).pk).update(broken_at=NOW)


@pytest.mark.parametrize(
    ("days", "words"),
    [(-2, "2 days overdue"), (-1, "1 day overdue"), (0, "due today"), (1, "due tomorrow"), (5, "due in 5 days")],
)
def test_time_left_is_told_in_words(case: Case, days: int, words: str) -> None:
    assert pledges.due_words(make_pledge(case=case, due_on=TODAY + days * A_DAY), TODAY) == words


def test_owner_keeps_the_promises_of_the_cases_they_own(case: Case, alice: User) -> None:
    mine = make_pledge(case=case, due_on=TODAY + 2 * A_DAY)
    of_nobody = make_pledge(case=make_case(), by=case.owner, due_on=TODAY)
    make_pledge(by=case.owner, case=make_case(owner=alice))
    make_pledge(case=case, kept_at=NOW)

    assert case.owner is not None
    assert list(pledges.of_owner(case.owner)) == [of_nobody, mine]
    assert pledges.of_all().count() == 3


# ------------------------------------------------------------------------------------------------------------ overdue


def test_owner_and_lead_are_told_once_of_what_is_overdue(case: Case, clock: Any) -> None:
    pledge, second = make_pledge(case=case, due_on=TODAY), make_pledge(case=case, due_on=TODAY, text="A call")
    assert (pledges.tell(), PledgeAlert.objects.count()) == (False, 0)
    clock.move_to(NOW + A_DAY)

    done = [tasks.tell_of_overdue_promises() for _ in range(2)]
    while outbox.send_batch():
        pass

    assert done == [False, False]
    assert set(PledgeAlert.objects.values_list("pledge", "user__username")) == {
        (each.pk, name) for each in (pledge, second) for name in ("lin", "dana")
    }
    assert sorted(mail.to[0] for mail in post.outbox) == ["dana@example.com", "lin@example.com"]
    (mail, _other) = post.outbox
    assert mail.subject == "2 promises are overdue"
    assert "Íñigo\nA machine on loan\nPromised by 23 Nov 2026." in mail.body


def test_what_nobody_answers_for_waits_and_holds_nothing_up(clock: Any) -> None:
    make_pledge(case=make_case(owner=make_user(is_active=False)), due_on=TODAY - A_DAY)
    by = make_user()
    told = make_pledge(case=make_case(), by=by, due_on=TODAY - A_DAY)

    assert pledges.tell(size=1) is True
    assert pledges.tell(size=1) is False

    assert list(PledgeAlert.objects.values_list("pledge", "user")) == [(told.pk, by.pk)]


def test_mail_of_what_was_settled_meanwhile_does_not_leave(case: Case, alice: User) -> None:
    pledge = make_pledge(case=case, due_on=TODAY - A_DAY)
    pledges.tell()
    pledges.keep(pledge, by=alice)

    for message in Message.objects.filter(letter="overdue_promise"):
        with pytest.raises(CannotRender, match="the promises are settled"):
            ports.render(message)
