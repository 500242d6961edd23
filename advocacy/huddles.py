"""Huddles: the agenda of a team from what is so now, what was decided, and who does what by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy import trail
from advocacy.enums import AgendaPart, CaseStatus, HuddleChange, Outcome
from advocacy.models import Case, Huddle, HuddleAction, HuddleItem, Team
from advocacy.models.cases import BAD_SCORES
from surveys.models import Response
from surveys.transitions import WrongState, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

READ, HOLD = "advocacy.view_huddle", "advocacy.hold_huddle"
# Without an earlier huddle, and at most.
USUAL, LONGEST = dt.timedelta(days=7), dt.timedelta(days=30)
MOST = {AgendaPart.NEW: 20, AgendaPart.BREACH: 20, AgendaPart.QUOTE: 6, AgendaPart.WIN: 10}
EXCERPT = 300
LISTED = 50


# ------------------------------------------------------------------------------------------------------------- making


def make(team: Team, *, by: User, at: dt.datetime | None = None) -> Huddle:
    """Save the agenda of a team for today, in its zone: what is new since its last huddle. One that is there stays."""
    at = at or timezone.now()
    try:
        with transaction.atomic():
            huddle = lay_out(team, by=by, at=at)
            record(huddle, went_to=HuddleChange.MADE, by=by)
            return huddle
    except IntegrityError:  # there is one already, perhaps since this moment
        return Huddle.objects.get(team=team, on=_day(team, at))


def lay_out(team: Team, *, by: User, at: dt.datetime) -> Huddle:
    """A huddle with its agenda, and no event of it. Raises IntegrityError where there is one of that day."""
    huddle = Huddle.objects.create(team=team, on=_day(team, at), since=_since(team, at), made_at=at, made_by=by)
    HuddleItem.objects.bulk_create(_items(huddle))
    return huddle


def _day(team: Team, at: dt.datetime) -> dt.date:
    return at.astimezone(ZoneInfo(team.timezone)).date()


def _since(team: Team, at: dt.datetime) -> dt.datetime:
    last = Huddle.objects.filter(team=team).order_by("-on").values_list("made_at", flat=True).first()
    return max(last, at - LONGEST) if last else at - USUAL


def _items(huddle: Huddle) -> Iterable[HuddleItem]:
    """Four statements, each of which reads no more than the agenda shows."""
    mine, since, at = Case.objects.filter(team=huddle.team), huddle.since, huddle.made_at
    new = mine.filter(opened_at__gt=since, opened_at__lte=at).order_by("priority", "due_at", "pk")
    cases = {
        AgendaPart.NEW: new,
        AgendaPart.BREACH: mine.breached(at).order_by("due_at", "pk"),
        AgendaPart.WIN: mine.filter(
            status=CaseStatus.CLOSED, outcome=Outcome.RESOLVED, closed_at__gt=since, closed_at__lte=at
        ).order_by("-closed_at", "-pk"),
    }
    found = [
        HuddleItem(huddle=huddle, part=part, case_id=pk, response_id=response)
        for part, rows in cases.items()
        for pk, response in rows.values_list("pk", "response")[: MOST[part]]
    ]
    recovered = [HuddleItem(huddle=huddle, part=AgendaPart.WIN, response=row) for row in _recovered(since, at)]
    told = {item.response_id for item in found}
    quotes = (
        HuddleItem(huddle=huddle, part=AgendaPart.QUOTE, response=row)
        for row in _quotes(since, at)
        if row.pk not in told
    )
    return [*found, *recovered, *quotes]


def _answers(since: dt.datetime, at: dt.datetime) -> QuerySet[Response]:
    rows = Response.objects.settled(at).filter(settles_at__gt=since, contact__isnull=False)
    return rows.only("pk").order_by("-settles_at", "-pk")


def _recovered(since: dt.datetime, at: dt.datetime) -> QuerySet[Response]:
    """Contacts who are no detractors any more, and were with the answer before."""
    earlier = Response.objects.filter(contact=OuterRef("contact"), answered_at__lt=OuterRef("answered_at"))
    before = Subquery(earlier.order_by("-answered_at", "-pk").values("score")[:1])
    rows = _answers(since, at).exclude(score__in=BAD_SCORES).annotate(before=before)
    return rows.filter(before__in=BAD_SCORES)[: MOST[AgendaPart.WIN]]


def _quotes(since: dt.datetime, at: dt.datetime) -> QuerySet[Response]:
    return _answers(since, at).exclude(comment="")[: MOST[AgendaPart.QUOTE]]


# ------------------------------------------------------------------------------------------------------------ reading


def listed(*, team: Team | None = None) -> QuerySet[Any, Any]:
    """The huddles, the latest on top, each with how many of its actions there are and are open."""
    rows = Huddle.objects.select_related("team").defer("decision")
    if team is not None:
        rows = rows.filter(team=team)
    is_open = Q(actions__done_at__isnull=True, actions__isnull=False)
    counted = rows.annotate(action_count=Count("actions"), open_count=Count("actions", filter=is_open))
    return counted.annotate(decided=Left("decision", EXCERPT)).order_by("-on", "-pk")


def agenda(huddle: Huddle) -> dict[AgendaPart, list[Any]]:
    """The lines by part, in one statement. Of a comment only the beginning."""
    rows = huddle.items.select_related("case__contact__account", "case__owner", "response__contact__account")
    rows = rows.defer(
        *(f"{path}__contact__{name}" for path in ("case", "response") for name in ("properties", "tags")),
        "response__comment",
    )
    found: dict[AgendaPart, list[Any]] = {part: [] for part in AgendaPart}
    for item in rows.annotate(excerpt=Left("response__comment", EXCERPT)).order_by("pk"):
        found[AgendaPart(item.part)].append(item)
    return found


def actions_of(huddle: Huddle) -> QuerySet[HuddleAction]:
    return huddle.actions.select_related("owner", "done_by").order_by("due_on", "pk")


def carried(huddle: Huddle) -> QuerySet[HuddleAction]:
    """What was open from earlier huddles of the team when this one was made, though it may be done since."""
    was_open = Q(done_at__isnull=True) | Q(done_at__gte=huddle.made_at)
    rows = HuddleAction.objects.filter(was_open, huddle__team=huddle.team_id, huddle__on__lt=huddle.on)
    return rows.select_related("owner", "done_by", "huddle").order_by("due_on", "pk")


def open_actions(user: User) -> QuerySet[HuddleAction]:
    """What a person has still to do."""
    return HuddleAction.objects.open().filter(owner=user).select_related("huddle").order_by("due_on", "pk")


def owners() -> QuerySet[User]:
    """Everybody who can open a huddle, by name: whoever takes an action has to see it."""
    rows = get_user_model().objects.with_perm(READ, backend="django.contrib.auth.backends.ModelBackend")
    return rows.order_by("first_name", "last_name", "pk")


def people_of(team: Team) -> QuerySet[User]:
    """Who may have been there: the team and its lead."""
    rows = get_user_model().objects.filter(Q(teams=team) | Q(led_teams=team), is_active=True).distinct()
    return rows.order_by("first_name", "last_name", "pk")


# ------------------------------------------------------------------------------------------------------------ changing


def write(huddle: Huddle, *, decision: str, present: Iterable[User], by: User, seen: str = "") -> None:
    """Note what was decided and who was there. Raises Changed where somebody else wrote meanwhile."""
    with transaction.atomic():
        trail.lock(huddle, seen=seen)
        huddle.decision = decision
        huddle.save(update_fields=["decision"])
        huddle.present.set(present)
        record(huddle, went_to=HuddleChange.WRITTEN, by=by, reason=decision)


def add_action(huddle: Huddle, *, text: str, owner: User, due_on: dt.date, by: User) -> HuddleAction:
    with transaction.atomic():
        action = HuddleAction.objects.create(huddle=huddle, text=text, owner=owner, due_on=due_on)
        record(huddle, went_to=HuddleChange.ACTION, by=by, reason=text)
        return action


def tick(action: HuddleAction, *, by: User, is_done: bool) -> None:
    """Tick an action off, or open it again; as it stands already, nothing changes. Raises WrongState for whoever
    neither owns it nor holds huddles."""
    with transaction.atomic():
        action.refresh_from_db(from_queryset=HuddleAction.objects.select_for_update())
        if action.owner_id != by.pk and not by.has_perm(HOLD):
            raise WrongState(_("Not saved: only its owner and whoever holds the huddle tick this off."))
        if (action.done_at is not None) == is_done:
            return
        action.done_at, action.done_by = (timezone.now(), by) if is_done else (None, None)
        action.save(update_fields=["done_at", "done_by"])
        went_to = HuddleChange.DONE if is_done else HuddleChange.AGAIN
        record(action.huddle, went_to=went_to, by=by, reason=action.text)
