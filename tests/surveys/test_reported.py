from __future__ import annotations

import json
from email.message import Message as Mail
from email.parser import BytesParser
from email.policy import compat32

import pytest

from surveys import delivery, mail, reported, tokens
from surveys.enums import MessageStatus
from surveys.models import DeliveryEvent, Suppression
from tests.factories import make_contact
from tests.surveys import reports_by_mail as samples
from tests.surveys.reporting import BOUNCED, LATER, STRANGER, facts, make_mailed, suppression

pytestmark = pytest.mark.django_db


def take(raw: bytes) -> bool:
    incoming: Mail = BytesParser(policy=compat32).parsebytes(raw)
    is_report = reported.take(incoming)
    delivery.apply_due()
    return is_report


@pytest.mark.parametrize(
    "sample",
    [samples.POSTFIX, samples.EXIM, samples.EXCHANGE, samples.MULTILINGUAL, samples.QMAIL],
    ids=["postfix", "exim", "exchange", "multilingual", "qmail"],
)
def test_bounce_by_mail_is_a_fact_and_ends_mail_to_the_address(sample: str) -> None:
    message = make_mailed(status=MessageStatus.UNKNOWN)

    assert take(samples.about(sample, message))

    assert facts(message)[:3] == ("sent", None, LATER)
    assert suppression(message) == BOUNCED
    row = DeliveryEvent.objects.get()
    assert (row.provider, row.message_pk, row.outcome) == ("dsn", message.pk, "applied")
    assert "One question" in json.loads(row.payload)["mail"] or "How likely" in json.loads(row.payload)["mail"]


def test_delivery_by_mail_settles_an_unknown_mail() -> None:
    message = make_mailed(status=MessageStatus.UNKNOWN)

    take(samples.about(samples.DELIVERED, message))

    assert facts(message)[:2] == ("sent", LATER)


def test_delay_is_noted_and_nothing_more() -> None:
    message = make_mailed(status=MessageStatus.UNKNOWN)

    take(samples.about(samples.DELAYED, message))

    assert facts(message)[:3] == ("unknown", None, None)
    assert DeliveryEvent.objects.get().outcome == "noted"


def test_mail_that_was_given_up_came_back_and_its_address_may_live() -> None:
    message = make_mailed()

    take(samples.about(samples.EXPIRED, message))

    assert (facts(message)[2], suppression(message)) == (LATER, None)


def test_same_report_five_times_is_one() -> None:
    message = make_mailed()

    for _ in range(5):
        take(samples.about(samples.POSTFIX, message))

    assert DeliveryEvent.objects.count() == 1


@pytest.mark.parametrize("original", ["", "Original-Rcpt-To: {to}\n"])
def test_complaint_by_mail_ends_surveys_to_the_address_even_where_it_hides_it(original: str) -> None:
    message = make_mailed()
    assert message.contact
    raw = samples.about(samples.FEEDBACK, message, original=original.format(to=message.contact.email))

    take(raw)

    assert (facts(message)[3], suppression(message)) == (LATER, ("complained", "asking"))


def test_report_that_returns_only_the_message_id_is_known_by_it() -> None:
    message = make_mailed()
    make_mailed(contact=message.contact)

    take(samples.about(samples.POSTFIX, message, returned="Message-ID: <{number}@aurora.example.com>\n"))

    assert facts(message)[2] == LATER


def test_report_on_the_address_a_mail_was_forwarded_to_counts_for_ours() -> None:
    message = make_mailed()

    take(samples.about(samples.POSTFIX, message, to="forwarded@example.org"))

    assert (facts(message)[2], suppression(message)) == (LATER, BOUNCED)


# -------------------------------------------------------------------------------------------------------------- forged


def test_report_that_names_none_of_our_mails_silences_nobody() -> None:
    make_contact(email=STRANGER)
    message = make_mailed()

    assert take(samples.about(samples.POSTFIX, message, to=STRANGER, returned="Subject: nothing of ours\n"))

    assert Suppression.objects.count() == 0
    assert DeliveryEvent.objects.get().outcome == ""  # kept a week, then dropped


def test_report_with_a_guessed_number_silences_nobody() -> None:
    message = make_mailed()

    take(samples.about(samples.POSTFIX, message, returned="Message-ID: <" + "0" * 32 + "@aurora.example.com>\n"))

    assert (facts(message)[2], Suppression.objects.count()) == (None, 0)


def test_key_of_one_mail_silences_nobody_else() -> None:
    own = make_mailed()
    make_contact(email=STRANGER)
    returned = "List-Unsubscribe: <https://ask.example.com/u/{token}>\n"

    take(samples.about(samples.POSTFIX, own, to=STRANGER, returned=returned))

    assert Suppression.objects.count() == 0
    assert DeliveryEvent.objects.get().outcome == "refused"


# ---------------------------------------------------------------------------------------------------------------- find


def test_mail_is_found_by_its_token_and_nothing_else() -> None:
    message = make_mailed()

    assert reported.by_token(["", "no token", "A" * 22, tokens.encode(message.token)]) == message
    assert reported.by_token(["A" * 22]) is None
    assert reported.by_token([]) is None


def test_mail_is_found_by_its_number_among_those_of_a_contact() -> None:
    message, other = make_mailed(), make_mailed()
    assert message.contact
    assert other.contact
    text = f"In-Reply-To: <{mail.message_number(message.token)}@aurora.example.com>"

    assert reported.by_number(text, among=[message.contact.email]) == message
    assert reported.by_number(text.upper(), among=[message.contact.email.upper()]) == message
    assert reported.by_number(text, among=[other.contact.email, ""]) is None
    assert reported.by_number("", among=[message.contact.email]) is None
