"""The mail as a contact would get it, with links that lead nowhere but to its preview."""

from __future__ import annotations

import re

import pytest
from pytest_django import Settings

from surveys import previews, tokens
from surveys.mail import CannotRender
from surveys.models import Campaign, Click, Contact, Invitation, Message
from tests.factories import make_brand, make_campaign, make_contact

pytestmark = pytest.mark.django_db


def links(text: str) -> list[str]:
    return re.findall(r"https?://[^\s\"'<>]+", text)


@pytest.fixture(autouse=True)
def base_url(settings: Settings) -> None:
    settings.PUBLIC_BASE_URL = "https://ask.example.com"


def test_letter_is_that_of_the_renderer_that_sends() -> None:
    campaign = make_campaign(brand=make_brand(name="Aurora", short_name="Aurora"))
    contact = make_contact(name="Ana López", language="es")

    letter = previews.letter(previews.invitation(campaign, contact=contact))

    assert letter.subject == "Una pregunta de Aurora"
    assert letter.to == [contact.email]
    assert '<html lang="es" dir="ltr">' in previews.html_of(letter)


def test_chosen_language_wins_over_that_of_the_contact() -> None:
    asked = previews.invitation(make_campaign(), language="ar", contact=make_contact(language="es"))

    assert '<html lang="ar" dir="rtl">' in previews.html_of(previews.letter(asked))


def test_links_lead_to_the_preview_and_carry_no_token() -> None:
    campaign = make_campaign(brand=make_brand(site_url="", privacy_url=""))

    letter = previews.letter(previews.invitation(campaign))

    base = f"https://ask.example.com/campaigns/{campaign.pk}/preview/"
    bands = [*["detractor"] * 7, *["passive"] * 2, *["promoter"] * 2]
    assert links(str(letter.body)) == [*[f"{base}?show={band}" for band in bands], base, base]
    assert links(previews.html_of(letter)) == [*[f"{base}?show={band}" for band in bands], base, base, base]
    assert tokens.encode(previews.TOKEN) not in letter.message().as_string()
    assert "List-Unsubscribe" not in letter.message()


def test_preview_writes_nothing() -> None:
    campaign, contact = make_campaign(), make_contact()

    previews.letter(previews.invitation(campaign, contact=contact))

    assert (Invitation.objects.count(), Message.objects.count(), Click.objects.count()) == (0, 0, 0)
    assert (Campaign.objects.count(), Contact.objects.count()) == (1, 1)


def test_contact_without_an_address_is_shown_what_another_would_get() -> None:
    contact = make_contact(email="", name="Phone Only", phone="+44 20 7946 0321")

    letter = previews.letter(previews.invitation(make_campaign(), contact=contact))

    assert letter.to == [previews.ADDRESS]
    assert contact.email == ""


def test_brand_without_a_sender_has_no_mail() -> None:
    with pytest.raises(CannotRender):
        previews.letter(previews.invitation(make_campaign(brand=make_brand(from_email="none"))))


@pytest.mark.parametrize(("scheme", "media"), [("light", "not all"), ("dark", "all")])
def test_scheme_is_the_one_that_was_chosen(scheme: previews.Scheme, media: str) -> None:
    html = previews.html_of(previews.letter(previews.invitation(make_campaign())))

    shown = previews.in_scheme(html, scheme)

    assert "prefers-color-scheme" in html
    assert "prefers-color-scheme" not in shown
    assert f"@media {media}{{" in shown
    assert f":root{{color-scheme:{scheme}}}" in shown
