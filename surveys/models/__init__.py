"""Everything the survey side stores."""

from __future__ import annotations

from surveys.models.brands import Brand, Subject, Touchpoint
from surveys.models.campaigns import Campaign, CampaignText, Invitation, PageText, Wave
from surveys.models.consents import Consent
from surveys.models.contacts import Account, Contact, Hold, Segment, Suppression, Touch
from surveys.models.deliveries import DeliveryEvent
from surveys.models.doors import Door, DoorText, NetworkCount
from surveys.models.events import Event, Tick
from surveys.models.imports import Import, ImportedContact, ImportMapping
from surveys.models.languages import LanguageReview
from surveys.models.outbox import Claim, InboxMail, Message, TestMail
from surveys.models.questions import Question, QuestionAnswer, QuestionText
from surveys.models.reasons import BandReason, Reason, ResponseReason
from surveys.models.responses import Click, DailyCount, HeldAnswer, Response, Revision
from surveys.models.slots import Slot

__all__ = [
    "Account",
    "BandReason",
    "Brand",
    "Campaign",
    "CampaignText",
    "Claim",
    "Click",
    "Consent",
    "Contact",
    "DailyCount",
    "DeliveryEvent",
    "Door",
    "DoorText",
    "Event",
    "HeldAnswer",
    "Hold",
    "Import",
    "ImportMapping",
    "ImportedContact",
    "InboxMail",
    "Invitation",
    "LanguageReview",
    "Message",
    "NetworkCount",
    "PageText",
    "Question",
    "QuestionAnswer",
    "QuestionText",
    "Reason",
    "Response",
    "ResponseReason",
    "Revision",
    "Segment",
    "Slot",
    "Subject",
    "Suppression",
    "TestMail",
    "Tick",
    "Touch",
    "Touchpoint",
    "Wave",
]
