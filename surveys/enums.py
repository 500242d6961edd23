"""Choices, and the table of legal moves for each status."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

Moves = Mapping[str, frozenset[str]]


class Band(TextChoices):
    DETRACTOR = "detractor", _("Detractor")
    PASSIVE = "passive", _("Passive")
    PROMOTER = "promoter", _("Promoter")


class Basis(TextChoices):
    """Why we may ask a contact a research question. Empty: nothing is recorded, so we may not."""

    NONE = "", _("None recorded")
    CUSTOMER = "customer", _("Customer relation")
    CONSENT = "consent", _("Consent")


class ConsentPurpose(TextChoices):
    """What a contact may agree to."""

    QUOTE = "quote", _("May be quoted")
    MARKETING = "marketing", _("Offers and favours by mail")


class SuppressionReason(TextChoices):
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    BOUNCED = "bounced", _("Address bounced")
    COMPLAINED = "complained", _("Complained")
    MANUAL = "manual", _("Set by staff")


class SuppressionScope(TextChoices):
    """ASKING stops research and marketing; ALL stops service mail too ("no contact at all")."""

    ASKING = "asking", _("Surveys and offers")
    ALL = "all", _("Everything")


class MailWish(TextChoices):
    """What a contact has said we may send. Listed from most to least."""

    ALL = "all", _("As the campaigns say")
    SURVEYS_ONLY = "surveys_only", _("Surveys only, no offers, no requests")
    FEWER = "fewer", _("One survey a year, no offers, no requests")


class ExitChoice(TextChoices):
    """What a contact may choose by the link in a mail, in the order in which it is offered."""

    ALL = "all", _("surveys and requests")
    FEWER = "fewer", _("fewer mails")
    SURVEYS_ONLY = "surveys_only", _("surveys only")
    PAUSE = "pause", _("a pause of a year")
    NOTHING = "nothing", _("nothing at all")


class TouchKind(TextChoices):
    INVITATION = "invitation", _("Survey invitation")
    REMINDER = "reminder", _("Reminder")
    CALL = "call", _("Call")
    LETTER = "letter", _("Letter in a case")
    ASK = "ask", _("Ask")


class HoldKind(TextChoices):
    CASE = "case", _("Open case")
    COMPLAINT = "complaint", _("Complaint")
    PAUSE = "pause", _("Pause")
    # Apart from that of staff: a contact may lift it again, and nobody else does.
    OWN_PAUSE = "own_pause", _("Pause the contact asked for")


class CampaignStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    ARCHIVED = "archived", _("Archived")


CAMPAIGN_MOVES: Moves = {
    CampaignStatus.DRAFT: frozenset({CampaignStatus.ACTIVE}),
    CampaignStatus.ACTIVE: frozenset({CampaignStatus.PAUSED, CampaignStatus.ARCHIVED}),
    # Without this one would have to let a paused campaign send in order to end it.
    CampaignStatus.PAUSED: frozenset({CampaignStatus.ACTIVE, CampaignStatus.ARCHIVED}),
}


class CampaignKind(TextChoices):
    ONCE = "once", _("Once")
    PERIODIC = "periodic", _("Periodic")
    CONTINUOUS = "continuous", _("Continuous")
    EVENT = "event", _("After an event")


class WindowZone(TextChoices):
    """Whose clock the send window is read on. Where one has no time zone, the next in line is taken."""

    CONTACT = "contact", _("The contact's, where it is known")
    ACCOUNT = "account", _("The account's, else the campaign's")
    CAMPAIGN = "campaign", _("The campaign's")


class Unit(TextChoices):
    DAY = "day", _("days")
    WEEK = "week", _("weeks")
    MONTH = "month", _("months")


class Style(TextChoices):
    """How the buttons look that somebody answers on. It shifts answers by itself, so it is kept with each of them."""

    BANDED = "banded", _("Red, yellow, green")
    NEUTRAL = "neutral", _("One colour")


class CampaignStyle(TextChoices):
    """What a campaign says of its buttons; of an experiment each invitation has one look or the other."""

    BANDED = "banded", _("Red, yellow, green")
    NEUTRAL = "neutral", _("One colour")
    EXPERIMENT = "experiment", _("Half and half: compare both")


class Scale(TextChoices):
    ZERO_TO_TEN = "0-10", _("0 to 10")


class WaveStatus(TextChoices):
    PLANNED = "planned", _("Planned")
    SENDING = "sending", _("Sending")
    PAUSED = "paused", _("Paused")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")


WAVE_MOVES: Moves = {
    WaveStatus.PLANNED: frozenset({WaveStatus.SENDING, WaveStatus.CANCELLED}),
    WaveStatus.SENDING: frozenset({WaveStatus.PAUSED, WaveStatus.FINISHED, WaveStatus.CANCELLED}),
    WaveStatus.PAUSED: frozenset({WaveStatus.SENDING, WaveStatus.CANCELLED}),
}

# Only by a message that is to leave after all, never by hand: so it is no move of the table above.
WAVE_REOPENS: Moves = {WaveStatus.FINISHED: frozenset({WaveStatus.SENDING, WaveStatus.PAUSED})}


class SkipReason(TextChoices):
    """Why a contact is left out of a wave; empty: the contact is asked. Listed in the order they are looked at."""

    NONE = "", _("Asked")
    NO_ADDRESS = "no_address", _("No mail address")
    SUPPRESSED = "suppressed", _("Address must not be mailed")
    NO_BASIS = "no_basis", _("No recorded basis for a survey")
    HELD = "held", _("On hold")
    TOO_NEW = "too_new", _("Not a customer for long enough")
    THROTTLED = "throttled", _("Asked too recently")
    FEWER = "fewer", _("Wants one survey a year")
    IN_QUEUE = "in_queue", _("Another survey waits to leave")
    JUST_MAILED = "just_mailed", _("Another mail in the last 24 hours")
    ACCOUNT_CAP = "account_cap", _("Enough others of the account are asked")


class Purpose(TextChoices):
    RESEARCH = "research", _("Research")
    MARKETING = "marketing", _("Marketing")
    SERVICE = "service", _("Service")
    STAFF = "staff", _("Staff")


class Promise(TextChoices):
    AT_MOST_ONCE = "at_most_once", _("At most once")
    AT_LEAST_ONCE = "at_least_once", _("At least once")


class MessageStatus(TextChoices):
    QUEUED = "queued", _("Waiting")
    CLAIMED = "claimed", _("Taken by a worker")
    DISPATCHING = "dispatching", _("Leaving")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Not known")
    SUPPRESSED = "suppressed", _("Stopped by the recipient's wish")
    CANCELLED = "cancelled", _("Cancelled")


MESSAGE_MOVES: Moves = {
    MessageStatus.QUEUED: frozenset({MessageStatus.CLAIMED, MessageStatus.SUPPRESSED, MessageStatus.CANCELLED}),
    MessageStatus.CLAIMED: frozenset(
        {
            MessageStatus.QUEUED,
            MessageStatus.DISPATCHING,
            MessageStatus.FAILED,
            MessageStatus.SUPPRESSED,
            MessageStatus.CANCELLED,
        }
    ),
    MessageStatus.DISPATCHING: frozenset(
        {MessageStatus.SENT, MessageStatus.FAILED, MessageStatus.UNKNOWN, MessageStatus.QUEUED}
    ),
    MessageStatus.UNKNOWN: frozenset({MessageStatus.SENT, MessageStatus.FAILED, MessageStatus.QUEUED}),
}

# Only by an event from outside, never by hand: whoever reports on a mail has had it, whatever we were told before.
MESSAGE_PROOFS: Moves = {
    MessageStatus.UNKNOWN: frozenset({MessageStatus.SENT, MessageStatus.FAILED}),
    MessageStatus.FAILED: frozenset({MessageStatus.SENT}),
}

OPEN_MESSAGE_STATUSES = (MessageStatus.QUEUED, MessageStatus.CLAIMED, MessageStatus.DISPATCHING)
IN_HAND_STATUSES = (MessageStatus.CLAIMED, MessageStatus.DISPATCHING)
NOT_SENT_STATUSES = (
    MessageStatus.FAILED,
    MessageStatus.UNKNOWN,
    MessageStatus.SUPPRESSED,
    MessageStatus.CANCELLED,
)


class DeliveryType(TextChoices):
    """What a report on a mail says; the values are anymail's. What is none of them is noted and nothing more."""

    QUEUED = "queued", _("Taken by the provider")
    SENT = "sent", _("Sent")
    DEFERRED = "deferred", _("Delayed")
    DELIVERED = "delivered", _("Delivered")
    BOUNCED = "bounced", _("Bounced")
    REJECTED = "rejected", _("Not sent")
    FAILED = "failed", _("Could not be sent")
    COMPLAINED = "complained", _("Complained")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")


