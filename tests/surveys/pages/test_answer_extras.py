"""Reasons and extra questions on the pages of an answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page as BrowserPage
from pytest_django import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer

from surveys import texts
from surveys.enums import QuestionKind
from surveys.models import Invitation, QuestionAnswer, Response, ResponseReason
from surveys.reasons import STANDARD
from tests.factories import (
    make_campaign,
    make_contact,
    make_invitation,
    make_message,
    make_question,
    make_reason,
    make_wave,
)
from tests.looks import faults
from tests.surveys.pages.public import Page, all_rows, answer_url, page_of, send, strict_client, thanks_url

pytestmark = pytest.mark.django_db

HOSTILE = '</textarea><script>alert(1)</script>"><img src=x onerror=alert(2)>'


@pytest.fixture
def client() -> Client:
    return strict_client()


@pytest.fixture(autouse=True)
def _standing() -> None:
    for key in dict.fromkeys(key for keys in STANDARD.values() for key in keys):
        make_reason(key)


def asked(**fields: Any) -> Invitation:
    return make_message(invitation=make_invitation(**fields)).invitation  # type: ignore[return-value]


def chips(page: Page) -> list[str]:
    return [field["value"] for field in page.find("input", name="reason")]


def foreign(page: Page) -> list[dict[str, str]]:
    """Scripts and pictures that are none of ours."""
    return [tag for tag in page.find("script") + page.find("img") if "answer.js" not in tag.get("src", "")]


def chosen(page: Page, name: str = "reason") -> list[str]:
    return [field["value"] for field in page.find("input", name=name) if "checked" in field]


# ------------------------------------------------------------------------------------------------------------- reasons


@pytest.mark.parametrize(("band", "score"), [("detractor", 3), ("passive", 8), ("promoter", 10)])
def test_page_offers_the_reasons_of_the_band_other_last(client: Client, band: Any, score: int) -> None:
    page = page_of(client.get(answer_url(asked(), score)))

    assert sorted(chips(page)) == sorted(STANDARD[band])
    assert chips(page)[-1] == "other"
    assert chosen(page) == []
    asks = "What was missing?" if band == "passive" else "What is it about?"
    assert f"{asks} Up to three, if you like." in page.text("form")


def test_order_is_the_same_on_reload_and_another_for_another_person(client: Client) -> None:
    invitation, wave = asked(), make_wave()
    others = [asked(wave=wave) for _ in range(3)]

    first, again = (chips(page_of(client.get(answer_url(invitation, 3)))) for _ in range(2))
    orders = {tuple(chips(page_of(client.get(answer_url(other, 3))))) for other in others}

    assert first == again
    assert len(orders) == 3


def test_reasons_are_kept_and_shown_on_the_thank_you_page_and_when_one_comes_back(client: Client) -> None:
    invitation = asked()

    thanks = page_of(send(client, invitation, 3, {"score": "3", "reason": ["repair", "billing"]}, follow=True))
    again = page_of(client.get(answer_url(invitation, 4)))

    assert sorted(ResponseReason.objects.values_list("reason__key", flat=True)) == ["billing", "repair"]
    assert thanks.find("ul", class_="chips told") == [{"class": "chips told", "aria-label": "What is it about?"}]
    assert sorted(thanks.texts["li"][-2:]) == ["Billing", "Repair"]
    assert sorted(chosen(again)) == ["billing", "repair"]


def test_fourth_reason_shows_the_page_again_with_the_first_three_and_all_texts(client: Client) -> None:
    invitation = asked()
    question = make_question("Why?", campaign=invitation.wave.campaign)
    order = chips(page_of(client.get(answer_url(invitation, 3))))
    typed = {
        "comment": HOSTILE,
        f"question_{question.pk}": HOSTILE,
        "contact": "1",
        "phone": "+44 20",
        "when": "Mondays",
    }

    response = send(client, invitation, 3, {**typed, "score": "2", "reason": order[2:6]})

    page = page_of(response)
    message = "You chose more than three. We kept the first three, and everything you typed."
    assert (response.status_code, Response.objects.count()) == (400, 0)
    assert page.text("main").count(message) == 2
    assert "Please look at this" in page.text("h2")
    assert [link["href"] for link in page.find("a", href="#reason")] == ["#reason"]
    assert [field["aria-describedby"] for field in page.find("fieldset", class_="bad")] == ["reason-error reason-hint"]
    assert (chosen(page), page.chosen) == (order[2:5], ["2"])
    assert page.text("textarea") == f"{HOSTILE} {HOSTILE}"
    assert foreign(page) == []
    assert [field["value"] for field in page.find("input", name="phone")] == ["+44 20"]


def test_unknown_reason_is_ignored(client: Client) -> None:
    invitation = asked()

    response = send(client, invitation, 3, {"score": "3", "reason": ["app", HOSTILE, "x" * 100_000, "repair"]})

    assert response.status_code == 303
    assert list(ResponseReason.objects.values_list("reason__key", flat=True)) == ["repair"]


def test_missing_score_keeps_the_reasons_and_what_was_answered(client: Client) -> None:
    invitation = asked()
    one = make_question("Which?", options="Red\nBlue", campaign=invitation.wave.campaign, kind=QuestionKind.ONE)

    page = page_of(send(client, invitation, 3, {"reason": ["repair"], f"question_{one.pk}": "1"}))

    assert "One thing is missing" in page.text("h2")
    assert (chosen(page), chosen(page, f"question_{one.pk}")) == (["repair"], ["1"])


def test_other_language_keeps_the_reasons_and_what_was_answered(client: Client) -> None:
    invitation = asked()
    text = make_question("Why?", campaign=invitation.wave.campaign)
    make_reason("repair", en="Repair", es="Reparación")
    sent = {"language": "es", "reason": ["repair"], f"question_{text.pk}": "Slow"}

    page = page_of(send(client, invitation, 3, sent))

    assert (page.language, chosen(page)) == (("es", "ltr"), ["repair"])
    assert "Reparación" in page.text("form")
    assert page.text("textarea") == "Slow"


def test_words_of_another_language_say_so(client: Client) -> None:
    invitation = asked(contact=make_contact(language="ar"))
    make_question("Why?", campaign=invitation.wave.campaign)

    page = page_of(client.get(answer_url(invitation, 3)))

    assert [(label["lang"], label["dir"]) for label in page.find("label") if "lang" in label] == [("en", "ltr")]
    assert {chip["lang"] for chip in page.find("span") if "lang" in chip} == {"en"}


# ------------------------------------------------------------------------------------------------------------ questions


def test_page_asks_what_the_campaign_asks_and_keeps_the_answers(client: Client) -> None:
    invitation = asked()
    campaign = invitation.wave.campaign
    text = make_question("Why {{ company }}?", campaign=campaign, position=1)
    scale = make_question("How fast?", options="Slow\nFast", campaign=campaign, position=2, kind=QuestionKind.SCALE)
    many = make_question("Which?", options="Red\nBlue", campaign=campaign, position=3, kind=QuestionKind.MANY)
    sent = {f"question_{text.pk}": HOSTILE, f"question_{scale.pk}": "0", f"question_{many.pk}": ["0", "1"]}

    page = page_of(client.get(answer_url(invitation, 3)))
    send(client, invitation, 3, {"score": "3", **sent})
    again = page_of(client.get(answer_url(invitation, 3)))

    assert len(page.find("input", name=f"question_{scale.pk}", type="radio")) == 11
    assert "0 · Slow10 · Fast" in page.text("form")
    kept = QuestionAnswer.objects.order_by("question__position", "value").values_list("value", "text")
    assert list(kept) == [("", HOSTILE), ("0", ""), ("0", ""), ("1", "")]
    assert again.text("textarea") == HOSTILE
    assert (chosen(again, f"question_{scale.pk}"), chosen(again, f"question_{many.pk}")) == (["0"], ["0", "1"])
    assert foreign(again) == []


def test_nothing_has_to_be_answered(client: Client) -> None:
    invitation = asked()
    make_question("Why?", campaign=invitation.wave.campaign)

    response = send(client, invitation, 3, {"score": "3"})

    assert (response.status_code, QuestionAnswer.objects.count(), ResponseReason.objects.count()) == (303, 0, 0)


# ------------------------------------------------------------------------------------------------------- what it costs


def test_page_with_everything_asks_the_database_as_often_as_one_without(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    invitation = asked()
    for number in range(3):
        make_question(f"{number}?", campaign=invitation.wave.campaign)
    client.get(answer_url(invitation, 3))

    with django_assert_num_queries(2):
        client.get(answer_url(invitation, 3))

    send(client, invitation, 3, {"score": "3", "reason": ["repair"]})
    with django_assert_num_queries(4):  # and what was chosen and answered before
        client.get(answer_url(invitation, 3))


def test_first_answer_costs_one_statement_for_each_thing_that_was_said(client: Client) -> None:
    plain, full = asked(), asked()
    question = make_question("Why?", campaign=full.wave.campaign)
    counts = []
    for invitation, more in ((plain, {}), (full, {"reason": ["repair", "app"], f"question_{question.pk}": "Slow"})):
        client.get(answer_url(invitation, 3))
        with CaptureQueriesContext(connection) as counted:
            send(client, invitation, 3, {"score": "3", **more})
        counts.append(len([query for query in counted if "SAVEPOINT" not in query["sql"]]))

    assert counts[1] - counts[0] == 2


def test_get_changes_nothing(client: Client) -> None:
    invitation = asked()
    make_question("Why?", campaign=invitation.wave.campaign)
    send(client, invitation, 3, {"score": "3", "reason": ["repair"]})
    before = all_rows()

    client.get(answer_url(invitation, 3))
    client.get(thanks_url(invitation))

    assert all_rows() == before


@pytest.mark.browser
@pytest.mark.parametrize("tag", ["en", "ar", "zh-Hans"])
def test_pages_with_everything_are_free_of_barriers(live_server: LiveServer, page: BrowserPage, tag: str) -> None:
    assert tag in texts.OFFERED
    campaign = make_campaign()
    words = {"en": "How fast are we?", "ar": "ما سرعتنا؟", "zh-Hans": "我们有多快？"}[tag]
    make_question("Which?", options="Red\nBlue", campaign=campaign, kind=QuestionKind.MANY)
    make_question(words, options="0\n10", language=tag, campaign=campaign, kind=QuestionKind.SCALE)
    make_question(campaign=campaign, ready_made="disappointed")
    invitation = asked(wave=make_wave(campaign=campaign), contact=make_contact(language=tag))

    page.goto(live_server.url + answer_url(invitation, 3))
    found = faults(page)
    for chip in page.locator("input[name=reason]").all()[:4]:
        chip.check()
    page.locator("form button.btn").click()
    found += faults(page)
    page.locator("input[name=reason]:checked").first.uncheck()
    page.wait_for_timeout(2100)  # sooner, no person has read the page
    page.locator("form button.btn").click()
    page.wait_for_url("**/thanks")

    assert found + faults(page) == []
