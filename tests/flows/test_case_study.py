"""From a nomination to the public page, past an edit that the signature no longer covers: what marketing, the customer
and the public see on the way."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from advocacy import linkback, wall
from advocacy.enums import Role, StudyStatus
from advocacy.models import CaseStudy, Release
from surveys import tokens
from tests.factories import make_advocate, make_contact, make_response, make_study, make_user
from tests.flows.conftest import SignIn
from tests.looks import faults
from tests.web_server import WebServer
from tests.web_server import page as page_with

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SITE = "https://kavarna.example.com"
FIRST, SECOND = "Three pumps broke in a year. None since.", "Two pumps broke in a year. None since."


def move(desk: Page, stage: str) -> None:
    desk.locator("#move").get_by_role("button", name=stage, exact=True).click()
    expect(desk.get_by_text("Noted:").first).to_be_visible()


def write(desk: Page, text: str) -> None:
    desk.get_by_role("link", name="the text").click()
    desk.locator("#text-body").fill(text)
    desk.get_by_label("Their site (optional)").fill(SITE)
    desk.get_by_role("button", name="Save as a new version").click()
    expect(desk.get_by_text("Saved: version")).to_be_visible()


def link(page: Page, live_server: LiveServer) -> None:
    release = Release.objects.waiting().order_by("-pk").get()
    page.goto(f"{live_server.url}/s/{tokens.encode(release.token)}")


def have_it_signed(desk: Page, page: Page, live_server: LiveServer) -> None:
    """From drafting to the signature."""
    for stage in ("Internal review", "Customer review"):
        move(desk, stage)
    link(page, live_server)
    page.get_by_label("The text is right").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Noted, thank you.")).to_be_visible()
    desk.reload()
    desk.get_by_role("button", name="Ask for the signature").click()
    link(page, live_server)
    assert faults(page) == []
    page.get_by_label("I sign the release").check()
    page.get_by_label("I agree to this release").check()
    page.get_by_label("Your name").fill("Mira Kovač")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Signed by Mira Kovač")).to_be_visible()
    desk.reload()


def test_case_study_is_signed_published_edited_and_signed_anew(
    live_server: LiveServer, page: Page, sign_in: SignIn
) -> None:
    contact = make_contact(name="Mira Kovač", language="en")
    advocate = make_advocate(response=make_response(contact=contact, score=10))
    make_user("mar", Role.MARKETING)
    desk = sign_in("mar@example.com", "mar-password")
    assert desk.context.browser is not None
    customer = desk.context.browser.new_page()

    desk.goto(f"{live_server.url}/advocates/{advocate.pk}/")
    nomination = desk.locator("#studies")
    nomination.get_by_label("Working title").fill("Quiet pumps")
    nomination.get_by_label("Why this customer").fill("Ten years with us")
    nomination.get_by_role("button", name="Nominate for a case study").click()
    for stage in ("Qualified", "Customer agreed", "Interview booked", "Interviewed"):
        move(desk, stage)
    desk.get_by_role("link", name="Questionnaire").click()
    desk.get_by_label("Answer 2").fill("Pumps broke.")
    desk.get_by_role("button", name="Save").click()
    write(desk, FIRST)
    assert faults(desk) == []
    have_it_signed(desk, customer, live_server)
    move(desk, "Published")

    study = CaseStudy.objects.get()
    address = f"{live_server.url}/wall/{study.brand_id}/en/studies/{study.pk}"
    customer.goto(address)
    expect(customer.get_by_text(FIRST)).to_be_visible()
    expect(customer.locator("article a[href='https://kavarna.example.com']")).to_be_visible()
    assert faults(customer) == []

    write(desk, SECOND)
    expect(desk.get_by_text("Version 1 is public, as it was signed").first).to_be_visible()
    assert desk.locator("#move").get_by_role("button", name="Published", exact=True).count() == 0
    wall.forget()
    customer.goto(address)
    expect(customer.get_by_text(FIRST)).to_be_visible()

    have_it_signed(desk, customer, live_server)
    move(desk, "Published")
    customer.goto(address)
    expect(customer.get_by_text(SECOND)).to_be_visible()

    release = Release.objects.order_by("-pk").first()
    assert release is not None
    customer.goto(f"{live_server.url}/s/{tokens.encode(release.token)}")
    customer.get_by_role("button", name="Withdraw the release").click()
    expect(customer.get_by_text("The release is withdrawn.")).to_be_visible()
    response = customer.goto(address)
    assert response is not None
    assert response.status == 404
    assert CaseStudy.objects.get().status == StudyStatus.WITHDRAWN
    wall.forget()


def test_place_that_does_not_link_back_any_more_is_found(
    live_server: LiveServer, sign_in: SignIn, settings: Settings
) -> None:
    make_user("mar", Role.MARKETING)
    study = make_study(status=StudyStatus.PUBLISHED, text={"site": SITE})
    desk, now = sign_in("mar@example.com", "mar-password"), timezone.now()

    with WebServer() as blog:
        settings.LINK_CHECK_LOOPBACK = [f"127.0.0.1:{blog.port}"]
        blog.replies["/kavarna"] = page_with(SITE)
        desk.goto(f"{live_server.url}/studies/{study.pk}/media/")
        desk.get_by_text("Published somewhere else…").click()
        desk.get_by_label("Where it was published").fill("A partner's blog")
        desk.get_by_label("Address of the page").fill(blog.address("/kavarna"))
        desk.get_by_role("button", name="Note the place").click()
        expect(desk.get_by_text("Noted: the page is looked at soon")).to_be_visible()
        linkback.check(at=now)
        desk.reload()
        expect(desk.get_by_role("cell", name="There looked at")).to_be_visible()

        blog.replies["/kavarna"] = page_with("https://elsewhere.example.com")
        for days in (8, 10):
            linkback.check(at=now + dt.timedelta(days=days))

    desk.goto(f"{live_server.url}/studies/care/")
    row = desk.get_by_role("row", name="A partner's blog")
    expect(row.get_by_text("The page is there, the link is not")).to_be_visible()
    assert faults(desk) == []
