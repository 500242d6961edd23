"""Project configuration. Importing it makes the Celery app, so that `shared_task` finds it."""

from __future__ import annotations

from config import heap

heap.look_seldom()

from config.celery import app as celery_app  # noqa: E402 - the first big thing that is loaded

__all__ = ["celery_app"]
