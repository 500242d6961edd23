from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from surveys.enums import MessageStatus, WaveStatus
from surveys.models import Campaign
from tests.factories import (
    make_campaign,
    make_contact,
    make_invitation,
    make_message,
    make_response,
    make_user,
    make_wave,
)
from tests.surveys.pages.public import Page, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]

URL = "/reports/flow/"
APRIL, OCTOBER = dt.datetime(2026, 4, 9, 9, tzinfo=dt.UTC), dt.datetime(2026, 10, 9, 9, tzinfo=dt.UTC)


@pytest.fixture
def november(alice: User) -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC), tick=False):
        yield


def ribbons(page: Page) -> list[str]:
    return [attrs["class"] for attrs in page.find("path") if "fl" in attrs.get("class", "").split()]


def make_two_waves(*pairs: tuple[int, int], name: str = "Spring and autumn") -> Campaign:
    campaign = make_campaign(name=name)
    waves = [make_wave(campaign=campaign, day=at.date(), status=WaveStatus.FINISHED) for at in (APRIL, OCTOBER)]
    for pair in pairs:
        contact = make_contact()
        for wave, at, score in zip(waves, (APRIL, OCTOBER), pair, strict=True):
            invitation = make_invitation(wave=wave, contact=contact)
            make_message(invitation=invitation, status=MessageStatus.SENT, sent_at=at)
            make_response(invitation=invitation, score=score, at=at)
    return campaign


MANY = [(3, 9)] * 20 + [(6, 5)] * 12 + [(8, 8)] * 4 + [(10, 10)] * 30 + [(9, 7)] * 10


def test_last_two_waves_are_compared_with_shares_and_intervals(client: Client, alice: User) -> None:
    make_two_waves(*MANY)
    client.force_login(alice)

    page = page_of(client.get(URL))

    assert "Of 32 detractors 20 rose, 20 of them to promoter. Of 40 promoters 10 fell." in page.text("p")
    figures = page.text("tbody")
    assert "Detractors who recovered62.5 %45.3 to 77.1 %32" in figures
    assert "Promoters who stayed promoters75.0 %59.8 to 85.8 %40" in figures
    assert "Passives who became promoterstoo few to say4 of 30" in figures
    assert "Yes: by +39.5 points" in page.text("p")
    assert len(ribbons(page)) == 5


def test_table_twin_has_the_numbers_of_the_picture(client: Client, alice: User) -> None:
    make_two_waves(*MANY)
    client.force_login(alice)

    rows = page_of(client.get(URL)).text("tbody")

    assert "Promoter301004000" in rows.replace(" ", "")
    assert "Detractor200123200" in rows.replace(" ", "")


def test_csv_carries_the_numbers_of_the_page(client: Client, alice: User) -> None:
    make_two_waves(*MANY, name="=HYPERLINK()")
    client.force_login(alice)

    lines = client.get("/reports/flow.csv").content.decode().splitlines()

    assert "moved,detractor > promoter,,,,20," in lines
    assert "share,recovery,62.5,45.3,77.1,32," in lines
    assert 'share,conversion,,,,4,"too few to say, 4 of 30"' in lines
    assert [line for line in lines if "HYPERLINK" in line] == ["about,Campaign,,,,,'=HYPERLINK()"]


def test_few_answers_are_not_shown(client: Client, alice: User) -> None:
    make_two_waves((3, 9), (8, 8))
    client.force_login(alice)

    page = page_of(client.get(URL))

    assert "Too few to say" in page.text("h2")
    assert ribbons(page) == []
    assert "not shown" in client.get("/reports/flow.csv").content.decode()


def test_two_periods_are_compared_on_one_series(client: Client, alice: User) -> None:
    make_two_waves(*MANY)
    client.force_login(alice)
    days = "&first_since=2026-04-01&first_until=2026-04-30&second_since=2026-10-01&second_until=2026-10-31"

    page = page_of(client.get(f"{URL}?by=periods{days}"))
    events = page_of(client.get(f"{URL}?by=periods&series=event{days}"))

    assert "Of 32 detractors 20 rose" in page.text("p")
    assert "Nobody answered" in events.text("h2")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("by=periods&first_since=2026-10-01&first_until=2026-10-31", "Write all four days."),
        (
            "by=periods&first_since=2026-10-01&first_until=2026-10-31&second_since=2026-10-31&second_until=2026-11-01",
            "the second period follows the first",
        ),
        ("by=periods&first_since=1066-10-14", "This is no day we know"),
        ("by=periods&series=both", "There are no such answers."),
        ("by=waves&campaign=99999999999999999999", "There is no such campaign."),
    ],
)
def test_what_cannot_be_is_refused_beside_the_field(client: Client, alice: User, query: str, said: str) -> None:
    make_two_waves(*MANY)
    client.force_login(alice)

    assert said in client.get(f"{URL}?{query}").content.decode()
    assert client.get(f"/reports/flow.csv?{query}").status_code == 302


def test_waves_of_another_campaign_give_way_to_its_last_two(client: Client, alice: User) -> None:
    other = make_two_waves((3, 9), name="Other")
    shown = make_two_waves(*MANY)
    client.force_login(alice)
    waves = list(other.waves.order_by("day").values_list("pk", flat=True))

    page = page_of(client.get(f"{URL}?campaign={shown.pk}&first={waves[0]}&second={waves[1]}"))
    same = client.get(f"{URL}?campaign={other.pk}&first={waves[0]}&second={waves[0]}")

    assert "Of 32 detractors 20 rose" in page.text("p")
    assert "These are the same wave." in same.content.decode()


def test_hostile_name_is_text(client: Client, alice: User) -> None:
    make_two_waves(*MANY, name="<script>alert(1)</script> \u202e")
    client.force_login(alice)

    assert "<script>alert(1)" not in client.get(URL).content.decode()


def test_without_a_second_wave_the_page_says_what_will_come(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert "No campaign has asked twice yet" in page_of(client.get(URL)).text("h2")


@pytest.mark.parametrize("number", [6, 20])
def test_as_many_statements_for_few_as_for_many(
    client: Client, alice: User, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_two_waves(*MANY[:number])
    client.force_login(alice)
    client.get(URL)

    with django_assert_num_queries(6):
        client.get(URL)


def test_stranger_signs_in_and_nobody_without_the_right_reads(client: Client) -> None:
    stranger = client.get(URL).status_code
    client.force_login(make_user("Nobody"))

    assert (stranger, client.get(URL).status_code, client.post(URL).status_code) == (302, 403, 405)
    assert (client.get("/reports/flow.csv").status_code, client.post("/reports/flow.csv").status_code) == (403, 405)


def test_usual_pair_lies_a_throttle_apart(client: Client, alice: User) -> None:
    campaign = make_two_waves(*MANY)
    between = OCTOBER - dt.timedelta(days=30)
    wave = make_wave(campaign=campaign, day=between.date(), status=WaveStatus.FINISHED)
    make_response(invitation=make_invitation(wave=wave), score=1, at=between)
    client.force_login(alice)

    assert "Of 32 detractors 20 rose" in page_of(client.get(URL)).text("p")


def test_score_of_few_is_not_shown(client: Client, alice: User) -> None:
    make_two_waves(*MANY[:20])
    client.force_login(alice)

    text = page_of(client.get(URL)).text("p")

    assert "Everybody: n 20 before and 20 after." in text
    assert "NPS −100 before" not in text
    assert "Cannot be said: 20 answered both times, and it takes 30." in text
