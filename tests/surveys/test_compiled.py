"""What is spliced says the same as what Django renders, or nothing is spliced."""

from __future__ import annotations

import email
import email.policy
import string
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from surveys import compiled, languages, mail, splicing, tokens
from surveys.enums import Basis, Style
from surveys.models import CampaignText, Contact, Invitation, Message, Wave
from tests.factories import make_brand, make_campaign
from tests.sizes import whole_once_or

pytestmark = pytest.mark.django_db

DATE = "Tue, 24 Nov 2026 09:00:00 -0000"
SPOKEN = ["en", "ar", "zh-Hans", "es", "it", "ja", "he"]
NAMES = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=string.printable, max_size=30),
    st.text(alphabet="<>&\"'%{}.\\@é陈ع\u200f\u202e\u2066\r\n\t\x00 ", max_size=20),
    st.sampled_from(
        ["Ada", "Zoë", "سميرة", "陈伟", "O'Brien", "%b", "{{ company }}", "www.evil.example", "\u200b", ""]
    ),
)


def parsed(raw: bytes) -> dict[str, Any]:
    """All that a reader of the mail would see; not how it was encoded."""
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    bodies = [part.get_content() for part in read.walk() if not part.is_multipart()]
    kinds = [part.get_content_type() for part in read.walk()]
    skipped = {"date", "content-type"}
    headers = sorted((name.lower(), str(value)) for name, value in read.items() if name.lower() not in skipped)
    return {"headers": headers, "bodies": [body.replace("\r\n", "\n") for body in bodies], "kinds": kinds}


def both(
    campaign: Any, *, name: str, language: str = "en", style: str = Style.BANDED, basis: str = Basis.CUSTOMER
) -> tuple[bytes | None, bytes]:
    """The mail to a person of this name: spliced (or None), and rendered."""
    token, exit_token = uuid4(), uuid4()
    contact = Contact(email="ada@example.com", name=name, language=language, basis=basis)
    asked = Invitation(token=token, style=style, wave=Wave(campaign=campaign), contact=contact)
    rendered = mail.invitation(Message(letter="invitation", token=exit_token, invitation=asked, contact=contact))
    is_named, written = splicing.named(contact.first_name)
    tags = {"language": asked.spoken, "asked_in": asked.asked_in}
    cut = mail.compile_invitation(campaign, **tags, style=style, basis=basis, is_named=is_named)
    assert cut is not None
    filling = compiled.Filling(
        address=contact.email.encode(),
        token=tokens.written(token),
        exit_token=tokens.written(exit_token),
        number=mail.message_number(exit_token).encode(),
        date=DATE.encode(),
    )
    return written and cut.fill(filling, written), rendered.message().as_bytes(linesep="\r\n")


@pytest.fixture
def campaign() -> Any:
    """One whose texts name the recipient wherever they can, beside per cent signs and ampersands."""
    campaign = make_campaign(brand=make_brand(name="Aurora & Söhne 100%"))
    for language in SPOKEN:
        CampaignText.objects.create(
            campaign=campaign,
            language=language,
            subject='{{ first_name|fallback:"Hello" }}, 100% of you & {{ company }}',
            question='Would you, {{ first_name|fallback:"friend" }}, recommend {{ company }}? <b>%s</b>',
            sentence="Tell us, {{ first_name }}.\n.\n..dots",
        )
    return campaign


@settings(
    max_examples=whole_once_or(300, 50), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=NAMES, language=st.sampled_from(SPOKEN), style=st.sampled_from(Style), basis=st.sampled_from(Basis))
@example(name="Ada", language="en", style=Style.BANDED, basis=Basis.CUSTOMER)
@example(name="A" * 121, language="en", style=Style.BANDED, basis=Basis.CUSTOMER)
@example(name="陈伟" * 30, language="zh-Hans", style=Style.NEUTRAL, basis=Basis.CONSENT)
def test_spliced_mail_says_what_the_rendered_one_says(
    campaign: Any, name: str, language: str, style: str, basis: str
) -> None:
    spliced, rendered = both(campaign, name=name, language=language, style=style, basis=basis)

    if spliced is not None:
        assert parsed(spliced) == parsed(rendered)


