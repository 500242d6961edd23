"""Choices, and the table of legal moves for each status."""

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

OPEN_FIX_STATUSES = (FixStatus.IDEA, FixStatus.PLANNED)


class AskRule(TextChoices):
    """Why an advocate cannot be asked now. Those up to `on hold` say nothing of when; the others end on a day."""

    NONE = "", _("may be asked")
    DO_NOT_ASK = "do_not_ask", _("do not ask")
    NO_ADDRESS = "no_address", _("no mail address")
    SUPPRESSED = "suppressed", _("must not be written to")
    NO_CONSENT = "no_consent", _("no consent yet")
    NO_REQUESTS = "no_requests", _("wants no requests")
    OPEN_CASE = "open_case", _("a case is open")
    LOW_SCORE = "low_score", _("the latest score is no promoter's")
    TOO_OLD = "too_old", _("the latest answer is older than 180 days")
    PROMISE = "promise", _("a promise to them is overdue")
    ONE_OPEN = "one_open", _("an ask is open")
    ACCOUNT_CAP = "account_cap", _("two asks of this account are open")
    DONE_ALREADY = "done_already", _("done already")
    NO_WORDS = "no_words", _("there is no letter in their language")
    ON_HOLD = "on_hold", _("on hold until somebody lifts it")
    PAUSED = "paused", _("paused")
    HELD = "held", _("on hold")
    ONE_IN_A_MONTH = "one_in_a_month", _("one ask in 30 days")
    FOUR_IN_A_YEAR = "four_in_a_year", _("four asks in a year")
    HEAVY = "heavy", _("one heavy ask in 90 days")
    SAID_NO = "said_no", _("said no to this less than 180 days ago")
    SILENT = "silent", _("two asks went unanswered")
    TENURE = "tenure", _("a customer for too short a time")
    JUST_MAILED = "just_mailed", _("another mail in the last 24 hours")


class AdvocateChange(TextChoices):
    """What staff may change about an advocate; the values stand in the event log."""

    FOUND = "found", _("Became a possible advocate")
    PAUSED = "paused", _("Paused")
    RESUMED = "resumed", _("The pause is over")
    DO_NOT_ASK = "do_not_ask", _("Not to be asked any more")
    MAY_ASK = "may_ask", _("May be asked again")
    NO_GIFTS = "no_gifts", _("The employer forbids gifts")
    GIFTS = "gifts", _("The employer allows gifts")
    NOMINATED = "nominated", _("Nominated")
    PROFILE = "profile", _("Site and social handles changed")


class RoutedTo(TextChoices):
    """What a settled response became; the last two say why it became nothing."""

    CASE = "case", _("Case")
    REQUEST = "request", _("Request")
    ADVOCATE = "advocate", _("Advocate")
    NO_CONTACT = "no_contact", _("Nothing: no contact is known")
    TOO_OLD = "too_old", _("Nothing: imported, and older than 14 days")


class StoryStatus(TextChoices):
    """Where a testimonial stands. The last three show nothing any more."""

    RECEIVED = "received", _("Received")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


STORY_MOVES: Moves = {
    StoryStatus.RECEIVED: frozenset(
        {StoryStatus.APPROVED, StoryStatus.REJECTED, StoryStatus.WITHDRAWN, StoryStatus.EXPIRED}
    ),
    StoryStatus.APPROVED: frozenset(
        {StoryStatus.PUBLISHED, StoryStatus.REJECTED, StoryStatus.WITHDRAWN, StoryStatus.EXPIRED}
    ),
    StoryStatus.PUBLISHED: frozenset(
        {StoryStatus.APPROVED, StoryStatus.REJECTED, StoryStatus.WITHDRAWN, StoryStatus.EXPIRED}
    ),
    StoryStatus.REJECTED: frozenset({StoryStatus.APPROVED, StoryStatus.WITHDRAWN}),
}

LIVE_STORY_STATUSES = (StoryStatus.RECEIVED, StoryStatus.APPROVED, StoryStatus.PUBLISHED)
GONE_STORY_STATUSES = (StoryStatus.REJECTED, StoryStatus.WITHDRAWN, StoryStatus.EXPIRED)


class ReviewKind(TextChoices):
    GOOGLE = "google", "Google"
    TRUSTPILOT = "trustpilot", "Trustpilot"
    YELP = "yelp", "Yelp"
    G2 = "g2", "G2"
    CAPTERRA = "capterra", "Capterra"
    APP_STORE = "app_store", "App Store"
    PLAY = "play", "Google Play"
    OTHER = "other", _("Another site")


