from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import make_account, make_case, make_contact, make_response, make_user

pytestmark = pytest.mark.django_db

SESSION_USER_AND_RIGHTS = 4
FRAME, SECTIONS = 1, 3


def search(client: Client, user: User, query: str) -> str:
    client.force_login(user)
    return " ".join(client.get("/search/", {"q": query}).content.decode().split())


def links(page: str) -> list[str]:
    return re.findall(r'<a class="q fw-semibold" href="([^"]+)"', page)


def test_all_three_are_found(client: Client, bob: User) -> None:
    ana = make_contact(name="Ana Peralta", account=make_account(name="Peralta Café"))
    case = make_case(response=make_response(contact=ana))

    page = search(client, bob, "peralta")

    assert links(page) == [f"/contacts/{ana.pk}/", f"/accounts/{ana.account_id}/", f"/cases/{case.pk}/"]
    assert "1 contact</span>" in page
    assert 'name="q" value="peralta"' in page


@pytest.mark.parametrize(
    ("role", "sections"), [("Support", ["contacts", "accounts", "cases"]), ("Marketing", ["contacts", "accounts"])]
)
def test_each_section_needs_its_right(client: Client, role: str, sections: list[str]) -> None:
    make_case(contact=make_contact(name="Ana", account=make_account(name="Ana & Co")))

    page = search(client, make_user("dana", role), "ana")

    assert re.findall(r'<h2 id="found-(\w+)">', page) == sections


@pytest.mark.parametrize("role", ["Employee", ""])
def test_who_may_see_nobody_may_not_search(client: Client, role: str) -> None:
    client.force_login(make_user("emil", *[role] if role else []))

    home = client.get("/").content.decode()

    assert client.get("/search/?q=ana").status_code == 403
    assert 'role="search"' not in home


def test_stranger_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/search/").headers["Location"] == "/accounts/login/?next=/search/"


def test_search_takes_no_post(client: Client, bob: User) -> None:
    client.force_login(bob)

    assert client.post("/search/").status_code == 405


@pytest.mark.parametrize("query", ["", "   ", "\x00"])
def test_empty_search_says_what_may_be_typed(client: Client, bob: User, query: str) -> None:
    make_contact()

    page = search(client, bob, query)

    assert "<h2>What are you looking for?</h2>" in page
    assert links(page) == []


def test_nothing_found_names_the_next_step(client: Client, bob: User) -> None:
    page = search(client, bob, "zebra")

    assert "<h2>Nothing found for “<bdi>zebra</bdi>”</h2>" in page
    assert "Try fewer letters" in page


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><svg onload=alert(1)>', "\u202eevil", "x" * 200])
def test_hostile_text_stays_text(client: Client, bob: User, text: str) -> None:
    person = make_contact(name=text, external_id=text[:100], account=make_account(name=text))
    make_case(contact=person)

    found, missed = search(client, bob, text), search(client, bob, text[:-1] + "!")

    assert len(links(found)) == 3
    assert ("<script>alert" in found + missed, "<svg onload" in found + missed) == (False, False)


def test_more_than_a_section_holds_is_told(client: Client, bob: User) -> None:
    for number in range(21):
        make_contact(name=f"Ana {number:02}")

    page = search(client, bob, "ana")

    assert len(links(page)) == 20
    assert "These are the first 20. Type more of it to see the others." in page


@pytest.mark.parametrize("rows", [1, 3])
def test_search_takes_as_many_statements_for_many_rows(
    client: Client, bob: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(bob)
    for number in range(rows):
        person = make_contact(name=f"Ana {number}", account=make_account(name=f"Ana {number}", owner=bob))
        make_case(response=make_response(contact=person), owner=bob)

    with django_assert_num_queries(SESSION_USER_AND_RIGHTS + FRAME + SECTIONS):
        page = " ".join(client.get("/search/?q=ana").content.decode().split())

    assert len(links(page)) == 3 * rows
