"""Everything that happened in a case, in one list, and how each line of it reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from advocacy import casewords, clockwords, trail
from advocacy.enums import AttemptChannel, CaseStatus, Outcome
from advocacy.models import Advocate, Attempt, Case, CaseLetter, CaseNote, CustomerRequest, Reply
from surveys.models import (
    Contact,
    Event,
    Message,
    Response,
    Revision,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SCORES = 8
COLLEAGUES = 6
LIMIT = 200  # of each kind of row: what is older is not a matter of this case any more
CASE_KIND = Case._meta.label_lower
KINDS = (CASE_KIND, CustomerRequest._meta.label_lower, Advocate._meta.label_lower, trail.RESPONSE_KIND)

# How a reason begins that a machine wrote and that is told in words here.
SCORE, AGAIN, OWNER, PROMISE = "score ", "answered again: ", "owner: ", "promise by "


class Kind(StrEnum):
    """What happened. The value is the icon beside it."""

    OPENED = "queue"
    CONTACTED = "ok"
    CLOSED = "check"
    REOPENED = "reply"
    OWNER = "user"
    PROMISE = "flag"
    ATTEMPT = "phone"
    NOTE = "lock"
    ANSWER = "req"
    MAIL = "mail"
    REPLY = "doc"
    OVERDUE = "late"
    WAITS = "pause"
    GOES_ON = "clock"
    STOPPED = "stop"
    MACRO = "play"
    CLICK = "eye"
    IMPORT = "people"
    OTHER = "info"


@dataclass(frozen=True)
class Entry:
    """One line: a sentence, who did it, and free text below. `language` is set where the text is a contact's own."""

    at: dt.datetime
    kind: Kind
    title: str
    by: str = ""
    text: str = ""
    language: str = ""
    case_id: int | None = None
    folds: int = 0  # so many of its case's entries before it are a part of it


