"""What a claim brings, and in what order; who gets what of it is in test_outbox."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from surveys import claims
from surveys.enums import MessageStatus, Purpose, WaveStatus
from surveys.models import Brand, Claim, Contact, Message, Wave
from tests.factories import make_message
from tests.surveys.sending import make_queue

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


def taken(size: int = 10) -> list[Message]:
    return claims.claim(size)[1]


def test_what_a_claim_brings_is_what_the_rows_hold() -> None:
    make_queue(2)
    for message in taken():
        for row in (message, message.contact, message.invitation):
            assert row is not None
            stored = type(row)._default_manager.get(pk=row.pk)
            loaded = {name: value for name, value in vars(row).items() if not name.startswith("_")}
            assert loaded == {name: getattr(stored, name) for name in loaded}
            assert (row._state.adding, row._state.db, row == stored) == (False, "default", True)


def test_what_a_claim_leaves_out_is_read_when_it_is_asked_for() -> None:
    make_queue(1)
    Contact.objects.update(properties={"plan": "Pro"})
    (message,) = taken()

    assert message.contact is not None
    assert message.contact.properties == {"plan": "Pro"}
    assert message.created_at == Message.objects.get().created_at


def test_row_that_a_claim_brought_can_be_saved() -> None:
    make_queue(1)
    (message,) = taken()
    message.error = "Looked at"
    message.save()

    assert (Message.objects.get().error, Message.objects.count()) == ("Looked at", 1)


def test_mail_to_a_user_brings_the_user(alice: User) -> None:
    make_message(invitation=None, contact=None, address_hash="", user=alice, purpose=Purpose.STAFF)
    (message,) = taken()

    with CaptureQueriesContext(connection) as captured:
        assert (message.user, message.contact, message.invitation) == (alice, None, None)
    assert len(captured) == 0


def test_most_urgent_come_first_and_the_older_of_two() -> None:
    priorities = [50, 10, 50, 90, 10]
    made = [make_message(priority=priority) for priority in priorities]

    assert taken(3) == [made[1], made[4], made[0]]
    assert taken(9) == [made[2], made[3]]


def test_of_two_as_urgent_comes_first_what_has_been_due_for_longer() -> None:
    now = timezone.now()
    made = [make_message(not_before=now - minutes * MINUTE) for minutes in (1, 3, 2, -1)]

    assert taken() == [made[1], made[2], made[0]]


def test_nobody_harmful_goes_beside_another_and_the_next_claim_takes_the_rest() -> None:
    first, harmful, last = [make_message() for _ in range(3)]
    Message.objects.filter(pk=harmful.pk).update(attempts=claims.ATTEMPTS_TOGETHER)

    assert [taken(), taken(), taken()] == [[first], [harmful], [last]]


def test_what_was_answered_with_not_now_is_no_harm() -> None:
    made = [make_message() for _ in range(3)]
    Message.objects.update(attempts=4, retry_at=timezone.now() - MINUTE)

    assert taken() == made


def test_claim_counts_the_attempt_and_takes_a_lease() -> None:
    make_message()
    before = timezone.now()
    claim_id, (message,) = claims.claim(1)

    stored = Message.objects.get()
    assert (stored.status, stored.claim_id, stored.attempts) == (MessageStatus.CLAIMED, claim_id, 1)
    assert (message.status, message.claim_id, message.attempts) == (MessageStatus.CLAIMED, claim_id, 1)
    assert stored.lease_until is not None
    assert before + claims.lease() <= stored.lease_until <= timezone.now() + claims.lease()


def test_claim_is_noted_with_what_was_taken() -> None:
    assert claims.claim(3)[1] == []
    assert not Claim.objects.exists()
    make_queue(3)
    claim_id, messages = claims.claim(2)

    assert [(claim.pk, claim.messages) for claim in Claim.objects.all()] == [(claim_id, [row.pk for row in messages])]
    assert list(Message.objects.in_hand().order_by("pk")) == messages


@pytest.mark.postgres
def test_no_index_looks_at_what_a_claim_or_a_dispatch_writes() -> None:
    """Else PostgreSQL would write each mail into all of them, each time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(indexdef, ' ') FROM pg_indexes WHERE tablename = 'surveys_message'")
        (written,) = cursor.fetchone()

    looked_at = set(re.findall(r"\w+", written))
    assert {"is_open", "not_sent_as"} <= looked_at
    assert looked_at & {"status", "attempts", "claim_id", "lease_until", "dispatched_at"} == set()


@pytest.mark.parametrize("state", list(MessageStatus))
def test_each_state_is_found(state: MessageStatus) -> None:
    rows = {status: make_message(status=status) for status in MessageStatus}

    assert list(Message.objects.in_state(state)) == [rows[state]]


def test_brand_with_a_limit_is_counted_and_others_wait_for_nobody() -> None:
    make_queue(3)
    Brand.objects.update(daily_cap=2)

    assert len(taken()) == 2
    assert taken() == []


@pytest.mark.postgres
def test_claim_where_nobody_has_a_limit_is_one_statement() -> None:
    make_queue(3)

    with CaptureQueriesContext(connection) as captured:
        taken()

    (claiming, waves) = [query["sql"] for query in captured]
    assert "SKIP LOCKED" in claiming
    assert 'FROM "surveys_wave"' in waves


@pytest.mark.postgres
def test_claim_looks_at_no_more_rows_than_it_takes_from_a_wave_of_any_size() -> None:
    make_queue(100)
    plan_as_for_many()
    before = rows_read()
    taken(3)

    messages, invitations = (now - then for now, then in zip(rows_read(), before, strict=True))
    assert (messages, invitations) == (6, 6)  # found, and moved; asked for its wave, and brought


@pytest.mark.postgres
def test_claim_looks_up_no_row_of_a_wave_while_none_is_sending() -> None:
    make_queue(100)
    Wave.objects.update(status=WaveStatus.PAUSED)
    alone = make_message(invitation=None)
    plan_as_for_many()
    before = rows_read()

    assert taken() == [alone]
    assert rows_read()[1] == before[1]


def plan_as_for_many() -> None:
    """With figures of what stands there now, not of when autovacuum last came by; as where a table is too large to
    look through. What a bitmap finds is counted twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE surveys_message, surveys_invitation, surveys_wave;"
            " SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_material = off"
        )


def rows_read() -> list[int]:
    """In this transaction, of messages and of invitations."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables"
            " WHERE relname IN ('surveys_message', 'surveys_invitation') ORDER BY relname DESC"
        )
        return [read for (read,) in cursor.fetchall()]


def test_message_and_its_invitation_share_the_contact() -> None:
    make_queue(1)
    (message,) = taken()

    assert message.invitation is not None
    assert message.invitation.contact == message.contact
