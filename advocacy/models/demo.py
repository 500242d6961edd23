"""Which rows the demo organisation brought, so that exactly these can be taken away again."""

from __future__ import annotations

from django.db import models


class DemoRow(models.Model):
    """A row that the demo made. Named by its model's label and its key, as an event is: it must outlive nothing."""

    kind = models.CharField(max_length=60)
    row_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()  # nobody works with it
        constraints = [models.UniqueConstraint(fields=["kind", "row_id"], name="advocacy_demo_row_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"
