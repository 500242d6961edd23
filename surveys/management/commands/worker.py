"""Runs the tasks of the schedule in this process: what Celery's beat and workers do, without a broker."""

from __future__ import annotations

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from celery import Celery, current_app
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections, connections

from config.heap import settle
from surveys.management import lifeline

logger = logging.getLogger(__name__)


class Job:
    """One line of the schedule: a task, how often it looks, and when it looks next."""

    def __init__(self, app: Celery, task: str, every: float) -> None:
        self.task = app.tasks[task]
        self.every = every
        self.due = 0.0  # on the monotonic clock; at once

    def run(self) -> None:
        """One slice. A task that has more to do is due again at once, after the others had their turn."""
        more = False
        try:
            close_old_connections()
            more = bool(self.task())
        except Exception:  # the edge of a batch: the next tick tries again, and the other tasks go on
            logger.exception("worker.task_failed task=%s", self.task.name)
        finally:
            close_old_connections()
        self.due = 0.0 if more else time.monotonic() + self.every


class LongJob(Job):
    """A task that may take minutes has a thread of its own, so that mails and answers do not wait for it.

    It ends with the process, wherever it is: what it worked on is taken up again when its lease is over.
    """

    _thread: threading.Thread | None = None

    def run(self) -> None:
        self.due = time.monotonic() + 1.0
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run_here, name=self.task.name, daemon=True)
            self._thread.start()

    def _run_here(self) -> None:
        super().run()
        connections.close_all()


def job(app: Celery, task: str, every: float) -> Job:
    is_long = getattr(app.tasks[task], "is_long", False)
    return (LongJob if is_long else Job)(app, task, every)


class Command(BaseCommand):
    help = "Run the tasks of the schedule in this process: for the embedded default, without a broker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        lifeline.add_argument(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        lifeline.hold(options["lifeline"])
        # Not an Event: whoever waits for one holds its lock for a moment, and a signal just then would hang for ever.
        stop: SimpleQueue[int] = SimpleQueue()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda number, _frame: stop.put(number))
        current_app.loader.import_default_modules()
        settle()
        schedule: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
        jobs = [job(current_app, line["task"], line["schedule"]) for line in schedule.values()]
        while stop.empty():
            for each in jobs:
                if stop.empty() and each.due <= time.monotonic():
                    each.run()
            with suppress(Empty):
                stop.get(timeout=max(0.0, min(each.due for each in jobs) - time.monotonic()))
                return
