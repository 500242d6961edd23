from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from surveys.enums import MessageStatus, WaveStatus
from surveys.models import Tick
from surveys.views import health
from tests.factories import make_invitation, make_message, make_wave

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
HOUR = dt.timedelta(hours=1)
WELL = {"database": "ok", "migrations": "ok", "schedule": "ok", "outbox": "ok"}


@pytest.fixture(autouse=True)
def at_nine() -> object:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def tick(ago: dt.timedelta = SECOND, name: str = "start_due_waves") -> None:
    Tick.objects.create(name=name, at=NOW - ago)


def readyz(client: Client) -> tuple[int, dict[str, str]]:
    response = client.get("/readyz")
    return response.status_code, response.json()


def test_livez_answers_a_stranger_without_looking_at_the_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = client.get("/livez")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response.cookies == {}


def test_readyz_is_well_for_a_stranger(client: Client) -> None:
    tick()

    assert readyz(client) == (200, WELL)


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
@pytest.mark.parametrize(("method", "status"), [("head", 200), ("post", 405), ("delete", 405)])
def test_health_is_only_read(client: Client, path: str, method: str, status: int) -> None:
    tick()

    assert getattr(client, method)(path).status_code == status


def test_readyz_changes_nothing(client: Client) -> None:
    tick()
    with CaptureQueriesContext(connection) as captured:
        readyz(client)

    verbs = {query["sql"].split(maxsplit=1)[0].upper() for query in captured.captured_queries}
    assert verbs == {"SELECT"}


# ----------------------------------------------------------------------------------------------------------- schedule


@pytest.mark.parametrize(
    ("ago", "status", "words"),
    [
        (0 * SECOND, 200, "ok"),
        (179 * SECOND, 200, "ok"),
        (180 * SECOND, 503, "last tick 180 s ago: is the worker running?"),
        (24 * HOUR, 503, "last tick 86400 s ago: is the worker running?"),
    ],
)
def test_schedule_is_well_while_it_ticks(client: Client, ago: dt.timedelta, status: int, words: str) -> None:
    tick(ago)

    assert readyz(client) == (status, {**WELL, "schedule": words})


def test_schedule_that_never_ticked(client: Client) -> None:
    assert readyz(client) == (503, {**WELL, "schedule": "no tick yet: is the worker running?"})


def test_latest_tick_counts(client: Client) -> None:
    tick(HOUR, name="old")
    tick(SECOND)

    assert readyz(client) == (200, WELL)


# ------------------------------------------------------------------------------------------------------------- outbox


def test_message_that_waits_too_long_is_told_with_its_time(client: Client) -> None:
    tick()
    make_message(not_before=NOW - 2 * HOUR)
    make_message(not_before=NOW - 3 * HOUR)

    assert readyz(client) == (503, {**WELL, "outbox": "a message has waited since 2026-03-02 06:00 UTC"})


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"not_before": NOW - HOUR}, 503),
        ({"not_before": NOW - HOUR + SECOND}, 200),
        ({"not_before": NOW + HOUR}, 200),
        ({"not_before": NOW - 9 * HOUR, "retry_at": NOW + SECOND}, 200),
        ({"not_before": NOW - 9 * HOUR, "retry_at": NOW - HOUR + SECOND}, 200),
        ({"not_before": NOW - 9 * HOUR, "retry_at": NOW - HOUR}, 503),
        *(
            ({"not_before": NOW - 9 * HOUR, "status": status}, 200)
            for status in MessageStatus
            if status != MessageStatus.QUEUED
        ),
    ],
)
def test_only_a_due_message_waits(client: Client, fields: dict[str, object], status: int) -> None:
    tick()
    make_message(**fields)

    assert readyz(client)[0] == status


@pytest.mark.parametrize("wave_status", WaveStatus)
def test_message_of_a_wave_that_somebody_stopped_is_no_alarm(client: Client, wave_status: WaveStatus) -> None:
    tick()
    make_message(invitation=make_invitation(wave=make_wave(status=wave_status)), not_before=NOW - 9 * HOUR)

    assert readyz(client)[0] == (503 if wave_status == WaveStatus.SENDING else 200)


@pytest.mark.parametrize(
    ("ago", "status"),
    [(SECOND, 200), (14 * 60 * SECOND, 200), (15 * 60 * SECOND, 503), (9 * HOUR, 503)],
)
def test_large_wave_is_well_while_mail_leaves(client: Client, ago: dt.timedelta, status: int) -> None:
    tick()
    make_message(not_before=NOW - 9 * HOUR)
    make_message(not_before=NOW - 9 * HOUR, status=MessageStatus.SENT, sent_at=NOW - ago)

    assert readyz(client)[0] == status


def test_outbox_of_which_all_fails_is_not_well(client: Client) -> None:
    tick()
    make_message(not_before=NOW - 9 * HOUR)
    make_message(not_before=NOW - 9 * HOUR, status=MessageStatus.FAILED, dispatched_at=NOW)

    assert readyz(client)[0] == 503


# ----------------------------------------------------------------------------------------- database and its migrations


@pytest.mark.parametrize("error", [OperationalError("no server"), InterfaceError("closed")])
def test_database_that_does_not_answer(client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail() -> dict[str, str]:
        raise error

    monkeypatch.setattr(health, "_findings", fail)

    assert readyz(client) == (503, {"database": f"no answer: {type(error).__name__}"})


def test_migration_that_is_not_applied(client: Client) -> None:
    (latest,) = MigrationLoader(connection).graph.leaf_nodes("account")
    MigrationRecorder(connection).record_unapplied(*latest)

    assert readyz(client) == (503, {"database": "ok", "migrations": "1 not applied: run manage.py migrate"})
