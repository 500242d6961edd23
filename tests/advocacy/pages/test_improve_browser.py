"""What only a browser shows of requests, fixes and advocates: keys, axe, and whether everything fits."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from advocacy.enums import FixStatus
from advocacy.models import CustomerRequest, Fix
from tests.factories import (
    make_account,
    make_advocate,
    make_contact,
    make_fix,
    make_request,
    make_response,
    make_study,
    make_theme,
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


def make_wish(name: str, language: str, comment: str) -> CustomerRequest:
    account = make_account(name=f"{FIRM} {name}", revenue=412_300)
    contact = make_contact(name=name, language=language, account=account)
    return make_request(response=make_response(contact=contact, score=8, comment=comment, language=language))


def test_rooms_are_accessible_and_fit(console: Page, live_server: LiveServer) -> None:
    wish = make_wish("ليلى البكري", "ar", "القهوة لذيذة لكن صوت الطاحونة عالٍ بعض الشيء.")
    linked = make_wish("李伟", "zh-Hans", "磨豆声音有点大，早上怕吵到孩子。")
    fix = make_fix(title="x" * 160, status=FixStatus.PLANNED, due_on=timezone.localdate() - dt.timedelta(days=3))
    CustomerRequest.objects.filter(pk=linked.pk).update(fix=fix, kind="problem", theme=make_theme("Noise"))
    idea = make_fix(title="A timer")
    advocate = make_advocate(contact=linked.contact, response=linked.response, forbids_gifts=True)
    make_study(contact=linked.contact, title="W" * 150)

    for address in (
        "/requests/?view=all",
        f"/requests/{wish.pk}/",
        f"/requests/{linked.pk}/?view=linked",
        "/fixes/",
        f"/fixes/{fix.pk}/",
        f"/fixes/{idea.pk}/?move=decline",
        "/fixes/new/",
        "/advocates/",
        f"/advocates/{advocate.pk}/",
    ):
        console.goto(live_server.url + address)

        assert (address, faults(console)) == (address, [])


def test_request_is_sorted_linked_and_put_aside_by_keys(console: Page, live_server: LiveServer) -> None:
    first, second = make_wish("Ana", "es", "Un molinillo más callado"), make_wish("Ben", "en", "Thanks")
    fix = make_fix(title="A quieter grinder")
    make_fix(title="A timer", author=make_user())
    console.set_viewport_size({"width": 1280, "height": 800})
    console.goto(f"{live_server.url}/requests/")

    console.keyboard.press("2")
    expect(console.get_by_text("Noted: the request of Ana is sorted: Problem.")).to_be_visible()
    console.keyboard.press("f")
    console.keyboard.type("grind")
    console.keyboard.press("Enter")
    console.wait_for_url(re.compile("title=grind"))
    console.get_by_role("row", name="A quieter grinder").get_by_role("button").click()
    expect(console.get_by_text("is linked to “A quieter grinder”.")).to_be_visible()
    console.keyboard.press("0")
    expect(console.get_by_role("heading", name="Nothing is to be sorted")).to_be_visible()

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.kind, first.fix, second.kind) == ("problem", fix, "none")


def test_new_fix_is_opened_in_place_and_shipped(console: Page, live_server: LiveServer) -> None:
    wish = make_wish("Ana", "es", "Un molinillo más callado")
    CustomerRequest.objects.filter(pk=wish.pk).update(kind="problem")
    console.goto(f"{live_server.url}/requests/{wish.pk}/?view=waiting")

    console.get_by_text("Open a new fix…").click()
    console.get_by_label("What would be better").fill("A quieter grinder")
    console.get_by_role("button", name="Open it and link").click()
    expect(console.get_by_text("is linked to “A quieter grinder”.")).to_be_visible()
    console.goto(f"{live_server.url}/fixes/{Fix.objects.get().pk}/")
    console.get_by_label("Owner").select_option(label="Alice")
    console.get_by_label("Due on").fill((timezone.localdate() + dt.timedelta(days=9)).isoformat())
    console.get_by_role("button", name="Plan it").click()
    console.get_by_label("What is different for customers now").fill("A ring dampens it")
    console.get_by_role("button", name="It has shipped").click()
    expect(console.get_by_text("has shipped.")).to_be_visible()

    assert Fix.objects.get().status == FixStatus.SHIPPED
