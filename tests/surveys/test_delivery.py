from __future__ import annotations

import datetime as dt
import random
import uuid
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from surveys import contacts, delivery, tasks
from surveys.enums import DeliveryOutcome, MessageStatus, SuppressionReason, SuppressionScope
from surveys.models import Click, DeliveryEvent, Message, Response, Suppression
from tests.factories import make_contact, make_message
from tests.sizes import whole_once_or
from tests.surveys.reporting import (
    BOUNCED,
    HARD,
    LATER,
    LEFT,
    STRANGER,
    STRANGER_HASH,
    facts,
    make_mailed,
    report,
    suppression,
    suppressions,
    tell,
)
from tests.threads import at_once

pytestmark = pytest.mark.django_db

NOW = LATER + dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def outcomes() -> list[str]:
    return list(DeliveryEvent.objects.order_by("pk").values_list("outcome", flat=True))


# ---------------------------------------------------------------------------------------------------------------- keep


def test_event_is_stored_once_however_often_it_comes() -> None:
    message = make_mailed()

    for _ in range(5):
        delivery.keep(report(message, "delivered", event_id="e1"))

    assert DeliveryEvent.objects.count() == 1


def test_event_without_an_id_is_known_by_what_it_says() -> None:
    message = make_mailed()

    for _ in range(2):
        delivery.keep(report(message, "delivered"))
    delivery.keep(report(message, "delivered", at=LATER + dt.timedelta(seconds=1)))
    delivery.keep(report(message, "bounced"))

    assert DeliveryEvent.objects.count() == 3


def test_one_notice_may_tell_of_several_recipients() -> None:
    first, second = make_mailed(), make_mailed()

    delivery.keep(report(first, "delivered", event_id="notice"))
    delivery.keep(report(second, "delivered", event_id="notice"))

    assert DeliveryEvent.objects.count() == 2


def test_the_same_id_of_two_providers_is_two_events() -> None:
    message = make_mailed()

    delivery.keep(report(message, "delivered", event_id="1"))
    delivery.keep(report(message, "delivered", event_id="1", provider="Brevo"))

    assert DeliveryEvent.objects.count() == 2


def test_hostile_words_are_stored_as_far_as_they_can_be() -> None:
    evil = "\x00\ud800<script>" + "x" * 5000

    delivery.keep(
        report(
            None, evil, provider=evil, event_id=evil, message_id=evil, reject_reason=evil, diagnosis=evil, payload=evil
        )
    )

    row = DeliveryEvent.objects.get()
    assert (row.provider[:10], len(row.provider), len(row.event_id)) == ("?<script>x", 40, 200)
    assert "\x00" not in row.payload


def test_payload_is_cut_and_a_diagnosis_names_no_address() -> None:
    message = make_mailed()

    delivery.keep(report(message, "bounced", payload="a" * 300_000, diagnosis="550 <ana@example.com>: no such user"))

    row = DeliveryEvent.objects.get()
    assert len(row.payload) == 256 * 1024
    assert row.diagnosis == "550 <[address]>: no such user"


def test_payload_gives_nobody_a_key() -> None:
    delivery.keep(report(None, "clicked", payload='{"url": "https://ask.example.com/r/AAAAAAAAAAAAAAAAAAAAAA/9"}'))

    assert DeliveryEvent.objects.get().payload == '{"url": "https://ask.example.com/r/…/9"}'


# --------------------------------------------------------------------------------------------------------------- facts


@pytest.mark.parametrize(
    ("type", "expected"),
    [
        ("delivered", ("sent", LATER, None, None, LEFT, "")),
        ("bounced", ("sent", None, LATER, None, LEFT, "")),
        ("complained", ("sent", None, None, LATER, LEFT, "")),
        ("rejected", ("sent", None, LATER, None, LEFT, "")),
        ("failed", ("sent", None, LATER, None, LEFT, "")),
        ("sent", ("sent", None, None, None, LEFT, "")),
        ("queued", ("sent", None, None, None, LEFT, "")),
        ("unsubscribed", ("sent", None, None, None, LEFT, "")),
    ],
)
def test_report_becomes_a_fact(type: str, expected: tuple[Any, ...]) -> None:
    message = make_mailed()

    tell(message, type)

    assert facts(message) == expected
    assert outcomes() == ["applied"]


