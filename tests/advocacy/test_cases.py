from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from advocacy import cases, routing, snoozing
from advocacy.enums import CASE_MOVES, AttemptChannel, CaseStatus, Outcome
from advocacy.models import Case, CaseNote, Reply, Routing
from surveys.enums import HoldKind, MessageStatus, Purpose, SuppressionScope, TouchKind
from surveys.models import Event, Hold, Suppression, Touch
from surveys.transitions import WrongState, move
from tests.factories import (
    make_account,
    make_case,
    make_contact,
    make_message,
    make_response,
    make_team,
    make_theme,
    make_user,
)
from tests.threads import at_once

pytestmark = pytest.mark.django_db

CALL = AttemptChannel.CALL
MONDAY = dt.datetime(2026, 11, 23, 8, 5, tzinfo=dt.UTC)


def log(case: Case, by: User, *, reached: bool = False, **fields: Any) -> None:
    cases.log_attempt(case, by=by, channel=CALL, reached=reached, note="", **fields)


def events(case: Case) -> list[tuple[str, str, str]]:
    rows = Event.objects.filter(kind="advocacy.case", object_id=str(case.pk)).order_by("pk")
    return list(rows.values_list("came_from", "went_to", "reason"))


# ------------------------------------------------------------------------------------------------ when, and how urgent


@pytest.mark.parametrize(
    ("score", "due_at"),
    [
        (0, dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)),
        (3, dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)),
        (4, dt.datetime(2026, 11, 24, 17, tzinfo=dt.UTC)),
        (6, dt.datetime(2026, 11, 24, 17, tzinfo=dt.UTC)),
    ],
)
def test_due_time_is_eight_open_hours_for_the_worst_scores_else_sixteen(score: int, due_at: dt.datetime) -> None:
    start = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)

    assert cases.due_time(score, start=start, team=None) == due_at


def test_due_time_without_a_team_is_in_the_zone_of_the_organisation(settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    saturday = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)

    assert cases.due_time(0, start=saturday, team=None) == dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)


def test_due_time_counts_the_hours_of_the_team() -> None:
    short_days = make_team(timezone="UTC", opens_at=dt.time(10), closes_at=dt.time(14), weekdays="0123456")
    saturday = dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)

    assert cases.due_time(0, start=saturday, team=short_days) == dt.datetime(2026, 11, 22, 14, tzinfo=dt.UTC)


# ------------------------------------------------------------------------------------------------------------ attempts


def test_first_attempt_that_reached_is_the_first_contact(alice: User) -> None:
    case = make_case()

    attempt = cases.log_attempt(case, by=alice, channel=CALL, reached=True, note="calm", at=MONDAY)

    assert (attempt.by, attempt.channel, attempt.reached, attempt.note, attempt.at) == (
        alice,
        "call",
        True,
        "calm",
        MONDAY,
    )
    case.refresh_from_db()
    assert (case.status, case.contacted_at) == (CaseStatus.CONTACTED, MONDAY)
    assert events(case) == [("open", "contacted", "")]


def test_attempt_that_reached_nobody_leaves_the_clock_running(alice: User) -> None:
    case = make_case()

    log(case, alice)

    case.refresh_from_db()
    assert (case.status, case.contacted_at, case.attempts.count(), events(case)) == ("open", None, 1, [])


def test_later_contact_does_not_move_the_first(alice: User) -> None:
    case = make_case()
    log(case, alice, reached=True, at=MONDAY)

    log(case, alice, reached=True, at=MONDAY + dt.timedelta(hours=1))

    case.refresh_from_db()
    assert (case.contacted_at, case.attempts.count()) == (MONDAY, 2)


@pytest.mark.parametrize(
    ("channel", "kind"),
    [
        (AttemptChannel.CALL, TouchKind.CALL),
        (AttemptChannel.MAIL, TouchKind.LETTER),
        (AttemptChannel.VISIT, TouchKind.CALL),
        (AttemptChannel.OTHER, TouchKind.CALL),
    ],
)
def test_every_attempt_is_a_touch(alice: User, channel: AttemptChannel, kind: TouchKind) -> None:
    case = make_case()

    cases.log_attempt(case, by=alice, channel=channel, reached=False, note="", at=MONDAY)

    assert list(Touch.objects.values_list("contact", "kind", "at")) == [(case.contact_id, kind, MONDAY)]


