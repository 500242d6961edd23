"""The project with a planted bug, to show that the check of the kills would see it: each mail is handed over twice
now and then, as a system does that retries what it is not sure of."""

from __future__ import annotations

import os

from tests.flows.hurried import *

INSTALLED_APPS = [*INSTALLED_APPS, "tests.flows.planted_app.PlantedConfig"]
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.flows.planted"