@pytest.mark.parametrize(
    "name", ["Ada Lovelace", "Zoë", "سميرة حداد", "陈伟", "", "O'Brien & Sons", "www.evil.example"]
)
@pytest.mark.parametrize("language", SPOKEN)
def test_usual_names_are_spliced(campaign: Any, name: str, language: str) -> None:
    spliced, rendered = both(campaign, name=name, language=language)

    assert spliced is not None
    assert parsed(spliced) == parsed(rendered)
    assert max(map(len, spliced.split(b"\r\n"))) <= compiled.LONGEST_LINE
    assert spliced.count(b"\n") == spliced.count(b"\r\n")


def test_standard_words_are_spliced_too() -> None:
    spliced, rendered = both(make_campaign(), name="Ada")

    assert spliced is not None
    assert parsed(spliced) == parsed(rendered)


def test_long_name_is_left_to_rendering(campaign: Any) -> None:
    spliced, _rendered = both(campaign, name="x" * 121)

    assert spliced is None


@pytest.mark.parametrize("language", ["sv", "zh-TW", "pt"])
def test_mail_with_the_question_in_another_language_is_spliced(campaign: Any, language: str) -> None:
    CampaignText.objects.create(campaign=campaign, language="sv", question="{{ first_name }}, skulle du?")

    spliced, rendered = both(campaign, name="Zoë", language=language)

    assert spliced is not None
    assert f'lang="{languages.get(language).tag}"'.encode() in spliced
    assert parsed(spliced) == parsed(rendered)


def test_text_with_too_long_a_line_is_left_to_rendering() -> None:
    campaign = make_campaign()
    CampaignText.objects.create(campaign=campaign, language="en", sentence="x" * 299, question="y" * 299)
    campaign.brand.postal_address = "z" * 300
    campaign.brand.name = "N" * 120

    who = {"language": "en", "asked_in": "en", "style": Style.BANDED, "basis": Basis.CUSTOMER}
    cut = mail.compile_invitation(campaign, **who, is_named=True)

    assert cut is None or max(map(len, b"".join(cut.between).split(b"\r\n"))) <= compiled.LONGEST_LINE


@pytest.mark.parametrize(
    ("words", "is_dotless"),
    [
        ({"sentence": "One click. Really."}, True),
        ({"sentence": "Dear {{ first_name }}, one click."}, True),
        ({"sentence": "One click.\n.\n..dots"}, False),
        ({"question": "{{ first_name }}, would you?"}, False),  # for whoever is called .net
    ],
)
def test_letter_knows_whether_a_line_may_begin_with_a_dot(words: dict[str, str], is_dotless: bool) -> None:
    campaign = make_campaign()
    CampaignText.objects.create(campaign=campaign, language="en", **words)
    who = {"language": "en", "asked_in": "en", "style": Style.BANDED, "basis": Basis.CUSTOMER}

    cut = mail.compile_invitation(campaign, **who, is_named=True)
    spliced, _rendered = both(campaign, name=".net")

    assert cut is not None
    assert spliced is not None
    assert (cut.is_dotless, b"\r\n." not in spliced) == (is_dotless, is_dotless)


@pytest.mark.parametrize(
    "subject",
    [
        "One question",
        "x" * 200,
        ("ما مدى احتمالية أن توصي بنا؟ " * 6).strip(),
        "陈" * 200,
        "é" * 200,
        "a=?utf-8?b?=",
        "=?utf-8?b?eA==?=",
    ],
)
def test_subject_reads_back_as_it_was(subject: str) -> None:
    line = b"Subject: " + compiled.subject_line(subject) + b"\r\n\r\n"

    read = email.message_from_bytes(line, policy=email.policy.default)["Subject"]

    assert str(read) == subject
    assert max(map(len, line.split(b"\r\n"))) <= (209 if subject.isascii() else 86)


def test_marks_are_what_tokens_and_addresses_look_like() -> None:
    assert [tokens.decode(tokens.encode(token)) for token in (compiled.TOKEN, compiled.EXIT_TOKEN)] == [
        compiled.TOKEN,
        compiled.EXIT_TOKEN,
    ]
    assert isinstance(compiled.TOKEN, UUID)


def test_address_for_replies_is_spliced_as_well(campaign: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(django_settings, "REPLY_ADDRESS", "reply+{token}@ask.example.com")

    spliced, rendered = both(campaign, name="Ada")

    assert spliced is not None
    assert parsed(spliced) == parsed(rendered)
    assert b"Reply-To: reply+" in spliced
