"""Questions to the whole house: ideas come in for some days, then one wins."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy import notices, trail
from advocacy.enums import FixStatus, NoticeKind, WinnerBy
from advocacy.models import Challenge, Fix
from surveys.transitions import WrongState, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

DECIDED = "decided"


def entries(challenge: Challenge) -> QuerySet[Any]:
    """Its ideas, the most voted first and of those the one posted first. Votes count that came by the last day, of
    people who still work here; a merged idea stands with the one it became a part of."""
    in_time = Q(votes__user__is_active=True, votes__at__lt=ends_at(challenge))
    rows = Fix.objects.filter(entered__challenge=challenge).exclude(status=FixStatus.MERGED)
    rows = rows.select_related("author__profile__department").defer("description")
    return rows.annotate(n_votes=Count("votes", filter=in_time, distinct=True)).order_by("-n_votes", "created_at", "pk")


def ends_at(challenge: Challenge) -> dt.datetime:
    """When the last day is over where the organisation is."""
    day = challenge.closes_on + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(), tzinfo=timezone.get_default_timezone())


def running() -> list[Any]:
    """Those that take ideas in today, the first to close on top."""
    rows = Challenge.objects.open().annotate(n_ideas=Count("parts"))
    return list(rows.order_by("closes_on", "pk"))


def decided() -> list[Challenge]:
    """The latest with a winner."""
    rows = Challenge.objects.filter(winner__isnull=False).select_related("winner__author")
    return list(rows.order_by("-decided_at", "-pk")[:3])


def save(challenge: Challenge, *, by: User) -> None:
    """Put the question to the house, or change it while nothing is decided."""
    with transaction.atomic():
        is_new = challenge.pk is None
        if not is_new and Challenge.objects.filter(pk=challenge.pk, decided_at__isnull=False).exists():
            raise WrongState(_("Not saved: its winner is chosen already."))
        challenge.save()
        record(challenge, went_to="opened" if is_new else "", by=by)


def settle(*, at: dt.datetime | None = None) -> bool:
    """Say who won, of one challenge that is over and goes by votes. Whether there was one. Run twice, nothing changes.

    Without a single vote nobody wins.
    """
    with transaction.atomic():
        waiting = Challenge.objects.over().filter(decided_at__isnull=True, winner_by=WinnerBy.VOTES)
        challenge = waiting.select_for_update(skip_locked=True).order_by("closes_on", "pk").first()
        if challenge is None:
            return False
        best = entries(challenge).first()
        _decide(challenge, best if best and best.n_votes else None, at=at)
        return True


def choose(challenge: Challenge, *, winner: Fix, reason: str, by: User) -> None:
    """The jury says who won and why. Raises WrongState, naming what speaks against it."""
    with transaction.atomic():
        challenge = Challenge.objects.select_for_update(of=("self",)).get(pk=challenge.pk)
        if challenge.winner_by != WinnerBy.JURY or challenge.jury_id != by.pk:
            raise WrongState(_("Not chosen: somebody else says who wins this one."))
        if not challenge.is_over:
            raise WrongState(_("Not chosen: it still takes ideas in."))
        if challenge.decided_at is not None:
            raise WrongState(_("Not chosen: the winner is chosen already."))
        if not entries(challenge).filter(pk=winner.pk).exists():
            raise WrongState(_("Not chosen: this idea is not one of the challenge."))
        _decide(challenge, winner, reason=reason, by=by)


def _decide(
    challenge: Challenge,
    winner: Fix | None,
    *,
    reason: str = "",
    by: User | None = None,
    at: dt.datetime | None = None,
) -> None:
    challenge.winner, challenge.reason, challenge.decided_at = winner, reason, at or timezone.now()
    challenge.save(update_fields=["winner", "reason", "decided_at"])
    record(challenge, went_to=DECIDED, by=by, reason=winner.title if winner else "")
    if winner is not None:
        event = record(winner, by=by, reason=f"{trail.WON}{challenge.title}\n{reason}")
        notices.tell(winner, NoticeKind.WON, by=by, event=event)
