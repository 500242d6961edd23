"""The statement that dispatches is written down once; what moves in it with the clock is found by two examples."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from advocacy import fatigue
from surveys import outbox, ports, statements
from surveys.enums import Purpose
from surveys.models import Invitation

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


def test_guard_is_asked_with_the_moment_of_the_dispatch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_guards", {purpose: [] for purpose in Purpose})
    asked: list[dt.datetime] = []

    def guard(at: dt.datetime) -> Q:
        asked.append(at)
        return Q()

    ports.register_guard(Purpose.RESEARCH, guard)
    ports.guards(moment := timezone.now())

    assert asked == [moment]