class DeliveryOutcome(TextChoices):
    """What became of a report on a mail; empty: it has not been looked at to the end."""

    APPLIED = "applied", _("Applied")
    NOTED = "noted", _("Noted: nothing follows from it")
    REFUSED = "refused", _("Refused: we did not mail that address with that message")
    DROPPED = "dropped", _("Dropped: no such message")
    FAILED = "failed", _("Could not be applied")


class Channel(TextChoices):
    MAIL = "mail", _("Mail")
    LINK = "link", _("Open link")
    EMBED = "embed", _("Embedded")
    KIOSK = "kiosk", _("Kiosk")
    API = "api", _("API")
    IMPORT = "import", _("Import")


class DoorKind(TextChoices):
    """What a door is; an answer that comes through it has the channel of the same value."""

    LINK = "link", _("Open link")
    KIOSK = "kiosk", _("Kiosk")
    EMBED = "embed", _("Embedded in a site")


class Place(TextChoices):
    """Where on the landing page a block stands."""

    QUESTIONS = "questions", _("After the comment")
    WISHES = "wishes", _("Above the button")
    BELOW = "below", _("Below the button")


class ReasonOrigin(TextChoices):
    """Who says that an answer is about this. What a person says, no rule changes."""

    RESPONDENT = "respondent", _("Respondent")
    RULE = "rule", _("Rule")
    PERSON = "person", _("Person")