@pytest.mark.parametrize(
    "type", ["opened", "clicked", "deferred", "autoresponded", "subscribed", "unknown", "nonsense"]
)
def test_what_proves_nothing_is_noted_and_is_no_answer(type: str) -> None:
    message = make_mailed()
    before = facts(message)

    tell(message, type, payload='{"of": "somebody"}', **HARD)

    assert facts(message) == before
    assert list(DeliveryEvent.objects.values_list("outcome", "payload")) == [("noted", "")]
    assert (Click.objects.count(), Response.objects.count(), Suppression.objects.count()) == (0, 0, 0)


def test_fact_keeps_its_earliest_time() -> None:
    message = make_mailed()

    for seconds in (60, 30, 90):
        tell(message, "delivered", at=LEFT + dt.timedelta(seconds=seconds))

    assert facts(message)[1] == LEFT + dt.timedelta(seconds=30)


@pytest.mark.parametrize(
    ("told", "kept"),
    [(LEFT - dt.timedelta(days=9), LEFT), (NOW + dt.timedelta(days=9), NOW), (None, NOW)],
)
def test_clock_of_a_provider_is_not_believed_beyond_reason(told: dt.datetime | None, kept: dt.datetime) -> None:
    message = make_mailed()

    tell(message, "delivered", at=told)

    assert facts(message)[1] == kept


def test_delivered_after_bounced_takes_nothing_back() -> None:
    message = make_mailed()

    tell(message, "bounced", **HARD)
    tell(message, "delivered", at=LATER + dt.timedelta(hours=1))

    assert facts(message)[1:3] == (NOW, LATER)
    assert suppression(message) == BOUNCED


# -------------------------------------------------------------------------------------------------------------- settle


@pytest.mark.parametrize("type", ["queued", "sent", "delivered", "bounced", "complained", "unsubscribed"])
def test_report_of_who_had_it_settles_an_unknown_mail_as_sent(type: str) -> None:
    message = make_mailed(status=MessageStatus.UNKNOWN, error="timed out", claim_id=uuid.uuid4())

    tell(message, type)

    message.refresh_from_db()
    assert (message.status, message.sent_at, message.error, message.claim_id) == ("sent", LEFT, "", None)


@pytest.mark.parametrize("type", ["rejected", "failed"])
def test_provider_that_did_not_send_it_settles_an_unknown_mail_as_failed(type: str) -> None:
    message = make_mailed(status=MessageStatus.UNKNOWN, error="timed out")

    tell(message, type)

    assert facts(message)[0] == "failed"
    assert facts(message)[-1] == delivery.NOT_SENT


@pytest.mark.parametrize("types", [("rejected", "delivered"), ("delivered", "rejected")])
def test_better_proof_wins_in_any_order(types: tuple[str, str]) -> None:
    message = make_mailed(status=MessageStatus.UNKNOWN)

    for type in types:
        tell(message, type)

    assert facts(message) == ("sent", LATER, LATER, None, LEFT, "")


def test_mail_that_our_server_refused_stays_failed() -> None:
    message = make_mailed(status=MessageStatus.FAILED, sent_at=None, error="550 5.1.1 no such user")

    tell(message, "sent")

    assert facts(message) == ("failed", None, None, None, None, "550 5.1.1 no such user")


