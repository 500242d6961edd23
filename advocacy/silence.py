"""Silence watch: accounts of which nobody answered two waves running, for somebody to call.

The database finds and orders them in one statement; of a page what is shown takes three more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Count, Exists, F, Max, OuterRef
from django.utils import timezone

from advocacy.trail import ACCOUNT_KIND, CALLED
from surveys import waves
from surveys.analytics import accounts as account_figures
from surveys.enums import MessageStatus, TouchKind, WaveStatus
from surveys.models import Account, Contact, Event, Invitation, Message, Touch, Wave
from surveys.transitions import record

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

WAVES = 2
# What was asked earlier says nothing of an account today; and who was called is left in peace for a while.
LOOK_BACK, QUIET = dt.timedelta(days=730), dt.timedelta(days=60)
SIZE, MOST = 50, 100_000

# Of each account its waves from the latest on, then those whose last two brought nothing; the dearest on top.
_SILENT = """
SELECT account.id, MAX(CASE WHEN ranked.place = 1 THEN ranked.wave END),
    MAX(CASE WHEN ranked.place = {waves} THEN ranked.wave END)
FROM (
    SELECT account, wave, answered, started, ROW_NUMBER() OVER (
        PARTITION BY account ORDER BY started DESC, wave DESC
    ) AS place
    FROM ({asked}) asked
) ranked
JOIN surveys_account account ON account.id = ranked.account
WHERE ranked.place <= {waves} AND account.id NOT IN ({called}) AND NOT EXISTS (
    SELECT 1 FROM surveys_response response JOIN surveys_contact contact ON contact.id = response.contact_id
    WHERE contact.account_id = account.id AND response.submitted_at >= ranked.started
)
GROUP BY account.id, account.revenue, account.name
HAVING COUNT(*) = {waves} AND SUM(ranked.answered) = 0
ORDER BY account.revenue IS NULL, account.revenue DESC, account.name, account.id
LIMIT %s OFFSET %s
"""


@dataclass(frozen=True)
class Silent:
    """One account: who was asked in its last two waves, and when anybody last said something."""

    account: Account
    later: Wave
    earlier: Wave
    asked: list[Contact]
    last_answered_at: dt.datetime | None

    @property
    def revenue(self) -> Decimal | None:
        return self.account.revenue


def found(*, at: dt.datetime | None = None, size: int = SIZE, start: int = 0) -> list[Silent]:
    """So many silent accounts from the place `start` on. Five statements, however many they are."""
    at = at or timezone.now()
    rows = _find(at, size=size, start=start)
    accounts = {row.pk: row for row in Account.objects.filter(pk__in=[row[0] for row in rows]).select_related("owner")}
    known = {wave.pk: wave for wave in Wave.objects.filter(pk__in={pk for row in rows for pk in row[1:]})}
    people = _asked(rows)
    figures = account_figures.figures(accounts.values(), at=at) if accounts else {}
    return [
        Silent(
            account=accounts[pk],
            later=known[later],
            earlier=known[earlier],
            asked=people.get(pk, []),
            last_answered_at=figures[pk].last_answered_at,
        )
        for pk, later, earlier in rows
        if pk in accounts
    ]


def _find(at: dt.datetime, *, size: int, start: int) -> list[tuple[int, int, int]]:
    asked, values = _asked_by_wave(at).query.sql_with_params()
    called, more_values = _called(at).query.sql_with_params()
    with connection.cursor() as cursor:
        statement = _SILENT.format(asked=asked, called=called, waves=WAVES)
        cursor.execute(statement, [*values, *more_values, size, start])
        rows: list[tuple[int, int, int]] = cursor.fetchall()
    return [tuple(row) for row in rows]  # type: ignore[misc]


def _asked_by_wave(at: dt.datetime) -> QuerySet[Any, Any]:
    """Each account in each wave that is finished and takes no answers any more: how many of its people had the mail,
    and how many answered."""
    rows = _delivered(at).filter(
        invitation__wave__status=WaveStatus.FINISHED,
        invitation__wave__started_at__gt=at - LOOK_BACK,
        invitation__closes_at__lte=at,
    )
    counted = rows.values("invitation__contact__account", "invitation__wave").annotate(
        answered=Count("invitation__response"), started=Max("invitation__wave__started_at")
    )
    named = counted.annotate(account=F("invitation__contact__account"), wave=F("invitation__wave"))
    return named.order_by().values_list("account", "wave", "answered", "started")


def _delivered(at: dt.datetime) -> QuerySet[Message]:
    return Message.objects.filter(
        letter=waves.LETTER,
        status=MessageStatus.SENT,
        bounced_at__isnull=True,
        sent_at__gt=at - LOOK_BACK,
        invitation__contact__account__isnull=False,
    )


def _called(at: dt.datetime) -> QuerySet[Any, Any]:
    """The accounts that somebody called lately."""
    calls = Event.objects.filter(kind=ACCOUNT_KIND, went_to=CALLED, at__gt=at - QUIET, account__isnull=False)
    return calls.order_by().values_list("account", flat=True)


def _asked(rows: Iterable[tuple[int, int, int]]) -> dict[int, list[Contact]]:
    """Who had the mail in these waves, by account and by name. One statement."""
    pairs = {(account, wave) for account, *both in rows for wave in both}
    if not pairs:
        return {}
    arrived = Message.objects.filter(
        invitation=OuterRef("pk"), letter=waves.LETTER, status=MessageStatus.SENT, bounced_at__isnull=True
    )
    invitations = Invitation.objects.filter(
        Exists(arrived), wave__in={wave for _account, wave in pairs}, contact__account__in={pair[0] for pair in pairs}
    )
    found: dict[int, dict[int, Contact]] = {}
    shown = invitations.select_related("contact").defer("contact__properties", "contact__tags")
    for invitation in shown.order_by("contact__name", "contact", "wave"):
        account = invitation.contact.account_id
        if account is not None and (account, invitation.wave_id) in pairs:
            found.setdefault(account, {})[invitation.contact_id] = invitation.contact
    return {account: list(people.values()) for account, people in found.items()}


def everything(*, at: dt.datetime | None = None) -> Iterator[Silent]:
    """All of them, a page at a time, for a file."""
    at = at or timezone.now()
    for start in range(0, MOST, 1000):
        rows = found(at=at, size=1000, start=start)
        yield from rows
        if len(rows) < 1000:
            return


def call(account: Account, *, contact: Contact, note: str, by: User) -> Event:
    """Somebody called: it counts as a touch of the contact, and the account leaves the list for a while. Raises
    ValueError for a contact of another account."""
    if contact.account_id != account.pk:
        raise ValueError("The contact is of another account.")
    with transaction.atomic():
        event = record(account, went_to=CALLED, by=by, reason=note, contact=contact)
        Touch.objects.create(contact=contact, kind=TouchKind.CALL, at=event.at)
        return event


def people_of(account: Account) -> QuerySet[Contact]:
    """Whom one may have called."""
    return Contact.objects.filter(account=account).order_by("name", "pk")
