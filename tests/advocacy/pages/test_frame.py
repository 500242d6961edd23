from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from advocacy import demo
from advocacy.enums import CaseStatus, RequestKind
from advocacy.models import CustomerRequest
from tests.factories import make_brand, make_case, make_contact, make_request, make_team, make_user

pytestmark = pytest.mark.django_db

SESSION_AND_USER, RIGHTS = 2, 2


def page_of(client: Client, user: User, address: str = "/") -> str:
    client.force_login(user)
    return " ".join(client.get(address).content.decode().split())


def rooms(page: str) -> list[str]:
    return re.findall(
        r'<li><a href="([^"]+)"', page[page.index('<nav class="side"') : page.index('<div class="foot">')]
    )


@pytest.mark.parametrize(
    ("role", "is_staff", "entries"),
    [
        (
            "Support",
            False,
            "/ /cases/ /requests/ /fixes/ /ideas/ /notices/ /contacts/ /segments/ /silence/ /reports/ /patterns/"
            " /themes/ /inbox/",
        ),
        (
            "Support lead",
            False,
            "/ /cases/ /lead/ /requests/ /fixes/ /ideas/ /notices/ /programmes/ /referrals/ /rewards/ /campaigns/"
            " /contacts/ /segments/ /silence/ /reports/ /patterns/ /themes/ /inbox/ /outbox/",
        ),
        (
            "Marketing",
            False,
            "/ /requests/ /fixes/ /ideas/ /notices/ /advocates/ /programmes/ /testimonials/ /referrals/ /rewards/"
            " /campaigns/ /contacts/ /segments/ /silence/ /reports/ /patterns/ /themes/ /inbox/ /outbox/",
        ),
        ("Employee", False, "/ /fixes/ /ideas/ /notices/ /reports/ /patterns/"),
        (
            "Admin",
            True,
            "/ /cases/ /lead/ /requests/ /fixes/ /ideas/ /notices/ /advocates/ /programmes/ /testimonials/"
            " /referrals/ /rewards/ /campaigns/ /contacts/ /segments/ /silence/ /reports/ /patterns/"
            " /themes/ /imports/ /deletions/ /inbox/ /outbox/ /settings/ /admin/",
        ),
    ],
)
def test_navigation_holds_what_the_role_may_open(client: Client, role: str, is_staff: bool, entries: str) -> None:
    user = make_user("dana", role, is_staff=is_staff)

    page = page_of(client, user)

    assert rooms(page) == entries.split()


def folds(page: str) -> dict[str, bool]:
    """The sections of the navigation, and whether each is open."""
    return {slug: bool(is_open) for slug, is_open in re.findall(r'data-fold="(\w+)"( open)?>', page)}


@pytest.mark.parametrize(
    ("address", "left_open", "is_open"),
    [
        ("/", "", []),
        ("/rewards/", "", ["advocates"]),
        ("/rewards/", "learn.run", ["advocates", "learn", "run"]),
        ("/", "none", []),
        ("/", "<script>.ask.ask", ["ask"]),
    ],
)
def test_long_navigation_is_folded_but_for_the_section_one_is_in_and_those_left_open(
    client: Client, address: str, left_open: str, is_open: list[str]
) -> None:
    client.cookies["vv-rooms"] = left_open

    page = page_of(client, make_user("ada", "Admin", is_staff=True), address)

    assert list(folds(page)) == ["improve", "advocates", "ask", "learn", "run"]
    assert [slug for slug, shown in folds(page).items() if shown] == is_open


def test_short_navigation_is_open_until_it_is_folded(client: Client) -> None:
    emil = make_user("emil", "Employee")

    before = folds(page_of(client, emil))
    client.cookies["vv-rooms"] = "none"

    assert (before, folds(page_of(client, emil))) == (
        {"improve": True, "learn": True},
        {"improve": False, "learn": False},
    )


def test_folded_section_carries_what_waits_in_it(client: Client) -> None:
    make_request()
    make_request()
    make_request(kind="question")

    page = page_of(client, make_user("ada", "Admin", is_staff=True))

    assert '<summary><h2>Improve</h2><span class="n">2<span class="visually-hidden"> to be done</span></span>' in page


