"""The project with a planted bug: an unsubscribe is heard when the next wave is planned, not before."""

from __future__ import annotations

from tests.chaos.settings import *

INSTALLED_APPS = [*INSTALLED_APPS[:-1], "tests.chaos.apps.DeafConfig"]
