"""Ways to answer without an invitation: an open link, a kiosk, a frame in somebody's page."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from surveys import sites
from surveys.enums import Channel, DoorKind, Style
from surveys.models.campaigns import Campaign, refuse_unknown_tags
from surveys.models.fields import RandomToken, is_list_of_origins
from surveys.models.history import HistoricalRecords

TEXT_TAGS = ("company", "product")  # nobody knows the first name of who comes in
AN_HOUR = {DoorKind.LINK: 30, DoorKind.EMBED: 30, DoorKind.KIOSK: 120}


class Door(models.Model):
    """An address of a campaign under which everybody who has it can answer."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="doors", verbose_name=_("campaign"))
    kind = models.CharField(_("kind"), max_length=8, choices=DoorKind, default=DoorKind.LINK)
    name = models.CharField(
        _("name"), max_length=120, help_text=_("For your colleagues, such as “Harbour Street shop”.")
    )
    token = models.UUIDField(_("token"), db_default=RandomToken(), unique=True, editable=False)
    style = models.CharField(_("buttons"), max_length=12, choices=Style, default=Style.BANDED)
    asks_who = models.BooleanField(
        _("offers a reply"),
        default=True,
        help_text=_("Whoever wishes one leaves a name and an address. Nobody else is asked who they are."),
    )
    origins = models.TextField(
        _("sites that may show it"),
        blank=True,
        validators=[is_list_of_origins],
        help_text=_("Of an embedded one, such as https://www.example.com, one a line. No other site can show it."),
    )
    an_hour = models.PositiveSmallIntegerField(
        _("answers an hour"),
        null=True,
        blank=True,
        help_text=_("At most so many come from one network in an hour. Empty: 30, at a kiosk 120."),
    )
    is_open = models.BooleanField(_("open"), default=True, editable=False)
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    history = HistoricalRecords(excluded_fields=["token"])

    class Meta:
        verbose_name = _("door")
        verbose_name_plural = _("doors")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "name"], name="surveys_door_name_once_a_campaign"),
            models.CheckConstraint(
                condition=Q(an_hour__isnull=True) | Q(an_hour__gte=1), name="surveys_door_lets_one_in"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.an_hour == 0:
            raise ValidationError({"an_hour": _("With 0 nobody could answer: close it instead.")})

    @property
    def channel(self) -> Channel:
        return Channel(self.kind)

    @property
    def is_kiosk(self) -> bool:
        return self.kind == DoorKind.KIOSK

    @property
    def is_embedded(self) -> bool:
        return self.kind == DoorKind.EMBED

    @property
    def sites(self) -> list[str]:
        """Which sites may show it in a frame. Whatever got into the database, nothing else gets into the header."""
        try:
            return sites.origins(self.origins)
        except ValueError:
            return []

    @property
    def limit(self) -> int:
        """How many answers of one network it takes in an hour."""
        return self.an_hour or AN_HOUR[DoorKind(self.kind)]

    @property
    def merge_values(self) -> dict[str, str]:
        """What the merge tags of staff texts stand for."""
        campaign = self.campaign
        product = campaign.subject.name if campaign.subject else ""
        return {"company": campaign.brand.short_name, "first_name": "", "product": product}


class DoorText(models.Model):
    """A door's own words in one language. An empty field leaves the standard words."""

    door = models.ForeignKey(Door, models.CASCADE, related_name="texts", verbose_name=_("door"))
    language = models.CharField(_("language"), max_length=12)
    heading = models.CharField(_("heading"), max_length=120, blank=True)
    text = models.CharField(_("sentence below the heading"), max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("text of a door")
        verbose_name_plural = _("texts of the doors")
        constraints = [models.UniqueConstraint(fields=["door", "language"], name="surveys_door_text_once")]

    def __str__(self) -> str:
        return f"{self.door} ({self.language})"

    def clean(self) -> None:
        refuse_unknown_tags(self, "heading", "text", known=TEXT_TAGS)


class NetworkCount(models.Model):
    """How many answers came through a door from one network in this hour. Of the network only a keyed hash is kept."""

    door = models.ForeignKey(Door, models.CASCADE, related_name="+", verbose_name=_("door"))
    network = models.CharField(_("keyed hash of the network"), max_length=64)
    answers = models.PositiveIntegerField(_("answers"), default=1)
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("count of a network")
        verbose_name_plural = _("counts of networks")
        constraints = [models.UniqueConstraint(fields=["door", "network"], name="surveys_network_count_once")]
        indexes = [
            # The sweep forgets those whose hour is over.
            models.Index(fields=["until"], name="surveys_network_count_until"),
        ]

    def __str__(self) -> str:
        return f"{self.door_id}: {self.answers}"
