"""The outer loop: what contacts wish for, and what would lift them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case as WhenCase
from django.db.models import Count, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Left, Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.enums import OPEN_FIX_STATUSES, FixStatus, RequestKind, RequestOrigin
from surveys.models import Account, Contact, Response, Subject
from surveys.models.history import HistoricalRecords

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class Theme(models.Model):
    """What it is about: shared by cases, fixes and reasons."""

    name = models.CharField(_("name"), max_length=80)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="advocacy_theme_name_any_case")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if Theme.objects.filter(name__iexact=self.name).exclude(pk=self.pk).exists():
            raise ValidationError({"name": _("There is a theme of this name already.")})


class FixQuerySet(models.QuerySet["Fix"]):
    def open(self) -> FixQuerySet:
        """What is still to be decided or done."""
        return self.filter(status__in=OPEN_FIX_STATUSES)

    def overdue(self, on: dt.date | None = None) -> FixQuerySet:
        return self.filter(status=FixStatus.PLANNED, due_on__lt=on or timezone.localdate())

    def with_people(self) -> models.QuerySet[Any]:
        """Each with how many `people` asked for it, counted over all of them at once: what a list is ordered by."""
        return self.annotate(people=Count("requests__contact", distinct=True))

    def weighed(self) -> models.QuerySet[Any]:
        """Each with how many `people` asked for it and what their accounts pay a year, each account counted once.

        Fix by fix, so for the rows of a page.
        """
        asked = CustomerRequest.objects.filter(fix=OuterRef("pk")).order_by().values("fix")
        # Looked up from the requests: from the accounts, all of them would be read for every fix.
        accounts = Contact.objects.filter(requests__fix=OuterRef(OuterRef("pk"))).values("account")
        paying = Account.objects.filter(pk__in=accounts).order_by().annotate(all=Value(1)).values("all")
        return self.annotate(
            people=Coalesce(Subquery(asked.annotate(n=Count("contact", distinct=True)).values("n")), 0),
            revenue=Subquery(paying.annotate(total=Sum("revenue")).values("total")),
        )


class Fix(models.Model):
    """What would lift passives. An employee's idea is a fix in its first state."""

    title = models.CharField(_("title"), max_length=160)
    description = models.TextField(_("description"), blank=True)
    status = models.CharField(_("status"), max_length=12, choices=FixStatus, default=FixStatus.IDEA)
    theme = models.ForeignKey(
        Theme, models.SET_NULL, null=True, blank=True, related_name="fixes", verbose_name=_("theme")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="fixes", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    created_at = models.DateTimeField(_("proposed"), db_default=Now(), editable=False)

    objects = FixQuerySet.as_manager()

    class Meta:
        verbose_name = _("fix")
        verbose_name_plural = _("fixes")
        permissions = [("work_fix", "Can plan, ship and decline fixes")]
        indexes = [
            # The list of fixes by state, what is due first on top.
            models.Index(fields=["status", "due_on", "id"], name="advocacy_fix_by_state"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_overdue(self) -> bool:
        is_late = self.due_on is not None and self.due_on < timezone.localdate()
        return is_late and self.status == FixStatus.PLANNED


class CustomerRequestQuerySet(models.QuerySet["CustomerRequest"]):
    def unsorted(self) -> CustomerRequestQuerySet:
        return self.filter(kind=RequestKind.UNSORTED)

    def waiting(self) -> CustomerRequestQuerySet:
        """Whose clock runs: nobody has linked it to a fix, answered it, or seen that it asks for nothing."""
        return self.filter(fix__isnull=True, told_at__isnull=True).exclude(kind=RequestKind.NO_WISH)

    def overdue(self, at: dt.datetime | None = None) -> CustomerRequestQuerySet:
        return self.waiting().filter(due_at__lt=at or timezone.now())

    def linked(self) -> CustomerRequestQuerySet:
        return self.filter(fix__isnull=False)

    def with_excerpt(self, length: int) -> models.QuerySet[Any]:
        """Each with the beginning of its words as `excerpt`: a comment may have a hundred thousand characters."""
        said = Coalesce(Left("response__comment", length), Value(""))
        return self.annotate(excerpt=WhenCase(When(quote="", then=said), default=Left("quote", length)))

    def of_fix(self, fix: Fix) -> CustomerRequestQuerySet:
        return self.filter(fix=fix)

    def of_owner(self, user: User) -> CustomerRequestQuerySet:
        """Of contacts that the user looks after, by themselves or by their account."""
        by_account = Q(contact__owner__isnull=True, contact__account__owner=user)
        return self.filter(Q(contact__owner=user) | by_account)


class CustomerRequest(models.Model):
    """One contact's wish, of any band. Whoever asked is told when it ships."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="requests", verbose_name=_("contact"))
    response = models.ForeignKey(
        Response, models.SET_NULL, null=True, blank=True, related_name="requests", verbose_name=_("answer")
    )
    case = models.ForeignKey(
        "advocacy.Case", models.SET_NULL, null=True, blank=True, related_name="requests", verbose_name=_("case")
    )
    perk = models.ForeignKey(
        "advocacy.Perk", models.SET_NULL, null=True, blank=True, related_name="findings", verbose_name=_("perk")
    )
    origin = models.CharField(
        _("origin"),
        max_length=12,
        choices=RequestOrigin,
        default=RequestOrigin.ROUTING,
        db_default=RequestOrigin.ROUTING,
    )
    kind = models.CharField(_("kind"), max_length=12, choices=RequestKind, blank=True)
    # The words that are given back to the person; blank is the whole comment, in its language.
    quote = models.CharField(_("their words"), max_length=1000, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    theme = models.ForeignKey(
        Theme, models.SET_NULL, null=True, blank=True, related_name="requests", verbose_name=_("theme")
    )
    subject = models.ForeignKey(
        Subject, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("subject")
    )
    fix = models.ForeignKey(Fix, models.SET_NULL, null=True, blank=True, related_name="requests", verbose_name=_("fix"))
    due_at = models.DateTimeField(_("due at"))
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)
    created_at = models.DateTimeField(_("came in"), db_default=Now(), editable=False)

    objects = CustomerRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        permissions = [("work_customerrequest", "Can sort requests and link them to fixes")]
        constraints = [
            models.UniqueConstraint(
                fields=["response"],
                condition=Q(response__isnull=False, origin=RequestOrigin.ROUTING),
                name="advocacy_request_once_a_response",
            ),
        ]
        indexes = [
            # The list of requests, in the order of work.
            models.Index(fields=["due_at", "id"], name="advocacy_request_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def words(self) -> str:
        """What the person said, as it is given back to them."""
        return self.quote or (self.response.comment if self.response else "")

    @property
    def spoken(self) -> str:
        """The language of these words; empty: not known."""
        return self.language or (self.response.language if self.response else "")

    @property
    def is_waiting(self) -> bool:
        return self.fix_id is None and self.told_at is None and self.kind != RequestKind.NO_WISH
