"""A first campaign by visible labels only: build, preview in three languages, test, launch, pause, resume, read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from surveys import outbox, responses
from surveys.enums import Band, MessageStatus, WaveStatus
from surveys.models import CampaignText, Click, Invitation, Message, PageText, Response, Wave
from tests.factories import make_brand, make_campaign, make_contact, make_touchpoint
from tests.looks import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOSTILE = (
    "</textarea><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">\u202e{{ 7*7 }}"
)


@pytest.fixture
def desk(page: Page, live_server: LiveServer, alice: User) -> Iterator[Page]:
    """Alice has signed in on a desk; whatever the browser complains of fails the test."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Blocked "):  # as the frames are meant to
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/campaigns/")
    page.fill("#id_login", "alice@example.com")
    page.fill("#id_password", "alice-password")
    page.click("main button")
    page.wait_for_url("**/campaigns/")
    yield page
    assert complaints == []


def next_step(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Save, next: {name}").click()


def build(page: Page) -> None:
    """From nothing to the checks."""
    page.get_by_role("link", name="Set up the first campaign").click()
    page.get_by_label("Name").fill("After a call")
    next_step(page, "audience")
    expect(page.get_by_text("of 3 contacts looked at would be asked")).to_be_visible()
    page.get_by_label("Not again within days (throttle)").fill("60")
    next_step(page, "question")
    page.get_by_label("Subject line").fill("How was our call, {{ first_name }}?")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("navigation", name="Language").get_by_role("link", name="العربية").click()
    page.get_by_label("Subject line").fill("كيف كانت مكالمتنا، {{ first_name }}؟")
    next_step(page, "page for 0–6")
    page.get_by_role("navigation", name="Page").get_by_role("link", name="Page for 9–10").click()
    next_step(page, "schedule")
    page.get_by_label("Reminders").select_option("None")
    next_step(page, "checks")


def look(page: Page) -> None:
    """The preview in three languages, in all its frames."""
    page.get_by_role("link", name="Preview and test").click()
    mail = page.frame_locator("iframe[title='Preview: mail, light']")
    for language, subject, question in (
        ("English", "How was our call, Robin?", "How likely is it"),
        ("العربية", "كيف كانت مكالمتنا، Robin؟", "ما مدى احتمال"),
        ("简体中文", "一个问题", "的可能性有多大"),
    ):
        page.get_by_role("main").get_by_label("Language").select_option(language)
        page.get_by_role("button", name="Show").click()
        expect(page.locator("main")).to_contain_text(subject)
        expect(mail.get_by_role("heading")).to_contain_text(question)
    page.get_by_role("link", name="Page for 9–10").click()
    expect(page.frame_locator("iframe[title='Preview: Page for 9–10']").get_by_role("radio")).to_have_count(11)


def test_first_campaign_by_visible_labels(desk: Page) -> None:
    make_brand(name="Aurora")
    make_touchpoint(name="Support")
    for language in ("en", "ar", "zh"):
        make_contact(language=language, name="Ana López")

    build(desk)
    expect(desk.get_by_text("Nothing stands in the way of a launch.")).to_be_visible()
    look(desk)
    desk.get_by_role("button", name="Send a test in 简体中文").click()
    expect(desk.get_by_text("A test mail leaves for alice@example.com.")).to_be_visible()
    outbox.send_batch()
    desk.get_by_role("link", name="Next: checks").click()
    desk.get_by_role("link", name="Next: launch").click()
    desk.get_by_role("button", name="Launch: ask 3").click()
    expect(desk.get_by_text("0 of 3 sent")).to_be_visible()
    desk.get_by_role("button", name="Pause").click()
    expect(desk.get_by_text("Paused by Alice.")).to_be_visible()
    desk.get_by_role("button", name="Resume").click()
    expect(desk.get_by_role("button", name="Pause")).to_be_visible()
    outbox.send_batch()
    responses.record(Invitation.objects.earliest("pk"), score=9, comment="Quick and kind.", language="en")
    desk.get_by_role("link", name="Refresh").click()
    expect(desk.get_by_text("Quick and kind.")).to_be_visible()

    assert Message.objects.filter(status=MessageStatus.SENT).count() == 4
    assert (Wave.objects.get().status, Response.objects.get().score) == (WaveStatus.SENDING, 9)


def test_hostile_words_are_inert_in_a_browser(desk: Page, live_server: LiveServer) -> None:
    campaign = make_campaign(brand=make_brand(name=HOSTILE[:120], short_name="Aurora"))
    CampaignText.objects.create(campaign=campaign, language="en", subject=HOSTILE, question=HOSTILE, sentence=HOSTILE)
    fields = {"text": HOSTILE, "thanks_text": HOSTILE, "heading": HOSTILE[:120], "prompt": HOSTILE[:120]}
    PageText.objects.create(campaign=campaign, language="en", band=Band.PASSIVE, **fields)
    base = f"{live_server.url}/campaigns/{campaign.pk}/"

    for step in ("preview/", "preview/?show=text", "preview/?show=passive", "preview/?show=passive-thanks"):
        desk.goto(f"{base}{step}")
        desk.wait_for_load_state("networkidle")
        titles = [frame.title() for frame in desk.frames]
        assert (step, [title for title in titles if title == "owned"]) == (step, [])
    for step in (
        "preview/mail/light?lang=en",
        "preview/page/passive?lang=en",
        "question/",
        "pages/passive/",
        "checks/",
    ):
        desk.goto(f"{base}{step}")
        assert (step, desk.title() == "owned") == (step, False)


def test_preview_takes_no_click(desk: Page, live_server: LiveServer) -> None:
    campaign = make_campaign()
    desk.goto(f"{live_server.url}/campaigns/{campaign.pk}/preview/?show=passive&lang=en")
    frame = desk.frame_locator("iframe[title='Preview: Page for 7–8']")

    frame.locator("textarea").fill("A comment")
    frame.get_by_role("button", name="Send my answer").click()
    frame.get_by_role("link", name="Have a look at our site").click()
    desk.wait_for_timeout(300)

    expect(frame.locator("textarea")).to_have_value("A comment")
    assert desk.url.endswith("/preview/?show=passive&lang=en")
    assert (Response.objects.count(), Click.objects.count()) == (0, 0)


def test_desk_is_accessible_and_fits(desk: Page, live_server: LiveServer) -> None:
    campaign = make_campaign(
        name="W" * 60, brand=make_brand(name="A firm with a name of sixty letters, which is long", postal_address="")
    )
    make_contact(name="فاطمة البكري", language="ar")
    CampaignText.objects.create(campaign=campaign, language="en", subject="How was it?")
    base, found = f"/campaigns/{campaign.pk}/", []

    for address in (
        "/campaigns/new/",
        base,
        *(f"{base}{step}/" for step in ("set-up", "audience", "question", "pages/passive", "schedule", "checks")),
        f"{base}launch/",
        f"{base}preview/?q=ا",
        f"{base}preview/?show=text&lang=ar",
        f"{base}preview/?show=passive&lang=en",
        f"{base}history/",
    ):
        desk.goto(live_server.url + address)

        found += [f"{address} {fault}" for fault in faults(desk)]
    assert found == []
