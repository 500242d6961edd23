"""What only a browser shows of letters: the keys, who else is there, axe, and whether everything fits."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone
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
    expect(console.get_by_label("Your reply")).to_have_value("مرحبًا ليلى")

    assert CaseLetter.objects.get().text == "مرحبًا ليلى"
    assert Presence.objects.filter(user=alice).count() == 1


def test_z_takes_back_what_was_done_last(console: Page, live_server: LiveServer, alice: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        case = make_case(response=make_response(contact=make_contact(name="陈伟")))
        console.goto(f"{live_server.url}/cases/{case.pk}/?view=open")
        console.keyboard.press("r")
        expect(console.get_by_label("Saved reply")).to_be_focused()
        console.get_by_label("Subject").fill("Your machine")
        console.get_by_label("Your reply").fill("I am on it.")
        console.keyboard.press("Control+Enter")
        expect(console.get_by_text(re.compile(r"“Your machine” waits \d+ s"))).to_be_visible()
        clock.shift(1)
        console.wait_for_load_state()
        console.keyboard.press("i")
        expect(console.get_by_text("Noted: 陈伟 assigned to Alice.")).to_be_visible()
        console.wait_for_load_state()
        console.keyboard.press("z")
        expect(console.get_by_text("Undone for 1 case: assigned.")).to_be_visible()
        expect(console.get_by_role("button", name="Undo")).to_have_count(0)
        console.wait_for_load_state()
        console.keyboard.press("z")
        expect(console.get_by_text("Taken back: the mail to 陈伟 does not leave.")).to_be_visible()
        expect(console.get_by_label("Your reply")).to_have_value("I am on it.")

        console.wait_for_load_state()
        console.keyboard.press("Escape")
        console.keyboard.press("p")
        expect(console.get_by_label("You promise")).to_be_focused()
        console.keyboard.press("Escape")
        console.wait_for_load_state()
        console.keyboard.press("n")
        expect(console.get_by_role("textbox", name="Note")).to_be_focused()
        console.keyboard.type("She calls back")
        console.keyboard.press("Control+Enter")
        expect(console.get_by_text("Noted, for colleagues only.")).to_be_visible()


def test_seconds_of_a_letter_run_down_and_its_button_goes_with_them(console: Page, live_server: LiveServer) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        case = make_case(response=make_response(contact=make_contact(name="陈伟")))
        console.goto(f"{live_server.url}/cases/{case.pk}/?write=reply")
        console.get_by_label("Subject").fill("Filter 7")
        console.get_by_label("Your reply").fill("I am on it.")
        console.keyboard.press("Control+Enter")
        expect(console.get_by_text(re.compile(r"“Filter 7” waits \d+ s\."))).to_be_visible()
        clock.shift(7)
        console.reload()
        letter = console.locator(".undo", has_text="Filter 7")
        said = letter.get_by_role("status")

        expect(letter.locator("[data-fate]")).to_have_text(re.compile("^waits [12] s$"))
        expect(said).to_be_empty()
        expect(letter.locator("[data-fate]")).to_have_text("leaving now")

        expect(said).to_have_text("“Filter 7” leaving now.")
        expect(console.get_by_role("button", name="Take back")).to_have_count(0)
