"""The admin under the real content security policy: what it brings of its own has to work, on a phone as well."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from surveys.enums import CampaignStatus
from tests.factories import make_account, make_campaign, make_contact, make_response

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def complaints(page: Page, live_server: LiveServer, alice: User) -> list[str]:
    """Alice has signed in; what the browser complains of is kept here."""
    complaints: list[str] = []
    page.goto(f"{live_server.url}/accounts/login/?next=/admin/")
    page.fill("#id_login", "alice@example.com")
    page.fill("#id_password", "alice-password")
    page.press("#id_password", "Enter")
    page.wait_for_url(f"{live_server.url}/admin/")
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_fit_and_follow_the_theme(
    page: Page, live_server: LiveServer, complaints: list[str], width: int, theme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    response = make_response(comment="It leaks. " * 40, contact=make_contact(name="Maximiliana " * 10))
    campaign = make_campaign(name="W" * 120)

    for address in (
        "",
        "surveys/response/",
        f"surveys/response/{response.pk}/change/",
        f"surveys/campaign/{campaign.pk}/change/",
        f"surveys/campaign/{campaign.pk}/history/",
    ):
        page.goto(f"{live_server.url}/admin/{address}")

        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(23, 25, 29)"}[theme]

    assert complaints == []


def test_account_is_found_while_typing(page: Page, live_server: LiveServer, complaints: list[str]) -> None:
    contact = make_contact(name="Ann Smith")
    account = make_account(name="Harbour Coffee")
    make_account(name="Zephyr")

    page.goto(f"{live_server.url}/admin/surveys/contact/{contact.pk}/change/")
    page.click("#id_account + .select2")
    page.keyboard.type("harb")
    page.click(".select2-results__option:has-text('Harbour Coffee')")
    page.click("input[name=_save]")
    page.wait_for_url("**/admin/surveys/contact/")

    contact.refresh_from_db()
    assert contact.account == account
    assert complaints == []


def test_campaign_is_paused_on_a_phone(page: Page, live_server: LiveServer, complaints: list[str]) -> None:
    campaign = make_campaign(name="Twice a year", status=CampaignStatus.ACTIVE)

    page.goto(f"{live_server.url}/admin/surveys/campaign/")
    page.check(".action-select")
    page.select_option("select[name=action]", label="Pause…")
    page.click("button[name=index]")
    page.get_by_role("button", name="Pause").click()
    page.wait_for_selector(".messagelist .success")

    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.PAUSED
    assert complaints == []
