"""The Celery app, and the doorbell: the database is the queue, the broker only says that something waits."""

from __future__ import annotations

import logging
import os
from typing import Any

from celery import Celery
from celery.contrib.django.task import DjangoTask
from celery.signals import worker_process_init
from django.conf import settings
from kombu.exceptions import OperationalError

from config.heap import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

logger = logging.getLogger(__name__)


def settle_process(**_about: Any) -> None:
    settle()


class Task(DjangoTask):  # type: ignore[misc]
    """A task that can be rung after the commit, and whose bell may be missing or out of order."""

    abstract = True

    def delay(self, *args: Any, **kwargs: Any) -> Any:
        """Ring now. Silent without a broker; logged when the broker is away, since the next tick finds the rows."""
        if not settings.REDIS_URL:
            return None
        try:
            return super().delay(*args, **kwargs)
        except (OperationalError, OSError) as error:
            logger.warning("doorbell.unheard task=%s error=%s", self.name, type(error).__name__)
            return None


app = Celery("vivavoce", task_cls=Task)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
worker_process_init.connect(settle_process, weak=False)
