"""Invitations to what not everybody gets: beta tests, events, early access; who comes, and who waits for a place."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from advocacy.enums import PLACED, GuestStatus, PerkKind, PerkLetterKind, PerkStatus
from advocacy.models.fields import SecureURLField, is_secure
from surveys import languages
from surveys.enums import OPEN_MESSAGE_STATUSES, MessageStatus
from surveys.models import Brand, Contact, Message
from surveys.models.fields import RandomToken, is_time_zone

MOST_PLACES = 100_000
NOT_SENT = (MessageStatus.SUPPRESSED, MessageStatus.CANCELLED, MessageStatus.FAILED)


class PerkQuerySet(models.QuerySet["Perk"]):
    def coming(self, at: dt.datetime) -> PerkQuerySet:
        """What is being planned or held, and not over."""
        return self.filter(ends_at__gt=at).exclude(status=PerkStatus.CANCELLED)


class Perk(models.Model):
    """A beta test, an event or early access, with so many places. It changes only under the lock of its row."""

    kind = models.CharField(_("kind"), max_length=16, choices=PerkKind)
    name = models.CharField(_("name"), max_length=120, unique=True, help_text=_("As staff call it."))
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="perks", verbose_name=_("brand"))
    status = models.CharField(_("status"), max_length=12, choices=PerkStatus, default=PerkStatus.DRAFT)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[is_time_zone], help_text=_("Such as Europe/Madrid.")
    )
    place = models.CharField(_("place"), max_length=200, blank=True, help_text=_("Empty for what has none."))
    address = SecureURLField(
        _("link to join"), blank=True, help_text=_("Beginning with https://. Only who has a place sees it.")
    )
    capacity = models.PositiveIntegerField(
        _("places"), validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)]
    )
    respond_by = models.DateTimeField(_("answers until"), null=True, blank=True, help_text=_("Empty: until it begins."))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="perks", verbose_name=_("owner")
    )
    uid = models.UUIDField(_("number in calendars"), db_default=RandomToken(), unique=True, editable=False)
    sequence = models.PositiveIntegerField(_("version in calendars"), default=0, editable=False)
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    objects = PerkQuerySet.as_manager()

    class Meta:
        verbose_name = _("perk")
        verbose_name_plural = _("perks")
        permissions = [
            ("work_perk", "Can invite guests to perks, open and cancel them, and say who took part"),
            ("export_perk", "Can export the guests of a perk as a file"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="advocacy_perk_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(capacity__gte=1) & Q(capacity__lte=MOST_PLACES), name="advocacy_perk_has_places"
            ),
            models.CheckConstraint(
                condition=Q(respond_by__isnull=True) | Q(respond_by__lte=F("ends_at")),
                name="advocacy_perk_answers_before_it_ends",
            ),
            models.CheckConstraint(condition=is_secure("address", blank=True), name="advocacy_perk_address_is_https"),
        ]
        indexes = [
            # The list of perks, what comes next on top.
            models.Index(fields=["starts_at", "id"], name="advocacy_perk_by_start"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        faults = {}
        starts_at, ends_at, until = (getattr(self, name) for name in ("starts_at", "ends_at", "respond_by"))
        if starts_at and ends_at and ends_at <= starts_at:
            faults["ends_at"] = _("It has to end after it begins.")
        if until and ends_at and until > ends_at:
            faults["respond_by"] = _("Nobody can answer after it has ended.")
        if faults:
            raise ValidationError(faults)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def answers_until(self) -> dt.datetime:
        return self.respond_by or self.starts_at

    @property
    def is_answerable(self) -> bool:
        """Whether somebody can still say yes."""
        return self.status == PerkStatus.OPEN and timezone.now() < self.answers_until

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    def text_in(self, *wishes: str) -> PerkText | None:
        """Its words in the first language wished for, the nearest one, the brand's, English, or the first there is."""
        by_tag = {text.language: text for text in self.texts.all()}
        tags = (tag for wish in (*wishes, self.brand.default_language, languages.FALLBACK)
                for tag in languages.chain(wish))  # fmt: skip
        return next((by_tag[tag] for tag in tags if tag in by_tag), next(iter(by_tag.values()), None))


