"""Writing to a contact from a case: one mail, held for ten seconds, whose answer comes back to the case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy import cases, casewords, mail, mentions, replying, timeline
from advocacy.enums import AttemptChannel
from advocacy.models import Case, CaseLetter, Reply
from surveys import addresses, mergetags
from surveys import mail as surveys_mail
from surveys.enums import MESSAGE_MOVES, MessageStatus, Promise, Purpose, SuppressionReason, SuppressionScope, TouchKind
from surveys.mail import CannotRender, Letter
from surveys.models import Brand, Contact, Message, Suppression, Touch
from surveys.transitions import WrongState, move_many, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LETTER = "case_letter"
PRIORITY = 10  # somebody waits for it
HELD = dt.timedelta(seconds=10)


# ----------------------------------------------------------------------------------------------- what stands against it


def obstacle(contact: Contact) -> str:
    """Why no mail can go to the contact, in words; empty: it may. Who has only unsubscribed is still answered."""
    if not contact.email:
        return _("No mail address of this contact is on record.")
    if not addresses.is_valid(contact.email):
        return _("The address on record cannot be mailed.")
    found = Suppression.objects.filter(address_hash=contact.address_hash, scope=SuppressionScope.ALL).first()
    if found is None:
        return ""
    return {
        SuppressionReason.BOUNCED: _("Mail to this address came back: ask for another one by phone."),
        SuppressionReason.COMPLAINED: _("The contact reported our mail as spam: nothing more is sent there."),
    }.get(SuppressionReason(found.reason), _("The contact wants no mail at all."))


def brand_of(case: Case) -> Brand | None:
    """Who speaks to the contact: the brand that asked, else the one that asked last."""
    return case.response.campaign.brand if case.response else mail.brand_of(case.contact)


# -------------------------------------------------------------------------------------------------------------- a draft


@dataclass(frozen=True)
class Draft:
    """A letter as it would leave now, and what stands against that. `missing` are tags that nothing is known for."""

    mail: Letter | None
    subject: str
    paragraphs: list[str]
    missing: list[str]
    fault: str


def draft(case: Case, *, by: User, subject: str, text: str, language: str) -> Draft:
    """The mail made by what makes it when it leaves; nothing is kept."""
    known = replying.values(case, by=by, language=language)
    made, fault = None, obstacle(case.contact)
    try:
        made = _made(
            Message(letter=LETTER, token=UUID(int=0), contact=case.contact),
            case,
            by=by,
            subject=replying.fill(subject, known),
            text=replying.fill(text, known),
            language=language,
        )
    except CannotRender:
        fault = fault or _("There is no brand that could speak to the contact.")
    return Draft(
        mail=made,
        subject=mergetags.header(replying.fill(subject, known)),
        paragraphs=replying.shown(mergetags.plain(text), known),
        missing=mergetags.holes(f"{subject}\n{text}", known),
        fault=replying.faults(f"{subject}\n{text}") or fault,
    )


# ------------------------------------------------------------------------------------------------------------ it leaves


def write(
    case: Case, *, by: User, subject: str, text: str, language: str, seen: str = "", waits: bool = False
) -> CaseLetter:
    """Queue one mail to the contact, for ten seconds from now; with `waits` it is then the customer's turn.

    Raises WrongState with the reason, changing nothing: nobody to mail, a tag that cannot be filled, a colleague
    mentioned, or (Changed) what somebody did to the case since `seen`.
    """
    with transaction.atomic():
        cases.take_up(case, seen=seen)
        if not case.is_open:
            raise WrongState(_("Not sent: this case is closed. Reopen it first."))
        contact = Contact.objects.select_related("account").get(pk=case.contact_id)
        case.contact = contact
        known = replying.values(case, by=by, language=language)
        if reason := against(case, known, subject=subject, text=text):
            raise WrongState(_("Not sent: %(reason)s") % {"reason": reason})
        now = timezone.now()
        message = _queued(contact, language=language, at=now)
        attempt = cases.log_attempt(case, by=by, channel=AttemptChannel.MAIL, reached=False, note="", at=now)
        letter = CaseLetter.objects.create(
            case=case,
            by=by,
            message=message,
            attempt=attempt,
            language=language,
            subject=mergetags.header(replying.fill(subject, known)),
            text=mergetags.plain(replying.fill(text, known)),
            at=now,
        )
        if waits:
            cases.wait(case, by=by, at=now)
        return letter


def against(case: Case, known: Mapping[str, str], *, subject: str, text: str) -> str:
    """The first thing that keeps the letter from leaving, in words."""
    if reason := obstacle(case.contact):
        return reason
    if brand_of(case) is None:
        return _("There is no brand that could speak to the contact.")
    both = f"{subject}\n{text}"
    if fault := replying.faults(both):
        return fault
    if missing := mergetags.holes(both, known):
        words = _("nothing is known for %(tags)s. Write it yourself, or take it out.")
        return words % {"tags": ", ".join(f"{{{{ {name} }}}}" for name in missing)}
    if names := mentions.colleagues_in(both):
        words = _("@%(name)s is a colleague. A mention belongs into a private note.")
        return words % {"name": names[0]}
    if mergetags.is_blank(replying.fill(text, known)) or mergetags.is_blank(replying.fill(subject, known)):
        return _("it says nothing.")
    return ""


def _queued(contact: Contact, *, language: str, at: dt.datetime) -> Message:
    return Message.objects.create(
        letter=LETTER,
        purpose=Purpose.SERVICE,
        promise=Promise.AT_LEAST_ONCE,
        priority=PRIORITY,
        contact=contact,
        address_hash=contact.address_hash,
        language=language,
        created_at=at,
        not_before=at + HELD,
    )


def letter(message: Message) -> Letter:
    """The mail that somebody wrote. Raises CannotRender when what was written, or the contact, is gone."""
    written = CaseLetter.objects.filter(message=message)
    row = written.select_related("by", "case__response__campaign__brand", "case__contact").first()
    if row is None or message.contact is None:
        raise CannotRender("what was written is gone, or its contact")
    row.case.contact = message.contact
    return _made(message, row.case, by=row.by, subject=row.subject, text=row.text, language=row.language)


def _made(message: Message, case: Case, *, by: User | None, subject: str, text: str, language: str) -> Letter:
    brand = brand_of(case)
    if brand is None:
        raise CannotRender("there is no brand to speak for")
    return compose(
        message,
        to=case.contact.email,
        brand=brand,
        sender=timeline.name_of(by),
        subject=subject,
        text=text,
        language=language,
    )


def compose(message: Message, *, to: str, brand: Brand, sender: str, subject: str, text: str, language: str) -> Letter:
    """A personal letter: text and simple HTML in the typeface and direction of its language, answers to `message`."""
    return surveys_mail.personal(message, to=to, brand=brand, sender=sender, subject=subject, text=text, tag=language)


# -------------------------------------------------------------------------------------------------------- taken back


def take_back(letter: CaseLetter, *, by: User) -> None:
    """Stop a letter that has not left; the case then waits for no answer to it.

    Raises WrongState, saying what became of the letter, when it has left.
    """
    with transaction.atomic():
        case = letter.case
        cases.lock(case)
        mine = Message.objects.filter(case_letter=letter)
        if not move_many(mine, MESSAGE_MOVES, MessageStatus.CANCELLED, error="taken back", claim_id=None):
            letter.refresh_from_db(fields=["message"])
            words = _("Not taken back: the mail has left (%(fate)s).")
            raise WrongState(words % {"fate": casewords.fate(letter)})
        if letter.attempt is not None:
            tried = letter.attempt.at
            Touch.objects.filter(contact_id=case.contact_id, kind=TouchKind.LETTER, at=tried).delete()
            letter.attempt.delete()
        record(case, by=by, reason=f"{casewords.TAKEN_BACK}{letter.subject}")
        if case.waiting_since == letter.at:  # for the answer to this very letter
            cases.go_on(case, by=by)


def taken_back(case: Case, number: int) -> CaseLetter | None:
    """The letter of this number, if it is one of the case that was taken back: its words, as they would have left."""
    return case.letters.filter(pk=number, message__status=MessageStatus.CANCELLED).first()


# -------------------------------------------------------------------------------------------------- what the page shows


def waiting(case: Case) -> list[CaseLetter]:
    """The letters of the case that can still be taken back, latest first."""
    open_ones = (MessageStatus.QUEUED, MessageStatus.CLAIMED)
    rows = case.letters.filter(message__status__in=open_ones).select_related("message", "by")
    return list(rows.order_by("-at", "-pk"))


def unanswered(case: Case) -> Reply | None:
    """The latest answer of the contact that nobody has followed up, or None."""
    reply = case.replies.order_by("-at", "-pk").first()
    if reply is None or case.attempts.filter(at__gt=reply.at).exists():
        return None
    return reply
