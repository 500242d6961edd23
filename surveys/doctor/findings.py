"""What the doctor says: how well a thing is, what was found, what that means and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import partial

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

LONGEST = 400
MOST_RECORDS = 10


class Grade(TextChoices):
    OK = "ok", _("well")
    WARNING = "warning", _("warning")
    BAD = "bad", _("bad")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. Records are the words of others: from DNS, a mail or a server."""

    check: str
    grade: Grade
    name: str
    found: str
    means: str = ""
    mend: str = ""
    records: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "grade": self.grade.value, "records": list(self.records)}


@dataclass(frozen=True)
class Part:
    """Findings that stand together."""

    name: str
    findings: list[Finding]


def count(parts: Iterable[Part]) -> dict[str, int]:
    """How many findings there are of each grade."""
    grades = [finding.grade for part in parts for finding in part.findings]
    return {grade.value: grades.count(grade) for grade in Grade}


def shown(text: str, longest: int = LONGEST) -> str:
    """Foreign text on one line, with nothing that a terminal obeys or that turns the direction of what follows."""
    cut = text if len(text) <= longest else f"{text[:longest]}…"
    return "".join(
        char if char.isprintable() else " " if char.isspace() else "\N{REPLACEMENT CHARACTER}" for char in cut
    )


def _finding(
    check: str, name: str, found: str, *, grade: Grade, means: str = "", mend: str = "", records: Iterable[str] = ()
) -> Finding:
    return Finding(
        check=check,
        grade=grade,
        name=shown(name),
        found=shown(found, 2 * LONGEST),
        means=shown(means, 2 * LONGEST),
        mend=shown(mend, 2 * LONGEST),
        records=tuple(shown(record) for record in list(records)[:MOST_RECORDS]),
    )


ok = partial(_finding, grade=Grade.OK)
warning = partial(_finding, grade=Grade.WARNING)
bad = partial(_finding, grade=Grade.BAD)