@pytest.mark.parametrize("status", [MessageStatus.DISPATCHING, MessageStatus.CLAIMED, MessageStatus.QUEUED])
def test_report_that_is_faster_than_our_worker_settles_the_mail_later(status: MessageStatus) -> None:
    message = make_mailed(status=status, sent_at=None)
    tell(message, "delivered")
    assert facts(message)[:2] == (status, LATER)
    assert outcomes() == [""]

    Message.objects.filter(pk=message.pk).update(status=MessageStatus.UNKNOWN)
    with time_machine.travel(NOW + dt.timedelta(minutes=2), tick=False):
        tasks.apply_delivery_events()

    assert facts(message)[0] == "sent"
    assert outcomes() == ["applied"]


# ------------------------------------------------------------------------------------------------------------ suppress


@pytest.mark.parametrize(
    ("type", "fields", "expected"),
    [
        ("bounced", HARD, BOUNCED),
        ("bounced", {"reject_reason": "bounced"}, BOUNCED),
        ("bounced", {"reject_reason": "invalid"}, BOUNCED),
        ("bounced", {"diagnosis": "550 user unknown"}, BOUNCED),
        ("bounced", {}, None),
        ("bounced", {"reject_reason": "soft", "diagnosis": "550 5.1.1 no such user"}, None),
        ("bounced", {"reject_reason": "bounced", "diagnosis": "452 4.2.2 mailbox full"}, None),
        ("bounced", {"reject_reason": "bounced", "diagnosis": "550 5.7.26 unauthenticated"}, None),
        ("rejected", {"reject_reason": "bounced"}, BOUNCED),
        ("rejected", {"reject_reason": "spam"}, ("complained", "asking")),
        ("rejected", {"reject_reason": "unsubscribed"}, ("unsubscribed", "asking")),
        ("rejected", {"reject_reason": "blocked"}, None),
        ("complained", {}, ("complained", "asking")),
        ("unsubscribed", {}, ("unsubscribed", "asking")),
        ("delivered", HARD, None),
        ("failed", HARD, None),
    ],
)
def test_what_ends_mail_to_an_address(type: str, fields: dict[str, str], expected: tuple[str, str] | None) -> None:
    message = make_mailed()

    tell(message, type, **fields)

    assert suppression(message) == expected


def test_suppression_stops_what_waits_for_the_address() -> None:
    message = make_mailed()
    waiting = make_message(contact=message.contact, invitation=None)

    tell(message, "complained")

    waiting.refresh_from_db()
    assert waiting.status == MessageStatus.SUPPRESSED


def test_complaint_says_more_than_an_unsubscription_and_a_dead_address_most() -> None:
    message = make_mailed()
    found = []

    for type, fields in (("unsubscribed", {}), ("complained", {}), ("bounced", HARD), ("unsubscribed", {})):
        tell(message, type, **fields)
        found.append(suppression(message))

    assert found == [("unsubscribed", "asking"), ("complained", "asking"), BOUNCED, BOUNCED]


def test_what_staff_set_is_not_lowered() -> None:
    message = make_mailed()
    assert message.contact
    contacts.suppress(message.contact.email, reason=SuppressionReason.MANUAL, scope=SuppressionScope.ALL)

    tell(message, "complained")
    tell(message, "bounced", **HARD)

    assert suppression(message) == ("manual", "all")


# -------------------------------------------------------------------------------------------- of nobody we did not mail


@pytest.mark.parametrize("recipient", [STRANGER, "", "not an address"])
def test_forged_report_silences_nobody(recipient: str) -> None:
    message = make_mailed()
    make_contact(email=STRANGER)
    before = facts(message)

    for type in ("bounced", "complained", "unsubscribed"):
        tell(message, type, recipient=recipient, **HARD)

    assert facts(message) == before
    assert Suppression.objects.count() == 0
    assert outcomes() == ["refused"] * 3


def test_mail_that_has_not_left_cannot_have_bounced() -> None:
    message = make_message()

    tell(message, "bounced", **HARD)

    assert (suppression(message), facts(message)[:3], outcomes()) == (None, ("queued", None, None), ["refused"])


