"""What the pages say of an experiment with the look of the buttons."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from surveys import responses
from surveys.enums import CampaignStyle, Style
from surveys.models import Campaign
from tests.factories import make_asked_on, make_campaign, make_invitation, make_user, make_wave
from tests.looks import faults

pytestmark = pytest.mark.django_db

QUESTION = "Do the buttons shift the score?"
LIES = "The score on red, yellow and green less that on one colour lies between"
SURE = "with 95 % certainty"


def seen(client: Client, campaign: Campaign) -> str:
    html = client.get(f"/campaigns/{campaign.pk}/").content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?(?:b|bdi|span)\b[^>]*>", "", html))).split())


def make_experiment(banded: list[int | None], neutral: list[int | None]) -> Campaign:
    campaign = make_campaign(style=CampaignStyle.EXPERIMENT)
    for style, scores in ((Style.BANDED, banded), (Style.NEUTRAL, neutral)):
        make_asked_on(campaign, style, *scores, at=timezone.now())
    return campaign


@pytest.mark.parametrize(
    ("banded", "neutral", "sentence"),
    [
        ([], [], "Cannot be said yet. It takes 30 answers on each of the two."),
        ([9] * 30, [0] * 29, "Cannot be said yet. It takes 30 answers on each of the two."),
        (
            [9] * 24 + [0] * 6,
            [9] * 8 + [0] * 22,
            f"Yes: red, yellow and green score higher. {LIES} +56.1 and +137.8 points, {SURE} (p < 0.0001).",
        ),
        (
            [9] * 8 + [0] * 22,
            [9] * 24 + [0] * 6,
            f"Yes: red, yellow and green score lower. {LIES} −137.8 and −56.1 points, {SURE} (p < 0.0001).",
        ),
        (
            [9] * 15 + [0] * 15,
            [9] * 15 + [0] * 15,
            f"No difference is seen. {LIES} −47.1 and +47.1 points, {SURE} (p 1.00).",
        ),
    ],
)
def test_page_of_the_campaign_says_what_may_be_said(
    client: Client, bob: User, banded: list[int | None], neutral: list[int | None], sentence: str
) -> None:
    client.force_login(bob)
    campaign = make_experiment(banded, neutral)

    assert f"{QUESTION} {sentence}" in seen(client, campaign)


def test_each_look_stands_with_score_interval_base_and_rate(client: Client, bob: User) -> None:
    client.force_login(bob)
    campaign = make_experiment([*[9] * 20, *[0] * 10, None, None], [9, 9, None])

    page = seen(client, campaign)

    assert "Red, yellow, green +33 −1 to +62 30 93.8 % of 32 One colour too few to say 2 of 30 66.7 % of 3" in page
    assert "the score of the campaign and of reports has both in it." in page
    assert "Buttons Half and half: compare both" in page


@pytest.mark.parametrize("style", Style.values)
def test_campaign_of_one_look_is_not_asked_about(client: Client, bob: User, style: str) -> None:
    client.force_login(bob)

    assert QUESTION not in seen(client, make_campaign(style=style))


def test_experiment_that_is_over_says_so(client: Client, bob: User) -> None:
    client.force_login(bob)
    campaign = make_experiment([9], [9])
    campaign.style = CampaignStyle.NEUTRAL
    campaign.save(update_fields=["style"])

    assert "The comparison is over: everybody gets one look now." in seen(client, campaign)


def test_report_of_both_looks_says_so_on_the_page_and_in_the_table(client: Client) -> None:
    client.force_login(make_user("emil", "Employee"))
    wave = make_wave()
    for style in [Style.BANDED] * 4 + [Style.NEUTRAL] * 3:
        responses.record(make_invitation(wave=wave, style=style), score=9, language="en", at=timezone.now())

    page = client.get("/reports/").content.decode()
    rows = list(csv.DictReader(io.StringIO(client.get("/reports.csv").content.decode("utf-8-sig"))))

    assert "Some answered on coloured buttons and some on buttons of one colour, which by itself shifts scores." in page
    assert [(row["item"], row["n"], row["note"]) for row in rows if row["part"] == "answers on buttons"] == [
        ("Red, yellow, green", "4", "their look by itself shifts scores"),
        ("One colour", "3", "their look by itself shifts scores"),
    ]


def test_experiment_is_chosen_in_the_set_up(client: Client, alice: User) -> None:
    client.force_login(alice)

    form = client.get(f"/campaigns/{make_campaign().pk}/schedule/").content.decode()

    assert '<option value="experiment">Half and half: compare both</option>' in form
    assert "Colours shift answers by themselves: keep to one look, or find out by how much." in form


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_comparison_is_accessible_and_fits(page: Page, live_server: LiveServer, alice: User) -> None:
    campaign = make_experiment([*[9] * 21, *[0] * 9, None], [*[9] * 12, *[0] * 18, None])
    page.goto(f"{live_server.url}/campaigns/{campaign.pk}/")
    page.fill("#id_login", "alice@example.com")
    page.fill("#id_password", "alice-password")
    page.click("main button")
    page.wait_for_url("**/campaigns/*/")

    assert faults(page) == []
