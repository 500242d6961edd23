from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.test.utils import override_script_prefix

from config.methods import page_above
from tests.factories import make_case
from tests.surveys.pages.public import all_rows

pytestmark = pytest.mark.django_db

NO_PAGE = "There is no page to look at here"
LOST = "You had been signed out, so what you sent was not saved. Please send it again."


@pytest.fixture
def browser(alice: User) -> Client:
    """What asks for pages, with Alice signed in."""
    browser = Client(headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    browser.force_login(alice)
    return browser


def led(response: Any) -> tuple[int, str]:
    return response.status_code, response.headers.get("Location", "")


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("verb", ["reply", "note", "snooze", "assign"])
def test_browser_that_looks_at_a_step_is_led_to_its_page(browser: Client, verb: str, method: str) -> None:
    case = make_case()
    before = all_rows()

    response = getattr(browser, method)(f"/cases/{case.pk}/{verb}/?view=mine")

    assert (led(response), all_rows()) == ((302, f"/cases/{case.pk}/"), before)


def test_step_below_a_step_leads_to_the_page_in_the_end(browser: Client) -> None:
    case = make_case()

    response = browser.get(f"/cases/{case.pk}/reply/draft/", follow=True)

    assert response.redirect_chain == [(f"/cases/{case.pk}/reply/", 302), (f"/cases/{case.pk}/", 302)]
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/theme/", "/"),
        ("/cases/undo/", "/cases/"),
        ("/studies/pictures/5/remove/", "/studies/"),
        ("/fixes/5/thanks/texts/es/save/", "/fixes/5/thanks/texts/es/"),
        ("/fixes/5/thanks/texts/a?b/save/", "/fixes/5/thanks/texts/a%3Fb/"),
        ("/letters/5/take-back/", ""),
        ("//evil.example/reply/", ""),
        ("/r/token/", ""),
        ("/webhooks/postmark/tracking/", ""),
        ("/admin/x/", ""),
    ],
)
def test_page_above_is_one_of_the_console(path: str, above: str) -> None:
    assert page_above(path) == above


def test_page_above_lies_where_the_console_is_mounted() -> None:
    with override_script_prefix("/voices/"):
        assert page_above("/cases/5/reply/") == "/voices/cases/5/"


@pytest.mark.parametrize(("method", "path"), [("get", "/letters/5/take-back/"), ("post", "/search/")])
def test_where_no_page_lies_above_our_own_says_so(browser: Client, method: str, path: str) -> None:
    response = getattr(browser, method)(path)

    assert (response.status_code, NO_PAGE in response.content.decode()) == (405, True)
    assert response.headers["Allow"] == ("POST" if method == "get" else "GET, HEAD")


def test_program_gets_the_bare_refusal(client: Client, alice: User) -> None:
    client.force_login(alice)

    response = client.get(f"/cases/{make_case().pk}/reply/", headers={"Accept": "application/json"})

    assert (response.status_code, response.content) == (405, b"")


def test_stranger_is_led_to_sign_in_and_public_pages_stay_as_they_are() -> None:
    stranger = Client(headers={"Accept": "text/html"})
    address = f"/cases/{make_case().pk}/reply/"

    assert stranger.get(address).headers["Location"] == f"/accounts/login/?next={address}"
    assert stranger.post("/livez").content == b""
    assert led(stranger.put("/u/no-token")) == (405, "")


def test_choice_of_the_user_menu_leads_back_to_the_page_of_a_refused_form(browser: Client) -> None:
    address = f"/cases/{make_case().pk}/note/"
    page = browser.post(address, {"text": ""})

    response = browser.post("/theme/", {"theme": "dark", "next": address}, follow=True)

    assert (page.status_code, f'name="next" value="{address}"' in page.content.decode()) == (422, True)
    assert (response.status_code, response.wsgi_request.path) == (200, address.removesuffix("note/"))


def test_who_signs_in_again_is_told_that_nothing_was_saved(alice: User) -> None:
    browser = Client(headers={"Accept": "text/html"})
    case = make_case()
    login = browser.post(f"/cases/{case.pk}/reply/draft/", {"text": "A letter"}).headers["Location"]
    signed_in = {"login": alice.email, "password": "alice-password"}
    landing = browser.post(login, {**signed_in, "next": f"/cases/{case.pk}/reply/draft/"}).headers["Location"]

    page = browser.get(landing, headers={"Referer": f"http://testserver{login}"}, follow=True)

    assert (page.wsgi_request.path, page.content.decode().count(LOST)) == (f"/cases/{case.pk}/", 1)


def test_who_comes_from_elsewhere_is_told_nothing(browser: Client) -> None:
    page = browser.get(f"/cases/{make_case().pk}/reply/", headers={"Referer": "http://testserver/cases/"}, follow=True)

    assert LOST not in page.content.decode()
