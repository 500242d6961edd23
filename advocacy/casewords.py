"""What the log and the letters of a case say, as it is kept and as it is told."""

from __future__ import annotations

import datetime as dt
import math

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from advocacy.enums import AttemptChannel
from advocacy.models import CaseLetter
from surveys.enums import MessageStatus

# How a reason begins that a machine wrote and that is told in words here.
KEPT, BROKEN, TAKEN_BACK, MACRO, THEME = (
    "promise kept: ",
    "promise broken: ",
    "letter taken back: ",
    "macro ",
    "root cause: ",
)
INFO, LATE, PLAY = "info", "late", "play"  # the icons beside it


def ran(name: str, events: int) -> str:
    """What is kept of a macro: how many events before this one it wrote, and its name."""
    return f"{MACRO}{events}: {name}"


def events_of(reason: str) -> int:
    """How many events before this one belong to it; 0 for what is no macro."""
    number = reason.removeprefix(MACRO).partition(": ")[0]
    return int(number) if reason.startswith(MACRO) and number.isdecimal() else 0


def sentence(reason: str) -> tuple[str, str, str] | None:
    """The icon, the words and the text below of a reason that is kept as above; None for any other."""
    if reason.startswith(KEPT):
        return INFO, _("Promise kept"), reason.removeprefix(KEPT)
    if reason.startswith(BROKEN):
        return LATE, _("Promise broken"), reason.removeprefix(BROKEN)
    if reason.startswith(TAKEN_BACK):
        return INFO, _("Taken back before it left: %(subject)s") % {"subject": reason.removeprefix(TAKEN_BACK)}, ""
    if reason.startswith(THEME):
        return INFO, _("Root cause: %(theme)s") % {"theme": reason.removeprefix(THEME)}, ""
    number, colon, name = reason.removeprefix(MACRO).partition(": ")
    if reason.startswith(MACRO) and colon and number.isdecimal():
        return PLAY, _("Macro run: %(name)s") % {"name": name}, ""
    return None


def attempted(channel: AttemptChannel, *, reached: bool) -> str:
    return _reached(channel) if reached else _not_reached(channel)


def _reached(channel: AttemptChannel) -> str:
    return {
        AttemptChannel.CALL: _("Call: reached"),
        AttemptChannel.MAIL: _("Mail: they answered"),
        AttemptChannel.VISIT: _("Visit: met in person"),
        AttemptChannel.OTHER: _("Reached by another way"),
    }[channel]


def _not_reached(channel: AttemptChannel) -> str:
    return {
        AttemptChannel.CALL: _("Call tried, nobody answered"),
        AttemptChannel.MAIL: _("Mail sent, no answer yet"),
        AttemptChannel.VISIT: _("Visit tried, nobody met"),
        AttemptChannel.OTHER: _("Tried another way, not reached"),
    }[channel]


# ------------------------------------------------------------------------------------------------ what became of a mail


def fate(letter: CaseLetter, *, at: dt.datetime | None = None) -> str:
    """What became of the mail of a letter, in words."""
    mail, at = letter.message, at or timezone.now()
    if mail is None:
        return _("its mail is no longer on record")
    if mail.complained_at:
        return _("reported as spam")
    if mail.bounced_at:
        return _("came back: it did not reach the contact")
    if mail.delivered_at:
        return _("delivered")
    status = MessageStatus(mail.status)
    if letter.is_waiting:
        return waits(mail.not_before, at)
    if status == MessageStatus.SENT:
        return _("sent at %(time)s") % {"time": date_format(timezone.localtime(mail.sent_at or at), "H:i")}
    if status == MessageStatus.FAILED:
        return _("failed: %(error)s") % {"error": mail.error}
    if status == MessageStatus.CANCELLED:
        return _("taken back before it left")
    if status == MessageStatus.SUPPRESSED:
        return _("stopped: the address must not be mailed")
    return {MessageStatus.DISPATCHING: _("leaving now")}.get(status, str(status.label))


def held(letter: CaseLetter, *, at: dt.datetime | None = None) -> int:
    """For how many seconds its mail is still held."""
    if letter.message is None or not letter.is_waiting:
        return 0
    return seconds(letter.message.not_before, at or timezone.now())


def waits(until: dt.datetime, at: dt.datetime) -> str:
    """How long a mail is held yet, in words."""
    if left := seconds(until, at):
        return _("waits %(n)d s") % {"n": left}
    return _("waits for the worker")


def seconds(until: dt.datetime, at: dt.datetime) -> int:
    return max(0, math.ceil((until - at).total_seconds()))
