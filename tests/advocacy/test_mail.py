from __future__ import annotations

import pytest
from pytest_django import Settings

from advocacy import mail
from advocacy.enums import AskKind
from surveys import languages, texts, tokens
from surveys.mail import CannotRender
from surveys.models import Message
from tests.factories import (
    make_advocate,
    make_ask,
    make_brand,
    make_campaign,
    make_contact,
    make_invitation,
    make_message,
    make_wave,
)

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


@pytest.mark.parametrize("kind", AskKind.values)
def test_each_favour_has_a_letter_of_its_own(kind: str, settings: Settings) -> None:
    make_brand(short_name="Aurora")
    message = make_message(contact=make_contact(name="Mira Kovač"), invitation=None, letter="ask", purpose="marketing")
    ask = make_ask(advocate=make_advocate(contact=message.contact, response=None), kind=kind, message=message)

    letter = mail.ask(message)

    html, words = str(letter.alternatives[0][0]), texts.table("en")[f"ask_{kind}"]
    link = f"{settings.PUBLIC_BASE_URL}/a/{tokens.encode(ask.token)}"
    stop = f"{settings.PUBLIC_BASE_URL}/u/{tokens.encode(message.token)}"
    assert letter.subject == words["subject"].replace("{{ company }}", "Aurora")
    assert "Hello Mira," in str(letter.body)
    assert all(address in str(letter.body) and address in html for address in (link, stop))
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len(html) < 15_000


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_favour_is_asked_in_the_language_of_the_contact(tag: str) -> None:
    make_brand()
    contact = make_contact(language=tag, name="")
    message = make_message(contact=contact, invitation=None, letter="ask", purpose="marketing")
    make_ask(advocate=make_advocate(contact=contact, response=None), message=message)

    letter = mail.ask(message)

    assert texts.table(tag)["ask"]["hello"] in str(letter.body)
    assert f'<html lang="{tag}" dir="{languages.get(tag).direction}">' in str(letter.alternatives[0][0])


def test_without_an_ask_there_is_no_letter() -> None:
    make_brand()

    with pytest.raises(CannotRender):
        mail.ask(make_message(contact=make_contact(), invitation=None, letter="ask"))
