from __future__ import annotations

import json
from typing import Any

import pytest

from surveys.importing.cleaning import Cleaner, Row
from surveys.importing.columns import read_header
from surveys.importing.reading import Record
from tests.surveys.importing.conftest import TODAY

Codes = list[tuple[str, str]]


def clean(**cells: str) -> tuple[Row | None, Codes]:
    """One row of a file that has these columns, and what is said about it: column and code."""
    cells = {"email": "anna@example.com", **cells}
    cleaner = Cleaner(read_header(1, list(cells)), today=TODAY)
    row, issues = cleaner.clean(Record(2, list(cells.values())))
    return row, [(issue.column, issue.code) for issue in issues]


def clean_field(field: str, text: str) -> tuple[Any, Codes]:
    row, codes = clean(**{field: text})
    assert row is not None
    return row[field], codes


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("name", "Anna  de\n la Cruz", "Anna de la Cruz"),
        ("name", "山口 恵子", "山口 恵子"),
        ("name", "<b>Anna</b>", "<b>Anna</b>"),
        ("name", "{{ settings.SECRET_KEY }}", "{{ settings.SECRET_KEY }}"),
        ("phone", "+49 30  23125 001", "+49 30 23125 001"),
        ("external_id", "123456789012345678", "123456789012345678"),
        ("language", "de", "de"),
        ("language", "PT_br", "pt-BR"),
        ("language", "zh-hans", "zh-Hans"),
        ("language", "es-419", "es-419"),
        ("timezone", "europe/berlin", "Europe/Berlin"),
        ("timezone", "America/New York", "America/New_York"),
        ("customer_since", "2026-10-31", "2026-10-31"),
        ("customer_since", "15.02.2024", "2024-02-15"),
        ("customer_since", "1.2.2024", "2024-02-01"),
        ("tags", "vip, home ,,vip;app", json.dumps(["vip", "home", "app"])),
        ("owner_email", "Tom@Example.COM", "tom@example.com"),
    ],
)
def test_value_is_read(field: str, text: str, value: str) -> None:
    assert clean_field(field, text) == (value, [])


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("phone", "on request", "phone_unreadable"),
        ("phone", "1" * 41, "phone_unreadable"),
        ("external_id", "x" * 101, "text_too_long"),
        ("language", "tlh", "language_unknown"),
        ("language", "Deutsch", "language_unknown"),
        ("language", "en-GB-oed", "language_unknown"),
        ("timezone", "Europe/Rotterdam", "timezone_unknown"),
        ("timezone", "localtime", "timezone_unknown"),
        ("timezone", "../../etc/passwd", "timezone_unknown"),
        ("customer_since", "31/12/2021", "date_unreadable"),
        ("customer_since", "01/02/2024", "date_unreadable"),
        ("customer_since", "02.15.2024", "date_unreadable"),
        ("customer_since", "15.02.24", "date_unreadable"),
        ("customer_since", "01.11.2026", "date_in_future"),
        ("customer_since", "20211231", "date_unreadable"),
        ("customer_since", "2021-W01-1", "date_unreadable"),
        ("customer_since", "2023-02-30", "date_unreadable"),
        ("customer_since", "２０２１-12-31", "date_unreadable"),
        ("customer_since", "2026-11-01", "date_in_future"),
        ("name", "n/a", "placeholder"),
        ("name", "-", "placeholder"),
        ("name", "????? ?????", "characters_lost"),
        ("name", "Ren\ufffd", "characters_lost"),
    ],
)
def test_value_that_cannot_be_read_is_left_empty(field: str, text: str, code: str) -> None:
    assert clean_field(field, text) == ("", [(field, code)])


@pytest.mark.parametrize(
    ("field", "text", "value", "code"),
    [
        ("name", "x" * 10_000, "x" * 200, "text_cut"),
        ("name", '=HYPERLINK("http://x.example")', '=HYPERLINK("http://x.example")', "formula_in_name"),
        ("name", "＝1+1", "＝1+1", "formula_in_name"),
        ("company", "@SUM(1)", "@SUM(1)", "formula_in_company"),
        ("name", "An\x00na\x1b[31m", "Anna[31m", "characters_removed"),
        ("name", "An\ud800na", "Anna", "characters_removed"),
        ("name", "\u202eannA", "annA", "trimmed"),
        ("name", "\u200b Anna\ufeff ", "Anna", "trimmed"),
        ("tags", ",".join(f"t{n}" for n in range(101)), json.dumps([f"t{n}" for n in range(100)]), "text_cut"),
        ("tags", "x" * 81, json.dumps(["x" * 80]), "text_cut"),
    ],
)
def test_value_that_was_changed_is_reported(field: str, text: str, value: str, code: str) -> None:
    assert clean_field(field, text) == (value, [(field, code)])


