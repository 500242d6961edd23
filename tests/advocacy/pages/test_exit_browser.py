"""What only a browser shows of the way out: that it fits and speaks to everybody, and that hostile words stay words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from surveys import tokens
from surveys.enums import MessageStatus
from surveys.models import Contact, Message
from tests.factories import make_contact, make_invitation, make_message, make_response
from tests.looks import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOSTILE = "</bdi><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"


@pytest.fixture
def stranger(page: Page) -> Iterator[Page]:
    """Nobody has signed in; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []
    assert page.context.cookies() == []


def make_mail(language: str) -> Message:
    contact = make_contact(language=language, name=HOSTILE[:200])
    invitation = make_invitation(contact=contact)
    make_response(invitation=invitation, comment=HOSTILE)
    return make_message(invitation=invitation, status=MessageStatus.SENT, sent_at=timezone.now())


@pytest.mark.parametrize("tag", ["en", "ar", "zh-Hans"])
def test_pages_are_accessible_and_fit(stranger: Page, live_server: LiveServer, tag: str) -> None:
    address = f"{live_server.url}/x/{tokens.encode(make_mail(tag).token)}"

    stranger.goto(address)
    assert faults(stranger) == []
    stranger.locator("form.line button").first.click()
    assert stranger.locator("dl").count() > 3
    assert faults(stranger) == []
    assert stranger.title() != "taken"
    stranger.goto(address)
    stranger.locator("form.line button").last.click()
    assert stranger.locator("input[name=mail]").count() == 0
    assert faults(stranger) == []


def test_keyboard_alone_chooses_and_another_language_keeps_the_choice(stranger: Page, live_server: LiveServer) -> None:
    stranger.goto(f"{live_server.url}/x/{tokens.encode(make_mail('en').token)}")

    stranger.focus("#mail-all")
    stranger.keyboard.press("ArrowDown")
    stranger.click(".lang summary")
    stranger.click(".lang button[value=es]")
    assert stranger.is_checked("#mail-fewer")
    assert Contact.objects.get().mail_wish == "all"
    stranger.focus("#mail-fewer")
    stranger.keyboard.press("Enter")
    stranger.wait_for_selector("[role=status]")

    assert Contact.objects.get().mail_wish == "fewer"
