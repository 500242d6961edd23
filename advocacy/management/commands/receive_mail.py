"""Take one mail from standard input: the end of a pipe of a mail server."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseTrouble

from advocacy import inbound

TRY_LATER = 75  # EX_TEMPFAIL: the mail server keeps the mail and comes again


class Command(BaseCommand):
    help = (
        "Take one mail from standard input: a delivery report, a complaint, or a reply to one of our mails. "
        "Exit code 0: taken (or of no use to anybody). 75: not now, keep it."
    )
    requires_system_checks: list[str] = []  # what they print would go back to whoever wrote the mail

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--recipient", default="", help="The address of the envelope, such as ${recipient}.")

    def handle(self, *_args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(inbound.MAX_SIZE)
        while sys.stdin.buffer.read(inbound.MAX_SIZE):
            pass  # to its end, or the mail server takes us for broken
        try:
            taken = inbound.take(raw, recipient=options["recipient"])
        except DatabaseTrouble as error:
            self.stderr.write(f"not taken: {type(error).__name__}")
            sys.exit(TRY_LATER)
        self.stdout.write(taken.value)