@pytest.mark.parametrize(
    ("field", "text", "value", "codes"),
    [
        ("revenue", "1234.5", "1234.5", []),
        ("revenue", "0", "0", []),
        ("revenue", "12,5", "12.5", []),
        ("revenue", "1234,50", "1234.50", []),
        ("revenue", "1.234,50", "1234.50", []),
        ("revenue", "-1.234.567,8", "-1234567.8", []),
        ("revenue", "1\u202f234,50", "1234.50", []),
        ("revenue", "1.234", "", [("revenue", "number_unreadable")]),
        ("revenue", "1,234", "", [("revenue", "number_unreadable")]),
        ("revenue", "12.34,50", "", [("revenue", "number_unreadable")]),
        ("revenue", "1,234.50", "", [("revenue", "number_unreadable")]),
        ("revenue", "1.234,56 €", "", [("revenue", "number_unreadable")]),
        ("revenue", "1e5", "", [("revenue", "number_unreadable")]),
        ("revenue", "nan", "", [("revenue", "number_unreadable")]),
        ("revenue", "9" * 13, "", [("revenue", "number_unreadable")]),
        ("website", "https://example.com/", "https://example.com/", []),
        ("website", "javascript:alert(1)", "", [("website", "website_unreadable")]),
        ("website", "https://" + "x" * 200 + ".com", "", [("website", "website_unreadable")]),
        ("website", "https://example.com/" + "x" * 200, "", [("website", "website_unreadable")]),
        ("website", "keine", "", [("website", "website_unreadable")]),
    ],
)
def test_value_of_a_company_is_read(field: str, text: str, value: str, codes: Codes) -> None:
    row, said = clean(**{"company": "Aurora", field: text})

    assert row is not None
    assert (row[field], said) == (value, codes)


def test_company_is_known_by_its_name_in_any_case() -> None:
    row, codes = clean(company="CAFÉ\nLindner")

    assert row is not None
    assert (row["company"], row["company_key"], codes) == ("CAFÉ Lindner", "café lindner", [])


def test_revenue_of_no_company_is_left_out() -> None:
    row, codes = clean(company="", revenue="100")

    assert row is not None
    assert (row["revenue"], codes) == ("", [("company", "company_missing")])


def test_unknown_columns_become_properties() -> None:
    row, codes = clean(plan="care", Note="<script>alert(1)</script>\nline two", long="x" * 1_001, empty="")

    assert row is not None
    assert json.loads(row["properties"]) == {
        "plan": "care",
        "note": "<script>alert(1)</script>\nline two",
        "long": "x" * 1_000,
    }
    assert codes == [("long", "text_cut")]


@pytest.mark.parametrize(
    ("cells", "name", "codes"),
    [
        ({"first name": "Anna", "last name": "Lind"}, "Anna Lind", []),
        ({"first name": "Anna", "last name": ""}, "Anna", []),
        ({"name": "Dr. A. Lind", "first name": "Anna"}, "Dr. A. Lind", []),
        ({"name": "", "first name": "Anna"}, "Anna", []),
        ({"first name": "", "last name": " "}, "", [("first name", "name_missing")]),
        ({"plan": "care"}, "", []),
    ],
)
def test_name_may_come_in_parts(cells: dict[str, str], name: str, codes: Codes) -> None:
    row, said = clean(**cells)

    assert row is not None
    assert (row["name"], said) == (name, codes)


def test_each_kind_of_trouble_is_said_once_a_line() -> None:
    row, codes = clean(name=" Anna ", plan=" care ", note="a\x00b", memo="c\x00d", one="??", two="???")

    assert row is not None
    assert codes == [("name", "trimmed"), ("note", "characters_removed"), ("one", "characters_lost")]


def test_empty_cells_that_matter_are_said() -> None:
    row, codes = clean(name="", language=" ", timezone="", phone="", tags="")

    assert row is not None
    assert codes == [("language", "language_missing"), ("timezone", "timezone_missing"), ("name", "name_missing")]


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ([], []),
        (["", " ", "\u200b"], []),
        (["anna@example.com", "Anna", "de", "x"], [("", "columns_too_many")]),
        (["", "Anna"], [("email", "email_missing")]),
        (["an\x00na@example.com", "", "tlh"], [("email", "email_invalid")]),
    ],
)
def test_row_without_contact(cells: list[str], codes: Codes) -> None:
    cleaner = Cleaner(read_header(1, ["email", "name", "language"]), today=TODAY)

    row, issues = cleaner.clean(Record(2, cells))

    assert row is None
    assert [(issue.column, issue.code) for issue in issues] == codes


def test_row_with_nothing_in_its_surplus_cells_is_a_contact() -> None:
    cleaner = Cleaner(read_header(1, ["email", "name"]), today=TODAY)

    row, issues = cleaner.clean(Record(2, ["anna@example.com", "Anna", "", " "]))

    assert row is not None
    assert (row["email"], row["name"], issues) == ("anna@example.com", "Anna", [])


def test_short_row_is_a_contact() -> None:
    cleaner = Cleaner(read_header(1, ["email", "name", "language", "plan"]), today=TODAY)

    row, issues = cleaner.clean(Record(2, [" ANNA@example.com\t", "Anna"]))

    assert row is not None
    assert (row["email"], row["name"], row["language"]) == ("anna@example.com", "Anna", "")
    assert [issue.code for issue in issues] == ["trimmed", "columns_missing"]
