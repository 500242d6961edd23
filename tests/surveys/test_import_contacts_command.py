from __future__ import annotations

import csv
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, ProgrammingError
from django.utils import timezone

from surveys.enums import Basis, CampaignKind, CampaignStatus, TouchKind
from surveys.importing import storing
from surveys.models import Account, Campaign, Contact, Message, Touch
from tests.factories import make_campaign, make_contact
from tests.flows.installation import Installation, kill
from tests.sizes import whole_or

pytestmark = pytest.mark.django_db

SAMPLE = settings.BASE_DIR / "surveys" / "data" / "demo" / "contacts.csv"
MESSY = Path(__file__).parent.parent / "data" / "contacts_messy.csv"
PEOPLE = "email,name,plan\nanna@example.com,Anna,care\nnobody,N,\n,,\nANNA@example.com, Anna ,care\n"


def import_contacts(*arguments: object) -> str:
    out = StringIO()
    call_command("import_contacts", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    return path


def test_report_is_told_in_words(people: Path) -> None:
    said = import_contacts(people)

    assert said == (
        "people.csv: 4 rows, read as utf-8, separated by commas\n"
        "        1 new contacts\n"
        "        1 rows joined with an earlier row of the same address\n"
        "        1 blank rows\n"
        "        1 rows rejected\n"
        "Columns kept as properties: plan\n"
        "Rejected:\n"
        "        1 email: No @ in the address. (line 3)\n"
        "Taken over, but:\n"
        "        1 name: Spaces around a value were dropped. (line 5)\n"
    )
    contact = Contact.objects.get()
    assert (contact.name, contact.basis, contact.basis_source) == ("Anna", "customer", "people.csv")


def test_same_trouble_is_told_once_with_the_first_lines(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("email\n" + "nobody\n" * 1_200)

    said = import_contacts(path)

    assert said == (
        "people.csv: 1,200 rows, read as utf-8, separated by commas\n"
        "        0 new contacts\n"
        "    1,200 rows rejected\n"
        "Rejected:\n"
        "    1,200 email: No @ in the address. (line 2, 3, 4, 5, 6, 7, 8, 9, ...)\n"
        "--errors FILE writes every one of them to a file.\n"
    )


def test_json_is_the_report_and_nothing_else(people: Path) -> None:
    said = json.loads(import_contacts(people, "--json"))

    assert said == {
        "rows": 4,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "merged": 1,
        "rejected": 1,
        "blank": 1,
        "warnings_total": 1,
        "errors_total": 1,
        "warnings": [
            {"line": 5, "column": "name", "code": "trimmed", "message": "Spaces around a value were dropped."}
        ],
        "errors": [{"line": 3, "column": "email", "code": "email_no_at", "message": "No @ in the address."}],
        "properties": ["plan"],
        "encoding": "utf-8",
        "delimiter": ",",
    }


@pytest.mark.parametrize("path", [SAMPLE, MESSY], ids=["clean", "messy"])
def test_dry_run_says_the_same_and_changes_nothing(path: Path) -> None:
    dry = import_contacts(path, "--dry-run", "--json")

    assert (Contact.objects.count(), Account.objects.count()) == (0, 0)
    assert import_contacts(path, "--json") == dry
    assert import_contacts(path, "--dry-run").endswith("This was a dry run: nothing was changed.\n")


def test_basis_encoding_and_delimiter_may_be_named(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("email:name\nanna@example.com:Łoś\n".encode("cp1250"))

    said = import_contacts(path, "--basis", "consent", "--encoding", "cp1250", "--delimiter", ":")

    assert said.startswith("people.csv: 1 rows, read as cp1250, separated by ':'\n")
    assert Contact.objects.values_list("name", "basis").get() == ("Łoś", "consent")


def test_unknown_basis_is_refused(people: Path) -> None:
    with pytest.raises(CommandError, match=r"invalid choice: 'marketing' \(choose from '?customer'?, '?consent'?\)"):
        import_contacts(people, "--basis", "marketing")


# ------------------------------------------------------------------------------------------------------- the error file


def test_error_file_has_every_line(tmp_path: Path) -> None:
    path, errors = tmp_path / "people.csv", tmp_path / "errors.csv"
    path.write_text("email,=name\n" + "nobody,x\n" * 1_200 + "anna@example.com," + "x" * 1_001 + "\n")

    said = import_contacts(path, "--errors", errors)

    with errors.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[:2] == [
        ["line", "column", "code", "message", "kind"],
        ["2", "email", "email_no_at", "No @ in the address.", "error"],
    ]
    assert rows[-1] == ["1202", "'=name", "text_cut", "Too long: the end was cut off.", "warning"]
    assert len(rows) == 1 + 1_200 + 1
    assert said.endswith(f"Every one of them is in {errors}\n")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["errors.csv", "people.csv"]


def test_error_file_that_cannot_be_written_stops_before_anything_is_stored(people: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        import_contacts(people, "--errors", tmp_path / "gone" / "errors.csv")

    path = tmp_path / "gone" / "errors.csv"
    assert str(refused.value) == f"{path} cannot be written: No such file or directory. Name another file."
    assert Contact.objects.count() == 0


def test_error_file_must_not_be_the_file_itself(people: Path) -> None:
    with pytest.raises(CommandError) as refused:
        import_contacts(people, "--errors", people.parent / "." / people.name)

    assert str(refused.value) == "--errors names the file that is to be read. Name another one."
    assert people.read_text() == PEOPLE


def test_refused_file_leaves_no_error_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        import_contacts(tmp_path / "gone.csv", "--errors", tmp_path / "errors.csv")

    assert list(tmp_path.iterdir()) == []


# --------------------------------------------------------------------------------------------------------- clear errors


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.csv", None, "There is no file {path}. Check the name and the directory."),
        (".", None, "{path} is a directory. Name a CSV file in it."),
        ("empty.csv", b"", "{path} is empty. Export it again, with a header line."),
        ("book.csv", b"PK\x03\x04x", "{path} is not a text file. Save it from your spreadsheet as “CSV UTF-8”."),
        (
            "people.csv",
            b"Name;Town\nAnna;Bonn\n",
            "No column of mail addresses. Found: Name, Town. Name one of them “email”; understood are: email, name, "
            "first name, last name, company, website, revenue, language, timezone, phone, customer since, tags, "
            "owner email, external id.",
        ),
    ],
)
def test_file_that_cannot_be_imported_is_told_in_one_line(
    tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError) as refused:
        import_contacts(path)

    assert str(refused.value) == words.format(path=path)
    assert "\n" not in str(refused.value)
    assert Contact.objects.count() == 0


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            OperationalError("no such table: surveys_contact"),
            "The database is not ready. Run “manage.py migrate” and then this command again.",
        ),
        (
            ProgrammingError('relation "surveys_contact" does not exist\nLINE 1: ...'),
            "The database is not ready. Run “manage.py migrate” and then this command again.",
        ),
        (
            OperationalError("database is locked"),
            "Another program holds the database. Nothing was stored. Run the same command again.",
        ),
        (
            OperationalError("server closed the connection\nunexpectedly"),
            "The database failed (server closed the connection unexpectedly). See that it runs and what DATABASE_URL "
            "says. Nothing was stored. Run the same command again.",
        ),
        (KeyboardInterrupt(), "Stopped. Nothing was stored. Run the same command again."),
    ],
)
def test_database_that_fails_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, people: Path, error: BaseException, words: str
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(storing, "_store", fail)

    with pytest.raises(CommandError) as failed:
        import_contacts(people)

    assert str(failed.value) == words