def test_queue_carries_the_number_of_ones_own_open_cases(client: Client, bob: User) -> None:
    make_case(owner=bob)
    make_case(owner=bob, status=CaseStatus.CONTACTED)
    make_case(owner=bob, status=CaseStatus.CLOSED)
    make_case(owner=make_user())
    make_case()

    page = page_of(client, bob)

    assert 'Queue<span class="n">2<span class="visually-hidden"> yours, open</span></span></a>' in page


def test_requests_carry_the_number_of_those_to_be_sorted(client: Client, bob: User) -> None:
    make_request()
    make_request()
    make_request(kind=RequestKind.PROBLEM)

    page = page_of(client, bob)

    assert 'Requests<span class="n">2<span class="visually-hidden"> to be sorted</span></span></a>' in page


def test_count_ends_where_nobody_counts_on(client: Client, bob: User) -> None:
    person = make_contact()
    CustomerRequest.objects.bulk_create(CustomerRequest(contact=person, due_at=timezone.now()) for _ in range(1001))

    assert 'Requests<span class="n">999+<span' in page_of(client, bob)


@pytest.mark.parametrize(("role", "letters"), [("Support", "hqrfcpi"), ("Marketing", "hrfamtcpi"), ("Employee", "hfp")])
def test_room_is_reached_by_its_letter(client: Client, role: str, letters: str) -> None:
    page = page_of(client, make_user("dana", role))

    assert "".join(re.findall(r'data-go="(\w)"', page)) == letters


@pytest.mark.parametrize("rows", [1, 3])
def test_frame_takes_one_statement(client: Client, rows: int, django_assert_num_queries: Any) -> None:
    user = make_user("emil")
    client.force_login(user)
    for _ in range(rows):
        make_request()
        make_case(owner=user)
        make_team(members=[user])

    with django_assert_num_queries(SESSION_AND_USER + RIGHTS + 1):
        client.get("/")


def test_current_room_is_marked(client: Client, bob: User) -> None:
    page = page_of(client, bob, "/inbox/")

    assert re.findall(r'href="([^"]+)" aria-current="page"', page) == ["/inbox/"]
    assert '<strong class="grow text-truncate">Inbox</strong>' in page


