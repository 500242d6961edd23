"""Everything the survey side stores."""

from __future__ import annotations

from surveys.models.brands import Brand, Subject, Touchpoint
from surveys.models.campaigns import Campaign, CampaignText, Invitation, PageText, Wave
from surveys.models.contacts import Account, Contact, Hold, Segment, Suppression, Touch
from surveys.models.deliveries import DeliveryEvent
from surveys.models.events import Event, Tick
from surveys.models.imports import Import, ImportedContact, ImportMapping
from surveys.models.languages import LanguageReview
from surveys.models.outbox import InboxMail, Message
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
    "Click",
    "Contact",
    "DailyCount",
    "DeliveryEvent",
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
    "Tick",
    "Touch",
    "Touchpoint",
    "Wave",
]
