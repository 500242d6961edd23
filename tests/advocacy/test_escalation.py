from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail as post
from django.db import IntegrityError

from advocacy import cases, escalation, tasks
from advocacy.enums import AttemptChannel, CaseStatus, Outcome
from advocacy.models import Case, Escalation, Team
from surveys import outbox, ports
from surveys.enums import MessageStatus, Promise, Purpose
from surveys.mail import CannotRender
from surveys.models import Event, Message
from tests.factories import make_account, make_case, make_contact, make_team, make_theme, make_user
from tests.threads import at_once, held_open

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def monday_noon() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def dana(db: None) -> User:
    return make_user("dana", "Support lead", first_name="Dana", last_name="Whitfield")


@pytest.fixture
def team(dana: User) -> Team:
    return make_team(lead=dana, timezone="Europe/Madrid")


def make(team: Team | None, name: str = "Íñigo O'Peralta", **fields: Any) -> Case:
    """A case with an owner, due in an hour, whose warning time is over."""
    values = {"owner": make_user(), "due_at": NOW + HOUR, "warn_at": NOW - HOUR, **fields}
    account = make_account(name=f"Café <b> {name}")
    return make_case(team=team, contact=make_contact(name=name, account=account), **values)


def told() -> list[tuple[str, str]]:
    return list(Escalation.objects.order_by("pk").values_list("clock", "level"))


def test_case_of_a_deleted_owner_reaches_the_lead(team: Team, dana: User, monday_noon: Any) -> None:
    leaving, closed = make_user("leaving"), make(team, "Closed", status=CaseStatus.CLOSED)
    Case.objects.filter(pk=closed.pk).update(owner=leaving)
    case = make(team, owner=leaving, warn_at=NOW + 9 * HOUR, due_at=NOW + 9 * HOUR)
    Escalation.objects.create(case=case, clock="owner", level="breach", due_at=NOW, at=NOW, lead=leaving)

    leaving.delete()
    case.refresh_from_db()
    left = case.owner, case.owner_due_at
    closed.refresh_from_db()
    monday_noon.shift(5 * HOUR)
    escalation.escalate()
    case.refresh_from_db()

    assert left == (None, cases.owner_due(None, start=NOW, team=team))
    assert (case.owner, closed.owner, closed.owner_due_at) == (dana, None, None)
    assert told() == [("owner", "breach")]
    assert Event.objects.filter(kind="advocacy.case", object_id=str(case.pk), reason="owner: ").exists()


def test_warning_and_breach_are_told_once_each(team: Team, dana: User, monday_noon: Any) -> None:
    case = make(team)

    escalation.escalate()
    escalation.escalate()
    assert told() == [("first_contact", "warning")]
    monday_noon.move_to(NOW + HOUR)
    escalation.escalate()
    escalation.escalate()

    assert told() == [("first_contact", "warning"), ("first_contact", "breach")]
    assert list(Event.objects.filter(object_id=str(case.pk)).order_by("pk").values_list("reason", flat=True)) == [
        "escalated: first_contact warning",
        "escalated: first_contact breach",
    ]
    for mail in Message.objects.all():
        assert (mail.letter, mail.user, mail.contact) == ("escalation", dana, None)
        assert (mail.purpose, mail.promise) == (Purpose.STAFF, Promise.AT_LEAST_ONCE)
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"warn_at": NOW + dt.timedelta(seconds=1)},
        {"warn_at": None},
        {"status": CaseStatus.CONTACTED, "due_at": NOW - HOUR},
        {"status": CaseStatus.CLOSED, "due_at": NOW - HOUR},
        {"owner": None, "owner_due_at": NOW + HOUR, "warn_at": None},
        {"status": CaseStatus.CONTACTED, "resolve_by": NOW + HOUR},
        {"status": CaseStatus.CONTACTED, "resolve_by": NOW - HOUR, "waiting_since": NOW - 2 * HOUR},
        {"status": CaseStatus.CLOSED, "resolve_by": NOW - HOUR},
    ],
)
def test_clock_that_has_time_or_stands_is_told_to_nobody(team: Team, fields: dict[str, Any]) -> None:
    make(team, **fields)

    assert escalation.escalate() is False

    assert (told(), Message.objects.count(), Event.objects.count()) == ([], 0, 0)


