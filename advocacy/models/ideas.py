"""The idea hub: who takes part in the ideas of a house, and what each is told. An idea is a fix in its first state."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.enums import NoticeKind, WinnerBy
from advocacy.models.fixes import Fix
from surveys.models import Event, Message, Response
from surveys.models.history import HistoricalRecords

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class Department(models.Model):
    """A part of the house, to see which take part and which are silent."""

    name = models.CharField(_("name"), max_length=80)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="advocacy_department_name_any_case")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if Department.objects.filter(name__iexact=self.name).exclude(pk=self.pk).exists():
            raise ValidationError({"name": _("There is a department of this name already.")})


class Profile(models.Model):
    """What is known of a person beside the right to sign in. Without a row: no department, and every mail."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="profile", verbose_name=_("person")
    )
    department = models.ForeignKey(
        Department, models.SET_NULL, null=True, blank=True, related_name="profiles", verbose_name=_("department")
    )
    wants_news = models.BooleanField(_("mail when an own idea moves"), default=True)
    wants_digest = models.BooleanField(_("mail once a month"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")

    def __str__(self) -> str:
        return str(self.user)


class ChallengeQuerySet(models.QuerySet["Challenge"]):
    def open(self, on: dt.date | None = None) -> ChallengeQuerySet:
        """What takes ideas in today: days of the organisation's zone, both included."""
        on = on or organisations_day()
        return self.filter(opens_on__lte=on, closes_on__gte=on)

    def over(self, on: dt.date | None = None) -> ChallengeQuerySet:
        return self.filter(closes_on__lt=on or organisations_day())


class Challenge(models.Model):
    """A question to the whole house that takes ideas in for some days and has a winner."""

    title = models.CharField(_("title"), max_length=80)
    question = models.TextField(_("question"), max_length=1000)
    opens_on = models.DateField(_("first day"))
    closes_on = models.DateField(_("last day"))
    winner_by = models.CharField(_("winner"), max_length=8, choices=WinnerBy, default=WinnerBy.VOTES)
    jury = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("jury")
    )
    winner = models.ForeignKey(
        Fix, models.SET_NULL, null=True, blank=True, related_name="won", verbose_name=_("winning idea")
    )
    reason = models.TextField(_("reason of the jury"), blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = ChallengeQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        ordering = ["-closes_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="advocacy_challenge_closes_after_it_opens"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        days: list[dt.date | None] = [self.opens_on, self.closes_on]  # None where it was no day
        if None not in days and self.closes_on < self.opens_on:
            raise ValidationError({"closes_on": _("The last day is not before the first.")})
        if self.winner_by == WinnerBy.JURY and self.jury is None:
            raise ValidationError({"jury": _("Say who chooses the winner.")})

    @property
    def is_open(self) -> bool:
        return self.opens_on <= organisations_day() <= self.closes_on

    @property
    def is_over(self) -> bool:
        return self.closes_on < organisations_day()


class IdeaPart(models.Model):
    """An idea that answers a challenge; one idea answers one."""

    fix = models.OneToOneField(Fix, models.CASCADE, primary_key=True, related_name="entered", verbose_name=_("idea"))
    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="parts", verbose_name=_("challenge"))
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("idea of a challenge")
        verbose_name_plural = _("ideas of challenges")

    def __str__(self) -> str:
        return f"{self.challenge_id}: {self.fix_id}"


class Merger(models.Model):
    """An idea that became part of another, which says the same."""

    fix = models.OneToOneField(Fix, models.CASCADE, primary_key=True, related_name="merger", verbose_name=_("idea"))
    into = models.ForeignKey(Fix, models.CASCADE, related_name="mergers", verbose_name=_("part of"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("merged idea")
        verbose_name_plural = _("merged ideas")
        constraints = [models.CheckConstraint(condition=~Q(fix=F("into")), name="advocacy_merger_of_two_ideas")]

    def __str__(self) -> str:
        return f"{self.fix_id} > {self.into_id}"


class VoteQuerySet(models.QuerySet["Vote"]):
    def counting(self) -> VoteQuerySet:
        """Those of people who still work here."""
        return self.filter(user__is_active=True)


class Vote(models.Model):
    """One person wants this idea. Nobody has a second vote for it."""

    fix = models.ForeignKey(Fix, models.CASCADE, related_name="votes", verbose_name=_("idea"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    at = models.DateTimeField(_("at"), default=timezone.now)

    objects = VoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [models.UniqueConstraint(fields=["fix", "user"], name="advocacy_vote_once")]

    def __str__(self) -> str:
        return f"{self.fix_id}: {self.user_id}"


class Follower(models.Model):
    """Who is told what becomes of an idea."""

    fix = models.ForeignKey(Fix, models.CASCADE, related_name="followers", verbose_name=_("idea"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints = [models.UniqueConstraint(fields=["fix", "user"], name="advocacy_follower_once")]

    def __str__(self) -> str:
        return f"{self.fix_id}: {self.user_id}"


class CoAuthor(models.Model):
    """Who had the same idea, and is thanked with its author."""

    fix = models.ForeignKey(Fix, models.CASCADE, related_name="coauthors", verbose_name=_("idea"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))

    class Meta:
        verbose_name = _("co-author")
        verbose_name_plural = _("co-authors")
        constraints = [models.UniqueConstraint(fields=["fix", "user"], name="advocacy_coauthor_once")]

    def __str__(self) -> str:
        return f"{self.fix_id}: {self.user_id}"


class IdeaComment(models.Model):
    """What a colleague says about an idea; plain text."""

    fix = models.ForeignKey(Fix, models.CASCADE, related_name="comments", verbose_name=_("idea"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    text = models.TextField(_("text"))
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("comment on an idea")
        verbose_name_plural = _("comments on ideas")

    def __str__(self) -> str:
        return f"{self.fix_id}: {self.pk}"


class IdeaWords(models.Model):
    """The answer of a customer that somebody put beside an idea. Only its words are shown."""

    fix = models.ForeignKey(Fix, models.CASCADE, related_name="words", verbose_name=_("idea"))
    response = models.ForeignKey(Response, models.CASCADE, related_name="+", verbose_name=_("answer"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("customer's words beside an idea")
        verbose_name_plural = _("customers' words beside ideas")
        constraints = [models.UniqueConstraint(fields=["fix", "response"], name="advocacy_idea_words_once")]

    def __str__(self) -> str:
        return f"{self.fix_id}: {self.response_id}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unseen_by(self, user: User) -> NoticeQuerySet:
        return self.filter(user=user.pk, seen_at__isnull=True)


class Notice(models.Model):
    """What one person is told of one idea. The event has the words; a mail may go with it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("person"))
    fix = models.ForeignKey(Fix, models.CASCADE, related_name="notices", verbose_name=_("idea"))
    kind = models.CharField(_("kind"), max_length=12, choices=NoticeKind)
    event = models.ForeignKey(Event, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("event"))
    comment = models.ForeignKey(
        IdeaComment, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("comment")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    is_own = models.BooleanField(_("of an own idea"), default=False)
    message = models.OneToOneField(
        Message, models.SET_NULL, null=True, blank=True, related_name="notice", verbose_name=_("mail")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            # The news of a person, the latest on top.
            models.Index(fields=["user", "-id"], name="advocacy_notice_of_person"),
            # How many nobody has looked at: it stands on every page.
            models.Index(fields=["user"], condition=Q(seen_at__isnull=True), name="advocacy_notice_unseen"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.fix_id}: {self.user_id}"


class Digest(models.Model):
    """The mail of a month to one person: at most one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    month = models.DateField(_("month"), help_text=_("Its first day."))
    message = models.OneToOneField(
        Message, models.SET_NULL, null=True, blank=True, related_name="idea_digest", verbose_name=_("mail")
    )

    class Meta:
        verbose_name = _("digest of ideas")
        verbose_name_plural = _("digests of ideas")
        constraints = [models.UniqueConstraint(fields=["user", "month"], name="advocacy_digest_once_a_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.user_id}"


def organisations_day() -> dt.date:
    """Today where the organisation is, whoever looks."""
    return timezone.localdate(timezone=timezone.get_default_timezone())
