"""People we may write to, what keeps us from writing, and every attempt we made."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys import addresses, mergetags
from surveys.enums import Basis, HoldKind, MailWish, SuppressionReason, SuppressionScope, TouchKind
from surveys.models.fields import is_time_zone
from surveys.models.history import HistoricalRecords

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


class Account(models.Model):
    """A firm above its contacts."""

    name = models.CharField(_("name"), max_length=200)
    website = models.URLField(_("website"), blank=True)
    revenue = models.DecimalField(
        _("revenue a year"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("What it pays us a year."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="accounts",
        verbose_name=_("owner"),
    )
    segment = models.CharField(_("segment"), max_length=80, blank=True)
    timezone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[is_time_zone],
        help_text=_("For contacts who have none of their own."),
    )
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [models.UniqueConstraint(Lower("name"), name="surveys_account_name_any_case")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if Account.objects.filter(name__iexact=self.name).exclude(pk=self.pk).exists():
            raise ValidationError({"name": _("There is an account of this name already.")})


def _is_word(value: object) -> bool:
    # JSON can spell characters that a database refuses, such as NUL.
    return isinstance(value, str) and value != "" and mergetags.plain(value) == value


class ContactQuerySet(models.QuerySet["Contact"]):
    """Rows of contacts; who of them meets conditions is asked of `surveys.segments`."""


class Contact(models.Model):
    """A person with an address or a phone number. The address is kept in lower case, so it is unique in any case."""

    account = models.ForeignKey(
        Account, models.SET_NULL, null=True, blank=True, related_name="contacts", verbose_name=_("account")
    )
    email = models.EmailField(_("mail address"), max_length=254, blank=True)
    address_hash = models.CharField(_("address, keyed hash"), max_length=64, blank=True, editable=False)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    external_id = models.CharField(_("external id"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[is_time_zone])
    customer_since = models.DateField(_("customer since"), null=True, blank=True)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    properties = models.JSONField(_("properties"), default=dict, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("owner"),
    )
    basis = models.CharField(_("basis for surveys"), max_length=12, choices=Basis, blank=True)
    basis_source = models.CharField(_("source of the basis"), max_length=200, blank=True)
    basis_at = models.DateTimeField(_("basis recorded at"), null=True, blank=True)
    # Set by the contact alone, see `surveys.wishes`: nobody else can say what a person wants.
    mail_wish = models.CharField(
        _("wants to get"),
        max_length=12,
        choices=MailWish,
        default=MailWish.ALL,
        db_default=MailWish.ALL,
        editable=False,
    )
    mail_wish_at = models.DateTimeField(_("wanted since"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("changed"), db_default=Now(), editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        permissions = [
            ("import_contacts", "Can import contacts from a file"),
            ("merge_contact", "Can merge two contacts into one"),
            ("export_contact", "Can export what is known of a person"),
            ("erase_contact", "Can erase a person"),
        ]
        constraints = [
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="surveys_contact_address_any_case"),
            models.CheckConstraint(condition=~Q(email="") | ~Q(phone=""), name="surveys_contact_address_or_phone"),
            # Without its hash an address would pass by every suppression.
            models.CheckConstraint(
                condition=Q(email="") | ~Q(address_hash=""), name="surveys_contact_address_is_hashed"
            ),
        ]
        indexes = [
            # An unsubscribe finds the contact behind a suppressed address.
            models.Index(fields=["address_hash"], name="surveys_contact_by_hash"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone

    def clean(self) -> None:
        """One spelling and its hash for the address, and plain lists for what conditions are asked of."""
        self.email = addresses.normalise(self.email)
        self.address_hash = addresses.keyed_hash(self.email)
        self.tags = self.tags or []
        self.properties = self.properties or {}
        faults = {"email": self._fault_of_address(), **self._faults_of_lists()}
        if found := {field: text for field, text in faults.items() if text}:
            raise ValidationError(found)

    def _fault_of_address(self) -> StrOrPromise:
        if not self.email:
            return "" if self.phone else _("Write a mail address or a phone number: without either nobody is reached.")
        if not addresses.is_valid(self.email):
            return _("This is no address we can mail.")
        if Contact.objects.filter(address_hash=self.address_hash).exclude(pk=self.pk).exists():
            return _("There is a contact with this address already, perhaps written in capitals.")
        return ""

    def _faults_of_lists(self) -> dict[str, StrOrPromise]:
        if not isinstance(self.tags, list) or not all(_is_word(tag) for tag in self.tags):
            return {"tags": _('Write tags as a list of texts: ["gold", "beta"]')}
        pairs = self.properties.items() if isinstance(self.properties, dict) else [("", "")]
        if not all(_is_word(key) and (value == "" or _is_word(value)) for key, value in pairs):
            return {"properties": _('Write properties as pairs of texts: {"plan": "Pro", "machines": "3"}')}
        return {}

    @property
    def first_name(self) -> str:
        return self.name.split(" ", 1)[0]


class Segment(models.Model):
    """Contacts that meet all of some conditions, looked up anew each time: nobody is on a list."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("saved by"),
    )
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Suppression(models.Model):
    """An address that must not be mailed. It belongs to the address: deletion and re-import do not lift it."""

    address_hash = models.CharField(_("keyed hash of the address"), max_length=64, unique=True)
    reason = models.CharField(_("reason"), max_length=20, choices=SuppressionReason)
    scope = models.CharField(_("scope"), max_length=12, choices=SuppressionScope, default=SuppressionScope.ASKING)
    source = models.CharField(_("source"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("since"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.address_hash[:8]}…"


class TouchQuerySet(models.QuerySet["Touch"]):
    def surveys_since(self, moment: dt.datetime | OuterRef) -> TouchQuerySet:
        """What the throttle counts: invitations, since a reminder does not restart it."""
        return self.filter(kind=TouchKind.INVITATION, at__gt=moment)

    def mailed_since(self, moment: dt.datetime | OuterRef) -> TouchQuerySet:
        """What the accident guard counts: automatic mail of any kind."""
        return self.filter(kind__in=[TouchKind.INVITATION, TouchKind.REMINDER, TouchKind.ASK], at__gt=moment)


class Touch(models.Model):
    """One attempt to reach a contact, by mail or by a person. Each rule reads the kinds it names."""

    # Each mail that leaves writes one. With a constraint PostgreSQL would look up and lock the contact of each, which
    # takes a tenth of all it does for a mail. Where a contact goes, Django deletes its touches; one
    # that is written in that very moment may stay behind, and nobody reads it.
    contact = models.ForeignKey(
        Contact,
        models.CASCADE,
        related_name="touches",
        verbose_name=_("contact"),
        db_index=False,
        db_constraint=False,
    )
    kind = models.CharField(_("kind"), max_length=12, choices=TouchKind)
    at = models.DateTimeField(_("at"))

    objects = TouchQuerySet.as_manager()

    class Meta:
        verbose_name = _("touch")
        verbose_name_plural = _("touches")
        indexes = [
            # The throttle and the accident guard look up a contact's latest touches of a kind.
            models.Index(fields=["contact", "kind", "at"], name="surveys_touch_by_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"


class HoldQuerySet(models.QuerySet["Hold"]):
    def standing(self, at: dt.datetime | None = None) -> HoldQuerySet:
        return self.filter(Q(until__isnull=True) | Q(until__gt=at or timezone.now()))


class Hold(models.Model):
    """A fact that keeps a contact from being asked for a while. Without `until` it stands until somebody lifts it."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="holds", verbose_name=_("contact"))
    kind = models.CharField(_("kind"), max_length=12, choices=HoldKind)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = [models.UniqueConstraint(fields=["contact", "kind"], name="surveys_hold_one_of_a_kind")]

    def __str__(self) -> str:
        return self.get_kind_display()
