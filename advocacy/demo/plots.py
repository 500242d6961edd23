"""The course of one case, from the answer that opened it to where it stands today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from advocacy import cases, timeline
from advocacy.demo import talk
from advocacy.demo.catalogue import AFTER, OTHER
from advocacy.demo.names import Stage
from advocacy.demo.past import Answer
from advocacy.enums import REACHED_OUTCOMES, AttemptChannel, CaseStatus, Outcome
from advocacy.models import Case, Theme

if TYPE_CHECKING:
    from django.contrib.auth.models import User

OUTCOMES = {
    Outcome.RESOLVED: 62,
    Outcome.NO_FIX: 11,
    Outcome.NOT_REACHED: 11,
    Outcome.NO_CONTACT: 5,
    Outcome.LEFT: 5,
    Outcome.WRONG_PERSON: 3,
    Outcome.CANNOT_PLEASE: 3,
}
SAID = {
    Outcome.NO_FIX: talk.NO_FIX_NOTE,
    Outcome.NO_CONTACT: talk.NO_CONTACT_NOTE,
    Outcome.CANNOT_PLEASE: talk.CANNOT_PLEASE_NOTE,
}
KNOWN_OTHERWISE = {Outcome.LEFT: talk.LEFT_NOTE, Outcome.WRONG_PERSON: talk.WRONG_NOTE}
USUAL_THEMES = {
    "support": ["Speed of support", "Support"],
    "repair": ["Repair", "Reliability"],
    "delivery": ["Delivery", "Sustainability"],
    "onboarding": ["Getting started", "Ease of use"],
}


@dataclass(frozen=True)
class Try:
    at: dt.datetime
    channel: AttemptChannel
    reached: bool
    note: str


@dataclass(frozen=True)
class Move:
    at: dt.datetime
    came_from: str = ""
    went_to: str = ""
    reason: str = ""
    by: User | None = None


@dataclass
class Plot:
    case: Case
    answer: Answer
    theme: Theme
    words: tuple[str, str]
    tries: list[Try] = field(default_factory=list)
    notes: list[tuple[dt.datetime, str]] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)


def write(stage: Stage, case: Case, answer: Answer) -> Plot:
    name = _theme_of(stage, answer)
    plot = Plot(case, answer, stage.themes[name], stage.chance.choice(talk.TALK.get(name, talk.TALK[OTHER])))
    if stage.chance.random() < 0.12 and case.owner:
        _hand_over(stage, plot)
    COURSES[answer.role](stage, plot)
    return plot


def _theme_of(stage: Stage, answer: Answer) -> str:
    if answer.comment and answer.comment.reasons:
        return answer.comment.theme
    point = AFTER.get(answer.asked.wave.campaign.name, "")
    return stage.chance.choice(USUAL_THEMES.get(point, list(talk.TALK)))


def _hand_over(stage: Stage, plot: Plot) -> None:
    by, to = stage.users["dana.whitfield"], plot.case.owner
    at = plot.case.opened_at + dt.timedelta(minutes=40)
    if at < stage.midnight:
        plot.moves.append(Move(at, reason=timeline.OWNER + timeline.name_of(to), by=by))


def _later(stage: Stage, case: Case, hours: float) -> dt.datetime:
    """So many working hours after the case was opened, and never later than last night."""
    return min(cases.open_hours_later(case.opened_at, hours, team=case.team), stage.midnight - dt.timedelta(minutes=20))


def _leave(stage: Stage, plot: Plot) -> None:
    """Nobody has touched it."""


def _try_in_vain(stage: Stage, plot: Plot) -> None:
    for hours in (2.5, 13.0):
        at = _later(stage, plot.case, hours)
        if not plot.tries or at.date() != plot.tries[-1].at.date():
            plot.tries.append(Try(at, AttemptChannel.CALL, False, stage.chance.choice(talk.UNREACHED)))


def _reach(stage: Stage, plot: Plot, *, said: str = "") -> dt.datetime:
    case, allowed = plot.case, cases.sla_hours(plot.answer.chosen_first)
    hours = allowed * stage.chance.triangular(0.03, 1.12, 0.35)
    if stage.chance.random() < 0.3:
        vain = _later(stage, case, hours * 0.4)
        plot.tries.append(Try(vain, AttemptChannel.CALL, False, stage.chance.choice(talk.UNREACHED)))
    at = _later(stage, case, hours)
    note = talk.CONTRADICTION if plot.answer.comment and plot.answer.comment.is_contradiction else plot.words[0]
    channel = stage.chance.choices([AttemptChannel.CALL, AttemptChannel.MAIL, AttemptChannel.VISIT], [78, 17, 5])[0]
    plot.tries.append(Try(at, channel, True, said or note))
    plot.moves.append(Move(at, CaseStatus.OPEN, CaseStatus.CONTACTED))
    if stage.chance.random() < 0.35:
        plot.notes.append((at + dt.timedelta(minutes=9), stage.chance.choice(talk.NOTES)))
    case.status, case.contacted_at = CaseStatus.CONTACTED, at
    return at


def _promise(stage: Stage, plot: Plot) -> None:
    at = _reach(stage, plot)
    promise = plot.words[1] or "A call back, with an answer from the workshop"
    due_on = stage.today + dt.timedelta(days=1)
    plot.case.promise, plot.case.promise_due_on = promise, due_on
    plot.moves.append(Move(at + dt.timedelta(minutes=3), reason=f"{timeline.PROMISE}{due_on.isoformat()}: {promise}"))


def _wait(stage: Stage, plot: Plot) -> None:
    at = _reach(stage, plot)
    plot.case.waiting_since = at
    text = "Waiting for the photo of the type plate; without it the workshop cannot order the part."
    plot.notes.append((at + dt.timedelta(minutes=15), text))


def _snooze(stage: Stage, plot: Plot) -> None:
    at = _reach(stage, plot)
    plot.case.snoozed_until = stage.midnight + dt.timedelta(days=3, hours=9)
    plot.notes.append((at + dt.timedelta(minutes=12), "On holiday until then; asked to be called after that."))


def _end(stage: Stage, plot: Plot) -> None:
    outcome = stage.chance.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
    if plot.answer.comment and plot.answer.comment.is_contradiction:
        outcome = Outcome.RESOLVED
    came_from = CaseStatus.OPEN
    if outcome in REACHED_OUTCOMES:
        at = _reach(stage, plot, said=SAID.get(outcome, ""))
        came_from = CaseStatus.CONTACTED
    elif outcome == Outcome.NOT_REACHED:
        for hours, channel in ((3, AttemptChannel.CALL), (15, AttemptChannel.MAIL), (30, AttemptChannel.CALL)):
            words = talk.WRITTEN if channel == AttemptChannel.MAIL else talk.UNREACHED
            plot.tries.append(Try(_later(stage, plot.case, hours), channel, False, stage.chance.choice(words)))
        at = plot.tries[-1].at
    else:
        at = _later(stage, plot.case, 4)
        plot.notes.append((at, KNOWN_OTHERWISE[outcome]))
    days = 0.02 if outcome in KNOWN_OTHERWISE else stage.chance.choice([0.1, 1, 1, 2, 3, 6, 9])
    _close(stage, plot, outcome, at + dt.timedelta(days=days), came_from=came_from)


def _close(stage: Stage, plot: Plot, outcome: Outcome, at: dt.datetime, *, came_from: str) -> None:
    case = plot.case
    case.status, case.outcome, case.theme = CaseStatus.CLOSED, outcome, plot.theme
    case.closed_at = min(at, stage.midnight - dt.timedelta(minutes=5))
    plot.moves.append(Move(case.closed_at, came_from, CaseStatus.CLOSED, f"{outcome.value}: {plot.theme.name}"))
    if plot.words[1] and outcome == Outcome.RESOLVED:
        case.promise = plot.words[1]
        case.promise_due_on = case.closed_at.date() + dt.timedelta(days=7)
        reason = f"{timeline.PROMISE}{case.promise_due_on.isoformat()}: {case.promise}"
        plot.moves.append(Move(case.closed_at, reason=reason))


def _reopen(stage: Stage, plot: Plot) -> None:
    case = plot.case
    at = _reach(stage, plot)
    _close(stage, plot, Outcome.RESOLVED, at + dt.timedelta(hours=5), came_from=CaseStatus.CONTACTED)
    closed_at = case.closed_at or at
    again = max(closed_at + dt.timedelta(minutes=1), stage.ago(hours=9))
    plot.moves.append(Move(again, CaseStatus.CLOSED, CaseStatus.OPEN, talk.SINCE_REOPENED))
    case.status, case.outcome, case.contacted_at, case.closed_at = CaseStatus.OPEN, "", None, None
    times = cases.clocks(case.contact, plot.answer.score, start=again, team=case.team)
    case.due_at, case.warn_at, case.resolve_by = times["due_at"], times["warn_at"], times["resolve_by"]


def _laugh(stage: Stage, plot: Plot) -> None:
    at = _reach(stage, plot, said=talk.MISCLICK)
    _close(stage, plot, Outcome.RESOLVED, at + dt.timedelta(minutes=10), came_from=CaseStatus.CONTACTED)


COURSES: dict[str, Callable[[Stage, Plot], object]] = {
    "": _end,
    "untouched": _leave,
    "unassigned": _leave,
    "tried": _try_in_vain,
    "contacted": _reach,
    "promised": _promise,
    "waiting": _wait,
    "snoozed": _snooze,
    "reopened": _reopen,
    "misclick": _laugh,
}
