"""Files of contacts that staff brought, how far each has come, and what must be known to take one back."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.enums import IMPORTS_AT_WORK, Basis, ImportStatus, KeepReason
from surveys.models.contacts import Contact

# How long the file, its errors and what an undo needs are kept: they hold names and addresses.
KEPT_DAYS = 30


def private_place(_row: Import, _name: str) -> str:
    """Nobody can guess it, and nothing of the uploader's file name reaches the disk."""
    return f"imports/{uuid.uuid4().hex}"


class ImportQuerySet(models.QuerySet["Import"]):
    def at_work(self) -> ImportQuerySet:
        return self.filter(status__in=IMPORTS_AT_WORK)

    def free(self, at: dt.datetime) -> ImportQuerySet:
        """Nobody works on them, or whoever did has been silent too long."""
        return self.at_work().filter(Q(lease_until__isnull=True) | Q(lease_until__lt=at))


class Import(models.Model):
    """One file of contacts, from its upload to the end, or back."""

    name = models.CharField(_("file"), max_length=200)
    file = models.FileField(_("file as uploaded"), upload_to=private_place, blank=True)
    errors_file = models.FileField(_("file of errors"), upload_to=private_place, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    status = models.CharField(
        _("state"), max_length=12, choices=ImportStatus, default=ImportStatus.UPLOADED, editable=False
    )
    columns = models.JSONField(
        _("columns"), default=list, blank=True
    )  # title and samples of each, for the page of the mapping
    mapping = models.JSONField(
        _("meaning of the columns"), default=dict, blank=True
    )  # title -> field, property or ignore
    basis = models.CharField(_("why we may ask them"), max_length=12, choices=Basis, blank=True)
    source = models.CharField(_("where they come from"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("brought by")
    )
    encoding = models.CharField(_("encoding"), max_length=40, blank=True)
    delimiter = models.CharField(_("separator"), max_length=4, blank=True)
    rows_read = models.PositiveIntegerField(_("rows read"), default=0)
    rows_stored = models.PositiveIntegerField(_("rows stored"), default=0)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    created = models.PositiveIntegerField(_("new"), default=0)
    updated = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    merged = models.PositiveIntegerField(_("merged"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    blank = models.PositiveIntegerField(_("blank"), default=0)
    warnings = models.PositiveIntegerField(_("warnings"), default=0)
    issues = models.JSONField(_("first issues"), default=list, blank=True)  # the first: line, column, code
    kinds = models.JSONField(_("kinds of issues"), default=list, blank=True)  # column, code, how often
    undone_deleted = models.PositiveIntegerField(_("deleted by taking back"), default=0)
    undone_restored = models.PositiveIntegerField(_("restored by taking back"), default=0)
    undone_kept = models.PositiveIntegerField(_("kept though taken back"), default=0)
    error = models.TextField(_("error"), blank=True)
    claim_id = models.UUIDField(_("claim"), null=True, blank=True)
    lease_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("uploaded"), db_default=Now(), editable=False)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [
            # The worker looks every few seconds for one that waits; nearly all are over.
            models.Index(fields=["id"], condition=Q(status__in=IMPORTS_AT_WORK), name="surveys_import_at_work"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_file(self) -> bool:
        name = self.file.name
        return bool(name and self.file.storage.exists(name))

    @property
    def has_errors_file(self) -> bool:
        name = self.errors_file.name
        return bool(name and self.errors_file.storage.exists(name))

    @property
    def can_be_mapped(self) -> bool:
        """The mapping may be chosen, or chosen anew: nothing was stored yet, and the file is there."""
        before = (ImportStatus.UPLOADED, ImportStatus.CHECKED, ImportStatus.FAILED)
        return self.status in before and bool(self.file) and self.started_at is None

    @property
    def can_be_undone(self) -> bool:
        is_over = self.status in (ImportStatus.FINISHED, ImportStatus.FAILED)
        return is_over and self.started_at is not None and timezone.now() < self.kept_until

    @property
    def to_store(self) -> int:
        return self.created + self.updated

    @property
    def kept_until(self) -> dt.datetime:
        return self.created_at + dt.timedelta(days=KEPT_DAYS)


class ImportedContact(models.Model):
    """A contact that an import made or changed. Gone once it is taken back; what stays then says why."""

    batch = models.ForeignKey(Import, models.CASCADE, related_name="imported", db_index=False, verbose_name=_("import"))
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="imported", verbose_name=_("contact"))
    was_created = models.BooleanField(_("was new"))
    # Only the fields that changed, each as the text the database has for it.
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    at = models.DateTimeField(_("at"), help_text=_("The contact's updated_at, as this import left it."))
    updated_before = models.DateTimeField(_("changed before"), null=True)
    kept = models.CharField(_("why kept"), max_length=12, choices=KeepReason, blank=True)

    class Meta:
        verbose_name = _("imported contact")
        verbose_name_plural = _("imported contacts")
        constraints = [models.UniqueConstraint(fields=["batch", "contact"], name="surveys_imported_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.contact_id}"


class ImportMapping(models.Model):
    """What somebody last said the columns of such a file mean; such a file is one with the same titles."""

    key = models.CharField(_("key"), max_length=64, unique=True)
    mapping = models.JSONField(_("meaning of the columns"), default=dict)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("remembered mapping")
        verbose_name_plural = _("remembered mappings")

    def __str__(self) -> str:
        return self.key[:8]
