"""What the world says of our mail, stored once as it came."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from surveys.enums import DeliveryOutcome


class DeliveryEventQuerySet(models.QuerySet["DeliveryEvent"]):
    def due(self, at: dt.datetime) -> DeliveryEventQuerySet:
        """What is still to be applied: new, or set aside until a time that has come."""
        return self.filter(Q(retry_at__isnull=True) | Q(retry_at__lte=at), processed_at__isnull=True)


class DeliveryEvent(models.Model):
    """One report of a provider or a mail server on one of our mails. It may name anything, so it points at nothing."""

    key = models.CharField(
        _("key"),
        max_length=64,
        unique=True,
        help_text=_(
            "Hash of what makes the event one event: the provider's id, or all that it says where it gives none."
        ),
    )
    provider = models.CharField(_("provider"), max_length=40)
    event_id = models.CharField(_("event of the provider"), max_length=200, blank=True)
    type = models.CharField(_("what happened"), max_length=20)
    message_id = models.CharField(
        _("message of the provider"), max_length=320, blank=True, help_text=_("The mail as the provider calls it.")
    )
    message_pk = models.BigIntegerField(
        _("message"), null=True, blank=True, help_text=_("The mail as we called it in its metadata.")
    )
    recipient_hash = models.CharField(_("recipient, keyed hash"), max_length=64, blank=True)
    reject_reason = models.CharField(_("why rejected"), max_length=20, blank=True)
    diagnosis = models.CharField(_("diagnosis"), max_length=300, blank=True)
    payload = models.TextField(_("as it came"), blank=True, help_text=_("JSON as it came, cut where it is too long."))
    at = models.DateTimeField(_("at"))
    received_at = models.DateTimeField(_("received"), db_default=Now())
    retry_at = models.DateTimeField(_("tried again"), null=True, blank=True)
    processed_at = models.DateTimeField(_("applied"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=DeliveryOutcome, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = DeliveryEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery event")
        verbose_name_plural = _("delivery events")
        indexes = [
            # The task takes the next slice.
            models.Index(fields=["id"], condition=Q(processed_at__isnull=True), name="surveys_delivery_waiting"),
            # The page of one mail, and what is erased with it.
            models.Index(fields=["message_pk"], name="surveys_delivery_of_message"),
            models.Index(fields=["recipient_hash"], name="surveys_delivery_of_address"),
            # The task drops what is old.
            models.Index(fields=["received_at"], name="surveys_delivery_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.type} {self.message_pk or self.message_id}"
