"""Half-written texts, in a browser: they outlive other buttons and a session, and go when they have arrived."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from playwright.sync_api import Dialog, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from advocacy.models import Case, CaseLetter, Huddle, IdeaComment
from tests.factories import make_case, make_contact, make_fix, make_huddle, make_response
from tests.looks import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LETTER = 'Dear Ana,\n<b>the mill</b> & its noise "go".'
KEPT = "Kept from before."


@pytest.fixture
def console(page: Page, live_server: LiveServer, alice: User) -> Iterator[Page]:
    """Alice has signed in; whatever the script stumbles over fails the test."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(live_server.url)
    sign_in(page)
    page.wait_for_url(f"{live_server.url}/")
    yield page
    page.wait_for_load_state("networkidle")  # the page of a case says now and then who is there
    assert complaints == []


@pytest.fixture
def case() -> Case:
    return make_case(response=make_response(contact=make_contact(name="Ana Lima")))


def sign_in(page: Page, name: str = "alice") -> None:
    page.fill("#id_login", f"{name}@example.com")
    page.fill("#id_password", f"{name}-password")
    page.click("main button")


def letter(page: Page) -> Locator:
    return page.get_by_label("Your reply")


def write(page: Page, live_server: LiveServer, case: Case) -> None:
    page.goto(f"{live_server.url}/cases/{case.pk}/?write=reply")
    page.get_by_label("Subject").fill("Your machine")
    letter(page).fill(LETTER)


def snooze_without_a_day(page: Page) -> None:
    page.get_by_text("Snooze…").click()
    page.get_by_role("button", name="Until then").click()
    expect(page.get_by_text("Write a day and a time.").first).to_be_visible()
    assert page.get_by_text("What you typed is below").count() == 0
    page.keyboard.press("Escape")


def look_at_the_note(page: Page) -> None:
    page.get_by_role("link", name="Private note").click()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("")
    page.get_by_role("navigation", name="What to write").get_by_role("link", name="Reply").click()


def go_and_come_back(page: Page) -> None:
    page.goto(page.url.split("?")[0] + "../")
    page.go_back()


WAYS: dict[str, Callable[[Page], None]] = {
    "note": look_at_the_note,
    "take": lambda page: page.get_by_role("button", name="Take it").click(),
    "wait": lambda page: page.get_by_role("button", name="Wait for the customer").click(),
    "snooze": snooze_without_a_day,
    "away": go_and_come_back,
}


@pytest.mark.parametrize("way", WAYS)
def test_reply_outlives_every_other_button_of_the_page(
    console: Page, live_server: LiveServer, case: Case, way: str
) -> None:
    write(console, live_server, case)

    WAYS[way](console)

    expect(letter(console)).to_have_value(LETTER)
    expect(console.get_by_label("Subject")).to_have_value("Your machine")


def test_kept_reply_says_so_and_can_be_discarded(console: Page, live_server: LiveServer, case: Case) -> None:
    write(console, live_server, case)
    console.get_by_role("button", name="Take it").click()
    expect(console.get_by_text(KEPT)).to_have_count(1)
    assert faults(console) == []

    console.get_by_role("button", name="Discard").click()

    expect(letter(console)).to_have_value("")
    expect(letter(console)).to_be_focused()
    expect(console.get_by_label("Subject")).to_have_value("")
    console.reload()
    expect(letter(console)).to_have_value("")
    expect(console.get_by_text(KEPT)).to_have_count(0)


def test_reply_that_was_sent_does_not_come_again(console: Page, live_server: LiveServer, case: Case) -> None:
    write(console, live_server, case)
    console.get_by_role("button", name="Preview").click()
    expect(letter(console)).to_have_value(LETTER)
    expect(console.get_by_text(KEPT)).to_have_count(0)

    console.get_by_role("button", name="Send", exact=False).first.click()

    expect(console.get_by_text(re.compile(r"waits \d+ s")).first).to_be_visible()
    console.goto(f"{live_server.url}/cases/{case.pk}/?write=reply")
    expect(letter(console)).to_have_value("")
    assert CaseLetter.objects.count() == 1
    assert (stored(console), [each for each in console.context.cookies() if "arrived" in each["name"]]) == ([], [])


def test_refused_reply_outlives_the_next_button_as_well(console: Page, live_server: LiveServer, case: Case) -> None:
    write(console, live_server, case)
    console.get_by_label("Subject").fill("")
    console.keyboard.press("Control+Enter")
    expect(console.get_by_text("Write a subject.").first).to_be_visible()

    console.get_by_role("button", name="Take it").click()

    expect(console.get_by_text(KEPT)).to_have_count(1)
    expect(letter(console)).to_have_value(LETTER)


