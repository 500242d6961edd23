"""One person's rows: merge two contacts, export everything, erase it. Own rows here, then each registered provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import contacts, imports, ports, questions
from surveys.enums import MESSAGE_MOVES, Basis, MailWish, MessageStatus
from surveys.models import (
    Click,
    Consent,
    Contact,
    DeliveryEvent,
    Event,
    HeldAnswer,
    Hold,
    InboxMail,
    Invitation,
    Message,
    QuestionAnswer,
    Response,
    Revision,
    Slot,
    Suppression,
    Touch,
)
from surveys.questions import Asked
from surveys.transitions import WrongState, move_many, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MERGED, EXPORTED, ERASED = "merged", "exported", "erased"
FILLED = ("phone", "name", "external_id", "language", "timezone", "account_id", "owner_id")


# --------------------------------------------------------------------------------------------------------------- merge


def merge(keep: Contact, gone: Contact, *, by: User) -> None:
    """Give everything of `gone` to `keep` and delete `gone`, in one transaction. Where both know something, `keep` is
    right. Who must not be mailed at either address is not mailed at the one that stays.

    Raises WrongState when they are one contact, or one of them is there no more.
    """
    if keep.pk == gone.pk:
        raise WrongState(_("Not merged: these are the same contact."))
    with transaction.atomic():
        _lock(keep, gone)
        named = ", ".join(filter(None, [gone.name, gone.email or gone.phone]))
        _carry_suppression(keep, gone)
        for merger in ports.mergers:
            merger(keep, gone)
        _move_invitations(keep, gone)
        _move_holds(keep, gone)
        Slot.objects.filter(contact=gone).exclude(campaign__slots__contact=keep).update(contact=keep)
        for rows in (Message.objects, Response.objects, Touch.objects, Event.objects, Consent.objects):
            rows.filter(contact=gone).update(contact=keep)
        address = gone.email
        gone.delete()
        _fill(keep, gone)
        if address and not keep.email:
            contacts.set_address(keep, address)
        keep.updated_at = timezone.now()
        keep.save()
        record(keep, went_to=MERGED, by=by, reason=named)


def _lock(*people: Contact) -> None:
    """Wait for whoever changes or mails these people; then nobody does until we are done."""
    pks = [person.pk for person in people]
    locked = Contact.objects.select_for_update().filter(pk__in=pks).order_by("pk")
    if len(list(locked.values_list("pk", flat=True))) < len(pks):
        raise WrongState(_("Not done: this contact is there no more."))
    list(Message.objects.select_for_update().filter(contact__in=pks).order_by("pk").values_list("pk", flat=True))
    for person in people:
        person.refresh_from_db()


def _carry_suppression(keep: Contact, gone: Contact) -> None:
    """The wish was the person's, whichever address it came from."""
    found = Suppression.objects.filter(address_hash=gone.address_hash).first() if gone.address_hash else None
    if found and keep.address_hash:
        contacts.suppress_hash(keep.address_hash, reason=found.reason, source=found.source, scope=found.scope)  # type: ignore[arg-type]


def _move_invitations(keep: Contact, gone: Contact) -> None:
    """One invitation of a contact in a wave: where both have one, the one that tells more stays."""
    both = Invitation.objects.filter(contact__in=[keep, gone]).select_related("response")
    waves_of_keep = {each.wave_id: each for each in both if each.contact_id == keep.pk}
    for other in [each for each in both if each.contact_id == gone.pk and each.wave_id in waves_of_keep]:
        mine = waves_of_keep[other.wave_id]
        _drop(other if _weight(mine) >= _weight(other) else mine)
    Invitation.objects.filter(contact=gone).update(contact=keep)


def _weight(invitation: Invitation) -> tuple[bool, bool]:
    return hasattr(invitation, "response"), not invitation.skip_reason


def _drop(invitation: Invitation) -> None:
    """What was mailed and answered stays on record; what waits would ask the same person twice."""
    messages = Message.objects.filter(invitation=invitation)
    move_many(messages, MESSAGE_MOVES, MessageStatus.CANCELLED, claim_id=None, lease_until=None)
    messages.update(invitation=None)
    invitation.delete()


