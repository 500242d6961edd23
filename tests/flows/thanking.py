"""The project, but its worker does nothing else than thank: a test that kills it there waits for little else."""

from __future__ import annotations

import os

from config.settings import *

CELERY_BEAT_SCHEDULE = {"announce_fixes": {"task": "advocacy.tasks.announce_fixes", "schedule": 0.2}}
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.flows.thanking"
