"""What the log says of the clocks of a case, as it is kept and as it is told."""

from __future__ import annotations

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from advocacy.enums import Clock, Level, News, Verb
from advocacy.models.cases import ESCALATED as WHAT

# How a reason begins that a machine wrote and that is told in words here.
ESCALATED, SNOOZED, WAITS, GOES_ON = "escalated: ", "snoozed until ", "waits for the customer", "waits no more"
WOKE, UNDONE = "woken: ", "undone: "
LATE, PAUSE, CLOCK = "late", "pause", "clock"  # the icons beside it


def escalated(clock: Clock, level: Level) -> str:
    return f"{ESCALATED}{clock.value} {level.value}"


def sentence(reason: str) -> tuple[str, str] | None:
    """The icon and the words of a reason that is about a clock; None for any other."""
    if reason == WAITS:
        return PAUSE, _("Waits for the customer: the time to resolve it stands still")
    if reason == GOES_ON:
        return CLOCK, _("Waits no more: the time to resolve it runs again")
    if reason.startswith(SNOOZED) and (until := parse_datetime(reason.removeprefix(SNOOZED))):
        return PAUSE, _("Snoozed until %(when)s") % {"when": date_format(timezone.localtime(until), "j M Y, H:i")}
    if reason.startswith(WOKE):
        return CLOCK, _woken(reason.removeprefix(WOKE))
    if reason.startswith(UNDONE):
        return CLOCK, _undone(reason.removeprefix(UNDONE))
    clock, _space, level = reason.removeprefix(ESCALATED).partition(" ")
    if reason.startswith(ESCALATED) and clock in Clock and level in Level:
        return LATE, _("The lead was told: %(what)s") % {"what": WHAT[Clock(clock), Level(level)]}
    return None


def _woken(why: str) -> str:
    return {
        News.REPLY.value: _("Back in the queue: the contact wrote"),
        News.ANSWER.value: _("Back in the queue: the contact answered again"),
        News.AWAKE.value: _("Back in the queue: its time has come"),
    }.get(why, _("Back in the queue before its time"))


def _undone(verb: str) -> str:
    return _("Undone: %(what)s") % {"what": str(Verb(verb).label).lower() if verb in Verb else verb}
