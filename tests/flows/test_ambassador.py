"""From a ten on the mail to the wall and off it again: what a promoter, marketing and the public see on the way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from advocacy import wall
from advocacy.enums import Role, StoryStatus
from advocacy.models import Testimonial
from surveys import texts, tokens
from surveys.models import Response
from tests.factories import make_contact, make_invitation, make_message, make_user
from tests.flows.conftest import SignIn
from tests.looks import faults
from tests.surveys.pages.public import answer_url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "Seis años, doce cafés al día, una sola bomba nueva."


def test_words_of_a_promoter_go_up_and_come_down(live_server: LiveServer, page: Page, sign_in: SignIn) -> None:
    message = make_message(invitation=make_invitation(contact=make_contact(name="Inés Roldán", language="es")))
    assert message.invitation is not None
    brand = message.invitation.wave.campaign.brand
    said = texts.table("es")

    page.goto(live_server.url + answer_url(message.invitation, 10))
    page.wait_for_timeout(2100)  # a form sent sooner is asked for once more
    page.fill("#comment", WORDS)
    page.check("#quote")
    page.fill("#quote_role", "Oviedo")
    page.locator("form .send button, form button.btn").first.click()
    expect(page.get_by_text(said["quote"]["quoted_heading"])).to_be_visible()

    assert Response.objects.get().score == 10
    story = Testimonial.objects.get()
    assert (story.words, story.status, story.consent.text_hash != "") == (WORDS, StoryStatus.RECEIVED, True)

    make_user("mar", Role.MARKETING)
    desk = sign_in("mar@example.com", "mar-password")
    desk.goto(f"{live_server.url}/testimonials/{story.pk}/")
    desk.get_by_role("button", name="Approve").click()
    desk.get_by_label("What the person received, or is to us (optional)").fill("Recibió una bolsa de café")
    desk.get_by_role("button", name="Publish on the wall").click()
    desk.get_by_text("Add a translation…").click()
    desk.locator("#translation-language").select_option("ar")
    desk.get_by_label("The words in that language").fill("ست سنوات، اثنا عشر كوبا في اليوم.")
    desk.get_by_label("The person agreed to it on").fill("2026-11-02")
    desk.get_by_label("How we know").fill("Mail of 2 November")
    desk.get_by_role("button", name="Keep the translation").click()
    desk.get_by_text("Used somewhere else…").click()
    desk.get_by_label("Where it was used").fill("Leaflet of the spring fair")
    desk.get_by_role("button", name="Note the place").click()
    assert faults(desk) == []

    for tag, words in (("es", WORDS), ("ar", "ست سنوات، اثنا عشر كوبا في اليوم."), ("en", WORDS)):
        page.goto(f"{live_server.url}/wall/{brand.pk}/{tag}")
        expect(page.locator("figure blockquote")).to_have_text(words)
        assert faults(page) == []
    page.goto(f"{live_server.url}/wall/{brand.pk}/ar/{story.pk}")
    expect(page.locator("main blockquote").last).to_have_text(WORDS)
    assert faults(page) == []

    page.goto(f"{live_server.url}/x/{tokens.encode(message.token)}")
    page.get_by_role("button", name=said["exit"]["take_down"]).click()
    page.goto(f"{live_server.url}/wall/{brand.pk}/es")
    expect(page.get_by_text(said["wall"]["nothing"])).to_be_visible()
    assert page.request.get(f"{live_server.url}/wall/{brand.pk}/es/{story.pk}").status == 404

    desk.goto(f"{live_server.url}/testimonials/")
    desk.get_by_role("link", name=re.compile("1 to clean by hand")).click()
    expect(desk.get_by_text("Leaflet of the spring fair", exact=True)).to_be_visible()
    desk.get_by_role("button", name="It is clean").click()
    expect(desk.get_by_text("Nothing is to be cleaned")).to_be_visible()
    assert faults(desk) == []
    assert Testimonial.objects.get().status == StoryStatus.WITHDRAWN
    wall.forget()
