from __future__ import annotations

import email
import email.policy
from collections.abc import Sequence
from email.message import EmailMessage

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from surveys import claims, mail, ports, splicing, tokens
from surveys.models import CampaignText, LanguageReview, Message, languages
from tests.factories import make_brand, make_campaign, make_contact, make_invitation, make_message, make_wave

pytestmark = pytest.mark.django_db


def claimed() -> list[Message]:
    return claims.claim(100)[1]


def splice(messages: Sequence[Message]) -> dict[int, bytes]:
    fill = ports.splicer(messages)
    return {message.pk: parcel.raw for message in messages if (parcel := fill(message))}


def make_wave_of(*names: str, **fields: str) -> list[Message]:
    wave = make_wave(campaign=make_campaign(**fields))
    return [make_message(invitation=make_invitation(wave=wave, contact=make_contact(name=name))) for name in names]


def read(raw: bytes) -> EmailMessage:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_each_mail_is_its_recipients_own() -> None:
    first, second = make_wave_of("Ada Holt", "Zoë Berg")

    mails = splice(claimed())

    assert set(mails) == {first.pk, second.pk}
    for message in (first, second):
        spliced, rendered = read(mails[message.pk]), mail.invitation(message).message()
        assert (spliced["To"], spliced["Message-ID"]) == (rendered["To"], rendered["Message-ID"])
        assert spliced["List-Unsubscribe"] == rendered["List-Unsubscribe"]


def test_edited_text_changes_the_next_batch() -> None:
    (message,) = make_wave_of("Ada")
    assert message.invitation is not None
    campaign = message.invitation.wave.campaign

    before = splice([message])[message.pk]
    CampaignText.objects.create(campaign=campaign, language="en", subject="Another subject")
    after = splice([message])[message.pk]

    assert read(before)["Subject"] != "Another subject"
    assert read(after)["Subject"] == "Another subject"


def test_other_letters_and_bad_addresses_are_left_to_rendering() -> None:
    letter = make_message(letter="thanks", invitation=None, contact=make_contact())
    nobody = make_message(invitation=make_invitation(contact=make_contact(email="a@b")))

    assert splice([letter, nobody]) == {}


def test_brand_without_a_sender_is_left_to_rendering() -> None:
    wave = make_wave(campaign=make_campaign(brand=make_brand(from_email="nonsense")))
    message = make_message(invitation=make_invitation(wave=wave))

    assert splice([message]) == {}


def test_draft_is_mailed_from_the_batch_after_it_is_accepted() -> None:
    languages.forget()
    contact = make_contact(language="he")
    message = make_message(invitation=make_invitation(contact=contact))

    before = splice([message])[message.pk]
    LanguageReview.objects.create(tag="he", accepted_at=timezone.now())
    languages.forget()
    after = splice([message])[message.pk]

    assert read(before)["Subject"] == "One question from Aurora"
    assert read(after)["Subject"] == "שאלה אחת מאת Aurora"


def test_statements_do_not_grow_with_the_batch() -> None:
    counts = []
    for size in (1, 3):
        Message.objects.all().delete()
        make_wave_of(*["Ada"] * size)
        messages = claimed()
        splicing._kept.clear()
        with CaptureQueriesContext(connection) as captured:
            splice(messages)
        counts.append(len(captured))

    assert counts == [2, 2]


def test_decoy_of_each_mail_is_its_recipients_own() -> None:
    make_wave_of("Ada Holt", "Zoë Berg")
    messages = claimed()

    mails = splice(messages)

    for message in messages:
        assert message.invitation is not None
        decoy = f'href="https://ask.example.com/r/{tokens.encode(message.invitation.token)}/more"'.encode()
        assert mails[message.pk].count(decoy) == 1
