"""How long a large wave takes to plan, as a ratio to an INSERT..SELECT without any rule, and what Python needs for it.

    python bench/plan_million.py [--contacts 1000000] [--rounds 5]

Starts a PostgreSQL of its own (Debian: postgresql) and fills it: of the contacts one in a hundred is suppressed and one
in ten was asked a week ago. Measured in interleaved rounds: `waves.launch()`, with suppression, throttle, holds,
account cap and send window; and two bare statements that write as many rows with the same tokens and indexes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from send import postgresql

if TYPE_CHECKING:
    from surveys.models import Campaign

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


class Bench:
    """A database in which so many people are looked at."""

    def __init__(self, database: str, contacts: int) -> None:
        self.contacts = contacts
        os.environ.update(
            DATABASE_URL=database,
            DATA_DIR=tempfile.mkdtemp(prefix="vv-bench-"),
            DJANGO_SETTINGS_MODULE="config.settings",
        )
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        self.cursor = connection.cursor()
        self.fill()

    def fill(self) -> None:
        from surveys.models import Brand, Contact, Touchpoint

        self.brand = Brand.objects.create(
            name="Aurora", short_name="Aurora", from_email="hello@example.com", postal_address="12 Harbour Street"
        )
        self.touchpoint = Touchpoint.objects.create(key="use", name="Use")
        given = ["email", "address_hash", "name", "basis"]
        picked = "'p' || n || '@example.com', md5(n::text) || md5((n + 1)::text), 'Mira' || n || ' Holt', 'customer'"
        usual = {
            field.column: field.get_db_prep_save(field.get_default(), self.cursor.db)
            for field in Contact._meta.concrete_fields
            if not (field.primary_key or field.column in given or field.null or field.has_db_default())
        }
        names, marks = ", ".join([*given, *usual]), ", ".join(["%s"] * len(usual))
        self.cursor.execute(
            f"INSERT INTO surveys_contact ({names}) SELECT {picked}, {marks} FROM generate_series(1, %s) AS n",  # noqa: S608 - names of our own columns
            [*usual.values(), self.contacts],
        )
        self.cursor.execute(
            "INSERT INTO surveys_suppression (address_hash, scope, reason, source)"
            " SELECT address_hash, 'asking', 'unsubscribed', '' FROM surveys_contact WHERE id % 100 = 0"
        )
        self.cursor.execute(
            "INSERT INTO surveys_touch (contact_id, kind, at)"
            " SELECT id, 'invitation', now() - interval '7 days' FROM surveys_contact WHERE id % 10 = 1"
        )
        self.cursor.execute("ANALYZE")

    def campaign(self) -> Campaign:
        from surveys.models import Campaign

        name = f"Campaign {time.monotonic_ns()}"
        return Campaign.objects.create(name=name, brand=self.brand, touchpoint=self.touchpoint)

    def planned(self) -> float:
        from surveys import waves

        campaign = self.campaign()
        began = time.perf_counter()
        waves.launch(campaign)
        return time.perf_counter() - began

    def bare(self, asked: int) -> float:
        """An invitation for everybody and a message for the first `asked`: no rule, no join but the message's."""
        from django.db import transaction
        from django.utils import timezone

        from surveys.models import Contact, Invitation, Message, Wave
        from surveys.planning import insert_select

        now = timezone.now()
        wave = Wave.objects.create(campaign=self.campaign(), day=now.date(), planned_for=now)
        everybody = Contact.objects.values_list("pk")
        closes_at = now + dt.timedelta(days=30)
        first = Invitation.objects.filter(wave=wave, contact__lte=asked)
        mails = first.values_list("pk", "contact_id", "contact__address_hash")
        began = time.perf_counter()
        with transaction.atomic():
            insert_select(
                Invitation, everybody, ["contact"],
                wave=wave.pk, skip_reason="", style="banded", language="", closes_at=closes_at, created_at=now,
            )  # fmt: skip
            insert_select(
                Message, mails, ["invitation", "contact", "address_hash"],
                letter="invitation", purpose="research", promise="at_most_once", status="queued", priority=50,
                attempts=0, text_version=1, language="", provider_id="", error="", not_before=now, created_at=now,
            )  # fmt: skip
        return time.perf_counter() - began

    def clear(self) -> tuple[int, int]:
        """Take away what a round has written; how many invitations and messages that was."""
        from surveys.models import Invitation, Message

        written = Invitation.objects.count(), Message.objects.count()
        self.cursor.execute("TRUNCATE surveys_wave CASCADE")
        self.cursor.execute("CHECKPOINT")
        return written


def peak() -> float:
    """The most memory this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with postgresql() as database:
        bench = Bench(database, options.contacts)
        planned, bare = [], []
        before = peak()
        for _ in range(options.rounds):
            planned.append(bench.planned())
            rows = bench.clear()
            bare.append(bench.bare(rows[1]))
            if bench.clear() != rows:
                sys.exit("The two have not written as many rows: the figures mean nothing")
        ours, limit = statistics.median(planned), statistics.median(bare)
        print(f"{rows[0]} invitations, {rows[1]} messages, median of {options.rounds} interleaved rounds")
        print(f"with every rule  {ours:7.1f} s")
        print(f"without any      {limit:7.1f} s")
        print(f"of the limit     {limit / ours:7.2f}")
        print(f"Python's memory grew by {peak() - before:.1f} MiB")


if __name__ == "__main__":
    main()
