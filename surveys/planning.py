"""The statements that plan a wave: a few for any number of people, without Python in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, CharField, Model, Q, QuerySet, Value, When
from django.db.models.functions import MD5, Cast, Concat
from django.db.models.lookups import LessThan

from surveys import audience
from surveys.enums import CampaignStyle, MessageStatus, Promise, Purpose, Style
from surveys.models import Campaign, Invitation, Message, Wave
from surveys.windows import Departures

MANY = 1_000  # rows that come in at once and change how a table is best read
PRIORITY = 50  # of what nobody waits for; service and staff mail is more urgent


def counted(campaign: Campaign, *, at: dt.datetime) -> list[tuple[str, int]]:
    """How many contacts there are for each reason."""
    return _counted(campaign, "reason", at=at)


def counted_by_language(campaign: Campaign, *, at: dt.datetime) -> list[tuple[str, str, int]]:
    """The same for each reason and language of a contact."""
    return _counted(campaign, "reason", "language", at=at)


def _counted(campaign: Campaign, *columns: str, at: dt.datetime) -> list[Any]:
    select, params = audience.candidates(campaign, at=at).order_by().values_list(*columns).query.sql_with_params()
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        # Counted from outside: a rule may look at the rows beside, and such a column cannot be grouped by.
        cursor.execute(f"SELECT {names}, count(*) FROM ({select}) AS looked GROUP BY {names}", params)  # noqa: S608 - the statement of the launch
        return list(cursor.fetchall())


def insert_invitations(wave: Wave, *, at: dt.datetime, among: Q | None = None, leaving: Departures) -> int:
    """An invitation for each contact who is looked at, from the very statement of the dry run; the database makes each
    token."""
    campaign = wave.campaign
    people = audience.candidates(campaign, at=at, among=among, leaving=leaving)
    return insert_select(
        Invitation,
        people.annotate(style=_style(campaign)).values_list("pk", "reason", "style"),
        ["contact", "skip_reason", "style"],
        wave=wave.pk,
        language="",
        closes_at=at + dt.timedelta(days=campaign.open_days),
        created_at=at,
    )


def _style(campaign: Campaign) -> Value | Case:
    """The look of each invitation: in an experiment by chance, though always the same for a contact."""
    if campaign.style != CampaignStyle.EXPERIMENT:
        return Value(campaign.style, output_field=CharField())
    # The first digit of 16. Salted: without it a continuous campaign would have one look at the beginning of a cycle
    # and the other at its end, since it gives out its days by the same hash.
    mark = MD5(Concat(Value(f"style-{campaign.pk}-"), Cast("pk", CharField())))
    halves = When(LessThan(mark, Value("8")), then=Value(Style.BANDED.value))
    return Case(halves, default=Value(Style.NEUTRAL.value), output_field=CharField())


def insert_messages(invitations: QuerySet[Invitation], *, letter: str, at: dt.datetime, leaving: Departures) -> int:
    """One message for each of `invitations`, to leave in its send window; how many."""
    rows = invitations.annotate(
        not_before=leaving.planned(contact="contact__", number="contact_id"),
        leave_by=leaving.latest(contact="contact__"),
    )
    return insert_select(
        Message,
        rows.values_list("pk", "contact_id", "contact__address_hash", "not_before", "leave_by"),
        ["invitation", "contact", "address_hash", "not_before", "leave_by"],
        letter=letter,
        purpose=Purpose.RESEARCH,
        promise=Promise.AT_MOST_ONCE,
        status=MessageStatus.QUEUED,
        priority=PRIORITY,
        attempts=0,
        text_version=1,
        language="",
        provider_id="",
        error="",
        created_at=at,
    )


def insert_select(model: type[Model], rows: QuerySet[Any, Any], columns: Iterable[str], **fixed: Any) -> int:
    """INSERT..SELECT of `rows` into `columns`, with the same `fixed` values in each; how many rows came in.

    A row that is there already is passed over.
    """
    select, params = rows.query.sql_with_params()
    fields = [model._meta.get_field(name) for name in (*fixed, *columns)]
    names = ", ".join(str(getattr(item, "column", "")) for item in fields)
    marks = ", ".join(["%s"] * len(fixed))
    target = f"INSERT INTO {model._meta.db_table} ({names})"
    statement = f"{target} SELECT {marks}, picked.* FROM ({select}) AS picked WHERE true ON CONFLICT DO NOTHING"  # noqa: S608
    values = [getattr(value, "value", value) for value in fixed.values()]
    adapted = [connection.ops.adapt_datetimefield_value(v) if isinstance(v, dt.datetime) else v for v in values]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*adapted, *params])
        inserted: int = cursor.rowcount
    if inserted >= MANY:
        transaction.on_commit(lambda: count_anew(model), robust=True)
    return inserted


def count_anew(*models: type[Model]) -> None:
    """Have PostgreSQL see how large the tables of `models` have become, or without any all tables there are.

    It does so by itself a minute after the rows are committed: until then it takes a table for as small as it was, and
    looks through all of it for each batch that is sent, or for each row of another.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in models)}")
