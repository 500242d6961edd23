"""Perks: plan, open and cancel them; who has a place, who waits for one, and what beta testers find.

Everything that gives, takes or frees a place is decided under the lock of the perk's row, so there are never more
guests with a place than places. Verbs of staff that take `seen` refuse, with Changed, what was decided on an old
picture.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from advocacy import tiers, trail, trailwords, triage
from advocacy.enums import (
    GUEST_MOVES,
    PERK_MOVES,
    PLACED,
    GuestStatus,
    PerkChange,
    PerkKind,
    PerkLetterKind,
    PerkStatus,
    RequestKind,
    RequestOrigin,
)
from advocacy.models import Advocate, CustomerRequest, Perk, PerkGuest, PerkLetter, PerkText
from surveys import mergetags
from surveys.enums import MESSAGE_MOVES, MessageStatus, Promise, Purpose
from surveys.models import Contact, Message
from surveys.transitions import WrongState, move, move_many, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PRIORITY = 30  # before surveys, after what somebody waits for
COMING = (*PLACED, GuestStatus.WAITING)
# What a calendar must be told of: it makes another version of the same entry.
RESCHEDULES = frozenset({"starts_at", "ends_at", "time_zone", "place", "address"})
MOST_FINDINGS = 50


def letter_name(kind: PerkLetterKind) -> str:
    return f"perk_{kind.value}"


# -------------------------------------------------------------------------------------------------------------- lists


class PerkView(TextChoices):
    """The views of the perks; the value stands in the URL."""

    COMING = "coming", gettext_lazy("Now and to come")
    PAST = "past", gettext_lazy("Over")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")


def perks_of(view: PerkView, *, at: dt.datetime) -> QuerySet[Perk]:
    """The perks of a view: what comes next on top, what is over with the latest."""
    if view == PerkView.COMING:
        return Perk.objects.coming(at).order_by("starts_at", "pk")
    over = Perk.objects.filter(ends_at__lte=at).exclude(status=PerkStatus.CANCELLED)
    found = over if view == PerkView.PAST else Perk.objects.filter(status=PerkStatus.CANCELLED)
    return found.order_by("-starts_at", "-pk")


def shown(rows: QuerySet[Perk]) -> QuerySet[Any]:
    """What a row shows beside: how many have a place, and how many wait."""
    found: QuerySet[Any] = rows.select_related("owner", "brand").annotate(
        placed=Count("guests", filter=Q(guests__status__in=PLACED)),
        waiting=Count("guests", filter=Q(guests__status=GuestStatus.WAITING)),
    )
    return found


def counts(perk: Perk) -> dict[GuestStatus, int]:
    """How many guests there are of each status."""
    rows = perk.guests.order_by().values_list("status").annotate(n=Count("pk"))
    found = dict(rows)
    return {status: found.get(status.value, 0) for status in GuestStatus}


def guests_of(perk: Perk, status: GuestStatus | None = None) -> QuerySet[PerkGuest]:
    """Who waits in the order of the list, all others by name."""
    rows = perk.guests.select_related("contact__account")
    if status == GuestStatus.WAITING:
        return rows.waiting()
    return (rows.filter(status=status) if status else rows).order_by("status", "waiting_since", "contact__name", "pk")


def in_line(perk: Perk) -> dict[int, int]:
    """The number on the waiting list of each guest who waits, from 1."""
    return {pk: number for number, pk in enumerate(perk.guests.waiting().values_list("pk", flat=True), start=1)}


# ------------------------------------------------------------------------------------------------------------ planning


def plan(perk: Perk, *, language: str, title: str, text: str, by: User) -> Perk:
    """Keep a new perk, as a draft, with its words in one language."""
    with transaction.atomic():
        perk.save()
        PerkText.objects.create(perk=perk, language=language, title=title, text=text)
        record(perk, went_to=PerkChange.PLANNED, by=by)
        return perk


def write(perk: Perk, *, language: str, title: str, text: str, by: User, seen: str = "") -> None:
    """What the invitation says in one language. Said so already, nothing changes."""
    with transaction.atomic():
        trail.lock(perk, seen=seen)
        if PerkText.objects.filter(perk=perk, language=language, title=title, text=text).exists():
            return
        PerkText.objects.update_or_create(perk=perk, language=language, defaults={"title": title, "text": text})
        record(perk, went_to=PerkChange.TEXT, by=by, reason=language)


def edit(perk: Perk, *, by: User, seen: str = "", **fields: Any) -> None:
    """Change what it is, when and where it is, and how many places it has; more places move the waiting list up.

    Whoever has a place is told of another time or place, once for each change.
    """
    with transaction.atomic():
        trail.lock(perk, seen=seen)
        changed = {name: value for name, value in fields.items() if getattr(perk, name) != value}
        if not changed:
            return
        if perk.status == PerkStatus.CANCELLED:
            raise WrongState(_("Not saved: it is cancelled."))
        _check_capacity(perk, changed.get("capacity", perk.capacity))
        is_moved = perk.status != PerkStatus.DRAFT and bool(RESCHEDULES & changed.keys())
        for name, value in changed.items():
            setattr(perk, name, value)
        perk.sequence += is_moved
        perk.save(update_fields=[*changed, "sequence"])
        went_to = PerkChange.RESCHEDULED if is_moved else PerkChange.EDITED
        record(perk, went_to=went_to, by=by, reason=", ".join(sorted(changed)))
        if is_moved:
            tell(perk.guests.placed(), PerkLetterKind.CHANGED)
        fill(perk)


def _check_capacity(perk: Perk, capacity: int) -> None:
    taken = perk.guests.placed().count()
    if capacity < taken:
        said = ngettext(
            "Not saved: %(taken)s guest has a place already.",
            "Not saved: %(taken)s guests have a place already.",
            taken,
        )
        raise WrongState(said % {"taken": taken})


def open_up(perk: Perk, *, by: User, seen: str = "") -> None:
    """From now on guests can be invited, and can answer."""
    with transaction.atomic():
        trail.lock(perk, seen=seen)
        if perk.answers_until <= timezone.now():
            raise WrongState(_("Not opened: the time to answer is over."))
        move(perk, PERK_MOVES, PerkStatus.OPEN, by=by)


def close(perk: Perk, *, by: User, seen: str = "") -> None:
    """Nobody can say yes any more; who has a place keeps it, and the waiting list still moves up."""
    with transaction.atomic():
        trail.lock(perk, seen=seen)
        move(perk, PERK_MOVES, PerkStatus.CLOSED, by=by)


def cancel(perk: Perk, *, reason: str, by: User, seen: str = "") -> None:
    """It does not take place: everybody who counted on it is told, once, and no invitation leaves any more."""
    with transaction.atomic():
        trail.lock(perk, seen=seen)
        if perk.is_over:
            raise WrongState(_("Not cancelled: it is over."))
        move(perk, PERK_MOVES, PerkStatus.CANCELLED, by=by, reason=reason, sequence=perk.sequence + 1)
        _stop(Message.objects.filter(perk_letter__guest__perk=perk))
        tell(perk.guests.filter(status__in=COMING), PerkLetterKind.CANCELLED)


# ----------------------------------------------------------------------------------------------------------- answering


def accept(guest: PerkGuest, *, by: User | None = None) -> None:
    """Say yes: a place while one is left, else the end of the waiting list. Said before, nothing changes.

    Raises WrongState when nobody can say yes any more.
    """
    with transaction.atomic():
        perk = _lock(guest)
        if guest.status in COMING:
            return
        if not perk.is_answerable:
            raise WrongState(_("Not noted: the time to answer is over."))
        now = timezone.now()
        if left(perk) > 0:  # then nobody waits: a free place is never kept
            move(guest, GUEST_MOVES, GuestStatus.ACCEPTED, by=by, answered_at=now, waiting_since=None)
        else:
            move(guest, GUEST_MOVES, GuestStatus.WAITING, by=by, answered_at=now, waiting_since=now)


def decline(guest: PerkGuest, *, by: User | None = None, reason: str = "") -> None:
    """Say no, give the place back, or leave the list. A place that becomes free goes to who has waited longest."""
    with transaction.atomic():
        perk = _lock(guest)
        if guest.status in (GuestStatus.DECLINED, GuestStatus.CANCELLED):
            return
        if perk.status == PerkStatus.CANCELLED or perk.is_over:
            raise WrongState(_("Not noted: it is over, or cancelled."))
        if guest.status == GuestStatus.ATTENDED:
            raise WrongState(_("Not noted: the guest took part."))
        target = GuestStatus.DECLINED if guest.status == GuestStatus.INVITED else GuestStatus.CANCELLED
        move(guest, GUEST_MOVES, target, by=by, reason=reason, answered_at=timezone.now(), waiting_since=None)
        _stop(Message.objects.filter(perk_letter__guest=guest))
        fill(perk)


def attend(guest: PerkGuest, *, by: User) -> None:
    """The guest took part. Noted before, nothing changes."""
    with transaction.atomic():
        perk = _lock(guest)
        if guest.status == GuestStatus.ATTENDED:
            return
        if perk.status == PerkStatus.CANCELLED or not perk.has_begun:
            raise WrongState(_("Not noted: it has not begun."))
        if guest.status != GuestStatus.ACCEPTED:
            raise WrongState(_("Not noted: the guest has no place."))
        move(guest, GUEST_MOVES, GuestStatus.ATTENDED, by=by)
        _settle(guest)


def unattend(guest: PerkGuest, *, by: User) -> None:
    """That the guest took part was a mistake."""
    with transaction.atomic():
        _lock(guest)
        if guest.status == GuestStatus.ATTENDED:
            move(guest, GUEST_MOVES, GuestStatus.ACCEPTED, by=by)
            _settle(guest)


def _settle(guest: PerkGuest) -> None:
    """A tester's part counts towards the tier."""
    tiers.settle(Advocate.objects.filter(contact=guest.contact_id).values_list("pk", flat=True))


