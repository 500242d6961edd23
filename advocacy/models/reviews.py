"""Public review sites, what the rules of each allow, and the clicks that led there."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from advocacy.enums import MAY_ALLOW_GATING, MAY_ALLOW_REWARDS, ReviewKind, ShownTo
from advocacy.models.fields import SecureURLField, is_secure
from advocacy.models.guarded import Guarded
from surveys import reviewsites
from surveys.models import Brand, Invitation
from surveys.models.history import HistoricalRecords

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class ReviewPolicy(Guarded):
    """What the rules of one kind of review site allow. No known site allows gating, so none can be told to."""

    kind = models.CharField(_("kind of site"), max_length=12, choices=ReviewKind, unique=True)
    gating_allowed = models.BooleanField(
        _("may be shown to some bands only"),
        default=False,
        help_text=_("To ask only happy customers for a public review is against the rules of every known site."),
    )
    incentives_allowed = models.BooleanField(
        _("a review may be rewarded"),
        default=False,
        help_text=_("Never for what the review says. The disclosure then stands beside the link."),
    )
    disclosure = models.CharField(
        _("disclosure"), max_length=300, blank=True, help_text=_("Stands beside a link whose review is rewarded.")
    )
    note = models.TextField(_("where the rule stands"))
    checked_on = models.DateField(_("looked up on"), null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("review policy")
        verbose_name_plural = _("review policies")
        ordering = ["kind"]
        constraints = [
            models.CheckConstraint(
                condition=Q(gating_allowed=False) | Q(kind__in=MAY_ALLOW_GATING),
                name="advocacy_review_policy_no_gating",
            ),
            models.CheckConstraint(
                condition=Q(incentives_allowed=False) | Q(kind__in=MAY_ALLOW_REWARDS),
                name="advocacy_review_policy_no_rewards",
            ),
            models.CheckConstraint(
                condition=Q(incentives_allowed=False) | ~Q(disclosure=""),
                name="advocacy_review_policy_discloses",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @classmethod
    def of(cls, kind: str) -> ReviewPolicy:
        """The policy of a kind of site; one that nobody recorded allows nothing."""
        return cls.objects.filter(kind=kind).first() or cls(kind=kind)

    def refuse(self) -> None:
        """Raises ValidationError for what no such site allows, and while a site stands on what is forbidden now."""
        faults = [
            ("gating_allowed", self._fault_of_gating()),
            ("incentives_allowed", self._fault_of_rewards()),
            ("disclosure", self._fault_of_disclosure()),
        ]
        if any(fault for _field, fault in faults):
            raise ValidationError({field: fault for field, fault in faults if fault})

    def _fault_of_gating(self) -> StrOrPromise:
        if self.gating_allowed:
            forbidden = _("The rules of this site forbid to show the link to some bands only.")
            return "" if self.kind in MAY_ALLOW_GATING else forbidden
        site = ReviewSite.objects.filter(kind=self.kind).exclude(shown_to=ShownTo.ALL).first()
        said = _("“%(site)s” is shown to some bands only: show it to everybody first.")
        return said % {"site": site} if site else ""

    def _fault_of_rewards(self) -> StrOrPromise:
        if self.incentives_allowed:
            forbidden = _("The rules of this site forbid to reward a review.")
            return "" if self.kind in MAY_ALLOW_REWARDS else forbidden
        site = ReviewSite.objects.filter(kind=self.kind, is_rewarded=True).first()
        said = _("Reviews on “%(site)s” are rewarded: end that first.")
        return said % {"site": site} if site else ""

    def _fault_of_disclosure(self) -> StrOrPromise:
        missing = self.incentives_allowed and not self.disclosure
        return _("Write the disclosure: a rewarded review without one is against the law.") if missing else ""


class ReviewSite(Guarded):
    """Where people may write about a brand: on all thank-you pages or on none, unless its policy allows more."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="review_sites", verbose_name=_("brand"))
    kind = models.CharField(_("kind of site"), max_length=12, choices=ReviewKind)
    name = models.CharField(_("name"), max_length=60, help_text=_("As it stands on the button."))
    address = SecureURLField(_("address"), help_text=_("Of our page there, beginning with https://."))
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Small is first."))
    is_shown = models.BooleanField(_("shown on the thank-you pages"), default=True)
    shown_to = models.CharField(_("shown to"), max_length=12, choices=ShownTo, default=ShownTo.ALL)
    is_rewarded = models.BooleanField(_("a review is rewarded"), default=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("review site")
        verbose_name_plural = _("review sites")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "address"], name="advocacy_review_site_once"),
            models.CheckConstraint(condition=is_secure("address"), name="advocacy_review_site_is_https"),
            # What no policy can allow, whoever writes the row.
            models.CheckConstraint(
                condition=Q(shown_to=ShownTo.ALL) | Q(kind__in=MAY_ALLOW_GATING),
                name="advocacy_review_site_not_gated",
            ),
            models.CheckConstraint(
                condition=Q(is_rewarded=False) | Q(kind__in=MAY_ALLOW_REWARDS),
                name="advocacy_review_site_not_rewarded",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def real_kind(self) -> str:
        """Whose rules hold: those of the site the address leads to, whatever somebody calls it."""
        return reviewsites.kind_of(self.address) or self.kind

    def refuse(self) -> None:
        """Raises ValidationError, naming the policy, for what the rules of the site forbid."""
        if self.real_kind != self.kind:
            leads = _("This address leads to %(site)s: choose that as its kind.")
            raise ValidationError({"kind": leads % {"site": ReviewKind(self.real_kind).label}})
        if self.shown_to == ShownTo.ALL and not self.is_rewarded:
            return
        policy, reasons = ReviewPolicy.of(self.kind), []
        if self.shown_to != ShownTo.ALL and not policy.gating_allowed:
            reasons.append(
                _("The policy of %(site)s forbids to show the link to some bands only: show it to everybody, or not.")
            )
        if self.is_rewarded and not policy.incentives_allowed:
            reasons.append(_("The policy of %(site)s forbids to reward a review."))
        if reasons:
            raise ValidationError([reason % {"site": policy} for reason in reasons])

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Without those that `refuse` says in words: it is never laxer."""
        super().validate_constraints(exclude={*(exclude or ()), "shown_to", "is_rewarded"})


class ReviewClick(models.Model):
    """A link to a review site was followed. Whether a review was written, nobody tells us."""

    site = models.ForeignKey(ReviewSite, models.CASCADE, related_name="clicks", verbose_name=_("review site"))
    invitation = models.ForeignKey(
        Invitation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("invitation")
    )
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("click on a review link")
        verbose_name_plural = _("clicks on review links")
        indexes = [
            # How many followed a link in a stretch of time.
            models.Index(fields=["site", "at"], name="advocacy_review_click_by_site"),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.at:%Y-%m-%d %H:%M}"
