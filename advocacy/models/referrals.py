"""Whom advocates bring."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from advocacy.enums import OPEN_REFERRAL_STATUSES, ReferralSign, ReferralStatus
from advocacy.models.advocates import Advocate
from advocacy.models.rewards import RewardItem, currency_field, money_field
from surveys.models import Brand, Contact
from surveys.models.history import HistoricalRecords

ATTRIBUTION = dt.timedelta(days=90)


class ReferralOffer(models.Model):
    """What a brand promises both sides, and who writes to those who come. Without one its links are closed."""

    brand = models.OneToOneField(Brand, models.CASCADE, related_name="referral_offer", verbose_name=_("brand"))
    writer = models.CharField(_("who writes to them"), max_length=80, help_text=_("A name: strangers read it."))
    advocate_item = models.ForeignKey(
        RewardItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("the advocate gets")
    )
    lead_item = models.ForeignKey(
        RewardItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("the new customer gets")
    )
    is_open = models.BooleanField(_("takes new leads"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("referral offer")
        verbose_name_plural = _("referral offers")

    def __str__(self) -> str:
        return str(self.brand)


class ReferralLink(models.Model):
    """The personal link of an advocate, and the token of the page where they see what became of it."""

    advocate = models.ForeignKey(
        Advocate, models.SET_NULL, null=True, blank=True, related_name="links", verbose_name=_("advocate")
    )
    code = models.CharField(_("code"), max_length=16, unique=True, editable=False)
    token = models.UUIDField(_("token"), unique=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("referral link")
        verbose_name_plural = _("referral links")

    def __str__(self) -> str:
        return self.code


class ReferralQuerySet(models.QuerySet["Referral"]):
    def open(self) -> ReferralQuerySet:
        return self.filter(status__in=OPEN_REFERRAL_STATUSES)

    def flagged(self) -> ReferralQuerySet:
        """Open ones with a sign that nobody has looked at yet."""
        waiting = ReferralFlag.objects.filter(referral=models.OuterRef("pk"), cleared_at__isnull=True)
        return self.open().filter(models.Exists(waiting))

    def within_window(self, at: dt.datetime) -> ReferralQuerySet:
        return self.filter(registered_at__gt=at - ATTRIBUTION)


class Referral(models.Model):
    """Somebody whom an advocate brought. Who it is goes when nothing comes of it; the hash of the address stays."""

    link = models.ForeignKey(ReferralLink, models.PROTECT, related_name="referrals", verbose_name=_("link"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("mail address"), max_length=254, blank=True)
    company = models.CharField(_("company"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    person_hash = models.CharField(_("person, keyed hash"), max_length=64, editable=False)
    network = models.CharField(_("network, keyed hash"), max_length=16, blank=True, editable=False)
    consent_text = models.TextField(_("what they agreed to"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=ReferralStatus, default=ReferralStatus.REGISTERED)
    invited_at = models.DateTimeField(_("invited at"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registered at"), null=True, blank=True)
    converted_at = models.DateTimeField(_("converted at"), null=True, blank=True)
    revenue = money_field(_("revenue a year"), null=True, blank=True)
    currency = currency_field(blank=True)
    handed_over_at = models.DateTimeField(_("handed over at"), null=True, blank=True)
    customer = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="came_by", verbose_name=_("became the contact")
    )
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        permissions = [
            ("work_referral", "Can qualify, convert and reject referrals"),
            ("export_referral", "Can export the referrals to hand over as a file"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["link", "person_hash"],
                condition=Q(status__in=OPEN_REFERRAL_STATUSES),
                name="advocacy_referral_once_by_link",
            ),
            # Whoever came by two links becomes a customer by one of them.
            models.UniqueConstraint(
                fields=["person_hash"],
                condition=Q(status=ReferralStatus.CONVERTED),
                name="advocacy_referral_converts_once",
            ),
            models.CheckConstraint(
                condition=Q(revenue__isnull=True) | (Q(revenue__gte=0) & ~Q(currency="")),
                name="advocacy_referral_revenue_has_its_currency",
            ),
        ]
        indexes = [
            # The list of referrals by state, newest first.
            models.Index(fields=["status", "-id"], name="advocacy_referral_by_state"),
            # Whether the same person came before.
            models.Index(fields=["person_hash"], name="advocacy_referral_by_person"),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.link.code}-{self.pk}"

    @property
    def advocate(self) -> Advocate | None:
        return self.link.advocate

    @property
    def contact(self) -> Contact | None:
        """Whose history tells of it: the advocate's."""
        return self.link.advocate.contact if self.link.advocate else None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_REFERRAL_STATUSES


class ReferralFlag(models.Model):
    """A sign that something may be wrong, until a person has looked."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="flags", verbose_name=_("referral"))
    sign = models.CharField(_("sign"), max_length=12, choices=ReferralSign)
    cleared_at = models.DateTimeField(_("found harmless at"), null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("sign of a referral")
        verbose_name_plural = _("signs of referrals")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["referral", "sign"], name="advocacy_flag_once")]

    def __str__(self) -> str:
        return str(self.get_sign_display())
