"""The inner loop: cases, attempts to reach the contact, notes, and the receipts of routing."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.enums import OPEN_CASE_STATUSES, AttemptChannel, CaseStatus, Clock, Level, News, Outcome, RoutedTo
from advocacy.models.advocates import Advocate
from advocacy.models.fixes import CustomerRequest, Theme
from advocacy.models.teams import Team
from surveys import scoring
from surveys.enums import Band
from surveys.models import Account, Campaign, Contact, Message, Response

DUE_SOON = dt.timedelta(hours=24)
EXCERPT = 300  # characters of a comment: as many as a list shows
BAD_SCORES = [score for score in range(11) if scoring.band(score) == Band.DETRACTOR]
BEST_SCORES = [score for score in range(11) if scoring.band(score) == Band.PROMOTER]
AWAKE = Q(status__in=OPEN_CASE_STATUSES, snoozed_until__isnull=True)
ORDER = ["rank", "due_at", "priority", "id"]  # of work: news first, then who was not reached, then who was


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> CaseQuerySet:
        return self.filter(status__in=OPEN_CASE_STATUSES)

    def awake(self) -> CaseQuerySet:
        """Open, and not put aside until later."""
        return self.open().filter(snoozed_until__isnull=True)

    def closed(self) -> CaseQuerySet:
        return self.filter(status=CaseStatus.CLOSED)

    def unassigned(self) -> CaseQuerySet:
        return self.open().filter(owner__isnull=True)

    def uncontacted(self) -> CaseQuerySet:
        """Whose first-contact clock runs."""
        return self.filter(status=CaseStatus.OPEN, contacted_at__isnull=True)

    def overdue(self, at: dt.datetime | None = None) -> CaseQuerySet:
        return self.uncontacted().filter(due_at__lt=at or timezone.now())

    def due_soon(self, at: dt.datetime | None = None) -> CaseQuerySet:
        at = at or timezone.now()
        return self.uncontacted().filter(due_at__gte=at, due_at__lt=at + DUE_SOON)

    def warned(self, at: dt.datetime | None = None) -> CaseQuerySet:
        """Whose first-contact clock has used three quarters of its time, and not yet all."""
        at = at or timezone.now()
        return self.uncontacted().filter(warn_at__lte=at, due_at__gt=at)

    def breached(self, at: dt.datetime | None = None) -> CaseQuerySet:
        """Whose first-contact clock has used all its time."""
        return self.uncontacted().filter(due_at__lte=at or timezone.now())

    def ownerless(self, at: dt.datetime | None = None) -> CaseQuerySet:
        """Whom nobody owns, and for too long."""
        return self.unassigned().filter(owner_due_at__lte=at or timezone.now())

    def unresolved(self, at: dt.datetime | None = None) -> CaseQuerySet:
        """Whose resolution clock has used all its time; while the case waits for the customer it stands still."""
        return self.open().filter(waiting_since__isnull=True, resolve_by__lte=at or timezone.now())

    def with_past(self) -> CaseQuerySet:
        """With `is_repeated` and `was_promoter`: what else the contact answered, beside what opened the case."""
        others = Response.objects.filter(contact=OuterRef("contact"))
        others = others.exclude(pk=Coalesce(OuterRef("response_id"), 0))
        return self.annotate(
            is_repeated=Exists(others.filter(score__in=BAD_SCORES)),
            was_promoter=Exists(others.filter(score__in=BEST_SCORES)),
        )


class Case(models.Model):
    """The work on one unhappy contact. One open case per contact, by constraint."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="cases", verbose_name=_("contact"))
    response = models.ForeignKey(
        Response, models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("answer")
    )
    status = models.CharField(_("status"), max_length=12, choices=CaseStatus, default=CaseStatus.OPEN)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("team"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("owner")
    )
    priority = models.PositiveSmallIntegerField(_("priority"), default=50, help_text=_("Small is urgent."))
    theme = models.ForeignKey(
        Theme, models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("root cause")
    )
    opened_at = models.DateTimeField(_("opened at"))
    due_at = models.DateTimeField(_("first contact due"))
    warn_at = models.DateTimeField(_("first contact nearly due"), null=True, blank=True)
    owner_due_at = models.DateTimeField(_("owner due"), null=True, blank=True)
    resolve_by = models.DateTimeField(_("resolution due"), null=True, blank=True)
    contacted_at = models.DateTimeField(_("first contact at"), null=True, blank=True)
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True)
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    news = models.CharField(_("news"), max_length=8, choices=News, default=News.NONE, blank=True)
    rank = models.GeneratedField(
        expression=models.Case(
            models.When(status=CaseStatus.CLOSED, then=9),
            models.When(~Q(news=""), then=0),
            models.When(status=CaseStatus.OPEN, then=1),
            default=2,
        ),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
        verbose_name=_("place in the queue"),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome, blank=True)
    promise = models.CharField(_("promise"), max_length=300, blank=True)
    promise_due_on = models.DateField(_("promise due on"), null=True, blank=True)
    # What the queue asks for of other tables, so that it reads them less; `carried` alone writes it.
    answer_score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True, editable=False)
    answer_language = models.CharField(_("language"), max_length=12, blank=True, editable=False)
    answer_campaign = models.ForeignKey(
        Campaign,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name=_("campaign"),
    )
    answer_excerpt = models.CharField(_("comment"), max_length=EXCERPT, blank=True, editable=False)
    answer_wants_contact = models.BooleanField(_("wants to be contacted"), default=False, editable=False)
    has_other_bad = models.BooleanField(_("second bad score"), default=False, editable=False)
    has_other_best = models.BooleanField(_("was a promoter"), default=False, editable=False)
    contact_account = models.ForeignKey(
        Account,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("account"),
    )
    contact_revenue = models.DecimalField(
        _("revenue a year"), max_digits=14, decimal_places=2, null=True, blank=True, editable=False
    )
    contact_name = models.CharField(_("contact"), max_length=254, blank=True, editable=False)  # else address or phone
    contact_language = models.CharField(_("language"), max_length=12, blank=True, editable=False)
    account_name = models.CharField(_("account"), max_length=200, blank=True, editable=False)
    searched = models.TextField(_("words"), blank=True, editable=False)  # name and comment, in lower case

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions = [
            ("work_case", "Can work cases: attempts, notes, close and reopen"),
            ("assign_case", "Can give cases to others"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contact"], condition=Q(status__in=OPEN_CASE_STATUSES), name="advocacy_case_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(status=CaseStatus.CLOSED) | ~Q(outcome=""), name="advocacy_case_closed_has_outcome"
            ),
        ]
        indexes = [
            # The queue of everybody, most urgent first; by a range of scores it is read from the index alone.
            models.Index(fields=[*ORDER, "answer_score"], condition=AWAKE, name="advocacy_case_queue"),
            # The queue of one owner, or of nobody.
            models.Index(fields=["owner", *ORDER], condition=AWAKE, name="advocacy_case_mine"),
            # The queue by root cause and by team: some have few cases among many. A team's key accounts as the scores.
            models.Index(fields=["theme", *ORDER], condition=AWAKE, name="advocacy_case_by_theme"),
            models.Index(fields=["team", *ORDER, "contact_revenue"], condition=AWAKE, name="advocacy_case_by_team"),
            # The same by what the answer was, which the case carries for this.
            models.Index(fields=["answer_score", *ORDER], condition=AWAKE, name="advocacy_case_by_score"),
            models.Index(fields=["answer_language", *ORDER], condition=AWAKE, name="advocacy_case_by_tongue"),
            models.Index(fields=["answer_campaign", *ORDER], condition=AWAKE, name="advocacy_case_by_campaign"),
            # Who pays so much, where few do.
            models.Index(
                fields=["contact_revenue"],
                condition=AWAKE & Q(contact_revenue__isnull=False),
                name="advocacy_case_by_revenue",
            ),
            # Who waits for the customer.
            models.Index(fields=ORDER, condition=AWAKE & Q(waiting_since__isnull=False), name="advocacy_case_waiting"),
            # What is put aside, by when it comes back; and the tick that brings it back.
            models.Index(
                fields=["snoozed_until", "id"],
                condition=Q(status__in=OPEN_CASE_STATUSES, snoozed_until__isnull=False),
                name="advocacy_case_snoozed",
            ),
            # Whose first contact is due, by when.
            models.Index(
                fields=["due_at", "priority", "id"],
                condition=AWAKE & Q(status=CaseStatus.OPEN, contacted_at__isnull=True),
                name="advocacy_case_due",
            ),
            # The tick that tells leads of what nobody owns, and of what is not resolved in time.
            models.Index(
                fields=["owner_due_at"],
                condition=Q(status__in=OPEN_CASE_STATUSES, owner_due_at__isnull=False),
                name="advocacy_case_owner_due",
            ),
            models.Index(
                fields=["resolve_by"],
                condition=Q(status__in=OPEN_CASE_STATUSES, waiting_since__isnull=True),
                name="advocacy_case_resolve_by",
            ),
            # What was opened lately, for the lead, the huddles and the report of recovery.
            models.Index(fields=["opened_at"], name="advocacy_case_by_opening"),
            # The closed cases, latest first.
            models.Index(
                fields=["-closed_at", "-id"], condition=Q(status=CaseStatus.CLOSED), name="advocacy_case_closed"
            ),
        ]

    def __str__(self) -> str:
        return _("Case %(number)s") % {"number": self.pk}

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_CASE_STATUSES

    @property
    def is_uncontacted(self) -> bool:
        return self.status == CaseStatus.OPEN and self.contacted_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_uncontacted and self.due_at < timezone.now()

    @property
    def is_due_soon(self) -> bool:
        return self.is_uncontacted and not self.is_overdue and self.due_at < timezone.now() + DUE_SOON

    @property
    def is_waiting(self) -> bool:
        return self.is_open and self.waiting_since is not None

    @property
    def is_snoozed(self) -> bool:
        return self.is_open and self.snoozed_until is not None


