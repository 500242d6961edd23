"""When a continuous campaign asks whom next."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.campaigns import Campaign
from surveys.models.contacts import Contact


class Slot(models.Model):
    """The day from which a contact is due in a continuous campaign; the next business day asks."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="slots", verbose_name=_("campaign"))
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="slots", verbose_name=_("contact"))
    due_on = models.DateField(_("due on"))

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        constraints = [models.UniqueConstraint(fields=["campaign", "contact"], name="surveys_slot_once")]
        indexes = [
            # The wave of a day takes those who are due, and a planner counts how many each day has.
            models.Index(fields=["campaign", "due_on"], name="surveys_slot_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.contact_id} {self.due_on}"
