from __future__ import annotations

import pytest
from pytest_django import Settings

from advocacy import mail
from surveys import languages, texts, tokens
from surveys.mail import CannotRender
from surveys.models import Message
from tests.factories import make_brand, make_campaign, make_contact, make_invitation, make_message, make_wave

pytestmark = pytest.mark.django_db


def make_link(**fields: str) -> Message:
    return make_message(contact=make_contact(**fields), invitation=None, letter="exit_link", purpose="service")


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_new_link_leads_to_the_page_in_the_language_of_the_contact(tag: str, settings: Settings) -> None:
    make_brand(short_name="Aurora")
    message = make_link(language=tag)

    letter = mail.exit_link(message)

    html, words = str(letter.alternatives[0][0]), texts.table(tag)["exit_mail"]
    link = f"{settings.PUBLIC_BASE_URL}/x/{tokens.encode(message.token)}"
    assert letter.subject == words["subject"].replace("{{ company }}", "Aurora")
    assert (link in str(letter.body), html.count(f'href="{link}"')) == (True, 1)
    assert f'<html lang="{tag}" dir="{languages.get(tag).direction}">' in html
    assert len(html) < 15_000
    assert letter.to == [message.contact.email if message.contact else ""]


def test_new_link_speaks_for_whoever_asked_last() -> None:
    make_brand(name="First")
    message = make_link()
    for name in ("Second", "Third"):
        wave = make_wave(campaign=make_campaign(brand=make_brand(name=name)))
        make_invitation(contact=message.contact, wave=wave)

    assert "Third" in str(mail.exit_link(message).from_email)


def test_without_a_contact_or_a_brand_there_is_no_letter() -> None:
    with pytest.raises(CannotRender):
        mail.exit_link(make_link())
    make_brand()
    with pytest.raises(CannotRender):
        mail.exit_link(make_message(contact=None, invitation=None, letter="exit_link"))
