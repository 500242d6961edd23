"""What a new installation still needs, read from what is there: nobody ticks anything off."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Exists, Q, QuerySet, TextChoices
from django.utils import timezone

from advocacy.models import Team
from surveys.enums import CampaignStatus, MessageStatus
from surveys.models import Brand, Campaign, Contact, Message, Tick

if TYPE_CHECKING:
    from django.contrib.auth.models import User

INBOX = "surveys.inbox.EmailBackend"
TICK_MAY_BE_OLD = dt.timedelta(minutes=3)
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


class Step(TextChoices):
    """In the order in which one does them; the value stands in the page as an anchor."""

    ADDRESS = "address"
    WORKER = "worker"
    MAIL = "mail"
    BRAND = "brand"
    PEOPLE = "people"
    TEAM = "team"
    CONTACTS = "contacts"
    CAMPAIGN = "campaign"
    WAVE = "wave"


@dataclass(frozen=True)
class Checklist:
    """Each step with whether it is done."""

    done: dict[Step, bool]

    @property
    def left(self) -> int:
        return sum(not done for done in self.done.values())

    @property
    def next_step(self) -> Step | None:
        return next((step for step, done in self.done.items() if not done), None)


def look(viewer: User) -> Checklist:
    """All facts in one statement over the one row of the viewer: each is only asked whether a row is there."""
    users = get_user_model().objects
    facts: dict[Step, QuerySet[Any]] = {
        Step.WORKER: Tick.objects.filter(at__gte=timezone.now() - TICK_MAY_BE_OLD),
        Step.BRAND: Brand.objects.exclude(Q(from_email="") | Q(postal_address="")),
        Step.PEOPLE: users.filter(is_active=True, is_superuser=False),
        Step.TEAM: Team.objects.filter(lead__is_active=True, members__is_active=True),
        Step.CONTACTS: Contact.objects.all(),
        Step.CAMPAIGN: Campaign.objects.filter(status=CampaignStatus.ACTIVE),
        Step.WAVE: Message.objects.filter(status=MessageStatus.SENT, invitation__isnull=False),
    }
    wanted = {f"has_{step.value}": Exists(rows) for step, rows in facts.items()}
    found = users.filter(pk=viewer.pk).annotate(**wanted).values(*wanted).get()
    known = {
        Step.ADDRESS: urlsplit(settings.PUBLIC_BASE_URL).hostname not in LOCAL_HOSTS,
        Step.MAIL: settings.EMAIL_BACKEND != INBOX,
    }
    return Checklist({step: known[step] if step in known else bool(found[f"has_{step.value}"]) for step in Step})
