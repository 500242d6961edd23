"""Rows that refuse what is forbidden at each save, whoever saves: a form, the admin, an import or a line of Python."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys import reviewsites


class Guarded(models.Model):
    """Whatever `refuse` finds is said as an error of validation, and stops a save as well."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refuse()
        super().save(*args, **kwargs)

    def refuse(self) -> None:
        """Raises ValidationError, with the reason, for what is forbidden."""
        raise NotImplementedError

    def clean(self) -> None:
        super().clean()
        self.refuse()


def refuse_rewarded_reviews(row: models.Model, *fields: str, names_sites: bool = False) -> None:
    """Raises ValidationError where the words say that something is given for a public review, or for a score.

    A thing may be called after a site that is more than reviews, such as a gift card; with `names_sites` none may.
    """
    said = _(
        "“%(word)s”: nothing is given for a public review or a score, by the rules of the sites and the law."
        " If you mean something else, write it in other words."
    )
    wrong = {}
    for field in fields:
        text = getattr(row, field)
        found = [*reviewsites.review_words(text), *reviewsites.score_words(text)]
        found += reviewsites.site_names(text) if names_sites else []
        if found:
            wrong[field] = said % {"word": found[0]}
    if wrong:
        raise ValidationError(wrong)
