"""Everything the survey side stores."""

from __future__ import annotations

from surveys.models.campaigns import (
    Brand,
    Campaign,
    CampaignText,
    Invitation,
    PageText,
    Subject,
    Touchpoint,
    Wave,
)
from surveys.models.contacts import Account, Contact, Hold, Segment, Suppression, Touch
from surveys.models.deliveries import DeliveryEvent
from surveys.models.doors import Door, DoorText, NetworkCount
from surveys.models.events import Event, Tick
from surveys.models.imports import Import, ImportedContact, ImportMapping
from surveys.models.outbox import InboxMail, Message
from surveys.models.responses import Click, DailyCount, Response, Revision
from surveys.models.slots import Slot

__all__ = [
    "Account",
    "Brand",
    "Campaign",
    "CampaignText",
    "Click",
    "Contact",
    "DailyCount",
    "DeliveryEvent",
    "Door",
    "DoorText",
    "Event",
    "Hold",
    "Import",
    "ImportMapping",
    "ImportedContact",
    "InboxMail",
    "Invitation",
    "Message",
    "NetworkCount",
    "PageText",
    "Response",
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