def test_attempt_on_a_closed_case_is_refused_and_leaves_nothing(alice: User) -> None:
    case = make_case(status=CaseStatus.CLOSED)

    with pytest.raises(WrongState, match="Not logged: this case is closed"):
        log(case, alice, reached=True)

    assert (case.attempts.count(), Touch.objects.count()) == (0, 0)


def test_note_is_kept_on_open_and_closed_cases(alice: User) -> None:
    for status in (CaseStatus.OPEN, CaseStatus.CLOSED):
        cases.add_note(make_case(status=status), by=alice, text="pump on back order")

    assert list(CaseNote.objects.values_list("by", "text")) == [(alice.pk, "pump on back order")] * 2


# -------------------------------------------------------------------------------------------------------------- owners


def test_assign_gives_the_case_and_says_so(alice: User) -> None:
    case, lin = make_case(), make_user("lin", "Support", first_name="Lin", last_name="Yue")

    cases.assign(case, to=lin, by=alice)

    case.refresh_from_db()
    assert (case.owner, events(case)) == (lin, [("", "", "owner: Lin Yue")])


def test_assign_to_nobody_puts_the_case_back(alice: User) -> None:
    case = make_case(owner=alice)

    cases.assign(case, to=None, by=alice)

    case.refresh_from_db()
    assert (case.owner, events(case)) == (None, [("", "", "owner: ")])


def test_assign_to_the_owner_again_changes_nothing(alice: User) -> None:
    case = make_case(owner=alice)

    cases.assign(case, to=alice, by=alice)

    assert events(case) == []


def test_assign_refuses_who_cannot_work_cases(alice: User, bob: User, carol: User) -> None:
    case = make_case(owner=alice)
    gone = make_user("gone", "Support", is_active=False)

    for user in (bob, carol, gone):
        with pytest.raises(WrongState, match="cannot work cases"):
            cases.assign(case, to=user, by=alice)

    case.refresh_from_db()
    assert (case.owner, events(case)) == (alice, [])


def test_assign_refuses_a_closed_case(alice: User) -> None:
    case = make_case(status=CaseStatus.CLOSED)

    with pytest.raises(WrongState, match="Not assigned: this case is closed"):
        cases.assign(case, to=alice, by=alice)


def test_workers_are_those_with_the_right(alice: User, bob: User, carol: User) -> None:
    lin = make_user("lin", "Support", first_name="Zoe")
    lead = make_user("dana", "Support lead", first_name="Dana")
    make_user("nora", "Marketing")
    make_user("gone", "Support", is_active=False)

    assert list(cases.workers()) == [alice, lead, lin]
    assert [cases.can_work(user) for user in (alice, lead, lin, bob, carol)] == [True, True, True, False, False]


# --------------------------------------------------------------------------------------------------------------- close


def test_close_keeps_outcome_root_cause_and_promise(alice: User) -> None:
    case, theme = make_case(), make_theme("Repair")
    log(case, alice, reached=True)
    due_on = dt.date(2026, 11, 24)

    cases.close(case, by=alice, outcome=Outcome.RESOLVED, theme=theme, promise="Loan machine", promise_due_on=due_on)

    case.refresh_from_db()
    assert (case.status, case.outcome, case.theme, case.promise, case.promise_due_on) == (
        "closed",
        "resolved",
        theme,
        "Loan machine",
        due_on,
    )
    assert case.closed_at is not None
    assert events(case)[1:] == [
        ("contacted", "closed", "resolved: Repair"),
        ("", "", "promise by 2026-11-24: Loan machine"),
    ]


@pytest.mark.parametrize("outcome", [Outcome.RESOLVED, Outcome.NO_FIX, Outcome.NO_CONTACT, Outcome.CANNOT_PLEASE])
def test_reached_outcome_needs_an_attempt_that_reached(alice: User, outcome: Outcome) -> None:
    case = make_case()
    log(case, alice)

    with pytest.raises(WrongState, match="needs an attempt that reached the person"):
        cases.close(case, by=alice, outcome=outcome, theme=make_theme())

    case.refresh_from_db()
    assert (case.status, case.outcome) == ("open", "")


@pytest.mark.parametrize("outcome", [Outcome.WRONG_PERSON, Outcome.LEFT])
def test_case_of_who_is_not_there_any_more_closes_without_attempts(alice: User, outcome: Outcome) -> None:
    case = make_case()

    cases.close(case, by=alice, outcome=outcome, theme=make_theme())

    case.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", outcome)


