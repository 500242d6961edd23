"""A walk by visible labels: set up a campaign, launch it, watch it, stop it; and what axe says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from surveys.enums import MessageStatus, WaveStatus
from surveys.models import CampaignText, Message, Wave
from tests.factories import (
    make_brand,
    make_campaign,
    make_contact,
    make_invitation,
    make_message,
    make_touchpoint,
    make_wave,
)
from tests.looks import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def console(page: Page, live_server: LiveServer, alice: User) -> Iterator[Page]:
    """Alice has signed in; whatever the browser complains of fails the test, but for a form that is refused."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 422" not in message.text:
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/campaigns/")
    page.fill("#id_login", "alice@example.com")
    page.fill("#id_password", "alice-password")
    page.click("main button")
    page.wait_for_url("**/campaigns/")
    yield page
    assert complaints == []


def test_campaign_from_the_first_word_to_the_last_wave(console: Page) -> None:
    make_brand(name="Aurora")
    make_touchpoint(name="Support")
    for _ in range(3):
        make_contact()

    console.get_by_role("link", name="Set up the first campaign").click()
    console.get_by_role("button", name="Save, next: audience").click()
    expect(console.get_by_role("alert")).to_contain_text("Give it a name.")
    console.get_by_label("Name").fill("After a call")
    console.get_by_label("Brand").select_option("Aurora")
    console.get_by_label("Touchpoint").select_option("Support")
    console.get_by_role("button", name="Save, next: audience").click()
    console.get_by_role("link", name="Overview").click()
    console.get_by_role("link", name="Launch…").click()
    console.get_by_role("button", name="Launch: ask 3").click()
    expect(console.get_by_text("0 of 3 sent")).to_be_visible()
    Message.objects.filter(pk=Message.objects.order_by("pk")[0].pk).update(status=MessageStatus.SENT)
    expect(console.get_by_text("1 of 3 sent")).to_be_visible(timeout=8000)  # by itself
    console.get_by_role("button", name="Pause").click()
    expect(console.get_by_text("Paused by Alice.")).to_be_visible()
    console.get_by_role("button", name="Resume").click()
    console.get_by_role("link", name="Cancel…").click()
    console.get_by_label("Why").fill("wrong link")
    console.get_by_role("button", name="Cancel for 2").click()
    expect(console.get_by_text("Cancelled: 2 contacts are not asked and stay free.")).to_be_visible()

    assert Wave.objects.get().status == WaveStatus.CANCELLED


def test_words_outlive_a_look_at_another_language(console: Page, live_server: LiveServer) -> None:
    campaign = make_campaign()
    console.goto(f"{live_server.url}/campaigns/{campaign.pk}/question/?lang=de")
    console.get_by_label("Subject").fill("Eine Frage, <b>ganz kurz</b>")
    console.goto(f"{live_server.url}/campaigns/{campaign.pk}/question/?lang=es")
    expect(console.get_by_label("Subject")).to_have_value("")

    console.goto(f"{live_server.url}/campaigns/{campaign.pk}/question/?lang=de")
    expect(console.get_by_label("Subject")).to_have_value("Eine Frage, <b>ganz kurz</b>")
    expect(console.get_by_text("Kept from before.")).to_be_visible()
    console.get_by_role("button", name="Save", exact=True).click()

    expect(console.get_by_label("Subject")).to_have_value("Eine Frage, <b>ganz kurz</b>")
    expect(console.get_by_text("Kept from before.")).to_have_count(0)
    assert CampaignText.objects.get().subject == "Eine Frage, <b>ganz kurz</b>"


def test_page_of_a_wave_notices_that_it_is_over(console: Page, live_server: LiveServer) -> None:
    wave = make_wave()
    make_message(invitation=make_invitation(wave=wave))
    console.goto(f"{live_server.url}/waves/{wave.pk}/")
    expect(console.get_by_role("button", name="Pause")).to_be_visible()

    Wave.objects.update(status=WaveStatus.FINISHED)

    expect(console.get_by_role("button", name="Pause")).to_be_hidden(timeout=8000)


def test_rooms_are_accessible_and_fit(console: Page, live_server: LiveServer) -> None:
    wave = make_wave()
    long_one = make_contact(name="W" * 120)
    make_message(invitation=make_invitation(wave=wave, contact=long_one), status=MessageStatus.UNKNOWN, error="E" * 300)
    make_message(invitation=make_invitation(wave=wave, contact=make_contact(name="فاطمة البكري")))
    campaign = f"/campaigns/{wave.campaign_id}/"

    for address in (
        "/campaigns/",
        campaign,
        f"/waves/{wave.pk}/",
        f"/waves/{wave.pk}/?ask=cancel",
        "/outbox/",
    ):
        console.goto(live_server.url + address)

        assert (address, faults(console)) == (address, [])
