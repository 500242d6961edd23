"""Choices of cases, teams and huddles, and where a case may move."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from surveys.enums import Moves


class Role(TextChoices):
    """The groups made by a migration. The values are the groups' names."""

    SUPPORT = "Support", _("Support")
    SUPPORT_LEAD = "Support lead", _("Support lead")
    MARKETING = "Marketing", _("Marketing")
    ADMIN = "Admin", _("Admin")
    EMPLOYEE = "Employee", _("Employee")


class CaseStatus(TextChoices):
    OPEN = "open", _("Open")
    CONTACTED = "contacted", _("Contacted")
    CLOSED = "closed", _("Closed")


CASE_MOVES: Moves = {
    CaseStatus.OPEN: frozenset({CaseStatus.CONTACTED, CaseStatus.CLOSED}),
    CaseStatus.CONTACTED: frozenset({CaseStatus.CLOSED}),
    CaseStatus.CLOSED: frozenset({CaseStatus.OPEN}),
}


OPEN_CASE_STATUSES = (CaseStatus.OPEN, CaseStatus.CONTACTED)


class Outcome(TextChoices):
    """How a case ended. Required to close it."""

    RESOLVED = "resolved", _("Reached, and resolved")
    NO_FIX = "no_fix", _("Reached, no fix possible")
    NO_CONTACT = "no_contact", _("Reached, asks for no further contact")
    NOT_REACHED = "not_reached", _("Not reached after three attempts on two days")
    WRONG_PERSON = "wrong_person", _("Wrong person")
    LEFT = "left", _("Had already left")
    CANNOT_PLEASE = "cannot_please", _("Cannot be pleased")


REACHED_OUTCOMES = (Outcome.RESOLVED, Outcome.NO_FIX, Outcome.NO_CONTACT, Outcome.CANNOT_PLEASE)


class Clock(TextChoices):
    """What runs while a case is open. The values stand in the event log."""

    FIRST = "first_contact", _("First contact")
    OWNER = "owner", _("Owner")
    RESOLUTION = "resolution", _("Resolution")


class Level(TextChoices):
    """How far a clock has run when the lead is told."""

    WARNING = "warning", _("Three quarters used")
    BREACH = "breach", _("All of it used")


class AttemptChannel(TextChoices):
    CALL = "call", _("Call")
    MAIL = "mail", _("Mail")
    VISIT = "visit", _("Visit")
    OTHER = "other", _("Other")


class RoutedTo(TextChoices):
    """What a settled response became; the last two say why it became nothing."""

    CASE = "case", _("Case")
    REQUEST = "request", _("Request")
    ADVOCATE = "advocate", _("Advocate")
    NO_CONTACT = "no_contact", _("Nothing: no contact is known")
    TOO_OLD = "too_old", _("Nothing: imported, and older than 14 days")


class AgendaPart(TextChoices):
    """The parts of a huddle, in the order they are gone through."""

    NEW = "new", _("New detractors")
    BREACH = "breach", _("Not reached in time")
    QUOTE = "quote", _("In their words")
    WIN = "win", _("Won back")


class HuddleChange(TextChoices):
    """What is done in a huddle; the values stand in the event log."""

    MADE = "made", _("Agenda made")
    WRITTEN = "written", _("Decision and people noted")
    ACTION = "action", _("Action added")
    DONE = "done", _("Action done")
    AGAIN = "again", _("Action open again")


class MacroOwner(TextChoices):
    ME = "me", _("Whoever runs it")
    NOBODY = "nobody", _("Nobody")
    USER = "user", _("A colleague")


class News(TextChoices):
    """What came in after the last thing staff did with a case: it stands on top for that."""

    NONE = "", _("Nothing new")
    REPLY = "reply", _("Wrote back")
    ANSWER = "answer", _("Answered again")
    AWAKE = "awake", _("Its time has come")


class Verb(TextChoices):
    """What can be undone for ten seconds; the values stand in the event log."""

    ASSIGN = "assign", _("Assigned")
    SNOOZE = "snooze", _("Snoozed")
    WAKE = "wake", _("Woken")
    WAIT = "wait", _("Waiting")
    GO_ON = "go_on", _("Waiting no more")
    CLOSE = "close", _("Closed")
    REOPEN = "reopen", _("Reopened")


# What leads back: nothing else may take these ways, since a closed case is reopened with a reason and new clocks.
UNDO_CASE_MOVES: Moves = {
    CaseStatus.CLOSED: frozenset({CaseStatus.OPEN, CaseStatus.CONTACTED}),
    CaseStatus.OPEN: frozenset({CaseStatus.CLOSED}),
}
