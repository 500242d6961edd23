from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from surveys import persons, ports
from surveys.enums import Band
from surveys.persons import Person, Promise
from tests.factories import make_account, make_contact, make_user

NOW = dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)
NORA = {"person_name": "Nora Lindqvist", "person_role": "Customer care at {{ company }}"}
VALUES = {"company": "Aurora"}
RED, GREEN = Band.DETRACTOR, Band.PROMOTER


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Nora Lindqvist", "NL"),
        ("Nora van der Berg", "NB"),
        ("Nora", "N"),
        ("نورا ليندكفيست", "ن"),
        ("李娜", "李"),
        ("3 (!)", ""),
        ("", ""),
    ],
)
def test_initials_are_as_the_script_has_them(name: str, initials: str) -> None:
    assert Person(name).initials == initials


@pytest.mark.parametrize(
    ("own", "found"),
    [
        ({}, None),
        ({"person_name": " ", "person_role": "Customer care"}, None),
        (NORA, Person("Nora Lindqvist", "Customer care at Aurora")),
    ],
)
def test_reader_is_whom_the_campaign_names(own: dict[str, str], found: Person | None) -> None:
    assert persons.reader(own, VALUES) == found


@pytest.mark.django_db
def test_caller_is_the_owner_of_the_contact_else_of_the_account_and_beside_the_form_else_the_reader() -> None:
    omar = make_user("omar", first_name="Omar", last_name="Haddad")
    lena = make_user("lena", first_name="Lena", last_name="Vogt")
    account = make_account(owner=lena)
    owned, of_account, nobodys = (
        make_contact(owner=omar, account=account),
        make_contact(account=account),
        make_contact(),
    )

    callers = [persons.caller(contact, RED, NORA, VALUES) for contact in (owned, of_account, nobodys)]
    shown = [persons.beside(contact, RED, NORA, VALUES) for contact in (owned, of_account, nobodys)]

    assert callers == [Person("Omar Haddad"), Person("Lena Vogt"), None]
    assert shown == [*callers[:2], Person("Nora Lindqvist", "Customer care at Aurora")]
    assert persons.beside(nobodys, RED, {}, VALUES) is None
    assert persons.caller(owned, GREEN, NORA, VALUES) is None
    assert persons.beside(owned, GREEN, NORA, VALUES) == persons.reader(NORA, VALUES)


@pytest.mark.django_db
def test_caller_is_nobody_who_left_and_no_sign_in_name_and_has_the_role_that_is_known() -> None:
    gone = make_user("gone", first_name="Gone", is_active=False)
    nameless, link = make_user("nameless"), make_user("link", first_name="https://evil.example")
    nora = make_user("nora", first_name="Nora", last_name="Lindqvist")

    callers = [persons.caller(make_contact(owner=owner), RED, {}, VALUES) for owner in (gone, nameless, link)]

    assert callers == [None, None, None]
    assert persons.caller(make_contact(owner=nora), RED, NORA, VALUES) == persons.reader(NORA, VALUES)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("by", "at", "is_promised"),
    [(NOW, NOW - dt.timedelta(hours=1), True), (NOW, NOW, False), (None, NOW, False)],
)
def test_promise_needs_a_time_to_come_and_need_name_nobody(
    monkeypatch: pytest.MonkeyPatch, by: dt.datetime | None, at: dt.datetime, is_promised: bool
) -> None:
    monkeypatch.setattr(ports, "_promisers", [lambda _contact, _score, _at: by])
    contact, nora = make_contact(), Person("Nora")

    promises = [persons.promise(person, contact, score=3, given_at=at, at=at) for person in (nora, None)]

    assert promises == ([Promise(nora, NOW), Promise(None, NOW)] if is_promised else [None, None])


@pytest.mark.parametrize(
    ("tag", "zone", "when"),
    [
        ("en", "UTC", "Monday 23 November, 16:00"),
        ("en", "Asia/Tokyo", "Tuesday 24 November, 01:00"),
        ("es", "UTC", "lunes 23 de noviembre, a las 16:00"),
        ("ar", "UTC", "الاثنين 23 نوفمبر، الساعة 16:00"),
        ("zh-Hans", "UTC", "11 月 23 日（星期一）16:00"),
        ("it", "UTC", "lunedì 23 novembre, ore 16:00"),
    ],
)
def test_promise_is_told_in_the_language_and_zone_of_the_reader(tag: str, zone: str, when: str) -> None:
    assert Promise(Person("Nora"), NOW).values(tag, ZoneInfo(zone)) == {"name": "Nora", "when": when}
    assert Promise(None, NOW).values(tag, ZoneInfo(zone)) == {"when": when}
