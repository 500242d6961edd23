"""The statements that claim and that dispatch are written down once; what moves in them with the clock is found by two
examples."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from advocacy import fatigue
from surveys import claims, outbox, ports, statements
from surveys.enums import Purpose
from surveys.models import Invitation, Message
from surveys.models.outbox import MessageQuerySet
from tests.factories import make_message

pytestmark = pytest.mark.django_db

YEAR = dt.timedelta(days=365)
ALL = frozenset(Purpose)


def closing_after(moment: dt.datetime) -> Q:
    return Q(Exists(Invitation.objects.filter(pk=OuterRef("invitation_id"), closes_at__gt=moment)))


@pytest.mark.postgres
def test_moments_are_distances_from_that_of_the_dispatch() -> None:
    ready = statements._dispatching(lambda at, _purposes: closing_after(at - YEAR), ALL, ())

    assert f"> ($3 + interval '-{365 * 86_400 * 1_000_000} microseconds')" in ready._text()


@pytest.mark.postgres
def test_all_guards_there_are_can_be_written_down_once() -> None:
    ready = statements._dispatching(outbox._may_leave, ALL, ports.guard_names())

    assert {value for value in ready._steady if isinstance(value, dt.datetime)} == {fatigue.LONG_AGO}


@pytest.mark.postgres
@pytest.mark.parametrize(
    "guard",
    [
        pytest.param(lambda _at: closing_after(timezone.now()), id="own_clock"),
        pytest.param(lambda at: Q(created_at__date__lt=at.date()), id="day"),
        pytest.param(lambda at: closing_after(at.replace(hour=0)), id="midnight"),
        pytest.param(lambda at: Q() if at.year == 1971 else Q(priority=3), id="other_statement"),
    ],
)
def test_guard_that_looks_at_another_clock_is_a_mistake(guard: Callable[[dt.datetime], Q]) -> None:
    with pytest.raises(ValueError, match="at no fixed distance"):
        statements._dispatching(lambda at, _purposes: guard(at), ALL, ())


@pytest.mark.postgres
def test_claim_written_down_once_looks_at_the_moment_of_each() -> None:
    claims.claim(1)
    soon, now = timezone.now() + dt.timedelta(hours=1), timezone.now()
    due = make_message(not_before=soon)

    with time_machine.travel(now, tick=False):
        early = claims.claim(1)[1]
    with time_machine.travel(soon, tick=False):
        later = claims.claim(1)[1]

    assert (early, later) == ([], [due])


@pytest.mark.postgres
@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(lambda at: Message.objects.due(at - YEAR), id="distance"),
        pytest.param(lambda _at: Message.objects.due(timezone.now()), id="own_clock"),
        pytest.param(lambda at: Message.objects.due(at).filter(created_at__date__lt=at.date()), id="day"),
        pytest.param(lambda at: Message.objects.filter(pk__gt=at.year), id="other_value"),
    ],
)
def test_what_is_due_by_another_clock_is_a_mistake(asked: Callable[[dt.datetime], MessageQuerySet]) -> None:
    with pytest.raises(ValueError, match="another moment than that of the claim"):
        statements._asked_always(asked, 1)


def test_guard_is_asked_with_the_moment_of_the_dispatch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_guards", {purpose: [] for purpose in Purpose})
    asked: list[dt.datetime] = []

    def guard(at: dt.datetime) -> Q:
        asked.append(at)
        return Q()

    ports.register_guard(Purpose.RESEARCH, guard)
    ports.guards(moment := timezone.now())

    assert asked == [moment]
