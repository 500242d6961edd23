"""Read contacts from a CSV file or an XLSX workbook."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from surveys import campaigns, happened, importing
from surveys.enums import Basis
from surveys.happened import Asked
from surveys.importing.errorfile import ErrorFile
from surveys.management.commands import ask
from surveys.models import Campaign
from surveys.transitions import WrongState

SHOWN = 8
DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}


class Command(BaseCommand):
    help = "Create or update a contact for each address in a CSV or XLSX file. The same file again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="with a header line; separator and encoding are detected")
        parser.add_argument(
            "--basis",
            choices=[basis.value for basis in Basis if basis.value],
            default=Basis.CUSTOMER.value,
            help="why we may ask these contacts for their opinion; recorded where nothing is recorded yet "
            "(never a consent to marketing)",
        )
        parser.add_argument(
            "--ask",
            metavar="CAMPAIGN",
            default="",
            help="the rows tell of something that has just happened: ask each contact about it, by this campaign",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--json", action="store_true", help="print the report as JSON and nothing else")
        parser.add_argument("--errors", type=Path, metavar="FILE", help="write all errors and warnings to a CSV file")
        parser.add_argument("--encoding", default="", help="such as utf-8, windows-1252 or utf-16")
        parser.add_argument("--delimiter", default="", help="comma, semicolon, tab, pipe or a character")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        errors: Path | None = options["errors"]
        if errors and errors.absolute() == path.absolute():
            raise CommandError("--errors names the file that is to be read. Name another one.")
        campaign, asked = _campaign(options["ask"]), Asked()
        progress = _Progress(self.stderr.write if sys.stderr.isatty() and not options["json"] else None)
        summary = _Summary()
        try:
            with _error_file(errors) as write:

                def note(issue: importing.Issue, _cells: list[str]) -> None:
                    summary.add(issue)
                    write(issue)

                report = importing.import_contacts(
                    path,
                    basis=options["basis"],
                    source=path.name[:200],
                    dry_run=options["dry_run"],
                    encoding=options["encoding"],
                    delimiter=options["delimiter"],
                    progress=progress.tell,
                    on_issue=note,
                    on_people=partial(happened.ask, campaign=campaign, into=asked) if campaign else None,
                )
        except importing.FileRefused as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(_explain(error, stored=progress.stored)) from error
        except WrongState as error:
            raise CommandError(f"All rows are stored, but nobody more was asked: {error}.") from error
        except KeyboardInterrupt as error:
            raise CommandError(f"Stopped. {_how_to_go_on(progress.stored)}", returncode=130) from error
        if options["json"]:
            told = {"asked": asked.count, "left_out": dict(asked.left_out)} if campaign else {}
            self.stdout.write(json.dumps(report.as_dict() | told, indent=2))
        else:
            self._describe(report, summary, path=path, errors=errors, dry_run=options["dry_run"])
            if campaign and not options["dry_run"]:
                self.stdout.write("\n".join(ask.told(asked)))

    def _describe(
        self, report: importing.Report, summary: _Summary, *, path: Path, errors: Path | None, dry_run: bool
    ) -> None:
        delimiter = DELIMITER_NAMES.get(report.delimiter, repr(report.delimiter))
        separated = f", separated by {delimiter}" if report.delimiter else ""
        self.stdout.write(f"{path.name}: {report.rows:,} rows, read as {report.encoding}{separated}")
        for number, words in (
            (report.created, "new contacts"),
            (report.updated, "contacts with something new"),
            (report.unchanged, "contacts already as the file says"),
            (report.merged, "rows joined with an earlier row of the same address"),
            (report.blank, "blank rows"),
            (report.rejected, "rows rejected"),
        ):
            if number or words == "new contacts":
                self.stdout.write(f"{number:>9,} {words}")
        if report.properties:
            self.stdout.write(f"Columns kept as properties: {', '.join(report.properties)}")
        for heading, lines in (("Rejected:", summary.rejections()), ("Taken over, but:", summary.warnings())):
            if lines:
                self.stdout.write("\n".join([heading, *lines]))
        if errors:
            self.stdout.write(f"Every one of them is in {errors}")
        elif summary.is_short:
            self.stdout.write("--errors FILE writes every one of them to a file.")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was changed.")


def _campaign(wanted: str) -> Campaign | None:
    """The campaign that is to ask. One that cannot is refused before anything is read."""
    if not wanted:
        return None
    try:
        campaign = campaigns.named(wanted)
        happened.require(campaign)
    except (LookupError, WrongState) as error:
        raise CommandError(str(error)) from error
    return campaign


class _Summary:
    """Issues of a kind together, with the first lines: a thousand times the same says less than once."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], list[int]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, issue: importing.Issue) -> None:
        kind = (issue.code, issue.column)
        self._counts[kind] += 1
        if self._counts[kind] <= SHOWN:
            self._lines.setdefault(kind, []).append(issue.line)

    def rejections(self) -> list[str]:
        return [self._describe(issue, count) for issue, count in self._kinds() if issue.is_rejection]

    def warnings(self) -> list[str]:
        return [self._describe(issue, count) for issue, count in self._kinds() if not issue.is_rejection]

    @property
    def is_short(self) -> bool:
        return any(count > SHOWN for count in self._counts.values())

    def _kinds(self) -> list[tuple[importing.Issue, int]]:
        return [(importing.Issue(0, column, code), count) for (code, column), count in self._counts.most_common()]

    def _describe(self, issue: importing.Issue, count: int) -> str:
        lines = ", ".join(str(line) for line in self._lines[issue.code, issue.column])
        place = f"{issue.column}: " if issue.column else ""
        return f"{count:>9,} {place}{issue.message} (line {lines}{', ...' if count > SHOWN else ''})"


class _Progress:
    """How far we are, for whoever waits at a terminal and for the message when something stops us."""

    def __init__(self, write: Callable[..., Any] | None) -> None:
        self._write = write
        self.read = self.stored = 0

    def tell(self, stage: str, rows: int) -> None:
        if stage == "read":
            self.read += rows
        elif stage == "stored":
            self.stored += rows
        if self._write:
            self._write(f"\r{self.read:,} rows read, {self.stored:,} stored ", ending="")


@contextmanager
def _error_file(path: Path | None) -> Iterator[Callable[[importing.Issue], Any]]:
    """Complete or not there: a half-written list of errors would pass for the whole."""
    if path is None:
        yield lambda issue: None
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        file = draft.open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}. Name another file.") from error
    try:
        with file:
            yield ErrorFile(file).write
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _explain(error: DatabaseError, *, stored: int) -> str:
    text = " ".join(str(error).split())
    if "no such" in text or "does not exist" in text:
        return "The database is not ready. Run “manage.py migrate” and then this command again."
    if "locked" in text:
        return "Another program holds the database. " + _how_to_go_on(stored)
    return f"The database failed ({text[:200]}). See that it runs and what DATABASE_URL says. " + _how_to_go_on(stored)


def _how_to_go_on(stored: int) -> str:
    if stored:
        return f"{stored:,} rows are stored. Run the same command again: it takes the rest and doubles nothing."
    return "Nothing was stored. Run the same command again."