def left(perk: Perk) -> int:
    return perk.capacity - perk.guests.placed().count()


def fill(perk: Perk) -> None:
    """Give each free place to who has waited longest, and tell them. Under the lock of the perk."""
    if perk.status in (PerkStatus.DRAFT, PerkStatus.CANCELLED) or perk.is_over:
        return
    first = list(perk.guests.waiting()[: max(left(perk), 0)])
    for guest in first:
        move(guest, GUEST_MOVES, GuestStatus.ACCEPTED, reason=trailwords.MOVED_UP, waiting_since=None)
    tell(first, PerkLetterKind.MOVED_UP)


def _lock(guest: PerkGuest) -> Perk:
    """The perk, then the guest: in this order everywhere."""
    perk = guest.perk
    trail.lock(perk)
    trail.lock(guest)
    guest.perk = perk
    return perk


# ------------------------------------------------------------------------------------------------------------- letters


def tell(guests: Iterable[PerkGuest], kind: PerkLetterKind) -> None:
    """A letter to each: a matter of their own that they have opened, so it is service."""
    rows = PerkGuest.objects.filter(pk__in=[guest.pk for guest in guests]).exclude(contact__email="")
    known = list(rows.select_related("contact").order_by("pk"))
    letters = [_message(guest.contact, kind) for guest in known]
    Message.objects.bulk_create(letters, batch_size=500)
    pairs = zip(known, letters, strict=True)
    PerkLetter.objects.bulk_create(
        [PerkLetter(guest=guest, kind=kind, message=letter) for guest, letter in pairs], batch_size=500
    )


