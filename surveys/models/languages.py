"""Which languages are in use: a question that we pieced together ourselves waits until somebody has accepted it."""

from __future__ import annotations

import time
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Exists
from django.utils.translation import gettext_lazy as _

from surveys import languages
from surveys.models.history import HistoricalRecords

# Seconds for which a process believes what it read last.
KEPT = 5.0


class LanguageReviewQuerySet(models.QuerySet["LanguageReview"]):
    def accepted(self) -> LanguageReviewQuerySet:
        return self.filter(accepted_at__isnull=False)


class LanguageReview(models.Model):
    """Whether a draft may be shown: somebody who speaks the language has read its question."""

    tag = models.CharField(_("language"), max_length=12, unique=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("accepted by"),
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)

    objects = LanguageReviewQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("review of a language")
        verbose_name_plural = _("reviews of languages")

    def __str__(self) -> str:
        return languages.get(self.tag).own_name


class _Known:
    """What this process read last, and until when it believes it."""

    in_use: frozenset[str] = frozenset()
    until = 0.0


def languages_in_use() -> frozenset[str]:
    """Every language we may ask in. Read again after a few seconds, with one statement."""
    if time.monotonic() >= _Known.until:
        remember(LanguageReview.objects.accepted().values_list("tag", flat=True))
    return _Known.in_use


def remember(accepted: Iterable[str], *, seconds: float = KEPT) -> None:
    """Believe for so long that these drafts are accepted, and no others."""
    _Known.in_use = languages.sure() | (languages.drafts() & set(accepted))
    _Known.until = time.monotonic() + seconds


def forget() -> None:
    """Read again at the next occasion: something was accepted or withdrawn here."""
    _Known.until = 0.0


def looked_up() -> dict[str, Exists]:
    """Expressions for a statement that a page needs anyway, for `remember_row`: then reading again costs none of its
    own."""
    accepted = LanguageReview.objects.accepted()
    return {f"accepts_{tag}": Exists(accepted.filter(tag=tag)) for tag in sorted(languages.drafts())}


def remember_row(row: models.Model) -> None:
    """Take over what the expressions found, from a row they came with, unless what was read last is still believed."""
    if time.monotonic() < _Known.until:
        return
    found = {tag: getattr(row, f"accepts_{tag}", None) for tag in languages.drafts()}
    if None not in found.values():
        remember(tag for tag, is_accepted in found.items() if is_accepted)
