"""Choices of requests, fixes, thank-yous and ideas, and where each may move."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from surveys.enums import Moves


class RequestKind(TextChoices):
    UNSORTED = "", _("Not sorted yet")
    QUESTION = "question", _("Question")
    PROBLEM = "problem", _("Problem")
    SUGGESTION = "suggestion", _("Suggestion")
    NO_WISH = "none", _("Not a request")


class FixStatus(TextChoices):
    IDEA = "idea", _("Idea")
    PLANNED = "planned", _("Planned")
    SHIPPED = "shipped", _("Shipped")
    ANNOUNCED = "announced", _("Announced")
    DECLINED = "declined", _("Declined")
    MERGED = "merged", _("Merged")


FIX_MOVES: Moves = {
    FixStatus.IDEA: frozenset({FixStatus.PLANNED, FixStatus.DECLINED, FixStatus.MERGED}),
    FixStatus.PLANNED: frozenset({FixStatus.SHIPPED, FixStatus.DECLINED, FixStatus.MERGED}),
    FixStatus.SHIPPED: frozenset({FixStatus.ANNOUNCED}),
}


UNDO_FIX_MOVES: Moves = {  # while nobody was told yet
    FixStatus.ANNOUNCED: frozenset({FixStatus.SHIPPED}),
}


OPEN_FIX_STATUSES = (FixStatus.IDEA, FixStatus.PLANNED)


class RequestOrigin(TextChoices):
    """How a request came to be: made of a passive's answer, noted by a person, or found by a beta tester."""

    ROUTING = "routing", _("A passive's answer")
    HAND = "hand", _("Noted by a person")
    BETA = "beta", _("Found in a beta test")


class AnnouncementStatus(TextChoices):
    """Where the thank-yous of a fix stand. Whoever asks later is taken in, so it may begin again."""

    DRAFTING = "drafting", _("Being drafted")
    REVIEW = "review", _("Waits for a person")
    DONE = "done", _("All decided")


ANNOUNCEMENT_MOVES: Moves = {
    AnnouncementStatus.DRAFTING: frozenset({AnnouncementStatus.REVIEW}),
    AnnouncementStatus.REVIEW: frozenset({AnnouncementStatus.DRAFTING, AnnouncementStatus.DONE}),
    AnnouncementStatus.DONE: frozenset({AnnouncementStatus.DRAFTING, AnnouncementStatus.REVIEW}),
}


class DraftStatus(TextChoices):
    """What became of one person's thank-you."""

    WAITING = "waiting", _("To be read")
    SENT = "sent", _("Sent")
    SKIPPED = "skipped", _("Skipped")
    STOPPED = "stopped", _("Must not be written to")


DRAFT_MOVES: Moves = {
    DraftStatus.WAITING: frozenset({DraftStatus.SENT, DraftStatus.SKIPPED, DraftStatus.STOPPED}),
}


UNDO_DRAFT_MOVES: Moves = {  # before its mail has left
    DraftStatus.SENT: frozenset({DraftStatus.WAITING}),
}


class StopReason(TextChoices):
    """Why a person gets no letter. Listed in the order they are looked at."""

    NONE = "", _("may be written to")
    NO_ADDRESS = "no_address", _("no mail address")
    NO_CONTACT = "no_contact", _("wants no contact at all")
    ERASURE = "erasure", _("has asked to be forgotten")
    LEFT = "left", _("has left")
    SUPPRESSED = "suppressed", _("must not be sent offers")
    NO_OFFERS = "no_offers", _("wants no offers")
    NO_GIFTS = "no_gifts", _("the employer forbids gifts")
    NO_CONSENT = "no_consent", _("has not agreed to offers, and a gift is one")


class RuleOrigin(TextChoices):
    """Whether the words of a theme are still those that came with the software."""

    SHIPPED = "shipped", _("Shipped")
    EDITED = "edited", _("Edited here")


class NoticeKind(TextChoices):
    """What somebody is told of an idea. All but the last two are states of a fix."""

    PLANNED = "planned", _("Planned")
    SHIPPED = "shipped", _("Shipped")
    ANNOUNCED = "announced", _("Customers were told")
    DECLINED = "declined", _("Declined")
    MERGED = "merged", _("Merged with another idea")
    WON = "won", _("Won the challenge")
    COMMENT = "comment", _("New comment")


class WinnerBy(TextChoices):
    """Who chooses the winner of a challenge."""

    VOTES = "votes", _("The votes")
    JURY = "jury", _("A person")