@pytest.mark.parametrize(
    ("hours", "so_far"),
    [([], "0 on 0"), ([0, 24], "2 on 2"), ([0, 1, 2, 3], "4 on 1")],
)
def test_not_reached_needs_three_attempts_on_two_days(alice: User, hours: list[int], so_far: str) -> None:
    case = make_case()
    for hour in hours:
        log(case, alice, at=MONDAY + dt.timedelta(hours=hour))

    with pytest.raises(WrongState, match=f"Logged so far: {so_far}"):
        cases.close(case, by=alice, outcome=Outcome.NOT_REACHED, theme=make_theme())


def test_not_reached_closes_after_three_attempts_on_two_days_of_the_team(alice: User) -> None:
    case = make_case(team=make_team(timezone="Pacific/Auckland"))
    for hour in (0, 1, 3):  # 08:05 UTC is 21:05 in Auckland: the third is tried after midnight there
        log(case, alice, at=MONDAY + dt.timedelta(hours=hour))

    cases.close(case, by=alice, outcome=Outcome.NOT_REACHED, theme=make_theme())

    case.refresh_from_db()
    assert case.status == "closed"


def test_attempts_before_a_reopening_do_not_count_again(alice: User) -> None:
    case = make_case()
    for days in (3, 2, 1):
        log(case, alice, at=timezone.now() - dt.timedelta(days=days))
    cases.close(case, by=alice, outcome=Outcome.NOT_REACHED, theme=make_theme())
    cases.reopen(case, by=alice, reason="called back")

    assert cases.attempts_so_far(case) == (0, 0)


@pytest.mark.parametrize(
    ("promise", "due_on", "outcome", "message"),
    [
        ("Loan machine", None, Outcome.RESOLVED, "goes with the day"),
        ("", dt.date(2026, 11, 24), Outcome.RESOLVED, "goes with the day"),
        ("Loan machine", dt.date(2026, 11, 24), Outcome.LEFT, "a person who was reached"),
    ],
)
def test_promise_goes_with_its_day_to_a_person_who_was_reached(
    alice: User, promise: str, due_on: dt.date | None, outcome: Outcome, message: str
) -> None:
    case = make_case()
    log(case, alice, reached=True)

    with pytest.raises(WrongState, match=message):
        cases.close(case, by=alice, outcome=outcome, theme=make_theme(), promise=promise, promise_due_on=due_on)


@pytest.mark.parametrize(("score", "held"), [(0, True), (3, True), (4, False), (6, False)])
def test_severe_case_keeps_the_contact_from_being_asked_until_it_is_closed(alice: User, score: int, held: bool) -> None:
    response = make_response(score=score)
    case = routing.open_or_join(response, at=MONDAY)

    before = Hold.objects.filter(contact=case.contact, kind=HoldKind.CASE, until=None).exists()
    cases.close(case, by=alice, outcome=Outcome.LEFT, theme=make_theme())
    after = Hold.objects.exists()
    cases.reopen(case, by=alice, reason="wrote again")

    assert (before, after, Hold.objects.exists()) == (held, False, held)


def test_who_asks_for_no_further_contact_is_never_mailed_again(alice: User) -> None:
    case = make_case()
    waiting = make_message(contact=case.contact, purpose=Purpose.SERVICE)
    log(case, alice, reached=True)

    cases.close(case, by=alice, outcome=Outcome.NO_CONTACT, theme=make_theme())

    suppression = Suppression.objects.get(address_hash=case.contact.address_hash)
    waiting.refresh_from_db()
    assert (suppression.scope, suppression.source) == (SuppressionScope.ALL, f"case {case.pk}")
    assert waiting.status == MessageStatus.SUPPRESSED


def test_who_has_no_address_is_left_alone_without_a_suppression(alice: User) -> None:
    case = make_case(contact=make_contact(email="", phone="+49 30 123456"))
    log(case, alice, reached=True)

    cases.close(case, by=alice, outcome=Outcome.NO_CONTACT, theme=make_theme())

    assert not Suppression.objects.exists()


