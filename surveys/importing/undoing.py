"""Taking an import back: what it made goes, what it changed becomes what it was; work done since stays.

In slices, each in a transaction that also tells how far it is: a killed undo goes on where it was.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from surveys.enums import KeepReason
from surveys.importing.storing import PAUSE, patiently
from surveys.models import Account, Contact, Import, ImportedContact, Invitation, Message, Response, Touch

SLICE = 100
# The clock of the database that dated the account may be behind ours.
CLOCKS_DIFFER = dt.timedelta(seconds=10)
_BASIS = ("basis", "basis_source", "basis_at")


@dataclass
class Undo:
    """How many contacts are deleted, get earlier values back, or stay, by the reason."""

    deleted: int = 0
    restored: int = 0
    kept: dict[KeepReason, int] = field(default_factory=dict)

    @property
    def stay(self) -> int:
        return sum(self.kept.values())


def preview(batch: Import) -> Undo:
    """What an undo would do now. Changes nothing."""
    made = _with_reason(batch, ImportedContact.objects.filter(batch=batch, was_created=True))
    counts = dict(made.values_list("reason").annotate(n=Count("pk")).order_by())
    changed = ImportedContact.objects.filter(batch=batch, was_created=False).exclude(before={})
    return Undo(
        counts.pop("", 0), changed.count(), {reason: counts[reason] for reason in KeepReason if reason in counts}
    )


def undo(batch: Import, *, note: Callable[[Undo], None]) -> None:
    """`note` is told of each slice inside its transaction; what it raises takes the slice back."""
    while patiently(partial(_undo_slice, batch, note)):
        if connection.vendor == "sqlite":
            time.sleep(PAUSE)


def _undo_slice(batch: Import, note: Callable[[Undo], None]) -> bool:
    waiting = ImportedContact.objects.filter(batch=batch, kept="").order_by("contact")
    with transaction.atomic():
        contacts = list(waiting.values_list("contact", flat=True)[:SLICE])
        # Whoever answers, or is written to, needs these rows: they come before us, or find no contact any more.
        locked = Contact.objects.select_for_update().in_bulk(contacts)
        rows = list(_with_reason(batch, waiting.filter(contact__in=contacts)))
        if not rows:
            return False
        done = Undo()
        _delete([row for row in rows if row.was_created], locked, batch, done)
        _restore([row for row in rows if not row.was_created], locked, done)
        note(done)
    return True


def _delete(rows: Sequence[Any], contacts: dict[int, Contact], batch: Import, done: Undo) -> None:
    reasons = {row.contact_id: row.reason for row in rows}
    for reason in sorted(set(reasons.values()) - {""}):
        _keep([row.pk for row in rows if row.reason == reason], KeepReason(reason), done)
    doomed = [pk for pk, reason in reasons.items() if not reason]
    accounts = {account for pk in doomed if (account := contacts[pk].account_id)}
    Contact.objects.filter(pk__in=doomed).delete()
    done.deleted += len(doomed)
    _delete_accounts(accounts, batch)


def _delete_accounts(accounts: set[int], batch: Import) -> None:
    """Those that came with the import and hold nobody and nothing now."""
    if accounts and batch.started_at:
        made = Account.objects.filter(pk__in=accounts, owner=None, segment="")
        made.filter(~_is_named_by(_relations(Account)), created_at__gte=batch.started_at - CLOCKS_DIFFER).delete()


def _restore(rows: Sequence[Any], contacts: dict[int, Contact], done: Undo) -> None:
    finished = []
    for row in rows:
        contact = contacts[row.contact_id]
        changes = _earlier_values(contact, row)
        if row.before and not changes:
            _keep([row.pk], KeepReason.CHANGED, done)
            continue
        if changes:
            is_as_before = len(changes) == len(row.before) and contact.updated_at == row.at
            changes["updated_at"] = row.updated_before if is_as_before else timezone.now()
            Contact.objects.filter(pk=contact.pk).update(**changes)
            done.restored += 1
        finished.append(row.pk)
    ImportedContact.objects.filter(pk__in=finished).delete()


def _earlier_values(contact: Contact, row: ImportedContact) -> dict[str, Any]:
    """Each field that is still as the import left it, with what it was. Of the basis all or nothing: it is one fact."""
    untouched = {name for name, text in row.after.items() if _value(name, text) == getattr(contact, name)}
    if not untouched.issuperset(set(_BASIS) & set(row.after)):
        untouched -= set(_BASIS)
    return {name: _value(name, row.before[name]) for name in untouched}


def _value(name: str, text: str) -> Any:
    """From the text that a database has for a field."""
    if name in ("tags", "properties"):
        return json.loads(text)
    if name in ("account_id", "owner_id"):
        return int(text) if text else None
    if name == "customer_since":
        return dt.date.fromisoformat(text) if text else None
    if name == "basis_at":
        moment = parse_datetime(text) if text else None
        return moment.replace(tzinfo=moment.tzinfo or dt.UTC) if moment else None
    return text


def _keep(rows: Sequence[int], reason: KeepReason, done: Undo) -> None:
    ImportedContact.objects.filter(pk__in=rows).update(kept=reason)
    done.kept[reason] = done.kept.get(reason, 0) + len(rows)


def _with_reason(batch: Import, rows: models.QuerySet[ImportedContact]) -> Any:
    """With `reason`, why a contact that the import made would stay; empty for nothing."""
    here = {"contact": OuterRef("contact")}
    written = Exists(Message.objects.filter(**here)) | Exists(Invitation.objects.asked().filter(**here))
    others = [relation for relation in _relations(Contact) if relation[0] not in (Response, Message, Invitation)]
    imports = Exists(ImportedContact.objects.filter(**here).exclude(batch=batch))
    return rows.annotate(
        reason=Case(
            When(Exists(Response.objects.filter(**here)), then=Value(KeepReason.ANSWERED)),
            When(written | Exists(Touch.objects.filter(**here)), then=Value(KeepReason.WRITTEN_TO)),
            When(~Q(contact__updated_at=F("at")) | imports, then=Value(KeepReason.CHANGED)),
            When(_is_named_by(others, "contact"), then=Value(KeepReason.WORKED_ON)),
            default=Value(""),
        )
    )


def _relations(model: type[models.Model]) -> list[tuple[type[models.Model], str]]:
    """Every model that points at this one, whichever layer it belongs to: a later one must not be forgotten here."""
    fields = [relation.field for relation in model._meta.related_objects]
    return [(field.model, field.name) for field in fields if field.model is not ImportedContact]


def _is_named_by(relations: Sequence[tuple[type[models.Model], str]], pk: str = "pk") -> Q:
    named = Q()
    for model, name in relations:
        named |= Q(Exists(model._base_manager.filter(**{name: OuterRef(pk)})))
    return named
