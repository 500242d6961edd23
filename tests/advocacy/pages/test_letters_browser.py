"""What only a browser shows of letters: the keys, who else is there, axe, and whether everything fits."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from advocacy import presence
from advocacy.models import CaseLetter, Presence
from tests.factories import (
    make_account,
    make_case,
    make_contact,
    make_macro,
    make_pledge,
    make_response,
    make_saved_reply,
    make_user,
)
from tests.looks import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRM = "Gesellschaft für außergewöhnlich leise Kaffeezubereitung mbH"


@pytest.fixture
def console(page: Page, live_server: LiveServer, alice: User) -> Iterator[Page]:
    """Alice has signed in; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(live_server.url)
    page.fill("#id_login", "alice@example.com")
    page.fill("#id_password", "alice-password")
    page.click("main button")
    page.wait_for_url(f"{live_server.url}/")
    yield page
    assert complaints == []


def test_reply_is_chosen_sent_by_keys_and_taken_back(console: Page, live_server: LiveServer, alice: User) -> None:
    contact = make_contact(name="ليلى البكري", language="ar", account=make_account(name=FIRM))
    response = make_response(contact=contact, score=2, comment="صوت الطاحونة عالٍ", language="ar")
    case = make_case(response=response)
    make_saved_reply("ar: جهازكم: مرحبًا {{ first_name }}،\n\nسأتابع الموضوع بنفسي. {{ product }}", name="Late")
    make_pledge(case=case, by=alice)
    make_macro(waits=True)
    presence.ping(case, make_user("karim", first_name="Karim"))

    console.goto(f"{live_server.url}/cases/{case.pk}/?write=note")
    expect(console.get_by_text("Karim has this case open since")).to_be_visible()
    console.keyboard.press("r")
    console.get_by_label("Saved reply").select_option(label="Late")
    console.get_by_role("button", name="Use it").click()
    expect(console.get_by_text("Nothing is known for:")).to_be_visible()
    assert faults(console) == []
    text = console.get_by_label("Your reply")
    text.fill("مرحبًا {{ first_name }}")
    text.press("Control+Enter")
    expect(console.get_by_text(re.compile(r"“جهازكم” waits \d+ s"))).to_be_visible()
    console.keyboard.press("z")
    expect(console.get_by_text("Taken back: the mail to ليلى البكري does not leave.")).to_be_visible()

    assert CaseLetter.objects.get().text == "مرحبًا ليلى"
    assert Presence.objects.filter(user=alice).count() == 1
