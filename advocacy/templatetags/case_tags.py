"""Words and marks of cases: how much time is left, who owns it, what makes it urgent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advocacy import cases, timeline, worklist
from advocacy.models import Case
from surveys import languages, schedule
from surveys.models import Response
from surveys.templatetags.vv import LOOKS

if TYPE_CHECKING:
    from django.contrib.auth.models import User

register = template.Library()

SOON_HOURS = 3
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
    if case.due_at < at:
        return Due(_overdue(case, at), "late", "late")
    if case.due_at - at > LONG:
        return Due(_("more than 3 months left"), "clock")
    calendar = cases.calendar(case.team)
    hours = schedule.open_hours_between(at, case.due_at, calendar)
    words = _("%(time)s left") % {"time": span_words(hours, calendar)}
    return Due(words, "half", "soon") if hours < SOON_HOURS else Due(words, "clock")


def _overdue(case: Case, at: dt.datetime) -> str:
    if at - case.due_at > LONG:
        return _("more than 3 months overdue")
    calendar = cases.calendar(case.team)
    hours = schedule.open_hours_between(case.due_at, at, calendar)
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
    """How much time is left for the first contact, or since when it is made."""
    return {"due": due_words(case, timezone.now())}


@register.inclusion_tag("advocacy/_clock.html")
def clock(case: Case) -> dict[str, object]:
    """The first-contact clock with the share of its time that is used."""
    now = timezone.now()
    words = due_words(case, now)
    score = case.response.score if case.response else cases.SEVERE_SCORE
    total = cases.sla_hours(score)
    until = case.contacted_at or now
    if until > case.due_at or case.due_at - until > LONG:
        used = 1.0 if until > case.due_at else 0.0
    else:
        used = 1 - schedule.open_hours_between(until, case.due_at, cases.calendar(case.team)) / total
    share = min(max(used, 0.0), 1.0)
    return {"due": words, "width": round(160 * share), "percent": round(100 * share), "hours": int(total)}


@register.simple_tag
def urgency(case: Case) -> str:
    """What makes the case urgent, in words."""
    if case.response is None:
        return ""
    reasons = [_("score %(score)d") % {"score": case.response.score}]
    if case.response.wants_contact:
        reasons.append(_("asks for a call"))
    if case.contact.account and case.contact.account.revenue:
        reasons.append(revenue(case.contact.account.revenue))
    return ", ".join(reasons)


@register.filter
def revenue(amount: Decimal | None) -> str:
    if not amount:
        return _("no revenue known")
    return _("%(amount)s a year") % {"amount": number_format(amount, decimal_pos=0, force_grouping=True)}


@register.filter
def ago(moment: dt.datetime) -> str:
    """`2 days ago`: how old a thing is matters, not its date."""
    return _("%(time)s ago") % {"time": _since(moment, timezone.now())}


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
