"""Words and marks of requests and fixes: how long they wait, and when they are due."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advocacy import cases
from advocacy.enums import FixStatus
from advocacy.models import CustomerRequest, Fix
from advocacy.templatetags.case_tags import LONG, Due, span_words
from surveys import schedule

register = template.Library()

SOON_DAYS = 3


def request_words(request: CustomerRequest, at: dt.datetime) -> Due:
    """How the five days of a request stand, in open hours of the organisation."""
    if request.told_at is not None:
        return Due(_("told"), "ok")
    if request.fix_id is not None:
        return Due(_("linked"), "link")
    if not request.is_waiting:
        return Due(_("not a request"), "x")
    if abs(request.due_at - at) > LONG:
        return Due(_("more than 3 months overdue"), "late", "late") if request.due_at < at else Due("", "clock")
    calendar = cases.calendar(None)
    if request.due_at < at:
        hours = schedule.open_hours_between(request.due_at, at, calendar)
        late = _("%(time)s overdue") % {"time": span_words(hours, calendar)} if hours else _("just overdue")
        return Due(late, "late", "late")
    hours = schedule.open_hours_between(at, request.due_at, calendar)
    words = _("%(time)s left") % {"time": span_words(hours, calendar)}
    return Due(words, "half", "soon") if hours < 8 else Due(words, "clock")


def fix_words(fix: Fix, on: dt.date) -> Due:
    """When a fix is due, or since when it is there."""
    if fix.shipped_at is not None:
        return Due(_("shipped %(day)s") % {"day": _day(timezone.localtime(fix.shipped_at).date(), on)}, "ok")
    if fix.status == FixStatus.DECLINED:
        return Due(_("declined"), "x")
    if fix.status == FixStatus.MERGED:
        return Due(_("merged into another"), "swap")
    if fix.due_on is None:
        return Due(_("no date yet"), "clock")
    days = (fix.due_on - on).days
    if fix.status != FixStatus.PLANNED or days > SOON_DAYS:
        return Due(_("due %(day)s") % {"day": _day(fix.due_on, on)}, "clock")
    if days < 0:
        late = ngettext("%(count)d day overdue", "%(count)d days overdue", -days)
        return Due(late % {"count": -days}, "late", "late")
    if days == 0:
        return Due(_("due today"), "half", "soon")
    return Due(ngettext("due in %(count)d day", "due in %(count)d days", days) % {"count": days}, "half", "soon")


def _day(day: dt.date, on: dt.date) -> str:
    return date_format(day, "j M" if day.year == on.year else "j M Y")


@register.inclusion_tag("advocacy/_due.html")
def request_due(request: CustomerRequest) -> dict[str, Due]:
    return {"due": request_words(request, timezone.now())}


@register.inclusion_tag("advocacy/_due.html")
def fix_due(fix: Fix) -> dict[str, Due]:
    return {"due": fix_words(fix, timezone.localdate())}
