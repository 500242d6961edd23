from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User

from advocacy import replying
from surveys import mergetags
from surveys.models import Subject
from tests.factories import (
    make_account,
    make_brand,
    make_campaign,
    make_case,
    make_contact,
    make_invitation,
    make_pledge,
    make_response,
    make_saved_reply,
    make_user,
    make_wave,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def marta(db: None) -> User:
    return make_user("marta", first_name="Marta", last_name="Ruiz")


def test_each_tag_stands_for_what_is_known(marta: User) -> None:
    contact = make_contact(name="Íñigo Peralta", account=make_account(name="Campo Viejo"))
    campaign = make_campaign(
        brand=make_brand(short_name="Aurora"), subject=Subject.objects.create(key="studio", name="Studio")
    )
    response = make_response(invitation=make_invitation(contact=contact, wave=make_wave(campaign=campaign)))
    case = make_case(response=response)
    make_pledge(case=case, due_on=dt.date(2026, 12, 3))

    assert replying.values(case, by=marta, language="es") == {
        "first_name": "Íñigo",
        "name": "Íñigo Peralta",
        "account": "Campo Viejo",
        "company": "Aurora",
        "product": "Studio",
        "agent": "Marta Ruiz",
        "case": str(case.pk),
        "due": "3 de diciembre",
    }


def test_what_is_not_known_is_empty_and_a_link_is_no_name(marta: User) -> None:
    case = make_case(contact=make_contact(name="Ada https://evil.example"), response=None)

    known = replying.values(case, by=marta, language="en")

    assert {name for name, value in known.items() if value} == {"first_name", "agent", "case"}
    assert known.keys() == replying.TAGS.keys()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('Dear {{ first_name }}, {{ product|fallback:"it" }}', ""),
        ("{{ nobody }} {% now %}", "{{ nobody }}, {% now %} is no tag. There are: {{ first_name }}, "),
        ("{{ first_name", "{{ first_name is no tag. There are: "),
    ],
)
def test_unknown_tag_is_named_with_those_there_are(text: str, fault: str) -> None:
    assert replying.faults(text).startswith(fault)
    assert bool(replying.faults(text)) == bool(fault)


def test_hole_is_a_tag_without_value_and_fallback() -> None:
    known = {"first_name": "", "product": "\u200b", "agent": "Marta"}
    text = '{{ first_name }} {{ product|fallback:"" }} {{ product|fallback:"it" }} {{ agent }} {{ other }}'

    assert mergetags.holes(text, known) == ["first_name", "product"]


@pytest.mark.parametrize(
    ("language", "taken", "is_fallback"),
    [("es", "es", False), ("es-MX", "es", False), ("sv", "en", True), ("", "en", False), ("???", "en", False)],
)
def test_text_is_taken_in_the_language_of_the_contact_or_in_english(
    language: str, taken: str, is_fallback: bool
) -> None:
    reply = make_saved_reply("en: Late: Sorry", "es: Tarde: Perdone", "de: Spät: Verzeihung")

    chosen = replying.choose(reply, language=language)

    assert chosen is not None
    assert (chosen.language, chosen.is_fallback) == (taken, is_fallback)
    assert (chosen.subject, chosen.text) == {"es": ("Tarde", "Perdone"), "en": ("Late", "Sorry")}[taken]


def test_without_english_the_first_text_is_taken_and_without_texts_none() -> None:
    reply = make_saved_reply("fr: Retard: Pardon", "de: Spät: Verzeihung")
    chosen = replying.choose(reply, language="sv")
    reply.texts.all().delete()

    assert chosen is not None
    assert (chosen.language, chosen.is_fallback) == ("de", True)
    assert replying.choose(reply, language="sv") is None
    assert list(replying.offered()) == []


def test_preview_marks_what_is_filled_in_and_escapes_all_else() -> None:
    known = {**dict.fromkeys(replying.TAGS, ""), "first_name": "<b>Ada</b>"}

    shown = replying.shown("<i>Dear</i> {{ first_name }}\n\n{{ product }}", known)

    assert shown == [
        "&lt;i&gt;Dear&lt;/i&gt; <mark>&lt;b&gt;Ada&lt;/b&gt;</mark>",
        "<mark>{{ product }}</mark>",
    ]


def test_endless_text_is_shown_in_no_time() -> None:
    text = "{{ first_name }} {{ " * 5_000

    assert len(replying.shown(text, {**dict.fromkeys(replying.TAGS, ""), "first_name": "x"})) == 1
