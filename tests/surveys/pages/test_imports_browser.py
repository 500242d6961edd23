"""The import as a person sees it: by the words on the page, without script where it matters, and what axe says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from surveys import imports
from surveys.models import Contact

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MESSY = Path(__file__).parents[2] / "data" / "contacts_messy.csv"


def look(page: Page) -> None:
    """Nothing for axe to say and nothing cut, on a phone and on a desk."""
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert [rule["id"] for rule in Axe().run(page).response["violations"]] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_file_comes_in_and_goes_again(page: Page, live_server: LiveServer, alice: User, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(f"{live_server.url}/imports/")
    page.fill("#id_login", "alice@example.com")
    page.fill("#id_password", "alice-password")
    page.click("main button")
    look(page)

    page.set_input_files("#id_file", MESSY)
    page.get_by_role("button", name="Upload and look").click()
    expect(page.get_by_label("Owner Email")).to_have_value("owner_email")
    look(page)
    page.get_by_role("button", name="Check the file").click()
    imports.run_next()
    # The page looks again by itself.
    expect(page.get_by_role("button", name="Import 34 contacts")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Import 34 contacts").click()
    imports.run_next()
    expect(page.get_by_role("heading", name="What the import did")).to_be_visible()
    look(page)
    there = Contact.objects.count()
    page.get_by_role("link", name="Take back").click()
    page.get_by_role("button", name="Take back, delete 34 contacts").click()
    imports.run_next()
    expect(page.get_by_text(re.compile("Taken back: 34 contacts were deleted"))).to_be_visible()
    look(page)

    assert (there, Contact.objects.count()) == (34, 0)
