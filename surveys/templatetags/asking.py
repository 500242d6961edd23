"""Words of campaigns, waves and the outbox: scores with their base, states, and what went wrong."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from django import template
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from surveys import breaker, languages, reminders, scoring, waves, windows
from surveys.analytics import progress
from surveys.enums import CampaignKind, CampaignStatus, MessageStatus, Unit, WaveStatus
from surveys.models import Campaign, Event, Message
from surveys.scoring import Counts

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django_stubs_ext import StrOrPromise

register = template.Library()

ICONS: dict[str, str] = {
    CampaignStatus.DRAFT: "doc",
    CampaignStatus.ACTIVE: "ok",
    CampaignStatus.PAUSED: "pause",
    CampaignStatus.ARCHIVED: "book",
    WaveStatus.PLANNED: "clock",
    WaveStatus.SENDING: "send",
    WaveStatus.FINISHED: "check",
    WaveStatus.CANCELLED: "stop",
    MessageStatus.QUEUED: "clock",
    MessageStatus.CLAIMED: "clock",
    MessageStatus.DISPATCHING: "send",
    MessageStatus.SENT: "ok",
    MessageStatus.FAILED: "bad",
    MessageStatus.UNKNOWN: "warn",
    MessageStatus.SUPPRESSED: "stop",
}
MOVED: dict[str, StrOrPromise] = {
    WaveStatus.PAUSED: gettext_lazy("Paused"),
    WaveStatus.FINISHED: gettext_lazy("Finished"),
    WaveStatus.CANCELLED: gettext_lazy("Cancelled"),
}
SENT_AFTER: dict[str, StrOrPromise] = {
    WaveStatus.PAUSED: gettext_lazy("Resumed"),
    WaveStatus.FINISHED: gettext_lazy("Sending again"),
}
# Reasons that the program writes itself; those of people stand as they were typed.
REASONS: dict[str, StrOrPromise] = {
    waves.NOBODY: gettext_lazy("nobody may be asked"),
    waves.CAMPAIGN_PAUSED: gettext_lazy("the campaign is paused"),
    waves.REOPENED: gettext_lazy("a message is to leave after all"),
    reminders.PLANNED: gettext_lazy("reminders leave"),
}
LETTERS: dict[str, StrOrPromise] = {
    "invitation": gettext_lazy("Invitation"),
    "reminder": gettext_lazy("Reminder"),
    "second_reminder": gettext_lazy("Second reminder"),
    "exit_link": gettext_lazy("New link to the own data"),
    "reward_code": gettext_lazy("Code of a reward"),
    "thanks": gettext_lazy("Thank-you for a wish that is there"),
    "entry_answer": gettext_lazy("Answer from the knowledge base"),
    "test": gettext_lazy("Test mail"),
    "case_letter": gettext_lazy("Letter from a case"),
    "mention": gettext_lazy("Mention in a note"),
    "overdue_promise": gettext_lazy("Overdue promise"),
}
WHAT_HAPPENED: tuple[tuple[str, StrOrPromise], ...] = (
    (r"\d{3}(?: |$)", gettext_lazy("The mail server answered:")),
    (r"HTTP \d{3}", gettext_lazy("The mail provider answered:")),
    (r"DeliveryUnknown", gettext_lazy("The connection broke after the mail had left; the server may have taken it.")),
    (r"MessageDropped", gettext_lazy("The connection broke while the mail was leaving; the server did not take it.")),
    (r"its worker went away", gettext_lazy("The worker ended while the mail was leaving; the server may have it.")),
    (r".*given up after", gettext_lazy("Given up after several attempts.")),
    (r"(?:SMTP|Connection|Timeout|OSError|gaierror|SSL)", gettext_lazy("The mail server was not reached.")),
    (r"the address must not be mailed", gettext_lazy("The address must not be mailed.")),
    (r"the contact must not be asked", gettext_lazy("The contact must not be asked now.")),
    (r"the contact chose", gettext_lazy("The contact chose to get less.")),
    (r"Anymail", gettext_lazy("The mail provider refused it.")),
)


@register.filter
def status_icon(status: str) -> str:
    return ICONS.get(status, "info")


@register.filter
def score_words(counts: Counts | None) -> str:
    """The score with its base, or why there is none."""
    if counts is None or not counts.n:
        return _("no answers yet")
    if counts.is_few:
        return _("too few to say, %(n)d of %(needed)d") % {"n": counts.n, "needed": scoring.FEW}
    answers = ngettext("%(n)s answer", "%(n)s answers", counts.n) % {"n": number_format(counts.n, force_grouping=True)}
    return f"{scoring.signed(counts.display)} · {answers}"


@register.filter
def interval_words(counts: Counts) -> str:
    """Where the score lies with 95 % confidence."""
    interval = counts.interval()
    if interval is None:
        return ""
    low, high = (scoring.signed(round(value)) for value in interval)
    return _("between %(low)s and %(high)s with 95 %% confidence") % {"low": low, "high": high}


@register.filter
def rhythm(campaign: Campaign) -> str:
    """`every 6 months`, `each contact every 6 months`, `24 hours after an event`, or `once`."""
    if campaign.kind == CampaignKind.ONCE:
        return _("once")
    if campaign.kind == CampaignKind.EVENT:
        words = ngettext("%(n)d hour after an event", "%(n)d hours after an event", campaign.delay_hours)
        return words % {"n": campaign.delay_hours}
    if campaign.kind == CampaignKind.CONTINUOUS:
        return _("each contact %(rhythm)s") % {"rhythm": _rhythm(campaign)}
    return _rhythm(campaign)


def _rhythm(campaign: Campaign) -> str:
    words = {
        Unit.DAY: ngettext("every day", "every %(n)d days", campaign.every),
        Unit.WEEK: ngettext("every week", "every %(n)d weeks", campaign.every),
        Unit.MONTH: ngettext("every month", "every %(n)d months", campaign.every),
    }[Unit(campaign.unit)]
    return words % {"n": campaign.every} if "%" in words else words


@register.filter
def send_window(campaign: Campaign) -> str:
    """`Mon, Tue, 09:00–17:00`, or `at any time`."""
    days = sorted(windows.weekdays(campaign))
    named = ", ".join(str(WEEKDAYS_ABBR[day]) for day in days)
    hours = f"{campaign.window_opens:%H:%M}–{campaign.window_closes:%H:%M}"
    if windows.is_all_day(campaign):
        return _("at any time") if len(days) == len(WEEKDAYS_ABBR) else named
    return hours if len(days) == len(WEEKDAYS_ABBR) else f"{named}, {hours}"


@register.filter
def tripped(reason: str) -> str:
    """What the breaker saw, or nothing where it was not the breaker."""
    seen = breaker.Tripped.read(reason)
    words = _("%(refused)d of the last %(of)d mails came back or were refused for good.")
    return words % seen._asdict() if seen else ""


@register.filter
def told_reason(reason: str) -> StrOrPromise:
    return tripped(reason) or REASONS.get(reason, reason)


@register.filter
def letter_name(letter: str) -> StrOrPromise:
    return LETTERS.get(letter, letter)


@register.filter
def what_happened(message: Message) -> StrOrPromise:
    """What its error means, where that is known; the error itself stands beside it."""
    return next((words for pattern, words in WHAT_HAPPENED if re.match(pattern, message.error)), "")


@register.filter
def own_name(tag: str) -> str:
    """A language by its own name."""
    return languages.own_name(tag)


@register.filter
def person(user: User | None) -> str:
    """Who did it; nobody is the program itself."""
    return (user.get_full_name() or user.get_username()) if user else _("Viva Voce")


@register.filter
def about(span: dt.timedelta) -> str:
    """How long something takes, as exactly as one can foretell it."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 1:
        return _("less than a minute")
    if minutes < 90:
        return ngettext("about %(n)d minute", "about %(n)d minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    return ngettext("about %(n)d hour", "about %(n)d hours", hours) % {"n": hours}


@register.filter
def share(part: int, whole: int) -> int:
    """Whole percents."""
    return round(100 * part / whole) if whole else 0


@register.filter
def up_to_limit(count: int) -> str:
    """A count that was taken up to a limit."""
    words = number_format(min(count, progress.COUNT_LIMIT - 1), force_grouping=True)
    return words if count < progress.COUNT_LIMIT else f"{words}+"


@register.filter
def moved(event: Event) -> StrOrPromise:
    """What a move of a wave is called in its log."""
    if event.went_to == WaveStatus.SENDING:
        return SENT_AFTER.get(event.came_from, _("Launched"))
    return MOVED.get(event.went_to, event.went_to)
