from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail as django_mail
from django.test import Client
from django.utils import timezone

from surveys import claims, languages, outbox, texts
from surveys.enums import MessageStatus, SuppressionReason, SuppressionScope
from surveys.models import Invitation, Message, Suppression
from tests.factories import make_brand, make_campaign, make_contact, make_invitation, make_message, make_wave
from tests.surveys.pages.public import all_rows, exit_url, page_of, strict_client

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
UNKNOWN = "/u/AAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def client() -> Client:
    return strict_client()


def suppressed() -> list[tuple[str, str, str]]:
    return list(Suppression.objects.values_list("address_hash", "reason", "scope"))


def unsubscribed(message: Message) -> list[tuple[str, str, str]]:
    return [(message.address_hash, SuppressionReason.UNSUBSCRIBED, SuppressionScope.ASKING)]


# ----------------------------------------------------------------------------------------------------------- the page


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_get_shows_a_button_and_changes_nothing(client: Client, tag: str) -> None:
    message = make_message(invitation=make_invitation(contact=make_contact(language=tag, email="mira@example.com")))
    before = all_rows()

    response = client.get(exit_url(message))

    page, words = page_of(response), texts.table(tag)["unsubscribe"]
    assert (response.status_code, page.language) == (200, (tag, languages.get(tag).direction))
    assert page.text("h1") == words["heading"]
    assert words["address"].replace("{{ address }}", "m•••@example.com") in page.text("main")
    assert [button["value"] for button in page.find("button", name="unsubscribe")] == ["1"]
    assert (all_rows(), dict(response.cookies)) == (before, {})


def test_head_changes_nothing(client: Client) -> None:
    message = make_message()
    before = all_rows()

    response = client.head(exit_url(message))

    assert (response.status_code, all_rows()) == (200, before)


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_button_unsubscribes_and_says_so(client: Client, tag: str) -> None:
    message = make_message(invitation=make_invitation(contact=make_contact(language=tag)))

    response = client.post(exit_url(message), {"unsubscribe": "1"})

    page = page_of(response)
    assert (response.status_code, page.text("h1")) == (200, texts.table(tag)["unsubscribe"]["done_heading"])
    assert page.find("button", name="unsubscribe") == []
    assert suppressed() == unsubscribed(message)


def test_page_of_an_unsubscribed_address_offers_no_button(client: Client) -> None:
    message = make_message()
    client.post(exit_url(message), {"unsubscribe": "1"})

    page = page_of(client.get(exit_url(message)))

    assert (page.text("h1"), page.find("button", name="unsubscribe")) == ("You are unsubscribed.", [])


def test_page_offers_to_write_where_there_is_an_address(client: Client) -> None:
    brand = make_brand(contact_email="hello@aurora.example.com")
    message = make_message(invitation=make_invitation(wave=make_wave(campaign=make_campaign(brand=brand))))

    page = page_of(client.post(exit_url(message), {"unsubscribe": "1"}))

    assert page.all("a", "href").count("mailto:hello@aurora.example.com") == 2
    assert "If this was a mistake, write to us." in page.text("main")


def test_exit_stays_open_when_the_survey_is_over(client: Client) -> None:
    message = make_message(invitation=make_invitation(closes_at=timezone.now() - dt.timedelta(days=300)))

    response = client.post(exit_url(message), {"unsubscribe": "1"})

    assert (response.status_code, suppressed()) == (200, unsubscribed(message))


def test_letter_without_an_invitation_can_be_stopped(client: Client) -> None:
    message = make_message(invitation=None, contact=make_contact(language="ar"))

    shown = page_of(client.get(exit_url(message)))
    client.post(exit_url(message), {"unsubscribe": "1"})

    assert (shown.language, suppressed()) == (("ar", "rtl"), unsubscribed(message))


def test_language_is_changed_and_nothing_else(client: Client) -> None:
    message = make_message()

    response = client.post(exit_url(message), {"language": "ar"})

    assert (response.status_code, page_of(response).language) == (200, ("ar", "rtl"))
    assert (Invitation.objects.get().language, suppressed()) == ("ar", [])


