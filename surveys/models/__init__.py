"""Everything the survey side stores."""

from __future__ import annotations

from surveys.models.campaigns import (
    Brand,
    Campaign,
    Invitation,
    Subject,
    Touchpoint,
    Wave,
)
from surveys.models.contacts import Account, Contact, Hold, Segment, Suppression, Touch
from surveys.models.deliveries import DeliveryEvent
from surveys.models.events import Event, Tick
from surveys.models.imports import Import, ImportedContact, ImportMapping
from surveys.models.outbox import InboxMail, Message
from surveys.models.questions import Question, QuestionAnswer, QuestionText
from surveys.models.reasons import BandReason, Reason, ResponseReason
from surveys.models.responses import Click, DailyCount, Response, Revision
from surveys.models.slots import Slot
from surveys.models.words import CampaignText, PageText

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
    "Hold",
    "Import",
    "ImportMapping",
    "ImportedContact",
    "InboxMail",
    "Invitation",
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
