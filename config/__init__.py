"""Project configuration. Importing it makes the Celery app, so that `shared_task` finds it."""

from __future__ import annotations

from config.celery import app as celery_app

__all__ = ["celery_app"]
