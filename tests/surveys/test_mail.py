from __future__ import annotations

import datetime as dt
import email
import email.policy
import hashlib
import re
from email.header import decode_header, make_header
from email.message import EmailMessage as Parsed
from itertools import pairwise
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from pytest_django import DjangoAssertNumQueries, Settings

from surveys import claims, languages, mail, outbox, texts, tokens
from surveys.enums import Basis, MessageStatus, Style
from surveys.models import Campaign, CampaignText, Contact, Message, Subject
from tests.factories import make_brand, make_campaign, make_contact, make_invitation, make_message, make_wave
from tests.surveys.pages.public import Page

pytestmark = pytest.mark.django_db

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>"><svg onload=alert(3)>'
ONE_CLICK = "List-Unsubscribe=One-Click"
DAYS = [dt.date(2026, 1, 5), dt.date(2026, 4, 5)]


def message_for(contact: Contact | None = None, *, style: Style = Style.BANDED, **campaign_fields: Any) -> Message:
    campaign = make_campaign(**campaign_fields)
    invitation = make_invitation(wave=make_wave(campaign=campaign), contact=contact or make_contact(), style=style)
    return make_message(invitation=invitation)


def html_of(letter: EmailMultiAlternatives) -> str:
    return str(letter.alternatives[0][0])


def parsed(letter: EmailMultiAlternatives) -> Parsed:
    received = email.message_from_bytes(letter.message().as_bytes(), policy=email.policy.default)
    assert isinstance(received, Parsed)
    return received


def campaign_of(message: Message) -> Campaign:
    assert message.invitation is not None
    return message.invitation.wave.campaign


def score_links(message: Message) -> list[str]:
    assert message.invitation is not None
    return [f"https://ask.example.com/r/{tokens.encode(message.invitation.token)}/{score}" for score in range(11)]


def decoy_link(message: Message) -> str:
    assert message.invitation is not None
    return f"https://ask.example.com/r/{tokens.encode(message.invitation.token)}/more"


def exit_link(message: Message) -> str:
    return f"https://ask.example.com/u/{tokens.encode(message.token)}"


def ways_out(message: Message) -> list[str]:
    """To stop everything, and to choose."""
    return [exit_link(message), f"https://ask.example.com/x/{tokens.encode(message.token)}"]


# --------------------------------------------------------------------------------------------------------------- parts


@pytest.mark.parametrize("tag", texts.OFFERED)
@pytest.mark.parametrize("style", Style.values)
def test_invitation_has_eleven_links_in_both_parts(tag: str, style: Style) -> None:
    message = message_for(make_contact(language=tag), style=style)

    letter = mail.invitation(message)

    assert Page(html_of(letter)).all("a", "href") == [*score_links(message), *ways_out(message), decoy_link(message)]
    assert re.findall(r"https://\S+", str(letter.body)) == [*score_links(message), *ways_out(message)]
    assert len(letter.message().as_bytes()) < 15_000


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_invitation_speaks_one_language_in_its_direction(tag: str) -> None:
    spoken = languages.get(tag)

    letter = mail.invitation(message_for(make_contact(language=tag)))

    page = Page(html_of(letter))
    question = spoken.question.replace("{{ company }}", "Aurora")
    assert page.all("html", "lang") == [tag]
    assert set(page.all("table", "dir")) == {spoken.direction}
    # The Outlook table is in a comment, so each one a parser sees must say its direction.
    assert len(page.all("table", "dir")) == len([name for name, _ in page.tags if name == "table"])
    assert re.sub(r"\s", "", question) in re.sub(r"\s", "", page.text("html"))
    assert question in str(letter.body)
    subject = texts.table(tag)["mail"]["subject"].replace("{{ company }}", "Aurora")
    assert letter.subject == " ".join(subject.split())  # a header has no other white space


def test_invitation_labels_each_link_of_the_text_part() -> None:
    letter = mail.invitation(message_for())

    lines = str(letter.body).splitlines()
    labels = [before for before, line in pairwise(lines) if "/r/" in line]
    assert labels == [
        "Score 0 (Not at all likely):",
        *[f"Score {score}:" for score in range(1, 10)],
        "Score 10 (Extremely likely):",
    ]


def test_invitation_names_each_number_for_a_screen_reader() -> None:
    page = Page(html_of(mail.invitation(message_for())))

    assert page.all("a", "aria-label") == [
        "0 out of 10, Not at all likely",
        *[f"{score} out of 10" for score in range(1, 10)],
        "10 out of 10, Extremely likely",
    ]


def test_invitation_keeps_eleven_cells_in_one_row() -> None:
    html = html_of(mail.invitation(message_for()))

    (row,) = [row for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL) if "/r/" in row]
    assert row.count("<td ") == 11


