"""Bring a file of contacts in: upload, check, import, take back. Each long step is a row that a worker takes up."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import shutil
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from django.core.files import File
from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import importing
from surveys.enums import IMPORT_MOVES, Basis, ImportStatus
from surveys.importing import columns, undoing
from surveys.importing.cleaning import without_controls
from surveys.importing.errorfile import ErrorFile
from surveys.importing.report import FileRefused
from surveys.models import Import, ImportedContact, ImportMapping
from surveys.models.imports import KEPT_DAYS
from surveys.transitions import WrongState, move

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

MAX_SIZE = 64 << 20
LEASE = dt.timedelta(seconds=60)
BEAT = dt.timedelta(seconds=1)
MAX_ATTEMPTS = 5  # a file that kills its worker must not do so for ever
SHOWN_ISSUES = 50
SWEPT = 2_000
COUNTS = ("rows", "created", "updated", "unchanged", "merged", "rejected", "blank")
OVER = (ImportStatus.FINISHED, ImportStatus.FAILED, ImportStatus.UNDONE)


class LostLease(Exception):
    """Somebody else works on it: we were silent too long."""


# ------------------------------------------------------------------------------------------------ what people do


def receive(file: File[bytes], *, name: str, basis: Basis, source: str, by: User) -> Import:
    """Keep an uploaded file and look at its columns. Raises FileRefused for one that can never be imported."""
    name = without_controls(name)[:200] or _("file without a name")
    batch = Import(name=name, size=file.size, basis=basis, source=source or name, by=by)
    batch.file.save(name, file, save=False)
    try:
        with local_file(batch) as path:
            batch.encoding, batch.delimiter, batch.columns = importing.glimpse(path, name=name)
        batch.save()
    except BaseException:
        batch.file.delete(save=False)
        raise
    return batch


def titles(batch: Import) -> list[str]:
    """What a mapping has to say something about: each title once."""
    return list(columns.suggest(column["title"] for column in batch.columns))


def mapping_for(batch: Import) -> dict[str, str]:
    """What was last said of these columns; else what we recognise."""
    names = titles(batch)
    known = ImportMapping.objects.filter(key=_key(names)).first()
    return columns.suggest(names) | (batch.mapping or (known.mapping if known else {}))


def submit(batch: Import, *, mapping: Mapping[str, str], by: User) -> None:
    """Have the file checked under this mapping, and remember it. Raises WrongState once something was stored."""
    chosen = {title: mapping[title] for title in titles(batch)}
    with transaction.atomic():
        batch.refresh_from_db()
        if not batch.can_be_mapped:
            raise WrongState(f"{batch} is past its check")
        move(batch, IMPORT_MOVES, ImportStatus.CHECKING, by=by, mapping=chosen, **_FRESH)
        known = {"mapping": chosen, "at": timezone.now()}
        ImportMapping.objects.update_or_create(key=_key(chosen), defaults=known)


def confirm(batch: Import, *, by: User) -> None:
    """Let it come in as the check said. Raises WrongState when somebody was faster."""
    move(batch, IMPORT_MOVES, ImportStatus.RUNNING, by=by, started_at=timezone.now(), **_FRESH)


def take_back(batch: Import, *, by: User) -> None:
    """Have it undone. Raises WrongState when it is not over, or was stored too long ago."""
    if not batch.can_be_undone:
        raise WrongState(f"{batch} cannot be taken back")
    with transaction.atomic():
        move(batch, IMPORT_MOVES, ImportStatus.UNDOING, by=by, undone_kept=0, **_FRESH)
        ImportedContact.objects.filter(batch=batch).exclude(kept="").update(kept="")


def discard(batch: Import) -> None:
    """Forget a file of which nothing was stored. Raises WrongState when something was, or is about to be."""
    is_unused = Q(status__in=[ImportStatus.UPLOADED, ImportStatus.CHECKED, ImportStatus.FAILED], started_at=None)
    if not Import.objects.filter(is_unused, pk=batch.pk).delete()[0]:
        raise WrongState(f"{batch} is in use")
    delete_files(batch)


_FRESH: dict[str, Any] = {
    "attempts": 0, "claim_id": None, "lease_until": None, "error": "", "rows_read": 0, "rows_stored": 0,
}  # fmt: skip


def _key(names: Mapping[str, str] | list[str]) -> str:
    return hashlib.sha256(json.dumps(sorted(names)).encode()).hexdigest()


# ------------------------------------------------------------------------------------------------ what a worker does


def run_next() -> bool:
    """Take up the oldest import that waits, and bring it to the end of its step. Whether there was one."""
    batch = _claim()
    if batch is None:
        return False
    step = {ImportStatus.CHECKING: _check, ImportStatus.RUNNING: _run, ImportStatus.UNDOING: _undo}
    try:
        if batch.attempts > MAX_ATTEMPTS:
            stopped = _("The work on this file stopped %d times. Split it into smaller files, and try again.")
            raise FileRefused(stopped % MAX_ATTEMPTS)
        step[ImportStatus(batch.status)](batch)
    except LostLease:
        logger.warning("imports.lost_lease import=%s", batch.pk)
    except FileRefused as refusal:
        _fail(batch, str(refusal))
    except OperationalError:
        # The database is busy or gone: the lease ends, and whoever is next begins again.
        logger.exception("imports.database_failed import=%s", batch.pk)
    except Exception:  # the edge of a batch: one file must not stop the others
        logger.exception("imports.failed import=%s", batch.pk)
        _fail(batch, _("Something went wrong here, not in your file. The log has the details."))
    return True


def _fail(batch: Import, error: str) -> None:
    with suppress(LostLease):
        _finish(batch, ImportStatus.FAILED, error=error)


def _claim() -> Import | None:
    now = timezone.now()
    for pk in Import.objects.free(now).order_by("pk").values_list("pk", flat=True):
        ours = {"claim_id": uuid.uuid4(), "lease_until": now + LEASE, "attempts": F("attempts") + 1}
        if Import.objects.free(now).filter(pk=pk).update(**ours):
            return Import.objects.get(pk=pk)
    return None


def _hold(batch: Import, **fields: Any) -> None:
    """Say that we are alive, and how far. Raises LostLease when the work is somebody else's by now."""
    fields["lease_until"] = timezone.now() + LEASE
    if not Import.objects.filter(pk=batch.pk, claim_id=batch.claim_id).update(**fields):
        raise LostLease


