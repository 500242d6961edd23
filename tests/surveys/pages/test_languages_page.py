"""All languages; a draft is accepted, and taken back."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import expect
from pytest_django import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer

from advocacy.enums import Role
from surveys import drafts
from surveys.models import Event, LanguageReview
from surveys.models import languages as known
from tests.factories import make_brand, make_user
from tests.looks import faults
from tests.surveys.pages.public import page_of

pytestmark = pytest.mark.django_db

PAGE = "/languages/"


@pytest.fixture(autouse=True)
def nothing_accepted() -> None:
    known.forget()


@pytest.fixture
def ada(client: Client) -> User:
    ada = make_user("ada", Role.ADMIN, first_name="Ada")
    client.force_login(ada)
    return ada


def said(response: object) -> list[str]:
    return [str(message) for message in response.context["messages"]]  # type: ignore[attr-defined]


def test_page_shows_every_language_with_its_own_name_and_direction(client: Client, ada: User) -> None:
    make_brand(short_name="Nordlicht")

    response = client.get(PAGE)

    page, html = page_of(response), response.content.decode()
    assert response.status_code == 200
    assert len(re.findall(r"<code>[\w-]+</code>", html)) == 35
    assert "Wie wahrscheinlich ist es, dass Sie Nordlicht einem Freund oder Kollegen weiterempfehlen?" in page.text()
    assert page.find("div", class_="voice", lang="ar", dir="rtl") != []
    assert page.text("h3").count("Hebrew · he · right to left") == 1
    assert "{{" not in html


def test_draft_is_accepted_and_withdrawn(client: Client, ada: User) -> None:
    accepted = client.post(f"{PAGE}he/accept/", follow=True)
    withdrawn = client.post(f"{PAGE}he/withdraw/", follow=True)

    assert [accepted.redirect_chain, withdrawn.redirect_chain] == [[(PAGE, 302)]] * 2
    assert "Accepted by Ada, " in page_of(accepted).text()
    assert said(accepted) == ["From now on, customers are asked in עברית."]
    assert said(withdrawn) == ["Nobody is asked in עברית any more."]
    assert list(Event.objects.order_by("pk").values_list("went_to", "by")) == [("accepted", ada.pk), ("draft", ada.pk)]


def test_second_press_is_told(client: Client, ada: User) -> None:
    client.post(f"{PAGE}he/accept/")

    again = client.post(f"{PAGE}he/accept/", follow=True)

    assert said(again)[-1] == "Not changed: עברית is accepted already."
    assert Event.objects.count() == 1


@pytest.mark.parametrize("verb", ["accept", "withdraw"])
@pytest.mark.parametrize("tag", ["en", "sv", "xx", "%3Cscript%3E", "he%00", "x" * 1_000])
def test_what_is_no_draft_is_not_found(client: Client, ada: User, verb: str, tag: str) -> None:
    assert client.post(f"{PAGE}{tag}/{verb}/").status_code == 404
    assert LanguageReview.objects.count() == 0


@pytest.mark.parametrize(
    ("method", "place"), [("get", PAGE), ("post", f"{PAGE}he/accept/"), ("post", f"{PAGE}he/withdraw/")]
)
def test_only_an_admin_decides(client: Client, bob: User, method: str, place: str) -> None:
    stranger = getattr(client, method)(place)
    client.force_login(bob)
    reader = getattr(client, method)(place)

    assert (stranger.status_code, reader.status_code) == (302, 403)
    assert stranger.headers["Location"].startswith("/accounts/login/")
    assert LanguageReview.objects.count() == 0


@pytest.mark.parametrize(
    ("method", "place"), [("post", PAGE), ("get", f"{PAGE}he/accept/"), ("get", f"{PAGE}he/withdraw/")]
)
def test_other_methods_are_refused(client: Client, ada: User, method: str, place: str) -> None:
    assert getattr(client, method)(place).status_code == 405


def test_page_asks_as_often_with_three_accepted(
    client: Client, ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(PAGE)
    drafts.accept("he", by=ada)
    with django_assert_num_queries(7):
        client.get(PAGE)
    drafts.accept("hi", by=ada)
    drafts.accept("et", by=ada)
    with django_assert_num_queries(7):
        client.get(PAGE)


def test_settings_lead_here(client: Client, ada: User) -> None:
    assert f'<a href="{PAGE}">Languages</a>' in client.get(reverse("advocacy:settings_page")).content.decode()


def test_admin_looks_them_up_and_types_nothing(client: Client, alice: User) -> None:
    drafts.accept("he", by=alice)
    client.force_login(alice)
    review = LanguageReview.objects.get()

    listed = client.get("/admin/surveys/languagereview/")
    row = client.get(f"/admin/surveys/languagereview/{review.pk}/change/")

    assert "עברית" in listed.content.decode()
    assert f'href="{PAGE}"' in row.content.decode()
    assert 'name="_save"' not in row.content.decode()
    assert client.get("/admin/surveys/languagereview/add/").status_code == 403


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_page_can_be_used_by_everybody(page: BrowserPage, live_server: LiveServer, alice: User) -> None:
    page.goto(f"{live_server.url}{PAGE}")
    page.fill("#id_login", "alice@example.com")
    page.fill("#id_password", "alice-password")
    page.click("main button")
    page.wait_for_url(f"**{PAGE}")
    page.get_by_role("button", name="Accept עברית").click()
    expect(page.get_by_role("button", name="Withdraw עברית")).to_be_visible()

    assert faults(page) == []
