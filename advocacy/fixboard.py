"""The board of fixes: a lane for each state, and for each slip where it may go and why not elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy import fixes
from advocacy.enums import FixStatus
from advocacy.models import Fix

MOST = 50
LANES = [status for status in FixStatus if status != FixStatus.MERGED]  # that one is worked with another
# The name of the form on the page of a fix that leads to a state; thank-yous have a page of their own.
FORMS = {FixStatus.PLANNED: "plan", FixStatus.SHIPPED: "ship", FixStatus.DECLINED: "decline"}


@dataclass(frozen=True)
class Stage:
    """A state a slip could be moved to: the address of the page that does it, or the reason why not."""

    status: FixStatus
    address: str
    reason: str


@dataclass(frozen=True)
class Slip:
    fix: Any
    days: int
    stages: list[Stage]


@dataclass(frozen=True)
class Lane:
    status: FixStatus
    count: int
    slips: list[Slip]

    @property
    def others(self) -> int:
        return self.count - len(self.slips)


def lanes(*, with_revenue: bool, can_work: bool) -> list[Lane]:
    """Every state with its first fixes in the order of work, in a few statements however many there are."""
    counts = dict(Fix.objects.order_by().values_list("status").annotate(n=Count("pk")))
    found = {status: _first(status) for status in LANES}
    if with_revenue:
        fixes.add_revenue([fix for rows in found.values() for fix in rows])
    return [
        Lane(status, counts.get(status.value, 0), [_slip(fix, can_work=can_work) for fix in rows])
        for status, rows in found.items()
    ]


def _first(status: FixStatus) -> list[Any]:
    rows = Fix.objects.filter(status=status).with_people().select_related("theme", "owner").defer("description")
    order = {
        FixStatus.IDEA: ("-people", "-pk"),
        FixStatus.PLANNED: (F("due_on").asc(nulls_last=True), "-people", "-pk"),
        FixStatus.DECLINED: ("-pk",),
    }
    return list(rows.order_by(*order.get(status, ("-shipped_at", "-pk")))[:MOST])


def _slip(fix: Any, *, can_work: bool) -> Slip:
    return Slip(fix, (timezone.now() - fix.created_at).days, _stages(fix) if can_work else [])


def _stages(fix: Fix) -> list[Stage]:
    return [_stage(fix, target) for target in LANES]


def _stage(fix: Fix, target: FixStatus) -> Stage:
    if target == FixStatus.ANNOUNCED and fix.status == FixStatus.SHIPPED:
        return Stage(target, reverse("advocacy:thanks", args=[fix.pk]), "")
    reason = fixes.why_not(fix, target)
    if target == FixStatus.IDEA and not reason:
        reason = _("It has left this state.")
    page = reverse("advocacy:fix", args=[fix.pk])
    return Stage(target, "" if reason else f"{page}?move={FORMS[target]}#move", reason)
