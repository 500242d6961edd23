from __future__ import annotations

import csv
import datetime as dt
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import OperationalError
from django.utils import timezone

from surveys import importing, imports
from surveys.enums import IMPORT_MOVES, Basis, ImportStatus, KeepReason
from surveys.importing import FileRefused, storing
from surveys.models import Contact, Event, Import, ImportedContact, ImportMapping
from surveys.transitions import WrongState, move
from tests.factories import make_contact, make_import, make_response, make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db

CONTENT = "E-mail,Full name,Plan\nana@example.com,Ana,free\nnobody,Bo,\n"


CELLS = ['\'=HYPERLINK("x")', "'@SUM(1)", "'+1"]


def receive(content: str | bytes = CONTENT, name: str = "people.csv", **fields: Any) -> Import:
    file = ContentFile(content.encode() if isinstance(content, str) else content)
    return imports.receive(
        file, **{"name": name, "basis": Basis.CUSTOMER, "source": "CRM", "by": make_user(), **fields}
    )


def checked(content: str = CONTENT, **mapping: str) -> Import:
    batch = receive(content)
    imports.submit(batch, mapping=imports.mapping_for(batch) | mapping, by=make_user())
    assert imports.run_next()
    batch.refresh_from_db()
    return batch


def imported(content: str = CONTENT) -> Import:
    batch = checked(content)
    imports.confirm(batch, by=make_user())
    assert imports.run_next()
    batch.refresh_from_db()
    return batch


def people(rows: int) -> str:
    return "email,name\n" + "".join(f"c{number}@example.com,C {number}\n" for number in range(rows))


def test_upload_looks_at_the_columns_and_stores_no_contact() -> None:
    batch = receive()

    assert (batch.status, batch.encoding, batch.delimiter, batch.size) == ("uploaded", "utf-8", ",", len(CONTENT))
    assert batch.columns == [
        {"title": "E-mail", "samples": ["ana@example.com", "nobody"]},
        {"title": "Full name", "samples": ["Ana", "Bo"]},
        {"title": "Plan", "samples": ["free"]},
    ]
    assert imports.mapping_for(batch) == {"E-mail": "email", "Full name": "name", "Plan": "property"}
    assert not imports.run_next()
    assert Contact.objects.count() == 0


def test_file_is_kept_where_nobody_else_can_read_or_guess_it() -> None:
    batch = receive(name="../../<b>\x00secret.csv")

    path = Path(batch.file.path)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert "secret" not in str(path)
    assert batch.name == "../../<b>secret.csv"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "people.csv is empty. Export it again, with a header line."),
        ("\n \n", "The file holds no text. Export it again, with a header line."),
        (b"%PDF-1.7", "people.csv is not a text file. Save it from your spreadsheet as “CSV UTF-8”."),
        (
            "ana@example.com,Ana\n",
            "The first line holds an address instead of column names. Add a header line: email,name",
        ),
        (
            "email" + ",x" * 1_000_000,
            "The header in line 1 cannot be read: The line is longer than a million characters.",
        ),
        (
            "email" + ",x" * 300,
            "The file has 301 columns and at most 200 can be read. Delete the ones you do not need.",
        ),
    ],
    ids=["empty", "blank", "pdf", "no header", "million columns", "too many columns"],
)
def test_what_can_never_be_imported_leaves_nothing_behind(content: str | bytes, words: str, settings: Any) -> None:
    kept = set(Path(settings.MEDIA_ROOT).rglob("*"))

    with pytest.raises(FileRefused) as refused:
        receive(content)

    assert str(refused.value) == words
    assert Import.objects.count() == 0
    assert {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()} <= kept


def test_check_counts_and_stores_nothing() -> None:
    batch = checked()

    assert (batch.status, batch.created, batch.rejected, batch.rows) == ("checked", 1, 1, 2)
    assert (batch.issues, batch.kinds) == ([[3, "E-mail", "email_no_at"]], [["E-mail", "email_no_at", 1]])
    assert (batch.claim_id, batch.lease_until) == (None, None)
    assert Contact.objects.count() == ImportedContact.objects.count() == 0


def test_import_stores_what_the_check_said() -> None:
    batch = imported()

    contact = Contact.objects.get()
    assert (batch.status, batch.created, batch.updated, batch.rejected) == ("finished", 1, 0, 1)
    assert (contact.email, contact.name, contact.properties) == ("ana@example.com", "Ana", {"plan": "free"})
    assert (contact.basis, contact.basis_source) == ("customer", "CRM")
    assert list(ImportedContact.objects.values_list("batch", "contact", "was_created")) == [
        (batch.pk, contact.pk, True)
    ]
    moves = Event.objects.filter(kind="surveys.import").order_by("pk").values_list("came_from", "went_to")
    assert list(moves) == [
        ("uploaded", "checking"),
        ("checking", "checked"),
        ("checked", "running"),
        ("running", "finished"),
    ]