def test_invitation_is_coloured_by_band_with_tested_pairs() -> None:
    page = Page(html_of(mail.invitation(message_for())))

    cells = [(attrs["class"], attrs["bgcolor"]) for tag, attrs in page.tags if tag == "td" and "bgcolor" in attrs][1:]
    inks = page.all("span", "style")
    assert cells == [("d", "#b42318")] * 7 + [("p", "#fec84b")] * 2 + [("g", "#067647")] * 2
    assert inks == ["color:#ffffff"] * 7 + ["color:#1d2939"] * 2 + ["color:#ffffff"] * 2


def test_neutral_invitation_has_the_colour_of_the_brand_for_all() -> None:
    brand = make_brand(colour="#123456")

    page = Page(html_of(mail.invitation(message_for(style=Style.NEUTRAL, brand=brand))))

    cells = [(attrs["class"], attrs["bgcolor"]) for tag, attrs in page.tags if tag == "td" and "bgcolor" in attrs]
    assert cells == [("logo", "#123456"), *[("n", "#123456")] * 11]


def test_invitation_says_why_it_comes_and_whom_to_write_to() -> None:
    brand = make_brand(postal_address="1 Quay, Exampleton", privacy_url="https://aurora.example.com/privacy")

    letter = mail.invitation(message_for(brand=brand, throttle_days=90))

    why = "You get this because you bought from us. We ask this at most once in 90 days. 1 Quay, Exampleton"
    assert (
        Page(html_of(letter))
        .text("html")
        .replace("\xa0", "")
        .rstrip()
        .endswith(f"{why} Unsubscribe · Change or stop our mails · Privacy")
    )
    assert str(letter.body).rstrip().endswith("Privacy:\nhttps://aurora.example.com/privacy")


def test_invitation_by_consent_says_so() -> None:
    letter = mail.invitation(message_for(make_contact(basis=Basis.CONSENT)))

    assert "You get this because you agreed to be asked." in str(letter.body)
    assert "bought" not in str(letter.body)


@pytest.mark.parametrize(("days", "sentence"), [(0, ""), (1, ""), (7, "كل 7 أيام."), (90, "كل 90 يومًا.")])
def test_invitation_promises_no_rhythm_it_does_not_keep(days: int, sentence: str) -> None:
    letter = mail.invitation(message_for(make_contact(language="ar"), throttle_days=days))

    said = [line for line in str(letter.body).splitlines() if "مرة واحدة على الأكثر" in line]
    assert [line.rpartition("الأكثر ")[2] for line in said] == ([sentence] if sentence else [])


def test_invitation_offers_no_link_that_is_not_to_the_web() -> None:
    message = message_for(brand=make_brand(privacy_url="javascript:alert(1)"))

    letter = mail.invitation(message)

    assert Page(html_of(letter)).all("a", "href") == [*score_links(message), *ways_out(message), decoy_link(message)]
    assert "javascript" not in str(letter.body)


# --------------------------------------------------------------------------------------------------- language and words


@pytest.mark.parametrize(
    ("chosen", "contact", "brand", "spoken"),
    [
        ("it", "ar", "es", "it"),
        ("", "ar", "es", "ar"),
        ("", "es-MX", "en", "es"),
        ("", "zh-CN", "en", "zh-Hans"),
        ("", "sv", "es", "es"),
        ("", "", "it", "it"),
        ("", "", "xx", "en"),
    ],
)
def test_invitation_language_is_the_wish_then_the_contact_then_the_brand(
    chosen: str, contact: str, brand: str, spoken: str
) -> None:
    message = message_for(make_contact(language=contact), brand=make_brand(default_language=brand))
    assert message.invitation is not None
    message.invitation.choose_language(chosen)

    letter = mail.invitation(message)

    assert Page(html_of(letter)).all("html", "lang") == [spoken]


def test_invitation_takes_the_words_of_the_campaign() -> None:
    subject = Subject.objects.create(key="grinder", name="Grinder <3>")
    message = message_for(make_contact(name="Mira Khan"), subject=subject)
    assert message.invitation is not None
    campaign = message.invitation.wave.campaign
    CampaignText.objects.create(
        campaign=campaign,
        language="en",
        subject="{{ first_name }}, one thing about {{ product }}",
        question="Would you recommend the {{ product }}?",
    )

    letter = mail.invitation(message)

    assert letter.subject == "Mira, one thing about Grinder <3>"
    assert "<h1" in html_of(letter)
    assert "Would you recommend the <bdi>Grinder &lt;3&gt;</bdi>?" in html_of(letter)
    assert "Would you recommend the Grinder <3>?" in str(letter.body)
    assert "Press a number, and you can say why on the next page." in html_of(letter)


