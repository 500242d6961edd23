"""Something has happened to these contacts: ask them about it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from surveys import campaigns, happened
from surveys.happened import Asked
from surveys.transitions import WrongState


class Command(BaseCommand):
    help = (
        "Ask contacts, after the delay of a campaign that follows an event, about what has just happened to them. "
        "Somebody named twice on one day is asked once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="The campaign's name, or its number.")
        parser.add_argument("address", nargs="+", help="Mail addresses of contacts; - reads them from lines of input.")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            asked = happened.ask(_given(options["address"]), campaigns.named(options["campaign"]))
        except LookupError as error:
            raise CommandError(str(error)) from None
        except WrongState as error:
            raise CommandError(f"Nobody more was asked: {error}.") from None
        self.stdout.write("\n".join(told(asked)))
        if asked.strangers:
            self.stdout.write("Import those who are no contacts yet, and ask again.")
        if not asked.count:
            raise CommandError("Nobody is asked. The reasons stand above.")


def told(asked: Asked) -> list[str]:
    """The outcome in lines."""
    lines = [f"{asked.count} are asked"]
    lines += [f"{count} are left out: {reason.label}" for reason, count in asked.left_out]
    for addresses, words in ((asked.outside, "not in the campaign's segment"), (asked.strangers, "no contact")):
        if addresses:
            shown = ", ".join(addresses[:5]) + (", …" if len(addresses) > 5 else "")
            lines.append(f"{len(addresses)} are left out: {words} ({shown})")
    return lines


def _given(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        lines = sys.stdin if word == "-" else [word]
        yield from (line.strip() for line in lines if line.strip())
