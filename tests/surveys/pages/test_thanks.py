from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from surveys import languages, responses, texts
from surveys.enums import Style
from surveys.models import Invitation, PageText
from tests.factories import make_contact, make_invitation, make_message
from tests.surveys.pages.public import all_rows, answer_url, page_of, strict_client, thanks_url

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 3, 12, 0, tzinfo=dt.UTC)  # a Tuesday, within the hours of support
BANDS = [("detractor", "red", 3), ("passive", "yellow", 8), ("promoter", "green", 10)]


@pytest.fixture
def client() -> Client:
    return strict_client()


def answered(score: int = 3, *, language: str = "en", **answer: Any) -> Invitation:
    invitation = make_invitation(contact=make_contact(language=language))
    make_message(invitation=invitation)
    responses.record(invitation, score=score, language=language, **answer)
    return invitation


@pytest.mark.parametrize("tag", texts.OFFERED)
@pytest.mark.parametrize(("band", "tone", "score"), BANDS)
def test_thanks_are_those_of_the_band_in_the_language(
    client: Client, band: str, tone: str, score: int, tag: str
) -> None:
    invitation = answered(score, language=tag, comment="Said <so>")

    response = client.get(thanks_url(invitation))

    page, words = page_of(response), texts.table(tag)
    assert (response.status_code, page.language) == (200, (tag, languages.get(tag).direction))
    assert page.all("main", "class") == [f"split {tone}"]
    assert page.text("h1") == words[band]["thanks_heading"]
    assert page.text("blockquote") == "Said <so>"
    assert (words["thanks"]["now_text"] in page.text()) == (band == "detractor")
    assert [link["href"] for link in page.find("a") if link["href"].startswith("/r/")] == [
        answer_url(invitation, score)
    ]


@pytest.mark.parametrize(
    ("answer", "promise"),
    [
        (
            {"wants_contact": True, "phone": "+44 20 7946 0041"},
            "We call the number ending in 41. If we miss you, we write.",
        ),
        ({"wants_contact": True}, "We write to you."),
        ({"wants_contact": True, "phone": "home"}, "We write to you."),
        ({}, "Someone reads it and decides what to put right. We may call or write to you about it."),
    ],
)
def test_thanks_promise_what_was_wished_for(client: Client, answer: dict[str, Any], promise: str) -> None:
    with time_machine.travel(NOON, tick=False):
        invitation = answered(3, **answer)
        page = page_of(client.get(thanks_url(invitation)))

    assert f"By Wednesday 4 November, 12:00{promise}" in page.text("ol")


def test_thanks_follow_the_score_that_stands(client: Client) -> None:
    invitation = answered(9)
    responses.record(invitation, score=2, language="en")

    page = page_of(client.get(thanks_url(invitation)))

    assert page.all("main", "class") == ["split red"]
    assert "Your score: 2" in page.text("main")


def test_thanks_show_no_empty_quotation(client: Client) -> None:
    invitation = answered(9)

    page = page_of(client.get(thanks_url(invitation)))

    assert page.find("blockquote") == []


@pytest.mark.parametrize(("query", "notices"), [("", []), ("?cut=1", ["status"])])
def test_thanks_say_when_a_comment_was_cut(client: Client, query: str, notices: list[str]) -> None:
    invitation = answered(3, comment="x" * 5000)

    page = page_of(client.get(thanks_url(invitation) + query))

    said = "Your comment was longer than 5000 characters. We kept the first 5000." in page.text()
    assert (page.all("p", "role"), said) == (notices, bool(notices))


def test_thanks_take_the_words_of_the_campaign(client: Client) -> None:
    invitation = answered(9)
    PageText.objects.create(
        campaign=invitation.wave.campaign, language="en", band="promoter", thanks_heading="Grazie, {{ company }}!"
    )

    page = page_of(client.get(thanks_url(invitation)))

    assert page.text("h1") == "Grazie, Aurora!"
    assert texts.table("en")["promoter"]["thanks_text"] in page.text("main")


def test_neutral_thanks_have_no_colour_of_a_band(client: Client) -> None:
    invitation = make_invitation(style=Style.NEUTRAL)
    responses.record(invitation, score=3, language="en")

    page = page_of(client.get(thanks_url(invitation)))

    assert page.all("main", "class") == ["split "]


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_thanks_changes_nothing(client: Client, method: str) -> None:
    invitation = answered()
    before = all_rows()

    response = getattr(client, method)(thanks_url(invitation))

    kept = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
    assert {name: response.headers[name] for name in kept} == kept
    assert (all_rows(), dict(response.cookies)) == (before, {})


def test_thanks_change_their_language(client: Client) -> None:
    invitation = answered()

    page = page_of(client.post(f"{thanks_url(invitation)}?cut=1", {"language": "ar"}))

    assert page.language == ("ar", "rtl")
    assert page.all("p", "role") == ["status"]
    assert Invitation.objects.get().language == "ar"


def test_thanks_end_with_the_invitation(client: Client) -> None:
    invitation = answered()
    Invitation.objects.update(closes_at=timezone.now() - dt.timedelta(seconds=1))
    unknown = client.get("/r/nonsense/3")

    response = client.get(thanks_url(invitation))

    assert (response.status_code, response.content) == (404, unknown.content)
