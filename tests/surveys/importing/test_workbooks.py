from __future__ import annotations

import datetime as dt
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from surveys import importing
from surveys.importing import FileRefused, workbooks
from surveys.importing.reading import open_table
from surveys.models import Contact
from tests.surveys.importing.conftest import Import

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = "http" + "://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(*rows: list[Any], **more_sheets: list[list[Any]]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    for title, sheet_rows in more_sheets.items():
        sheet = book.create_sheet(title)
        for row in sheet_rows:
            sheet.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(content: bytes, name: str, text: bytes) -> bytes:
    """The same workbook with another part."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info))
        new.writestr(name, text)
    return file.getvalue()


def sheet(rows: bytes) -> bytes:
    return b'<worksheet xmlns="%b"><sheetData>%b</sheetData></worksheet>' % (NAMESPACE.encode(), rows)


def records(tmp_path: Path, content: bytes) -> list[tuple[int, list[str]]]:
    path = tmp_path / "people.xlsx"
    path.write_bytes(content)
    with open_table(path, name="people.xlsx") as table:
        return [(record.line, record.cells) for record in table.records]


def refusal(tmp_path: Path, content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        records(tmp_path, content)
    return str(refused.value)


def test_values_become_the_texts_one_sees(tmp_path: Path) -> None:
    moment = dt.datetime.combine(dt.date(2020, 2, 29), dt.time(8, 30))
    content = workbook(
        ["email", "day", "at", "number", "half", "yes", "empty", "text"],
        ["a@example.com", dt.date(2020, 2, 29), moment, 34_600_000_001, 1.5, True, None, " ñ "],
    )

    assert records(tmp_path, content) == [
        (1, ["email", "day", "at", "number", "half", "yes", "empty", "text"]),
        (2, ["a@example.com", "2020-02-29", "2020-02-29 08:30:00", "34600000001", "1.5", "true", "", " ñ "]),
    ]


def test_only_the_first_sheet_is_read_and_empty_rows_are_no_rows(tmp_path: Path) -> None:
    content = workbook([], ["email", "name"], [], ["a@example.com"], ["", " "], Other=[["email"], ["b@example.com"]])

    assert records(tmp_path, content) == [(2, ["email", "name"]), (4, ["a@example.com", ""])]


@pytest.mark.django_db
def test_workbook_comes_in_like_a_csv_file(run_import: Import) -> None:
    report = run_import(
        workbook(["E-mail", "Full name", "Customer since"], ["A@example.com", "=1+1", dt.date(2020, 1, 2)], ["nobody"])
    )

    assert (report.created, report.rejected, report.encoding, report.delimiter) == (1, 1, "xlsx", "")
    assert [(issue.line, issue.code) for issue in report.errors] == [(3, "email_no_at")]
    contact = Contact.objects.get()
    assert (contact.email, contact.customer_since) == ("a@example.com", dt.date(2020, 1, 2))


def test_wrong_dimensions_are_not_believed(tmp_path: Path) -> None:
    rows = b'<row r="1"><c t="inlineStr"><is><t>email</t></is></c></row>'
    text = sheet(rows).replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')

    assert records(tmp_path, with_part(workbook(["x"]), SHEET, text)) == [(1, ["email"])]


def test_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    content = with_part(workbook(["email"]), SHEET, sheet(b"<row/>" * (8 << 20)))

    assert len(content) < 1 << 20
    assert refusal(tmp_path, content) == (
        "people.xlsx unpacks to more than can be read. Save the sheet as “CSV UTF-8” and import that."
    )


def test_million_columns_are_refused(tmp_path: Path) -> None:
    content = with_part(workbook(["email"]), SHEET, sheet(b"<row>%b</row>" % (b"<c><v>1</v></c>" * 1_000_000)))

    assert refusal(tmp_path, content) == (
        "people.xlsx has a row that is far too long. Delete the columns you do not need."
    )


def test_row_numbers_beyond_the_format_are_refused(tmp_path: Path) -> None:
    content = with_part(workbook(["email"]), SHEET, sheet(b'<row r="999999999999"><c><v>1</v></c></row>'))

    assert refusal(tmp_path, content).startswith("people.xlsx unpacks to more than can be read.")


def test_many_links_behind_the_rows_are_no_bomb(tmp_path: Path) -> None:
    row = b'<row r="1"><c t="inlineStr"><is><t>email</t></is></c></row>'
    links = b"<hyperlinks>%b</hyperlinks>" % (b'<hyperlink ref="A1" display="a@example.com"/>' * 40_000)
    text = sheet(row).replace(b"</sheetData>", b"</sheetData>" + links)

    assert records(tmp_path, with_part(workbook(["x"]), SHEET, text)) == [(1, ["email"])]


@pytest.mark.parametrize("limit", ["MAX_STRINGS", "MAX_TAGS"])
def test_strings_that_fill_the_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    strings = b'<sst xmlns="%b">%b</sst>' % (NAMESPACE.encode(), b"<si><t>x</t></si>" * 1_000)
    content = with_part(workbook(["email"]), "xl/sharedStrings.xml", strings)
    fits = records(tmp_path, content)
    monkeypatch.setattr(workbooks, limit, 1_000)

    assert fits == [(1, ["email"])]
    assert refusal(tmp_path, content).startswith("people.xlsx unpacks to more")


def archive(**parts: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("_", "."), text)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (archive(people_csv="email\na@example.com\n"), "is a ZIP archive. Unpack it and choose the file inside."),
        (archive(), "is a ZIP archive. Unpack it and choose the file inside."),
        (archive(content_xml="<x/>"), "is no .xlsx workbook. Save it as .xlsx or as “CSV UTF-8”."),
        (workbook(["email"])[:-40], "is not a text file. Save it from your spreadsheet as “CSV UTF-8”."),
        (
            with_part(workbook(["email"]), SHEET, b"<worksheet><row"),
            "is not a text file. Save it from your spreadsheet as “CSV UTF-8”.",
        ),
        (
            with_part(workbook(["email"]), "xl/workbook.xml", b"<nothing/>"),
            "has no sheet with cells.",
        ),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "is in an old Excel format. Save it as .xlsx or as “CSV UTF-8”."),
        (
            b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "is protected by a password. Remove it in your spreadsheet and save again.",
        ),
    ],
    ids=["zip", "empty zip", "ods", "cut", "broken sheet", "no workbook", "xls", "encrypted"],
)
def test_what_is_no_workbook_is_refused_with_the_way_out(tmp_path: Path, content: bytes, words: str) -> None:
    assert refusal(tmp_path, content) == f"people.xlsx {words}"


def test_glimpse_shows_columns_and_samples(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(workbook(["E-mail", None, "Plan"], ["a@example.com", 1, "free"], ["b@example.com", 2, "free"]))

    assert importing.glimpse(path).columns == [
        {"title": "E-mail", "samples": ["a@example.com", "b@example.com"]},
        {"title": "", "samples": ["1", "2"]},
        {"title": "Plan", "samples": ["free"]},
    ]
