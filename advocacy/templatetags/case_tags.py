"""Words and marks of cases: how much time is left, who owns it, what makes it urgent."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advocacy import cases, casewords, timeline, urgency, worklist
from advocacy.models import Case, CaseLetter
from surveys import languages, schedule
from surveys.models import Response
from surveys.templatetags.vv import LOOKS

if TYPE_CHECKING:
    from django.contrib.auth.models import User

register = template.Library()

SOON_HOURS = 3
FEWEST_DIGITS = 3
LONG = dt.timedelta(days=90)  # open hours are counted day by day, and nobody needs those of years


@dataclass(frozen=True)
class Due:
    """The words of a clock, its icon, and its tone: late, soon or nothing."""

    words: str
    icon: str
    tone: str = ""


def due_words(case: Case, at: dt.datetime) -> Due:
    """How the first contact stands, in open hours of the team."""
    if not case.is_open:
        return Due(_("closed %(time)s ago") % {"time": _since(case.closed_at or case.opened_at, at)}, "check")
    if case.contacted_at is not None:
        return Due(_("contacted %(time)s ago") % {"time": _since(case.contacted_at, at)}, "ok")
    return _until(case.due_at, at, cases.calendar(case.team))


def row_words(case: Case, at: dt.datetime) -> Due:
    """The same in a list, where of a contacted case what comes next is said."""
    if case.is_snoozed and case.snoozed_until is not None:
        return Due(_("until %(when)s") % {"when": timeline.when(case.snoozed_until)}, "snooze")
    if case.is_uncontacted or not case.is_open:
        return due_words(case, at)
    if case.is_waiting:
        return Due(_("waits for the customer"), "pause")
    if case.resolve_by and case.resolve_by < at:
        return Due(_("not resolved in time"), "late", "late")
    return due_words(case, at)


def resolution_words(case: Case, at: dt.datetime) -> Due:
    """How the resolution stands; while the case waits for the customer its time stands still."""
    ends = case.resolve_by or at
    if case.waiting_since is None:
        return _until(ends, at, cases.calendar(case.team))
    stopped = _until(ends, case.waiting_since, cases.calendar(case.team))
    return Due(_("waits for the customer, %(time)s") % {"time": stopped.words}, "pause", stopped.tone)


def _until(ends: dt.datetime, at: dt.datetime, calendar: schedule.OpenHours) -> Due:
    if ends < at:
        return Due(_overdue(ends, at, calendar), "late", "late")
    if ends - at > LONG:
        return Due(_("more than 3 months left"), "clock")
    hours = schedule.open_hours_between(at, ends, calendar)
    words = _("%(time)s left") % {"time": span_words(hours, calendar)}
    return Due(words, "half", "soon") if hours < SOON_HOURS else Due(words, "clock")


def _overdue(ends: dt.datetime, at: dt.datetime, calendar: schedule.OpenHours) -> str:
    if at - ends > LONG:
        return _("more than 3 months overdue")
    hours = schedule.open_hours_between(ends, at, calendar)
    return _("%(time)s overdue") % {"time": span_words(hours, calendar)} if hours else _("just overdue")


def span_words(hours: float, calendar: schedule.OpenHours) -> str:
    """Open hours as one says them: minutes up to three hours, then whole hours, from a working day on whole days."""
    minutes = int(hours * 60)
    a_day = day_hours(calendar) * 60
    if minutes >= a_day:
        days = int(minutes / a_day)
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": max(minutes, 1)}
    whole, rest = divmod(minutes, 60)
    if whole < SOON_HOURS and rest:
        return _("%(hours)d h %(minutes)d min") % {"hours": whole, "minutes": rest}
    return _("%(hours)d h") % {"hours": whole}


def day_hours(calendar: schedule.OpenHours) -> float:
    """How long a working day is; closing at midnight is the end of the day."""
    opens = calendar.opens.hour + calendar.opens.minute / 60
    closes = calendar.closes.hour + calendar.closes.minute / 60
    return (closes or 24) - opens


def _since(moment: dt.datetime, at: dt.datetime) -> str:
    return timesince(moment, at, depth=1)


@register.inclusion_tag("advocacy/_due.html")
def due(case: Case) -> dict[str, Due]:
    """How much time is left, or what comes next once the contact is made."""
    return {"due": row_words(case, timezone.now())}


@register.inclusion_tag("advocacy/_clock.html")
def clock(case: Case) -> dict[str, object]:
    """The first-contact clock with the share of its time that is used."""
    now = timezone.now()
    score = case.response.score if case.response else cases.SEVERE_SCORE
    total = cases.sla_hours(score, is_key=cases.is_key(case.contact, case.team))
    used = _used(case.due_at, case.contacted_at or now, total, cases.calendar(case.team))
    return {"title": _("First contact"), "due": due_words(case, now), **used}


@register.inclusion_tag("advocacy/_clock.html")
def resolution(case: Case) -> dict[str, object]:
    """The resolution clock; nothing for a case that was opened before there was one."""
    if case.resolve_by is None:
        return {"due": None}
    now, total = timezone.now(), cases.resolution_hours(case.team)
    used = _used(case.resolve_by, case.waiting_since or now, total, cases.calendar(case.team))
    return {"title": _("Resolution"), "due": resolution_words(case, now), **used}


def _used(ends: dt.datetime, until: dt.datetime, total: float, calendar: schedule.OpenHours) -> dict[str, object]:
    if until > ends or ends - until > LONG:
        used = 1.0 if until > ends else 0.0
    else:
        used = 1 - schedule.open_hours_between(until, ends, calendar) / total
    share = min(max(used, 0.0), 1.0)
    return {"width": round(160 * share), "percent": round(100 * share), "hours": int(total)}


@register.simple_tag(name="urgency")
def urgent_because(case: Case) -> str:
    """What makes the case urgent, in words."""
    return ", ".join(urgency.of(case)[1])


@register.simple_tag
def winnable(case: Case) -> str:
    return urgency.winnable(case)


@register.filter
def dialled(phone: str) -> str:
    """The digits of a phone number, with the plus before them, for a `tel:` link; nothing where it is none. What stands
    behind an `ext` or an `x` is dialled by hand."""
    number = re.split(r"(?i)ext|x|#|;|,|/", phone.strip())[0]
    digits = "".join(re.findall(r"[0-9]", unicodedata.normalize("NFKC", number)))
    return f"+{digits}" if number.startswith("+") and digits else digits if len(digits) >= FEWEST_DIGITS else ""


@register.filter
def revenue(amount: Decimal | None) -> str:
    if not amount:
        return _("no revenue known")
    return urgency.a_year(amount)


@register.filter
def ago(moment: dt.datetime) -> str:
    """`2 days ago`: how old a thing is matters, not its date."""
    return _("%(time)s ago") % {"time": _since(moment, timezone.now())}


@register.filter
def fate(letter: CaseLetter) -> str:
    """What became of its mail."""
    return casewords.fate(letter)


@register.filter
def ticking(letter: CaseLetter) -> SafeString:
    """The same, marked so that a script finds the seconds in it."""
    return format_html("<span data-fate>{}</span>", casewords.fate(letter))


@register.filter
def held(letter: CaseLetter) -> int:
    """The seconds until its mail leaves."""
    return casewords.held(letter)


@register.filter
def when(moment: dt.datetime) -> str:
    return timeline.when(moment)


@register.filter
def spoken(tag: str) -> str:
    """The name of a language for staff; the tag itself where Django does not know it."""
    for candidate in (*languages.chain(tag), tag.split("-", maxsplit=1)[0]):
        try:
            return str(translation.get_language_info(candidate.lower())["name_translated"])
        except KeyError:
            continue
    return tag


@register.filter
def time_there(zone: str) -> str:
    """What clocks show where the contact is."""
    try:
        return date_format(timezone.localtime(timezone.now(), ZoneInfo(zone)), "H:i")
    except (ValueError, OSError, ZoneInfoNotFoundError):  # what an import brought, may be no zone
        return "?"


@register.filter
def at_most(count: int) -> str:
    """A count that was taken up to a limit."""
    return str(count) if count < worklist.COUNT_LIMIT else f"{worklist.COUNT_LIMIT - 1}+"


@dataclass(frozen=True)
class Dot:
    x: int
    y: int
    score: int
    look: str
    label: str

    @property
    def left(self) -> int:
        return self.x - 12

    @property
    def top(self) -> int:
        return self.y - 12

    @property
    def baseline(self) -> int:
        return self.y + 4


@register.inclusion_tag("advocacy/_scores.html")
def score_chart(answers: list[Response]) -> dict[str, object]:
    """The contact's scores over time, oldest first, each with its year where a new one begins."""
    step = 252 // max(len(answers) - 1, 1)
    dots = [
        Dot(
            x=24 + step * index if len(answers) > 1 else 150,
            y=14 + 5 * (10 - answer.score),
            score=answer.score,
            look=LOOKS[answer.band],
            label=_year(answers, index),
        )
        for index, answer in enumerate(answers)
    ]
    spoken = _("Scores over time: %(scores)s") % {"scores": ", ".join(str(dot.score) for dot in dots)}
    return {"dots": dots, "line": " ".join(f"{dot.x},{dot.y}" for dot in dots), "spoken": spoken}


def _year(answers: list[Response], index: int) -> str:
    years = [timezone.localtime(answer.submitted_at).year for answer in answers]
    return str(years[index]) if index == 0 or years[index] != years[index - 1] else ""


@register.filter
def full_name(user: User | None) -> str:
    return timeline.name_of(user)


@register.filter
def initials(user: User | None) -> str:
    """Two letters that stand for a person beside the hidden name."""
    words = timeline.name_of(user).split()
    return "".join(word[0] for word in words[:2]).upper()
