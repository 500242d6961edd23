"""Who moved what from where to where, and the heartbeat of the worker."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from surveys.models.contacts import Account, Contact


class Event(models.Model):
    """One move of a thing staff own. A log: append-only, and its object is named by text, not by a foreign key."""

    kind = models.CharField(_("kind"), max_length=60)
    object_id = models.CharField(_("row"), max_length=40)
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="events", verbose_name=_("contact")
    )
    account = models.ForeignKey(
        Account, models.SET_NULL, null=True, blank=True, related_name="events", verbose_name=_("account")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    came_from = models.CharField(_("from"), max_length=20, blank=True)
    went_to = models.CharField(_("to"), max_length=20, blank=True)
    reason = models.TextField(_("why"), blank=True)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            # The timeline of one thing, newest first.
            models.Index(fields=["kind", "object_id", "-at"], name="surveys_event_by_object"),
            # The timeline of one contact.
            models.Index(fields=["contact", "-at"], name="surveys_event_by_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.came_from} → {self.went_to}"


class Tick(models.Model):
    """When a task last looked at the database; /readyz reads its age."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
