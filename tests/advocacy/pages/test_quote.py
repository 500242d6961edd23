"""The testimonial on the landing pages, and what the thank-you page says of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import engines
from django.test import Client
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import expect
from pytest_django import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer

from advocacy import stories, trail
from advocacy.enums import StoryStatus
from advocacy.models import Testimonial
from surveys import consents, texts
from surveys.forms import MAX_COMMENT
from surveys.models import Consent, Event, Invitation, Response
from tests.factories import (
    make_brand,
    make_campaign,
    make_contact,
    make_entry,
    make_invitation,
    make_message,
    make_site,
    make_wave,
)
from tests.looks import faults
from tests.surveys.pages.public import all_rows, answer_url, foreign, nonce_of, page_of, strict_client, thanks_url

pytestmark = pytest.mark.django_db

HOSTILE = "</textarea><script>alert(1)</script>\"'>{{ 7*7 }}{% now %}\u202e"


@pytest.fixture
def client() -> Client:
    return strict_client()


def asked(**fields: Any) -> Invitation:
    invitation = make_message(invitation=make_invitation(**fields)).invitation
    assert invitation
    return invitation


def version(invitation: Invitation, tag: str = "") -> str:
    return stories.wording(invitation.wave.campaign.brand, tag or invitation.spoken).version


def send(client: Client, invitation: Invitation, *, score: int = 9, page: int = 0, **fields: Any) -> Any:
    """Post the page with a tick, the comment and a name, but for what is said otherwise."""
    said = {"score": score, "comment": "It never lets me down.", "quote": version(invitation), "quote_name": "Mira K."}
    data = {name: value for name, value in {**said, **fields}.items() if value is not None}
    return client.post(answer_url(invitation, page or score), {"nonce": nonce_of(invitation), **data})


# -------------------------------------------------------------------------------------------------------- what is shown


@pytest.mark.parametrize("tag", texts.OFFERED)
@pytest.mark.parametrize("score", [7, 10])
def test_yellow_and_green_ask_with_an_empty_tick_and_the_whole_wording(client: Client, score: int, tag: str) -> None:
    invitation = asked(contact=make_contact(name="Mira Keller", language=tag))

    page = page_of(client.get(answer_url(invitation, score)))

    (tick,) = page.find("input", name="quote")
    assert ("checked" in tick, tick["value"], tick["aria-describedby"]) == (False, version(invitation), "quote-text")
    wording = texts.plain(texts.table(tag)["quote"]["quote_text"], {"company": "Aurora"})
    assert wording.replace("\u00a0", " ") in page.text("fieldset").replace("\u00a0", " ")
    assert [field["value"] for field in page.find("input", name="quote_name")] == ["Mira K."]
    assert [field["value"] for field in page.find("input", name="quote_role")] == [""]


def test_red_page_asks_nobody_to_be_quoted(client: Client) -> None:
    page = page_of(client.get(answer_url(asked(), 3)))

    assert page.find("input", name="quote") == []


@pytest.mark.parametrize("score", [8, 10])
def test_first_visit_asks_the_database_twice(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, score: int
) -> None:
    invitation = asked()
    client.get(answer_url(invitation, score))

    with django_assert_num_queries(2):
        client.get(answer_url(invitation, score))


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_no_word_is_missing(client: Client, monkeypatch: pytest.MonkeyPatch, tag: str) -> None:
    invitation = asked(contact=make_contact(language=tag))
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "MISSING")  # type: ignore[attr-defined]

    pages = [
        client.get(answer_url(invitation, 9)),
        send(client, invitation, quote="an older wording"),
        client.get(send(client, invitation).url),
    ]

    assert [page.status_code for page in pages] == [200, 400, 200]
    assert [b"MISSING" in page.content for page in pages] == [False] * 3


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Mira Keller", "Mira K."),
        ("田中太郎", "田中太郎"),
        ("Ada https://evil.example", ""),
        ("", ""),
        ("<b> x", "<b> X."),
    ],
)
def test_name_is_filled_in_as_people_want_it(client: Client, name: str, shown: str) -> None:
    page = page_of(client.get(answer_url(asked(contact=make_contact(name=name)), 9)))

    assert [field["value"] for field in page.find("input", name="quote_name")] == [shown]


def test_edit_of_the_brand_changes_the_wording(client: Client) -> None:
    brand = make_brand(short_name="Aurora")
    invitation = asked(wave=make_wave(campaign=make_campaign(brand=brand)))
    before = client.get(answer_url(invitation, 9)).content.decode()

    brand.short_name = "Borealis"
    brand.save(update_fields=["short_name"])
    after = client.get(answer_url(invitation, 9)).content.decode()

    assert "<bdi>Aurora</bdi> may show my words" in before
    assert "<bdi>Borealis</bdi> may show my words" in after


# --------------------------------------------------------------------------------------------------------- what is kept


@pytest.mark.parametrize("tag", texts.OFFERED)
@pytest.mark.parametrize("score", [7, 10])
def test_tick_keeps_the_words_with_the_wording_that_was_shown(client: Client, score: int, tag: str) -> None:
    invitation = asked(contact=make_contact(language=tag))

    response = send(client, invitation, score=score, quote_role="Café Sol")

    story, consent = Testimonial.objects.get(), Consent.objects.get()
    shown = texts.plain(texts.table(tag)["quote"]["quote_text"], {"company": "Aurora"})
    assert response.status_code == 303
    assert (consent.text, consent.text_hash, consent.language) == (shown, consents.hash_of(shown), tag)
    assert (consent.contact, consent.purpose, consent.scope) == (invitation.contact, "quote", list(stories.SCOPE))
    answer = Response.objects.get()
    assert (consent.source, consent.at) == (f"landing page, answer {answer.pk}", answer.submitted_at)
    assert (story.words, story.language, story.consent) == ("It never lets me down.", tag, consent)
    assert (story.shown_name, story.shown_role, story.status) == ("Mira K.", "Café Sol", StoryStatus.RECEIVED)


@pytest.mark.parametrize(
    "fields", [{"quote": None}, {"quote": ""}, {"comment": "  \u200b "}, {"score": 3, "page": 9}, {"quote_name": None}]
)
def test_nothing_is_a_condition_of_an_answer(client: Client, fields: dict[str, Any]) -> None:
    response = send(client, asked(), **fields)

    kept = 1 if "quote_name" in fields else 0
    assert (response.status_code, Response.objects.count()) == (303, 1)
    assert (Testimonial.objects.count(), Consent.objects.count()) == (kept, kept)


def test_red_page_keeps_no_consent_whatever_is_posted(client: Client) -> None:
    send(client, asked(), score=9, page=3)

    assert (Response.objects.get().score, Consent.objects.count()) == (9, 0)


@pytest.mark.parametrize("forged", ["1", "v3", "on", "0" * 16, "x" * 100_000, HOSTILE])
def test_tick_beside_another_wording_is_shown_again_and_nothing_is_lost(client: Client, forged: str) -> None:
    invitation = asked()

    response = send(client, invitation, quote=forged, quote_role=HOSTILE)

    page, words = page_of(response), texts.table("en")["quote"]
    assert (response.status_code, Response.objects.count(), Consent.objects.count()) == (400, 0, 0)
    assert words["quote_changed"] in page.text("fieldset")
    assert ["checked" in tick for tick in page.find("input", name="quote")] == [False]
    assert (page.comment, page.find("input", name="quote_name")[0]["value"]) == ("It never lets me down.", "Mira K.")
    assert page.find("a", href="#quote") != []
    assert foreign(page) == []


def test_language_switch_keeps_the_tick_and_what_was_typed(client: Client) -> None:
    invitation = asked()

    page = page_of(send(client, invitation, language="ar", quote_role="Barista"))

    (tick,) = page.find("input", name="quote")
    assert ("checked" in tick, tick["value"]) == (True, version(invitation, "ar"))
    assert [field["value"] for field in page.find("input", name="quote_role")] == ["Barista"]
    assert Consent.objects.count() == 0


def test_hostile_words_are_kept_as_text_and_cut_with_a_notice(client: Client) -> None:
    invitation = asked()

    response = send(
        client, invitation, comment=HOSTILE + "x" * 100_000, quote_name=HOSTILE * 9, quote_role="r" * 100_000
    )
    thanks = client.get(response.url)
    again = page_of(client.get(answer_url(invitation, 9)))

    story = Testimonial.objects.get()
    assert (story.words, len(story.words)) == (Response.objects.get().comment, MAX_COMMENT)
    assert (len(story.shown_name), len(story.shown_role)) == (80, 120)
    assert "\u202e" not in story.words + story.shown_name
    assert "longer than 5000 characters" in page_of(thanks).text()
    assert [foreign(page_of(thanks)), foreign(again)] == [[], []]
    assert again.find("input", name="quote_name")[0]["value"] == story.shown_name
    assert "{{ 7*7 }}" in again.comment


# ----------------------------------------------------------------------------------------------------------- afterwards


def test_ticked_before_stands_ticked_and_no_second_consent_is_made(client: Client) -> None:
    invitation = asked()
    send(client, invitation, quote_role="Barista")

    page = page_of(client.get(answer_url(invitation, 9)))
    send(client, invitation, comment="Even better now.", quote_role="Barista")

    assert ["checked" in tick for tick in page.find("input", name="quote")] == [True]
    assert [field["value"] for field in page.find("input", name="quote_role")] == ["Barista"]
    assert (Testimonial.objects.get().words, Consent.objects.count()) == ("Even better now.", 1)


def test_changed_words_after_approval_are_a_new_testimonial(client: Client) -> None:
    invitation = asked()
    send(client, invitation)
    Testimonial.objects.update(status=StoryStatus.APPROVED)

    send(client, invitation)
    send(client, invitation, comment="Even better now.")

    stand = list(Testimonial.objects.order_by("pk").values_list("words", "status"))
    assert stand == [("It never lets me down.", "approved"), ("Even better now.", "received")]


@pytest.mark.parametrize("status", [StoryStatus.RECEIVED, StoryStatus.APPROVED, StoryStatus.PUBLISHED])
def test_tick_taken_away_withdraws_at_once(client: Client, status: StoryStatus) -> None:
    invitation = asked()
    send(client, invitation)
    Testimonial.objects.update(status=status)

    send(client, invitation, quote=None)

    assert Testimonial.objects.get().status == StoryStatus.WITHDRAWN
    assert Consent.objects.get().withdrawn_at is not None
    assert Event.objects.filter(kind=trail.STORY_KIND, went_to="withdrawn").get().reason == trail.BY_PERSON


def test_ticked_again_after_a_withdrawal_is_a_new_consent(client: Client) -> None:
    invitation = asked()
    send(client, invitation)
    send(client, invitation, quote=None)

    unticked = page_of(client.get(answer_url(invitation, 9)))
    send(client, invitation)

    assert ["checked" in tick for tick in unticked.find("input", name="quote")] == [False]
    assert list(Testimonial.objects.order_by("pk").values_list("status", flat=True)) == ["withdrawn", "received"]
    assert [consent.is_standing for consent in Consent.objects.order_by("pk")] == [False, True]


@pytest.mark.parametrize("fields", [{"score": 3, "page": 9}, {"comment": ""}])
def test_answer_that_no_longer_carries_the_words_lets_them_go(client: Client, fields: dict[str, Any]) -> None:
    invitation = asked()
    send(client, invitation)

    send(client, invitation, **fields)

    assert (Testimonial.objects.get().status, Consent.objects.get().is_standing) == (StoryStatus.WITHDRAWN, True)


def test_get_changes_nothing(client: Client) -> None:
    invitation = asked()
    send(client, invitation)
    before = all_rows()

    for url in (answer_url(invitation, 9), answer_url(invitation, 3), thanks_url(invitation)):
        client.get(url)

    assert all_rows() == before


# ------------------------------------------------------------------------------------------------------- thank-you page


@pytest.mark.parametrize("score", [8, 10])
def test_thanks_say_what_happens_with_the_words(client: Client, score: int) -> None:
    invitation, words = asked(), texts.table("en")["quote"]

    told = page_of(client.get(send(client, invitation, score=score).url)).text()
    story = Testimonial.objects.get()
    stories.withdraw(story)
    after = page_of(client.get(thanks_url(invitation))).text()

    assert all(words[key] in told for key in ("quoted_heading", "quoted_text", "quoted_withdraw"))
    assert words["quoted_heading"] not in after


# ------------------------------------------------------------------------------------------------------------- browser


@pytest.mark.browser
@pytest.mark.parametrize("tag", ["en", "ar"])
def test_pages_open_their_fields_and_have_no_barrier(live_server: LiveServer, page: BrowserPage, tag: str) -> None:
    invitation = asked(contact=make_contact(name="Mira Keller", language=tag))
    make_site(brand=invitation.wave.campaign.brand)
    make_entry("en: Pause or move a bean delivery", "ar: إيقاف توصيل البن")

    page.goto(live_server.url + answer_url(invitation, 8))
    name = page.locator("#quote_name")
    expect(name).to_be_hidden()
    page.locator("#quote").check()
    expect(name).to_have_value("Mira K.")
    page.locator("#comment").fill("It never lets me down.")
    found = faults(page)
    page.wait_for_timeout(2100)  # sooner, no person has read the page
    page.locator("form#answer button.btn").click()
    page.wait_for_url("**/thanks")
    found += faults(page)

    assert found == []
    assert Testimonial.objects.get().shown_name == "Mira K."