def _finish(batch: Import, status: ImportStatus, **fields: Any) -> None:
    with transaction.atomic():
        _hold(batch)
        move(batch, IMPORT_MOVES, status, **{"claim_id": None, "lease_until": None, **fields})


class _Progress:
    """Told after every slice; tells the row once a second."""

    def __init__(self, batch: Import) -> None:
        self._batch = batch
        self._due = timezone.now()
        self._done = {"read": 0, "accounts": 0, "stored": 0}

    def __call__(self, stage: str, rows: int) -> None:
        self._done[stage] += rows
        if timezone.now() >= self._due:
            _hold(self._batch, rows_read=self._done["read"], rows_stored=self._done["stored"])
            self._due = timezone.now() + BEAT


def _check(batch: Import) -> None:
    _finish(batch, ImportStatus.CHECKED, **_read(batch, dry_run=True))


def _run(batch: Import) -> None:
    facts = _read(batch, dry_run=False)
    if batch.attempts > 1:
        # Rows that an earlier attempt stored look unchanged to this one.
        people = facts["created"] + facts["updated"] + facts["unchanged"]
        made = ImportedContact.objects.filter(batch=batch, was_created=True).count()
        changed = ImportedContact.objects.filter(batch=batch, was_created=False).count()
        facts |= {"created": made, "updated": changed, "unchanged": max(people - made - changed, 0)}
    _finish(batch, ImportStatus.FINISHED, finished_at=timezone.now(), **facts)


