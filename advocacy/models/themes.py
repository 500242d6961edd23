"""What comments are about: the words that tell a theme in each language, and which answer carries which theme."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from advocacy import rules
from advocacy.enums import RuleOrigin
from advocacy.models.fixes import Theme
from surveys import languages
from surveys.enums import ReasonOrigin
from surveys.models import Reason, Response
from surveys.models.history import HistoricalRecords

# What is wrong with a line of words, as staff are told.
FAULTS = {
    "long": _("Line %(number)s, “%(word)s”: longer than 80 letters."),
    "star": _("Line %(number)s, “%(word)s”: a star stands once, at the end, where words are parted by spaces."),
    "short": _("Line %(number)s, “%(word)s”: with a star it takes two letters at least."),
    "letterless": _("Line %(number)s, “%(word)s”: there is no letter in it."),
    "twice": _("Line %(number)s, “%(word)s”: it stands there already."),
}


class ThemeRule(models.Model):
    """The words by which a comment in one language is known to be about a theme."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="rules", verbose_name=_("theme"))
    language = models.CharField(_("language"), max_length=12, help_text=_("Such as en, pt-BR or zh-Hans."))
    words = models.TextField(
        _("words"),
        max_length=20_000,
        help_text=_("One word or phrase a line. deliver* is whatever begins so."),
    )
    origin = models.CharField(_("origin"), max_length=8, choices=RuleOrigin, default=RuleOrigin.EDITED, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("theme rule")
        verbose_name_plural = _("theme rules")
        ordering = ["language", "theme__name"]
        constraints = [
            models.UniqueConstraint(fields=["theme", "language"], name="advocacy_theme_rule_once_a_language"),
        ]

    def __str__(self) -> str:
        return f"{self.theme} ({self.language})"

    @property
    def lines(self) -> list[rules.Line]:
        return rules.parse(self.words, self.language)

    def clean(self) -> None:
        """Each line that is wrong is named."""
        self.language = languages.normalise(self.language)
        if not self.language:
            raise ValidationError({"language": _("This is no language we know. Write it as en or pt-BR.")})
        wrong = [FAULTS[line.fault] % {"number": line.number, "word": line.word} for line in self.lines if line.fault]
        if wrong:
            raise ValidationError({"words": wrong})


class ReasonTheme(models.Model):
    """Which theme a reason is that respondents choose."""

    reason = models.OneToOneField(Reason, models.CASCADE, related_name="as_theme", verbose_name=_("reason"))
    theme = models.ForeignKey(Theme, models.CASCADE, related_name="reasons", verbose_name=_("theme"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("theme of a reason")
        verbose_name_plural = _("themes of reasons")
        ordering = ["reason__key"]

    def __str__(self) -> str:
        return f"{self.reason}: {self.theme}"


class Tagging(models.Model):
    """That an answer with a comment or a reason was looked at: which version of it, by which version of the rules.

    These answers are the base of every share of a theme.
    """

    response = models.OneToOneField(
        Response, models.CASCADE, primary_key=True, related_name="tagging", verbose_name=_("answer")
    )
    revision = models.PositiveIntegerField(_("revision"))
    version = models.CharField(_("version of the rules"), max_length=16)
    themes = models.PositiveSmallIntegerField(_("themes"), default=0)

    class Meta:
        verbose_name = _("tagging")
        verbose_name_plural = _("taggings")
        indexes = [
            # The answers that were looked at under other rules than those of now.
            models.Index(fields=["version", "response"], name="advocacy_tagging_by_version"),
        ]

    def __str__(self) -> str:
        return f"{self.response_id}.{self.revision}: {self.version}"


class CommentThemeQuerySet(models.QuerySet["CommentTheme"]):
    def standing(self) -> CommentThemeQuerySet:
        """Without those that a person has taken off."""
        return self.filter(is_removed=False)


class CommentTheme(models.Model):
    """An answer is about a theme: chosen by the respondent, found by a rule, or said by a person, whose word stands."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="themes", verbose_name=_("answer"))
    theme = models.ForeignKey(Theme, models.CASCADE, related_name="mentions", verbose_name=_("theme"))
    origin = models.CharField(_("origin"), max_length=12, choices=ReasonOrigin)
    word = models.CharField(_("word that hit"), max_length=rules.LONGEST_WORD, blank=True)
    start = models.PositiveIntegerField(_("first letter"), default=0)
    length = models.PositiveIntegerField(_("letters"), default=0)
    is_negated = models.BooleanField(_("a word of denial stands near"), default=False)
    version = models.CharField(_("version of the rules"), max_length=16, blank=True)
    is_removed = models.BooleanField(
        _("taken off"), default=False, help_text=_("A fact that a person stated: no rule brings it back.")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    objects = CommentThemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("theme of an answer")
        verbose_name_plural = _("themes of answers")
        permissions = [("work_commenttheme", "Can say what an answer is about")]
        constraints = [
            models.UniqueConstraint(fields=["response", "theme"], name="advocacy_comment_theme_once"),
            models.CheckConstraint(
                condition=Q(is_removed=False) | Q(origin=ReasonOrigin.PERSON), name="advocacy_comment_theme_taken_off"
            ),
        ]
        indexes = [
            # The latest answers of a theme, for its quotes.
            models.Index(
                fields=["theme", "response"], condition=Q(is_removed=False), name="advocacy_comment_theme_latest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.theme}"

    @property
    def is_by_person(self) -> bool:
        return self.origin == ReasonOrigin.PERSON
