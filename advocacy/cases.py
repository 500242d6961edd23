"""The inner loop: when a case is due and how urgent it is, and what a person does with it.

Every verb that takes `seen` refuses, with Changed, what was decided on an old picture of the case.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy import clockwords, timeline
from advocacy.enums import CASE_MOVES, REACHED_OUTCOMES, AttemptChannel, CaseStatus, Clock, News, Outcome
from advocacy.models import Attempt, Case, CaseNote, Pledge, Team, Theme
from advocacy.models.teams import RESOLUTION_HOURS
from surveys import contacts, schedule
from surveys.enums import HoldKind, SuppressionReason, SuppressionScope, TouchKind
from surveys.models import Contact, Event, Hold, Touch
from surveys.transitions import WrongState, move, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

WORK = "advocacy.work_case"
SEVERE_SCORE = 3
SEVERE_HOURS, OTHER_HOURS = 8.0, 16.0
OWNER_HOURS, WARNING_SHARE = 4.0, 0.75
ATTEMPTS_NEEDED, DAYS_NEEDED = 3, 2


class Changed(WrongState):
    """Somebody changed the case meanwhile: show what happened, keep what was typed, let the person decide again."""

    def __init__(self, changes: list[timeline.Entry]) -> None:
        self.changes = changes
        super().__init__(_("Not saved: this case changed meanwhile."))


# ------------------------------------------------------------------------------------------------ when, and how urgent


def calendar(team: Team | None) -> schedule.OpenHours:
    """The hours of the team; without one Monday to Friday, 9 to 17, in the organisation's zone."""
    return team.open_hours if team else schedule.OpenHours(zone=settings.TIME_ZONE)


def open_hours_later(start: dt.datetime, hours: float, *, team: Team | None = None) -> dt.datetime:
    return schedule.add_open_hours(start, hours, calendar(team))


def sla_hours(score: int, *, is_key: bool = False) -> float:
    """Within how many open hours a person has to have reached the contact."""
    return SEVERE_HOURS if score <= SEVERE_SCORE or is_key else OTHER_HOURS


def due_time(score: int, *, start: dt.datetime, team: Team | None) -> dt.datetime:
    """By when a person has to have reached the contact: 8 open hours for scores 0 to 3, else 16."""
    return open_hours_later(start, sla_hours(score), team=team)


def resolution_hours(team: Team | None) -> int:
    """Within how many open hours a case is to be resolved."""
    return team.resolution_hours if team else RESOLUTION_HOURS


def is_key(contact: Contact, team: Team | None) -> bool:
    """Whether the contact's account pays so much that its people are reached as fast as the unhappiest."""
    revenue = contact.account.revenue if contact.account else None
    return bool(team and team.key_revenue is not None and revenue is not None and revenue >= team.key_revenue)


def clocks(contact: Contact, score: int, *, start: dt.datetime, team: Team | None) -> dict[str, dt.datetime]:
    """When the time of a case that began at `start` is up: three quarters of it and all for the first contact, and all
    of it to resolve the case."""
    hours = sla_hours(score, is_key=is_key(contact, team))
    return {
        "warn_at": open_hours_later(start, WARNING_SHARE * hours, team=team),
        "due_at": open_hours_later(start, hours, team=team),
        "resolve_by": open_hours_later(start, resolution_hours(team), team=team),
    }


def owner_due(owner: User | None, *, start: dt.datetime, team: Team | None) -> dt.datetime | None:
    """When a case that nobody has owned since `start` goes to the lead."""
    return None if owner else open_hours_later(start, OWNER_HOURS, team=team)


# --------------------------------------------------------------------------------------------------- who changed what


def version(case: Case) -> str:
    """What stands in the history of the case: a form carries it, so that one opened before a change is recognised.

    Read it before what the page shows: then a change between the two refuses once too often, never once too rarely.
    """
    event = _events(case).aggregate(latest=Max("pk"))["latest"]
    attempt = case.attempts.aggregate(latest=Max("pk"))["latest"]
    note = case.notes.aggregate(latest=Max("pk"))["latest"]
    reply = case.replies.aggregate(latest=Max("pk"))["latest"]
    return f"{event or 0}-{attempt or 0}-{note or 0}-{reply or 0}"