def test_mail_is_found_by_what_the_provider_calls_it() -> None:
    message = make_mailed(provider_id="<abc@provider>")

    tell(message, "delivered", message_pk=None, message_id="<abc@provider>")

    assert facts(message)[1] == LATER


def test_unknown_mail_is_waited_for_and_then_dropped_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    tell(None, "bounced", message_id="nobody", recipient=STRANGER, payload='{"of": "somebody"}', **HARD)
    tell(None, "bounced", message_pk=987654, recipient=STRANGER, payload='{"of": "somebody"}', **HARD)
    assert outcomes() == ["", ""]
    assert set(DeliveryEvent.objects.values_list("payload", flat=True)) == {""}

    with time_machine.travel(NOW + dt.timedelta(days=7, hours=7), tick=False):
        tasks.apply_delivery_events()

    assert outcomes() == ["dropped", "dropped"]
    assert "delivery.dropped events=2" in caplog.text
    assert STRANGER_HASH not in {row[0] for row in suppressions()}


def test_provider_id_that_is_written_late_is_found_all_the_same() -> None:
    message = make_mailed()
    tell(message, "delivered", message_pk=None, message_id="late")

    Message.objects.filter(pk=message.pk).update(provider_id="late")
    with time_machine.travel(NOW + dt.timedelta(minutes=2), tick=False):
        tasks.apply_delivery_events()

    assert facts(message)[1] == LATER


# ---------------------------------------------------------------------------------------------------- slices and faults


def test_one_bad_event_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    mails = [make_mailed() for _ in range(5)]
    suppress = contacts.suppress_hash

    def fail(address_hash: str, **fields: Any) -> Suppression:
        if address_hash == mails[2].address_hash:
            raise ValueError("ana@example.com is odd")
        return suppress(address_hash, **fields)

    monkeypatch.setattr(contacts, "suppress_hash", fail)
    for message in mails:
        delivery.keep(report(message, "complained"))

    assert not delivery.apply_due()

    assert outcomes() == ["applied", "applied", "failed", "applied", "applied"]
    assert DeliveryEvent.objects.get(outcome=DeliveryOutcome.FAILED).note == "ValueError: [address] is odd"
    assert [facts(message)[3] for message in mails] == [LATER, LATER, None, LATER, LATER]


def test_trouble_of_the_database_leaves_the_events_for_the_next_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    message = make_mailed()

    def fail(*_args: object, **_fields: object) -> None:
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(contacts, "suppress_hash", fail)
        delivery.keep(report(message, "complained"))
        with pytest.raises(OperationalError):
            delivery.apply_due()
    assert (outcomes(), facts(message)[3]) == ([""], None)

    delivery.apply_due()

    assert (outcomes(), facts(message)[3]) == (["applied"], LATER)


def test_many_are_applied_in_slices() -> None:
    mails = [make_mailed() for _ in range(3)]
    for message in mails:
        delivery.keep(report(message, "delivered"))

    answers = [delivery.apply_due(size=2) for _ in range(2)]

    assert answers == [True, False]
    assert [facts(message)[1] for message in mails] == [LATER] * 3


def test_one_event_can_be_applied_by_itself_and_twice() -> None:
    message = make_mailed()
    delivery.keep(report(message, "delivered"))
    event = DeliveryEvent.objects.get()

    for _ in range(2):
        delivery.apply(event)

    assert (event.outcome, facts(message)[1]) == ("applied", LATER)


def test_statements_do_not_grow_with_the_events_but_for_what_they_change(django_assert_num_queries: Any) -> None:
    def statements(size: int) -> int:
        for message in [make_mailed() for _ in range(size)]:
            delivery.keep(report(message, "delivered"))
        with django_assert_num_queries(7 + size):  # each fact is one
            delivery.apply_due()
        return size

    assert [statements(size) for size in (1, 3)] == [1, 3]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_apply_each_event_once() -> None:
    mails = [make_mailed(status=MessageStatus.UNKNOWN) for _ in range(20)]
    for type in ("delivered", "complained", "bounced"):
        delivery.keep(*(report(message, type, **HARD) for message in mails))

    answers = at_once(*[lambda: delivery.apply_due(size=30)] * 4)
    delivery.apply_due()

    assert not [answer for answer in answers if isinstance(answer, BaseException)]
    assert outcomes() == ["applied"] * 60
    assert {facts(message) for message in mails} == {("sent", LATER, LATER, LATER, LEFT, "")}
    assert [suppression(message) for message in mails] == [BOUNCED] * 20


