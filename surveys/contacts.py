"""What a contact wishes and what happens to the person's rows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import addresses
from surveys.enums import MESSAGE_MOVES, MessageStatus, Purpose, SuppressionReason, SuppressionScope
from surveys.models import Contact, Event, Message, Suppression
from surveys.transitions import WrongState, move_many, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

STOPPED_BY = {
    SuppressionScope.ASKING: (Purpose.RESEARCH, Purpose.MARKETING),
    SuppressionScope.ALL: (Purpose.RESEARCH, Purpose.MARKETING, Purpose.SERVICE),
}


def suppress(
    address: str,
    *,
    reason: SuppressionReason,
    source: str = "",
    scope: SuppressionScope = SuppressionScope.ASKING,
    by: User | None = None,
) -> Suppression:
    """Stop mail to `address`, at once: what waits for it is stopped in the same transaction. Idempotent.

    A wider scope replaces a narrower one, never the reverse. What somebody of the staff does has an event.
    """
    with transaction.atomic():
        row = suppress_hash(addresses.keyed_hash(address), reason=reason, source=source, scope=scope)
        if by is not None:
            record(row, contact=_contact_of(row), went_to=row.reason, by=by, reason=source)
    return row


def suppress_hash(
    address_hash: str,
    *,
    reason: SuppressionReason,
    source: str = "",
    scope: SuppressionScope = SuppressionScope.ASKING,
) -> Suppression:
    """The same for an address of which only the hash is known. Raises ValueError for an empty hash."""
    if not address_hash:
        raise ValueError("there is no address to suppress")
    with transaction.atomic():
        row, created = Suppression.objects.get_or_create(
            address_hash=address_hash,
            defaults={"reason": reason, "source": source[:200], "scope": scope, "created_at": Now()},
        )
        if not created and scope == SuppressionScope.ALL and row.scope != scope:
            _keep_in_history(row, _contact_of(row))
            same = Suppression.objects.filter(pk=row.pk)
            same.update(reason=reason, source=source[:200], scope=scope, created_at=Now())
        # Locks the messages it stops: a dispatch of the same rows comes either before this commit or not at all.
        waiting = Message.objects.filter(is_open=True, address_hash=address_hash, purpose__in=STOPPED_BY[scope])
        move_many(waiting, MESSAGE_MOVES, MessageStatus.SUPPRESSED, error=f"the address must not be mailed: {reason}")
    row.refresh_from_db()
    return row


def find_suppression(address: str) -> Suppression | None:
    """What stands against mail to `address`; only whoever knows the address can ask."""
    return Suppression.objects.filter(address_hash=addresses.keyed_hash(address)).first()


def lift(suppression: Suppression, *, reason: str, by: User | None = None) -> None:
    """Allow mail to the address again. Raises ValueError without a reason: somebody once said stop."""
    if not reason.strip():
        raise ValueError("an address is let through only for a reason")
    with transaction.atomic():
        contact = _contact_of(suppression)
        _keep_in_history(suppression, contact)
        record(suppression, contact=contact, came_from=suppression.reason, went_to="lifted", by=by, reason=reason)
        Suppression.objects.filter(pk=suppression.pk).delete()


def _keep_in_history(suppression: Suppression, contact: Contact | None) -> None:
    """That mail was stopped, and when: as long as the row stands it tells that itself, now it will no more."""
    kind, reason = suppression._meta.label_lower, suppression.reason
    told = Event.objects.filter(kind=kind, object_id=str(suppression.pk), went_to=reason)
    if contact is not None and not told.exists():
        since = min(suppression.created_at, timezone.now())  # the clock of the database is another one
        record(suppression, contact=contact, went_to=reason, reason=suppression.source, at=since)


def _contact_of(suppression: Suppression) -> Contact | None:
    return Contact.objects.filter(address_hash=suppression.address_hash).select_related("account").first()


def unsubscribe(message: Message) -> Suppression | None:
    """The recipient of `message` wants no more surveys and offers. Nothing to do for a message without an address."""
    if not message.address_hash:
        return None
    return suppress_hash(
        message.address_hash, reason=SuppressionReason.UNSUBSCRIBED, source=f"{message.letter} {message.pk}"
    )


# ------------------------------------------------------------------------------------------------------------- details


class Changed(WrongState):
    """Somebody changed the contact meanwhile: show both, keep what was typed. `event` says who, where a person did."""

    def __init__(self, event: Event | None) -> None:
        self.event = event
        super().__init__(_("Not saved: this contact changed meanwhile."))


def version(contact: Contact) -> str:
    """A form carries it, so that one opened before a change is recognised."""
    return contact.updated_at.astimezone(dt.UTC).strftime("%Y%m%d%H%M%S%f")


def save_details(contact: Contact, *, seen: str, by: User, **details: Any) -> list[str]:
    """Change what is known of the contact; the names of the fields that changed.

    Raises Changed when it is not as it was at `seen`, and WrongState when another contact has the address. `details`
    are fields of Contact, checked by its form.
    """
    with transaction.atomic():
        contact.refresh_from_db(from_queryset=Contact.objects.select_for_update())
        if version(contact) != seen:
            raise Changed(_last_change(contact))
        changed = [name for name, value in details.items() if getattr(contact, name) != value]
        if not changed:
            return []
        now = timezone.now()
        for name in changed:
            setattr(contact, name, details[name])
        contact.updated_at = now
        if "email" in changed:
            set_address(contact, contact.email)
        if "basis" in changed:
            contact.basis_at, contact.basis_source = now, by.get_username()[:200]
        _save(contact)
        record(contact, by=by, reason=f"{CHANGED}{', '.join(changed)}")
    return changed


def add(contact: Contact, *, by: User) -> Contact:
    """Keep a new contact that its form has checked. Raises WrongState when another has the address meanwhile."""
    if contact.basis:
        contact.basis_at, contact.basis_source = timezone.now(), by.get_username()[:200]
    with transaction.atomic():
        _save(contact)
        record(contact, by=by, went_to="added")
    return contact


CHANGED = "changed: "  # how the reason of such an event begins; the names of fields follow


def set_address(contact: Contact, address: str) -> None:
    """Give the contact an address in its one spelling, with its hash, unsaved; mail that waits for it follows."""
    contact.email = addresses.normalise(address)
    contact.address_hash = addresses.keyed_hash(address)
    mails = Message.objects.filter(contact=contact)
    # A worker that has taken one knows the old address: it gives it up, or it would ask about one and mail the other.
    taken = {"claim_id": None, "lease_until": None, "attempts": F("attempts") - 1}
    move_many(mails.filter(status=MessageStatus.CLAIMED), MESSAGE_MOVES, MessageStatus.QUEUED, **taken)
    mails.filter(status=MessageStatus.QUEUED).update(address_hash=contact.address_hash)


def _save(contact: Contact) -> None:
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError as error:  # the form looked, but another was faster
        raise WrongState(_("Not saved: another contact has this address.")) from error


def _last_change(contact: Contact) -> Event | None:
    events = Event.objects.filter(kind=Contact._meta.label_lower, object_id=str(contact.pk), by__isnull=False)
    return events.select_related("by").order_by("-at", "-pk").first()
