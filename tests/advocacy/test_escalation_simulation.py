"""Two weeks of two teams, minute by minute where it matters: every moment in the tables was worked out by hand.

Berlin works Monday to Thursday from 9 to 17 and Friday from 9 to 13, takes 28 October off, and sets its clocks back in
the night to 25 October: from UTC+2 to UTC+1. Kathmandu, at UTC+5:45, works Sunday to Friday from 10 to 17, and
celebrates on 20 and 21 October. Times are in UTC, as `day of the month, hour, minute`; the first of November is day 32.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User

from advocacy import cases, clockwords, escalation, routing
from advocacy.enums import AttemptChannel, Clock, Level, Outcome
from advocacy.models import Case, Escalation
from surveys.enums import Purpose
from surveys.models import Contact, Event, Message
from tests.factories import make_account, make_contact, make_response, make_team, make_theme, make_user

pytestmark = pytest.mark.django_db

Moment = tuple[int, int, int]
MONDAY = dt.datetime(2026, 10, 19, tzinfo=dt.UTC)
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
FIRST, OWNER, RESOLUTION = Clock.FIRST, Clock.OWNER, Clock.RESOLUTION
WARNING, BREACH = Level.WARNING, Level.BREACH


@dataclass(frozen=True)
class Plan:
    """An answer, what is done about it, when its time is up at first, and what its lead is told."""

    team: str
    score: int
    answered: Moment
    warn: Moment
    due: Moment
    resolve: Moment
    done: list[tuple[Moment, str]] = field(default_factory=list)
    told: list[tuple[Moment, Clock, Level]] = field(default_factory=list)
    is_key: bool = False


PLANS = {
    # Monday 10:00: 7 h on Monday, 1 h on Tuesday. 40 h: 7 + 8 + 8 + 8 + 4, and 5 h of the next Monday, in winter time.
    "nobody cares": Plan(
        "Berlin", 2, (19, 8, 0), warn=(19, 14, 0), due=(20, 8, 0), resolve=(26, 13, 0),
        told=[((19, 14, 0), FIRST, WARNING), ((20, 8, 0), FIRST, BREACH), ((26, 13, 0), RESOLUTION, BREACH)],
    ),
    # Thursday 15:00: 2 + 4 + 8 h, and 2 h of Tuesday; a warning at 12 h. To resolve: 22 h until Wednesday's holiday.
    "warned and reached": Plan(
        "Berlin", 5, (22, 13, 0), warn=(26, 14, 0), due=(27, 10, 0), resolve=(33, 14, 0),
        done=[((26, 15, 0), "reach")],
        told=[((26, 14, 0), FIRST, WARNING)],
    ),
    # Friday 12:00: 1 h before the clocks change, 7 h after it. To resolve: 1 + 8 + 8 + 8 + 4 + 8 + 3.
    "reached across the change": Plan(
        "Berlin", 0, (23, 10, 0), warn=(26, 13, 0), due=(26, 15, 0), resolve=(34, 11, 0),
        done=[((26, 9, 0), "reach")],
    ),
    # Saturday evening: everything begins on Monday at 9:00; its owner puts it back, and 4 h later it is the lead's.
    "put back": Plan(
        "Berlin", 6, (24, 18, 0), warn=(27, 12, 0), due=(27, 16, 0), resolve=(34, 12, 0),
        done=[((24, 18, 15), "put back")],
        told=[((26, 12, 0), OWNER, BREACH), ((27, 12, 0), FIRST, WARNING), ((27, 16, 0), FIRST, BREACH)],
    ),
    # Tuesday 13:00, of a key account: 4 h, the holiday, 4 h. To resolve: 4 + 8 + 4 + 8 + 8 + 8.
    "key account": Plan(
        "Berlin", 5, (27, 12, 0), warn=(29, 10, 0), due=(29, 12, 0), resolve=(35, 16, 0), is_key=True,
        done=[((29, 9, 30), "reach")],
    ),
    # Monday 9:00. Waits from Tuesday 11:00, when 30 of 40 h are left, to Thursday 11:00: 6 + 4 + 8 + 8, holiday, 4.
    "waits": Plan(
        "Berlin", 3, (19, 7, 0), warn=(19, 13, 0), due=(19, 15, 0), resolve=(26, 12, 0),
        done=[((19, 9, 0), "reach"), ((20, 9, 0), "wait"), ((22, 9, 0), "go on")],
        told=[((29, 12, 0), RESOLUTION, BREACH)],
    ),
    # Monday 15:00: 2 h, two holidays, 6 h of Thursday. 14 h to resolve: 2 + 7 + 5.
    "over the holidays": Plan(
        "Kathmandu", 1, (19, 9, 15), warn=(22, 8, 15), due=(22, 10, 15), resolve=(23, 9, 15),
        told=[((22, 8, 15), FIRST, WARNING), ((22, 10, 15), FIRST, BREACH), ((23, 9, 15), RESOLUTION, BREACH)],
    ),
    # Friday 16:00: 1 + 7 + 7 + 1 h. Closed on Sunday, opened again on Tuesday at 10:00, when all begins anew.
    "reopened": Plan(
        "Kathmandu", 4, (23, 10, 15), warn=(26, 8, 15), due=(27, 5, 15), resolve=(26, 10, 15),
        done=[((25, 5, 15), "close as left"), ((27, 4, 15), "reopen")],
        told=[((28, 9, 15), FIRST, WARNING), ((28, 11, 15), RESOLUTION, BREACH), ((29, 6, 15), FIRST, BREACH)],
    ),
    # Saturday is closed: 7 h of Sunday, 1 h of Monday.
    "reached at last": Plan(
        "Kathmandu", 0, (24, 6, 15), warn=(25, 10, 15), due=(26, 5, 15), resolve=(26, 11, 15),
        done=[((26, 4, 45), "reach"), ((26, 11, 0), "close as resolved")],
        told=[((25, 10, 15), FIRST, WARNING)],
    ),
    # Thursday 10:00: 7 + 7 + 2 h; a worse score on Friday at 10:00 makes it 7 + 1 h from then, an hour earlier.
    "answers again": Plan(
        "Kathmandu", 6, (29, 4, 15), warn=(30, 9, 15), due=(32, 6, 15), resolve=(30, 11, 15),
        done=[((30, 4, 15), "answer 0")],
        told=[((30, 9, 15), FIRST, WARNING), ((30, 11, 15), RESOLUTION, BREACH), ((32, 5, 15), FIRST, BREACH)],
    ),
}  # fmt: skip


def utc(moment: Moment) -> dt.datetime:
    day, hour, minute = moment
    return MONDAY + dt.timedelta(days=day - 19, hours=hour, minutes=minute)


@pytest.fixture
def contacts(db: None) -> dict[str, Contact]:
    """Whom each plan is about; each belongs to the one colleague of its team."""
    owners = {name: make_user(f"{name}-support", "Support") for name in ("Berlin", "Kathmandu")}
    leads = {name: make_user(f"{name}-lead", "Support lead") for name in owners}
    make_team(
        name="Berlin",
        timezone="Europe/Berlin",
        lead=leads["Berlin"],
        members=[owners["Berlin"]],
        own_hours="4 09:00-13:00",
        holidays="2026-10-28",
        key_revenue=100_000,
    )
    make_team(
        name="Kathmandu",
        timezone="Asia/Kathmandu",
        lead=leads["Kathmandu"],
        members=[owners["Kathmandu"]],
        opens_at=dt.time(10),
        weekdays="012346",
        holidays="2026-10-20\n2026-10-21",
        resolution_hours=14,
    )
    return {
        name: make_contact(
            name=name,
            owner=owners[plan.team],
            account=make_account(revenue=100_000) if plan.is_key else make_account(revenue=99_999),
        )
        for name, plan in PLANS.items()
    }


def answer(contact: Contact, score: int, at: dt.datetime) -> None:
    routing.route(make_response(contact=contact, score=score, at=at).pk, at=at)


def act(what: str, contact: Contact, by: User, at: dt.datetime) -> None:
    if what.startswith("answer "):
        answer(contact, int(what.removeprefix("answer ")), at)
        return
    case = Case.objects.get(contact=contact)
    deeds: dict[str, Callable[[], Any]] = {
        "reach": partial(cases.log_attempt, case, by=by, channel=AttemptChannel.CALL, reached=True, note="", at=at),
        "put back": partial(cases.assign, case, to=None, by=by),
        "wait": partial(cases.wait, case, by=by),
        "go on": partial(cases.go_on, case, by=by),
        "close as left": partial(cases.close, case, by=by, outcome=Outcome.LEFT, theme=make_theme()),
        "close as resolved": partial(cases.close, case, by=by, outcome=Outcome.RESOLVED, theme=make_theme()),
        "reopen": partial(cases.reopen, case, by=by, reason="is back"),
    }
    deeds[what]()


def run(contacts: dict[str, Contact], by: User) -> dict[str, tuple[dt.datetime | None, ...]]:
    """Live through the two weeks: a tick each hour, when anything is to be told, and a minute before. What comes at any
    other moment shows at the next tick. Gives what each case was due at when it was opened."""
    deeds: dict[dt.datetime, list[tuple[str, str]]] = {}
    for name, plan in PLANS.items():
        deeds.setdefault(utc(plan.answered), []).append((name, f"answer {plan.score}"))
        for moment, what in plan.done:
            deeds.setdefault(utc(moment), []).append((name, what))
    ticks = {MONDAY + number * HOUR for number in range(14 * 24)}
    told = {utc(moment) for plan in PLANS.values() for moment, *_ in plan.told}
    opened: dict[str, tuple[dt.datetime | None, ...]] = {}
    with time_machine.travel(MONDAY, tick=False) as clock:
        for at in sorted(ticks | told | {at - MINUTE for at in told} | set(deeds)):
            clock.move_to(at)
            for name, what in deeds.get(at, []):
                act(what, contacts[name], by, at)
                if name not in opened:
                    case = Case.objects.get(contact=contacts[name])
                    opened[name] = (case.warn_at, case.due_at, case.resolve_by)
            escalation.escalate()
    return opened


def test_two_weeks_are_as_they_were_worked_out(contacts: dict[str, Contact], alice: User) -> None:
    opened = run(contacts, alice)

    assert opened == {name: (utc(plan.warn), utc(plan.due), utc(plan.resolve)) for name, plan in PLANS.items()}
    expected = sorted((name, utc(at), clock, level) for name, plan in PLANS.items() for at, clock, level in plan.told)
    rows = Escalation.objects.select_related("case__contact", "lead")
    assert sorted((row.case.contact.name, row.at, row.clock, row.level) for row in rows) == expected
    assert {(row.lead.username if row.lead else "") for row in rows} == {"Berlin-lead", "Kathmandu-lead"}
    logged = Event.objects.filter(reason__startswith=clockwords.ESCALATED).select_related("contact")
    assert sorted((event.contact.name, event.at, event.reason) for event in logged if event.contact) == [
        (name, at, clockwords.escalated(clock, level)) for name, at, clock, level in expected
    ]
    moments = sorted({(utc(at), f"{plan.team}-lead") for plan in PLANS.values() for at, *_ in plan.told})
    mails = Message.objects.filter(purpose=Purpose.STAFF).select_related("user")
    assert sorted((mail.not_before, mail.user.username) for mail in mails if mail.user) == moments
    assert Case.objects.get(contact__name="put back").owner == mails.filter(user__username="Berlin-lead")[0].user
