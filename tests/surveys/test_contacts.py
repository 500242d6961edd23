from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.utils import translation

from surveys import addresses, contacts
from surveys.enums import MessageStatus, Purpose, SuppressionReason, SuppressionScope
from surveys.models import Contact, Event, Message, Suppression
from surveys.transitions import WrongState
from tests.factories import make_contact, make_message
from tests.threads import at_once, held_open, meanwhile, wait_until_blocked

pytestmark = pytest.mark.django_db

ANN = "ann@example.com"


def facts(suppression: Suppression) -> tuple[str, str, str]:
    return suppression.reason, suppression.scope, suppression.source


def test_suppressed_address_is_kept_as_its_hash_only() -> None:
    row = contacts.suppress(ANN, reason=SuppressionReason.MANUAL, source="a call")

    assert Suppression.objects.get() == row
    assert row.address_hash == addresses.keyed_hash(ANN)
    assert facts(row) == ("manual", "asking", "a call")
    assert ANN not in str(Suppression.objects.values().get())


def test_suppressing_again_changes_nothing() -> None:
    contacts.suppress(ANN, reason=SuppressionReason.MANUAL, source="a call")
    before = Suppression.objects.values().get()

    contacts.suppress("ANN@example.com ", reason=SuppressionReason.BOUNCED, source="an event")

    assert Suppression.objects.values().get() == before


def test_wide_scope_replaces_the_narrow_one_with_its_reason() -> None:
    contacts.suppress(ANN, reason=SuppressionReason.UNSUBSCRIBED, source="a link")

    row = contacts.suppress(ANN, reason=SuppressionReason.MANUAL, source="a call", scope=SuppressionScope.ALL)

    assert facts(row) == ("manual", "all", "a call")
    assert facts(Suppression.objects.get()) == ("manual", "all", "a call")


def test_stop_that_is_replaced_or_lifted_stays_in_the_history_with_its_day() -> None:
    contact = make_contact(email=ANN)
    day = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
    first = contacts.suppress(ANN, reason=SuppressionReason.UNSUBSCRIBED, source="a link")
    Suppression.objects.update(created_at=day)

    second = contacts.suppress(ANN, reason=SuppressionReason.BOUNCED, source="a server", scope=SuppressionScope.ALL)
    contacts.lift(second, reason="A typo, mended")

    told = Event.objects.filter(contact=contact).order_by("pk").values_list("object_id", "went_to", "reason", "at")
    pk, events = str(first.pk), list(told)
    assert [row[:3] for row in events] == [
        (pk, "unsubscribed", "a link"),
        (pk, "bounced", "a server"),
        (pk, "lifted", "A typo, mended"),
    ]
    assert [row[3] for row in events[:2]] == [day, second.created_at]
    assert second.created_at > day


def test_narrow_scope_does_not_replace_the_wide_one() -> None:
    contacts.suppress(ANN, reason=SuppressionReason.MANUAL, source="a call", scope=SuppressionScope.ALL)

    row = contacts.suppress(ANN, reason=SuppressionReason.UNSUBSCRIBED, source="a link")

    assert facts(row) == ("manual", "all", "a call")


@pytest.mark.parametrize(
    ("scope", "stopped"),
    [
        (SuppressionScope.ASKING, {"research", "marketing"}),
        (SuppressionScope.ALL, {"research", "marketing", "service"}),
    ],
)
@pytest.mark.parametrize("status", [MessageStatus.QUEUED, MessageStatus.CLAIMED])
def test_what_waits_for_the_address_is_stopped_at_once(
    scope: SuppressionScope, stopped: set[str], status: MessageStatus
) -> None:
    contact = make_contact(email=ANN)
    for purpose in Purpose:
        make_message(contact=contact, invitation=None, purpose=purpose, letter=purpose, status=status)

    contacts.suppress(ANN, reason=SuppressionReason.MANUAL, scope=scope)

    statuses = dict(Message.objects.values_list("purpose", "status"))
    assert {purpose for purpose, new in statuses.items() if new == MessageStatus.SUPPRESSED} == stopped
    assert {new for purpose, new in statuses.items() if purpose not in stopped} == {status}
    words = set(Message.objects.filter(purpose__in=stopped).values_list("error", flat=True))
    assert words == {"the address must not be mailed: manual"}


@pytest.mark.parametrize(
    "status",
    [
        MessageStatus.DISPATCHING,
        MessageStatus.SENT,
        MessageStatus.FAILED,
        MessageStatus.UNKNOWN,
        MessageStatus.CANCELLED,
    ],
)
def test_what_has_left_or_ended_stays_as_it_is(status: MessageStatus) -> None:
    message = make_message(status=status)

    contacts.unsubscribe(message)

    message.refresh_from_db()
    assert (message.status, message.error) == (status, "")


def test_widening_stops_the_service_mail_that_waits() -> None:
    contact = make_contact(email=ANN)
    contacts.suppress(ANN, reason=SuppressionReason.UNSUBSCRIBED)
    message = make_message(contact=contact, invitation=None, purpose=Purpose.SERVICE)

    contacts.suppress(ANN, reason=SuppressionReason.MANUAL, scope=SuppressionScope.ALL)

    message.refresh_from_db()
    assert message.status == MessageStatus.SUPPRESSED


