from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from advocacy import today, worklist
from advocacy.enums import CaseStatus, FixStatus
from surveys.enums import HoldKind, MessageStatus, SkipReason, WaveStatus
from surveys.models import Hold
from tests.factories import (
    make_advocate,
    make_case,
    make_contact,
    make_fix,
    make_invitation,
    make_message,
    make_response,
    make_user,
    make_wave,
)

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def ready() -> list[str]:
    return [advocate.contact.name for advocate in today.asking(timezone.now()).advocates]


def test_workload_counts_open_overdue_and_contacted() -> None:
    marta, karim, now = make_user("marta"), make_user("karim"), timezone.now()
    make_case(owner=marta)
    make_case(owner=marta, status=CaseStatus.CONTACTED, due_at=now - HOUR)
    make_case(owner=marta, status=CaseStatus.CLOSED)
    make_case(owner=karim, due_at=now - HOUR)
    make_user("idle")
    make_case()

    found = [(each.username, each.open_cases, each.overdue_cases, each.contacted_cases) for each in today.workload(now)]

    assert found == [("karim", 1, 1, 0), ("marta", 2, 0, 1)]


def test_workload_and_nobody_add_up_to_what_the_queue_says() -> None:
    marta, now = make_user("marta"), timezone.now()
    late, later = now - HOUR, now + HOUR
    make_case(owner=marta, due_at=late)
    make_case(owner=marta, due_at=late, snoozed_until=later)
    make_case(owner=marta, status=CaseStatus.CONTACTED, snoozed_until=later)
    make_case(due_at=late)
    make_case(waiting_since=now)
    make_case(snoozed_until=later)
    make_case(status=CaseStatus.CLOSED)
    view = worklist.View
    counts = worklist.counts(view.OPEN, worklist.Viewer(user=marta, zone=ZoneInfo("UTC"), at=now)).views

    (owner,), nobody = today.workload(now), today.nobody(now)

    assert nobody == {
        "open_cases": 2, "overdue_cases": 1, "contacted_cases": 0, "waiting_cases": 1, "snoozed_cases": 1
    }  # fmt: skip
    assert (owner.open_cases, owner.overdue_cases, owner.contacted_cases, owner.snoozed_cases) == (1, 1, 0, 2)
    assert counts[view.OPEN] == owner.open_cases + nobody["open_cases"]
    assert counts[view.OVERDUE] == owner.overdue_cases + nobody["overdue_cases"]
    assert counts[view.SNOOZED] == owner.snoozed_cases + nobody["snoozed_cases"]


def test_nobody_who_must_not_be_asked_is_ready() -> None:
    now = timezone.now()
    make_advocate(contact=make_contact(name="ready"))
    make_advocate(contact=make_contact(name="rested"), paused_until=now - HOUR)
    make_advocate(contact=make_contact(name="resting"), paused_until=now + HOUR)
    make_advocate(contact=make_contact(name="said no"), do_not_ask=True)
    unhappy, complaining = make_contact(name="unhappy"), make_contact(name="complaining")
    make_advocate(contact=unhappy)
    make_case(contact=unhappy)
    make_advocate(contact=complaining)
    Hold.objects.create(contact=complaining, kind=HoldKind.values[0])

    assert sorted(ready()) == ["ready", "rested"]


def test_highest_score_with_words_comes_first() -> None:
    for name, score, comment in (("nine", 9, "Good"), ("silent", 10, ""), ("ten", 10, "Best")):
        answer = make_response(contact=make_contact(name=name), score=score, comment=comment)
        make_advocate(contact=answer.contact, response=answer)
    make_advocate(contact=make_contact(name="nominated"), response=None)

    assert ready() == ["ten", "silent", "nine", "nominated"]


def test_five_are_shown_and_the_rest_is_told() -> None:
    for _ in range(6):
        make_advocate()

    found = today.asking(timezone.now())

    assert (len(found.advocates), found.has_more) == (5, True)


def test_running_wave_counts_asked_sent_and_answered() -> None:
    wave = make_wave()
    make_wave(status=WaveStatus.FINISHED)
    make_message(invitation=make_invitation(wave=wave))
    make_invitation(wave=wave, skip_reason=SkipReason.values[-1])
    answered = make_invitation(wave=wave)
    make_message(invitation=answered, status=MessageStatus.SENT)
    make_response(invitation=answered)

    found = [(each.pk, each.asked, each.sent, each.answered) for each in today.running_waves()]

    assert found == [(wave.pk, 2, 1, 1)]


def test_fixes_move_when_planned_or_shipped_lately() -> None:
    now = timezone.now()
    someday = make_fix(status=FixStatus.PLANNED)
    soon = make_fix(status=FixStatus.PLANNED, due_on=now.date())
    done = make_fix(status=FixStatus.ANNOUNCED, shipped_at=now - HOUR)
    make_fix(status=FixStatus.SHIPPED, shipped_at=now - dt.timedelta(days=91))
    make_fix(status=FixStatus.IDEA)
    make_fix(status=FixStatus.DECLINED)

    found = today.moving(now)

    assert (found.planned, found.shipped) == ([soon, someday], [done])
