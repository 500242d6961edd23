"""What only a browser shows of perks: axe, whether everything fits, and that a guest's page works by touch."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from advocacy.enums import GuestStatus, PerkKind
from advocacy.models import PerkGuest, PerkText
from surveys import tokens
from tests.factories import make_account, make_advocate, make_contact, make_guest, make_perk, make_request
from tests.looks import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRM = "Gesellschaft für außergewöhnlich leise Kaffeezubereitung mbH"
DAY = dt.timedelta(days=1)
SHOTS = os.environ.get("SCREENSHOTS_DIR", "")


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


def make_tester(name: str, language: str, status: GuestStatus, **fields: object) -> PerkGuest:
    account = make_account(name=f"{FIRM} {PerkGuest.objects.count()}")
    contact = make_contact(name=name, language=language, account=account)
    return make_guest(contact=contact, status=status, answered_at=timezone.now(), **fields)


def shoot(page: Page, name: str) -> None:
    """A picture in both widths, where somebody wants to look."""
    for width in (1280, 360) if SHOTS else ():
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="light")
        page.screenshot(path=Path(SHOTS) / f"perk-{name}-{width}.png", full_page=True)


def test_rooms_are_accessible_and_fit(console: Page, live_server: LiveServer) -> None:
    yesterday = timezone.now() - DAY
    perk = make_perk(
        kind=PerkKind.BETA, name=f"Beta {'x' * 110}", starts_at=yesterday, ends_at=yesterday + 9 * DAY,
        place="x" * 200, address="https://meet.example.com/room", respond_by=yesterday + 5 * DAY,
    )  # fmt: skip
    guest = make_tester("ليلى البكري", "ar", GuestStatus.ACCEPTED, perk=perk)
    make_tester("李伟", "zh-Hans", GuestStatus.WAITING, perk=perk)
    make_tester("Ana", "es", GuestStatus.ATTENDED, perk=perk)
    make_request(perk=perk, response=None, contact=guest.contact, quote="يتجمد التطبيق", language="ar", origin="beta")
    make_advocate(contact=make_contact(name="Ben Free"))
    make_advocate(contact=make_contact(name="Nina Never"), do_not_ask=True)
    addresses = {
        "list": "/perks/",
        "form": "/perks/new/",
        "one": f"/perks/{perk.pk}/",
        "text": f"/perks/{perk.pk}/texts/ar/",
        "invite": f"/perks/{perk.pk}/invite/",
        "left-out": f"/perks/{perk.pk}/invite/?view=left-out",
    }

    for name, address in addresses.items():
        console.goto(live_server.url + address)

        shoot(console, name)
        assert (address, faults(console)) == (address, [])


def test_page_of_a_guest_is_accessible_fits_and_works(page: Page, live_server: LiveServer) -> None:
    perk = make_perk(place="Calle Mayor 1, Madrid", text="Six coffees, two roasters.\n\nBring a cup.")
    PerkText.objects.create(perk=perk, language="ar", title="أمسية تذوق", text="ست قهوات ومحمصان.")
    yesterday = timezone.now() - DAY
    beta = make_perk(kind=PerkKind.BETA, title="Descaling app", starts_at=yesterday, ends_at=yesterday + 9 * DAY)

    for tag in ("en", "ar"):
        guest = make_tester("Mira", tag, GuestStatus.INVITED, perk=perk)
        tester = make_tester("Mira", tag, GuestStatus.ACCEPTED, perk=beta)
        for name, each in (("invited", guest), ("tester", tester)):
            page.goto(f"{live_server.url}/p/{tokens.encode(each.token)}/")

            shoot(page, f"{name}-{tag}")
            assert (name, tag, faults(page)) == (name, tag, [])
    page.goto(f"{live_server.url}/p/{tokens.encode(guest.token)}/")
    page.click("button[value=yes]")
    shoot(page, "accepted-ar")

    assert (faults(page), PerkGuest.objects.get(pk=guest.pk).status) == ([], GuestStatus.ACCEPTED)
