"""The import as a person sees it: by the words on the page, without script where it matters, and what axe says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from surveys import imports
from surveys.models import Contact
from tests.looks import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MESSY = Path(__file__).parents[2] / "data" / "contacts_messy.csv"


def test_file_comes_in_and_goes_again(page: Page, live_server: LiveServer, alice: User) -> None:
    page.goto(f"{live_server.url}/imports/")
    page.fill("#id_login", "alice@example.com")
    page.fill("#id_password", "alice-password")
    page.click("main button")
    assert faults(page) == []

    page.set_input_files("#id_file", MESSY)
    page.get_by_role("button", name="Upload and look").click()
    expect(page.get_by_label("Owner Email")).to_have_value("owner_email")
    assert faults(page) == []
    page.get_by_role("button", name="Check the file").click()
    imports.run_next()
    # The page looks again by itself.
    expect(page.get_by_role("button", name="Import 34 contacts")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Import 34 contacts").click()
    imports.run_next()
    expect(page.get_by_role("heading", name="What the import did")).to_be_visible()
    assert faults(page) == []
    there = Contact.objects.count()
    page.get_by_role("link", name="Take back").click()
    page.get_by_role("button", name="Take back, delete 34 contacts").click()
    imports.run_next()
    expect(page.get_by_text(re.compile("Taken back: 34 contacts were deleted"))).to_be_visible()
    assert faults(page) == []

    assert (there, Contact.objects.count()) == (34, 0)
