"""A question that the knowledge base answers already: a letter with the entry, read by a person before it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy import knowledge, mail, personal, trail
from advocacy.enums import RequestKind
from advocacy.models import CustomerRequest, Entry, EntryAnswer, EntryText
from surveys import mail as letters
from surveys.models import Message
from surveys.transitions import WrongState, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

LETTER = "entry_answer"
SECTION = "entry_mail"


def entries(request: CustomerRequest) -> QuerySet[Entry]:
    """What may answer it: the entries for every brand, and those of the brand that asked; the most used first."""
    brand = mail.brand_of(request.contact)
    rows = Entry.objects.filter(Q(brand=None) | Q(brand=brand), texts__isnull=False).distinct()
    return rows.annotate(uses=Count("answers", distinct=True)).order_by("-uses", "position", "name")


def draft(request: CustomerRequest, entry: Entry) -> tuple[personal.Draft, str]:
    """The letter as a person finds it, and its language. The entry's words are in the nearest language there is."""
    known, tag = _known(request, entry)
    ready = personal.table(tag, SECTION)
    return personal.filled(ready["subject"], ready["body"], known), tag


def _known(request: CustomerRequest, entry: Entry) -> tuple[dict[str, str], str]:
    """What stands for each of the tags, and the language."""
    contact = request.contact
    brand = mail.brand_of(contact)
    tag = personal.language_of(contact, request.spoken, brand)
    text = knowledge.text_of(entry, tag)
    answer = _words(text) if text else ""
    return personal.values(contact, brand, tag, quote=personal.quoted(request.words), answer=answer), tag


def _words(text: EntryText) -> str:
    """The title with the words themselves, or with where they stand: a page elsewhere."""
    return f"{text.title}\n{text.address}" if text.address else f"{text.title}\n\n{text.text.strip()}"


def send(request: CustomerRequest, *, entry: Entry, subject: str, body: str, by: User, seen: str = "") -> EntryAnswer:
    """Send it: the mail, that the person was told, and which entry was of use, in one transaction."""
    with transaction.atomic():
        trail.lock(request)
        if request.told_at is not None:
            raise WrongState(_("Not sent: this person was told already."))
        trail.check(request, seen=seen)
        if request.kind != RequestKind.QUESTION:
            raise WrongState(_("Not sent: the knowledge base answers questions. Sort it as one first."))
        if stop := personal.why_not(request.contact):
            raise WrongState(_("Not sent: this person %(reason)s.") % {"reason": stop.label})
        known, tag = _known(request, entry)
        if fault := personal.fault(subject, body, known):
            raise WrongState(_("Not sent: %(reason)s") % {"reason": fault})
        made, now = personal.written(subject, body, known), timezone.now()
        answer = EntryAnswer.objects.create(
            request=request,
            entry=entry,
            language=tag,
            subject=made.subject,
            body=made.body,
            message=personal.queue(LETTER, request.contact, language=tag, at=now),
            by=by,
        )
        request.told_at = now
        request.save(update_fields=["told_at"])
        record(request, by=by, reason=trail.ANSWERED + entry.name)
        return answer


def letter(message: Message) -> letters.Letter:
    """The mail. Raises CannotRender when what it says is gone."""
    answer = EntryAnswer.objects.filter(message=message).first()
    if answer is None:
        raise letters.CannotRender("its words are gone")
    return personal.render(message, draft=personal.Draft(answer.subject, answer.body), section=SECTION)
