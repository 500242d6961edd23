from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import time_machine
from celery import current_app
from django.conf import settings
from django.core import mail as django_mail
from django.db import models
from pytest_django import DjangoCaptureOnCommitCallbacks

from surveys import delivery, outbox, tasks, waves
from surveys.enums import CampaignKind, CampaignStatus, ImportStatus, MessageStatus
from surveys.models import (
    Contact,
    DeliveryEvent,
    Import,
    ImportedContact,
    Invitation,
    Message,
    NetworkCount,
    Suppression,
    Tick,
    Touch,
    Wave,
)
from tests.factories import make_campaign, make_contact, make_door, make_import, make_message
from tests.surveys.reporting import make_mailed, report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letter")]

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def everything() -> list[Any]:
    """All rows that a task of this side may change."""
    changed: tuple[type[models.Model], ...] = (
        Wave, Invitation, Message, Touch, Tick, Contact, Import, ImportedContact, DeliveryEvent, Suppression,
        NetworkCount,
    )  # fmt: skip
    return [list(model._default_manager.order_by("pk").values()) for model in changed]


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which tasks were rung for, as if there were a broker."""
    rung: list[str] = []
    for task in (tasks.start_due_waves, tasks.send_queued_messages, tasks.sweep_outbox, tasks.run_imports):
        monkeypatch.setattr(task, "delay", lambda name=task.name: rung.append(name), raising=False)
    return rung


def make_due_campaign() -> None:
    make_contact()
    make_campaign(
        kind=CampaignKind.PERIODIC, status=CampaignStatus.ACTIVE, starts_on=NOW.date(), activated_at=NOW, every=1
    )


def make_lost_message() -> None:
    make_message(status=MessageStatus.DISPATCHING, claim_id=uuid.uuid4(), lease_until=NOW, attempts=1)


def make_reported_message() -> None:
    delivery.keep(report(make_mailed(), "bounced", reject_reason="bounced"))


def make_running_import() -> None:
    content = "email,name\nana@example.com,Ana\n"
    mapping = {"email": "email", "name": "name"}
    make_import(content, status=ImportStatus.RUNNING, mapping=mapping, started_at=NOW, created_at=NOW)


def make_old_import() -> None:
    make_import("email\n", status=ImportStatus.FINISHED, created_at=NOW - dt.timedelta(days=31))


def make_old_network() -> None:
    NetworkCount.objects.create(door=make_door(), network="x", until=NOW - dt.timedelta(seconds=1))


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("task", "prepare"),
    [
        (tasks.start_due_waves, make_due_campaign),
        (tasks.send_queued_messages, make_message),
        (tasks.sweep_outbox, make_lost_message),
        (tasks.run_imports, make_running_import),
        (tasks.sweep_imports, make_old_import),
        (tasks.sweep_doors, make_old_network),
        (tasks.apply_delivery_events, make_reported_message),
    ],
    ids=[
        "start_due_waves",
        "send_queued_messages",
        "sweep_outbox",
        "run_imports",
        "sweep_imports",
        "sweep_doors",
        "apply_delivery_events",
    ],
)
def test_running_twice_changes_nothing_more(task: Callable[[], bool], prepare: Callable[[], object]) -> None:
    prepare()
    before = everything()
    task()
    once = everything()

    more = task()

    assert not more
    assert once != before
    assert everything() == once
    assert len(django_mail.outbox) <= 1


def test_all_of_them_together_make_and_send_a_wave() -> None:
    with time_machine.travel(NOW, tick=False):
        make_due_campaign()

        tasks.start_due_waves()
        tasks.send_queued_messages()
        tasks.sweep_outbox()

    wave = Wave.objects.get()
    assert (wave.status, wave.finished_at) == ("finished", NOW)
    assert len(django_mail.outbox) == 1


def test_tick_is_noted_each_time() -> None:
    for minute in range(3):
        with time_machine.travel(NOW + dt.timedelta(minutes=minute), tick=False):
            tasks.start_due_waves()

    assert list(Tick.objects.values_list("name", "at")) == [("start_due_waves", NOW + dt.timedelta(minutes=2))]


def test_tick_is_noted_even_where_waves_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(waves, "start_due", fail)
    with pytest.raises(ZeroDivisionError):
        tasks.start_due_waves()

    assert Tick.objects.count() == 1


def test_wave_that_starts_rings_for_the_sender(
    bell: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    make_due_campaign()

    for _ in range(2):
        with time_machine.travel(NOW, tick=False), django_capture_on_commit_callbacks(execute=True):
            tasks.start_due_waves()

    assert bell == ["surveys.tasks.send_queued_messages"]


def test_sender_rings_for_itself_until_nothing_is_left(
    bell: list[str],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "send_batch", partial(outbox.send_batch, size=1))
    for _ in range(2):
        make_message()

    answers = []
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            answers.append(tasks.send_queued_messages())

    assert answers == [True, True, False]
    assert bell == ["surveys.tasks.send_queued_messages"] * 2
    assert len(django_mail.outbox) == 2


def test_without_a_broker_ringing_is_silent(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    make_message()

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        assert tasks.send_queued_messages()

    assert settings.REDIS_URL == ""
    assert len(callbacks) == 1


def test_schedule_names_tasks_that_exist() -> None:
    names = {line["task"] for line in settings.CELERY_BEAT_SCHEDULE.values()}

    current_app.loader.import_default_modules()

    assert names <= set(current_app.tasks)
    ours = (tasks.start_due_waves, tasks.send_queued_messages, tasks.sweep_outbox, tasks.run_imports)
    assert {task.name for task in (*ours, tasks.sweep_imports, tasks.apply_delivery_events)} <= names


def test_import_that_is_over_rings_for_the_next(
    bell: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    make_running_import()

    answers = []
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            answers.append(tasks.run_imports())

    assert answers == [True, False]
    assert bell == ["surveys.tasks.run_imports"]
    assert Import.objects.get().status == ImportStatus.FINISHED
