from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core import mail as django_mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.message import BadHeaderError
from pytest_django import Settings

from surveys import inbox, outbox
from surveys.models import InboxMail, Touch
from tests.factories import make_message

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def make_mail(**fields: object) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives("Hi", "In words", "Aurora <hello@aurora.example.com>", ["ann@example.com"])
    mail.attach_alternative("<p>In colours</p>", "text/html")
    for name, value in fields.items():
        setattr(mail, name, value)
    return mail


@time_machine.travel(NOW, tick=False)
def test_mail_is_kept_with_all_that_a_reader_would_see() -> None:
    mail = make_mail(extra_headers={"Message-ID": "<7@ask.example.com>", "List-Unsubscribe": "<https://x.example/u/1>"})

    taken = inbox.EmailBackend().send_messages([mail])

    kept = InboxMail.objects.get()
    assert taken == 1
    assert (kept.sender, kept.recipient) == ("Aurora <hello@aurora.example.com>", "ann@example.com")
    assert (kept.subject, kept.text, kept.html, kept.at) == ("Hi", "In words", "<p>In colours</p>", NOW)
    headers = kept.headers.splitlines()
    assert "Message-ID: <7@ask.example.com>" in headers
    assert "List-Unsubscribe: <https://x.example/u/1>" in headers
    assert "To: ann@example.com" in headers


def test_each_mail_is_kept() -> None:
    taken = inbox.EmailBackend().send_messages([make_mail(subject="One"), make_mail(subject="Two")])

    assert taken == 2
    assert list(InboxMail.objects.order_by("pk").values_list("subject", flat=True)) == ["One", "Two"]


def test_plain_mail_has_no_html() -> None:
    inbox.EmailBackend().send_messages([EmailMessage("Hi", "In words", "a@example.com", ["b@example.com"])])

    assert InboxMail.objects.get().html == ""


@pytest.mark.parametrize("field", ["subject", "body", "html"])
def test_nul_is_dropped_on_either_database(field: str) -> None:
    mail = make_mail() if field == "html" else make_mail(**{field: "a\x00b"})
    if field == "html":
        mail.alternatives.clear()
        mail.attach_alternative("a\x00b", "text/html")

    inbox.EmailBackend().send_messages([mail])

    kept = InboxMail.objects.get()
    assert {"subject": kept.subject, "body": kept.text, "html": kept.html}[field] == "ab"


def test_long_subject_and_names_fit_their_columns() -> None:
    sender = f"{'n' * 400} <a@example.com>"

    inbox.EmailBackend().send_messages([make_mail(subject="s" * 500, from_email=sender)])

    kept = InboxMail.objects.get()
    assert (len(kept.subject), len(kept.sender)) == (400, 320)


def test_header_with_a_line_break_is_refused_as_a_server_would() -> None:
    mail = make_mail(subject="Hi\r\nBcc: victim@example.com")

    with pytest.raises(BadHeaderError):
        inbox.EmailBackend().send_messages([mail])

    assert InboxMail.objects.count() == 0


@pytest.mark.usefixtures("letter")
def test_outbox_without_mail_settings_sends_to_the_inbox(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "surveys.inbox.EmailBackend"
    message = make_message()

    outbox.send_batch()

    message.refresh_from_db()
    assert message.status == "sent"
    assert message.contact is not None
    assert InboxMail.objects.get().recipient == message.contact.email
    assert Touch.objects.count() == 1
    assert django_mail.outbox == []