ESCALATED = {
    (Clock.FIRST, Level.WARNING): _("Three quarters of the time for the first contact are used"),
    (Clock.FIRST, Level.BREACH): _("Not reached in time"),
    (Clock.OWNER, Level.BREACH): _("Nobody owned it for four working hours"),
    (Clock.RESOLUTION, Level.BREACH): _("Not resolved in time"),
}


class Escalation(models.Model):
    """The lead was told of a clock of a case: once for each clock and level, until that clock starts anew."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="escalations", verbose_name=_("case"))
    clock = models.CharField(_("clock"), max_length=16, choices=Clock)
    level = models.CharField(_("level"), max_length=8, choices=Level)
    due_at = models.DateTimeField(_("was due"))
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="escalations",
        verbose_name=_("lead"),
    )
    message = models.ForeignKey(
        Message, models.SET_NULL, null=True, blank=True, related_name="escalations", verbose_name=_("mail")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        constraints = [models.UniqueConstraint(fields=["case", "clock", "level"], name="advocacy_escalation_once")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.get_clock_display()}, {self.get_level_display()}"

    @property
    def what(self) -> str:
        return str(ESCALATED[Clock(self.clock), Level(self.level)])


class Attempt(models.Model):
    """One try to reach the contact."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="attempts", verbose_name=_("case"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    channel = models.CharField(_("channel"), max_length=8, choices=AttemptChannel, default=AttemptChannel.CALL)
    reached = models.BooleanField(_("reached"), default=False)
    note = models.TextField(_("what was said"), blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.at:%Y-%m-%d %H:%M}"


