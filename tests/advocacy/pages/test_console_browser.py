"""What only a browser shows: signing in under the real policy, keys, menus, themes, and what axe says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.factories import make_case, make_contact, make_inbox_mail, make_response
from tests.looks import barriers, faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def console(page: Page, live_server: LiveServer, alice: User) -> Iterator[Page]:
    """Alice has signed in, on a phone; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for name in ("Íñigo Peralta", "陈伟"):
        answer = make_response(contact=make_contact(name=name), score=2, comment="Tarde otra vez")
        make_case(owner=alice, response=answer)
    page.goto(live_server.url)
    page.fill("#id_login", "alice@example.com")
    page.fill("#id_password", "alice-password")
    page.click("main button")
    page.wait_for_url(f"{live_server.url}/")
    yield page
    assert complaints == []


def test_console_is_accessible_and_fits(console: Page, live_server: LiveServer) -> None:
    mail = make_inbox_mail(subject="سؤال واحد", html="<html lang=en><title>x</title><main>One question</main></html>")

    rooms = ("/", "/settings/", "/search/?q=per", "/inbox/", f"/inbox/{mail.pk}/")
    for address in (*rooms, "/accounts/password/change/", "/accounts/login/"):
        console.goto(live_server.url + address)

        assert (address, faults(console)) == (address, [])
        assert console.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_sign_in_page_is_accessible(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/accounts/login/")

    assert barriers(page) == []
    assert page.evaluate("document.activeElement.id") == "id_login"


def test_keys_move_and_open_and_rest_while_typing(console: Page, live_server: LiveServer) -> None:
    console.keyboard.press("j")
    console.keyboard.press("j")
    console.keyboard.press("k")
    in_hand = console.locator("[data-row].on a.q").inner_text()
    console.keyboard.press("o")
    console.wait_for_url("**/cases/*/?view=mine")
    console.keyboard.press("g")
    console.keyboard.press("i")
    console.wait_for_url("**/inbox/")
    console.goto(f"{live_server.url}/accounts/password/change/")
    console.focus("#id_oldpassword")
    console.keyboard.type("gi?j")

    assert in_hand == "Íñigo Peralta"
    assert console.input_value("#id_oldpassword") == "gi?j"
    assert console.url.endswith("/accounts/password/change/")
    assert not console.evaluate("document.getElementById('keys').open")


def test_slash_leads_to_the_search_on_a_phone_and_beside_a_wide_page(console: Page, live_server: LiveServer) -> None:
    console.keyboard.press("/")
    console.wait_for_url("**/search/")
    console.keyboard.type("peralta")
    console.keyboard.press("Enter")
    console.wait_for_url("**/search/?q=peralta")
    on_a_phone = console.locator("a.q").all_inner_texts()
    console.set_viewport_size({"width": 1280, "height": 800})
    console.goto(f"{live_server.url}/inbox/")
    console.keyboard.press("/")
    console.keyboard.type("陈伟")
    console.keyboard.press("Enter")
    console.wait_for_url("**/search/?q=*")

    assert on_a_phone[0] == "Íñigo Peralta"
    assert console.locator("a.q").first.inner_text() == "陈伟"
    assert barriers(console) == []


def test_question_mark_shows_the_shortcuts(console: Page) -> None:
    console.keyboard.press("?")

    assert console.locator("#keys tbody tr", has_text=re.compile("Queue")).locator("kbd").all_inner_texts() == [
        "g",
        "q",
    ]
    assert barriers(console) == []


def test_language_is_chosen_in_the_menu(console: Page) -> None:
    console.set_viewport_size({"width": 1280, "height": 800})
    console.click(".foot summary")
    console.click("text=Español")
    console.wait_for_selector("html[lang=es]")

    assert console.evaluate("document.documentElement.lang") == "es"


def test_keys_can_be_turned_off(console: Page, live_server: LiveServer) -> None:
    console.set_viewport_size({"width": 1280, "height": 800})
    console.click(".foot summary")
    console.click("text=Turn shortcuts off")
    console.wait_for_selector("[data-keys-off]")

    console.keyboard.press("j")
    console.keyboard.press("?")

    assert console.locator("[data-row].on").count() == 0
    assert not console.evaluate("document.getElementById('keys').open")


def test_menu_and_navigation_close_and_give_the_focus_back(console: Page) -> None:
    console.click("#menu")
    was_shown = console.is_visible("#nav")
    console.click(".foot summary")
    console.keyboard.press("ArrowDown")
    console.keyboard.press("Escape")
    menu = console.evaluate("[document.querySelector('details.menu').open, document.activeElement.tagName]")
    console.keyboard.press("Escape")

    assert was_shown
    assert menu == [False, "SUMMARY"]
    assert not console.is_visible("#nav")
    assert console.evaluate("document.activeElement.id") == "menu"


def test_sections_of_the_navigation_stay_as_they_were_left(console: Page, live_server: LiveServer) -> None:
    console.set_viewport_size({"width": 1280, "height": 800})
    console.goto(f"{live_server.url}/inbox/")
    run = console.locator("summary", has_text="Run")
    learn = console.locator("summary", has_text="Learn")
    scrolls = "document.getElementById('nav').scrollHeight > document.getElementById('nav').clientHeight"

    folded = console.get_by_role("link", name="Patterns").is_visible()
    fits = not console.evaluate(scrolls)
    learn.focus()
    console.keyboard.press("Enter")
    run.click()
    console.wait_for_function("document.cookie.includes('vv-rooms=learn')")
    console.get_by_role("link", name="Patterns").click()
    console.wait_for_url("**/patterns/")
    console.goto(f"{live_server.url}/settings/")

    assert (folded, fits) == (False, True)
    assert console.locator("[data-fold][open]").evaluate_all("all => all.map(one => one.dataset.fold)") == [
        "learn",
        "run",
    ]
    assert barriers(console) == []


def test_links_of_a_mail_open_outside_its_frame(console: Page, live_server: LiveServer) -> None:
    target = f"{live_server.url}/accounts/inactive/"
    mail = make_inbox_mail(html=f"<html><head></head><body><a href='{target}'>7</a></body></html>")
    console.goto(f"{live_server.url}/inbox/")
    console.goto(f"{live_server.url}/inbox/{mail.pk}/html")

    with console.context.expect_page() as opened:
        console.click("text=7")

    opened.value.wait_for_load_state()
    assert opened.value.title() == "This account is closed · Viva Voce"