def test_failure_halfway_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("email\n" + "".join(f"c{number}@example.com\n" for number in range(1_000)))
    store = storing._store

    def fail_later(rows: list[tuple[object, ...]], *arguments: object, **options: object) -> object:
        if Contact.objects.exists():
            raise OperationalError("database is locked")
        return store(rows, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(storing, "_store", fail_later)

    with pytest.raises(CommandError) as failed:
        import_contacts(path)
    monkeypatch.undo()
    said = import_contacts(path)

    assert str(failed.value) == (
        "Another program holds the database. 500 rows are stored. Run the same command again: it takes the rest and "
        "doubles nothing."
    )
    assert said.splitlines()[1:3] == ["      500 new contacts", "      500 contacts already as the file says"]


# ------------------------------------------------------------------------------------------------- rows that ask


def write(directory: Path, text: str) -> Path:
    path = directory / "people.csv"
    path.write_text(text)
    return path


def make_event_campaign(**fields: Any) -> Campaign:
    values = {"name": "After delivery", "kind": CampaignKind.EVENT, "status": CampaignStatus.ACTIVE, "delay_hours": 24}
    return make_campaign(**{**values, **fields})


def test_rows_ask_their_contacts_once_a_day_however_often_the_file_comes(tmp_path: Path) -> None:
    make_event_campaign()
    make_contact(email="old@example.com", basis=Basis.NONE)
    path = write(tmp_path, "email,name\nanna@example.com,Anna\nbad address,B\nOLD@example.com,Old\n")

    said = [import_contacts(path, "--ask", "After delivery") for _ in range(2)]

    assert [text.splitlines()[-1] for text in said] == ["2 are asked"] * 2
    assert Message.objects.filter(invitation__skip_reason="").count() == 2


def test_rows_that_ask_nobody_say_why(tmp_path: Path) -> None:
    make_event_campaign(throttle_days=90)
    contact = make_contact(email="anna@example.com")
    Touch.objects.create(contact=contact, kind=TouchKind.INVITATION, at=timezone.now())
    path = write(tmp_path, "email\nanna@example.com\n")

    said = json.loads(import_contacts(path, "--ask", "After delivery", "--json"))

    assert (said["asked"], said["left_out"]) == (0, {"throttled": 1})


def test_dry_run_asks_nobody(tmp_path: Path) -> None:
    make_event_campaign()

    import_contacts(write(tmp_path, "email\nanna@example.com\n"), "--ask", "After delivery", "--dry-run")

    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("wanted", "words"), [("Nope", "There is no campaign 'Nope'"), ("Spring", "is not an active campaign that follows")]
)
def test_campaign_that_cannot_ask_is_refused_before_anything_is_read(tmp_path: Path, wanted: str, words: str) -> None:
    make_campaign(name="Spring", kind=CampaignKind.ONCE, status=CampaignStatus.ACTIVE)

    with pytest.raises(CommandError, match=words):
        import_contacts(write(tmp_path, "email\nanna@example.com\n"), "--ask", wanted)

    assert not Contact.objects.exists()


