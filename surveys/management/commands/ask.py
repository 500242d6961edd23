"""Something has happened to these contacts: ask them about it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from surveys import addresses, campaigns, waves
from surveys.enums import SkipReason
from surveys.models import Contact, Invitation
from surveys.transitions import WrongState

AT_A_TIME = 500


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
            campaign = campaigns.named(options["campaign"])
        except LookupError as error:
            raise CommandError(str(error)) from None
        reasons: Counter[str] = Counter()
        strangers: list[str] = []
        outside: list[str] = []
        for some in _slices(_given(options["address"])):
            found = _contacts(some)
            strangers += [address for address in some if address not in found]
            try:
                wave = waves.ask_all(Q(pk__in=found.values()), campaign) if found else None
            except WrongState as error:
                raise CommandError(f"Nobody more was asked: {error}.") from None
            rows = Invitation.objects.filter(wave=wave, contact__in=found.values())
            reached = dict(rows.values_list("contact", "skip_reason"))
            reasons.update(reached.values())
            outside += [address for address, pk in found.items() if pk not in reached]
        self._tell(reasons, strangers=strangers, outside=outside)

    def _tell(self, reasons: Counter[str], *, strangers: Sequence[str], outside: Sequence[str]) -> None:
        asked = reasons.pop(SkipReason.NONE, 0)
        self.stdout.write(f"{asked} are asked")
        for reason, count in sorted(reasons.items()):
            self.stdout.write(f"{count} are left out: {SkipReason(reason).label}")
        for addresses_, words in ((outside, "not in the campaign's segment"), (strangers, "no contact")):
            if addresses_:
                shown = ", ".join(addresses_[:5]) + (", …" if len(addresses_) > 5 else "")
                self.stdout.write(f"{len(addresses_)} are left out: {words} ({shown})")
        if strangers:
            self.stdout.write("Import those who are no contacts yet, and ask again.")
        if not asked:
            raise CommandError("Nobody is asked. The reasons stand above.")


def _given(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        lines = sys.stdin if word == "-" else [word]
        yield from (line.strip() for line in lines if line.strip())


def _slices(given: Iterator[str]) -> Iterator[list[str]]:
    some: list[str] = []
    for address in given:
        some.append(address)
        if len(some) == AT_A_TIME:
            yield some
            some = []
    if some:
        yield some


def _contacts(some: Sequence[str]) -> dict[str, int]:
    """The contact of each address, as it was written, that is one's."""
    wanted = {address: addresses.normalise(address) for address in some if "\x00" not in address}
    pks = dict(Contact.objects.filter(email__in=set(wanted.values())).values_list("email", "pk"))
    return {address: pks[email] for address, email in wanted.items() if email in pks}
