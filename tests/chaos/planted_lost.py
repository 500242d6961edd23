"""The project with a planted bug: what was leaving when its worker went away counts as sent."""

from __future__ import annotations

from tests.chaos.settings import *

INSTALLED_APPS = [*INSTALLED_APPS[:-1], "tests.chaos.apps.LostConfig"]