def test_reply_outlives_the_session(console: Page, live_server: LiveServer, case: Case) -> None:
    write(console, live_server, case)
    Session.objects.all().delete()
    console.keyboard.press("Control+Enter")
    expect(console.get_by_role("heading", level=1)).to_have_text("Sign in")

    sign_in(console)

    console.wait_for_url(f"{live_server.url}/cases/{case.pk}/")
    expect(console.get_by_text("what you sent was not saved")).to_be_visible()
    expect(letter(console)).to_have_value(LETTER)
    assert CaseLetter.objects.count() == 0


def test_letter_that_was_taken_back_outlives_the_next_button(
    console: Page, live_server: LiveServer, case: Case
) -> None:
    write(console, live_server, case)
    console.get_by_label("Language of the letter").select_option("es")
    console.keyboard.press("Control+Enter")
    console.get_by_role("button", name="Take back").click()
    expect(letter(console)).to_have_value(LETTER)
    console.reload()
    expect(letter(console)).to_have_value(LETTER)

    console.get_by_role("button", name="Take it").click()

    expect(console.get_by_text(KEPT)).to_have_count(1)
    expect(letter(console)).to_have_value(LETTER)
    expect(console.get_by_label("Language of the letter")).to_have_value("es")


def test_who_signs_out_leaves_nothing(console: Page, live_server: LiveServer, case: Case) -> None:
    write(console, live_server, case)
    assert stored(console) == [f"vv-kept:case-{case.pk}-reply"]

    console.locator(".foot summary").click()
    console.get_by_role("button", name="Sign out").click()

    expect(console.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert stored(console) == []


def test_nobody_finds_what_another_wrote(console: Page, live_server: LiveServer, case: Case, bob: User) -> None:
    write(console, live_server, case)
    Session.objects.all().delete()
    console.goto(live_server.url)

    sign_in(console, "bob")

    expect(console.get_by_role("navigation", name="Main")).to_be_visible()
    assert stored(console) == []


def test_decision_outlives_an_action(console: Page, live_server: LiveServer) -> None:
    huddle = make_huddle()
    console.goto(f"{live_server.url}/huddles/{huddle.pk}/")
    decision = console.get_by_label("What we decide (optional)")
    decision.fill("The mill gets a hood.")

    console.get_by_role("button", name="Add it").click()

    expect(console.get_by_text("Say in a line what is done.").first).to_be_visible()
    expect(decision).to_have_value("The mill gets a hood.")
    console.get_by_role("button", name="Note it").click()
    expect(console.get_by_text("Noted: what was decided")).to_be_visible()
    expect(console.get_by_text(KEPT)).to_have_count(0)
    assert (Huddle.objects.get().decision, stored(console)) == ("The mill gets a hood.", [])


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(console: Page, live_server: LiveServer) -> None:
    huddle = make_huddle(decision="Wait.")
    console.goto(f"{live_server.url}/huddles/{huddle.pk}/")
    decision = console.get_by_label("What we decide (optional)")
    decision.fill("A hood.")
    Huddle.objects.update(decision="No hood.")

    console.goto(f"{live_server.url}/huddles/{huddle.pk}/print/")
    console.goto(f"{live_server.url}/huddles/{huddle.pk}/")

    expect(decision).to_have_value("No hood.")
    console.get_by_role("button", name="Put mine here").click()
    expect(decision).to_have_value("A hood.")


def test_comment_outlives_a_vote(console: Page, live_server: LiveServer) -> None:
    fix = make_fix(title="A timer")
    console.goto(f"{live_server.url}/ideas/{fix.pk}/")
    comment = console.locator("#comments textarea")
    comment.fill("Mine too")

    console.locator("button.vote").click()

    expect(console.get_by_text("Noted: your vote")).to_be_visible()
    expect(comment).to_have_value("Mine too")
    console.get_by_role("button", name="Comment").click()
    expect(console.get_by_text("Noted: your comment")).to_be_visible()
    expect(comment).to_have_value("")
    assert IdeaComment.objects.get().text == "Mine too"


def test_without_storage_the_browser_asks_before_it_leaves(console: Page, live_server: LiveServer, case: Case) -> None:
    console.add_init_script("Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('none'); } })")
    asked: list[str] = []

    def go_on(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    console.on("dialog", go_on)
    write(console, live_server, case)

    console.get_by_role("button", name="Take it").click()
    expect(console.get_by_text("assigned to Alice")).to_be_visible()
    write(console, live_server, case)
    console.keyboard.press("Control+Enter")
    expect(console.get_by_text(re.compile(r"waits \d+ s")).first).to_be_visible()

    assert asked == ["beforeunload"]


def stored(page: Page) -> list[str]:
    found: list[str] = page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('vv-kept:'))")
    return found
