"""Who may be asked for a favour, and when; what a person decides about an advocate.

Every verb that takes `seen` refuses, with Changed, what was decided on an old picture.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Left
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advocacy import timeline, trail
from advocacy.enums import AdvocateChange, AskRule
from advocacy.models import Advocate
from advocacy.models import Case as OpenCase
from surveys import schedule
from surveys.audience import ACCIDENT_GUARD
from surveys.enums import Basis, SuppressionReason, TouchKind
from surveys.models import Hold, Response, Suppression, Touch
from surveys.transitions import WrongState, record
from surveys.wishes import NO_OFFERS

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MONTH, YEAR = dt.timedelta(days=30), dt.timedelta(days=365)
ASKS_A_YEAR = 4
PROMOTER = 9
EXCERPT = 300
LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# The rules that end by themselves: which moment each counts from, an annotation, and for how long.
DATED = {
    AskRule.PAUSED: ("pause_ends_at", dt.timedelta(0)),
    AskRule.HELD: ("hold_ends_at", dt.timedelta(0)),
    AskRule.ONE_IN_A_MONTH: ("last_ask_at", MONTH),
    AskRule.FOUR_IN_A_YEAR: ("fourth_ask_at", YEAR),
    AskRule.JUST_MAILED: ("last_mail_at", ACCIDENT_GUARD),
}


# ------------------------------------------------------------------------------------------------------- the next ask


@dataclass(frozen=True)
class NextAsk:
    """From when an advocate may be asked: now (no rule), on a day, or nobody can say (no day)."""

    rule: AskRule
    at: dt.datetime | None = None
    detail: str = ""

    @property
    def is_possible(self) -> bool:
        return self.rule == AskRule.NONE

    @property
    def words(self) -> str:
        """`from 21 Jan: one ask in 30 days`: when, and which rule says so."""
        reason = f"{self.rule.label}: {self.detail}" if self.detail else str(self.rule.label)
        if self.at is None:
            return reason
        local, today = timezone.localtime(self.at), timezone.localdate()
        day = date_format(local, "j M" if local.year == today.year else "j M Y")
        if local.date() == today:
            day = date_format(local, "H:i")
        return _("from %(day)s: %(reason)s") % {"day": day, "reason": reason}


def with_next_ask(advocates: QuerySet[Advocate], *, at: dt.datetime) -> QuerySet[Any]:
    """Each advocate with what `next_ask_of` reads. The one place where the rules of asking stand.

    `ask_rule` is the first rule that says nothing of when, in the order of AskRule. Of the others the moments they
    count from are given, long ago where there is none: to add days is dear in a database, to compare is not.
    """
    told = advocates.annotate(latest_score=_latest("score"), suppressed_as=_suppression("reason"), **_moments(at))
    return told.annotate(
        ask_rule=Case(
            *(When(condition, then=Value(rule.value)) for rule, condition in _undated(at)),
            default=Value(AskRule.NONE.value),
            output_field=CharField(max_length=16),
        )
    )


def _undated(at: dt.datetime) -> list[tuple[AskRule, Q | Exists]]:
    holds = Hold.objects.standing(at).filter(contact=OuterRef("contact"))
    return [
        (AskRule.DO_NOT_ASK, Q(do_not_ask=True)),
        (AskRule.NO_ADDRESS, Q(contact__email="")),
        (AskRule.SUPPRESSED, Q(suppressed_as__isnull=False)),
        # The basis for surveys stands in until consents are kept for each purpose: a customer may be asked a favour.
        (AskRule.NO_CONSENT, Q(contact__basis=Basis.NONE)),
        (AskRule.NO_REQUESTS, Q(contact__mail_wish__in=NO_OFFERS)),
        (AskRule.OPEN_CASE, Exists(OpenCase.objects.open().filter(contact=OuterRef("contact")))),
        (AskRule.LOW_SCORE, Q(latest_score__lt=PROMOTER)),  # who was nominated without an answer has none
        (AskRule.ON_HOLD, Exists(holds.filter(until__isnull=True))),
    ]


def _moments(at: dt.datetime) -> dict[str, Coalesce]:
    touches = Touch.objects.filter(contact=OuterRef("contact")).order_by("-at")
    asks, mails = touches.filter(kind=TouchKind.ASK), touches.mailed_since(at - ACCIDENT_GUARD)
    holds = Hold.objects.standing(at).filter(contact=OuterRef("contact"), until__isnull=False)
    return {
        "pause_ends_at": Coalesce(F("paused_until"), Value(LONG_AGO)),
        "hold_ends_at": Coalesce(Subquery(holds.order_by("-until").values("until")[:1]), Value(LONG_AGO)),
        "last_ask_at": Coalesce(Subquery(asks.values("at")[:1]), Value(LONG_AGO)),
        "fourth_ask_at": Coalesce(Subquery(asks.values("at")[ASKS_A_YEAR - 1 : ASKS_A_YEAR]), Value(LONG_AGO)),
        "last_mail_at": Coalesce(Subquery(mails.values("at")[:1]), Value(LONG_AGO)),
    }


def _latest(field: str) -> Subquery:
    answers = Response.objects.filter(contact=OuterRef("contact")).order_by("-submitted_at", "-pk")
    return Subquery(answers.values(field)[:1])


def _suppression(field: str) -> Subquery:
    rows = Suppression.objects.filter(address_hash=OuterRef("contact__address_hash")).exclude(address_hash="")
    return Subquery(rows.values(field)[:1])


def next_ask(advocate: Advocate, *, at: dt.datetime) -> NextAsk:
    """When the advocate may be asked next. Raises Advocate.DoesNotExist."""
    return next_ask_of(with_next_ask(Advocate.objects.all(), at=at).get(pk=advocate.pk), at=at)


def next_ask_of(row: Any, *, at: dt.datetime) -> NextAsk:
    """The same of a row that `with_next_ask` gave."""
    rule = AskRule(row.ask_rule)
    if rule == AskRule.SUPPRESSED:
        return NextAsk(rule, detail=str(SuppressionReason(row.suppressed_as).label).lower())
    if rule == AskRule.LOW_SCORE:
        return NextAsk(rule, detail=str(row.latest_score))
    if rule != AskRule.NONE:
        return NextAsk(rule)
    ends = {rule: getattr(row, name) + lasts for rule, (name, lasts) in DATED.items()}
    latest = max(ends, key=lambda rule: ends[rule])
    return NextAsk(latest, at=ends[latest]) if ends[latest] > at else NextAsk(AskRule.NONE)


def asks_of_year(advocate: Advocate, *, at: dt.datetime) -> int:
    return Touch.objects.filter(contact=advocate.contact_id, kind=TouchKind.ASK, at__gt=at - YEAR).count()


def latest_answer(advocate: Advocate) -> Response | None:
    answers = Response.objects.with_extras().prefetch_related("themes__theme").filter(contact=advocate.contact_id)
    return answers.select_related("campaign").order_by("-submitted_at", "-pk").first()


def history(advocate: Advocate) -> list[timeline.Entry]:
    """What was decided, answered and asked, newest first. Three statements, however much it is."""
    answers = Response.objects.filter(contact=advocate.contact_id).select_related("campaign").defer("comment")
    touches = Touch.objects.filter(contact=advocate.contact_id, kind=TouchKind.ASK).order_by("-at")
    entries = [
        *(timeline.of_event(event) for event in trail.events(advocate)[: timeline.LIMIT]),
        *(_of_answer(answer) for answer in answers.order_by("-submitted_at", "-pk")[: timeline.LIMIT]),
        *(timeline.Entry(touch.at, timeline.Kind.MAIL, _("Asked for a favour")) for touch in touches[: timeline.LIMIT]),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _of_answer(answer: Response) -> timeline.Entry:
    title = _("Answered with a score of %(score)s") % {"score": answer.score}
    return timeline.Entry(answer.submitted_at, timeline.Kind.ANSWER, f"{title} · {answer.campaign}")


# -------------------------------------------------------------------------------------------------------------- lists


class AdvocateView(TextChoices):
    """The views of the advocates; the value stands in the URL."""

    ALL = "all", gettext_lazy("All")
    NOW = "now", gettext_lazy("Can be asked")
    LATER = "later", gettext_lazy("Not now")
    PAUSED = "paused", gettext_lazy("Paused")
    DO_NOT_ASK = "do-not-ask", gettext_lazy("Do not ask")


def advocates_of(view: AdvocateView, *, at: dt.datetime) -> QuerySet[Any]:
    """The advocates of a view with their next ask, whoever was found last on top."""
    rows = with_next_ask(Advocate.objects.all(), at=at)
    bounds = [(name, at - lasts) for name, lasts in DATED.values()]
    may_now = reduce(and_, (Q(**{f"{name}__lte": bound}) for name, bound in bounds), Q(ask_rule=AskRule.NONE))
    may_not = reduce(or_, (Q(**{f"{name}__gt": bound}) for name, bound in bounds), ~Q(ask_rule=AskRule.NONE))
    found = {
        AdvocateView.ALL: rows,
        AdvocateView.NOW: rows.filter(may_now),
        AdvocateView.LATER: rows.filter(may_not),
        AdvocateView.PAUSED: rows.filter(paused_until__gt=at, do_not_ask=False),
        AdvocateView.DO_NOT_ASK: rows.filter(do_not_ask=True),
    }[view]
    return found.order_by("-pk")


def shown(advocates: QuerySet[Any]) -> QuerySet[Any]:
    """What a row shows beside: who it is, and how the latest answer begins."""
    rows: QuerySet[Any] = advocates.select_related("contact__account").defer("contact__properties", "contact__tags")
    answers = Response.objects.filter(contact=OuterRef("contact")).order_by("-submitted_at", "-pk")
    excerpt = Subquery(answers.annotate(excerpt=Left("comment", EXCERPT)).values("excerpt")[:1])
    found: QuerySet[Any] = rows.annotate(excerpt=excerpt, language=_latest("language"))
    return found


# -------------------------------------------------------------------------------------------------------------- verbs


def pause(advocate: Advocate, *, until: dt.date, reason: str, by: User, seen: str = "") -> None:
    """Ask nothing before that day begins, in the zone of the organisation."""
    moment = schedule.local_instant(until, dt.time(0), settings.TIME_ZONE)
    if moment <= timezone.now():
        raise WrongState(_("Not paused: choose a day to come."))
    said = f"{until.isoformat()}\n{reason}"
    _change(advocate, AdvocateChange.PAUSED, by=by, reason=said, seen=seen, paused_until=moment)


def resume(advocate: Advocate, *, reason: str, by: User, seen: str = "") -> None:
    _change(advocate, AdvocateChange.RESUMED, by=by, reason=reason, seen=seen, paused_until=None)


def never_ask(advocate: Advocate, *, reason: str, by: User, seen: str = "") -> None:
    """Permanent, until the person lifts it."""
    _change(advocate, AdvocateChange.DO_NOT_ASK, by=by, reason=reason, seen=seen, do_not_ask=True)


def allow_asking(advocate: Advocate, *, reason: str, by: User, seen: str = "") -> None:
    """The person has lifted it; the reason says how we know."""
    _change(advocate, AdvocateChange.MAY_ASK, by=by, reason=reason, seen=seen, do_not_ask=False)


def forbid_gifts(advocate: Advocate, *, reason: str, by: User, seen: str = "") -> None:
    _change(advocate, AdvocateChange.NO_GIFTS, by=by, reason=reason, seen=seen, forbids_gifts=True)


def allow_gifts(advocate: Advocate, *, reason: str, by: User, seen: str = "") -> None:
    _change(advocate, AdvocateChange.GIFTS, by=by, reason=reason, seen=seen, forbids_gifts=False)


def _change(advocate: Advocate, change: AdvocateChange, *, by: User, reason: str, seen: str, **fields: object) -> None:
    """Set the fields and tell it; what stands so already is left alone, and no colleague is in the way of that."""
    with transaction.atomic():
        trail.lock(advocate)
        if all(getattr(advocate, name) == value for name, value in fields.items()):
            return
        trail.check(advocate, seen=seen)
        for name, value in fields.items():
            setattr(advocate, name, value)
        advocate.save(update_fields=list(fields))
        record(advocate, went_to=change, by=by, reason=reason)
