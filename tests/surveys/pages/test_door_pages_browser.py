"""Doors in a real browser: how they look, and who may frame them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from surveys import doors, tokens
from surveys.models import Door, Response
from tests.factories import make_brand, make_campaign, make_door
from tests.looks import barriers, faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits two seconds before it presses a button."""
    monkeypatch.setattr(doors, "SOONEST", doors.SOONEST * 0)


def address_of(live_server: LiveServer, door: Door) -> str:
    return f"{live_server.url}/{'embed' if door.is_embedded else 'o'}/{tokens.encode(door.token)}"


@contextmanager
def somebodys_site(html: str) -> Iterator[str]:
    """A page of another origin; its address."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_open_link_has_no_barrier_and_is_not_cut(page: Page, live_server: LiveServer, tag: str) -> None:
    brand = make_brand(default_language=tag, contact_email="hello@aurora.example.com")
    door = make_door(campaign=make_campaign(brand=brand))
    page.set_extra_http_headers({"Accept-Language": tag})

    page.goto(address_of(live_server, door))
    page.locator("#reply").check()
    found = faults(page)
    page.set_viewport_size({"width": 320, "height": 700})
    found += [f"320 {word}" for word in barriers(page)]
    is_cut = page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0

    assert (found, is_cut) == ([], False)


def test_answer_at_a_kiosk_begins_anew(page: Page, live_server: LiveServer) -> None:
    door = make_door(kind="kiosk")
    page.set_viewport_size({"width": 1280, "height": 900})

    page.goto(address_of(live_server, door))
    page.get_by_role("radio", name="9", exact=True).check()
    page.locator("#comment").fill("Good coffee")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", name="Thank you for saying so.")).to_be_visible()
    assert page.locator("text=Good coffee").count() == 0
    page.wait_for_url(address_of(live_server, door), timeout=20_000)

    assert (page.locator("#comment").input_value(), page.locator("input:checked").count()) == ("", 0)
    page.go_back()
    expect(page.locator("text=Good coffee")).to_have_count(0)
    assert Response.objects.get().channel == "kiosk"


def test_embedded_question_is_answered_in_the_frame_of_an_allowed_site(
    page: Page, live_server: LiveServer, settings: Settings
) -> None:
    door = make_door(kind="embed")
    token = tokens.encode(door.token)
    html = f"""<!doctype html><title>Shop</title><h1>Shop</h1><div data-viva-voce="{token}" data-title="Survey"></div>
<script async src="{live_server.url}/static/surveys/embed.js"></script>"""

    with somebodys_site(html) as site:
        Door.objects.update(origins=site)
        page.goto(site)
        frame = page.frame_locator("iframe[title=Survey]")
        frame.get_by_role("radio", name="9", exact=True).check()
        page.wait_for_function("document.querySelector('iframe').style.blockSize.endsWith('px')")
        frame.get_by_role("button", name="Send my answer").click()
        expect(frame.get_by_role("heading", name="Thank you for saying so.")).to_be_visible()

        assert page.url == f"{site}/"
    assert (Response.objects.get().channel, Response.objects.get().score) == ("embed", 9)


def test_frame_in_another_site_stays_empty(page: Page, live_server: LiveServer) -> None:
    door = make_door(kind="embed", origins="https://www.example.com")
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text))

    with somebodys_site(f'<iframe src="{address_of(live_server, door)}"></iframe>') as site:
        page.goto(site)
        page.wait_for_timeout(500)
        words = page.frames[-1].locator("body").inner_text()

    assert "ten seconds" not in words
    assert any(re.search(r"frame-ancestors https://www\.example\.com", line) for line in refused)
