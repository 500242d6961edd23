"""The knowledge base: what already answers a question, in each language."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocacy.models.fields import SecureURLField, is_secure
from advocacy.models.guarded import Guarded
from surveys import reviewsites
from surveys.models import Brand
from surveys.models.history import HistoricalRecords


class Entry(models.Model):
    """One answer. Its words, or the address where they stand, are texts by language."""

    name = models.CharField(_("name"), max_length=120, unique=True, help_text=_("As staff call it."))
    brand = models.ForeignKey(
        Brand,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("brand"),
        help_text=_("Nothing chosen: for every brand."),
    )
    is_offered_on_yellow = models.BooleanField(
        _("offered on the yellow page"),
        default=False,
        help_text=_("To people who give 7 or 8. The first three by position stand there."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Small is first."))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("knowledge-base entry")
        verbose_name_plural = _("knowledge base")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class EntryText(Guarded):
    """An entry in one language: a text of its own, or the address of a page elsewhere."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="texts", verbose_name=_("entry"))
    language = models.CharField(_("language"), max_length=12)
    title = models.CharField(_("title"), max_length=120)
    address = SecureURLField(_("address"), blank=True, help_text=_("Of the page elsewhere, beginning with https://."))
    text = models.TextField(_("text"), blank=True, help_text=_("Shown on a page of ours. Empty lines part paragraphs."))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("text of an entry")
        verbose_name_plural = _("texts of the entries")
        constraints = [
            models.UniqueConstraint(fields=["entry", "language"], name="advocacy_entry_text_once"),
            models.CheckConstraint(
                condition=Q(address="") & ~Q(text="") | ~Q(address="") & Q(text=""),
                name="advocacy_entry_text_says_one_thing",
            ),
            models.CheckConstraint(condition=is_secure("address", blank=True), name="advocacy_entry_text_is_https"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"

    def refuse(self) -> None:
        """Raises ValidationError for a way to a review site: entries are offered to passives, and not to all alike."""
        for field in ("address", "text"):
            if found := reviewsites.addresses_in(getattr(self, field)):
                said = _("%(address)s is a review site: only the review sites of the brand lead there, for all alike.")
                raise ValidationError({field: said % {"address": found[0]}})

    def clean(self) -> None:
        super().clean()
        if bool(self.address) == bool(self.text.strip()):
            raise ValidationError({"text": _("Write a text, or give the address of a page: one of the two.")})


class EntryVisit(models.Model):
    """How often an entry was opened on a day, in one language. Who opened it is not kept."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="visits", verbose_name=_("entry"))
    language = models.CharField(_("language"), max_length=12)
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("opened"), default=0)

    class Meta:
        verbose_name = _("visits of an entry")
        verbose_name_plural = _("visits of the entries")
        constraints = [
            models.UniqueConstraint(fields=["entry", "language", "day"], name="advocacy_entry_visit_one_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.day}: {self.count}"
