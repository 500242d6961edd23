"""The one way a status changes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.enums import Moves
from surveys.models import Account, Contact, Event

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class WrongState(Exception):
    """The thing is not in a state from which this move is legal: look again, then decide."""


def record(
    row: models.Model,
    *,
    came_from: str = "",
    went_to: str = "",
    by: User | None = None,
    reason: str = "",
    contact: Contact | None = None,
    at: dt.datetime | None = None,
) -> Event:
    """Write one event of `row`, of now or of when it was. The contact and account are read off the row where it has
    them."""
    if contact is None:
        contact = row if isinstance(row, Contact) else getattr(row, "contact", None)
    account = row if isinstance(row, Account) else getattr(contact, "account", None)
    return Event.objects.create(
        kind=row._meta.label_lower,
        object_id=str(row.pk),
        contact=contact,
        account=account,
        by=by,
        came_from=came_from,
        went_to=went_to,
        reason=reason,
        at=at or timezone.now(),
    )


def move(
    row: models.Model, moves: Moves, target: str, *, by: User | None = None, reason: str = "", **fields: Any
) -> None:
    """Move `row` to `target` where the table allows it from where the row now stands, and write the event.

    Two callers cannot both win: the update names the status it was decided on. Raises WrongState, changing nothing,
    when the row is somewhere else. `fields` are set in the same statement.
    """
    sources = [source for source, targets in moves.items() if target in targets]
    rows = type(row)._default_manager.filter(pk=row.pk, status__in=sources)
    with transaction.atomic():
        came_from = rows.select_for_update().values_list("status", flat=True).first()
        changes: dict[str, Any] = {"status": target, **fields}
        if came_from is None or not rows.filter(status=came_from).update(**changes):
            text, name = _("%(row)s cannot become %(target)s"), str(getattr(target, "label", target)).lower()
            raise WrongState(text % {"row": row, "target": name})
        row.refresh_from_db(fields=list(changes))
        record(row, came_from=came_from, went_to=target, by=by, reason=reason)


def move_many(rows: models.QuerySet[Any], moves: Moves, target: str, **fields: Any) -> int:
    """Move every one of `rows` that may become `target`; how many did. For batches of messages: no events."""
    sources = [source for source, targets in moves.items() if target in targets]
    return rows.filter(status__in=sources).update(status=target, **fields)