def _message(contact: Contact, kind: PerkLetterKind) -> Message:
    return Message(
        letter=letter_name(kind),
        purpose=Purpose.SERVICE,
        promise=Promise.AT_LEAST_ONCE,
        priority=PRIORITY,
        contact=contact,
        address_hash=contact.address_hash,
    )


def _stop(messages: QuerySet[Message]) -> None:
    """What has not left is not true any more."""
    move_many(
        messages,
        MESSAGE_MOVES,
        MessageStatus.CANCELLED,
        claim_id=None,
        lease_until=None,
        error="the guest does not come",
    )


# ------------------------------------------------------------------------------------------------------------ findings


def may_find(guest: PerkGuest) -> bool:
    """Whether the guest tests, and the test has begun."""
    perk = guest.perk
    is_running = perk.status in (PerkStatus.OPEN, PerkStatus.CLOSED) and perk.has_begun
    return is_running and perk.kind == PerkKind.BETA and guest.has_place


def find(guest: PerkGuest, *, kind: RequestKind, words: str, language: str) -> CustomerRequest:
    """What a beta tester found becomes a request. The same words once more are the same finding."""
    with transaction.atomic():
        perk = guest.perk
        trail.lock(guest)
        guest.perk = perk
        if not may_find(guest):
            raise WrongState(_("Not noted: the test is not running for this guest."))
        known = CustomerRequest.objects.filter(perk=perk, contact=guest.contact_id)
        quote = " ".join(mergetags.plain(words).split())
        if said := known.filter(quote=quote).order_by("pk").first():
            return said
        if known.count() >= MOST_FINDINGS:
            raise WrongState(_("Not noted: this guest has sent enough."))
        return triage.note(
            guest.contact,
            kind=kind,
            quote=quote,
            language=language,
            by=None,
            origin=RequestOrigin.BETA,
            perk=perk,
        )