def name_of(user: User | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


def when(at: dt.datetime) -> str:
    """A moment in the viewer's zone: the time today, the weekday within a week, else the date."""
    local, today = timezone.localtime(at), timezone.localdate()
    if local.date() == today:
        return date_format(local, "H:i")
    if abs((local.date() - today).days) < 7:
        return date_format(local, "D H:i")
    return date_format(local, "j M Y, H:i" if local.year != today.year else "j M, H:i")


def of_case(case: Case, *, shown: Iterable[Response] = ()) -> list[Entry]:
    """What happened to the case and to its contact elsewhere, newest first. Seven statements, however much it is.

    The words of the answers that the page shows already are not told twice.
    """
    known = {(answer.pk, answer.revision) for answer in shown}
    contact = case.contact_id
    events = Event.objects.filter(contact=contact, kind__in=KINDS).select_related("by").order_by("-at", "-pk")
    attempts = Attempt.objects.filter(case__contact=contact, letter=None).select_related("by", "letter")
    letters = CaseLetter.objects.filter(case__contact=contact).select_related("by", "message").order_by("-at", "-pk")
    notes = CaseNote.objects.filter(case__contact=contact).select_related("by").order_by("-at", "-pk")
    revisions = Revision.objects.filter(response__contact=contact).select_related("response__campaign").order_by("-at")
    mails = Message.objects.filter(contact=contact, sent_at__isnull=False, case_letter=None)
    mails = mails.select_related("invitation__wave__campaign").order_by("-sent_at")
    replies = Reply.objects.filter(contact=contact).select_related("contact").order_by("-at", "-pk")
    entries = [
        *fold(of_event(event) for event in events[:LIMIT]),
        *(of_letter(letter) for letter in letters[:LIMIT]),
        *(of_attempt(attempt) for attempt in attempts.order_by("-at", "-pk")[:LIMIT]),
        *(of_note(note) for note in notes[:LIMIT]),
        *(of_revision(revision, known) for revision in revisions[:LIMIT]),
        *(of_mail(mail) for mail in mails[:LIMIT]),
        *(of_reply(reply) for reply in replies[:LIMIT]),
        *_breach(case),
    ]
    return sorted((_of_this(entry, case) for entry in entries), key=lambda entry: entry.at, reverse=True)


def _of_this(entry: Entry, case: Case) -> Entry:
    """Its own number says nothing on the page of a case; and a case knows when it was opened better than the event,
    which was written when the answer was routed."""
    if entry.case_id != case.pk:
        return entry
    return replace(entry, case_id=None, at=case.opened_at if entry.kind == Kind.OPENED else entry.at)


def of_event(event: Event) -> Entry:
    kind, title, text = _told_case(event) if event.kind == CASE_KIND else _told_other(event)
    by = name_of(event.by)
    if kind == Kind.OWNER and by and event.reason == OWNER + by:
        title, by = _("Taken by %(name)s") % {"name": by}, ""
    case_id = int(event.object_id) if event.kind == CASE_KIND and event.object_id.isdecimal() else None
    folds = casewords.events_of(event.reason) if case_id else 0
    return Entry(at=event.at, kind=kind, title=title, by=by, text=text, case_id=case_id, folds=folds)


def fold(entries: Iterable[Entry]) -> list[Entry]:
    """What a macro wrote stands below its name, newest first as all the rest: one entry for one press."""
    kept: list[Entry] = []
    of_case: dict[int | None, tuple[int, int]] = {}  # where its macro stands, and how many more belong to that
    for entry in entries:
        place, missing = of_case.get(entry.case_id, (0, entry.folds))
        if missing and not entry.folds:
            told = " · ".join(part for part in (entry.title, kept[place].text) if part)
            kept[place], of_case[entry.case_id] = replace(kept[place], text=told), (place, missing - 1)
        else:
            kept.append(entry)
            of_case[entry.case_id] = (len(kept) - 1, entry.folds)
    return kept


def _told_case(event: Event) -> tuple[Kind, str, str]:
    reason = event.reason
    if reason.startswith(clockwords.UNDONE):
        return _told_remark(reason)
    if event.went_to == CaseStatus.CLOSED:
        outcome, _colon, theme = reason.partition(": ")
        label = str(Outcome(outcome).label) if outcome in Outcome else outcome
        return Kind.CLOSED, _("Closed: %(outcome)s") % {"outcome": label}, theme
    if event.came_from == CaseStatus.CLOSED:
        return Kind.REOPENED, _("Reopened"), reason
    if event.went_to == CaseStatus.CONTACTED:
        return Kind.CONTACTED, _("First contact made"), reason
    if event.went_to == CaseStatus.OPEN:
        score = reason.removeprefix(SCORE)
        title = _("Case opened by a score of %(score)s") % {"score": score} if score != reason else _("Case opened")
        return Kind.OPENED, title, "" if score != reason else reason
    return _told_remark(reason)


def _told_remark(reason: str) -> tuple[Kind, str, str]:
    if reason.startswith(AGAIN):
        title = _("Answered again with a score of %(score)s: it joins this case")
        return Kind.ANSWER, title % {"score": reason.removeprefix(AGAIN)}, ""
    if reason.startswith(OWNER):
        name = reason.removeprefix(OWNER)
        return Kind.OWNER, _("Given to %(name)s") % {"name": name} if name else _("Put back: nobody owns it"), ""
    if told := clockwords.sentence(reason):
        return Kind(told[0]), told[1], ""
    if said := casewords.sentence(reason):
        return Kind(said[0]), *said[1:]
    day, _colon, promise = reason.removeprefix(PROMISE).partition(": ")
    if reason.startswith(PROMISE) and (due_on := parse_date(day)):
        return Kind.PROMISE, _("Promised by %(day)s") % {"day": date_format(due_on, "j M Y")}, promise
    return Kind.OTHER, reason, ""


def _told_other(event: Event) -> tuple[Kind, str, str]:
    return Kind.OTHER, *trail.sentence(event)


def of_attempt(attempt: Attempt) -> Entry:
    """A letter is told as what it says."""
    if letter := getattr(attempt, "letter", None):
        return of_letter(letter)
    return Entry(
        at=attempt.at,
        kind=Kind.ATTEMPT,
        title=casewords.attempted(AttemptChannel(attempt.channel), reached=attempt.reached),
        by=name_of(attempt.by),
        text=attempt.note,
        case_id=attempt.case_id,
    )


def of_letter(letter: CaseLetter) -> Entry:
    title = _("Wrote to the contact: %(subject)s") % {"subject": letter.subject} + f" · {casewords.fate(letter)}"
    return Entry(letter.at, Kind.MAIL, title, by=name_of(letter.by), text=letter.text, case_id=letter.case_id)


def of_note(note: CaseNote) -> Entry:
    return Entry(note.at, Kind.NOTE, _("Private note"), by=name_of(note.by), text=note.text, case_id=note.case_id)


def of_reply(reply: Reply) -> Entry:
    """What the contact wrote back; from another address it may be somebody else, and that is said."""
    title = _("Wrote back: %(subject)s") % {"subject": reply.subject} if reply.subject else _("Wrote back")
    is_own = reply.sender.lower() == reply.contact.email
    by = "" if is_own else _("from %(address)s") % {"address": reply.sender or "?"}
    return Entry(reply.at, Kind.REPLY, title, by=by, text=reply.text, language="und", case_id=reply.case_id)


def of_revision(revision: Revision, known: set[tuple[int, int]]) -> Entry:
    title = _("Answered with a score of %(score)s") if revision.number == 1 else _("Changed the score to %(score)s")
    return Entry(
        at=revision.at,
        kind=Kind.ANSWER,
        title=title % {"score": revision.score} + f" · {revision.response.campaign}",
        text="" if (revision.response_id, revision.number) in known else revision.comment,
        language=revision.response.language or "und",
    )


def of_mail(mail: Message) -> Entry:
    about = f" · {mail.invitation.wave.campaign}" if mail.invitation else ""
    title = _("Survey sent") if mail.letter == "invitation" else _("Mail sent: %(letter)s") % {"letter": mail.letter}
    if mail.bounced_at:
        title = _("Mail came back: %(letter)s") % {"letter": mail.letter}
    return Entry(at=mail.sent_at or mail.created_at, kind=Kind.MAIL, title=title + about)


def scores(case: Case) -> list[Response]:
    """The contact's latest answers, oldest first."""
    latest = (
        Response.objects.filter(contact=case.contact_id).only("score", "submitted_at").order_by("-submitted_at", "-pk")
    )
    return list(latest[:SCORES])[::-1]


def answers(case: Case) -> list[Response]:
    """The answers the case is about, newest first: what opened it, and what joined it since."""
    about = Response.objects.filter(Q(pk=case.response_id) | Q(routings__case=case)).distinct()
    return list(
        about.with_extras()
        .prefetch_related("themes__theme")
        .select_related("campaign")
        .order_by("-submitted_at", "-pk")
    )


def colleagues(case: Case) -> list[Contact]:
    """Others of the contact's account who answered, each with the latest score."""
    latest = Response.objects.filter(contact=OuterRef("pk")).order_by("-submitted_at", "-pk")
    others = Contact.objects.filter(account__isnull=False, account=case.contact.account_id).exclude(pk=case.contact_id)
    scored = others.annotate(score=Subquery(latest.values("score")[:1])).filter(score__isnull=False)
    return list(scored.only("name", "email", "phone", "language").order_by("name", "pk")[:COLLEAGUES])


def _breach(case: Case) -> list[Entry]:
    if case.due_at < (case.contacted_at or case.closed_at or timezone.now()):
        return [Entry(at=case.due_at, kind=Kind.OVERDUE, title=_("First contact was due"))]
    return []


def told(entry: Entry) -> str:
    """The entry as news for a colleague: who did what, and when."""
    who = {"who": entry.by or _("Somebody"), "when": when(entry.at)}
    return {
        Kind.CLOSED: _("%(who)s closed this case at %(when)s."),
        Kind.REOPENED: _("%(who)s reopened this case at %(when)s."),
        Kind.CONTACTED: _("%(who)s reached the contact at %(when)s."),
        Kind.ATTEMPT: _("%(who)s logged an attempt at %(when)s."),
        Kind.NOTE: _("%(who)s wrote a note at %(when)s."),
        Kind.ANSWER: _("The contact answered again at %(when)s."),
        Kind.PROMISE: _("%(who)s noted a promise at %(when)s."),
        Kind.REPLY: _("The contact wrote back at %(when)s."),
    }.get(entry.kind, "%(title)s (%(when)s).") % {**who, "title": entry.title}
