"""How fast contacts come in, and what it costs in memory. One command, no arguments:

    python bench/import_contacts.py

Every figure is of a whole `manage.py import_contacts`, on a fresh SQLite database of its own. With TEST_DATABASE_URL it
also compares PostgreSQL with the limit there: COPY of the raw lines and one upsert, half of the addresses known.
"""

from __future__ import annotations

import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "surveys" / "data" / "demo" / "contacts.csv"
ROUNDS = 3

RAW_UPSERT = """
    INSERT INTO surveys_contact AS old (
        email, address_hash, phone, name, external_id, language, timezone, customer_since, tags, properties, basis,
        basis_source, updated_at)
    SELECT DISTINCT ON (lower(email)) lower(email), encode(sha256(lower(email)::bytea), 'hex'), coalesce(phone, ''),
        coalesce(name, ''), '', coalesce(language, ''), coalesce(timezone, ''), customer_since::date,
        to_jsonb(string_to_array(tags, ',')), jsonb_build_object('plan', plan), 'customer', 'raw', now()
    FROM raw
    ON CONFLICT (lower(email)) WHERE NOT (email = '') DO UPDATE SET
        phone = excluded.phone, name = excluded.name, language = excluded.language, timezone = excluded.timezone,
        customer_since = excluded.customer_since, tags = excluded.tags, properties = excluded.properties,
        updated_at = excluded.updated_at
"""


LONGEST = """
import sys, time
from pathlib import Path
import django
django.setup()
from django.db import transaction
from surveys import importing

class Timed(transaction.Atomic):
    def __enter__(self):
        super().__enter__()
        self.began = time.perf_counter()
    def __exit__(self, *error):
        super().__exit__(*error)
        held.append(time.perf_counter() - self.began)

held = []
transaction.Atomic = Timed
importing.import_contacts(Path(sys.argv[1]), basis="customer", source="bench")
print(f"longest write transaction {max(held) * 1000:.0f} ms of {len(held)} (at most 250)")
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        scratch = Path(directory)
        environment = os.environ | {
            "ADDRESS_HASH_KEY": "bench",
            "DATA_DIR": directory,
            "DATABASE_URL": f"sqlite:///{scratch / 'bench.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "bench",
        }
        measure_sqlite(scratch, environment)
        if url := os.environ.get("TEST_DATABASE_URL"):
            measure_postgresql(scratch, environment, url)
        else:
            print("PostgreSQL: left out, TEST_DATABASE_URL is not set")


def measure_sqlite(scratch: Path, environment: dict[str, str]) -> None:
    peaks = {}
    for rows, rounds in ((1_200, ROUNDS), (10_000, 1), (100_000, ROUNDS)):
        file = write_file(scratch / f"{rows}.csv", rows)
        runs = []
        for _round in range(rounds):
            refresh(scratch, environment)
            runs.append(run_import(environment, file))
        seconds = statistics.median(seconds for seconds, _peak in runs)
        peaks[rows] = statistics.median(peak for _seconds, peak in runs)
        print(f"SQLite {rows:>9,} rows: {seconds:6.2f} s, {rows / seconds:>7,.0f} rows/s, peak {peaks[rows]:.0f} MB")
    refresh(scratch, environment)
    subprocess.run([sys.executable, "-c", LONGEST, str(file)], cwd=ROOT, env=environment, check=True)
    print(f"peak memory of 100,000 rows to that of 10,000: {peaks[100_000] / peaks[10_000]:.2f} (at most 1.2)")


def refresh(scratch: Path, environment: dict[str, str]) -> None:
    for database in scratch.glob("bench.sqlite3*"):
        database.unlink()
    manage(environment, "migrate", "-v0")


def measure_postgresql(scratch: Path, environment: dict[str, str], url: str) -> None:
    rows = 100_000
    known, file = write_file(scratch / "known.csv", rows, step=2), write_file(scratch / "all.csv", rows)
    ratios = []
    for _round in range(ROUNDS):
        with scratch_database(url) as database:
            there = environment | {"DATABASE_URL": database}
            manage(there, "migrate", "-v0")
            run_import(there, known)
            seconds, _peak = run_import(there, file)
        with scratch_database(url) as database:
            there = environment | {"DATABASE_URL": database}
            manage(there, "migrate", "-v0")
            run_import(there, known)
            limit = copy_raw(database, file)
        ratios.append(limit / seconds)
        print(f"PostgreSQL {rows:,} rows: {seconds:.2f} s, {rows / seconds:,.0f} rows/s; COPY + upsert {limit:.2f} s")
    print(f"PostgreSQL, of COPY + upsert: {statistics.median(ratios):.2f}")


def write_file(path: Path, rows: int, *, step: int = 1) -> Path:
    """The sample again and again, each time with other addresses and companies. A step leaves rows out."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        header, *sample = csv.reader(file)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for number in range(0, rows, step):
            email, name, company, *rest = sample[number % len(sample)]
            local, _, domain = email.partition("@")
            company = company and f"{company} {number // len(sample)}"
            writer.writerow([f"{local}.{number}@{domain}", name, company, *rest])
    return path


def manage(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)


def run_import(environment: dict[str, str], file: Path) -> tuple[float, float]:
    """Seconds and megabytes."""
    command = [sys.executable, "manage.py", "import_contacts", str(file), "--json"]
    began = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - began
        output.seek(0)
        report = json.load(output)
    assert process.returncode == 0
    assert report["rejected"] == report["merged"] == report["blank"] == 0
    return seconds, usage.ru_maxrss / (1024 * (1024 if sys.platform == "darwin" else 1))


@contextmanager
def scratch_database(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    name = f"bench_import_{os.getpid()}"
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def copy_raw(url: str, file: Path) -> float:
    with psycopg.connect(url) as connection, file.open("rb") as lines:
        header = lines.readline().decode().strip()
        connection.execute(f"CREATE TEMPORARY TABLE raw ({header.replace(',', ' text, ')} text)")
        began = time.perf_counter()
        with connection.cursor().copy("COPY raw FROM STDIN WITH (FORMAT csv)") as copy:
            while chunk := lines.read(1 << 16):
                copy.write(chunk)
        connection.execute(RAW_UPSERT)
        connection.commit()
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
