"""What only a browser shows of the report: axe, whether everything fits, and that it prints whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from surveys import responses
from surveys.models import ResponseReason
from tests.factories import make_campaign, make_daily_count, make_invitation, make_reason, make_user, make_wave
from tests.looks import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ARABIC = "استطلاع الخريف للعملاء الكرام في الشرق الأوسط"


@pytest.fixture
def console(page: Page, live_server: LiveServer) -> Iterator[Page]:
    """An employee has signed in; whatever the browser complains of fails the test."""
    emil = make_user("emil", "Employee")
    emil.user_permissions.set(Permission.objects.filter(codename="read_report"))
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(live_server.url)
    page.fill("#id_login", "emil@example.com")
    page.fill("#id_password", "emil-password")
    page.click("main button")
    page.wait_for_url(f"{live_server.url}/")
    yield page
    assert complaints == []


def make_answers() -> int:
    """Months with enough answers and one with too few, two scales, and names of every kind."""
    today = timezone.localdate()
    arabic = make_campaign(name=ARABIC)
    for months, promoters in ((0, 40), (1, 60), (2, 3), (3, 50)):
        day = today - timedelta(days=30 * months)
        make_daily_count(campaign=arabic, day=day, language="ar", promoters=promoters, passives=9, detractors=15)
    make_daily_count(campaign=make_campaign(name="x" * 120), promoters=12)
    make_daily_count(campaign=arabic, scale="1-10", language="ar", promoters=12)
    wave = make_wave(campaign=make_campaign(name="A pilot with few"))
    for score in (0, 7, 10):
        responses.record(make_invitation(wave=wave), score=score, language="en")
    return arabic.pk


def test_report_is_accessible_and_fits(console: Page, live_server: LiveServer) -> None:
    campaign = make_answers()

    for address in (
        "/reports/",
        f"/reports/?campaign={campaign}&period=all",
        "/reports/?by=campaign",
        "/reports/?since=never&campaign=987654",
        "/reports/?since=2020-01-01&until=2020-01-31",
    ):
        console.goto(f"{live_server.url}{address}")
        for twin in console.locator("details.twin summary").all():
            twin.click()

        assert console.locator("h1").inner_text() == "How likely to recommend us"
        assert (address, faults(console)) == (address, [])


def test_reason_is_not_broken_inside_its_word_on_a_phone(console: Page, live_server: LiveServer) -> None:
    reason = make_reason("green", en="Sustainability")
    for _each in range(6):
        response = responses.record(make_invitation(), score=10, language="en")
        ResponseReason.objects.create(response=response, reason=reason)
    console.set_viewport_size({"width": 360, "height": 800})

    console.goto(f"{live_server.url}/reports/")

    name = console.get_by_role("rowheader", name="Sustainability").locator("bdi")
    assert name.evaluate("word => word.getClientRects().length") == 1
    assert faults(console) == []


def test_report_is_chosen_without_script(console: Page, live_server: LiveServer) -> None:
    make_answers()
    console.set_viewport_size({"width": 1280, "height": 800})
    console.goto(f"{live_server.url}/reports/")

    console.get_by_label("Campaign", exact=True).select_option(ARABIC)
    console.get_by_role("button", name="Show").click()
    console.wait_for_url("**/reports/?*campaign=*")

    assert console.locator(".head .dim").inner_text().endswith(f"Campaign {ARABIC} · Scale 0 to 10")
    assert console.locator("nav.views [aria-current]").inner_text() == "This month and the 11 before"


def test_tables_of_the_charts_are_printed_and_controls_are_not(console: Page, live_server: LiveServer) -> None:
    make_answers()
    console.goto(f"{live_server.url}/reports/")

    console.emulate_media(media="print")

    assert [twin.is_visible() for twin in console.locator("details.twin table").all()] == [True, True]
    assert [console.locator(control).is_visible() for control in (".filters", ".views", ".head .row-x")] == [False] * 3