def test_old_events_are_forgotten_and_what_followed_stays() -> None:
    message = make_mailed()
    tell(message, "delivered", payload="{}")

    with time_machine.travel(NOW + dt.timedelta(days=31), tick=False):
        tasks.apply_delivery_events()

    assert DeliveryEvent.objects.count() == 0
    assert facts(message)[1] == LATER


# -------------------------------------------------------------------------------------------------- repeats and orders


TYPES = ["queued", "sent", "delivered", "deferred", "bounced", "rejected", "complained", "unsubscribed", "opened"]
STATUSES = [MessageStatus.SENT, MessageStatus.UNKNOWN]


def end_state(pks: list[int]) -> list[tuple[Any, ...]]:
    mails = Message.objects.filter(pk__in=pks).order_by("pk")
    columns = ("status", "delivered_at", "bounced_at", "complained_at", "sent_at", "error", "address_hash")
    held = {row[0]: row[1:] for row in suppressions()}
    return [(*row, held.get(row[-1])) for row in mails.values_list(*columns)]


def start_again(mails: list[Message]) -> None:
    DeliveryEvent.objects.all().delete()
    Suppression.objects.all().delete()
    for message in mails:
        message.save()


def play(reports: list[delivery.Report]) -> None:
    delivery.keep(*reports)
    while delivery.apply_due():
        pass


def some_reports(
    mails: list[Message], size: int, chance: random.Random, types: list[str] = TYPES
) -> list[delivery.Report]:
    reasons = ["", "bounced", "spam", "unsubscribed", "blocked"]
    return [
        report(
            chance.choice(mails),
            chance.choice(types),
            event_id=f"e{number}" if number % 3 else "",
            reject_reason=chance.choice(reasons),
            at=LEFT + dt.timedelta(seconds=chance.randrange(200)),
        )
        for number in range(size)
    ]


@pytest.mark.slow
def test_thousands_of_events_in_five_shuffled_copies_end_as_once_in_order() -> None:
    tenth = whole_once_or(1_000, 60)  # of ten thousand
    chance = random.Random(4)
    mails = [make_mailed(status=STATUSES[number % 2]) for number in range(tenth)]
    pks = [message.pk for message in mails]
    reports = some_reports(mails[tenth // 10 :], 9 * tenth, chance)
    reports += some_reports(mails[: tenth // 10], tenth, chance, types=["rejected", "failed", "opened"])
    play(reports)
    once = end_state(pks)
    stored = DeliveryEvent.objects.count()
    start_again(mails)

    copies = reports * 5
    chance.shuffle(copies)
    play(copies)

    assert end_state(pks) == once
    assert DeliveryEvent.objects.count() == stored
    assert {row[0] for row in once} == {"sent", "failed"}


class AnyOrder(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(seed=st.integers(0, 2**32), size=st.integers(1, 12), slices=st.integers(1, 7))
    def test_reports_in_any_order_and_number_end_alike(self, seed: int, size: int, slices: int) -> None:
        chance = random.Random(seed)
        with time_machine.travel(NOW, tick=False):
            mails = [make_mailed(status=status) for status in STATUSES]
            pks = [message.pk for message in mails]
            reports = some_reports(mails, size, chance)
            play(reports)
            once = end_state(pks)
            start_again(mails)

            copies = reports * 3
            chance.shuffle(copies)
            for start in range(0, len(copies), slices):
                play(copies[start : start + slices])

            assert end_state(pks) == once
