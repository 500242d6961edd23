"""The settings of an installation, with two views beside its own."""

from __future__ import annotations

from pathlib import Path

from config.settings import *  # noqa: F403

ROOT_URLCONF = "peers"
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]  # noqa: F405
