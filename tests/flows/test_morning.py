"""An agent's morning on forty cases, by keyboard alone: the mail leaves and is answered over real conversations."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.conf import settings as project
from django.contrib.auth.models import User
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from advocacy.enums import CaseStatus, Outcome
from advocacy.models import Attempt, Case, CaseLetter, Pledge, Reply
from surveys import outbox
from tests.factories import (
    make_account,
    make_brand,
    make_campaign,
    make_case,
    make_contact,
    make_invitation,
    make_response,
    make_saved_reply,
    make_theme,
    make_user,
    make_wave,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOW = dt.datetime(2026, 6, 9, 8, 5, tzinfo=dt.UTC)  # a Tuesday
HOUR = dt.timedelta(hours=1)
PATIENCE = 30.0
FIRM = "Gesellschaft für außergewöhnlich leise Kaffeezubereitung mbH"
PEOPLE = (
    ("Íñigo Peralta Gutiérrez de la Concepción", "es", "Llegó rota, y nadie contesta al teléfono desde hace días."),
    ("陈伟", "zh-Hans", "研磨机的声音太大，邻居都来抱怨了，客服一直没有回复。"),
    ("ليلى البكري", "ar", "صوت المطحنة عالٍ جدًا، ولم يردّ عليّ أحد منذ أسبوع."),
    ("Ben Ode", "en", "Broken twice in a month."),
)
SAVED = (
    "es: Su máquina: Hola {{ first_name }}:\n\nsiento mucho lo ocurrido. Me ocupo yo misma.\n\n{{ agent }}",
    "en: Your machine: Dear {{ first_name }}, I am on it. {{ agent }}",
)


@pytest.fixture
def mails(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Where a mail server in a process of its own keeps what it took, one file for each address."""
    folder, port_file = tmp_path / "mails", tmp_path / "port"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.flows.journal_smtp", *map(str, (tmp_path / "journal", port_file, folder))]
    with subprocess.Popen(command, cwd=project.BASE_DIR) as server:
        deadline = time.monotonic() + PATIENCE
        while not port_file.exists():
            assert time.monotonic() < deadline, "the mail server does not listen"
            time.sleep(0.05)
        settings.EMAIL_BACKEND = "surveys.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(port_file.read_text())
        settings.EMAIL_TIMEOUT = PATIENCE
        settings.REPLY_ADDRESS = "reply+{token}@ask.example.com"
        yield folder
        server.terminate()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The same morning every time. It stands, so that ten seconds are enough however slow the machine is."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def agent(clock: time_machine.Traveller) -> User:
    """Inés works cases. Forty wait: each is due an hour after the one before, and the first ten are overdue."""
    wave = make_wave(campaign=make_campaign(brand=make_brand(short_name="Aurora")))
    theme = make_theme("Repair")
    firm = make_account(name=FIRM, revenue=84_770)
    for number in range(40):
        name, language, comment = PEOPLE[number % 4]
        contact = make_contact(
            name=name if number < 4 else f"{name} {number}",
            email=f"person{number}@example.com",
            language=language,
            account=firm if number % 3 == 0 else None,
        )
        answer = make_response(
            invitation=make_invitation(contact=contact, wave=wave), score=number % 7, comment=comment, language=language
        )
        make_case(response=answer, due_at=NOW + (number - 9.5) * HOUR, theme=theme if number % 2 else None)
    make_saved_reply("en: Late: Dear {{ first_name }}, it is late.", name="Delivery late")
    make_saved_reply(*SAVED, name="Machine broken")
    return make_user("ines", "Support", first_name="Inés")


@pytest.fixture
def console(page: Page, live_server: LiveServer, agent: User) -> Iterator[Page]:
    """The page to sign in, on a desk; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(live_server.url)
    expect.set_options(timeout=PATIENCE * 1000)
    yield page
    expect.set_options(timeout=5_000)  # as it was
    assert complaints == []


def press(page: Page, *keys: str) -> None:
    page.wait_for_load_state()  # before that no key is heard
    for key in keys:
        page.keyboard.press(key)


def tab_back_to(page: Page, wanted: Locator, *, within: int) -> None:
    """Go there by Shift and Tab as a person does, and not for ever."""
    for _step in range(within):
        press(page, "Shift+Tab")
        if wanted.evaluate("control => control === document.activeElement"):
            return
    pytest.fail(f"that often Tab leads only to {page.evaluate('document.activeElement.outerHTML')}")


def is_at(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def said(page: Page, words: str) -> None:
    expect(page.get_by_text(words)).to_be_visible()


def first_row(page: Page) -> Locator:
    return page.locator("tr[data-case]").first


def read(path: Path) -> Message:
    return BytesParser(policy=default).parsebytes(path.read_bytes())


def answer_to(mail: Message, text: str) -> bytes:
    """What the contact's mail program sends."""
    answer = EmailMessage()
    answer["From"], answer["To"] = "Íñigo <person0@example.com>", mail["Reply-To"]
    answer["Subject"], answer["Message-ID"] = f"Re: {mail['Subject']}", "<answer-1@example.com>"
    answer["In-Reply-To"] = mail["Message-ID"]
    answer.set_content(f"{text}\n\n> Hola")
    return answer.as_bytes()