def test_close_never_touches_the_score(alice: User) -> None:
    case = make_case(response=make_response(score=2, comment="broken"))

    cases.close(case, by=alice, outcome=Outcome.LEFT, theme=make_theme())

    assert case.response is not None
    case.response.refresh_from_db()
    assert (case.response.score, case.response.comment, case.response.revision) == (2, "broken", 1)


# -------------------------------------------------------------------------------------------------------------- reopen


@time_machine.travel(MONDAY, tick=False)
def test_reopen_starts_the_clock_anew_and_keeps_root_cause_and_promise(alice: User) -> None:
    theme = make_theme()
    case = make_case(response=make_response(score=5), due_at=MONDAY - dt.timedelta(days=9))
    log(case, alice, reached=True)
    due_on = dt.date(2026, 11, 24)
    cases.close(case, by=alice, outcome=Outcome.RESOLVED, theme=theme, promise="Call back", promise_due_on=due_on)

    cases.reopen(case, by=alice, reason="the pump broke again")

    case.refresh_from_db()
    assert (case.status, case.outcome, case.contacted_at, case.closed_at) == ("open", "", None, None)
    assert (case.theme, case.promise, case.promise_due_on) == (theme, "Call back", due_on)
    assert case.due_at == dt.datetime(2026, 11, 24, 17, tzinfo=dt.UTC)
    assert events(case)[-1] == ("closed", "open", "the pump broke again")


def test_reopen_is_refused_while_the_contact_has_another_open_case(alice: User) -> None:
    contact = make_contact(name="Íñigo Peralta")
    closed = make_case(contact=contact, response=None, status=CaseStatus.CLOSED)
    make_case(contact=contact, response=None)

    with pytest.raises(WrongState, match="Íñigo Peralta has another open case"):
        cases.reopen(closed, by=alice, reason="again")

    closed.refresh_from_db()
    assert (closed.status, events(closed)) == ("closed", [])


# ------------------------------------------------------------------------------------------------ every pair of states


@pytest.mark.parametrize("target", CaseStatus.values)
@pytest.mark.parametrize("source", CaseStatus.values)
def test_every_pair_of_states_is_legal_or_refused(alice: User, source: str, target: str) -> None:
    legal = {("open", "contacted"), ("open", "closed"), ("contacted", "closed"), ("closed", "open")}
    case = make_case(status=source)
    fields = {"outcome": Outcome.LEFT} if target == "closed" else {}

    if (source, target) in legal:
        move(case, CASE_MOVES, target, by=alice, **fields)
        assert (case.status, events(case)) == (target, [(source, target, "")])
    else:
        with pytest.raises(WrongState):
            move(case, CASE_MOVES, target, by=alice, **fields)
        case.refresh_from_db()
        assert (case.status, events(case)) == (source, [])


@pytest.mark.parametrize(
    ("verb", "refused_in"),
    [("attempt", ["closed"]), ("assign", ["closed"]), ("close", ["closed"]), ("reopen", ["open", "contacted"])],
)
def test_every_verb_knows_its_states(alice: User, verb: str, refused_in: list[str]) -> None:
    theme = make_theme()
    acts: dict[str, Any] = {
        "attempt": lambda case: log(case, alice),
        "assign": lambda case: cases.assign(case, to=alice, by=alice),
        "close": lambda case: cases.close(case, by=alice, outcome=Outcome.LEFT, theme=theme),
        "reopen": lambda case: cases.reopen(case, by=alice, reason="why"),
    }
    refused = []

    for status in CaseStatus.values:
        try:
            acts[verb](make_case(status=status))
        except WrongState:
            refused.append(status)

    assert refused == refused_in


# --------------------------------------------------------------------------------------------------- who changed what


def write_back(case: Case) -> None:
    """The contact's mail arrives at the case."""
    Reply.objects.create(key=uuid4().hex, contact=case.contact, case=case, text="Please wait", at=timezone.now())


def test_version_grows_with_every_event_attempt_note_and_reply(alice: User) -> None:
    case = make_case()
    make_case()
    seen = [cases.version(case)]

    cases.add_note(case, by=alice, text="one")
    seen.append(cases.version(case))
    log(case, alice)
    seen.append(cases.version(case))
    cases.assign(case, to=alice, by=alice)
    seen.append(cases.version(case))
    write_back(case)
    seen.append(cases.version(case))

    assert seen[0] == "0-0-0-0"
    assert len(set(seen)) == 5