def test_breach_that_was_slept_through_is_not_warned_of(team: Team) -> None:
    make(team, due_at=NOW - HOUR)

    escalation.escalate()

    assert told() == [("first_contact", "breach")]


def test_resolution_that_is_over_is_told(team: Team) -> None:
    make(team, status=CaseStatus.CONTACTED, resolve_by=NOW)

    escalation.escalate()

    assert told() == [("resolution", "breach")]


def test_case_that_nobody_owned_goes_to_the_lead(team: Team, dana: User) -> None:
    case = make(team, owner=None, owner_due_at=NOW, warn_at=None)

    escalation.escalate()

    case.refresh_from_db()
    assert (case.owner, case.owner_due_at, told()) == (dana, None, [("owner", "breach")])
    reasons = Event.objects.filter(object_id=str(case.pk)).order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == ["escalated: owner breach", "owner: Dana Whitfield"]


def test_case_that_is_put_back_once_more_is_told_once_more(team: Team, dana: User, monday_noon: Any) -> None:
    case = make(team, owner=None, owner_due_at=NOW, warn_at=None)
    escalation.escalate()

    cases.assign(case, to=None, by=dana)
    assert (case.owner_due_at, told()) == (NOW + 4 * HOUR, [])
    monday_noon.move_to(NOW + 4 * HOUR)
    escalation.escalate()

    assert ("owner", "breach") in told()


def test_reopened_case_starts_anew(team: Team, alice: User, monday_noon: Any) -> None:
    case = make(team, due_at=NOW - HOUR, resolve_by=NOW - HOUR)
    escalation.escalate()
    assert told() == [("first_contact", "breach"), ("resolution", "breach")]

    cases.close(case, by=alice, outcome=Outcome.LEFT, theme=make_theme())
    cases.reopen(case, by=alice, reason="is back")
    escalation.escalate()
    assert told() == []
    monday_noon.move_to(NOW + 72 * HOUR)
    escalation.escalate()

    assert told() == [("first_contact", "breach")]


def test_resolution_that_got_time_again_is_told_again(team: Team, alice: User, monday_noon: Any) -> None:
    case = make(team, status=CaseStatus.CONTACTED, resolve_by=NOW + HOUR)
    cases.wait(case, by=alice)
    monday_noon.move_to(NOW + 25 * HOUR)
    cases.go_on(case, by=alice)
    escalation.escalate()
    assert (case.resolve_by, told()) == (NOW + 26 * HOUR, [])

    monday_noon.move_to(NOW + 26 * HOUR)
    escalation.escalate()

    assert told() == [("resolution", "breach")]


@pytest.mark.parametrize("lead", [None, {"is_active": False}])
def test_without_a_lead_it_is_kept_and_no_mail_leaves(lead: dict[str, Any] | None) -> None:
    case = make(make_team(lead=make_user(**lead) if lead else None), owner=None, owner_due_at=NOW)
    make(None, "Bo")

    escalation.escalate()
    escalation.escalate()

    assert sorted(told()) == [("first_contact", "warning"), ("first_contact", "warning"), ("owner", "breach")]
    case.refresh_from_db()
    assert (case.owner, Message.objects.count()) == (None, 0)


def test_rest_is_told_in_the_next_round(team: Team) -> None:
    for number in range(3):
        make(team, f"Contact {number}")

    more = [escalation.escalate(size=2) for _ in range(2)]

    assert (more, len(told()), Message.objects.count()) == ([True, False], 3, 2)


def test_tick_tells_once(team: Team) -> None:
    make(team)

    more = [tasks.escalate_cases() for _ in range(2)]

    assert (more, told()) == ([False, False], [("first_contact", "warning")])


