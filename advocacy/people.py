"""Lists of contacts and accounts: what filters them, what a row shows, and what stands beside one contact."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, TextChoices
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.models import Case, CustomerRequest, Testimonial
from surveys import segments
from surveys.analytics import accounts as account_figures
from surveys.audience import A_YEAR
from surveys.enums import CampaignStatus, MailWish, TouchKind
from surveys.models import (
    Account,
    Campaign,
    Contact,
    Hold,
    Invitation,
    Message,
    Response,
    Suppression,
    Touch,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from surveys.models.contacts import ContactQuerySet

SILENT_DAYS = (30, 90, 180, 365)
ALIKE = 20


class Order(TextChoices):
    """How contacts are listed; the value stands in the address."""

    NAME = "name", _("By name")
    ANSWERED = "answered", _("Last answer first")
    NEWEST = "newest", _("Newest first")


class AccountOrder(TextChoices):
    """How accounts are listed, likewise."""

    NAME = "name", _("By name")
    REVENUE = "revenue", _("Most revenue first")


def contacts(conditions: object, *, order: Order = Order.NAME) -> ContactQuerySet:
    """Who meets the conditions, with what a row shows. Raises BadConditions."""
    answers = Response.objects.settled().filter(contact=OuterRef("pk")).order_by("-submitted_at", "-pk")
    found = segments.contacts(conditions).select_related("account", "owner").defer("properties")
    rows = found.annotate(
        last_score=Subquery(answers.values("score")[:1]),
        last_answered_at=Subquery(answers.values("submitted_at")[:1]),
        is_suppressed=Exists(Suppression.objects.filter(address_hash=OuterRef("address_hash"))),
    )
    return {
        Order.NAME: rows.order_by(Lower("name"), "pk"),
        Order.ANSWERED: rows.order_by(F("last_answered_at").desc(nulls_last=True), "-pk"),
        Order.NEWEST: rows.order_by("-pk"),
    }[order]


def accounts(text: str = "", *, silent_days: int = 0, order: AccountOrder = AccountOrder.NAME) -> QuerySet[Account]:
    """Accounts whose name holds the text; with `silent_days` only those that have said nothing for so long."""
    rows = Account.objects.select_related("owner")
    if text:
        rows = rows.filter(segments.written("name__icontains", text))
    if silent_days:
        rows = account_figures.silent(rows, days=silent_days)
    if order == AccountOrder.REVENUE:
        return rows.order_by(F("revenue").desc(nulls_last=True), Lower("name"), "pk")
    return rows.order_by(Lower("name"), "pk")


def first_of(account: Account) -> QuerySet[Contact]:
    """The people of an account as rows of a list, whoever answered last first."""
    answers = Response.objects.settled().filter(contact=OuterRef("pk")).order_by("-submitted_at", "-pk")
    rows = Contact.objects.filter(account=account).select_related("owner").defer("properties", "tags")
    rows = rows.annotate(
        last_score=Subquery(answers.values("score")[:1]), last_answered_at=Subquery(answers.values("submitted_at")[:1])
    )
    return rows.order_by(F("last_answered_at").desc(nulls_last=True), Lower("name"), "pk")


# -------------------------------------------------------------------------------------------------- beside one contact


@dataclass(frozen=True)
class Standing:
    """Whether and when a contact may be asked: what stands against it, and when the throttle lets go."""

    suppression: Suppression | None
    holds: list[Hold]
    invited_at: dt.datetime | None
    throttle_days: int

    @property
    def next_survey_at(self) -> dt.datetime | None:
        """When the throttle ends; None when it holds nobody."""
        if self.invited_at is None:
            return None
        ends_at = self.invited_at + dt.timedelta(days=self.throttle_days)
        return ends_at if ends_at > timezone.now() else None


def standing(contact: Contact) -> Standing:
    hash_ = contact.address_hash
    invited = Touch.objects.filter(contact=contact, kind=TouchKind.INVITATION).aggregate(at=Max("at"))
    # Campaigns may differ: the longest quiet time is when any of them may ask.
    active = Campaign.objects.filter(~Q(status=CampaignStatus.ARCHIVED)).aggregate(
        days=Max("throttle_days"), n=Count("pk")
    )
    quiet = active["days"] if active["n"] else 90
    return Standing(
        suppression=Suppression.objects.filter(address_hash=hash_).first() if hash_ else None,
        holds=list(Hold.objects.standing().filter(contact=contact).order_by("kind")),
        invited_at=invited["at"],
        throttle_days=max(quiet, A_YEAR.days) if contact.mail_wish == MailWish.FEWER else quiet,
    )


def belongings(contact: Contact) -> list[tuple[StrOrPromise, int]]:
    """How much of each kind belongs to the contact: what a merge moves and an erasure takes."""
    counted: list[tuple[StrOrPromise, QuerySet[Any]]] = [
        (_("Answers"), Response.objects.filter(contact=contact)),
        (_("Mails"), Message.objects.filter(contact=contact)),
        (_("Invitations"), Invitation.objects.asked().filter(contact=contact)),
        (_("Cases"), Case.objects.filter(contact=contact)),
        (_("Requests"), CustomerRequest.objects.filter(contact=contact)),
        (_("Testimonials"), Testimonial.objects.filter(contact=contact)),
        (_("Holds"), Hold.objects.filter(contact=contact)),
    ]
    return [(label, rows.count()) for label, rows in counted]


def alike(contact: Contact) -> list[Contact]:
    """Who may be the same person: of the same name, phone number or external id."""
    same = Q(pk__in=[])
    for column in ("name", "phone", "external_id"):
        if value := getattr(contact, column):
            same |= segments.written(f"{column}__iexact", value)
    rows = Contact.objects.filter(same).exclude(pk=contact.pk).select_related("account")
    return list(rows.defer("properties", "tags").order_by("name", "pk")[:ALIKE])
