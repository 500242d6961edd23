"""Everything an import has to say, as a CSV file that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any, TextIO

from surveys.importing.cleaning import without_controls
from surveys.importing.faults import FORMULA_STARTS
from surveys.importing.report import Issue

HEADER = ("line", "column", "code", "message", "kind")


class ErrorFile:
    """Writes to `file`, which is to be opened with newline=""; `titles` name the cells of the rows."""

    def __init__(self, file: TextIO, titles: Iterable[str] = ()) -> None:
        self._writer: Any = csv.writer(file, quoting=csv.QUOTE_ALL)
        self._writer.writerow([*HEADER, *map(harmless, titles)])

    def write(self, issue: Issue, cells: Iterable[str] = ()) -> None:
        kind = "error" if issue.is_rejection else "warning"
        said = [issue.line, harmless(issue.column), issue.code, issue.message, kind]
        self._writer.writerow([*said, *map(harmless, cells)])


def harmless(cell: str) -> str:
    """A spreadsheet would run a cell that begins like a formula, also behind a tab or a line break."""
    cell = without_controls(cell)
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
