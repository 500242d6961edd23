"""Bring the demo organisation, or take it away again."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from advocacy import demo


class Command(BaseCommand):
    help = "Load the demo organisation into an empty database, or take away exactly what it brought."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--remove",
            action="store_true",
            help="Take the demo away: its rows, and whatever was made on its contacts since. All else stays.",
        )
        parser.add_argument(
            "--force",
            action="store_true",
            help="Load it beside contacts of your own, or with mail settings: its mail then really leaves.",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["remove"]:
            self.remove()
        else:
            self.load(force=options["force"])

    def load(self, *, force: bool) -> None:
        began = time.monotonic()
        try:
            demo.load(force=force)
        except demo.Refused as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"The demo organisation is here, after {time.monotonic() - began:.0f} s. Sign in as")
        for line in demo.sign_ins():
            self.stdout.write(f"  {line}")
        self.stdout.write(f"each with the password {demo.PASSWORD}. Its mail is sent while `manage.py worker` runs.")

    def remove(self) -> None:
        if not demo.is_loaded():
            self.stdout.write("There is no demo here: nothing to take away.")
            return
        contacts = demo.remove()
        self.stdout.write(f"The demo is gone, {contacts} contacts with all that belonged to them.")
        self.stdout.write("Its sign-ins are gone too: make your own with `manage.py createsuperuser`.")
