"""Contacts from a CSV file or an XLSX workbook: read, cleaned, merged by address, then stored in slices.

Nothing is written before the whole file has been read. A killed import is simply repeated: what is there already is
unchanged. Suppressions belong to the address, so no import lifts one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import enums
from surveys.importing.accounts import resolve_accounts
from surveys.importing.cleaning import EMPTY_CELL_CODES, Cleaner, Row, without_controls
from surveys.importing.columns import Header, read_header, require_columns, shown_title
from surveys.importing.reading import Record, Table, open_table
from surveys.importing.report import FileRefused, Issue, Report
from surveys.importing.staging import Staging, open_staging
from surveys.importing.storing import Basis, find_owners, store_contacts

__all__ = ["FileRefused", "Glimpse", "Issue", "Report", "glimpse", "import_contacts"]

BATCH = 1_000
GLIMPSED = 50  # rows that are looked through for samples
SAMPLES = 3
MAX_SAMPLE = 80

Progress = Callable[[str, int], None]


def import_contacts(
    path: Path,
    *,
    basis: str,
    source: str,
    dry_run: bool = False,
    today: dt.date | None = None,
    name: str = "",
    mapping: Mapping[str, str] | None = None,
    batch_id: int | None = None,
    encoding: str = "",
    delimiter: str = "",
    progress: Progress | None = None,
    on_issue: Callable[[Issue, list[str]], None] | None = None,
    on_people: Callable[[list[str]], object] | None = None,
) -> Report:
    """Create or update a contact for each address in the file. Raises FileRefused, and then nothing was changed.

    The basis for research mail is recorded where none is; consent to marketing never comes from an import. `mapping`
    says what the columns mean (by default what we recognise), `batch_id` names the Import that is to know each contact
    it made or changed. `progress` is told "read", "accounts" or "stored" and how many are done, `on_issue` everything
    that the report's lists may be too short for, with the cells of the row. Once all are stored, `on_people` gets the
    addresses of the file, slice by slice.
    """
    basis = enums.Basis(basis)
    report = Report()
    tell = progress or (lambda stage, rows: None)
    with open_table(path, name=name, encoding=encoding, delimiter=delimiter) as table, open_staging() as staging:
        report.encoding, report.delimiter = table.encoding, table.delimiter
        header = _header(table.records, mapping)
        report.properties = header.properties
        for batch, issues in _read(table, header, staging, report, today=today or timezone.localdate()):
            for issue, cells in issues:
                report.note(issue)
                if on_issue:
                    on_issue(issue, cells)
            tell("read", batch)
        for companies in resolve_accounts(staging, dry_run=dry_run):
            tell("accounts", companies)
        recorded = Basis(basis, source, timezone.now(), batch_id)
        for counts in store_contacts(staging, recorded, dry_run=dry_run):
            report.created += counts.created
            report.updated += counts.updated
            report.unchanged += counts.unchanged
            tell("stored", sum(counts))
        if on_people and not dry_run:
            for emails in staging.emails(most=BATCH):
                on_people(emails)
    return report


class Glimpse(NamedTuple):
    """The first look at a file: the title of each column, and up to three of its values."""

    encoding: str
    delimiter: str
    columns: list[dict[str, Any]]


def glimpse(path: Path, *, name: str = "") -> Glimpse:
    """Raises FileRefused for what cannot be imported under any mapping."""
    with open_table(path, name=name) as table:
        cells = _first_cells(table.records)[1]
        require_columns(cells)
        columns: list[dict[str, Any]] = [{"title": title, "samples": []} for title in map(shown_title, cells)]
        for record in islice(table.records, GLIMPSED):
            for column, cell in zip(columns, record.cells, strict=False):
                text, samples = without_controls(cell)[:MAX_SAMPLE], column["samples"]
                if text and text not in samples and len(samples) < SAMPLES:
                    samples.append(text)
        return Glimpse(table.encoding, table.delimiter, columns)


def _read(
    table: Table, header: Header, staging: Staging, report: Report, *, today: dt.date
) -> Iterator[tuple[int, list[tuple[Issue, list[str]]]]]:
    """Bring the rows into the staging, batch by batch. Yields how many lines that were, and what is to be said."""
    cleaner = Cleaner(header, today=today)
    yield 0, [(issue, []) for issue in header.issues]
    while batch := list(islice(table.records, BATCH)):
        rows: list[Row] = []
        issues: list[Issue] = []
        for record in batch:
            row, found = cleaner.clean(record)
            issues += found
            if row:
                rows.append(row)
            elif not found:
                report.blank += 1
        issues += _name_owners(rows, header)
        merged = staging.add(rows)
        report.merged += len(merged)
        # An empty cell of a repeated row is nothing to fill in: the earlier row has it.
        said = [issue for issue in issues if not (issue.line in merged and issue.code in EMPTY_CELL_CODES)]
        cells = {record.line: record.cells for record in batch} if said else {}
        yield len(batch), [(issue, cells[issue.line]) for issue in sorted(said, key=lambda issue: issue.line)]


def _header(records: Iterator[Record], mapping: Mapping[str, str] | None) -> Header:
    line, cells = _first_cells(records)
    return read_header(line, cells, mapping=mapping)


def _first_cells(records: Iterator[Record]) -> tuple[int, list[str]]:
    record = next(records, None)
    if record is None:
        raise FileRefused(_("The file holds no text. Export it again, with a header line."))
    if record.fault:
        why = Issue(record.line, "", record.fault).message
        raise FileRefused(_("The header in line %(line)d cannot be read: %(why)s") % {"line": record.line, "why": why})
    return record.line, record.cells


def _name_owners(rows: list[Row], header: Header) -> list[Issue]:
    """Set the owners that are users. Returns a warning for each row whose owner is none."""
    emails = {row["owner_email"] for row in rows} - {""}
    column = header.find("owner_email")
    if not emails or not column:
        return []
    owners = find_owners(emails)
    for row in rows:
        row["owner_id"] = owners.get(row["owner_email"])
    return [
        Issue(row["line"], column.title, "owner_unknown") for row in rows if row["owner_email"] and not row["owner_id"]
    ]