def _read(batch: Import, *, dry_run: bool) -> dict[str, Any]:
    """Import the file, or only look. Returns what the row is to say of it."""
    kinds: Counter[tuple[str, str]] = Counter()
    first: list[tuple[int, str, str]] = []
    with local_file(batch) as path, _errors_of(batch) as file:
        errors = ErrorFile(file, (column["title"] for column in batch.columns))

        def note(issue: importing.Issue, cells: list[str]) -> None:
            errors.write(issue, cells)
            kinds[issue.column, issue.code] += 1
            if issue.is_rejection and len(first) < SHOWN_ISSUES:
                first.append((issue.line, issue.column, issue.code))

        report = importing.import_contacts(
            path,
            name=batch.name,
            basis=batch.basis,
            source=batch.source,
            dry_run=dry_run,
            mapping=batch.mapping,
            batch_id=batch.pk,
            progress=_Progress(batch),
            on_issue=note,
        )
    counts = {name: getattr(report, name) for name in COUNTS}
    said = [(column, code, count) for (column, code), count in kinds.most_common()]
    return {**counts, "warnings": report.warnings_total, "issues": first, "kinds": said}


def _undo(batch: Import) -> None:
    def note(done: undoing.Undo) -> None:
        _hold(
            batch,
            undone_deleted=F("undone_deleted") + done.deleted,
            undone_restored=F("undone_restored") + done.restored,
            undone_kept=F("undone_kept") + done.stay,
        )

    undoing.undo(batch, note=note)
    _finish(batch, ImportStatus.UNDONE, undone_at=timezone.now())
    forget(batch)


# ------------------------------------------------------------------------------------------------ files


@contextmanager
def local_file(batch: Import) -> Iterator[Path]:
    """The file on this machine, wherever it is stored. Raises FileRefused when it is gone."""
    if not batch.has_file:
        raise FileRefused(_("The file is not here any more: it is kept for %d days. Upload it again.") % KEPT_DAYS)
    with ExitStack() as stack:
        try:
            path = Path(batch.file.path)
        except NotImplementedError:
            copy = stack.enter_context(tempfile.NamedTemporaryFile())
            with batch.file.open("rb") as stored:
                shutil.copyfileobj(stored, copy)
            copy.flush()
            path = Path(copy.name)
        yield path


@contextmanager
def _errors_of(batch: Import) -> Iterator[TextIO]:
    """Complete or not there: a half-written list of errors would pass for the whole."""
    with tempfile.TemporaryFile() as draft:
        text = TextIOWrapper(draft, encoding="utf-8-sig", newline="")
        yield text
        text.detach()
        draft.seek(0)
        old = batch.errors_file.name
        batch.errors_file.save("errors", File(draft), save=False)
        try:
            _hold(batch, errors_file=batch.errors_file.name)
        except LostLease:
            old = batch.errors_file.name
            raise
        finally:
            if old:
                batch.errors_file.storage.delete(old)


def delete_files(batch: Import) -> None:
    for file in (batch.file, batch.errors_file):
        if file:
            file.delete(save=False)


def forget(batch: Import) -> None:
    """Delete the file and what was read in it; the counts stay."""
    delete_files(batch)
    Import.objects.filter(pk=batch.pk).update(file="", errors_file="", columns=[])


def forget_over() -> None:
    """Delete the files of all imports that are over: somebody was erased who may stand in them. They can be undone as
    before; one that still waits for a person's word is kept."""
    for batch in Import.objects.filter(status__in=OVER).exclude(file="", errors_file="", columns=[]):
        forget(batch)


def sweep() -> bool:
    """Forget what is too old to be kept, a slice at a time. Whether there is more."""
    then = timezone.now() - dt.timedelta(days=KEPT_DAYS)
    old = Import.objects.filter(created_at__lt=then).exclude(pk__in=Import.objects.at_work())
    records = ImportedContact.objects.filter(batch__in=old).order_by("pk").values_list("pk", flat=True)[:SWEPT]
    gone, _rows = ImportedContact.objects.filter(pk__in=list(records)).delete()
    for batch in old.exclude(file="", errors_file="", columns=[])[:10]:
        forget(batch)
        gone += 1
    return gone > 0