class QuestionKind(TextChoices):
    SCALE = "scale", _("Scale from 0 to 10")
    ONE = "one", _("One of several")
    MANY = "many", _("Any of several")
    TEXT = "text", _("Text")


class ReadyMade(TextChoices):
    """Questions with words in every language."""

    DISAPPOINTED = "disappointed", _("Did something disappoint you?")
    VALUE = "value", _("Is it worth what it costs?")
    WISH = "wish", _("What could we do?")
    RECOMMENDED = "recommended", _("Have you recommended us to somebody in the last twelve months?")

    @property
    def asks(self) -> QuestionKind:
        return QuestionKind.ONE if self in (ReadyMade.VALUE, ReadyMade.RECOMMENDED) else QuestionKind.TEXT


class Confidence(TextChoices):
    """Where the question of a language comes from."""

    HIGH = "high", _("Published in two places or more")
    MEDIUM = "medium", _("Published in one place, adapted")
    LOW = "low", _("Pieced together from phrases")


class LanguageState(TextChoices):
    IN_USE = "in_use", _("In use")
    DRAFT = "draft", _("Draft")
    ACCEPTED = "accepted", _("Accepted")


class ClickKind(TextChoices):
    """What was touched. None of them is an answer."""

    LINK = "link", _("A number in the mail")
    DECOY = "decoy", _("The link that no person sees")
    GESTURE = "gesture", _("The page itself")


class Veto(TextChoices):
    """What speaks against a person behind an answer. Listed in the order they are looked at."""

    NONE = "", _("Nothing")
    DECOY = "decoy", _("The link that no person sees was opened")
    SEVERAL = "several", _("Several numbers of one mail were opened at once")
    ALL_LINKS = "all_links", _("Every number of the mail was opened")
    TOO_SOON = "too_soon", _("A number was opened as soon as the mail was handed over")
    TOO_FAST = "too_fast", _("The form came back sooner than a person can read it")


class Evidence(TextChoices):
    """How sure we are that a person answered. A click is a row of its own, never an answer."""

    GESTURE = "gesture", _("Gesture")
    SUBMITTED = "submitted", _("Submitted")
    CONFIRMED = "confirmed", _("Confirmed by staff")
    IMPORTED = "imported", _("Imported")


class ImportStatus(TextChoices):
    UPLOADED = "uploaded", _("Waits for its columns")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Waits for your word")
    RUNNING = "running", _("Coming in")
    FINISHED = "finished", _("Imported")
    FAILED = "failed", _("Failed")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Taken back")


IMPORT_MOVES: Moves = {
    ImportStatus.UPLOADED: frozenset({ImportStatus.CHECKING}),
    ImportStatus.CHECKING: frozenset({ImportStatus.CHECKED, ImportStatus.FAILED}),
    ImportStatus.CHECKED: frozenset({ImportStatus.CHECKING, ImportStatus.RUNNING}),
    ImportStatus.RUNNING: frozenset({ImportStatus.FINISHED, ImportStatus.FAILED}),
    ImportStatus.FINISHED: frozenset({ImportStatus.UNDOING}),
    # Again with other columns, when nothing was stored; else what was stored can be taken back.
    ImportStatus.FAILED: frozenset({ImportStatus.CHECKING, ImportStatus.UNDOING}),
    ImportStatus.UNDOING: frozenset({ImportStatus.UNDONE, ImportStatus.FAILED}),
}

IMPORTS_AT_WORK = (ImportStatus.CHECKING, ImportStatus.RUNNING, ImportStatus.UNDOING)


class KeepReason(TextChoices):
    """Why a contact is not taken back with its import. Listed in the order they are looked at."""

    ANSWERED = "answered", _("answered a survey")
    WRITTEN_TO = "written_to", _("were written to")
    CHANGED = "changed", _("were changed since")
    WORKED_ON = "worked_on", _("are part of other work: a case, a request, an ask")
