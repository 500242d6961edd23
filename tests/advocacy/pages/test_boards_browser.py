"""What only a browser shows of the boards: slips that are dragged."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from advocacy.enums import AskStage, AskStatus, FixStatus
from advocacy.models import Ask, Fix
from tests.factories import make_ask, make_fix, make_programme
from tests.looks import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def console(page: Page, live_server: LiveServer, alice: User) -> Iterator[Page]:
    """Alice has signed in at a desk; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url)
    page.fill("#id_login", "alice@example.com")
    page.fill("#id_password", "alice-password")
    page.click("main button")
    page.wait_for_url(f"{live_server.url}/")
    yield page
    assert complaints == []


def lane(console: Page, name: str) -> Locator:
    return console.get_by_role("region", name=name, exact=True).locator("ol")


def slips(console: Page, name: str) -> list[str]:
    return lane(console, name).locator("h3").all_inner_texts()


def drag(console: Page, title: str, name: str) -> None:
    """By its lower edge, where no link and no menu is."""
    slip = console.locator(".slip", has_text=title)
    slip.drag_to(lane(console, name), source_position={"x": 4, "y": 4}, target_position={"x": 60, "y": 30})


def test_slip_of_a_fix_is_dragged_to_the_page_that_moves_it(console: Page, live_server: LiveServer) -> None:
    fix = make_fix(title="A ring dampens it", status=FixStatus.PLANNED)
    console.goto(f"{live_server.url}/fixes/board/")

    drag(console, "A ring dampens it", "Shipped")
    console.wait_for_url(f"**/fixes/{fix.pk}/?move=ship#move")
    console.get_by_label("What is different for customers now").fill("It is quieter")
    console.get_by_role("button", name="It has shipped").click()
    expect(console.get_by_text("has shipped.")).to_be_visible()
    console.goto(f"{live_server.url}/fixes/board/")

    assert slips(console, "Shipped") == ["A ring dampens it"]
    assert Fix.objects.get().status == FixStatus.SHIPPED


def test_slip_that_may_not_move_goes_back_and_says_why(console: Page, live_server: LiveServer) -> None:
    make_fix(title="A timer")
    make_fix(title="A ring dampens it")
    console.goto(f"{live_server.url}/fixes/board/")
    before = slips(console, "Idea")

    drag(console, "A timer", "Shipped")

    said = console.get_by_role("alert")
    expect(said).to_have_text("Not moved. It is an idea: plan it first, with an owner and a day.")
    assert (slips(console, "Idea"), slips(console, "Shipped")) == (before, [])
    assert barriers(console) == []
    assert set(Fix.objects.values_list("status", flat=True)) == {FixStatus.IDEA}


def test_slip_of_an_ask_is_dragged_and_what_its_menu_forbids_is_not_done(
    console: Page, live_server: LiveServer
) -> None:
    programme = make_programme()
    make_ask(programme=programme, status=AskStatus.SENT, stage=AskStage.ASKED)
    title = str(Ask.objects.get().advocate.contact)
    console.goto(f"{live_server.url}/programmes/{programme.pk}/")

    drag(console, title, "Planned")
    expect(console.get_by_role("alert")).to_contain_text("Not moved.")
    drag(console, title, "Agreed")
    expect(lane(console, "Agreed").locator("h3")).to_have_text(title)
    expect(console.get_by_role("alert")).to_be_hidden()

    assert Ask.objects.get().stage == AskStage.AGREED