def test_own_sentence_stands_in_both_parts() -> None:
    message = message_for(make_contact(name="Mira Khan"))
    assert message.invitation is not None
    campaign = message.invitation.wave.campaign
    CampaignText.objects.create(campaign=campaign, language="en", sentence="{{ first_name }}, one number is enough.")

    letter = mail.invitation(message)

    assert "one number is enough." in html_of(letter)
    assert "Mira, one number is enough." in str(letter.body)
    assert texts.table("en")["mail"]["sentence_plain"] not in str(letter.body)


@pytest.mark.parametrize("name", ["", "   ", "\N{ZERO WIDTH SPACE}", "https://evil.example"])
def test_invitation_uses_the_fallback_without_a_usable_name(name: str) -> None:
    message = message_for(make_contact(name=name))
    assert message.invitation is not None
    CampaignText.objects.create(
        campaign=message.invitation.wave.campaign,
        language="en",
        subject='{{ first_name|fallback:"Hello" }}: one question',
    )

    letter = mail.invitation(message)

    assert letter.subject == "Hello: one question"


def test_invitation_shows_hostile_words_as_words() -> None:
    brand = make_brand(name=HOSTILE[:100], short_name=HOSTILE[:60], postal_address=HOSTILE)
    message = message_for(make_contact(name=HOSTILE.replace(" ", "")), brand=brand)
    assert message.invitation is not None
    CampaignText.objects.create(
        campaign=message.invitation.wave.campaign,
        language="en",
        subject=HOSTILE,
        question="{{ first_name }} {{ company }} " + HOSTILE,
        sentence=HOSTILE,
    )

    page = Page(html_of(mail.invitation(message)))

    assert {tag for tag, _ in page.tags} & {"script", "img", "svg"} == set()
    assert [name for _, attrs in page.tags for name in attrs if name.startswith("on")] == []
    assert HOSTILE in page.text("html")


# ------------------------------------------------------------------------------------------------------------- headers


def test_invitation_carries_the_headers_of_bulk_mail() -> None:
    brand = make_brand(name="Aurora Coffee Machines", reply_to="answers@aurora.example.com")
    message = message_for(make_contact(email="mira@example.com"), brand=brand)

    received = parsed(mail.invitation(message))

    number = hashlib.sha256(str(message.token).encode()).hexdigest()[:32]
    assert {name: received[name] for name in received if name not in {"Date", "Content-Type", "MIME-Version"}} == {
        "Subject": "One question from Aurora",
        "From": "Aurora Coffee Machines <hello@aurora.example.com>",
        "To": "mira@example.com",
        "Reply-To": "answers@aurora.example.com",
        "Message-ID": f"<{number}@aurora.example.com>",
        "List-Unsubscribe": f"<{exit_link(message)}>",
        "List-Unsubscribe-Post": ONE_CLICK,
        "List-ID": "<surveys.aurora.example.com>",
        "Feedback-ID": f"campaign-{campaign_of(message).pk}:invitation:brand-{brand.pk}:c38997d5181c",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }


def test_feedback_id_is_the_same_for_everybody_who_is_asked_in_a_campaign() -> None:
    campaign = make_campaign()
    mails = [make_message(invitation=make_invitation(wave=make_wave(campaign=campaign, day=day))) for day in DAYS]

    found = {mail.invitation(message).extra_headers["Feedback-ID"] for message in mails}

    assert len(found) == 1
    parts = found.pop().split(":")
    assert len(set(parts)) == 4
    assert 5 <= len(parts[-1]) <= 15


def test_each_mail_has_an_address_of_its_own_for_replies(settings: Settings) -> None:
    settings.REPLY_ADDRESS = "reply+{token}@ask.example.com"
    message = message_for(brand=make_brand(reply_to="answers@aurora.example.com"))

    assert parsed(mail.invitation(message))["Reply-To"] == f"reply+{tokens.encode(message.token)}@ask.example.com"


@pytest.mark.parametrize(
    "base", ["https://ask.example.com", f"https://{'a-very-long-label-of-a-host.' * 5}example.com"]
)
def test_unsubscribe_header_is_one_line(base: str, settings: Settings) -> None:
    settings.PUBLIC_BASE_URL = base
    message = message_for()

    lines = mail.invitation(message).message().as_bytes().decode().splitlines()

    assert f"List-Unsubscribe: <{base}/u/{tokens.encode(message.token)}>" in lines
    assert f"List-Unsubscribe-Post: {ONE_CLICK}" in lines


def test_message_id_is_the_same_each_time_and_tells_no_token() -> None:
    message = message_for()

    first, second = (mail.invitation(message).extra_headers["Message-ID"] for _ in range(2))

    assert first == second
    assert first != mail.invitation(message_for()).extra_headers["Message-ID"]
    assert message.token.hex not in first


