"""The landing page that is joined of pieces is the rendered one, to the byte."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from surveys import content, scoring, texts
from surveys.enums import Style
from surveys.models import CampaignText, Invitation, Message, PageText
from surveys.questions import Questions
from surveys.reasons import STANDARD
from surveys.views import landing
from surveys.views.found import Found
from tests.factories import (
    make_account,
    make_brand,
    make_campaign,
    make_contact,
    make_invitation,
    make_message,
    make_question,
    make_reason,
    make_team,
    make_user,
    make_wave,
)
from tests.sizes import WHOLE
from tests.surveys.pages.public import answer_url, page_of, send, strict_client

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC)
SCORES = (0, 3, 6, 7, 8, 9, 10)
_STYLE = re.compile(r'(?<=<style nonce=")[^"]+(?=")')


@pytest.fixture
def client() -> Client:
    return strict_client()


@pytest.fixture(autouse=True)
def _now() -> Any:
    for key in dict.fromkeys(itertools.chain.from_iterable(STANDARD.values())):
        make_reason(key)
    with time_machine.travel(NOW, tick=False):
        yield


def asked(**fields: Any) -> Invitation:
    message: Message = make_message(invitation=make_invitation(closes_at=NOW + dt.timedelta(days=30), **fields))
    assert message.invitation is not None
    return message.invitation


def look(client: Client, invitation: Invitation, score: int) -> str:
    """The page, but for the nonce of its style, which is another each time."""
    response = client.get(answer_url(invitation, score))
    nonces = _STYLE.findall(response.text)
    assert [f"'nonce-{nonce}'" in response.headers["Content-Security-Policy"] for nonce in nonces] == [True]
    assert (response.status_code, response.headers["Content-Language"]) == (200, page_of(response).language[0])
    return _STYLE.sub("", response.text)


def assert_same(
    client: Client, monkeypatch: pytest.MonkeyPatch, invitations: list[Invitation], scores: tuple[int, ...] = SCORES
) -> None:
    """Each page, made of pieces cold and warm, and rendered."""
    content.forget()
    each = list(itertools.product(invitations, scores))
    cold = [look(client, invitation, score) for invitation, score in each]
    with monkeypatch.context() as patch:
        patch.setattr(landing, "_made", None)  # nothing is rendered any more
        warm = [look(client, invitation, score) for invitation, score in each]
    with monkeypatch.context() as patch:
        patch.setattr(landing, "first", rendered)
        plain = [look(client, invitation, score) for invitation, score in each]

    assert cold == plain
    assert warm == plain
    assert len(set(plain)) == len(plain)


def rendered(request: Any, found: Found, linked: int, initial: dict[str, Any]) -> Any:
    shown = found.content(scoring.band(linked))
    return landing.rendered(request, found, linked, landing.form_of(shown, initial=initial))


@pytest.mark.once
@pytest.mark.parametrize("tag", texts.OFFERED if WHOLE else texts.OFFERED[2::3])
def test_each_number_in_each_language(client: Client, monkeypatch: pytest.MonkeyPatch, tag: str) -> None:
    campaign = make_campaign()
    names = ("Mira Kern", "陈伟", "", "<b>&amp; O'Neil", "Ada https://evil.example", "\u200b", "سميرة حداد")
    people = [make_contact(name=name, language=tag) for name in names]
    wave = make_wave(campaign=campaign)

    assert_same(client, monkeypatch, [asked(wave=wave, contact=person) for person in people], (2, 7, 9))


def test_words_of_the_campaign_with_every_tag(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    brand = make_brand(short_name="Aurora <Café>", site_url="https://aurora.example.com/?a=1&b=2", contact_email="")
    wave = make_wave(campaign=make_campaign(brand=brand))
    words = '{{ first_name|fallback:"you" }} at {{ company }} <i> {{ product }} "\'></h1><script>'
    CampaignText.objects.create(campaign=wave.campaign, language="en", question=f"Well, {words}?")
    for band in ("detractor", "passive", "promoter"):
        PageText.objects.create(
            campaign=wave.campaign,
            language="en",
            band=band,
            heading=f"Heading {words}",
            text=f"First {words}\nsame\n\nSecond {words}",
            prompt=words,
            person_name="Nora Lind",
            person_role="Care & <more>",
        )
    make_question("Why <b>?", campaign=wave.campaign)

    people = [asked(wave=wave, contact=make_contact(name=name)) for name in ("Mira Kern", "", "Zoë")]

    assert_same(client, monkeypatch, people)


def test_owners_and_what_they_promise(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    owners = [make_user("lin", first_name="Lin", last_name="Yue"), make_user("omar", first_name="عمر")]
    make_team(members=owners)
    wave = make_wave()
    contacts = [make_contact(owner=owner) for owner in (*owners, None)]
    contacts.append(make_contact(account=make_account(owner=owners[0]), timezone="Asia/Tokyo"))

    assert_same(client, monkeypatch, [asked(wave=wave, contact=contact) for contact in contacts])


def test_look_of_the_buttons_and_mail_without_a_way_out(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    wave = make_wave()
    neutral = asked(wave=wave, style=Style.NEUTRAL)
    without = make_invitation(wave=wave, closes_at=NOW + dt.timedelta(hours=3))

    assert_same(client, monkeypatch, [asked(wave=wave), neutral, without])


def test_brand_that_was_changed_past_its_history_shows_at_once(client: Client) -> None:
    invitation = asked()
    brand = invitation.wave.campaign.brand
    before = look(client, invitation, 3)

    type(brand).objects.filter(pk=brand.pk).update(name="Borealis", colour="#123456")

    after = look(client, invitation, 3)
    assert ("Borealis" in before, "Borealis" in after, "#123456" in after) == (False, True, True)


def test_value_of_several_lines_is_rendered(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "_made", None)
    campaign = make_campaign(brand=make_brand(short_name="One\n\nTwo"))
    PageText.objects.create(campaign=campaign, language="en", band="detractor", text="At {{ company }}.")

    page = look(client, asked(wave=make_wave(campaign=campaign)), 3)

    assert "<p>At <bdi>One</p>\n\n<p>Two</bdi>.</p>" in page


def test_pages_that_are_kept_are_no_more_than_may_be(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "_MOST_KEPT", 2)
    invitation = asked()

    for score in (0, 1, 2, 3, 4):
        look(client, invitation, score)

    assert [len(kept.pages) for _stamp, kept in content._kept.values()] == [1]


def test_answer_that_was_given_is_on_the_page_at_once(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    invitation = asked()
    look(client, invitation, 3)
    with django_assert_num_queries(2):
        look(client, invitation, 3)

    send(client, invitation, 3, {"score": "3", "comment": "Slow"})

    assert page_of(client.get(answer_url(invitation, 3))).comment == "Slow"


def test_block_that_looks_at_the_person_is_a_mistake_and_shows_nobody(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def arranged(_block: Any, offer: Any, visit: Any, _form: Any) -> Any:
        return [visit.contact.name, *offer]

    monkeypatch.setattr(Questions, "arranged", arranged)
    campaign = make_campaign()
    make_question("Why?", campaign=campaign)

    with pytest.raises(AttributeError):
        client.get(answer_url(asked(wave=make_wave(campaign=campaign)), 3))
