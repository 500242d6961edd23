"""What advocates and those they bring are given, and what it costs."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from advocacy.enums import GIVEN_REWARD_STATUSES, RewardKind, RewardReason, RewardSide, RewardStatus
from advocacy.models.guarded import Guarded, refuse_rewarded_reviews
from surveys.models import Contact, Message
from surveys.models.history import HistoricalRecords

NOTHING = Decimal(0)
_is_currency = RegexValidator(r"\A[A-Z]{3}\Z", _("Write three capitals, such as EUR."))
_is_not_negative = MinValueValidator(NOTHING, _("Write 0 or more: nothing costs less than nothing."))


def currency_field(**options: Any) -> models.CharField[str, str]:
    return models.CharField(_("currency"), max_length=3, validators=[_is_currency], **options)


def money_field(name: Any, **options: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(name, max_digits=12, decimal_places=2, validators=[_is_not_negative], **options)


class BudgetQuerySet(models.QuerySet["Budget"]):
    def on(self, day: dt.date) -> BudgetQuerySet:
        """Those from which something may be given on that day."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Budget(Guarded):
    """What may be given in a period, in one currency, and from which amount on two people have to agree."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until, that day included"))
    currency = currency_field()
    amount = money_field(_("amount"))
    approval_limit = money_field(
        _("one person may approve up to"), help_text=_("Above it, whoever proposed a reward cannot approve it.")
    )
    yearly_ceiling = money_field(
        _("ceiling for one person"), help_text=_("What one person may get in 365 days, in this currency.")
    )

    history = HistoricalRecords()
    objects = BudgetQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ["-starts_on", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="advocacy_budget_ends_after_start"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, approval_limit__gte=0, yearly_ceiling__gte=0),
                name="advocacy_budget_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def refuse(self) -> None:
        refuse_rewarded_reviews(self, "name", names_sites=True)

    def clean(self) -> None:
        faults: dict[str, Any] = {}
        try:
            super().clean()
        except ValidationError as refused:
            faults = refused.update_error_dict(faults)
        days: list[dt.date | None] = [self.starts_on, self.ends_on]  # what a form refused is not there
        if None not in days and self.ends_on < self.starts_on:
            faults["ends_on"] = _("It ends before it begins.")
        spent = self.spent if self.pk else NOTHING
        if spent and self.currency != Budget.objects.values_list("currency", flat=True).get(pk=self.pk):
            faults["currency"] = _("Something was given from it already, in another currency.")
        if faults:
            raise ValidationError(faults)

    @property
    def spent(self) -> Decimal:
        """The sum of its ledger lines; what was reversed counts not."""
        total: Decimal | None = self.entries.aggregate(total=Sum("amount"))["total"]
        return total or NOTHING

    @property
    def left(self) -> Decimal:
        left: Decimal = self.amount - self.spent
        return left


class RewardItem(Guarded):
    """One thing of the catalogue."""

    name = models.CharField(
        _("name"), max_length=120, unique=True, help_text=_("Customers read it: name the thing, such as: 20 € voucher.")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=RewardKind)
    amount = money_field(_("what one costs"), default=NOTHING)
    currency = currency_field()
    has_codes = models.BooleanField(
        _("each has a code"), default=False, help_text=_("Issuing one draws a code from its pool, and none twice.")
    )
    disclosure = models.CharField(
        _("disclosure"),
        max_length=160,
        blank=True,
        help_text=_("What has to stand beside what somebody publishes who got it."),
    )
    is_active = models.BooleanField(_("may be given"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("thing to give")
        verbose_name_plural = _("things to give")
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="advocacy_item_not_negative")]

    def __str__(self) -> str:
        return self.name

    def refuse(self) -> None:
        refuse_rewarded_reviews(self, "name", "disclosure")


class RewardQuerySet(models.QuerySet["Reward"]):
    def given(self) -> RewardQuerySet:
        return self.filter(status__in=GIVEN_REWARD_STATUSES)


class Reward(Guarded):
    """One thing for one person. What it costs is kept as it was when it was proposed.

    Nothing here points at an answer, a score or a review site: nothing is given for those.
    """

    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="rewards", verbose_name=_("contact")
    )
    reason = models.CharField(_("reason"), max_length=16, choices=RewardReason)
    note = models.CharField(_("note"), max_length=300, blank=True)
    referral = models.ForeignKey(
        "advocacy.Referral",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="rewards",
        verbose_name=_("referral"),
    )
    side = models.CharField(_("side"), max_length=8, choices=RewardSide, default=RewardSide.ADVOCATE)
    item = models.ForeignKey(RewardItem, models.PROTECT, related_name="rewards", verbose_name=_("thing"))
    kind = models.CharField(_("kind"), max_length=12, choices=RewardKind)
    amount = money_field(_("amount"))
    currency = currency_field()
    budget = models.ForeignKey(
        Budget, models.PROTECT, null=True, blank=True, related_name="rewards", verbose_name=_("budget")
    )
    status = models.CharField(_("status"), max_length=9, choices=RewardStatus, default=RewardStatus.PENDING)
    idempotency_key = models.CharField(_("key"), max_length=80, unique=True, editable=False)
    hold_until = models.DateTimeField(_("on hold until"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    message = models.OneToOneField(
        Message, models.SET_NULL, null=True, blank=True, related_name="reward", verbose_name=_("letter with its code")
    )
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)
    fulfilled_at = models.DateTimeField(_("fulfilled at"), null=True, blank=True)
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    objects = RewardQuerySet.as_manager()

    class Meta:
        verbose_name = _("reward")
        verbose_name_plural = _("rewards")
        permissions = [("work_reward", "Can propose, approve, issue and take back rewards")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="advocacy_reward_not_negative"),
            models.CheckConstraint(condition=Q(reason__in=RewardReason.values), name="advocacy_reward_for_a_deed"),
        ]
        indexes = [
            # The list of rewards by state, newest first.
            models.Index(fields=["status", "-id"], name="advocacy_reward_by_state"),
        ]

    def __str__(self) -> str:
        return self.item.name

    def refuse(self) -> None:
        refuse_rewarded_reviews(self, "note", names_sites=True)

    @property
    def is_given(self) -> bool:
        return self.status in GIVEN_REWARD_STATUSES


class NeverChanged(Exception):
    """A line of the ledger stays as it was written: what was wrong is set right by another line."""


class LedgerQuerySet(models.QuerySet["LedgerEntry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise NeverChanged

    def delete(self) -> NoReturn:
        raise NeverChanged

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NeverChanged


class LedgerEntry(models.Model):
    """A line of the ledger: plus what was given, minus what was taken back. Only ever added."""

    reward = models.ForeignKey(Reward, models.PROTECT, related_name="entries", verbose_name=_("reward"))
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="entries", verbose_name=_("budget"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = currency_field()
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the ledger")
        verbose_name_plural = _("lines of the ledger")
        ordering = ["pk"]
        constraints = [
            # One plus and one minus of a reward, whoever presses at the same time.
            models.UniqueConstraint(fields=["reward"], condition=Q(amount__gt=0), name="advocacy_ledger_given_once"),
            models.UniqueConstraint(fields=["reward"], condition=Q(amount__lt=0), name="advocacy_ledger_reversed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise NeverChanged
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NeverChanged


class GiftCodeQuerySet(models.QuerySet["GiftCode"]):
    def free(self) -> GiftCodeQuerySet:
        return self.filter(reward__isnull=True)


class GiftCode(models.Model):
    """A code of a pool. Once drawn it is never drawn again, not even when the reward is taken back."""

    item = models.ForeignKey(RewardItem, models.PROTECT, related_name="codes", verbose_name=_("thing"))
    code = models.CharField(_("code"), max_length=100)
    reward = models.OneToOneField(
        Reward, models.PROTECT, null=True, blank=True, related_name="code", verbose_name=_("reward")
    )
    drawn_at = models.DateTimeField(_("drawn at"), null=True, blank=True)
    added_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    objects = GiftCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        constraints = [models.UniqueConstraint(fields=["item", "code"], name="advocacy_code_once")]
        indexes = [
            # The next one to draw.
            models.Index(fields=["item", "id"], name="advocacy_code_free", condition=Q(reward__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.pk}"
