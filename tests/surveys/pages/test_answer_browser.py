"""What the script of the landing page does with the gestures of a person, and with those of a program."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from surveys.enums import ClickKind, Evidence
from surveys.models import Click, HeldAnswer, Invitation, Response
from tests.factories import make_contact, make_invitation, make_message
from tests.surveys.pages.public import answer_url

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

BY_SCRIPT = """() => {
  window.scrollTo(0, document.body.scrollHeight);
  for (const name of ["pointerdown", "touchstart", "keydown", "click", "wheel", "scroll"])
    document.querySelector("h1").dispatchEvent(new Event(name, {bubbles: true}));
  document.querySelector("input[name=score][value='4']").click();
  document.querySelector("#comment").focus();
}"""


def asked(language: str = "en") -> Invitation:
    message = make_message(invitation=make_invitation(contact=make_contact(language=language)))
    assert message.invitation is not None
    return message.invitation


def open_page(server: LiveServer, page: BrowserPage, invitation: Invitation, score: int = 9) -> None:
    page.goto(server.url + answer_url(invitation, score))
    page.wait_for_timeout(1200)  # a gesture sooner than a second is none


@pytest.mark.parametrize("gesture", ["pointer", "key"])
def test_first_gesture_notes_the_number_that_is_shown(live_server: LiveServer, page: BrowserPage, gesture: str) -> None:
    invitation = asked()
    open_page(live_server, page, invitation)

    if gesture == "pointer":
        page.locator("h1").click()
    else:
        page.keyboard.press("Tab")
    expect(page.get_by_role("status")).to_have_text("Your 9 is noted. You can still change it.")
    page.locator("h1").click()

    held = HeldAnswer.objects.get()
    assert (held.score, held.evidence, held.due_at is not None) == (9, Evidence.GESTURE, True)
    assert Click.objects.filter(kind=ClickKind.GESTURE).count() == 1
    assert Response.objects.count() == 0


def test_another_number_replaces_the_one_that_was_noted(live_server: LiveServer, page: BrowserPage) -> None:
    invitation = asked()
    open_page(live_server, page, invitation)
    page.locator("h1").click()
    expect(page.get_by_role("status")).to_have_text("Your 9 is noted. You can still change it.")

    page.get_by_role("radio", name="7", exact=True).check(force=True)
    expect(page.get_by_role("status")).to_have_text("Your 7 is noted. You can still change it.")

    assert HeldAnswer.objects.get().score == 7


@pytest.mark.slow
def test_program_that_waits_scrolls_and_clicks_by_script_answers_nothing(
    live_server: LiveServer, page: BrowserPage
) -> None:
    invitations = [asked() for _ in range(25)]

    for invitation in invitations:
        open_page(live_server, page, invitation)
        page.evaluate(BY_SCRIPT)
    page.wait_for_timeout(500)

    assert Click.objects.filter(kind=ClickKind.LINK).count() == 25
    assert (HeldAnswer.objects.count(), Response.objects.count()) == (0, 0)


def test_form_sent_in_a_hurry_is_asked_for_once_more_with_all_that_was_typed(
    live_server: LiveServer, page: BrowserPage
) -> None:
    invitation = asked()
    page.goto(live_server.url + answer_url(invitation, 9))

    page.fill("#comment", "Quick as I am")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Once more, so that we know it is you.")
    expect(page.locator("#comment")).to_have_value("Quick as I am")  # in a moment: the page may still be coming in
    page.get_by_role("radio", name="9", exact=True).check(force=True)
    page.wait_for_timeout(2100)
    page.get_by_role("button", name="Send my answer").click()
    page.wait_for_url("**/thanks")

    held = HeldAnswer.objects.get()
    assert (held.is_repeated, held.said["answer"]["comment"]) == (True, "Quick as I am")