def changes_since(case: Case, seen: str) -> list[timeline.Entry]:
    """What people did to the case after `seen`, newest first. Raises ValueError for what is no version."""
    event, attempt, note, reply = (int(part) for part in seen.split("-"))
    moves = _events(case).filter(pk__gt=event).select_related("by")
    moves = moves.exclude(reason__startswith=clockwords.ESCALATED).exclude(reason__startswith=clockwords.WOKE)
    attempts = case.attempts.filter(pk__gt=attempt).select_related("by", "letter__message")
    entries = [
        *(timeline.of_event(row) for row in moves),
        *(timeline.of_attempt(row) for row in attempts),
        *(timeline.of_note(row) for row in case.notes.filter(pk__gt=note).select_related("by")),
        *(timeline.of_reply(row) for row in case.replies.filter(pk__gt=reply).select_related("contact")),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _events(case: Case) -> QuerySet[Event]:
    return Event.objects.filter(kind=timeline.CASE_KIND, object_id=str(case.pk))


def lock(case: Case, *, seen: str = "") -> None:
    """Wait for whoever changes the case, then look at it afresh. Everything that adds to its history comes by here."""
    case.refresh_from_db(from_queryset=Case.objects.select_for_update())
    if seen and (changes := changes_since(case, seen)):
        raise Changed(changes)


def take_up(case: Case, *, seen: str = "") -> None:
    """The same for what a person does: whatever came in before is not news any more."""
    lock(case, seen=seen)
    if case.news:
        case.news = News.NONE
        case.save(update_fields=["news"])


# ------------------------------------------------------------------------------------------ what keeps us from asking


def hold(contact: Contact, *, score: int) -> None:
    """Nobody who answered 3 or less is asked for anything else before a person has closed the case."""
    if score <= SEVERE_SCORE:
        reason = f"an open case, score {score}"
        Hold.objects.update_or_create(contact=contact, kind=HoldKind.CASE, defaults={"until": None, "reason": reason})


def _lift_hold(case: Case) -> None:
    Hold.objects.filter(contact=case.contact_id, kind=HoldKind.CASE).delete()


def _leave_alone(case: Case) -> None:
    """Who asks for no further contact gets none: no survey, no offer, no letter about a fix."""
    if case.contact.email:
        contacts.suppress(
            case.contact.email, reason=SuppressionReason.MANUAL, scope=SuppressionScope.ALL, source=f"case {case.pk}"
        )


# ------------------------------------------------------------------------------------------------- what a person does


def log_attempt(
    case: Case, *, by: User, channel: AttemptChannel, reached: bool, note: str, at: dt.datetime | None = None
) -> Attempt:
    """Log one try to reach the contact. The first that reached the person is the first contact and stops its clock."""
    at = at or timezone.now()
    with transaction.atomic():
        take_up(case)
        if not case.is_open:
            raise WrongState(_("Not logged: this case is closed. Reopen it, or keep the text as a note."))
        attempt = Attempt.objects.create(case=case, by=by, channel=channel, reached=reached, note=note, at=at)
        kind = TouchKind.LETTER if channel == AttemptChannel.MAIL else TouchKind.CALL
        Touch.objects.create(contact_id=case.contact_id, kind=kind, at=at)
        if reached and case.status == CaseStatus.OPEN:
            move(case, CASE_MOVES, CaseStatus.CONTACTED, by=by, contacted_at=at)
        return attempt


def add_note(case: Case, *, by: User, text: str) -> CaseNote:
    """Keep a private note, on a closed case too: what is known may come late."""
    with transaction.atomic():
        take_up(case)
        return CaseNote.objects.create(case=case, by=by, text=text, at=timezone.now())


def can_work(user: User) -> bool:
    return user.is_active and user.has_perm(WORK)


def workers() -> QuerySet[User]:
    """Everybody who can work cases, by name."""
    backend = "django.contrib.auth.backends.ModelBackend"
    return get_user_model().objects.with_perm(WORK, backend=backend).order_by("first_name", "last_name", "pk")


def assign(case: Case, *, to: User | None, by: User, seen: str = "") -> None:
    """Give the case to a person who can work it, or put it back (None). To its owner again changes nothing."""
    if to is not None and not can_work(to):
        raise WrongState(_("Not assigned: %(name)s cannot work cases.") % {"name": timeline.name_of(to)})
    with transaction.atomic():
        take_up(case, seen=seen)
        if not case.is_open:
            raise WrongState(_("Not assigned: this case is closed."))
        if case.owner == to:
            return
        _hand(case, to=to, by=by)


def leave(user: User) -> None:
    """Whoever is deleted leaves the open cases to nobody, and the time by which somebody must own them begins."""
    with transaction.atomic():
        for case in Case.objects.open().filter(owner=user).select_related("team").select_for_update(of=("self",)):
            _hand(case, to=None, by=None)


def _hand(case: Case, *, to: User | None, by: User | None) -> None:
    case.owner, case.owner_due_at = to, owner_due(to, start=timezone.now(), team=case.team)
    case.save(update_fields=["owner", "owner_due_at"])
    if to is None:
        case.escalations.filter(clock=Clock.OWNER).delete()
    record(case, by=by, reason=timeline.OWNER + timeline.name_of(to))


def wait(case: Case, *, by: User, seen: str = "", at: dt.datetime | None = None) -> None:
    """From now on it is the customer's turn: the time to resolve the case stands still, the first contact does not."""
    with transaction.atomic():
        take_up(case, seen=seen)
        if not case.is_open:
            raise WrongState(_("Not changed: this case is closed."))
        if case.is_waiting:
            return
        case.waiting_since = at or timezone.now()
        case.save(update_fields=["waiting_since"])
        record(case, by=by, reason=clockwords.WAITS)


def go_on(case: Case, *, by: User | None = None, seen: str = "") -> None:
    """It is our turn again, with as many open hours left to resolve the case as there were when it began to wait."""
    now = timezone.now()
    with transaction.atomic():
        (take_up if by else lock)(case, seen=seen)
        if case.waiting_since is None or not case.is_open:
            return
        hours = calendar(case.team)
        if case.resolve_by and case.resolve_by > case.waiting_since:
            left = schedule.open_hours_between(case.waiting_since, case.resolve_by, hours)
            case.resolve_by = schedule.add_open_hours(now, left, hours)
        case.waiting_since = None
        case.save(update_fields=["waiting_since", "resolve_by"])
        record(case, by=by, reason=clockwords.GOES_ON)


def close(
    case: Case,
    *,
    by: User,
    outcome: Outcome,
    theme: Theme,
    promise: str = "",
    promise_due_on: dt.date | None = None,
    seen: str = "",
) -> None:
    """Close the case with what came of it and its root cause; a promise goes with its date, or there is none.

    It no longer keeps the contact from being asked; who asks for no further contact is never mailed again.

    Raises WrongState, naming what is missing: whoever was "reached" needs a logged attempt that reached the person
    since the case was opened, "not reached" needs three attempts on two days. The score stays as it was given.
    """
    with transaction.atomic():
        take_up(case, seen=seen)
        if not case.is_open:
            raise WrongState(_("Not closed: this case is closed already."))
        _check_outcome(case, outcome)
        _check_promise(outcome, promise, promise_due_on)
        move(
            case,
            CASE_MOVES,
            CaseStatus.CLOSED,
            by=by,
            reason=f"{outcome.value}: {theme.name}",
            closed_at=timezone.now(),
            waiting_since=None,
            snoozed_until=None,
            outcome=outcome,
            theme=theme,
            promise=promise,
            promise_due_on=promise_due_on,
        )
        _lift_hold(case)
        if outcome == Outcome.NO_CONTACT:
            _leave_alone(case)
        if promise_due_on:
            promised(case, by=by, text=promise, due_on=promise_due_on)


def promised(case: Case, *, by: User, text: str, due_on: dt.date) -> Pledge:
    """Keep in mind what was promised to the contact, in the transaction of whoever has locked the case."""
    record(case, by=by, reason=f"{timeline.PROMISE}{due_on.isoformat()}: {text}")
    return Pledge.objects.create(case=case, by=by, text=text, due_on=due_on, at=timezone.now())


def _check_outcome(case: Case, outcome: Outcome) -> None:
    if outcome in REACHED_OUTCOMES and case.contacted_at is None:
        text = _("Not closed: “%(outcome)s” needs an attempt that reached the person. Log it first.")
        raise WrongState(text % {"outcome": outcome.label})
    if outcome == Outcome.NOT_REACHED:
        attempts, days = attempts_so_far(case)
        if attempts < ATTEMPTS_NEEDED or days < DAYS_NEEDED:
            text = _("Not closed: “not reached” needs 3 attempts on 2 days. Logged so far: %(attempts)d on %(days)d.")
            raise WrongState(text % {"attempts": attempts, "days": days})


def _check_promise(outcome: Outcome, promise: str, due_on: dt.date | None) -> None:
    if bool(promise) != bool(due_on):
        raise WrongState(_("Not closed: a promise goes with the day by which it is kept."))
    if promise and outcome not in REACHED_OUTCOMES:
        raise WrongState(_("Not closed: a promise is made to a person who was reached."))


def attempts_so_far(case: Case) -> tuple[int, int]:
    """How many attempts since the case was opened or reopened reached nobody, and on how many days of the team."""
    attempts = case.attempts.filter(reached=False)
    reopened = _events(case).filter(came_from=CaseStatus.CLOSED).exclude(reason__startswith=clockwords.UNDONE)
    reopened_at = reopened.aggregate(latest=Max("at"))["latest"]
    if reopened_at is not None:
        attempts = attempts.filter(at__gte=reopened_at)
    zone = ZoneInfo(calendar(case.team).zone)
    days = [at.astimezone(zone).date() for at in attempts.values_list("at", flat=True)]
    return len(days), len(set(days))


def reopen(case: Case, *, by: User, reason: str, seen: str = "") -> None:
    """Open a closed case again: somebody has to get in touch once more, so all its clocks start anew.

    Earlier contacts, the outcome and the promise stay in the history; root cause and promise also on the case. Raises
    WrongState when the contact has another open case: one contact, one open case.
    """
    now = timezone.now()
    severe = SEVERE_SCORE if case.response is None else case.response.score
    times = {
        **clocks(case.contact, severe, start=now, team=case.team),
        "owner_due_at": owner_due(case.owner, start=now, team=case.team),
    }
    try:
        with transaction.atomic():
            take_up(case, seen=seen)
            if case.is_open:
                raise WrongState(_("Not reopened: this case is open already."))
            cleared = {"contacted_at": None, "closed_at": None, "outcome": ""}
            move(case, CASE_MOVES, CaseStatus.OPEN, by=by, reason=reason, **cleared, **times)
            case.escalations.all().delete()
            hold(case.contact, score=severe)
    except IntegrityError as error:
        text = _("Not reopened: %(contact)s has another open case. Go on there.")
        raise WrongState(text % {"contact": case.contact}) from error