def test_crash_leaves_nothing_half_told(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    make(team)

    def crash(*_args: Any, **_kwargs: Any) -> None:
        raise IntegrityError("another was faster")

    with monkeypatch.context() as patch:
        patch.setattr("advocacy.escalation.record", crash)
        escalation.escalate()
    assert (told(), Message.objects.count()) == ([], 0)

    escalation.escalate()

    assert (told(), Message.objects.count()) == ([("first_contact", "warning")], 1)


def test_escalation_makes_nobodys_form_old(team: Team, alice: User) -> None:
    case = make(team)
    seen = cases.version(case)
    escalation.escalate()

    cases.close(case, by=alice, outcome=Outcome.LEFT, theme=make_theme(), seen=seen)

    assert case.status == CaseStatus.CLOSED


def test_contact_made_meanwhile_is_not_escalated(team: Team, alice: User) -> None:
    case = make(team, due_at=NOW - HOUR)
    cases.log_attempt(case, by=alice, channel=AttemptChannel.CALL, reached=True, note="")

    escalation.escalate()

    assert told() == []


def test_tick_without_news_asks_as_much_for_many_teams(
    team: Team, django_assert_num_queries: Callable[[int], Any]
) -> None:
    make(team)
    escalation.escalate()

    for _ in range(2):
        make_team()
        with django_assert_num_queries(len(escalation.RULES)):
            escalation.escalate()


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_of_two_ticks_at_once_one_tells(team: Team) -> None:
    for number in range(5):
        make(team, f"Contact {number}")

    at_once(escalation.escalate, escalation.escalate)
    escalation.escalate()

    assert told() == [("first_contact", "warning")] * 5
    assert Escalation.objects.values("message").distinct().count() == Message.objects.count()


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_case_in_the_hands_of_a_colleague_is_left_for_the_next_round(team: Team, alice: User) -> None:
    case, other = make(team), make(team, "Bo")

    def reach() -> None:
        cases.log_attempt(
            Case.objects.get(pk=case.pk), by=alice, channel=AttemptChannel.CALL, reached=True, note="", at=NOW
        )

    with held_open(reach) as commit:
        escalation.escalate()
        commit()
    escalation.escalate()

    assert list(Escalation.objects.values_list("case", flat=True)) == [other.pk]


# ------------------------------------------------------------------------------------------------------------ the mail


def test_mail_says_who_what_and_where(team: Team, settings: Any) -> None:
    settings.PUBLIC_BASE_URL = "https://voice.example.com"
    case = make(team)
    escalation.escalate()

    mail = ports.render(Message.objects.get())

    assert mail.subject == "Íñigo O'Peralta: Three quarters of the time for the first contact are used"
    assert (mail.to, mail.from_email) == (["dana@example.com"], settings.DEFAULT_FROM_EMAIL)
    assert mail.body == (
        "Íñigo O'Peralta, Café <b> Íñigo O'Peralta\n"
        "Three quarters of the time for the first contact are used. Due: 23 Nov 2026, 14:00 (Europe/Madrid).\n"
        f"https://voice.example.com/cases/{case.pk}/\n"
        "\n"
        "You get this as the lead of the team. Each is told once.\n"
    )
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"


def test_one_mail_tells_of_all_and_its_length_has_an_end(team: Team) -> None:
    for number in range(escalation.LINES + 2):
        make(team, name=f"Contact {number}")
    escalation.escalate()

    mail = ports.render(Message.objects.get())

    assert mail.subject == "22 cases need you"
    assert str(mail.body).count("/cases/") == escalation.LINES + 1
    assert "2 more stand in the queue:\nhttps://ask.example.com/cases/" in str(mail.body)


def test_hostile_name_stays_one_line_of_text(team: Team) -> None:
    make(team, name="</textarea><script>\r\nBcc: x@example.com {{ 7*7 }} \u202e")
    escalation.escalate()

    mail = ports.render(Message.objects.get())

    mail.message()  # a bad header shows here
    assert "{{ 7*7 }}" in mail.subject
    assert not set("\r\n\u202e") & set(mail.subject)
    assert "\nBcc" not in str(mail.body)


def test_mail_leaves_through_the_outbox(team: Team) -> None:
    make(team)
    escalation.escalate()

    outbox.send_batch()

    assert Message.objects.get().status == MessageStatus.SENT
    assert [mail.to for mail in post.outbox] == [["dana@example.com"]]


def test_mail_whose_cases_are_gone_cannot_be_made(team: Team) -> None:
    make(team)
    escalation.escalate()
    Case.objects.all().delete()

    with pytest.raises(CannotRender):
        ports.render(Message.objects.get())


def test_lead_without_an_address_gets_none(team: Team, dana: User) -> None:
    make(team)
    dana.email = ""
    dana.save(update_fields=["email"])
    escalation.escalate()

    with pytest.raises(CannotRender):
        ports.render(Message.objects.get())
