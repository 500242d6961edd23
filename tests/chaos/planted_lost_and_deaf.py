"""The project with two planted bugs, each of which breaks a promise that the other keeps."""

from __future__ import annotations

from tests.chaos.settings import *

INSTALLED_APPS = [*INSTALLED_APPS[:-1], "tests.chaos.apps.LostAndDeafConfig"]