def test_error_file_has_the_reason_and_the_row_and_runs_nothing() -> None:
    batch = checked('email,name,=cmd\n"=HYPERLINK(""x"")",@SUM(1),"\t+1"\n')

    with batch.errors_file.open("rb") as file:
        text = file.read()
    assert text.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(StringIO(text.decode("utf-8-sig")))) == [
        ["line", "column", "code", "message", "kind", "email", "name", "'=cmd"],
        [*["2", "email", "email_formula"], "A spreadsheet formula instead of an address.", "error", *CELLS],
    ]


def test_columns_mean_what_was_said() -> None:
    batch = checked("Correo,email,Plan\nana@example.com,x,free\n", Correo="email", email="ignore", Plan="name")
    imports.confirm(batch, by=make_user())
    imports.run_next()

    contact = Contact.objects.get()
    assert (contact.email, contact.name, contact.properties) == ("ana@example.com", "free", {})


def test_mapping_is_remembered_for_the_same_titles_in_any_order() -> None:
    checked("E-mail,Plan\nana@example.com,free\n", Plan="tags")

    same, other = receive("Plan,E-mail\nfree,bo@example.com\n"), receive("E-mail,Plan,City\nbo@example.com,x,y\n")

    assert imports.mapping_for(same) == {"Plan": "tags", "E-mail": "email"}
    assert imports.mapping_for(other) == {"E-mail": "email", "Plan": "property", "City": "property"}
    assert ImportMapping.objects.count() == 1


def test_mapping_without_an_address_fails_and_may_be_chosen_anew() -> None:
    batch = receive("Correo,Plan\nana@example.com,free\n")
    imports.submit(batch, mapping={"Correo": "property", "Plan": "property"}, by=make_user())
    imports.run_next()
    batch.refresh_from_db()
    failed = (batch.status, batch.error.partition(".")[0])

    imports.submit(batch, mapping={"Correo": "email", "Plan": "property"}, by=make_user())
    imports.run_next()

    batch.refresh_from_db()
    assert failed == ("failed", "No column of mail addresses")
    assert (batch.status, batch.error, batch.created) == ("checked", "", 1)


class Killed(BaseException):
    """What no handler sees: as if the process were gone."""