def test_second_to_close_is_told_who_was_first(alice: User) -> None:
    case = make_case()
    mine = Case.objects.get(pk=case.pk)
    seen = cases.version(case)
    karim = make_user("karim", "Support", first_name="Karim", last_name="Haddad")
    cases.close(case, by=karim, outcome=Outcome.LEFT, theme=make_theme(), seen=seen)

    with pytest.raises(cases.Changed) as refusal:
        cases.close(mine, by=alice, outcome=Outcome.WRONG_PERSON, theme=make_theme(), seen=seen)

    assert [(entry.by, entry.title) for entry in refusal.value.changes] == [
        ("Karim Haddad", "Closed: Had already left")
    ]
    case.refresh_from_db()
    assert case.outcome == Outcome.LEFT


@pytest.mark.parametrize("change", ["note", "attempt", "owner", "reply"])
def test_case_that_changed_meanwhile_is_neither_closed_nor_given_away(alice: User, change: str) -> None:
    case, karim = make_case(), make_user("karim", "Support")
    seen = cases.version(case)
    changes: dict[str, Any] = {
        "note": lambda: cases.add_note(case, by=karim, text="wait"),
        "attempt": lambda: log(case, karim, reached=True),
        "owner": lambda: cases.assign(case, to=karim, by=karim),
        "reply": lambda: write_back(case),
    }
    changes[change]()
    case.refresh_from_db()
    before = (case.status, case.owner, cases.version(case))

    with pytest.raises(cases.Changed):
        cases.close(case, by=alice, outcome=Outcome.LEFT, theme=make_theme(), seen=seen)
    with pytest.raises(cases.Changed):
        cases.assign(case, to=alice, by=alice, seen=seen)

    case.refresh_from_db()
    assert (case.status, case.owner, cases.version(case)) == before


def test_change_of_another_case_refuses_nothing(alice: User) -> None:
    case, other = make_case(), make_case()
    seen = cases.version(case)
    cases.add_note(other, by=alice, text="elsewhere")

    cases.close(case, by=alice, outcome=Outcome.LEFT, theme=make_theme(), seen=seen)

    assert case.status == "closed"


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_of_two_who_close_at_once_one_wins(alice: User) -> None:
    case, theme = make_case(), make_theme()
    seen = cases.version(case)

    def close_as(outcome: Outcome) -> None:
        cases.close(Case.objects.get(pk=case.pk), by=alice, outcome=outcome, theme=theme, seen=seen)

    results = at_once(lambda: close_as(Outcome.LEFT), lambda: close_as(Outcome.WRONG_PERSON))

    assert sorted(type(result).__name__ for result in results) == ["Changed", "NoneType"]
    assert len(events(case)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_reopening_while_a_bad_score_opens_a_case_leaves_one_open(alice: User) -> None:
    contact = make_contact()
    closed = make_case(contact=contact, response=None, status=CaseStatus.CLOSED)
    response = make_response(score=1, contact=contact)

    at_once(
        lambda: cases.reopen(Case.objects.get(pk=closed.pk), by=alice, reason="again"),
        lambda: routing.route(response.pk),
    )
    routing.route_settled()  # what lost the race is routed at the next tick

    assert Case.objects.open().count() == 1
    assert Routing.objects.get().case == Case.objects.open().get()


# -------------------------------------------------------------------------------------------------------------- clocks


def make_clocked(**fields: Any) -> Case:
    """A contacted case, whose resolution is due ten open hours after Monday 8:05, that is Tuesday 11:00."""
    tuesday = dt.datetime(2026, 11, 24, 11, tzinfo=dt.UTC)
    return make_case(**{"status": CaseStatus.CONTACTED, "resolve_by": tuesday, **fields})


def test_clocks_count_the_hours_of_the_team() -> None:
    team = make_team(timezone="UTC", own_hours="0 09:00-11:00", holidays="2026-11-24", resolution_hours=18)
    monday = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)

    assert cases.clocks(make_contact(), 2, start=monday, team=team) == {
        "warn_at": dt.datetime(2026, 11, 25, 13, tzinfo=dt.UTC),
        "due_at": dt.datetime(2026, 11, 25, 15, tzinfo=dt.UTC),
        "resolve_by": dt.datetime(2026, 11, 26, 17, tzinfo=dt.UTC),
    }


