"""What only a browser shows of thank-yous, the board and quick triage: keys, axe, whether everything fits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from advocacy.enums import AnnouncementStatus, FixStatus
from advocacy.models import CustomerRequest, Draft
from tests.factories import (
    make_announcement,
    make_contact,
    make_draft,
    make_entry,
    make_fix,
    make_request,
    make_response,
)
from tests.looks import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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


def make_wish(name: str, **fields: str) -> CustomerRequest:
    response = make_response(contact=make_contact(name=name), score=8, comment=f"{name} wishes for something.")
    return make_request(response=response, **fields)


def test_rooms_are_accessible_and_fit(console: Page, live_server: LiveServer) -> None:
    announcement = make_announcement(fix=make_fix(title="x" * 160, status=FixStatus.SHIPPED))
    announcement.status = AnnouncementStatus.REVIEW
    announcement.save(update_fields=["status"])
    draft = make_draft(announcement=announcement, contact=make_contact(name="ليلى البكري"), language="ar")
    make_draft(announcement=announcement, status="skipped", reason="x" * 300, decided_at=timezone.now())
    wish = make_wish("Ana", kind="question")
    entry = make_entry()
    thanks = f"/fixes/{announcement.fix_id}/thanks/"

    for address in (
        "/fixes/board/",
        f"/fixes/{announcement.fix_id}/",
        thanks,
        f"{thanks}?draft={draft.pk}&write=edit",
        f"{thanks}?draft={draft.pk}&write=skip",
        f"{thanks}?all=ask",
        f"{thanks}decided/",
        f"{thanks}texts/he/",
        f"/requests/new/?response={wish.response_id}",
        f"/requests/{wish.pk}/answer/",
        f"/requests/{wish.pk}/answer/?entry={entry.pk}",
        "/reports/told/?days=all",
    ):
        console.goto(live_server.url + address)

        assert (address, faults(console)) == (address, [])


def test_request_is_sorted_by_a_key_without_loading_the_page_anew(console: Page, live_server: LiveServer) -> None:
    wish, after = make_wish("Ana"), make_wish("Ben")
    console.set_viewport_size({"width": 1280, "height": 800})
    console.goto(f"{live_server.url}/requests/")
    console.evaluate("window.isSame = true")

    console.keyboard.press("0")
    expect(console.get_by_text("Noted: the request of Ana is sorted: Not a request.")).to_be_visible()
    console.keyboard.press("2")
    expect(console.get_by_text("Noted: the request of Ben is sorted: Problem.")).to_be_visible()

    assert console.evaluate("window.isSame")
    assert console.url == f"{live_server.url}/requests/{after.pk}/?view=unsorted"
    wish.refresh_from_db()
    after.refresh_from_db()
    assert (wish.kind, after.kind) == ("none", "problem")


def test_thank_yous_are_sent_edited_and_skipped_by_keys(console: Page, live_server: LiveServer) -> None:
    announcement = make_announcement(status=AnnouncementStatus.REVIEW)
    for name in ("Ana", "Ben"):
        make_draft(announcement=announcement, contact=make_contact(name=name))
    console.goto(f"{live_server.url}/fixes/{announcement.fix_id}/thanks/")

    console.keyboard.press("e")
    console.get_by_role("textbox", name="Letter").fill("Dear Ana, it is dark now.")
    console.get_by_role("button", name="Keep these words").click()
    expect(console.get_by_text("Dear Ana, it is dark now.")).to_be_visible()
    console.keyboard.press("n")  # a note in a case, and nothing here
    console.keyboard.press("t")
    expect(console.get_by_text("Noted: the letter to Ana leaves in ten seconds.")).to_be_visible()
    console.wait_for_load_state()
    button = console.get_by_role("button", name="Take back", exact=False)
    ink, paper = (button.evaluate(f"each => getComputedStyle(each).{name}") for name in ("color", "backgroundColor"))
    assert ink != paper
    assert faults(console) == []
    console.keyboard.press("z")
    expect(console.get_by_text("Taken back: the mail to Ana does not leave.")).to_be_visible()
    assert Draft.objects.filter(status="waiting").count() == 2
    console.wait_for_load_state()
    console.keyboard.press("t")
    expect(console.get_by_text("Noted: the letter to Ana leaves in ten seconds.")).to_be_visible()
    console.wait_for_load_state()
    console.keyboard.press("x")
    console.get_by_label("Why not").fill("Called him.")
    console.get_by_role("button", name="Skip this person").click()
    expect(console.get_by_role("heading", name="Everybody is decided")).to_be_visible()

    drafts = Draft.objects.order_by("pk").values_list("contact__name", "status", "body", "reason")
    assert list(drafts) == [("Ana", "sent", "Dear Ana, it is dark now.", ""), ("Ben", "skipped", "", "Called him.")]