class CaseNote(models.Model):
    """A private note: only colleagues read it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="notes", verbose_name=_("case"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    text = models.TextField(_("note"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return f"{self.case_id} {self.at:%Y-%m-%d %H:%M}"


class Routing(models.Model):
    """The receipt of one routed revision. Its constraint is the guarantee that it is routed exactly once."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="routings", verbose_name=_("answer"))
    revision = models.PositiveIntegerField(_("revision"))
    band = models.CharField(_("band"), max_length=12, choices=Band)
    routed_to = models.CharField(_("became"), max_length=12, choices=RoutedTo)
    case = models.ForeignKey(
        Case, models.SET_NULL, null=True, blank=True, related_name="routings", verbose_name=_("case")
    )
    request = models.ForeignKey(
        CustomerRequest, models.SET_NULL, null=True, blank=True, related_name="routings", verbose_name=_("request")
    )
    advocate = models.ForeignKey(
        Advocate, models.SET_NULL, null=True, blank=True, related_name="routings", verbose_name=_("advocate")
    )
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("routing")
        verbose_name_plural = _("routings")
        constraints = [models.UniqueConstraint(fields=["response", "revision"], name="advocacy_routing_once")]

    def __str__(self) -> str:
        return f"{self.response_id}.{self.revision}: {self.routed_to}"
