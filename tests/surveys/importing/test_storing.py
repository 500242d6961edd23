from __future__ import annotations

import functools
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from surveys import importing
from surveys.importing import Report, storing
from surveys.models import Account, Contact
from tests.factories import make_account, make_contact
from tests.surveys.importing.conftest import TODAY
from tests.threads import at_once, meanwhile

FIELDS = ("email", "name", "tags", "properties", "basis", "account__name")


class Stopped(Exception):
    pass


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "FIRST", 10)
    monkeypatch.setattr(storing, "SMALLEST", 10)
    monkeypatch.setattr(storing, "LARGEST", 10)


def write(path: Path, rows: int) -> Path:
    lines = [f"c{number}@example.com,C {number},Firm {number // 3},vip,care" for number in range(rows)]
    path.write_text("\n".join(["email,name,company,tags,plan", *lines, ""]))
    return path


def import_file(path: Path, **options: Any) -> Report:
    return importing.import_contacts(path, basis="customer", source=path.name, today=TODAY, **options)


def stored() -> list[dict[str, Any]]:
    return list(Contact.objects.order_by("email").values(*FIELDS))


@pytest.mark.django_db
@pytest.mark.usefixtures("small_slices")
def test_interrupted_import_is_completed_by_the_next(tmp_path: Path) -> None:
    path = write(tmp_path / "people.csv", 50)

    def stop(stage: str, rows: int) -> None:
        if stage == "stored" and Contact.objects.count() >= 20:
            raise Stopped

    with pytest.raises(Stopped):
        import_file(path, progress=stop)
    there = Contact.objects.count()
    report = import_file(path)

    assert (there, report.unchanged, report.created) == (20, 20, 30)
    disturbed, accounts = stored(), Account.objects.count()
    Contact.objects.all().delete()
    Account.objects.all().delete()
    import_file(path)
    assert (disturbed, accounts) == (stored(), Account.objects.count())


@pytest.mark.django_db
@pytest.mark.usefixtures("small_slices")
def test_progress_is_told_in_rows(tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []

    import_file(write(tmp_path / "people.csv", 25), progress=lambda stage, rows: told.append((stage, rows)))

    assert told == [("read", 0), ("read", 25), ("accounts", 9), ("stored", 10), ("stored", 10), ("stored", 5)]


@pytest.mark.django_db
@pytest.mark.parametrize("dry_run", [False, True], ids=["real", "dry"])
def test_statements_do_not_depend_on_the_rows(tmp_path: Path, dry_run: bool) -> None:
    few, many = write(tmp_path / "few.csv", 1), write(tmp_path / "many.csv", 300)

    with CaptureQueriesContext(connection) as for_one:
        import_file(few, dry_run=dry_run)
    with CaptureQueriesContext(connection) as for_many:
        import_file(many, dry_run=dry_run)

    assert len(for_many) == len(for_one)


@pytest.mark.parametrize(
    ("size", "took", "next_size"),
    [(500, 0.01, 1_000), (1_000, 0.5, 80), (1_000, 5, 50), (2_000, 0.001, 2_000), (100, 0, 200)],
)
def test_next_slice_fits_the_time_it_may_take(
    monkeypatch: pytest.MonkeyPatch, size: int, took: float, next_size: int
) -> None:
    monkeypatch.setitem(storing.WISHED, connection.vendor, 0.04)

    assert storing._next_size(size, took) == next_size


@pytest.mark.usefixtures("shared_database")
def test_two_imports_of_one_file_make_each_contact_once(tmp_path: Path) -> None:
    path = write(tmp_path / "people.csv", 3_000)

    reports = at_once(functools.partial(import_file, path), functools.partial(import_file, path))

    assert all(isinstance(report, Report) for report in reports), reports
    assert [Contact.objects.count(), Account.objects.count()] == [3_000, 1_000]
    assert sum(report.created for report in reports if isinstance(report, Report)) == 3_000
    assert sum(report.unchanged for report in reports if isinstance(report, Report)) == 3_000


@pytest.mark.usefixtures("shared_database")
def test_other_writers_get_in_during_an_import(tmp_path: Path) -> None:
    make_contact(email="c1@example.com")
    account = make_account()
    waits: list[float] = []

    with meanwhile(functools.partial(import_file, write(tmp_path / "people.csv", 8_000))) as importing_rows:
        while not importing_rows.done():
            began = time.monotonic()
            with transaction.atomic():
                Account.objects.filter(pk=account.pk).update(segment=str(len(waits)))
            waits.append(time.monotonic() - began)
            time.sleep(0.005)

    assert importing_rows.result().created == 7_999
    assert len(waits) > 5
    assert max(waits) < 5


@pytest.mark.django_db(transaction=True)
def test_locked_database_is_tried_again() -> None:
    failures = [OperationalError("database is locked"), OperationalError("database is locked")]

    def work() -> str:
        if failures:
            raise failures.pop()
        return "done"

    assert storing.patiently(work) == "done"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("error", "tries"), [("database is locked", storing.ATTEMPTS), ("disk I/O error", 1)])
def test_database_that_stays_locked_or_broken_is_an_error(error: str, tries: int) -> None:
    tried: list[int] = []

    def work() -> None:
        tried.append(1)
        raise OperationalError(error)

    with pytest.raises(OperationalError, match=error):
        storing.patiently(work)

    assert len(tried) == tries
