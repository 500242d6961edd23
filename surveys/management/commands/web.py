"""Serves the pages, by granian."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from surveys.management import lifeline


class Command(BaseCommand):
    help = "Serve the pages (granian, WSGI)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, help="Processes; by default 1 on SQLite and 2 otherwise.")
        lifeline.add_argument(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        lifeline.hold(options["lifeline"])
        Granian(
            "config.wsgi:application",
            address=options["host"],
            port=options["port"],
            interface=Interfaces.WSGI,
            workers=options["workers"] or (1 if connection.vendor == "sqlite" else 2),
            blocking_threads=8,
            respawn_failed_workers=True,
            log_level=LogLevels.error,
        ).serve()