def _move_holds(keep: Contact, gone: Contact) -> None:
    """One hold of a kind: the one that stands longer."""
    standing = {hold.kind: hold for hold in Hold.objects.filter(contact=keep)}
    for hold in Hold.objects.filter(contact=gone):
        mine = standing.get(hold.kind)
        if mine and (mine.until is None or (hold.until is not None and hold.until <= mine.until)):
            hold.delete()
            continue
        if mine:
            mine.delete()
        Hold.objects.filter(pk=hold.pk).update(contact=keep)


def _fill(keep: Contact, gone: Contact) -> None:
    """What `keep` does not know, `gone` does; tags and properties add up, and the longer customer relation is true."""
    for name in FILLED:
        if not getattr(keep, name):
            setattr(keep, name, getattr(gone, name))
    days = [day for day in (keep.customer_since, gone.customer_since) if day]
    keep.customer_since = min(days, default=None)
    keep.tags = [*keep.tags, *(tag for tag in gone.tags if tag not in keep.tags)]
    keep.properties = {**gone.properties, **keep.properties}
    if keep.basis == Basis.NONE:
        keep.basis, keep.basis_source, keep.basis_at = gone.basis, gone.basis_source, gone.basis_at
    # Whoever wants less than we think is right.
    modest = max((keep, gone), key=lambda person: list(MailWish).index(MailWish(person.mail_wish)))
    keep.mail_wish, keep.mail_wish_at = modest.mail_wish, modest.mail_wish_at


# -------------------------------------------------------------------------------------------------------------- export


def export(contact: Contact, *, by: User) -> dict[str, Any]:
    """What `known` gives, for a file; that it was asked for is an event."""
    found = known(contact)
    record(contact, went_to=EXPORTED, by=by)
    return found


def known(contact: Contact) -> dict[str, Any]:
    """Everything known of the person, under headings, as JSON can say it."""
    found: dict[str, Any] = {"exported_at": timezone.now(), "contact": _person(contact), **_own_rows(contact)}
    for exporter in ports.exporters:
        found |= exporter(contact)
    return found


def _person(contact: Contact) -> dict[str, Any]:
    columns = [
        *("id", "name", "email", "phone", "external_id", "language", "timezone", "customer_since", "tags"),
        *("properties", "basis", "basis_source", "basis_at", "mail_wish", "mail_wish_at", "created_at", "updated_at"),
    ]
    known = {column: getattr(contact, column) for column in columns}
    return known | {"account": str(contact.account or ""), "owner": str(contact.owner or "")}


def _own_rows(contact: Contact) -> dict[str, Any]:
    suppressions = Suppression.objects.filter(address_hash=contact.address_hash).exclude(address_hash="")
    invitations = Invitation.objects.filter(contact=contact)
    messages = Message.objects.filter(contact=contact)
    given = ("language", "scope", "source", "at", "expires_at", "withdrawn_at")
    times = ("created_at", "dispatched_at", "sent_at", "delivered_at", "bounced_at", "complained_at")
    return {
        "suppressions": _rows(suppressions, "reason", "scope", "source", "created_at"),
        "holds": _rows(Hold.objects.filter(contact=contact), "kind", "until", "reason", "created_at"),
        "consents": _rows(contact.consents, "purpose", "basis", "text", "text_hash", *given),
        "touches": _rows(Touch.objects.filter(contact=contact), "kind", "at"),
        "invitations": _rows(
            invitations, "wave__campaign__name", "wave__day", "skip_reason", "language", "closes_at", "created_at"
        ),
        "messages": _rows(messages, "letter", "purpose", "status", "language", "error", *times),
        "delivery_events": _rows(_reports(contact), "provider", "type", "reject_reason", "diagnosis", "payload", "at"),
        "clicks": _rows(Click.objects.filter(invitation__contact=contact), "kind", "score", "network", "agent", "at"),
        "held_answers": _rows(
            HeldAnswer.objects.filter(invitation__contact=contact), "score", "evidence", "veto", "said", "at", "due_at"
        ),
        "answers": [_answer(answer) for answer in _answers(contact).order_by("answered_at", "pk")],
        "events": _rows(
            Event.objects.filter(contact=contact), "kind", "object_id", "came_from", "went_to", "reason", "at"
        ),
        "due": _rows(Slot.objects.filter(contact=contact), "campaign__name", "due_on"),
        "imports": _rows(contact.imported, "batch__name", "was_created", "before", "after", "at"),
    }


