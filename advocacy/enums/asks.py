"""Choices of advocates and asks, and where an ask may move."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from surveys.enums import Moves


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
    PROMISE = "promise", _("a promise to them is overdue or was broken")
    ONE_OPEN = "one_open", _("an ask is open")
    ACCOUNT_CAP = "account_cap", _("two asks of this account are open")
    DONE_ALREADY = "done_already", _("done already")
    TIER = "tier", _("asked of a higher tier only")
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
    TIER_UP = "tier_up", _("Rose to a tier")
    TIER_HELD = "tier_held", _("Too few points for the tier, which is held for now")
    TIER_KEPT = "tier_kept", _("Points enough for the tier again")
    TIER_DOWN = "tier_down", _("Left a tier")


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
