"""What a page of the queue costs the database, as a ratio to `select 1` over the same connection.

    python bench/agent_queue.py [--cases 200000] [--open 50000] [--rounds 5]

Starts a PostgreSQL of its own (Debian: postgresql) and fills it with cases, one in four open: of these one in ten is
contacted, one in twenty snoozed, one in a hundred has news. Each figure is the median of interleaved rounds; in a round
each page runs 30 times and its median counts.

The database time of a page is that of all statements that fetch its rows with all they show, from execute to fetch
through the cursor that asks `select 1` too, on a connection that asked for such a page before (each connection plans
it once). Building the rows in Python is not in it, nor what stands round the rows; the counts stand below. Beside it
stands what the server's process worked for it, for busy machines, on which the clock tells who else was at work.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from send import postgresql

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

PAGE, REPEATED = 51, 30
FAR = 1000


class Bench:
    """A database with so many cases, and what is measured in it."""

    def __init__(self, database: str, cases: int, opened: int) -> None:
        self.cases, self.opened = cases, opened
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
        self.connection = connection
        self.cursor = connection.cursor()
        self.cursor.execute("SELECT pg_backend_pid()")
        self.backend = self.cursor.fetchone()[0]
        self.fill()

    def insert(self, model: Any, source: str, **given: str) -> None:
        """Rows out of a SELECT; what is not given has its default."""
        usual = {
            field.column: field.get_db_prep_save(field.get_default(), self.connection)
            for field in model._meta.concrete_fields
            if not (field.primary_key or field.column in given or field.null or field.generated)
            and not field.has_db_default()
        }
        names = ", ".join([*given, *usual])
        source = source.replace("%", "%%")
        values = ", ".join([*(value.replace("%", "%%") for value in given.values()), *["%s"] * len(usual)])
        self.cursor.execute(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values} {source}", [*usual.values()])

    def fill(self) -> None:
        from django.contrib.auth.models import User

        from advocacy import carried
        from advocacy.models import Case, Team, Theme
        from surveys.models import Account, Brand, Campaign, Contact, Response, Touchpoint

        brand = Brand.objects.create(
            name="Aurora", short_name="Aurora", from_email="hello@example.com", postal_address="12 Harbour Street"
        )
        for number in range(10):
            touchpoint = Touchpoint.objects.create(key=f"t{number}", name=f"Touchpoint {number}")
            Campaign.objects.create(name=f"Campaign {number}", brand=brand, touchpoint=touchpoint)
            Theme.objects.get_or_create(name=f"Cause {number}")
            User.objects.create_user(f"agent{number}")
        Team.objects.create(name="Support", key_revenue=self.cases // 10 * 19 // 20)  # one account in twenty
        first = {model: model.objects.order_by("pk")[0].pk for model in (Campaign, User, Theme)}
        self.insert(
            Account, f"FROM generate_series(1, {self.cases // 10}) AS n", name="'Firm ' || n", revenue="n % 100000"
        )
        self.insert(
            Contact,
            f"FROM generate_series(1, {self.cases}) AS n",
            email="'p' || n || '@example.com'", address_hash="md5(n::text) || md5((n + 1)::text)",
            name="'Mira' || n || ' Holt'", basis="'customer'", account_id=f"1 + n % {self.cases // 10}",
            language="(array['en','de','es','ar','ja'])[1 + n % 5]",
        )  # fmt: skip
        self.insert(
            Response,
            "FROM surveys_contact AS c",
            campaign_id=f"{first[Campaign]} + c.id % 10", contact_id="c.id", score="c.id % 7",
            comment="repeat('It leaks and nobody calls back. ', 1 + (c.id % 8)::int)", language="c.language",
            submitted_at="now() - c.id * interval '1 second'", settles_at="now() - c.id * interval '1 second'",
            answered_at="now() - c.id * interval '1 second'",
        )  # fmt: skip
        self.fill_cases(Case, team=Team.objects.get().pk, owner=first[User], theme=first[Theme])
        carried.renew(Case.objects.all())
        self.cursor.execute("VACUUM ANALYZE")

    def fill_cases(self, case: Any, *, team: int, owner: int, theme: int) -> None:
        """A case of every answer; `owner` and `theme` are the first of ten."""
        is_open = f"r.contact_id % {self.cases // self.opened} = 0"
        at = "now() + (r.contact_id * 7919 % 200000 - 60000) * interval '7 seconds'"
        self.insert(
            case,
            "FROM surveys_response AS r",
            contact_id="r.contact_id", response_id="r.id", team_id=str(team),
            owner_id=f"CASE WHEN r.contact_id % 3 = 0 THEN NULL ELSE {owner} + r.contact_id / 4 % 10 END",
            theme_id=f"CASE WHEN r.contact_id % 8 = 0 THEN {theme} + r.contact_id / 8 % 10 END",
            status=f"CASE WHEN {is_open} THEN CASE WHEN r.contact_id % 40 = 0 THEN 'contacted' ELSE 'open' END"
            " ELSE 'closed' END",
            outcome=f"CASE WHEN {is_open} THEN '' ELSE 'left' END",
            news="CASE WHEN r.contact_id % 400 = 4 THEN 'reply' ELSE '' END",
            opened_at=f"{at} - interval '1 day'", due_at=at,
            contacted_at="CASE WHEN r.contact_id % 40 = 0 THEN now() END",
            snoozed_until="CASE WHEN r.contact_id % 80 = 28 THEN now() + interval '1 day' END",
            closed_at=f"CASE WHEN {is_open} THEN NULL ELSE now() - r.id * interval '3 seconds' END",
        )  # fmt: skip

    def statements(self) -> dict[str, list[tuple[str, Any]]]:
        from django.contrib.auth.models import User
        from django.utils import timezone

        from advocacy import worklist
        from advocacy.filters import Filters
        from advocacy.worklist import View

        viewer = worklist.Viewer(user=User.objects.order_by("pk")[0], zone=ZoneInfo("UTC"), at=timezone.now())

        def sql(view: View, after: str = "", **chosen: Any) -> list[tuple[str, Any]]:
            """The statements of a page, as they were sent."""
            sent: list[tuple[str, Any]] = []

            def note(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
                sent.append((statement, params))
                return execute(statement, params, many, context)

            filters = Filters(**chosen)
            with self.connection.execute_wrapper(note):
                worklist.page(view, viewer, after=after, filters=filters)
            return sent

        edge = list(worklist.ordered(View.OPEN, viewer)[(FAR - 1) * 50 - 1 : (FAR - 1) * 50])
        if not edge:
            edge = [worklist.ordered(View.OPEN, viewer).reverse()[60]]
        return {
            "select 1": [("SELECT 1", ())],
            **{f"view {view.value}": sql(view) for view in View},
            f"page {FAR} of open": sql(View.OPEN, worklist.cursor(edge[0])),
            **{f"filter {name}": sql(View.OPEN, **chosen) for name, chosen in self.filtered().items()},
        }

    def filtered(self) -> dict[str, dict[str, Any]]:
        """What is chosen in the filters, by a name."""
        from advocacy.filters import NOBODY
        from advocacy.models import Team, Theme
        from surveys.models import Campaign, Touchpoint

        theme = Theme.objects.filter(cases__isnull=False).order_by("pk")[0].pk
        return {
            "root cause": {"theme": theme},
            "team": {"team": Team.objects.get().pk},
            "owner nobody": {"owner": NOBODY},
            "score 0 to 1": {"low": 0, "high": 1},
            "a score nobody gave": {"low": 9, "high": 10},
            "language": {"language": "ar"},
            "campaign": {"campaign": Campaign.objects.order_by("pk")[0].pk},
            "touchpoint": {"touchpoint": Touchpoint.objects.order_by("pk")[0].pk},
            "key accounts": {"key": True},
            "account": {"account": "Firm 1999"},
            "account, half of all": {"account": "Firm 1"},
            "words": {"q": "Mira4"},
            "words nobody said": {"q": "zebra"},
            "language and score": {"language": "ar", "high": 1},
        }

    def timed(self, statements: list[tuple[str, Any]]) -> tuple[float, float]:
        """By the clock, and on the processor in the server: that does not depend on what else the machine does."""
        taken = []
        before = self.worked()
        for _ in range(REPEATED):
            began = time.perf_counter()
            for statement in statements:
                self.cursor.execute(*statement)
                self.cursor.fetchall()
            taken.append(time.perf_counter() - began)
        return statistics.median(taken), (self.worked() - before) / REPEATED

    def worked(self) -> float:
        """How many seconds the server's process was on a processor (Linux)."""
        return int(Path(f"/proc/{self.backend}/schedstat").read_text().split()[0]) / 1e9

    def counted(self) -> float:
        from django.contrib.auth.models import User
        from django.utils import timezone

        from advocacy import worklist
        from advocacy.worklist import View

        viewer = worklist.Viewer(user=User.objects.order_by("pk")[0], zone=ZoneInfo("UTC"), at=timezone.now())
        began = time.perf_counter()
        worklist.counts(View.OPEN, viewer)
        return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--open", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--explain", default="", help="show the plan of this statement and stop")
    options = parser.parse_args()
    with postgresql() as database:
        bench = Bench(database, options.cases, options.open)
        statements = bench.statements()
        if options.explain:
            for sql, params in statements[options.explain]:
                bench.cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
                print("\n".join(row[0] for row in bench.cursor.fetchall()))
            return
        measured: dict[str, list[tuple[float, float]]] = {name: [] for name in statements}
        counts: list[float] = []
        for _ in range(options.rounds):
            for name, statement in statements.items():
                measured[name].append(bench.timed(statement))
            counts.append(statistics.median(bench.counted() for _ in range(REPEATED)))
        clock = {name: statistics.median(each[0] for each in times) for name, times in measured.items()}
        server = {name: statistics.median(each[1] for each in times) for name, times in measured.items()}
        print(f"{options.cases} cases, {options.open} open, median of {options.rounds} interleaved rounds")
        print(f"{'':28} {'by the clock':>28} {'on the processor of the server':>36}")
        for name in statements:
            shares = clock[name] / clock["select 1"], server[name] / server["select 1"]
            line = f"{clock[name] * 1000:9.3f} ms {shares[0]:7.1f} x {server[name] * 1000:15.3f} ms {shares[1]:7.1f} x"
            print(f"{name:28} {line}   {len(statements[name])} statements")
        print(f"all counts, with Django: {statistics.median(counts) * 1000:.3f} ms")
        far = f"page {FAR} of open"
        print(f"page {FAR} of page 1: {clock[far] / clock['view open']:.2f} {server[far] / server['view open']:.2f}")


if __name__ == "__main__":
    main()
