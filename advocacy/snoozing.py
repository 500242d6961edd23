"""Cases put aside until a moment, and what brings them back on top of the queue: time, a reply, another answer."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy import clockwords
from advocacy.cases import lock, take_up
from advocacy.enums import News
from advocacy.models import Case
from surveys import schedule
from surveys.transitions import WrongState, record

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from django.contrib.auth.models import User

LATER_HOURS = 3
MORNING = dt.time(9)


class Until(StrEnum):
    """The moments that are offered; the values stand in the forms."""

    LATER = "later"
    TOMORROW = "tomorrow"
    MONDAY = "monday"
    OWN = "own"


def moments(at: dt.datetime, zone: ZoneInfo) -> dict[Until, dt.datetime]:
    """What is offered to somebody in that zone. Late in the evening nothing is later today."""
    today = at.astimezone(zone).date()
    later = at + dt.timedelta(hours=LATER_HOURS)
    monday = today + dt.timedelta(days=7 - today.weekday())
    offered = {Until.LATER: later} if later.astimezone(zone).date() == today else {}
    return offered | {
        Until.TOMORROW: schedule.local_instant(today + dt.timedelta(days=1), MORNING, zone.key),
        Until.MONDAY: schedule.local_instant(monday, MORNING, zone.key),
    }


def snooze(case: Case, *, until: dt.datetime, by: User, seen: str = "") -> None:
    """Put the case aside until a moment to come; its clocks go on."""
    with transaction.atomic():
        take_up(case, seen=seen)
        if not case.is_open:
            raise WrongState(_("Not snoozed: this case is closed."))
        if until <= timezone.now():
            raise WrongState(_("Not snoozed: choose a time to come."))
        case.snoozed_until = until
        case.save(update_fields=["snoozed_until"])
        record(case, by=by, reason=f"{clockwords.SNOOZED}{until.isoformat()}")


def wake(case: Case, *, by: User, seen: str = "") -> None:
    """Take a case back into the queue before its time."""
    with transaction.atomic():
        take_up(case, seen=seen)
        if case.is_snoozed:
            case.snoozed_until = None
            case.save(update_fields=["snoozed_until"])
            record(case, by=by, reason=clockwords.WOKE)


def wake_due(*, at: dt.datetime | None = None, size: int = 200) -> bool:
    """Take back the cases whose time has come, on top of the queue. Whether more wait; a second run finds none.

    What a colleague has in hand at this moment is looked at again the next time.
    """
    due = Case.objects.open().filter(snoozed_until__lte=at or timezone.now()).order_by("snoozed_until", "pk")
    with transaction.atomic():
        found = list(due.select_for_update(skip_locked=True, of=("self",)).select_related("contact__account")[:size])
        Case.objects.filter(pk__in=[case.pk for case in found]).update(snoozed_until=None, news=News.AWAKE)
        for case in found:
            record(case, reason=f"{clockwords.WOKE}{News.AWAKE.value}")
    return len(found) == size


def hear(case: Case, news: News) -> None:
    """The contact wrote or answered: the case stands on top, and comes back if it was put aside."""
    with transaction.atomic():
        lock(case)
        if not case.is_open:
            return
        if case.snoozed_until is not None:
            record(case, reason=f"{clockwords.WOKE}{news.value}")
        case.news, case.snoozed_until = news, None
        case.save(update_fields=["news", "snoozed_until"])
