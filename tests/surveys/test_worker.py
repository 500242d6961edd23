from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import current_app
from django.core.management import call_command
from pytest_django import Settings

from surveys.management import lifeline
from surveys.management.commands import worker
from surveys.management.commands.worker import Job
from surveys.models import Tick
from tests.factories import make_message

pytestmark = pytest.mark.django_db

PATIENCE = 30.0


class Schedule:
    """Tasks made up for a test; each run of one is written down."""

    def __init__(self) -> None:
        self.lines: dict[str, dict[str, Any]] = {}
        self.runs: list[str] = []

    def add(self, name: str, every: float, do: Callable[[], object] = lambda: None, *, is_long: bool = False) -> None:
        def run() -> object:
            self.runs.append(name)
            return do()

        task = f"made_up.{name}"
        current_app.task(run, name=task, is_long=is_long)
        self.lines[name] = {"task": task, "schedule": every}

    def times(self, name: str) -> int:
        return Counter(self.runs)[name]


@pytest.fixture
def schedule(settings: Settings) -> Iterator[Schedule]:
    made = Schedule()
    settings.CELERY_BEAT_SCHEDULE = made.lines
    yield made
    for line in made.lines.values():
        current_app.tasks.unregister(line["task"])


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Handlers are put back afterwards; a worker that does not stop fails its test instead of hanging there."""

    def give_up(*_: Any) -> None:
        raise AssertionError("the worker does not stop")

    before = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)}
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(int(2 * PATIENCE))
    yield
    signal.alarm(0)
    for name, handler in before.items():
        signal.signal(name, handler)


def work_until(is_done: Callable[[], bool], *, by: signal.Signals = signal.SIGTERM) -> float:
    """Run the worker here until `is_done`, then end it as a service manager would; how long it took to end."""
    asked_at: list[float] = []
    has_ended = threading.Event()

    def ask() -> None:
        deadline = time.monotonic() + PATIENCE
        while not is_done() and time.monotonic() < deadline and not has_ended.is_set():
            time.sleep(0.01)
        if not has_ended.is_set():  # else the signal would end the tests themselves
            asked_at.append(time.monotonic())
            os.kill(os.getpid(), by)

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        call_command("worker")
    finally:
        has_ended.set()
        ended_at = time.monotonic()
        asker.join()
    assert is_done(), "it never came to pass"
    return ended_at - asked_at[0]


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_worker_runs_what_is_due_and_stops_when_asked(schedule: Schedule, by: signal.Signals) -> None:
    schedule.add("often", 0.01)
    schedule.add("seldom", 3_600.0)

    took = work_until(lambda: schedule.times("often") >= 5, by=by)

    assert schedule.runs[:2] == ["often", "seldom"]
    assert schedule.times("seldom") == 1
    assert took < 5


def test_long_task_keeps_nobody_waiting_and_runs_once_at_a_time(schedule: Schedule) -> None:
    may_end = threading.Event()
    schedule.add("long", 0.01, lambda: may_end.wait(PATIENCE), is_long=True)
    schedule.add("often", 0.01)

    took = work_until(lambda: schedule.times("often") >= 20)

    assert schedule.times("long") == 1
    assert took < 5
    may_end.set()


def test_long_task_that_has_more_to_do_goes_on(schedule: Schedule) -> None:
    schedule.add("long", 3_600.0, lambda: schedule.times("long") < 3, is_long=True)
    schedule.add("often", 0.01)

    work_until(lambda: schedule.times("long") >= 3)

    assert schedule.times("long") == 3


def test_worker_sleeps_between_the_ticks(schedule: Schedule) -> None:
    schedule.add("slowly", 0.2)
    started = time.monotonic()

    work_until(lambda: schedule.times("slowly") >= 4)

    assert schedule.times("slowly") <= (time.monotonic() - started) / 0.2 + 1


def test_failing_task_does_not_stop_the_others_and_is_tried_again(
    schedule: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[str] = []
    monkeypatch.setattr(worker.logger, "exception", lambda words, *values: logged.append(words % values))

    def fail() -> None:
        raise ZeroDivisionError("by nothing")

    schedule.add("broken", 0.01, fail)
    schedule.add("well", 0.01)

    work_until(lambda: schedule.times("broken") >= 3 and schedule.times("well") >= 3)

    assert set(logged) == {"worker.task_failed task=made_up.broken"}
    assert len(logged) == schedule.times("broken")


def test_failing_task_waits_for_its_next_tick(schedule: Schedule) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    schedule.add("broken", 3_600.0, fail)
    schedule.add("well", 0.01)

    work_until(lambda: schedule.times("well") >= 5)

    assert schedule.times("broken") == 1


def test_task_with_more_to_do_goes_on_at_once_after_the_others(schedule: Schedule) -> None:
    left = [True] * 4

    schedule.add("much", 3_600.0, lambda: bool(left and left.pop()))
    schedule.add("other", 0.0)

    work_until(lambda: schedule.times("much") >= 5 and schedule.times("other") >= 6)

    assert schedule.runs[:10] == ["much", "other"] * 5
    assert schedule.times("much") == 5


def test_job_with_more_to_do_is_due_at_once_and_without_after_its_time(schedule: Schedule) -> None:
    answers = iter([True, False])
    schedule.add("task", 60.0, lambda: next(answers))
    job = Job(current_app, "made_up.task", 60.0)

    assert job.due == 0.0
    job.run()
    assert job.due == 0.0
    job.run()
    assert 59 < job.due - time.monotonic() <= 60


def test_worker_stops_whatever_the_moment_of_the_signal(schedule: Schedule) -> None:
    chance = random.Random(7)
    schedule.add("often", 0.0)

    def is_going_round() -> bool:
        time.sleep(chance.random() / 200)
        return schedule.runs != []

    for _ in range(40):
        schedule.runs.clear()
        work_until(is_going_round)


def test_stop_comes_before_the_next_task(schedule: Schedule) -> None:
    schedule.add("first", 60.0, lambda: os.kill(os.getpid(), signal.SIGTERM))
    schedule.add("second", 60.0)

    call_command("worker")

    assert schedule.runs == ["first"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("letter")
def test_worker_with_the_real_schedule_sends_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    message = make_message()

    ran: list[str] = []
    run = Job.run

    def run_and_note(job: Job) -> None:
        run(job)
        ran.append(job.task.name)

    monkeypatch.setattr(Job, "run", run_and_note)
    work_until(lambda: "surveys.tasks.send_queued_messages" in ran)

    message.refresh_from_db()
    assert message.status == "sent"
    assert Tick.objects.count() == 1


def test_lifeline_ends_the_group_when_the_parent_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[signal.Signals] = []
    monkeypatch.setattr("os.killpg", lambda _group, name: killed.append(name))
    monkeypatch.setattr(lifeline, "GRACE_SECONDS", 0.0)
    ours, theirs = os.pipe()
    lifeline.hold(ours)
    thread = next(thread for thread in threading.enumerate() if thread.name == "lifeline")
    time.sleep(0.05)
    assert killed == []

    os.close(theirs)
    thread.join(PATIENCE)

    assert killed == [signal.SIGTERM, signal.SIGKILL]
    os.close(ours)


def test_without_a_lifeline_nobody_watches() -> None:
    lifeline.hold(None)

    assert [thread for thread in threading.enumerate() if thread.name == "lifeline"] == []
