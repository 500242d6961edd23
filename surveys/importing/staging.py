"""The cleaned rows of one file, on disk and out of the way, so that memory does not grow with the file.

Rows of the same address meet here, before anything is stored: an address is written once, whatever the slice.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from surveys.importing.cleaning import Row

_TABLES = """
CREATE TABLE staged (
    line INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT, company TEXT, company_key TEXT, website TEXT,
    revenue TEXT, phone TEXT, external_id TEXT, language TEXT, timezone TEXT, customer_since TEXT, tags TEXT,
    properties TEXT, owner_id INTEGER
);
CREATE TABLE company (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, website TEXT NOT NULL DEFAULT '',
    revenue TEXT NOT NULL DEFAULT '', account_id INTEGER, is_changed INTEGER NOT NULL DEFAULT 0
);
"""
_INSERT = """
INSERT OR IGNORE INTO staged VALUES (
    :line, :email, :name, :company, :company_key, :website, :revenue, :phone, :external_id, :language, :timezone,
    :customer_since, :tags, :properties, :owner_id
)
"""
_UPDATE = """
UPDATE staged SET name = :name, company = :company, company_key = :company_key, website = :website, revenue = :revenue,
    phone = :phone, external_id = :external_id, language = :language, timezone = :timezone,
    customer_since = :customer_since, tags = :tags, properties = :properties, owner_id = :owner_id
WHERE email = :email
"""
# The first site and the first revenue that the file gives for a company count.
_COMPANY = """
INSERT INTO company (key, name, website, revenue) VALUES (:company_key, :company, :website, :revenue)
ON CONFLICT (key) DO UPDATE SET
    website = coalesce(nullif(website, ''), excluded.website), revenue = coalesce(nullif(revenue, ''), excluded.revenue)
WHERE (website = '' AND excluded.website <> '') OR (revenue = '' AND excluded.revenue <> '')
"""
_SLICE = """
SELECT staged.*, company.account_id,
    coalesce(company.is_changed AND (staged.website <> '' OR staged.revenue <> ''), 0) AS is_account_changed
FROM staged LEFT JOIN company ON company.key = staged.company_key
WHERE line > ? ORDER BY line LIMIT ?
"""
_FILLED = ("name", "phone", "external_id", "language", "timezone", "customer_since", "owner_id")


class Company(NamedTuple):
    id: int
    key: str
    name: str
    website: str
    revenue: str


class Staging:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.row_factory = sqlite3.Row
        database.executescript(_TABLES)

    def add(self, rows: Sequence[Row]) -> set[int]:
        """Keep the rows. Returns the lines of those that were merged into an earlier row of the same address."""
        self._database.execute("BEGIN")
        kept = self._database.executemany(_INSERT, rows).rowcount
        repeated = self._repeated(rows) if kept < len(rows) else set()
        stored = [self._merge(row) if row["line"] in repeated else row for row in rows]
        # A company that only a repeated row names may be a mistake that the earlier row has right.
        self._database.executemany(_COMPANY, [row for row in stored if row["company_key"]])
        self._database.execute("COMMIT")
        return repeated

    def _repeated(self, rows: Sequence[Row]) -> set[int]:
        first = "SELECT line FROM staged WHERE email = ?"
        lines = [(row["line"], self._database.execute(first, [row["email"]]).fetchone()[0]) for row in rows]
        return {line for line, first_line in lines if line != first_line}

    def _merge(self, later: Row) -> Row:
        """Empty fields and tags of the earlier row are filled from the later one."""
        row: Row = dict(self._database.execute("SELECT * FROM staged WHERE email = ?", [later["email"]]).fetchone())
        for name in _FILLED:
            row[name] = row[name] or later[name]
        if not row["company_key"]:
            row["company"], row["company_key"] = later["company"], later["company_key"]
        if row["company_key"] == later["company_key"]:
            row["website"] = row["website"] or later["website"]
            row["revenue"] = row["revenue"] or later["revenue"]
        row["tags"] = json.dumps(list(dict.fromkeys(json.loads(row["tags"]) + json.loads(later["tags"]))))
        row["properties"] = json.dumps(json.loads(later["properties"]) | json.loads(row["properties"]))
        self._database.execute(_UPDATE, row)
        return row

    def companies(self, *, after: int, most: int) -> list[Company]:
        found = self._database.execute(
            "SELECT id, key, name, website, revenue FROM company WHERE id > ? ORDER BY id LIMIT ?", [after, most]
        )
        return [Company(*row) for row in found]

    def resolve_companies(self, accounts: Sequence[tuple[int | None, bool, int]]) -> None:
        """Each with the account of a company, whether it gets something new, and the company's id."""
        self._database.execute("BEGIN")
        self._database.executemany("UPDATE company SET account_id = ?, is_changed = ? WHERE id = ?", accounts)
        self._database.execute("COMMIT")

    def slice(self, *, after: int, most: int) -> list[sqlite3.Row]:
        return self._database.execute(_SLICE, [after, most]).fetchall()

    def emails(self, *, most: int) -> Iterator[list[str]]:
        """The address of every row, so many at a time."""
        rows = self._database.execute("SELECT email FROM staged ORDER BY line")
        while some := rows.fetchmany(most):
            yield [row["email"] for row in some]


@contextmanager
def open_staging() -> Iterator[Staging]:
    # An empty name is a private file that is gone with the connection, even after a kill.
    database = sqlite3.connect("", isolation_level=None)
    try:
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4000;")
        yield Staging(database)
    finally:
        database.close()
