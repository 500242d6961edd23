from __future__ import annotations

import pytest

from advocacy import search
from advocacy.enums import CaseStatus
from surveys.models import Account, Contact
from tests.factories import make_account, make_case, make_contact

pytestmark = pytest.mark.django_db


def names(query: str) -> list[str]:
    return [contact.name for contact in search.contacts(query).rows]


@pytest.fixture
def ana() -> Contact:
    return make_contact(
        name="Ana Peralta Núñez", email="ana.peralta@cafe.example", phone="+34 (600) 12-34 56", external_id="CRM-0815"
    )


@pytest.mark.parametrize(
    "query",
    [
        "ana",
        "ANA PERALTA",
        "peralta ana",
        "núñez",
        "NÚÑEZ",
        "cafe.exam",
        "crm-08",
        "+34600123456",
        "600 12 34",
        "123456",
    ],
)
def test_contact_is_found_by_a_part_of_what_is_known(ana: Contact, query: str) -> None:
    make_contact(name="Bob", email="bob@elsewhere.test", phone="+44 20 7946 0000")

    assert names(query) == [ana.name]


@pytest.mark.parametrize("query", ["ann", "ana lopez", "%", "_", "' OR 1=1 --", "nan", "+349"])
def test_contact_is_not_found_by_anything_else(ana: Contact, query: str) -> None:
    assert names(query) == []


@pytest.mark.parametrize("query", ["平", "فاطمة"])
def test_name_is_found_in_its_own_script(query: str) -> None:
    make_contact(name="平野 さくら")
    make_contact(name="فاطمة البكري")

    assert len(names(query)) == 1


def test_whoever_begins_with_it_comes_first() -> None:
    for name in ("Juana", "Ana", "Mariana", "Anabel"):
        make_contact(name=name, email=f"x-{name.lower()}@example.com")

    assert names("ana") == ["Ana", "Anabel", "Juana", "Mariana"]


def test_no_more_than_twenty_are_given_and_the_rest_is_told() -> None:
    for number in range(21):
        make_contact(name=f"Ana {number:02}")

    found = search.contacts("ana")

    assert (len(found.rows), found.rows[0].name, found.has_more) == (20, "Ana 00", True)


def test_account_comes_with_the_number_of_its_people() -> None:
    cafe = make_account(name="Café Central")
    make_contact(account=cafe)
    make_contact(account=cafe)
    make_account(name="Bar Azul")

    (found,) = search.accounts("CAFÉ").rows

    assert (found, found.people) == (cafe, 2)


def test_account_without_people_has_none() -> None:
    Account.objects.create(name="Empty")

    assert [account.people for account in search.accounts("empty").rows] == [0]


def test_case_is_found_by_its_number_and_by_its_contact() -> None:
    case = make_case(contact=make_contact(name="Ana"))
    other = make_case(contact=make_contact(name=f"Room {case.pk}"))

    assert search.cases(str(case.pk)).rows == [case, other]
    assert search.cases(f"#{case.pk}").rows == [case]
    assert search.cases("ana").rows == [case]


def test_open_cases_come_before_closed() -> None:
    ana = make_contact(name="Ana")
    closed = make_case(contact=ana, status=CaseStatus.CLOSED)
    still_open = make_case(contact=ana)

    assert search.cases("ana").rows == [still_open, closed]


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("  ana\t peralta\n", "ana peralta"),
        ("a\x00b", "a b"),
        ("nu\u0303n", "nũn"),
        ("", ""),
        ("\x00", ""),
        ("x" * 500, "x" * 200),
    ],
)
def test_what_is_typed_is_made_one_clean_line(typed: str, query: str) -> None:
    assert search.cleaned(typed) == query


def test_number_too_long_for_a_row_finds_nothing() -> None:
    assert search.cases("9" * 30).rows == []
    assert search.cases("9" * 18).rows == []
