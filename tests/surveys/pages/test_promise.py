"""Who answers, by when, and what happens next: on the landing page and on the thank-you page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from advocacy import routing
from advocacy.enums import Role
from surveys import responses, texts
from surveys.models import Invitation, PageText
from tests.factories import make_absence, make_contact, make_invitation, make_message, make_user
from tests.surveys.pages.public import answer_url, page_of, send, strict_client, thanks_url

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)  # a Monday, when the team has just left
TUESDAY = "Tuesday 24 November, 17:00"
PROMISE = f"Omar Haddad will call or write by {TUESDAY}."
OF_TEAM = f"A person from our team will call or write by {TUESDAY}."
NO_CHANGE = "Nobody will ask you to change your score."
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


@pytest.fixture
def client() -> Client:
    return strict_client()


@pytest.fixture
def omar() -> User:
    return make_user("omar", first_name="Omar", last_name="Haddad")


@pytest.fixture(autouse=True)
def _monday() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def asked(**contact: Any) -> Invitation:
    return make_message(invitation=make_invitation(contact=make_contact(**contact))).invitation  # type: ignore[return-value]


def named(invitation: Invitation, band: str = "detractor", **fields: str) -> None:
    values = {"person_name": "Nora Lindqvist", "person_role": "Customer care", "language": "en", **fields}
    PageText.objects.create(campaign=invitation.wave.campaign, band=band, **values)


def test_red_page_names_who_calls_and_by_when(client: Client, omar: User) -> None:
    page = page_of(client.get(answer_url(asked(owner=omar), 3)))

    assert PROMISE in page.text("form")
    assert [person["class"] for person in page.find("div") if "person" in person.get("class", "")] == [
        "person reader",
        "person",
    ]
    assert page.text("main").count("Omar Haddad") == 3
    assert "OH" in page.text("main")


def test_promise_is_in_the_zone_and_language_of_the_reader(client: Client, omar: User) -> None:
    invitation = asked(owner=omar, language="ar", timezone="Asia/Tokyo")

    page = page_of(client.get(answer_url(invitation, 3)))

    assert "سيصلك اتصال أو رسالة من Omar Haddad قبل الأربعاء 25 نوفمبر، الساعة 02:00." in page.text("form")


def test_four_to_six_is_promised_later(client: Client, omar: User) -> None:
    page = page_of(client.get(answer_url(asked(owner=omar), 5)))

    assert "Omar Haddad will call or write by Wednesday 25 November, 17:00." in page.text("form")


def test_without_a_known_name_nobody_is_made_up(client: Client) -> None:
    invitation = asked(owner=make_user("dana"))

    landing = page_of(client.get(answer_url(invitation, 3)))
    send(client, invitation, 3, {"score": "3"})
    thanks = page_of(client.get(thanks_url(invitation)))

    assert OF_TEAM in landing.text("form")
    assert f"NowYour answer goes to a person in our team. {NO_CHANGE}By {TUESDAY}" in thanks.text("ol")
    assert landing.find("span", class_="face") + thanks.find("span", class_="face") == []


@pytest.mark.parametrize(("band", "score"), [("detractor", 3), ("passive", 8), ("promoter", 10)])
def test_person_of_the_page_stands_beside_the_form(client: Client, band: str, score: int) -> None:
    invitation = asked()
    named(invitation, band, person_role="Reads every answer at {{ company }}.")

    page = page_of(client.get(answer_url(invitation, score)))

    assert page.find("div", class_="person reader") == [{"class": "person reader"}]
    assert "NLNora LindqvistReads every answer at Aurora." in page.text("main")
    assert "Nora Lindqvist" not in page.text("form")


def test_whoever_reads_the_answers_is_not_promised_to_call(client: Client, omar: User) -> None:
    omar.groups.add(Group.objects.get_or_create(name=Role.SUPPORT)[0])
    invitation = asked()
    named(invitation)

    landing = page_of(client.get(answer_url(invitation, 3)))
    send(client, invitation, 3, {"score": "3", "contact": "1", "phone": "+44 20 7946 0041"})
    thanks = page_of(client.get(thanks_url(invitation)))
    receipt = routing.route(invitation.response.pk)

    assert receipt is not None
    assert receipt.case is not None
    assert receipt.case.owner == omar
    assert OF_TEAM in landing.text("form")
    assert "Nora Lindqvist" not in landing.text("form") + thanks.text("main")
    assert thanks.text("h1") == texts.table("en")["detractor"]["thanks_heading"]
    assert f"By {TUESDAY}We call the number ending in 41." in thanks.text("ol")


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_promise_of_the_team_names_nobody_in_any_language(client: Client, tag: str) -> None:
    invitation = asked(language=tag)
    named(invitation, language=tag)
    promised = texts.table(tag)["promised"]["wish_promise"]

    page = page_of(client.get(answer_url(invitation, 3)))

    before, after = promised.split("{{ when }}")
    assert before in page.text("form")
    assert after in page.text("form")
    assert "{{ name }}" not in promised


def test_owner_who_is_away_is_not_promised(client: Client, omar: User) -> None:
    make_absence(user=omar)

    page = page_of(client.get(answer_url(asked(owner=omar), 3)))

    assert OF_TEAM in page.text("form")
    assert "Omar Haddad" not in page.text("main")


def test_thanks_say_who_takes_care_and_by_when(client: Client, omar: User) -> None:
    invitation = asked(owner=omar)
    responses.record(invitation, score=3, language="en", wants_contact=True, phone="+44 20 7946 0041")

    page = page_of(client.get(thanks_url(invitation)))

    assert page.text("h1") == "Thank you. Omar Haddad will call or write to you."
    assert page.text("h2").startswith("Who takes care of it")
    assert page.text("ol") == (
        "NowOmar Haddad has your answer. Nobody will ask you to change your score."
        "By Tuesday 24 November, 17:00We call the number ending in 41. If we miss you, we write."
        "AfterwardsWhen something changes because of what you said, we tell you."
    )
    assert "You can change it until 22 December." in page.text("main")


def test_thanks_without_the_wish_promise_no_call(client: Client, omar: User) -> None:
    invitation = asked(owner=omar)
    responses.record(invitation, score=3, language="en")

    page = page_of(client.get(thanks_url(invitation)))

    assert page.text("h1") == texts.table("en")["detractor"]["thanks_heading"]
    assert "By Tuesday 24 November, 17:00Someone reads it" in page.text("ol")


def test_thanks_after_the_promised_time_promise_nothing_with_a_date(client: Client, omar: User) -> None:
    invitation = asked(owner=omar)
    responses.record(invitation, score=3, language="en", at=NOW - dt.timedelta(days=10))

    page = page_of(client.get(thanks_url(invitation)))

    assert texts.table("en")["thanks"]["days"] in page.text("ol")
    assert "Afterwards" not in page.text("ol")


@pytest.mark.parametrize(("band", "score"), [("detractor", 3), ("passive", 8), ("promoter", 10)])
def test_thanks_tell_in_own_words_what_happens_next(client: Client, band: str, score: int) -> None:
    invitation = asked()
    named(invitation, band, next_text='We write to {{ first_name|fallback:"you" }}.\n\nThen <b>.')
    responses.record(invitation, score=score, language="en")

    page = page_of(client.get(thanks_url(invitation)))

    assert "We write to Contact." in page.text("main")
    assert "Then <b>." in page.text("main")
    assert "Nora Lindqvist" in page.text("main")


def test_hostile_names_are_inert(client: Client) -> None:
    evil = make_user("evil", first_name=HOSTILE[:60], last_name="\N{RIGHT-TO-LEFT OVERRIDE}x")
    invitation = asked(owner=evil)
    named(invitation, person_role=HOSTILE, next_text=HOSTILE)
    responses.record(invitation, score=3, language="en", wants_contact=True)

    pages = [page_of(client.get(url)) for url in (answer_url(invitation, 3), thanks_url(invitation))]

    assert [[tag for tag in page.find("script") + page.find("img") if "defer" not in tag] for page in pages] == [[], []]
    assert ["\N{RIGHT-TO-LEFT OVERRIDE}" in page.text() for page in pages] == [False, False]


def test_page_with_a_promise_asks_the_database_as_often_as_one_without(
    client: Client, omar: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    invitation = asked(owner=omar)
    client.get(answer_url(invitation, 3))

    with django_assert_num_queries(2):
        client.get(answer_url(invitation, 3))
