from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page as BrowserPage
from pytest_django.live_server_helper import LiveServer

from surveys.models import DailyCount
from tests.factories import make_campaign, make_touchpoint, make_user
from tests.looks import faults
from tests.surveys.pages.public import page_of

pytestmark = pytest.mark.django_db

URL = "/reports/touchpoints/"


def count(name: str, promoters: int, detractors: int = 0) -> None:
    campaign = make_campaign(touchpoint=make_touchpoint(name=name))
    DailyCount.objects.create(
        campaign=campaign, scale="0-10", language="en", day=timezone.localdate(), promoters=promoters,
        detractors=detractors,
    )  # fmt: skip


def test_matrix_shows_score_interval_and_number_and_leads_to_the_report(client: Client, alice: User) -> None:
    count("Support", 30, 10)
    count("Delivery", 12)
    client.force_login(alice)

    page = page_of(client.get(URL))

    assert "Supportnone +50+21 to +7240" in page.text("tbody")
    assert "too few to say" in page.text("tbody")
    _delivery, link = [attrs["href"] for attrs in page.find("a") if "touchpoint=" in attrs.get("href", "")]
    assert client.get(link).status_code == 200


def test_pair_hidden_for_the_one_beside_it_says_why(client: Client, alice: User) -> None:
    count("Support", 63)
    count("Delivery", 2)
    client.force_login(alice)

    said = page_of(client.get(URL)).text("tbody")

    assert "Supportnone hidden, so that a small group beside it cannot be worked out" in said
    assert "Deliverynone too few to say" in said


def test_cases_are_counted_for_those_who_work_with_them(client: Client, alice: User) -> None:
    count("Support", 30)
    client.force_login(make_user("Eve", "Employee"))

    employee = page_of(client.get(URL)).text("main")
    client.force_login(alice)
    page = page_of(client.get(URL)).text("main")

    assert ("Open cases" in employee, "Open cases: all that are not closed, the snoozed too" in page) == (False, True)


def test_matrix_without_answers_says_so(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert "Nobody answered in these days" in page_of(client.get(f"{URL}?period=30-days")).text("h2")


@pytest.mark.parametrize("period", ["", "nonsense", "own", "all", "\x00"])
def test_period_is_one_of_those_offered(client: Client, alice: User, period: str) -> None:
    client.force_login(alice)

    assert client.get(URL, {"period": period}).status_code == 200


def test_stranger_signs_in_and_nobody_without_the_right_reads(client: Client) -> None:
    stranger = client.get(URL).status_code
    client.force_login(make_user("Nobody"))

    assert (stranger, client.get(URL).status_code, client.post(URL).status_code) == (302, 403, 405)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_matrix_has_no_barrier(live_server: LiveServer, page: BrowserPage, alice: User, client: Client) -> None:
    count("A touchpoint with a very long name that somebody wrote out in full, all of it", 30, 10)
    client.force_login(alice)
    ((name, cookie),) = [(name, morsel.value) for name, morsel in client.cookies.items()]
    page.context.add_cookies([{"name": name, "value": cookie, "url": live_server.url}])

    page.goto(live_server.url + URL)

    assert page.title().startswith("Touchpoints")
    assert faults(page) == []