class PerkText(models.Model):
    """What the invitation says, in one language."""

    perk = models.ForeignKey(Perk, models.CASCADE, related_name="texts", verbose_name=_("perk"))
    language = models.CharField(_("language"), max_length=12)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), blank=True, max_length=2000, help_text=_("Empty lines part paragraphs."))

    class Meta:
        verbose_name = _("text of a perk")
        verbose_name_plural = _("texts of the perks")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["perk", "language"], name="advocacy_perk_text_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"

    @property
    def spoken(self) -> languages.Language:
        return languages.get(self.language)


class GuestQuerySet(models.QuerySet["PerkGuest"]):
    def placed(self) -> GuestQuerySet:
        return self.filter(status__in=PLACED)

    def waiting(self) -> GuestQuerySet:
        """The waiting list, who has waited longest first."""
        return self.filter(status=GuestStatus.WAITING).order_by("waiting_since", "pk")

    def reached(self) -> GuestQuerySet:
        """Those whose invitation has left or may leave yet: the others were never asked."""
        never = PerkLetter.objects.filter(kind=PerkLetterKind.INVITATION, message__status__in=NOT_SENT)
        return self.exclude(status=GuestStatus.INVITED, pk__in=never.values("guest"))


class PerkGuest(models.Model):
    """Somebody who was invited. The link with the token answers, gives the place back, and gives the calendar file."""

    perk = models.ForeignKey(Perk, models.CASCADE, related_name="guests", verbose_name=_("perk"))
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="perk_guests", verbose_name=_("contact"))
    status = models.CharField(_("status"), max_length=12, choices=GuestStatus, default=GuestStatus.INVITED)
    token = models.UUIDField(_("token"), db_default=RandomToken(), unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("invited by")
    )
    invited_at = models.DateTimeField(_("invited at"), db_default=Now())
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True)

    objects = GuestQuerySet.as_manager()

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        constraints = [
            models.UniqueConstraint(fields=["perk", "contact"], name="advocacy_guest_once"),
            models.CheckConstraint(
                condition=~Q(status=GuestStatus.WAITING) | Q(waiting_since__isnull=False),
                name="advocacy_guest_waits_since",
            ),
        ]
        indexes = [
            # The guests of a perk by status, and its waiting list in order.
            models.Index(fields=["perk", "status", "waiting_since", "id"], name="advocacy_guest_by_status"),
        ]

    def __str__(self) -> str:
        return str(self.contact)

    @property
    def has_place(self) -> bool:
        return self.status in PLACED

    @cached_property
    def number_in_line(self) -> int:
        """Which place on the waiting list; 0 for who does not wait. A list of guests sets it for all of them."""
        ids = list(PerkGuest.objects.filter(perk=self.perk_id).waiting().values_list("pk", flat=True))
        return ids.index(self.pk) + 1 if self.pk in ids else 0


class PerkLetter(models.Model):
    """One mail to a guest: which guest and what about, since the message says neither."""

    guest = models.ForeignKey(PerkGuest, models.CASCADE, related_name="letters", verbose_name=_("guest"))
    kind = models.CharField(_("kind"), max_length=12, choices=PerkLetterKind)
    message = models.OneToOneField(
        Message, models.SET_NULL, null=True, blank=True, related_name="perk_letter", verbose_name=_("message")
    )
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("letter to a guest")
        verbose_name_plural = _("letters to guests")
        constraints = [
            models.UniqueConstraint(
                fields=["guest", "kind"],
                condition=Q(kind__in=[PerkLetterKind.INVITATION, PerkLetterKind.CANCELLED]),
                name="advocacy_perk_letter_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.guest}"

    @property
    def is_waiting(self) -> bool:
        return self.message is not None and self.message.status in OPEN_MESSAGE_STATUSES
