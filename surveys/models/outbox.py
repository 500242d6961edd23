"""Mail that waits, leaves, or left; and the copies the local Inbox keeps."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import connection, models
from django.db.models import Case, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from surveys.enums import (
    IN_HAND_STATUSES,
    NOT_SENT_STATUSES,
    OPEN_MESSAGE_STATUSES,
    MessageStatus,
    Promise,
    Purpose,
    WaveStatus,
)
from surveys.models.campaigns import Campaign, Invitation, Wave
from surveys.models.contacts import Contact
from surveys.models.fields import RandomToken

PARKED_AT_ONCE = 1_000  # in one transaction: more would keep a claim or a resumption waiting
TURN = ("priority", "not_before", "pk")  # the most urgent first, and of these what has been due for longest
_OF_CLAIMS = {
    "postgresql": "SELECT jsonb_array_elements_text(messages)::bigint FROM surveys_claim",
    "sqlite": "SELECT json_each.value FROM surveys_claim, json_each(surveys_claim.messages)",
}


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, at: dt.datetime) -> MessageQuerySet:
        """What may leave at `at`: its time has come and is not over, and its wave, if it has one, is sending.

        Whether any is sending is asked first, and once: of a large wave that rests, no row is looked up then.
        """
        status = Invitation.objects.filter(pk=OuterRef("invitation_id")).values("wave__status")[:1]
        is_any = Exists(Wave.objects.filter(status=WaveStatus.SENDING))
        return (
            self.alias(wave_status=Subquery(status))
            .filter(
                Q(leave_by__isnull=True) | Q(leave_by__gt=at),
                Q(retry_at__isnull=True) | Q(retry_at__lte=at),
                Q(invitation__isnull=True) | (Q(is_any) & Q(wave_status=WaveStatus.SENDING)),
                not_before__lte=at,
            )
            .in_turn()
        )

    def in_turn(self) -> MessageQuerySet:
        """What waits and is not put aside: what a claim walks along."""
        return self.filter(is_open=True, status=MessageStatus.QUEUED, parked_in=None)

    def in_hand(self) -> MessageQuerySet:
        """What some worker has taken, or had taken when it went away."""
        claimed = RawSQL(_OF_CLAIMS[connection.vendor], [])  # noqa: S611 - nobody's text is in it
        return self.filter(pk__in=claimed, status__in=IN_HAND_STATUSES)

    def in_state(self, state: MessageStatus) -> MessageQuerySet:
        """Those of this status, by way of the index that holds few others."""
        rows = self.in_hand() if state in IN_HAND_STATUSES else self
        if state == MessageStatus.QUEUED:
            rows = rows.filter(is_open=True)
        if state in NOT_SENT_STATUSES:
            return rows.filter(not_sent_as=state)
        return rows.filter(status=state)

    def park(self, wave: int | None, *, most: int = PARKED_AT_ONCE) -> int:
        """Put up to `most` of these aside with `wave`, or bring them back with None; how many. What somebody holds
        stays as it is: who waited for it while he holds others might wait for ever. Raises TransactionManagementError
        outside of a transaction."""
        pks = list(self.select_for_update(skip_locked=True).values_list("pk", flat=True)[:most])
        return Message.objects.filter(pk__in=pks).update(parked_in=wave)


class Claim(models.Model):
    """What a worker has taken at a time, so that it is found when that worker goes away; forgotten when all of it has
    come to an end. No index of the messages themselves tells: see `Message.is_open`."""

    id = models.UUIDField(primary_key=True, editable=False)
    messages = models.JSONField(_("messages"), help_text=_("Their numbers."))

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.id)


class Message(models.Model):
    """One mail to one address. What it says is rendered when it leaves, and not stored."""

    letter = models.CharField(_("letter"), max_length=40)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    promise = models.CharField(_("promise"), max_length=16, choices=Promise)
    priority = models.PositiveSmallIntegerField(_("priority"), default=50, help_text=_("Small leaves first."))
    status = models.CharField(_("status"), max_length=12, choices=MessageStatus, default=MessageStatus.QUEUED)
    # What the indexes know of the status. As long as nothing changes that one of them looks at, PostgreSQL writes a row
    # anew beside itself, where its page has room, and leaves them all alone: a dispatch then costs a third less.
    is_open = models.GeneratedField(
        verbose_name=_("on its way"),
        expression=ExpressionWrapper(Q(status__in=OPEN_MESSAGE_STATUSES), output_field=models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    not_sent_as = models.GeneratedField(
        verbose_name=_("not sent"),
        expression=Case(When(status__in=NOT_SENT_STATUSES, then=F("status"))),
        output_field=models.CharField(max_length=12, null=True),
        db_persist=True,
    )
    # What has left is written into every index: that of its invitation is the constraint below, and few mails go to a
    # user.
    invitation = models.ForeignKey(
        Invitation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("invitation"),
        db_index=False,
    )
    contact = models.ForeignKey(
        Contact, models.CASCADE, null=True, blank=True, related_name="messages", verbose_name=_("contact")
    )
    address_hash = models.CharField(_("address, keyed hash"), max_length=64, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("user"),
        db_index=False,
    )
    token = models.UUIDField(_("token"), db_default=RandomToken(), unique=True, editable=False)
    not_before = models.DateTimeField(_("not before"), db_default=Now())
    leave_by = models.DateTimeField(
        _("leaves by"), null=True, blank=True, help_text=_("When its send window closes, if it has one.")
    )
    retry_at = models.DateTimeField(_("tried again"), null=True, blank=True)
    # While its wave may not send, so that no claim passes over it: `surveys.parking`.
    parked_in = models.ForeignKey(
        Wave,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("put aside with"),
        db_index=False,
        db_constraint=False,
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claim_id = models.UUIDField(_("claim"), null=True, blank=True)
    lease_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    text_version = models.PositiveIntegerField(_("version of the text"), default=1)
    language = models.CharField(_("language"), max_length=12, blank=True)
    provider_id = models.CharField(_("number at the provider"), max_length=200, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("queued"), db_default=Now(), editable=False)
    dispatched_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("bounced"), null=True, blank=True)
    complained_at = models.DateTimeField(_("complained"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(
                fields=["invitation", "letter"],
                condition=Q(invitation__isnull=False),
                name="surveys_message_letter_once",
            ),
        ]
        indexes = [
            # A worker claims the next batch: of the most urgent what has been due for longest.
            models.Index(
                fields=["priority", "not_before", "id"],
                condition=Q(is_open=True, parked_in__isnull=True),
                name="surveys_message_in_turn",
            ),
            # What a wave gets back when it goes on.
            models.Index(fields=["parked_in"], condition=Q(parked_in__isnull=False), name="surveys_message_parked"),
            # What missed its send window is given the next one.
            models.Index(
                fields=["leave_by"],
                condition=Q(is_open=True, leave_by__isnull=False),
                name="surveys_message_window",
            ),
            # Whoever unsubscribes stops what waits for the address: `contacts.suppress_hash`, in a transaction that a
            # dispatch may wait for, so it must not look through the table.
            models.Index(
                fields=["address_hash"],
                condition=Q(is_open=True),
                name="surveys_message_to_stop",
            ),
            # The response rate of a stretch of time.
            models.Index(
                fields=["letter", "sent_at"], condition=Q(sent_at__isnull=False), name="surveys_message_has_left"
            ),
            # The mails of a colleague.
            models.Index(fields=["user"], condition=Q(user__isnull=False), name="surveys_message_to_user"),
            # Staff look through what did not leave as it should have.
            models.Index(
                fields=["not_sent_as", "-id"],
                condition=Q(not_sent_as__isnull=False),
                name="surveys_message_not_sent",
            ),
            # A provider's event names the mail as the provider called it.
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="surveys_message_at_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.pk}"

    @property
    def is_to_contact(self) -> bool:
        """Whether it goes, or went, to the address that its contact has now: who holds it is then the contact."""
        return self.contact is not None and self.contact.address_hash == self.address_hash != ""


class InboxMail(models.Model):
    """A letter that did not leave: without mail settings it is kept for the Inbox page."""

    sender = models.CharField(_("from"), max_length=320)
    recipient = models.CharField(_("to"), max_length=320)
    subject = models.CharField(_("subject"), max_length=400)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    headers = models.TextField(_("headers"), blank=True)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("mail in the Inbox")
        verbose_name_plural = _("mails in the Inbox")

    def __str__(self) -> str:
        return self.subject


class TestMail(models.Model):
    """The mail of a campaign to a colleague, to be looked at. It belongs to no wave, and counts nowhere."""

    __test__ = False  # its name looks like that of a test

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="test_mails", verbose_name=_("campaign"))
    message = models.OneToOneField(Message, models.CASCADE, related_name="test_mail", verbose_name=_("message"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("test mail")
        verbose_name_plural = _("test mails")
        indexes = [
            # How many somebody has sent in the last hour.
            models.Index(fields=["by", "-at"], name="surveys_testmail_by_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.message_id}"