# ---------------------------------------------------------------------------------------------------- as a real process


HASH_KEY = "the same in every installation"


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation.in_directory(tmp_path, ADDRESS_HASH_KEY=HASH_KEY)
    made.migrate()
    yield made
    made.stop_all()


STORED = """
SELECT email, contact.name, language, contact.tags, contact.properties, address_hash, account.name, account.revenue
FROM surveys_contact AS contact LEFT JOIN surveys_account AS account ON account.id = account_id ORDER BY email
"""


def write_people(path: Path, rows: int) -> Path:
    """Rows like those of the sample, each with its own address."""
    header, *lines = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    with path.open("w", encoding="utf-8") as file:
        file.write(header)
        for number in range(rows):
            file.write(f"{number}.{lines[number % len(lines)]}")
    return path


@pytest.mark.sqlite
@pytest.mark.slow
def test_killed_import_is_repeated_to_the_same_end(installation: Installation, tmp_path: Path) -> None:
    rows = whole_or(20_000, 2_500)
    path = write_people(tmp_path / "people.csv", rows)
    undisturbed = Installation.in_directory(tmp_path / "undisturbed", ADDRESS_HASH_KEY=HASH_KEY)
    undisturbed.migrate()

    for goal in (1, rows // 4):
        process = installation.start("manage.py", "import_contacts", str(path))
        while count(tmp_path) < goal:
            assert process.poll() is None, installation.log()
            time.sleep(0.01)
        kill(process)
    left = count(tmp_path)
    report = json.loads(installation.manage("manage.py", "import_contacts", str(path), "--json"))
    undisturbed.manage("manage.py", "import_contacts", str(path))

    assert rows // 4 <= left < rows
    assert (report["unchanged"], report["created"]) == (left, rows - left)
    assert installation.look_up(STORED) == undisturbed.look_up(STORED)


def count(directory: Path) -> int:
    with closing(sqlite3.connect(directory / "data" / "vivavoce.sqlite3")) as database:
        return int(database.execute("SELECT count(*) FROM surveys_contact").fetchone()[0])


@pytest.mark.sqlite
@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(installation: Installation, tmp_path: Path) -> None:
    peaks = {}
    few, many = whole_or(10_000, 4_000), whole_or(100_000, 12_000)
    for rows in (few, many):
        path = write_people(tmp_path / f"{rows}.csv", rows)
        process = installation.start("manage.py", "import_contacts", str(path), "--dry-run")
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        peaks[rows] = usage.ru_maxrss

    assert peaks[many] <= 1.2 * peaks[few]