# ----------------------------------------------------------------------------------------------------- persons and file


def forget(contact: Contact) -> None:
    """A person is erased: who has waited longest gets the place."""
    for perk in Perk.objects.filter(guests__contact=contact).order_by("pk"):
        trail.lock(perk)
        perk.guests.filter(contact=contact).delete()
        fill(perk)


# Of two invitations of one person to the same thing the one that goes furthest stays.
FURTHEST = (
    *(GuestStatus.ATTENDED, GuestStatus.ACCEPTED, GuestStatus.WAITING),
    *(GuestStatus.CANCELLED, GuestStatus.DECLINED, GuestStatus.INVITED),
)


def merge(keep: Contact, gone: Contact) -> None:
    """One invitation of a person to each perk; a second place becomes free."""
    for perk in Perk.objects.filter(guests__contact=gone).order_by("pk"):
        trail.lock(perk)
        both = list(perk.guests.filter(contact__in=[keep, gone]).order_by("pk"))
        both.sort(key=lambda guest: (FURTHEST.index(GuestStatus(guest.status)), guest.contact_id != keep.pk))
        for guest in both[1:]:
            guest.delete()
        PerkGuest.objects.filter(pk=both[0].pk).update(contact=keep)
        fill(perk)


def lines(perk: Perk) -> Iterator[list[str]]:
    """The guests as a table for a file, its head first."""
    yield [_("Guest"), _("Account"), _("Mail"), _("Status"), _("Answered at"), _("Number on the waiting list")]
    numbers = in_line(perk)
    for guest in guests_of(perk).iterator(chunk_size=500):
        yield [
            str(guest.contact),
            str(guest.contact.account or ""),
            guest.contact.email,
            str(GuestStatus(guest.status).label),
            timezone.localtime(guest.answered_at).isoformat(timespec="minutes") if guest.answered_at else "",
            str(numbers.get(guest.pk, "")),
        ]


def note_export(perk: Perk, *, by: User, rows: int) -> None:
    """That names left as a file is an event."""
    record(perk, went_to=trailwords.EXPORTED, by=by, reason=str(rows))
