"""The pictures of the README, taken on the demo by `make screenshots`. pytest collects it only when it is named."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect

from advocacy import demo
from tests.flows.conftest import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The same day every time, in working hours: else each run would change every picture.
NOW = dt.datetime(2026, 6, 9, 9, 40, tzinfo=dt.UTC)
LARGEST = 250_000  # bytes


@pytest.fixture(autouse=True)
def _demo(as_migrated: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        demo.load(now=NOW)
        yield


def take(page: Page, name: str) -> None:
    path = Path(os.environ["SCREENSHOTS_DIR"]) / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    assert path.stat().st_size < LARGEST


def test_pictures_of_the_readme(sign_in: SignIn) -> None:
    page = sign_in("dana.whitfield@aurora.example.com", demo.PASSWORD)
    take(page, "home")
    rooms = page.get_by_role("navigation", name="Main")

    rooms.get_by_role("link", name="Queue").click()
    page.get_by_role("navigation", name="Views").get_by_role("link", name="All open").click()
    expect(page.get_by_role("link", name="All open")).to_have_attribute("aria-current", "page")
    take(page, "queue")

    page.get_by_role("link", name="Aisling Fitzgerald").click()
    expect(page.get_by_role("link", name="Log a call")).to_be_visible()
    take(page, "case")

    rooms.get_by_role("link", name="Reports").click()
    expect(page.get_by_role("heading", name="How likely to recommend us", level=1)).to_be_visible()
    take(page, "report")
