"""A part of an agent's morning by keyboard, and whether the pages of the queue fit and are accessible."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from advocacy.enums import CaseStatus
from advocacy.models import Case
from surveys.models import Response
from tests.factories import make_account, make_case, make_contact, make_response, make_theme
from tests.looks import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {"Íñigo Peralta": "es", "陈伟": "zh-Hans", "ليلى البكري": "ar", "Ben Ode": "en"}


@pytest.fixture
def console(page: Page, live_server: LiveServer, alice: User) -> Iterator[Page]:
    """Alice has signed in, and four people are unhappy; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    theme = make_theme("Repair")
    for number, (name, language) in enumerate(WORDS.items()):
        account = make_account(name=f"Gesellschaft für leise Kaffeezubereitung mbH {number}", revenue=84_770)
        contact = make_contact(name=name, language=language, account=account)
        answer = make_response(contact=contact, score=2, comment="Tarde otra vez", language=language)
        due = timezone.now() + dt.timedelta(hours=number - 1)
        make_case(response=answer, due_at=due, news="reply" if number == 0 else "", theme=theme)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(live_server.url)
    page.fill("#id_login", "alice@example.com")
    page.fill("#id_password", "alice-password")
    page.click("main button")
    page.wait_for_url(f"{live_server.url}/")
    yield page
    assert complaints == []


def heading(console: Page, name: str) -> None:
    expect(console.get_by_role("heading", level=1)).to_have_text(name)
    console.wait_for_load_state()  # before that no key is heard


def says(console: Page, text: str) -> None:
    expect(console.get_by_text(text)).to_be_visible()
    console.wait_for_load_state()


def test_morning_by_keyboard(console: Page, live_server: LiveServer, alice: User) -> None:
    first, second, third, last = Case.objects.order_by("due_at")
    console.goto(f"{live_server.url}/cases/?view=open")

    console.keyboard.press("Enter")  # the most urgent
    heading(console, "Íñigo Peralta")
    console.get_by_role("button", name="Wait for the customer").press("Enter")
    heading(console, "陈伟")
    console.keyboard.press("z")
    heading(console, "Íñigo Peralta")
    says(console, "Undone for 1 case: waiting.")
    console.keyboard.press("i")
    says(console, "Noted: Íñigo Peralta assigned to Alice.")
    console.keyboard.press("s")
    console.get_by_role("button", name="Tomorrow").press("Enter")
    heading(console, "陈伟")
    console.keyboard.press("e")
    console.get_by_label("Had already left").press("Space")
    console.get_by_label("Root cause").select_option(label="Repair")
    console.get_by_role("button", name="Close and open next").press("Enter")
    heading(console, "ليلى البكري")
    console.keyboard.press("z")
    heading(console, "陈伟")
    says(console, "Undone for 1 case: closed.")
    console.keyboard.press("n")
    expect(console.get_by_role("button", name="Keep note")).to_be_visible()

    for case in (first, second, third, last):
        case.refresh_from_db()
    assert (first.owner, first.is_waiting, first.is_snoozed, first.news) == (alice, False, True, "")
    assert (second.status, second.outcome, third.status, last.status) == (CaseStatus.OPEN, "", "open", "open")


def test_rows_are_ticked_worked_and_given_back_by_keys(console: Page, live_server: LiveServer, alice: User) -> None:
    console.goto(f"{live_server.url}/cases/?view=open")
    expect(console.get_by_role("toolbar")).to_be_hidden()

    console.keyboard.press("j")
    console.keyboard.press("x")
    console.keyboard.press("j")
    console.keyboard.press("x")
    expect(console.get_by_role("toolbar")).to_contain_text("2 selected")
    console.keyboard.press("i")
    says(console, "Noted: 2 cases are yours.")
    expect(console.locator("tr.on a.q")).to_have_text("陈伟")
    taken = Case.objects.filter(owner=alice).count()
    console.keyboard.press("z")
    says(console, "Undone for 2 cases: assigned.")
    expect(console.locator("tr.on")).to_have_count(1)
    console.keyboard.press("s")
    heading(console, "Put 1 case aside")
    console.get_by_label("Date and time").press("j")  # typed, not obeyed
    console.get_by_role("button", name="Next Monday").press("Enter")
    says(console, "Noted: 1 case put aside.")
    console.locator("body").press("x")
    console.keyboard.press("Escape")
    expect(console.get_by_role("toolbar")).to_be_hidden()

    assert (taken, Case.objects.filter(owner=alice).count()) == (2, 0)
    assert [row.contact.name for row in Case.objects.filter(snoozed_until__isnull=False)] == ["陈伟"]


def test_two_tabs_with_other_filters_never_mistake_each_other(console: Page, live_server: LiveServer) -> None:
    first, second, third, mild = Case.objects.order_by("due_at")
    Response.objects.filter(cases=mild).update(score=6)
    Case.objects.filter(pk=mild.pk).update(answer_score=6)
    console.goto(f"{live_server.url}/cases/?view=open&low=0&high=3")
    other = console.context.new_page()
    other.goto(f"{live_server.url}/cases/?view=open&low=6&high=6")

    console.get_by_label("Select all on this page").check()
    console.get_by_label("all 3 that fit the filters").check()
    console.get_by_role("button", name="Wait").click()
    says(console, "Noted: 3 cases wait.")
    rows = console.locator("tr[data-case]").count()
    console.keyboard.press("Enter")  # the most urgent
    heading(console, "Íñigo Peralta")
    other.reload()
    console.get_by_role("link", name="Next").click()
    heading(console, "陈伟")
    console.locator(".crumb a").click()

    expect(console).to_have_url(f"{live_server.url}/cases/?view=open&low=0&high=3")
    assert rows == 3
    assert set(Case.objects.filter(waiting_since__isnull=False)) == {first, second, third}


def test_undo_leaves_when_its_time_is_over(console: Page, live_server: LiveServer) -> None:
    console.goto(f"{live_server.url}/cases/?view=open")
    console.keyboard.press("j")
    console.keyboard.press("i")
    expect(console.locator("[data-undo]")).to_be_visible()

    expect(console.locator("[data-undo]")).to_have_count(0, timeout=15_000)


def test_pages_of_the_queue_are_accessible_and_fit(console: Page, live_server: LiveServer) -> None:
    Case.objects.filter(contact__name="Ben Ode").update(snoozed_until=timezone.now() + dt.timedelta(days=1))
    addresses = ("/cases/", "/cases/?view=snoozed", "/cases/?view=open&filters=on&q=tarde", "/cases/views/?view=open")

    for address in addresses:
        console.goto(live_server.url + address)
        assert (address, faults(console)) == (address, [])
    console.goto(f"{live_server.url}/cases/")
    console.locator('[name="case"]').first.check()
    assert faults(console) == []
    console.get_by_role("button", name=re.compile("Snooze")).click()
    assert faults(console) == []
