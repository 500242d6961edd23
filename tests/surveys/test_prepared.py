from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import OperationalError, connection
from django.db.models import Count, QuerySet
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from surveys.models import Invitation
from surveys.prepared import Prepared
from tests.factories import make_invitation, make_response
from tests.threads import at_once

EXAMPLE = UUID("0b54c6ee-5f0d-4f4b-8d55-0c8c7f9b5d11")

pytestmark = pytest.mark.django_db


def by_token(token: UUID) -> QuerySet[Invitation]:
    rows = Invitation.objects.select_related("contact__account", "wave__campaign__brand", "response")
    return rows.filter(token=token).annotate(clicked=Count("clicks")).order_by()


def test_prepared_query_gives_what_the_queryset_gives(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    plain, answered = make_invitation(), make_invitation()
    make_response(invitation=answered, contact=answered.contact)
    prepared = Prepared(by_token, example=EXAMPLE)

    for invitation in (plain, answered):
        expected = by_token(invitation.token).get()
        with django_assert_num_queries(1):
            found: Any = prepared.first(invitation.token)
            assert found.contact == expected.contact
            assert found.wave.campaign.brand == expected.wave.campaign.brand
            assert (found.closes_at, found.token, found.clicked) == (expected.closes_at, expected.token, 0)
            assert getattr(found, "response", None) == getattr(expected, "response", None)


def test_prepared_query_knows_nothing_of_an_unknown_key() -> None:
    make_invitation()

    assert Prepared(by_token, example=EXAMPLE).first(uuid4()) is None


def test_key_may_be_a_number() -> None:
    invitation = make_invitation()
    prepared = Prepared(lambda pk: Invitation.objects.filter(pk=pk).order_by(), example=-7_219_345)

    assert prepared.first(invitation.pk) == invitation


def test_what_is_worked_out_of_a_key_is_a_key_too() -> None:
    invitation = make_invitation()

    def nearly(pk: int, before: int) -> QuerySet[Invitation]:
        return Invitation.objects.filter(pk=pk, pk__gt=before).order_by()

    forgotten = Prepared(lambda pk, _rest: nearly(pk, pk - 1), example=(-700, -7), other=(-500, -5))
    complete = Prepared(nearly, example=(-700, -701), other=(-500, -501))
    spare = Prepared(lambda pk, _spare: Invitation.objects.filter(pk=pk).order_by(), example=(-7, -8), other=(-5, -6))

    with pytest.raises(ValueError, match="hangs on a key"):
        forgotten.first(invitation.pk, 0)
    assert complete.first(invitation.pk, invitation.pk - 1) == spare.first(invitation.pk, 0) == invitation


def test_query_that_does_not_ask_for_its_key_is_a_mistake() -> None:
    prepared = Prepared(lambda _key: Invitation.objects.order_by(), example=EXAMPLE)

    with pytest.raises(ValueError, match="key"):
        prepared.first(uuid4())


def test_each_thread_asks_by_its_own_connection(shared_database: None) -> None:
    invitation = make_invitation()
    prepared = Prepared(by_token, example=EXAMPLE)
    prepared.first(invitation.token)

    found = at_once(*[lambda: prepared.first(invitation.token)] * 4)

    assert found == [invitation] * 4
    assert connection.is_usable()


@pytest.mark.postgres
def test_database_plans_it_once_for_each_connection() -> None:
    invitation = make_invitation()
    prepared = Prepared(by_token, example=EXAMPLE)

    with CaptureQueriesContext(connection) as asked:
        found = [prepared.first(invitation.token) for _ in range(3)]

    assert found == [invitation] * 3
    assert {query["sql"] for query in asked} == {f"EXECUTE {prepared._name}('{invitation.token.hex}'::uuid)"}


@pytest.mark.postgres
def test_pool_between_us_and_the_server_gets_the_whole_query(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    invitation = make_invitation()
    prepared = Prepared(by_token, example=EXAMPLE)

    with CaptureQueriesContext(connection) as asked:
        found = prepared.first(invitation.token)

    assert (found, asked[0]["sql"][:7]) == (invitation, "SELECT ")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    ["ALTER TABLE surveys_invitation ALTER COLUMN language TYPE varchar(13)", "DEALLOCATE ALL"],
    ids=["table", "name"],
)
def test_change_under_the_process_is_survived(change: str) -> None:
    invitation = make_invitation()
    prepared = Prepared(by_token, example=EXAMPLE)
    prepared.first(invitation.token)

    with connection.cursor() as cursor:
        cursor.execute(change)
    try:
        found = [prepared.first(invitation.token) for _ in range(2)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE surveys_invitation ALTER COLUMN language TYPE varchar(12)")

    assert found == [invitation] * 2


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def end(number: int) -> None:
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [number])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_connection_that_died_between_two_requests_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", True)
    connection.close()
    invitation = make_invitation()
    prepared = Prepared(by_token, example=EXAMPLE)

    end(backend())
    with pytest.raises(OperationalError):  # in the middle of a request it is an error, as everywhere
        prepared.first(invitation.token)
    connection.close()
    end(backend())
    monkeypatch.setattr(connection, "health_check_done", False)  # as at the beginning of a request
    found = prepared.first(invitation.token)

    assert found == invitation
    connection.close()