def _reports(contact: Contact) -> QuerySet[DeliveryEvent]:
    """What was told of mail to the person, and holds the address as it came."""
    of_mails = Q(message_pk__in=Message.objects.filter(contact=contact).values("pk"))
    of_address = Q(recipient_hash=contact.address_hash) if contact.address_hash else Q()
    return DeliveryEvent.objects.filter(of_mails | of_address)


def _rows(rows: Any, *columns: str) -> list[dict[str, Any]]:
    return list(rows.order_by("pk").values(*columns))


def _answer(answer: Response) -> dict[str, Any]:
    columns = [
        *("score", "comment", "wants_contact", "phone", "good_time", "channel", "language", "style", "evidence"),
        *("is_self_named", "answered_at", "submitted_at", "settles_at"),
    ]
    known = {column: getattr(answer, column) for column in columns} | {"campaign": str(answer.campaign)}
    versions = _rows(answer.revisions, "number", "score", "comment", "wants_contact", "evidence", "at")
    return known | {
        "subject": str(answer.subject or ""),
        "door": str(answer.door or ""),
        "versions": versions,
        "reasons": _rows(answer.reasons, "reason__key", "origin"),
        "questions": [{"question": asked.text, "answer": words} for asked, words, _typed in _said(answer)],
    }


def _said(answer: Response) -> list[tuple[Asked, str, bool]]:
    """What was said to the extra questions, those in the language of the answer."""
    rows = answer.extras.select_related("question").prefetch_related("question__texts")
    return questions.said(list(rows), answer.language)


def _answers(contact: Contact) -> QuerySet[Response]:
    return Response.objects.filter(Q(contact=contact) | Q(invitation__contact=contact)).select_related(
        "campaign", "subject", "door"
    )


# --------------------------------------------------------------------------------------------------------------- erase


def erase(contact: Contact, *, by: User) -> None:
    """Forget the person, in one transaction. Scores stay as nameless counts; comments, tokens and mail go.
    A suppression stays, since it is a hash: the address must not be mailed when it comes back. Files of contacts that
    came in go too: the person may stand in any of them.

    A mail that is just leaving can no longer be held; its link leads nowhere. Raises WrongState when somebody was
    faster.
    """
    with transaction.atomic():
        _lock(contact)
        waiting = Message.objects.filter(contact=contact)
        move_many(waiting, MESSAGE_MOVES, MessageStatus.CANCELLED, claim_id=None, lease_until=None)
        _reports(contact).delete()
        for eraser in ports.erasers:
            eraser(contact)
        answers = list(_answers(contact).values_list("pk", flat=True))
        Revision.objects.filter(response__in=answers).update(comment="", wants_contact=False)
        QuestionAnswer.objects.filter(response__in=answers).exclude(text="").delete()
        Response.objects.filter(pk__in=answers).update(
            contact=None,
            invitation=None,
            is_self_named=False,
            comment="",
            wants_contact=False,
            phone="",
            good_time="",
        )
        Event.objects.filter(contact=contact).update(contact=None, account=None, reason="")
        if contact.email:
            InboxMail.objects.filter(recipient__iexact=contact.email).delete()
        kind, number = ContentType.objects.get_for_model(Contact), str(contact.pk)
        LogEntry.objects.filter(content_type=kind, object_id=number).update(object_repr="", change_message="")
        contact.delete()
        Event.objects.create(kind=Contact._meta.label_lower, object_id=number, went_to=ERASED, by=by, at=timezone.now())
        transaction.on_commit(imports.forget_over, robust=True)
