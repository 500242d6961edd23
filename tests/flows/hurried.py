"""The project, but what a killed worker left behind is looked for every second: tests of kills wait for little else."""

from __future__ import annotations

import os

from config.settings import *

CELERY_BEAT_SCHEDULE["sweep_outbox"] |= {"schedule": 1.0, "options": {"expires": 1.0}}
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.flows.hurried"