def test_killed_worker_is_followed_by_another_and_the_counts_come_out_right(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST", "SMALLEST", "LARGEST"):
        monkeypatch.setattr(storing, name, 10)
    make_contact(email="c3@example.com", name="Old")
    make_contact(email="c25@example.com", name="C 25")
    batch = checked(people(30))
    imports.confirm(batch, by=make_user())

    def kill(stage: str, _rows: int) -> None:
        if stage == "stored" and Contact.objects.count() > 12:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(imports, "_Progress", lambda _batch: kill)
        with pytest.raises(Killed):
            imports.run_next()
    there = Contact.objects.count()
    too_early = imports.run_next()
    with time_machine.travel(timezone.now() + imports.LEASE + dt.timedelta(seconds=1)):
        imports.run_next()

    batch.refresh_from_db()
    assert (there, too_early) == (21, False)
    assert (batch.status, batch.attempts) == ("finished", 2)
    assert (batch.created, batch.updated, batch.unchanged, batch.rows) == (28, 1, 1, 30)
    assert ImportedContact.objects.get(was_created=False).before["name"] == "Old"
    assert Contact.objects.count() == 30


def test_worker_that_was_silent_too_long_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BEAT", dt.timedelta(0))
    batch = receive(people(5_000))
    imports.submit(batch, mapping=imports.mapping_for(batch), by=make_user())
    original = imports._hold

    def lose(batch: Import, **fields: Any) -> None:
        Import.objects.filter(pk=batch.pk).update(claim_id=None)
        original(batch, **fields)

    monkeypatch.setattr(imports, "_hold", lose)

    assert imports.run_next()
    batch.refresh_from_db()
    assert (batch.status, batch.rows, batch.errors_file.name) == ("checking", 0, "")


def test_file_that_stops_every_worker_is_given_up() -> None:
    batch = receive()
    imports.submit(batch, mapping=imports.mapping_for(batch), by=make_user())
    Import.objects.update(attempts=imports.MAX_ATTEMPTS)

    imports.run_next()

    batch.refresh_from_db()
    assert (batch.status, batch.error) == (
        "failed",
        "The work on this file stopped 5 times. Split it into smaller files, and try again.",
    )


def test_busy_database_is_tried_again_and_a_mistake_of_ours_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = receive()
    imports.submit(batch, mapping=imports.mapping_for(batch), by=make_user())
    states = []

    for error in (OperationalError("database is locked"), ZeroDivisionError()):

        def fail(*_: Any, error: Exception = error, **__: Any) -> None:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(importing, "import_contacts", fail)
            imports.run_next()
        batch.refresh_from_db()
        states.append((batch.status, batch.error))
        Import.objects.update(lease_until=timezone.now())

    assert states == [
        ("checking", ""),
        ("failed", "Something went wrong here, not in your file. The log has the details."),
    ]


def test_file_that_is_gone_is_said_so() -> None:
    batch = receive()
    imports.submit(batch, mapping=imports.mapping_for(batch), by=make_user())
    Path(batch.file.path).unlink()

    imports.run_next()

    batch.refresh_from_db()
    assert batch.error == "The file is not here any more: it is kept for 30 days. Upload it again."


@pytest.mark.usefixtures("shared_database")
def test_two_imports_at_once_make_each_contact_once() -> None:
    for batch in [checked(people(2_000)), checked(people(2_000))]:
        imports.confirm(batch, by=make_user())

    done = at_once(imports.run_next, imports.run_next)

    assert done == [True, True]
    assert Contact.objects.count() == 2_000
    assert list(Import.objects.values_list("status", flat=True)) == ["finished", "finished"]
    assert sum(Import.objects.values_list("created", flat=True)) == 2_000
    assert sum(Import.objects.values_list("unchanged", flat=True)) == 2_000


def test_import_is_taken_back_and_who_answered_stays() -> None:
    batch = imported(people(3))
    make_response(contact=Contact.objects.get(email="c1@example.com"))
    path = Path(batch.file.path)

    imports.take_back(batch, by=make_user())
    imports.run_next()

    batch.refresh_from_db()
    assert batch.status == "undone"
    assert (batch.undone_deleted, batch.undone_restored, batch.undone_kept) == (2, 0, 1)
    assert list(Contact.objects.values_list("email", flat=True)) == ["c1@example.com"]
    assert list(batch.imported.values_list("kept", flat=True)) == [KeepReason.ANSWERED]
    assert (path.exists(), batch.file.name, batch.columns) == (False, "", [])
    assert not imports.run_next()


def test_import_cannot_be_taken_back_after_thirty_days() -> None:
    batch = imported()

    with time_machine.travel(timezone.now() + dt.timedelta(days=31)):
        with pytest.raises(WrongState):
            imports.take_back(batch, by=make_user())
        swept = [imports.sweep(), imports.sweep(), imports.sweep()]

    batch.refresh_from_db()
    assert swept[-1] is False
    assert (batch.status, batch.file.name, batch.errors_file.name, batch.columns) == ("finished", "", "", [])
    assert (ImportedContact.objects.count(), Contact.objects.count()) == (0, 1)


def test_sweep_leaves_what_is_young() -> None:
    batch = imported()

    assert not imports.sweep()

    batch.refresh_from_db()
    assert Path(batch.file.path).exists()
    assert ImportedContact.objects.count() == 1


@pytest.mark.parametrize("step", [imports.submit, imports.confirm, imports.take_back])
def test_second_person_is_told_that_somebody_was_faster(step: Any) -> None:
    states = {
        imports.submit: ImportStatus.RUNNING,
        imports.confirm: ImportStatus.RUNNING,
        imports.take_back: ImportStatus.UNDOING,
    }
    batch = receive()
    Import.objects.update(status=states[step], started_at=timezone.now())
    batch.refresh_from_db()
    more = {"mapping": imports.mapping_for(batch)} if step is imports.submit else {}

    with pytest.raises(WrongState):
        step(batch, by=make_user(), **more)


def test_unused_file_can_be_thrown_away_and_a_used_one_not() -> None:
    unused, used = receive(), imported()
    path = Path(unused.file.path)

    imports.discard(unused)
    with pytest.raises(WrongState):
        imports.discard(used)

    assert (path.exists(), list(Import.objects.all())) == (False, [used])


@pytest.mark.parametrize("source", ImportStatus)
@pytest.mark.parametrize("target", ImportStatus)
def test_each_pair_of_states_is_legal_or_refused(source: ImportStatus, target: ImportStatus) -> None:
    batch = make_import(status=source)

    if target in IMPORT_MOVES.get(source, ()):
        move(batch, IMPORT_MOVES, target)
        assert batch.status == target
    else:
        with pytest.raises(WrongState):
            move(batch, IMPORT_MOVES, target)
