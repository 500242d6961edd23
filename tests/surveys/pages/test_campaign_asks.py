"""The page where staff set up what the page of a band asks."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page as BrowserPage
from pytest_django.live_server_helper import LiveServer

from surveys import asking, reasons
from surveys.enums import Band, QuestionKind
from surveys.models import BandReason, Campaign, Question, QuestionText
from surveys.reasons import STANDARD
from tests.factories import make_brand, make_campaign, make_question, make_reason
from tests.looks import faults
from tests.surveys.pages.public import all_rows

pytestmark = pytest.mark.django_db

RED = Band.DETRACTOR


@pytest.fixture(autouse=True)
def _standing() -> None:
    for key in dict.fromkeys(key for keys in STANDARD.values() for key in keys):
        make_reason(key)


def address(campaign: Campaign, band: str = "detractor") -> str:
    return f"/campaigns/{campaign.pk}/set-up/{band}/asks/"


def page(client: Client, campaign: Campaign) -> str:
    return " ".join(client.get(address(campaign)).content.decode().split())


def save(client: Client, campaign: Campaign, **fields: Any) -> Any:
    values = {"seen": asking.version(campaign, RED), "use": "standard", "add": "", **fields}
    return client.post(f"{address(campaign)}save/", values)


def said(response: Any) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


def of(question: Question, place: int = 1, **fields: Any) -> dict[str, Any]:
    """The fields of one question, as the form sends them."""
    return {f"question-{question.pk}-{name}": value for name, value in {"place": place, **fields}.items()}


# ------------------------------------------------------------------------------------------------------------- reasons


def test_page_shows_the_standard_reasons_and_what_is_not_translated(client: Client, alice: User) -> None:
    campaign = make_campaign()
    client.force_login(alice)

    shown = page(client, campaign)

    assert "Standard: Product quality, Reliability, Support speed, Delivery" in shown
    assert re.findall(r'name="use" value="(\w+)"[^>]*checked', shown) == ["standard"]
    assert len(re.findall(r'name="reason" value="\d+" checked', shown)) == len(STANDARD[RED])
    assert "no words in es, ar, zh-Hans, it, de" in shown


def test_own_reasons_are_chosen_and_given_up(client: Client, alice: User) -> None:
    campaign = make_campaign()
    app, repair, other = (make_reason(key) for key in ("app", "repair", "other"))
    client.force_login(alice)

    response = save(client, campaign, use="own", reason=[app.pk, repair.pk, other.pk])

    assert (response.status_code, response.headers["Location"]) == (302, address(campaign))
    assert {reason.key for reason in reasons.offered(campaign, RED)} == {"repair", "app", "other"}
    assert {entry.history_user for entry in BandReason.history.all()} == {alice}
    save(client, campaign, use="standard", reason=[app.pk])
    assert campaign.band_reasons.count() == 0


def test_own_reasons_without_one_are_refused(client: Client, alice: User) -> None:
    campaign = make_campaign()
    client.force_login(alice)

    response = save(client, campaign, use="own")

    assert response.status_code == 422
    assert "Tick one reason at least, or choose the standard ones." in said(response)


@pytest.mark.parametrize(
    "fields",
    [{"reason": ["999999"], "use": "own"}, {"use": "neither"}, {"add": "nonsense"}, {"seen": "x"}],
)
def test_what_no_form_offers_saves_nothing(client: Client, alice: User, fields: dict[str, Any]) -> None:
    campaign = make_campaign()
    client.force_login(alice)
    before = all_rows()

    response = save(client, campaign, **fields)

    assert response.status_code == 422
    assert all_rows() == before


# ------------------------------------------------------------------------------------------------------------ questions


def test_question_is_added_worded_moved_and_removed(client: Client, alice: User) -> None:
    campaign = make_campaign()
    client.force_login(alice)

    added = save(client, campaign, add="one")
    question = campaign.questions.get()
    words = {"text_en": "Which?", "options_en": "Red\r\n\r\n Blue ", "text_es": "¿Cuál?", "options_es": "Rojo\nAzul"}
    save(client, campaign, add="value", **of(question, place=2, **words))
    asked = [row.ready_made or row.kind for row in asking.questions(campaign, RED)]

    assert added.headers["Location"] == f"{address(campaign)}#question-{question.pk}"
    texts = QuestionText.objects.order_by("language").values_list("language", "text", "options")
    assert list(texts) == [("en", "Which?", "Red\nBlue"), ("es", "¿Cuál?", "Rojo\nAzul")]
    assert asked == ["one", "value"]
    save(client, campaign, **of(question, remove="on"))
    assert [row.ready_made for row in asking.questions(campaign, RED)] == ["value"]


def test_language_of_the_brand_stands_first_and_missing_ones_are_marked(client: Client, alice: User) -> None:
    campaign = make_campaign(brand=make_brand(default_language="ar"))
    make_question("ماذا؟", language="ar", campaign=campaign)
    client.force_login(alice)

    shown = page(client, campaign)

    assert re.findall(r'-text_([\w-]+)"', shown)[0] == "ar"
    assert "no words in en, es, zh-Hans, it, de" in shown


@pytest.mark.parametrize(
    ("kind", "words", "message"),
    [
        ("one", {"text_en": "Which?", "options_en": "Red"}, "Write from 2 to 12 options, one a line."),
        ("many", {"text_en": "Which?", "options_en": "A\n" * 13}, "Write from 2 to 12 options, one a line."),
        ("one", {"text_en": "Which?", "options_en": "A\n" + "x" * 81}, "An option is at most 80 characters long."),
        ("one", {"options_en": "A\nB"}, "There are options, so write the question, too."),
        ("scale", {"text_en": "How?", "options_en": "A"}, "Write the words at 0 and at 10, one a line, or nothing."),
        ("text", {"text_en": "Why {{ company }}?"}, "nothing is filled in: take out {{ company }}."),
        ("text", {"text_en": "x" * 201}, "Ensure this value has at most 200 characters"),
        (
            "one",
            {"text_en": "Which?", "options_en": "A\nB", "text_es": "¿Cuál?", "options_es": "A\nB\nC"},
            "The options are not equally many in every language.",
        ),
    ],
)
def test_mistakes_are_told_and_nothing_typed_is_lost(
    client: Client, alice: User, kind: str, words: dict[str, Any], message: str
) -> None:
    question = make_question(kind=QuestionKind(kind))
    client.force_login(alice)

    response = save(client, question.campaign, **of(question, **words))

    assert response.status_code == 422
    assert message in said(response)
    for typed in words.values():
        assert typed.replace("\n", " ").strip() in " ".join(unescape(response.content.decode()).split())
    assert QuestionText.objects.count() == 0


def test_second_of_two_who_change_it_keeps_what_was_typed_and_what_the_first_added(client: Client, alice: User) -> None:
    campaign = make_campaign()
    question = make_question("Old?", campaign=campaign)
    client.force_login(alice)
    seen = asking.version(campaign, RED)
    theirs = make_question("Theirs?", campaign=campaign)
    fields = of(question, text_en="Mine?")

    refused = save(client, campaign, seen=seen, **fields)
    again = save(client, campaign, seen=re.findall(r'name="seen" value="(\d+)"', refused.content.decode())[0], **fields)

    assert (refused.status_code, again.status_code) == (409, 302)
    assert "Somebody changed what this page asks meanwhile." in said(refused)
    assert 'value="Mine?"' in refused.content.decode()
    assert 'value="Theirs?"' in refused.content.decode()
    assert [row.texts.get().text for row in (question, theirs)] == ["Mine?", "Theirs?"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("</textarea><script>alert(1)</script>", "</textarea><script>alert(1)</script>"),
        ('"><img src=x onerror=alert(1)>', '"><img src=x onerror=alert(1)>'),
        ("\N{RIGHT-TO-LEFT OVERRIDE}abc", "abc"),
    ],
)
def test_hostile_words_are_inert(client: Client, alice: User, text: str, kept: str) -> None:
    question = make_question(kind=QuestionKind.ONE)
    client.force_login(alice)

    save(client, question.campaign, **of(question, text_en=text, options_en=f"{text}\nB"))

    shown = page(client, question.campaign)
    assert (question.texts.get().text, question.texts.get().lines) == (kept, [kept, "B"])
    assert (shown.count("<script>alert"), shown.count("<img src=x")) == (0, 0)


def test_hundred_kilobytes_are_refused_in_words(client: Client, alice: User) -> None:
    question = make_question()
    client.force_login(alice)

    response = save(client, question.campaign, **of(question, text_en="很" * 100_000))

    assert response.status_code == 422


# ----------------------------------------------------------------------------------------------------------- who may


def test_page_is_for_those_with_the_right(client: Client, bob: User) -> None:
    campaign = make_campaign()

    stranger = client.get(address(campaign))
    client.force_login(bob)
    reader = client.get(address(campaign))
    written = save(client, campaign, add="value")

    assert stranger.headers["Location"].startswith("/accounts/login/")
    assert (reader.status_code, written.status_code, Question.objects.count()) == (403, 403, 0)


def test_wrong_method_band_and_campaign(client: Client, alice: User) -> None:
    campaign = make_campaign()
    client.force_login(alice)

    statuses = [
        client.post(address(campaign)).status_code,
        client.get(f"{address(campaign)}save/").status_code,
        client.get(address(campaign, "critic")).status_code,
        client.get("/campaigns/987654/set-up/passive/asks/").status_code,
    ]

    assert statuses == [405, 405, 404, 404]


def test_page_asks_the_database_as_often_for_one_question_as_for_three(client: Client, alice: User) -> None:
    campaign = make_campaign()
    client.force_login(alice)
    counts = []
    for wanted in (1, 3):
        while campaign.questions.count() < wanted:
            make_question("Why?", campaign=campaign)
        with CaptureQueriesContext(connection) as counted:
            client.get(address(campaign))
        counts.append(len(counted))

    assert counts[0] == counts[1]


@pytest.mark.browser
def test_page_is_free_of_barriers(live_server: LiveServer, page: BrowserPage, client: Client, alice: User) -> None:
    campaign = make_campaign()
    make_question("Which?", options="Red\nBlue", campaign=campaign, kind=QuestionKind.MANY)
    make_question(campaign=campaign, ready_made="value", kind=QuestionKind.ONE)
    client.force_login(alice)
    cookie = client.cookies["vv-session"].value
    page.context.add_cookies([{"name": "vv-session", "value": cookie, "url": live_server.url}])

    page.goto(live_server.url + address(campaign))
    page.locator("details.asked, fieldset.asked details").first.locator("summary").click()

    assert faults(page) == []