# ---------------------------------------------------------------------------------------------------------- one click


@pytest.mark.parametrize("encoding", ["urlencoded", "multipart"])
def test_one_click_acts_at_once_without_cookies_or_redirect(client: Client, encoding: str) -> None:
    message = make_message()
    body: dict[str, Any] = {"data": ONE_CLICK}
    if encoding == "urlencoded":
        body = {"data": "List-Unsubscribe=One-Click", "content_type": "application/x-www-form-urlencoded"}

    response = client.post(exit_url(message), **body)

    assert (response.status_code, response.content) == (200, b"You are unsubscribed.\n")
    assert (response.headers["Content-Type"], dict(response.cookies)) == ("text/plain; charset=utf-8", {})
    assert suppressed() == unsubscribed(message)


@pytest.mark.parametrize("unknown", [UNKNOWN, "/u/nonsense", "/u/" + "x" * 10_000])
def test_one_click_answers_the_same_for_known_and_unknown(client: Client, unknown: str) -> None:
    message = make_message()

    known, other = client.post(exit_url(message), ONE_CLICK), client.post(unknown, ONE_CLICK)

    assert (other.status_code, other.content, sorted(other.headers.items())) == (
        known.status_code,
        known.content,
        sorted(known.headers.items()),
    )


def test_ten_times_is_once(client: Client) -> None:
    message = make_message()

    answers = [client.post(exit_url(message), ONE_CLICK) for _ in range(5)]
    answers += [client.post(exit_url(message), {"unsubscribe": "1"}) for _ in range(5)]

    assert {answer.status_code for answer in answers} == {200}
    assert suppressed() == unsubscribed(message)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", "application/x-www-form-urlencoded"),
        ("List-Unsubscribe=Two-Click", "application/x-www-form-urlencoded"),
        ("list-unsubscribe=one-click", "application/x-www-form-urlencoded"),
        ("List-Unsubscribe=One-Click&List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        ("List-Unsubscribe=One-Click&page=2", "application/x-www-form-urlencoded"),
        ('{"List-Unsubscribe": "One-Click"}', "application/json"),
        ("List-Unsubscribe=One-Click", "text/plain"),
        ("--x\r\nbroken", "multipart/form-data; boundary=x"),
        ("\x00\xff", "application/x-www-form-urlencoded"),
    ],
)
def test_wrong_or_extra_body_changes_nothing(client: Client, body: str, content_type: str) -> None:
    message = make_message()
    before = all_rows()

    response = client.post(exit_url(message), body, content_type=content_type)

    assert (response.status_code, all_rows()) == (400, before)


def test_unknown_exit_shows_the_page_of_every_closed_link(client: Client) -> None:
    closed = client.get("/r/nonsense/3")

    pages = [
        client.get(UNKNOWN),
        client.get("/u/nonsense"),
        client.get("/u/a/b"),
        client.post(UNKNOWN, {"unsubscribe": "1"}),
    ]

    assert {(page.status_code, page.content) for page in pages} == {(404, closed.content)}


# ------------------------------------------------------------------------------------------------------- what it stops


def test_what_waits_for_the_address_is_not_mailed_and_says_why(client: Client) -> None:
    wave = make_wave()
    leaves, stays = (make_message(invitation=make_invitation(wave=wave)) for _ in range(2))
    client.post(exit_url(leaves), ONE_CLICK)

    outbox.send_batch()

    assert [letter.to for letter in django_mail.outbox] == [[stays.contact.email if stays.contact else ""]]
    leaves.refresh_from_db()
    assert (leaves.status, leaves.error) == (
        MessageStatus.SUPPRESSED,
        "the address must not be mailed: unsubscribed",
    )


def test_unsubscribing_between_claim_and_dispatch_stops_the_mail(client: Client) -> None:
    message = make_message()
    claim_id, _messages = claims.claim(1)

    client.post(exit_url(message), ONE_CLICK)

    assert outbox.dispatch(claim_id, [message.pk]) == set()
    message.refresh_from_db()
    assert message.status == MessageStatus.SUPPRESSED