def receive(mail: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(mail)))
        call_command("receive_mail", stdout=io.StringIO())


def sign_in(page: Page) -> None:
    page.keyboard.type("ines@example.com")
    press(page, "Tab")
    page.keyboard.type("ines-password")
    press(page, "Enter")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


def go_to_the_queue(page: Page) -> None:
    """No page of a case is left open then, which would tell the server again and again that somebody is there."""
    press(page, "g", "q")
    is_at(page, "Queue")
    expect(page.get_by_role("link", name="All open")).to_have_attribute("aria-current", "page")


def reply_from_saved(page: Page) -> None:
    """In the contact's language, read in the preview, and sent."""
    press(page, "r")
    expect(page.get_by_label("Saved reply")).to_be_focused()
    page.keyboard.type("Machine")
    press(page, "Tab", "Enter")
    said(page, "Taken in español.")
    expect(page.get_by_role("group", name="As the contact will read it")).to_contain_text("Hola Íñigo:")
    expect(page.get_by_label("Your reply")).to_be_focused()
    press(page, "Control+Enter")
    said(page, "Noted: the reply leaves in ten seconds.")


def promise(page: Page) -> None:
    press(page, "p")
    expect(page.get_by_label("You promise")).to_be_focused()
    page.keyboard.type("Una máquina de préstamo")
    press(page, "Tab")
    page.keyboard.type("08082026")  # in whatever order the browser asks for day and month
    press(page, "Enter")
    said(page, "Noted: the promise is watched until it is kept.")


def log_that_they_were_reached(page: Page) -> None:
    press(page, "c")
    expect(page.get_by_label("Reached", exact=True)).to_be_focused()
    press(page, "Space", "Control+Enter")
    said(page, "Noted: the attempt is in the history.")


def close(page: Page) -> None:
    press(page, "e")
    expect(page.locator("#close-outcome_0")).to_be_focused()
    press(page, "Space", "Tab")
    page.keyboard.type("Repair")
    press(page, "Control+Enter")


def test_morning_on_forty_cases_by_keyboard(
    console: Page, agent: User, mails: Path, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    urgent, second = PEOPLE[0][0], PEOPLE[1][0]
    sign_in(console)
    go_to_the_queue(console)
    expect(first_row(console).locator("a.q")).to_have_text(urgent)
    press(console, "j", "o")
    is_at(console, urgent)

    reply_from_saved(console)
    go_to_the_queue(console)
    clock.shift(11)
    while outbox.send_batch():
        pass
    sent = read(mails / "person0@example.com.eml")
    receive(answer_to(sent, "Gracias, espero su llamada."), monkeypatch)

    expect(first_row(console).locator("a.q")).to_be_focused()  # the one that was open
    tab_back_to(console, console.get_by_role("link", name="New answers"), within=5)
    press(console, "Enter")
    expect(first_row(console)).to_contain_text("Wrote back")
    go_to_the_queue(console)
    expect(first_row(console)).to_contain_text("Wrote back")
    press(console, "Enter")
    is_at(console, urgent)
    expect(console.locator(".composer .voice")).to_have_text("Gracias, espero su llamada.")

    promise(console)
    press(console, "w")
    is_at(console, second)
    go_to_the_queue(console)
    expect(first_row(console).locator("a.q")).to_have_text(urgent)
    press(console, "Enter")
    is_at(console, urgent)
    log_that_they_were_reached(console)
    close(console)
    is_at(console, second)
    press(console, "z")
    is_at(console, urgent)
    said(console, "Undone for 1 case: closed.")
    close(console)
    is_at(console, second)
    said(console, f"Noted: the case of {urgent} is closed.")
    go_to_the_queue(console)

    case = Case.objects.get(contact__name=urgent)
    assert (case.status, case.outcome, case.theme and case.theme.name) == (
        CaseStatus.CLOSED,
        Outcome.RESOLVED,
        "Repair",
    )
    assert Case.objects.open().count() == 39
    letter = CaseLetter.objects.get()
    assert (letter.language, letter.text) == (
        "es",
        "Hola Íñigo:\n\nsiento mucho lo ocurrido. Me ocupo yo misma.\n\nInés",
    )
    assert (sent["Subject"], sent["To"]) == ("Su máquina", "person0@example.com")
    assert Reply.objects.get().text == "Gracias, espero su llamada."
    pledge = Pledge.objects.get()
    assert (pledge.text, pledge.due_on, pledge.by) == ("Una máquina de préstamo", dt.date(2026, 8, 8), agent)
    assert list(Attempt.objects.order_by("pk").values_list("channel", "reached")) == [("mail", False), ("call", True)]
