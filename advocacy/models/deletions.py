"""Wishes to be forgotten."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.models import Contact, Message

TIME_TO_DELETE = dt.timedelta(days=30)


class DeletionRequestQuerySet(models.QuerySet["DeletionRequest"]):
    def waiting(self) -> DeletionRequestQuerySet:
        return self.filter(done_at__isnull=True, contact__isnull=False)


class DeletionRequest(models.Model):
    """A contact wants to be forgotten. A person of the staff does it: who only holds a forwarded mail deletes nobody.

    It outlives the contact, without a name: that it was done, and when.
    """

    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="deletion_requests",
        verbose_name=_("contact"),
    )
    message = models.ForeignKey(
        Message,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked by the link of the mail"),
    )
    asked_at = models.DateTimeField(_("asked"), db_default=Now())
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("kept by")
    )
    reason = models.CharField(_("why the contact was kept"), max_length=200, blank=True)

    objects = DeletionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("deletion request")
        verbose_name_plural = _("deletion requests")
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(done_at__isnull=True, contact__isnull=False),
                name="advocacy_deletion_asked_once",
            ),
        ]
        indexes = [
            # Admins see what waits, and each page of theirs counts it.
            models.Index(fields=["asked_at"], condition=Q(done_at__isnull=True), name="advocacy_deletion_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.contact or _('nobody any more')} {self.asked_at:%Y-%m-%d}"

    @property
    def due_at(self) -> dt.datetime:
        return self.asked_at + TIME_TO_DELETE

    @property
    def is_overdue(self) -> bool:
        return self.done_at is None and self.due_at < timezone.now()


def wants_to_be_forgotten() -> Exists:
    """Of a row with a `contact`: whether it has asked to be forgotten, and nobody has decided about that yet."""
    return Exists(DeletionRequest.objects.waiting().filter(contact=OuterRef("contact")))