# Kinds whose policy could allow it at all, if somebody looks the rule up and records it. For the others nothing can.
MAY_ALLOW_GATING = (ReviewKind.OTHER,)
MAY_ALLOW_REWARDS = (ReviewKind.G2, ReviewKind.CAPTERRA, ReviewKind.OTHER)


class ShownTo(TextChoices):
    """On which thank-you pages a review site stands."""

    ALL = "all", _("Everybody, whatever their score")
    PROMOTERS = "promoters", _("Those who gave 9 or 10")


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


class RequestOrigin(TextChoices):
    """How a request came to be: made of a passive's answer, or noted by a person."""

    ROUTING = "routing", _("A passive's answer")
    HAND = "hand", _("Noted by a person")


class AnnouncementStatus(TextChoices):
    """Where the thank-yous of a fix stand. Whoever asks later is taken in, so it may begin again."""

    DRAFTING = "drafting", _("Being drafted")
    REVIEW = "review", _("Waits for a person")
    DONE = "done", _("All decided")


ANNOUNCEMENT_MOVES: Moves = {
    AnnouncementStatus.DRAFTING: frozenset({AnnouncementStatus.REVIEW}),
    AnnouncementStatus.REVIEW: frozenset({AnnouncementStatus.DRAFTING, AnnouncementStatus.DONE}),
    AnnouncementStatus.DONE: frozenset({AnnouncementStatus.DRAFTING}),
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


# ------------------------------------------------------------------------------------------ macros: who owns it then


class MacroOwner(TextChoices):
    ME = "me", _("Whoever runs it")
    NOBODY = "nobody", _("Nobody")
    USER = "user", _("A colleague")


# ------------------------------------------------------------------------------------------------------------ the queue


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


class AskKind(TextChoices):
    """The favours we ask. A thank-you is service, a review site is a policy record: neither is an ask."""

    TESTIMONIAL = "testimonial", _("Testimonial")
    REFERRAL = "referral", _("Referral")
    CASE_STUDY = "case_study", _("Case study")
    REFERENCE_CALL = "reference_call", _("Reference call")
    SPEAKER = "speaker", _("Speaker or event")
    ADVISORY_BOARD = "advisory_board", _("Advisory board")
    SOCIAL_POST = "social_post", _("Social post")
    BETA = "beta", _("Beta test")


HEAVY_ASKS = (AskKind.CASE_STUDY, AskKind.REFERENCE_CALL, AskKind.SPEAKER)


class AskStatus(TextChoices):
    PLANNED = "planned", _("Planned")
    SENT = "sent", _("Sent")
    DONE = "done", _("Done")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("No answer")
    DROPPED = "dropped", _("Dropped before it was sent")


ASK_MOVES: Moves = {
    AskStatus.PLANNED: frozenset({AskStatus.SENT, AskStatus.DROPPED}),
    AskStatus.SENT: frozenset({AskStatus.DONE, AskStatus.DECLINED, AskStatus.EXPIRED}),
}

OPEN_ASK_STATUSES = (AskStatus.PLANNED, AskStatus.SENT)


class AskStage(TextChoices):
    """Where an ask stands on the board of its programme; which of them there are, its kind says."""

    PLANNED = "planned", _("Planned")
    ASKED = "asked", _("Asked")
    AGREED = "agreed", _("Agreed")
    BOOKED = "booked", _("Date set")
    DRAFTED = "drafted", _("Drafted")
    DONE = "done", _("Done")
    SAID_NO = "said_no", _("Said no")
    NO_ANSWER = "no_answer", _("No answer")
    DROPPED = "dropped", _("Dropped")


# What lies between a yes and the end; before it everything is planned and asked, after it done.
ASK_WORK: dict[str, tuple[AskStage, ...]] = {
    AskKind.TESTIMONIAL: (AskStage.DRAFTED,),
    AskKind.CASE_STUDY: (AskStage.BOOKED, AskStage.DRAFTED),
    AskKind.REFERENCE_CALL: (AskStage.BOOKED,),
    AskKind.SPEAKER: (AskStage.BOOKED,),
}


class AskAnswer(TextChoices):
    """What the page of an ask lets somebody say. The values stand in its form."""

    NONE = "", _("None yet")
    YES = "yes", _("Yes")
    WILL = "will", _("I will do it myself")
    NOT_NOW = "not_now", _("Not now")
    NEVER = "never", _("Never ask me again")


class AskChange(TextChoices):
    """What happens to an ask beside its moves; the values stand in the event log."""

    STAGE = "stage", _("Moved on the board")
    POSTPONED = "postponed", _("Put off")
    QUEUED = "queued", _("Its mail waits to leave")
    EDITED = "edited", _("Changed")