def test_person_stands_below_with_role_and_team(client: Client) -> None:
    marta = make_user("marta", "Support", first_name="Marta", last_name="Ruiz")
    make_team(name="Madrid", members=[marta])

    page = page_of(client, marta)

    assert '<span class="who" aria-hidden="true">MR</span>' in page
    assert "<bdi>Marta Ruiz</bdi>" in page
    assert "Support · Madrid" in page


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><svg onload=alert(1)>'])
def test_hostile_names_stay_text(client: Client, name: str) -> None:
    marta = make_user("marta", "Support", first_name=name)
    make_team(name=name, members=[marta])
    make_brand(name=name)

    page = page_of(client, marta)

    assert page.count(name) == 0
    assert page.count(name.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")) == 3


def test_only_a_demo_says_that_it_is_one(client: Client, bob: User) -> None:
    brand = make_brand(name="Real Firm")
    before = page_of(client, bob)
    brand.name = demo.BRAND
    brand.save(update_fields=["name"])

    after = page_of(client, bob)

    assert "<small>Real Firm</small>" in before
    assert ("Demo organisation" in before, "Demo organisation" in after) == (False, True)


@pytest.mark.parametrize(("theme", "attribute"), [("dark", 'data-bs-theme="dark"'), ("light", 'data-bs-theme="light"')])
def test_theme_is_kept_and_written_by_the_server(client: Client, bob: User, theme: str, attribute: str) -> None:
    client.force_login(bob)

    response = client.post("/theme/", {"theme": theme, "next": "/inbox/"})

    assert response.headers["Location"] == "/inbox/"
    assert f'<html lang="en" dir="ltr" {attribute}>' in client.get("/").content.decode()


@pytest.mark.parametrize("nothing", ["", "sepia", '"><script>'])
def test_theme_of_the_system_is_the_default(client: Client, bob: User, nothing: str) -> None:
    client.force_login(bob)
    client.post("/theme/", {"theme": "dark"})

    client.post("/theme/", {"theme": nothing})

    page = client.get("/").content.decode()
    assert '<html lang="en" dir="ltr" data-theme-of-system>' in page
    assert "surveys/theme.js" in page


def test_cookie_that_was_tampered_with_is_ignored(client: Client, bob: User) -> None:
    client.cookies["vv-theme"] = '"><script>alert(1)</script>'

    page = page_of(client, bob)

    assert "alert(1)" not in page
    assert "data-theme-of-system" in page


def test_shortcuts_can_be_turned_off_and_on(client: Client, bob: User) -> None:
    client.force_login(bob)

    client.post("/keys/", {"keys": "off"})
    off = client.get("/").content.decode()
    client.post("/keys/", {"keys": "on"})
    on = client.get("/").content.decode()

    assert ("<body data-keys-off>" in off, "<body data-keys-off>" in on) == (True, False)


def test_language_is_kept_and_can_be_left_to_the_browser(client: Client, bob: User) -> None:
    client.force_login(bob)

    chosen = client.post("/language/", {"language": "es", "next": "/inbox/"})
    spanish = client.get("/").content.decode()
    client.post("/language/", {"language": ""})
    of_the_browser = client.get("/", headers={"Accept-Language": "en"}).content.decode()

    assert chosen.headers["Location"] == "/inbox/"
    assert '<html lang="es"' in spanish
    assert '<button name="language" value="es" lang="es" aria-pressed="true">' in spanish
    assert '<html lang="en"' in of_the_browser


@pytest.mark.parametrize("language", ["xx", "ES; path=/", '"><script>', "en-GB", "fr"])
def test_language_that_is_not_offered_is_not_kept(client: Client, bob: User, language: str) -> None:
    client.force_login(bob)

    response = client.post("/language/", {"language": language})

    assert response.cookies["django_language"].value == ""


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
@pytest.mark.parametrize("address", ["/theme/", "/keys/", "/language/"])
def test_choice_never_leads_to_another_site(client: Client, bob: User, address: str, target: str) -> None:
    client.force_login(bob)

    assert client.post(address, {"next": target}).headers["Location"] == "/"


@pytest.mark.parametrize("address", ["/theme/", "/keys/", "/language/"])
def test_choice_takes_a_post_by_someone_signed_in(client: Client, bob: User, address: str) -> None:
    stranger = client.post(address)
    client.force_login(bob)

    assert stranger.headers["Location"] == f"/accounts/login/?next={address}"
    assert client.get(address).status_code == 405


@pytest.mark.parametrize("address", ["/", "/inbox/", "/accounts/login/"])
def test_pages_carry_the_policy_that_lets_nothing_foreign_in(client: Client, bob: User, address: str) -> None:
    if address != "/accounts/login/":
        client.force_login(bob)

    response = client.get(address)

    policy = dict(line.split(" ", 1) for line in response.headers["Content-Security-Policy"].split("; "))
    assert (policy["default-src"], policy["script-src"], policy["frame-ancestors"]) == ("'none'", "'self'", "'none'")
    # Under no-referrer a browser's own forms would fail the CSRF check.
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_address_of_nothing_keeps_the_frame_for_whoever_is_signed_in(client: Client, bob: User) -> None:
    outside = client.get("/nope/")
    inside = page_of(client, bob, "/nope/")

    assert outside.status_code == 404
    assert '<nav class="side"' not in outside.content.decode()
    assert '<nav class="side"' in inside
    assert "<h1>There is nothing at this address</h1>" in inside


def test_old_page_is_refused_in_plain_words(bob: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bob)

    response = strict.post("/theme/", {"theme": "dark"})

    assert response.status_code == 403
    assert "<h1>Not saved: this page was too old</h1>" in response.content.decode()


def test_fault_is_told_without_details(bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(bob)
    monkeypatch.setattr("advocacy.views.frame._facts", lambda user: 1 / 0)

    response = client.get("/")

    assert response.status_code == 500
    assert "<h1>Something broke on our side</h1>" in response.content.decode()
    assert "ZeroDivisionError" not in response.content.decode()
