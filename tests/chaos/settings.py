"""The project in a hurry: what was left behind is looked for each second, and what was refused is soon tried again."""

from __future__ import annotations

from config.settings import *

for _name in ("send_queued_messages", "sweep_outbox"):
    CELERY_BEAT_SCHEDULE[_name] |= {"schedule": 1.0, "options": {"expires": 1.0}}
INSTALLED_APPS = [*INSTALLED_APPS, "tests.chaos.apps.HurryConfig"]