@pytest.mark.parametrize(
    ("revenue", "key_revenue", "is_key"),
    [(100, 100, True), (99, 100, False), (None, 100, False), (100, None, False), (None, None, False)],
)
def test_key_accounts_are_those_that_pay_enough(revenue: int | None, key_revenue: int | None, is_key: bool) -> None:
    contact, team = make_contact(account=make_account(revenue=revenue)), make_team(key_revenue=key_revenue)

    assert cases.is_key(contact, team) is is_key
    assert cases.is_key(make_contact(), team) is False
    assert cases.is_key(contact, None) is False


def test_waiting_stops_the_resolution_clock_and_no_other(alice: User) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        case = make_clocked()
        due_at = case.due_at
        cases.wait(case, by=alice)
        clock.move_to(MONDAY + dt.timedelta(days=7))
        cases.go_on(case, by=alice)

    case.refresh_from_db()
    assert (case.waiting_since, case.due_at) == (None, due_at)
    assert case.resolve_by == dt.datetime(2026, 12, 1, 11, tzinfo=dt.UTC)
    assert [reason for *_, reason in events(case)] == ["waits for the customer", "waits no more"]


def test_resolution_that_was_over_before_the_wait_stays_over(alice: User) -> None:
    with time_machine.travel(MONDAY, tick=False):
        case = make_clocked(resolve_by=MONDAY - dt.timedelta(hours=1))
        cases.wait(case, by=alice)
        cases.go_on(case, by=alice)

    assert case.resolve_by == MONDAY - dt.timedelta(hours=1)


def test_waiting_twice_and_going_on_twice_change_nothing(alice: User) -> None:
    case = make_clocked()
    cases.wait(case, by=alice)
    since = case.waiting_since

    cases.wait(case, by=alice)
    assert case.waiting_since == since
    cases.go_on(case, by=alice)
    cases.go_on(case, by=alice)

    assert len(events(case)) == 2


def test_closed_case_neither_waits_nor_sleeps(alice: User) -> None:
    case = make_case(status=CaseStatus.CLOSED)

    with pytest.raises(WrongState, match="Not changed: this case is closed"):
        cases.wait(case, by=alice)
    with pytest.raises(WrongState, match="Not snoozed: this case is closed"):
        snoozing.snooze(case, until=timezone.now() + dt.timedelta(days=1), by=alice)

    assert events(case) == []


def test_closing_ends_wait_and_snooze(alice: User) -> None:
    case = make_clocked()
    cases.wait(case, by=alice)
    snoozing.snooze(case, until=timezone.now() + dt.timedelta(days=1), by=alice)

    cases.close(case, by=alice, outcome=Outcome.LEFT, theme=make_theme())

    assert (case.waiting_since, case.snoozed_until) == (None, None)


@time_machine.travel(MONDAY, tick=False)
def test_snooze_is_into_the_future(alice: User) -> None:
    case = make_case()

    with pytest.raises(WrongState, match="Not snoozed: choose a time to come"):
        snoozing.snooze(case, until=MONDAY, by=alice)
    snoozing.snooze(case, until=MONDAY + dt.timedelta(days=1), by=alice)

    case.refresh_from_db()
    assert case.snoozed_until == MONDAY + dt.timedelta(days=1)
    assert [reason for *_, reason in events(case)] == ["snoozed until 2026-11-24T08:05:00+00:00"]


def test_wait_on_an_old_picture_is_refused(alice: User) -> None:
    case = make_clocked()
    seen = cases.version(case)
    cases.add_note(case, by=alice, text="He has written")

    for verb in (cases.wait, cases.go_on):
        with pytest.raises(cases.Changed):
            verb(case, by=alice, seen=seen)


@time_machine.travel(MONDAY, tick=False)
def test_reopening_starts_all_clocks_anew(alice: User) -> None:
    case = make_clocked(resolve_by=MONDAY - dt.timedelta(days=9))
    cases.close(case, by=alice, outcome=Outcome.LEFT, theme=make_theme())

    cases.reopen(case, by=alice, reason="is back")

    nine = MONDAY.replace(hour=9, minute=0)
    assert (case.warn_at, case.due_at) == (nine + dt.timedelta(hours=6), nine + dt.timedelta(hours=8))
    assert (case.owner_due_at, case.resolve_by) == (
        nine + dt.timedelta(hours=4),
        dt.datetime(2026, 11, 27, 17, tzinfo=dt.UTC),
    )
