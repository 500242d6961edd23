"""From a mail to the thank-you page with nothing but a keyboard, on the narrowest phone, with and without script."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from advocacy import routing
from advocacy.enums import CaseStatus, StoryStatus
from advocacy.models import Case, Testimonial
from surveys import consents, mail
from surveys.models import Consent, HeldAnswer, Response
from tests.factories import make_contact, make_invitation, make_message

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

AS_LONG_AS_A_PERSON = 2_100  # milliseconds; a form that comes back sooner is asked for once more
MOST_STOPS = 60


@pytest.fixture(params=["script", "no script"])
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, java_script_enabled=request.param == "script", locale="en-GB"
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    assert context.cookies() == []
    context.close()


@pytest.fixture
def opened_mail(phone: Page, settings: Settings, live_server: LiveServer) -> Iterator[None]:
    """Whatever the browser complains of fails the test."""
    settings.PUBLIC_BASE_URL = live_server.url
    complaints: list[str] = []
    phone.on("pageerror", lambda error: complaints.append(str(error)))
    phone.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    yield
    assert complaints == []


def open_mail(phone: Page, *, language: str, name: str) -> None:
    """The HTML part of the mail that went out an hour ago."""
    contact = make_contact(language=language, name=name)
    sent_at = timezone.now() - dt.timedelta(hours=1)
    letter = mail.invitation(make_message(invitation=make_invitation(contact=contact), sent_at=sent_at))
    phone.set_content(str(letter.alternatives[0][0]))


def tab_to(phone: Page, wanted: Locator) -> None:
    """By the Tab key alone, and what has the focus can be seen."""
    for _stop in range(MOST_STOPS):
        phone.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            expect(wanted).to_be_in_viewport()
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


def choose(phone: Page, number: str) -> None:
    """With the mail's number focused, go one further and come back by the arrow keys."""
    radio = phone.get_by_role("radio", name=number, exact=True)
    tab_to(phone, radio)
    phone.keyboard.press("ArrowDown")
    expect(phone.get_by_role("radio", name=str(int(number) + 1))).to_be_checked()
    phone.keyboard.press("ArrowUp")
    expect(radio).to_be_checked()


def open_number(phone: Page, number: str, *, direction: str) -> None:
    tab_to(phone, phone.get_by_role("link", name=re.compile(rf"^{number}\b")).first)
    phone.keyboard.press("Enter")
    phone.wait_for_url(f"**/r/*/{number}")
    expect(phone.locator("html")).to_have_attribute("dir", direction)
    assert is_narrow(phone)


def is_narrow(phone: Page) -> bool:
    return bool(phone.evaluate("document.documentElement.scrollWidth <= 320"))


def send(phone: Page) -> None:
    phone.wait_for_timeout(AS_LONG_AS_A_PERSON)
    tab_to(phone, phone.locator("main form .send button"))
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/thanks")
    assert is_narrow(phone)


@pytest.mark.usefixtures("opened_mail")
def test_promoter_lets_us_quote_what_was_written_in_arabic(phone: Page) -> None:
    words = "آلة ممتازة، وأنصح بها كل من أعرفه."
    open_mail(phone, language="ar", name="سميرة حداد")

    open_number(phone, "9", direction="rtl")
    choose(phone, "9")
    tab_to(phone, phone.locator("#comment"))
    phone.keyboard.insert_text(words)
    tab_to(phone, phone.locator("#quote"))
    read = phone.locator("#quote-text").inner_text()
    phone.keyboard.press("Space")
    tab_to(phone, phone.locator("#quote_role"))
    phone.keyboard.insert_text("صاحبة مقهى")
    send(phone)

    expect(phone.locator("html")).to_have_attribute("lang", "ar")
    expect(phone.locator("main")).to_contain_text(words)
    story, consent = Testimonial.objects.get(), Consent.objects.get()
    assert (story.words, story.shown_role, story.status) == (words, "صاحبة مقهى", StoryStatus.RECEIVED)
    assert (story.consent, consent.language, consent.withdrawn_at) == (consent, "ar", None)
    assert (consent.text, consent.text_hash) == (read, consents.hash_of(read))
    assert (Response.objects.get().score, HeldAnswer.objects.count()) == (9, 0)


@pytest.mark.usefixtures("opened_mail")
def test_detractor_asks_in_chinese_to_be_called_and_a_case_opens(phone: Page) -> None:
    open_mail(phone, language="zh-Hans", name="陈伟")

    open_number(phone, "2", direction="ltr")
    choose(phone, "2")
    tab_to(phone, phone.locator("#comment"))
    phone.keyboard.insert_text("机器送到时已经坏了。")
    tab_to(phone, phone.locator("#contact"))
    phone.keyboard.press("Space")
    tab_to(phone, phone.locator("#phone"))
    phone.keyboard.insert_text("+86 10 5555 0123")
    send(phone)

    expect(phone.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(phone.locator("main")).to_contain_text("23")  # the end of the number, so that a slip shows
    answer = Response.objects.get()
    assert (answer.score, answer.wants_contact, answer.phone) == (2, True, "+86 10 5555 0123")
    assert not Case.objects.exists()
    routing.route_settled()
    case = Case.objects.get()
    assert (case.response, case.contact, case.status) == (answer, answer.contact, CaseStatus.OPEN)
