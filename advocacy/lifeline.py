"""Everything that happened to a contact, in one list."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from advocacy import deletions, exits, stopwords, timeline
from advocacy.models import Attempt, CaseLetter, CaseNote, Reply
from advocacy.timeline import Entry, Kind
from surveys import contacts, privacy, wishes
from surveys.enums import ExitChoice, MessageStatus, SuppressionReason, TouchKind
from surveys.models import Click, Contact, Event, ImportedContact, Message, Revision, Suppression, Touch

CONTACT_KIND, SUPPRESSION_KIND = Contact._meta.label_lower, Suppression._meta.label_lower


def of_contact(contact: Contact, *, sees_cases: bool) -> list[Entry]:
    """Everything that happened to a contact, newest first, in as many statements however much it is.

    What was said and noted in cases is for those who see cases; that there was one is for all who see the contact.
    """
    events = Event.objects.filter(contact=contact).select_related("by").order_by("-at", "-pk")
    attempts = Attempt.objects.filter(case__contact=contact, letter=None).select_related("by", "letter")
    letters = CaseLetter.objects.filter(case__contact=contact).select_related("by", "message").order_by("-at", "-pk")
    notes = CaseNote.objects.filter(case__contact=contact).select_related("by").order_by("-at", "-pk")
    revisions = Revision.objects.filter(response__contact=contact).select_related("response__campaign").order_by("-at")
    mails = Message.objects.filter(contact=contact).select_related("invitation__wave__campaign").order_by("-pk")
    if sees_cases:
        mails = mails.filter(case_letter=None)
    clicks = Click.objects.filter(invitation__contact=contact).select_related("invitation__wave__campaign")
    replies = Reply.objects.filter(contact=contact).select_related("contact").order_by("-at", "-pk")
    imports = ImportedContact.objects.filter(contact=contact).select_related("batch").defer("before", "after")
    latest = list(events[: timeline.LIMIT])
    of_cases = [
        *timeline.fold(_of_any_event(event) for event in latest),
        *(timeline.of_attempt(attempt) for attempt in attempts.order_by("-at", "-pk")[: timeline.LIMIT]),
    ]
    entries = [
        *(of_cases if sees_cases else (_kept_short(entry) for entry in of_cases)),
        *((timeline.of_note(note) for note in notes[: timeline.LIMIT]) if sees_cases else ()),
        *((timeline.of_letter(letter) for letter in letters[: timeline.LIMIT]) if sees_cases else ()),
        *(_seen_as(timeline.of_reply(reply), sees_cases) for reply in replies[: timeline.LIMIT]),
        *(timeline.of_revision(revision, set()) for revision in revisions[: timeline.LIMIT]),
        *(_of_any_mail(mail) for mail in mails[: timeline.LIMIT]),
        *(_of_click(click) for click in clicks.order_by("-at", "-pk")[: timeline.LIMIT]),
        *(_of_import(row) for row in imports.order_by("-at", "-pk")[: timeline.LIMIT]),
        *_of_stop(contact, latest),
    ]
    told_at = {entry.at for entry in entries}
    touches = contact.touches.order_by("-at", "-pk")[: timeline.LIMIT]
    # A touch is written with the mail or the attempt that it counts: those are told already.
    entries += [_of_touch(touch) for touch in touches if touch.at not in told_at]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _kept_short(entry: Entry) -> Entry:
    return replace(entry, text="", case_id=None) if entry.case_id else entry


def _seen_as(entry: Entry, sees_cases: bool) -> Entry:
    """A reply without a case may hold what belongs into one."""
    return entry if sees_cases else replace(entry, text="", case_id=None)


def _of_any_event(event: Event) -> Entry:
    if event.kind == CONTACT_KIND:
        kind = Kind.STOPPED if event.reason == wishes.BY_LINK else Kind.OTHER
        return Entry(event.at, kind, _told_contact(event), by=timeline.name_of(event.by))
    if event.kind == SUPPRESSION_KIND:
        lifted = event.went_to == "lifted"
        reason = event.reason if lifted else stopwords.source(event.went_to, event.reason)
        text = "" if event.reason == wishes.BY_LINK else reason
        return Entry(event.at, *_told_suppression(event), by=timeline.name_of(event.by), text=text)
    return timeline.of_event(event)


def _told_contact(event: Event) -> str:
    if event.went_to == privacy.MERGED:
        return _("Merged with another contact: %(who)s") % {"who": event.reason}
    if event.went_to == privacy.EXPORTED:
        return _("Exported: everything known of this person was downloaded")
    if event.reason == wishes.BY_LINK and event.went_to in ExitChoice:
        return _("Chose by the link in a mail: %(choice)s") % {"choice": ExitChoice(event.went_to).label}
    if event.went_to == deletions.ASKED:
        return _("Asked to be forgotten")
    if event.went_to == deletions.KEPT:
        return _("Kept after all: %(reason)s") % {"reason": event.reason}
    if event.went_to == exits.SEEN:
        return _("Has seen everything known of the person, by the link in a mail")
    if event.reason.startswith(contacts.CHANGED):
        fields = {field.name: field.verbose_name for field in Contact._meta.concrete_fields}
        names = event.reason.removeprefix(contacts.CHANGED).split(", ")
        return _("Changed: %(fields)s") % {"fields": ", ".join(str(fields.get(name, name)) for name in names)}
    return event.reason


def _of_stop(contact: Contact, events: list[Event]) -> list[Entry]:
    """What stands against mail now, where no event tells it: nobody of ours did that."""
    stop = Suppression.objects.filter(address_hash=contact.address_hash).exclude(address_hash="").first()
    if stop is None or any(
        (event.kind, event.object_id, event.went_to) == (SUPPRESSION_KIND, str(stop.pk), stop.reason)
        for event in events
    ):
        return []
    return [Entry(stop.created_at, *_stopped(stop.reason), text=stopwords.source(stop.reason, stop.source))]


def _told_suppression(event: Event) -> tuple[Kind, str]:
    if event.went_to == "lifted":
        return Kind.CONTACTED, _("May be mailed again")
    return _stopped(event.went_to)


def _stopped(reason: str) -> tuple[Kind, str]:
    label = str(SuppressionReason(reason).label) if reason in SuppressionReason else reason
    return Kind.STOPPED, _("Must not be mailed: %(reason)s") % {"reason": label}


def _of_any_mail(mail: Message) -> Entry:
    if mail.sent_at:
        return timeline.of_mail(mail)
    about = f" · {mail.invitation.wave.campaign}" if mail.invitation else ""
    status = str(MessageStatus(mail.status).label)
    return Entry(mail.created_at, Kind.MAIL, _("Mail: %(status)s") % {"status": status} + about, text=mail.error)


def _of_click(click: Click) -> Entry:
    title = _("Opened the page of score %(score)s") % {"score": click.score}
    return Entry(click.at, Kind.CLICK, f"{title} · {click.invitation.wave.campaign}")


def _of_import(row: ImportedContact) -> Entry:
    title = _("Came with the file %(name)s") if row.was_created else _("Changed by the file %(name)s")
    return Entry(row.at, Kind.IMPORT, title % {"name": row.batch.name})


def _of_touch(touch: Touch) -> Entry:
    return Entry(touch.at, Kind.MAIL, str(TouchKind(touch.kind).label))
