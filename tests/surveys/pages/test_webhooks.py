from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from surveys import delivery, tasks
from surveys.enums import MessageStatus
from surveys.models import Click, DeliveryEvent, Message, Response, Suppression
from tests.surveys.reporting import BOUNCED, STRANGER, facts, make_mailed, suppression

pytestmark = pytest.mark.django_db

SECRET, OLD_SECRET = "hooks:a-long-random-password", "hooks:the-password-of-before"
KEY = "mailgun-signing-key"
POSTMARK, MAILGUN, SENDGRID = (f"/webhooks/{name}/tracking/" for name in ("postmark", "mailgun", "sendgrid"))
AT = dt.datetime(2026, 3, 2, 9, 5, tzinfo=dt.UTC)

Post = Callable[..., Any]


@pytest.fixture
def post(client: Client, settings: Settings) -> Post:
    """Post as JSON, with the secret unless the test says otherwise."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": [SECRET, OLD_SECRET], "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    strict = Client(enforce_csrf_checks=True)  # nobody may have to ask for a token first

    def do(path: str, body: Any, *, secret: str | None = SECRET, **headers: Any) -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        if secret is not None:
            headers["authorization"] = "Basic " + base64.b64encode(secret.encode()).decode()
        return strict.post(path, content, content_type="application/json", headers=headers)

    return do


def postmark(message: Message, record: str, **fields: Any) -> dict[str, Any]:
    assert message.contact
    return {
        "RecordType": record,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Recipient": message.contact.email,
        "DeliveredAt": "2026-03-02T09:05:00Z",
        "Details": "Test delivery webhook details",
        "Metadata": {"message": str(message.pk)},
        **fields,
    }


def postmark_bounce(message: Message, **fields: Any) -> dict[str, Any]:
    assert message.contact
    details = "smtp;550 5.1.1 The email account that you tried to reach does not exist."
    bounce = {"ID": 4323372036854775807, "Type": "HardBounce", "Email": message.contact.email, "Details": details}
    return postmark(message, "Bounce", **{"BouncedAt": "2026-03-02T09:05:00Z", **bounce, **fields})


def mailgun(message: Message, event: str, *, key: str = KEY, **fields: Any) -> dict[str, Any]:
    assert message.contact
    token, timestamp = f"token-{message.pk}-{event}", "1772442300"
    signature = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": timestamp, "token": token, "signature": signature},
        "event-data": {
            "event": event,
            "timestamp": AT.timestamp(),
            "recipient": message.contact.email,
            "message": {"headers": {"message-id": "20260302.1@mg.example.com"}},
            "user-variables": {"message": str(message.pk)},
            **fields,
        },
    }


def stored() -> int:
    return DeliveryEvent.objects.count()


# ---------------------------------------------------------------------------------------------------- two providers


def test_delivery_told_by_postmark_becomes_a_fact(post: Post) -> None:
    message = make_mailed()

    response = post(POSTMARK, postmark(message, "Delivery"))

    assert (response.status_code, response.content) == (200, b"")
    assert facts(message)[1] is None  # the receiver stores and does nothing more
    tasks.apply_delivery_events()
    assert facts(message)[1] == AT


def test_bounce_told_by_postmark_ends_mail_to_the_address(post: Post) -> None:
    message = make_mailed()

    post(POSTMARK, postmark_bounce(message))
    tasks.apply_delivery_events()

    assert facts(message)[2] == AT
    assert suppression(message) == BOUNCED
    row = DeliveryEvent.objects.get()
    assert (row.provider, row.event_id, row.type) == ("Postmark", "4323372036854775807", "bounced")
    assert json.loads(row.payload)["Type"] == "HardBounce"


def test_soft_bounce_told_by_postmark_ends_nothing(post: Post) -> None:
    message = make_mailed()

    post(POSTMARK, postmark_bounce(message, Type="SoftBounce"))
    tasks.apply_delivery_events()

    assert (facts(message)[2], suppression(message)) == (AT, None)


@pytest.mark.parametrize(
    ("event", "fields", "held"),
    [
        ("delivered", {}, None),
        ("failed", {"severity": "permanent", "reason": "bounce", "delivery-status": {"message": "550 5.1.1"}}, BOUNCED),
        ("complained", {}, ("complained", "asking")),
        ("unsubscribed", {}, ("unsubscribed", "asking")),
    ],
)
def test_events_told_by_mailgun_settle_an_unknown_mail(
    post: Post, event: str, fields: dict[str, Any], held: tuple[str, str] | None
) -> None:
    message = make_mailed(status=MessageStatus.UNKNOWN)

    assert post(MAILGUN, mailgun(message, event, **fields)).status_code == 200
    tasks.apply_delivery_events()

    assert facts(message)[0] == "sent"
    assert suppression(message) == held


def test_temporary_failure_told_by_mailgun_changes_nothing(post: Post) -> None:
    message = make_mailed(status=MessageStatus.UNKNOWN)

    post(MAILGUN, mailgun(message, "failed", severity="temporary"))
    tasks.apply_delivery_events()

    assert facts(message)[:3] == ("unknown", None, None)


@pytest.mark.parametrize("event", ["opened", "clicked"])
def test_opened_and_clicked_are_no_answer(post: Post, event: str) -> None:
    message = make_mailed()

    post(MAILGUN, mailgun(message, event, url="https://ask.example.com/r/abc/9"))
    tasks.apply_delivery_events()

    assert (Click.objects.count(), Response.objects.count()) == (0, 0)
    assert facts(message) == ("sent", None, None, None, message.sent_at, "")


@pytest.mark.parametrize("path", [POSTMARK, MAILGUN])
def test_same_event_five_times_is_one(post: Post, path: str) -> None:
    message = make_mailed()
    body = postmark_bounce(message) if path == POSTMARK else mailgun(message, "delivered")

    answers = [post(path, body).status_code for _ in range(5)]

    assert (answers, stored()) == ([200] * 5, 1)


# ------------------------------------------------------------------------------------------------------------- forged


@pytest.mark.parametrize("secret", [None, "", "hooks:wrong", "hooks", "hooks:" + "a" * 9000, f"{SECRET} ", "none:None"])
def test_without_the_secret_nothing_is_stored(post: Post, secret: str | None) -> None:
    message = make_mailed()

    answers = [
        post(POSTMARK, postmark_bounce(message), secret=secret).status_code,
        post(MAILGUN, mailgun(message, "complained"), secret=secret).status_code,
    ]

    assert (answers, stored()) == ([400, 400], 0)


def test_either_of_two_secrets_opens_while_they_are_changed(post: Post) -> None:
    answers = [
        post(POSTMARK, postmark(make_mailed(), "Delivery"), secret=secret).status_code
        for secret in (SECRET, OLD_SECRET)
    ]

    assert (answers, stored()) == ([200, 200], 2)


@pytest.mark.parametrize("header", ["Basic !!!", "Basic", "Bearer abc", "Basic /////w=="])
def test_broken_authorization_is_refused(post: Post, header: str) -> None:
    response = post(POSTMARK, postmark(make_mailed(), "Delivery"), secret=None, authorization=header)

    assert (response.status_code, stored()) == (400, 0)


def test_event_that_mailgun_did_not_sign_is_refused(post: Post) -> None:
    message = make_mailed()

    response = post(MAILGUN, mailgun(message, "complained", key="another key"))

    assert (response.status_code, stored()) == (400, 0)


@pytest.mark.parametrize("anymail", [{}, {"WEBHOOK_SECRET": []}, {"WEBHOOK_SECRET": ""}])
def test_without_a_secret_in_the_settings_there_are_no_webhooks(
    post: Post, settings: Settings, anymail: dict[str, Any]
) -> None:
    settings.ANYMAIL = anymail

    for secret in (SECRET, None):
        assert post(POSTMARK, postmark(make_mailed(), "Delivery"), secret=secret).status_code == 404
    assert stored() == 0


def test_provider_whose_own_key_is_missing_has_no_webhook(post: Post, settings: Settings) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": [SECRET]}

    assert post(MAILGUN, mailgun(make_mailed(), "delivered")).status_code == 404


@pytest.mark.parametrize("path", ["/webhooks/", "/webhooks/postmark/inbound/", "/webhooks/none/tracking/"])
def test_there_are_webhooks_for_tracking_alone(post: Post, path: str) -> None:
    assert post(path, {}).status_code == 404


def test_get_stores_nothing(client: Client, post: Post) -> None:
    assert client.get(POSTMARK).status_code == 405
    assert client.head(POSTMARK).status_code == 200
    assert stored() == 0


def test_event_about_somebody_else_silences_nobody(post: Post) -> None:
    message = make_mailed()

    post(POSTMARK, postmark_bounce(message, Email=STRANGER))
    tasks.apply_delivery_events()

    assert Suppression.objects.count() == 0
    assert DeliveryEvent.objects.get().outcome == "refused"


# ---------------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize("path", [POSTMARK, MAILGUN])
@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b"[1]", b'"text"', b"7", b"\xff\xfe", b"{}", b'{"signature": 7}', b"[" * 5000]
)
def test_body_that_is_no_event_is_refused_and_no_server_error(post: Post, path: str, body: bytes) -> None:
    response = post(path, body)

    assert response.status_code in (200, 400)
    assert stored() <= 1  # an empty object is an event that says nothing


@pytest.mark.parametrize(
    "fields",
    [
        {"Metadata": None},
        {"Metadata": {"message": "9" * 40}},
        {"Metadata": {"message": "-1"}},
        {"Metadata": {"message": "٧"}},
        {"Metadata": {"message": ["1"]}},
        {"Recipient": None},
        {"Recipient": {"a": 1}},
        {"Recipient": "\x00@\ud800"},
        {"DeliveredAt": "yesterday"},
        {"DeliveredAt": "0001-01-01T00:00:00+14:00"},
        {"DeliveredAt": "9999-12-31T23:59:59-14:00"},
        {"DeliveredAt": 7},
        {"Details": "x" * 400_000},
        {"Details": {"deep": [[[[[[1]]]]]]}},
        {"MessageID": "\x00" * 900},
    ],
    ids=str,
)
def test_odd_values_of_an_event_are_no_server_error(post: Post, fields: dict[str, Any]) -> None:
    message = make_mailed()

    response = post(POSTMARK, postmark(message, "Delivery", **fields))
    tasks.apply_delivery_events()

    assert response.status_code == 200
    assert stored() <= 1


@pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning")
def test_one_malformed_event_of_a_thousand_stops_no_other(post: Post) -> None:
    message = make_mailed()
    assert message.contact
    events: list[Any] = [
        {
            "event": "delivered",
            "email": message.contact.email,
            "timestamp": 1772442300 + number,
            "sg_event_id": f"event-{number}",
            "message": str(message.pk),
        }
        for number in range(999)
    ]
    events.insert(500, {"event": ["delivered"], "timestamp": "never"})
    events.insert(700, "no event at all")

    response = post(SENDGRID, events)

    assert (response.status_code, stored()) == (200, 999)


def test_event_that_cannot_be_stored_stops_no_other_and_is_logged(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object) -> None:
        raise ValueError("odd")

    monkeypatch.setattr(delivery, "keep", fail)

    response = post(POSTMARK, postmark(make_mailed(), "Delivery"))

    assert response.status_code == 200
    assert "delivery.not_kept provider=Postmark" in caplog.text


def test_without_a_database_the_provider_has_to_come_again(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(delivery, "keep", fail)

    with pytest.raises(OperationalError):
        post(POSTMARK, postmark(make_mailed(), "Delivery"))
