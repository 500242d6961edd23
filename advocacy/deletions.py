"""A contact asks to be forgotten; an admin erases the person, or keeps it with a reason.

Between the two nothing of the contact is public: `published()` and `public()` leave it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy import wall
from advocacy.models import DeletionRequest
from surveys import contacts
from surveys.enums import SuppressionReason, SuppressionScope
from surveys.models import Contact, Message
from surveys.transitions import WrongState, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ASKED, KEPT = "deletion asked", "deletion refused"


def waiting_for(contact: Contact) -> DeletionRequest | None:
    return DeletionRequest.objects.waiting().filter(contact=contact).first()


def why_not_public(contact: Contact) -> str:
    """Why no words of this contact may become public now, in words; empty where they may."""
    return _("the person asked to be deleted, and nobody has decided about that yet") if waiting_for(contact) else ""


def ask(contact: Contact, *, message: Message) -> DeletionRequest:
    """The contact, who holds `message`, wants to be forgotten: from now on nothing is mailed, and nothing of the
    contact is public. Asked twice is once."""
    with transaction.atomic():
        list(Contact.objects.select_for_update(no_key=True).filter(pk=contact.pk).values_list("pk"))
        if known := waiting_for(contact):
            return known
        row = DeletionRequest.objects.create(contact=contact, message=message, asked_at=timezone.now())
        contacts.suppress_hash(
            message.address_hash,
            reason=SuppressionReason.UNSUBSCRIBED,
            scope=SuppressionScope.ALL,
            source=f"deletion request {row.pk}",
        )
        record(contact, went_to=ASKED)
        wall.changed()
    return row


def keep(request: DeletionRequest, *, reason: str, by: User) -> None:
    """The contact is not erased after all. Raises ValueError without a reason, and WrongState when it is settled.

    Mail stays stopped: whoever lets it through again says why. What was public before is public again.
    """
    if not reason.strip():
        raise ValueError("a wish to be forgotten is set aside only for a reason")
    with transaction.atomic():
        waiting = DeletionRequest.objects.waiting().filter(pk=request.pk)
        if not waiting.update(done_at=timezone.now(), by=by, reason=reason.strip()[:200]):
            raise WrongState(_("Not saved: this request is settled already."))
        if request.contact is not None:
            record(request.contact, went_to=KEPT, by=by, reason=reason.strip())
        wall.changed()