def test_provider_gets_our_id_with_the_letter() -> None:
    message = message_for()

    assert vars(mail.invitation(message))["metadata"] == {"message": str(message.pk)}


def test_links_lead_to_the_public_address_of_the_settings(settings: Settings) -> None:
    settings.PUBLIC_BASE_URL = "https://elsewhere.example.org/vv"

    hrefs = Page(html_of(mail.invitation(message_for()))).all("a", "href")

    assert {href.partition("/vv/")[0] for href in hrefs} == {"https://elsewhere.example.org"}


def storable(text: str) -> str:
    """PostgreSQL refuses NUL in text, so there it cannot have got in; SQLite may hold it."""
    return text if connection.vendor == "sqlite" else text.replace("\x00", "")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Aurora, Inc.", "Aurora Inc."),
        ('"Aurora" <boss@bank.example>', "Aurora boss bank.example"),
        ("Aurora: the machines", "Aurora the machines"),
        ("Aurora\r\nBcc: evil@example.com\x00", "Aurora Bcc evil example.com"),
        ("极光咖啡机", "极光咖啡机"),
        ("أورورا", "أورورا"),
        ("@,:", ""),
    ],
)
def test_sender_name_cannot_say_more_than_a_name(name: str, shown: str) -> None:
    letter = mail.invitation(message_for(brand=make_brand(name=storable(name))))

    (sender,) = parsed(letter)["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (shown, "hello@aurora.example.com")
    assert parsed(letter).get_all("Bcc") is None


def test_sender_name_is_cut_where_it_is_long() -> None:
    letter = mail.invitation(message_for(brand=make_brand(name="极光咖啡机" * 20)))

    sender = str(make_header(decode_header(str(letter.message()["From"]))))
    assert sender == f"{'极光咖啡机' * 12} <hello@aurora.example.com>"


@pytest.mark.parametrize("field", ["subject", "first_name", "short_name", "reply_to", "name", "postal_address"])
def test_line_breaks_and_nul_make_no_header_and_stop_nobody_else(field: str) -> None:
    evil = storable("x\r\nBcc: evil@example.com\n\x00\u2028To: evil@example.com")
    brand = make_brand(**({field: evil[:60]} if field in {"short_name", "reply_to", "name", "postal_address"} else {}))
    wave = make_wave(campaign=make_campaign(brand=brand))
    CampaignText.objects.create(
        campaign=wave.campaign,
        language="en",
        subject=evil if field == "subject" else "{{ first_name }}, a question from {{ company }}",
    )
    for number in range(2):
        contact = make_contact(
            name=evil if field == "first_name" and number == 0 else "Mira", email=f"m{number}@example.com"
        )
        make_message(invitation=make_invitation(wave=wave, contact=contact))

    outbox.send_batch()

    received = [parsed(letter) for letter in django_mail.outbox if isinstance(letter, EmailMultiAlternatives)]
    assert [mail["To"] for mail in received] == ["m0@example.com", "m1@example.com"]
    assert [mail.get_all(header) for mail in received for header in ("Bcc", "Cc")] == [None] * 4
    assert [len(mail.get_all(header, [])) for mail in received for header in ("To", "From", "Subject")] == [1] * 6


# ------------------------------------------------------------------------------------------------------ what has none


@pytest.mark.parametrize(
    "address", ["", "nonsense", "a@b", "a b@example.com", "a@example.com,b@example.com", "a@example.com\nBcc: b@c.de"]
)
def test_invitation_needs_one_address_and_tells_none(address: str) -> None:
    contact = make_contact()
    contact.email = address
    message = message_for(contact)

    with pytest.raises(mail.CannotRender) as caught:
        mail.invitation(message)

    assert str(caught.value) == "the contact has no address that can be mailed"


def test_invitation_needs_a_sender() -> None:
    message = message_for(brand=make_brand(from_email="nobody"))

    with pytest.raises(mail.CannotRender, match="the sender address of the brand is none"):
        mail.invitation(message)


def test_invitation_needs_an_invitation() -> None:
    message = make_message(invitation=None, contact=make_contact())

    with pytest.raises(mail.CannotRender, match="the message has no invitation"):
        mail.invitation(message)


def test_outbox_sends_the_letter_of_each_contact() -> None:
    wave = make_wave()
    contacts = [make_contact(language=tag) for tag in texts.OFFERED]
    for contact in contacts:
        make_message(invitation=make_invitation(wave=wave, contact=contact))

    outbox.send_batch()

    assert [letter.to for letter in django_mail.outbox] == [[contact.email] for contact in contacts]
    assert set(Message.objects.values_list("status", flat=True)) == {MessageStatus.SENT}


def test_invitation_asks_the_database_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_message()
    _claim_id, (message,) = claims.claim(1)

    with django_assert_num_queries(1):
        mail.invitation(message)
