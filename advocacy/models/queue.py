"""What the queue keeps beside the cases: what can be undone for ten seconds, and views that somebody saved."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.enums import Verb
from advocacy.models.cases import Case


class Deed(models.Model):
    """Something a person did to one case or to several at once, for as long as it can be undone."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="deeds", verbose_name=_("by"))
    verb = models.CharField(_("what"), max_length=8, choices=Verb)
    at = models.DateTimeField(_("at"))
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("deed")
        verbose_name_plural = _("deeds")
        indexes = [
            # The tick that forgets what cannot be undone any more.
            models.Index(fields=["at"], name="advocacy_deed_at"),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.at:%Y-%m-%d %H:%M}"


class DeedCase(models.Model):
    """One case of a deed: how it stood before, and the version of its history right after."""

    deed = models.ForeignKey(Deed, models.CASCADE, related_name="rows", verbose_name=_("deed"))
    case = models.ForeignKey(Case, models.CASCADE, related_name="deeds", verbose_name=_("case"))
    before = models.JSONField(_("before"))
    seen = models.CharField(_("version after"), max_length=80)

    class Meta:
        verbose_name = _("case of a deed")
        verbose_name_plural = _("cases of deeds")

    def __str__(self) -> str:
        return f"{self.deed_id}: {self.case_id}"


class SavedView(models.Model):
    """A view of the queue with filters under a name: for whoever saved it, or for everybody."""

    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name=_("owner")
    )
    is_shared = models.BooleanField(_("for everybody"), default=False)
    view = models.CharField(_("view"), max_length=16)
    query = models.CharField(_("filters"), max_length=1000, blank=True, help_text=_("As they stand in the address."))

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="advocacy_savedview_own_name")]

    def __str__(self) -> str:
        return self.name
