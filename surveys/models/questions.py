"""What a page asks beside the score, in a campaign's own words or in ready-made ones, and what was answered."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys import mergetags
from surveys.enums import Band, QuestionKind, ReadyMade
from surveys.models.campaigns import Campaign
from surveys.models.history import HistoricalRecords
from surveys.models.responses import Response


class Question(models.Model):
    """An extra question on the page of a band. None has to be answered."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="questions", verbose_name=_("campaign"))
    band = models.CharField(_("band"), max_length=12, choices=Band)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=8, choices=QuestionKind, default=QuestionKind.TEXT)
    ready_made = models.CharField(
        _("ready-made"),
        max_length=12,
        choices=ReadyMade,
        blank=True,
        help_text=_("Its words are there in every language."),
    )
    is_asked = models.BooleanField(
        _("asked"), default=True, help_text=_("One that has answers stays when it is asked no more.")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("extra question")
        verbose_name_plural = _("extra questions")
        ordering = ["band", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.get_ready_made_display() or self.get_kind_display()} ({self.pk})"

    def clean(self) -> None:
        if self.ready_made and self.kind != ReadyMade(self.ready_made).asks:
            kind = ReadyMade(self.ready_made).asks.label
            raise ValidationError({"kind": _("This ready-made question is of the kind: %(kind)s.") % {"kind": kind}})


class QuestionText(models.Model):
    """The words of a question of one's own, in one language."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="texts", verbose_name=_("question"))
    language = models.CharField(_("language"), max_length=12)
    text = models.CharField(_("question"), max_length=200)
    options = models.TextField(
        _("options"), blank=True, help_text=_("One a line, in the same order in every language. Add new ones below.")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("words of a question")
        verbose_name_plural = _("words of questions")
        constraints = [models.UniqueConstraint(fields=["question", "language"], name="surveys_question_text_once")]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        found = mergetags.unknown(f"{self.text}\n{self.options}", ())
        if found:
            message = _("A question is the same for everybody, so nothing is filled in: take out %(found)s.")
            raise ValidationError(message, params={"found": ", ".join(found)})

    @property
    def lines(self) -> list[str]:
        """Its options, each by its number; a blank line is none."""
        return [line.strip() for line in self.options.splitlines() if line.strip()]


class QuestionAnswer(models.Model):
    """What was answered: the number of an option, or of the scale, or the text as it was typed."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="extras", verbose_name=_("answer"))
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers", verbose_name=_("question"))
    value = models.CharField(_("number"), max_length=4, blank=True, help_text=_("Options are counted from 0."))
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("answer to an extra question")
        verbose_name_plural = _("answers to extra questions")
        constraints = [
            models.UniqueConstraint(fields=["response", "question", "value"], name="surveys_question_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.question_id}"
