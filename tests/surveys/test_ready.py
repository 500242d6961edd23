from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from surveys.models import Contact
from surveys.ready import Ready, Script
from tests.factories import make_contact
from tests.threads import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def make_naming() -> Ready:
    text = (
        "UPDATE surveys_contact SET name = %s, updated_at = $2 WHERE id = ANY($1) AND language = ANY(%s) RETURNING name"
    )
    return Ready(lambda: text, ["bigint[]", "timestamptz"], ["100% O'Hara $1", ["en", "ar"]])


def make_person(**fields: Any) -> Contact:
    return make_contact(language="en", **fields)


def told() -> list[tuple[str, dt.datetime]]:
    return list(Contact.objects.order_by("pk").values_list("name", "updated_at"))


def test_statement_is_told_with_what_differs_and_what_is_always_the_same() -> None:
    people, naming = [make_person() for _ in range(2)], make_naming()

    assert naming.rows([people[0].pk], NOON) == [("100% O'Hara $1",)]
    assert naming.rows([people[1].pk, -1], NOON + HOUR) == [("100% O'Hara $1",)]
    assert told() == [("100% O'Hara $1", NOON), ("100% O'Hara $1", NOON + HOUR)]


def test_statement_that_returns_nothing() -> None:
    person = make_person()
    deleting = Ready(lambda: "UPDATE surveys_contact SET name = '' WHERE id = $1", ["bigint"])

    assert (deleting.rows(person.pk), told()[0][0]) == ([], "")


def test_it_is_planned_once_for_each_connection() -> None:
    person, naming = make_person(), make_naming()

    with CaptureQueriesContext(connection) as asked:
        for hour in range(3):
            naming.rows([person.pk], NOON + hour * HOUR)

    assert len(asked) == 3
    assert all(query["sql"].startswith(f"EXECUTE {naming._name} (") for query in asked)


def test_each_thread_tells_it_over_its_own_connection(shared_database: None) -> None:
    person, naming = make_person(), make_naming()
    naming.rows([person.pk], NOON)

    assert at_once(*[lambda: naming.rows([person.pk], NOON)] * 4) == [[("100% O'Hara $1",)]] * 4


def test_pool_between_us_and_the_server_gets_the_whole_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    person, naming = make_person(), make_naming()

    with CaptureQueriesContext(connection) as asked:
        naming.rows([person.pk], NOON)

    assert (told(), asked[0]["sql"][:7]) == ([("100% O'Hara $1", NOON)], "UPDATE ")


def test_script_is_one_message_and_gives_what_its_last_statement_returns() -> None:
    first, second, naming = make_person(), make_person(), make_naming()
    told_twice = Script(make_naming(), naming)
    told_twice.run(([first.pk], NOON), ([second.pk], NOON))

    with CaptureQueriesContext(connection) as asked:
        rows = told_twice.run(([first.pk], NOON + HOUR), ([], NOON))

    assert (rows, len(asked), [at for _name, at in told()]) == ([], 1, [NOON + HOUR, NOON])


def test_what_the_database_refuses_is_raised_and_it_stays_ready() -> None:
    person, naming = make_person(), make_naming()

    with pytest.raises(DataError), transaction.atomic():
        naming.rows([person.pk], "no moment")
    with CaptureQueriesContext(connection) as asked:
        naming.rows([person.pk], NOON)

    assert asked[0]["sql"].startswith("EXECUTE ")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    ["ALTER TABLE surveys_contact ALTER COLUMN name TYPE varchar(201)", "DEALLOCATE ALL"],
    ids=["table", "name"],
)
def test_change_under_the_process_is_survived(change: str) -> None:
    person, naming = make_person(), make_naming()
    naming.rows([person.pk], NOON)

    with connection.cursor() as cursor:
        cursor.execute(change)
    try:
        assert [naming.rows([person.pk], NOON) for _ in range(2)] == [[("100% O'Hara $1",)]] * 2
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE surveys_contact ALTER COLUMN name TYPE varchar(200)")
