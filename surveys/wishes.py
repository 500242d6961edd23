"""What a contact wants to get from us, chosen by the link in a mail. It holds at once, for what waits to leave too.

Whoever holds a mail of ours may choose for the address it went to. What others said of that address, a bounce or a
complaint or a colleague, no choice lifts.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from surveys import contacts
from surveys.audience import A_YEAR
from surveys.enums import (
    MESSAGE_MOVES,
    ExitChoice,
    HoldKind,
    MailWish,
    MessageStatus,
    Purpose,
    SuppressionReason,
    SuppressionScope,
)
from surveys.models import Contact, Hold, Message, Suppression, Touch
from surveys.transitions import move_many, record

NO_OFFERS = (MailWish.FEWER, MailWish.SURVEYS_ONLY)
BY_LINK = "chosen by the link in a mail"


@dataclass(frozen=True)
class Standing:
    """What holds for a contact now: the wish, and what lies over it."""

    wish: MailWish
    pause: Hold | None
    suppression: Suppression | None

    @property
    def is_own(self) -> bool:
        """Whether the suppression, if there is one, is what the contact may take back."""
        stop = self.suppression
        return (
            stop is not None and stop.reason == SuppressionReason.UNSUBSCRIBED and stop.scope == SuppressionScope.ASKING
        )

    @property
    def chosen(self) -> ExitChoice:
        """What the contact has said."""
        if self.is_own:
            return ExitChoice.NOTHING
        return ExitChoice.PAUSE if self.pause else ExitChoice(self.wish)

    @property
    def holds(self) -> ExitChoice:
        """What is done: nobody is mailed at a suppressed address, whoever stopped it."""
        return ExitChoice.NOTHING if self.suppression else self.chosen


def standing(contact: Contact) -> Standing:
    stops = Suppression.objects.filter(address_hash=contact.address_hash).exclude(address_hash="")
    pauses = Hold.objects.standing().filter(contact=contact, kind=HoldKind.OWN_PAUSE)
    return Standing(MailWish(contact.mail_wish), pauses.first(), stops.first())


def pause_ends_at() -> dt.datetime:
    """When a pause that is chosen now is over."""
    return timezone.now() + A_YEAR


def choose(contact: Contact, choice: ExitChoice, *, message: Message) -> None:
    """The contact, who holds `message`, wants this from now on. Choosing what holds already changes nothing.

    Whatever is chosen after a stop or a pause of one's own ends it. To choose mail again after unsubscribing is a new
    consent to be asked, and has an event.
    """
    with transaction.atomic():
        # In the order of an erasure: the contact, then its messages. A mail that is recorded as sent meanwhile
        # writes a row that points at the contact, and need not wait for this.
        contact.refresh_from_db(from_queryset=Contact.objects.select_for_update(no_key=True))
        before = standing(contact)
        if choice == before.chosen or (choice == ExitChoice.NOTHING and before.suppression):
            return
        if choice == ExitChoice.NOTHING:
            contacts.unsubscribe(message)
        else:
            _start_again(contact, before)
            _pause(contact) if choice == ExitChoice.PAUSE else _wish(contact, MailWish(choice))
            _stop_waiting(contact, choice)
        record(contact, came_from=before.chosen, went_to=choice, reason=BY_LINK)


def _start_again(contact: Contact, before: Standing) -> None:
    if before.suppression and before.is_own:
        contacts.lift(before.suppression, reason=BY_LINK)
    Hold.objects.filter(contact=contact, kind=HoldKind.OWN_PAUSE).delete()


def _pause(contact: Contact) -> None:
    Hold.objects.create(contact=contact, kind=HoldKind.OWN_PAUSE, until=pause_ends_at())


def _wish(contact: Contact, wish: MailWish) -> None:
    if contact.mail_wish != wish:
        contact.mail_wish, contact.mail_wish_at = wish, timezone.now()
        contact.save(update_fields=["mail_wish", "mail_wish_at"])


def _stop_waiting(contact: Contact, choice: ExitChoice) -> None:
    """Locks the messages it stops: a dispatch of the same rows comes either before this commit or not at all."""
    stopped = {
        ExitChoice.ALL: [],
        ExitChoice.SURVEYS_ONLY: [Purpose.MARKETING],
        ExitChoice.FEWER: [Purpose.MARKETING, *([Purpose.RESEARCH] if _was_asked_this_year(contact) else [])],
        ExitChoice.PAUSE: [Purpose.MARKETING, Purpose.RESEARCH],
    }[choice]
    waiting = Message.objects.filter(contact=contact, purpose__in=stopped)
    move_many(waiting, MESSAGE_MOVES, MessageStatus.SUPPRESSED, error=f"the contact chose: {choice.value}")


def _was_asked_this_year(contact: Contact) -> bool:
    return Touch.objects.filter(contact=contact).surveys_since(timezone.now() - A_YEAR).exists()


# ----------------------------------------------------------------------------------------- guards of a mail that leaves


def may_offer(_at: dt.datetime) -> Q:
    """No offer and no request to who wants none."""
    return ~Q(Exists(Contact.objects.filter(pk=OuterRef("contact_id"), mail_wish__in=NO_OFFERS)))


def may_ask(at: dt.datetime) -> Q:
    """One survey a year, and no reminder of it, to who wants fewer."""
    wants_fewer = Contact.objects.filter(pk=OuterRef("contact_id"), mail_wish=MailWish.FEWER)
    asked = Touch.objects.filter(contact=OuterRef("contact_id")).surveys_since(at - A_YEAR)
    return ~(Q(Exists(wants_fewer)) & Q(Exists(asked)))