def test_mail_to_other_addresses_goes_on() -> None:
    message = make_message()

    contacts.suppress(ANN, reason=SuppressionReason.MANUAL)

    message.refresh_from_db()
    assert message.status == MessageStatus.QUEUED


def test_unsubscribing_ten_times_is_unsubscribing_once() -> None:
    message, waiting = make_message(), make_message()
    Message.objects.filter(pk=waiting.pk).update(address_hash=message.address_hash)
    first = contacts.unsubscribe(message)
    before = (Suppression.objects.values().get(), list(Message.objects.order_by("pk").values()))

    others = [contacts.unsubscribe(message) for _ in range(9)]

    assert others == [first] * 9
    assert (Suppression.objects.values().get(), list(Message.objects.order_by("pk").values())) == before
    assert first is not None
    assert facts(first) == ("unsubscribed", "asking", f"invitation {message.pk}")
    waiting.refresh_from_db()
    assert waiting.status == MessageStatus.SUPPRESSED


def test_reason_is_written_alike_whatever_the_language_of_the_page() -> None:
    message = make_message()

    with translation.override("es"):
        contacts.unsubscribe(message)

    message.refresh_from_db()
    assert message.error == "the address must not be mailed: unsubscribed"


def test_suppression_survives_deletion_and_return_of_the_contact() -> None:
    contact = make_contact(email=ANN)
    row = contacts.unsubscribe(make_message(contact=contact, invitation=None))

    contact.delete()
    returned = make_contact(email=ANN)

    assert Suppression.objects.get() == row
    assert row is not None
    assert row.address_hash == returned.address_hash


def test_message_without_an_address_unsubscribes_nobody() -> None:
    message = make_message(invitation=None, purpose=Purpose.STAFF)

    assert contacts.unsubscribe(message) is None
    assert Suppression.objects.count() == 0


def test_empty_address_cannot_be_suppressed() -> None:
    with pytest.raises(ValueError, match="there is no address to suppress"):
        contacts.suppress(" ", reason=SuppressionReason.MANUAL)

    assert Suppression.objects.count() == 0


def test_long_source_is_cut() -> None:
    row = contacts.suppress(ANN, reason=SuppressionReason.MANUAL, source="x" * 1_000)

    assert row.source == "x" * 200


@pytest.mark.usefixtures("shared_database")
def test_twelve_unsubscribes_at_the_same_moment_are_one() -> None:
    message = make_message()
    narrow = [lambda: contacts.unsubscribe(message)] * 11
    wide = lambda: contacts.suppress_hash(  # noqa: E731
        message.address_hash, reason=SuppressionReason.MANUAL, scope=SuppressionScope.ALL
    )

    outcomes = at_once(*narrow, wide)

    assert [outcome for outcome in outcomes if not isinstance(outcome, Suppression)] == []
    assert Suppression.objects.get().scope == SuppressionScope.ALL
    message.refresh_from_db()
    assert message.status == MessageStatus.SUPPRESSED


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_unsubscribe_waits_for_a_message_that_is_moving_and_judges_it_anew() -> None:
    message = make_message(status=MessageStatus.CLAIMED)

    def dispatch() -> None:
        Message.objects.filter(pk=message.pk).update(status=MessageStatus.DISPATCHING)

    with held_open(dispatch) as commit, meanwhile(lambda: contacts.unsubscribe(message)):
        wait_until_blocked()
        commit()

    message.refresh_from_db()
    assert message.status == MessageStatus.DISPATCHING
    assert Suppression.objects.count() == 1


# ---------------------------------------------------------------------------------------------------- by hand of staff


def test_what_staff_stop_has_an_event_and_what_others_stop_has_none(alice: User) -> None:
    contact = make_contact(email=ANN)
    contacts.suppress("ben@example.com", reason=SuppressionReason.BOUNCED)

    row = contacts.suppress(ANN, reason=SuppressionReason.MANUAL, source="a call", by=alice)

    assert Event.objects.values_list("kind", "object_id", "contact", "went_to", "reason", "by").get() == (
        "surveys.suppression",
        str(row.pk),
        contact.pk,
        "manual",
        "a call",
        alice.pk,
    )


def test_lifted_address_is_found_no_more_and_can_be_stopped_again(alice: User) -> None:
    row = contacts.suppress(ANN, reason=SuppressionReason.UNSUBSCRIBED)

    contacts.lift(row, reason="asked for it", by=alice)

    assert contacts.find_suppression(ANN) is None
    assert contacts.suppress(ANN, reason=SuppressionReason.BOUNCED).reason == "bounced"


def test_new_contact_of_an_address_that_another_was_faster_with_is_refused(alice: User) -> None:
    make_contact(email=ANN)
    double = Contact(email=ANN, address_hash=addresses.keyed_hash(ANN))

    with pytest.raises(WrongState, match="another contact has this address"):
        contacts.add(double, by=alice)

    assert (Contact.objects.count(), Event.objects.count()) == (1, 0)
