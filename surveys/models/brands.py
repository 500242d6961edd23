"""Who a campaign speaks for, and what it asks about."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys import colours, reviewsites
from surveys.models.fields import is_list_of_days
from surveys.models.history import HistoricalRecords

# What a colour of a brand stands on or under: letters on a button, and the ground of mail and pages.
GROUNDS = {"colour": ("#ffffff", "#faf7f2"), "colour_dark": ("#14110f", "#191614")}

is_colour = RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write a colour as # and six hexadecimal digits, such as #1d4e5f."))


class Brand(models.Model):
    """Who a campaign speaks for."""

    name = models.CharField(_("name"), max_length=120, unique=True, help_text=_("Above the mail and the pages."))
    short_name = models.CharField(_("short name"), max_length=60, help_text=_("In the question: “recommend Aurora”."))
    from_email = models.EmailField(_("sender address"))
    reply_to = models.EmailField(_("answers go to"), blank=True)
    postal_address = models.CharField(
        _("postal address"), max_length=300, help_text=_("Stands in every mail: the law asks for it.")
    )
    site_url = models.URLField(_("web site"), blank=True)
    privacy_url = models.URLField(_("privacy page"), blank=True)
    contact_email = models.EmailField(_("contact address"), blank=True)
    colour = models.CharField(_("colour on paper"), max_length=7, default="#1d4e5f", validators=[is_colour])
    colour_dark = models.CharField(_("colour at night"), max_length=7, default="#8fcbdb", validators=[is_colour])
    default_language = models.CharField(_("language when none is known"), max_length=12, default="en")
    holidays = models.TextField(
        _("holidays"),
        blank=True,
        validators=[is_list_of_days],
        help_text=_("Days on which no survey leaves, one a line, such as 2026-12-25."),
    )
    daily_cap = models.PositiveIntegerField(
        _("mails a day"),
        default=0,
        help_text=_("At most so many surveys leave from the domain of the sender address in a day. 0: no limit."),
    )
    rate_per_minute = models.PositiveIntegerField(
        _("mails a minute"),
        default=0,
        help_text=_("At most so many surveys leave from the domain of the sender address in a minute. 0: no limit."),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refuse_review_site()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Raises ValidationError for a colour on which, or as which, words could not be read."""
        faults = {field: _unreadable(getattr(self, field), *grounds) for field, grounds in GROUNDS.items()}
        wrong = {field: fault for field, fault in faults.items() if fault}
        if wrong:
            raise ValidationError(wrong)
        self.refuse_review_site()

    def refuse_review_site(self) -> None:
        """Raises ValidationError: the way to our site stands on the thank-you pages of two bands only."""
        if reviewsites.kind_of(self.site_url):
            said = _("This is a review site. Add it to the review sites: those stand on all thank-you pages alike.")
            raise ValidationError({"site_url": said})


def _unreadable(colour: str, *grounds: str) -> str:
    """What is wrong with it, and the nearest shade that passes; nothing for a good one, or for what is no colour."""
    try:
        is_colour(colour)
    except ValidationError:
        return ""  # the field says so itself
    ground = colours.unreadable(colour, *grounds)
    if not ground:
        return ""
    words = _(
        "Hard to read: its contrast with %(ground)s is %(ratio)s : 1, and words need 4.5 : 1. "
        "The nearest shade that passes is %(shade)s."
    )
    ratio = colours.shown(colours.contrast(colour, ground))
    return words % {"ground": ground, "ratio": ratio, "shade": colours.nearest(colour, *grounds)}


class Touchpoint(models.Model):
    """The moment of the customer's journey that a campaign asks about."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("touchpoint")
        verbose_name_plural = _("touchpoints")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Subject(models.Model):
    """The product or service that is asked about, beside the touchpoint."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
