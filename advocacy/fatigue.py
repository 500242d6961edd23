"""The one place where the rules of asking stand: who may be asked what, from when, and which rule says otherwise.

A rule either says nothing of when (a case is open) or counts from a moment (30 days after the last ask). The first are
looked for in the order of AskRule; of the others the one that ends last is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import and_
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from advocacy.enums import HEAVY_ASKS, LIVE_STORY_STATUSES, AskKind, AskRule, AskStatus
from advocacy.models import Advocate, Ask, AskTier, CustomerRequest, Pledge, Testimonial
from advocacy.models import Case as OpenCase
from surveys import languages, schedule, texts
from surveys.audience import ACCIDENT_GUARD
from surveys.enums import Basis, ConsentPurpose, SuppressionReason, TouchKind
from surveys.models import Consent, Hold, Response, Suppression, Touch
from surveys.prepared import Prepared
from surveys.wishes import NO_OFFERS

MONTH, YEAR = dt.timedelta(days=30), dt.timedelta(days=365)
BETWEEN_HEAVY, HALF_A_YEAR = dt.timedelta(days=90), dt.timedelta(days=180)
ASKS_A_YEAR, ASKS_AN_ACCOUNT = 4, 2
PROMOTER = 9
LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# The rules that end by themselves: which moment each counts from, an annotation, and for how long.
DATED = {
    AskRule.PAUSED: ("pause_ends_at", dt.timedelta(0)),
    AskRule.HELD: ("hold_ends_at", dt.timedelta(0)),
    AskRule.ONE_IN_A_MONTH: ("last_ask_at", MONTH),
    AskRule.FOUR_IN_A_YEAR: ("fourth_ask_at", YEAR),
    AskRule.SILENT: ("fell_silent_at", HALF_A_YEAR),
    AskRule.HEAVY: ("last_heavy_at", BETWEEN_HEAVY),
    AskRule.SAID_NO: ("last_no_at", HALF_A_YEAR),
    AskRule.JUST_MAILED: ("last_mail_at", ACCIDENT_GUARD),
}
# Days as a customer before each is asked; where nobody knows since when, nobody waits.
TENURE = {
    AskKind.TESTIMONIAL: 30,
    AskKind.REFERRAL: 30,
    AskKind.SOCIAL_POST: 30,
    AskKind.CASE_STUDY: 180,
    AskKind.REFERENCE_CALL: 180,
    AskKind.SPEAKER: 180,
    AskKind.ADVISORY_BOARD: 365,
}
# What hangs on the kind of ask.
OF_KIND = frozenset({AskRule.DONE_ALREADY, AskRule.SAID_NO, AskRule.HEAVY, AskRule.TENURE, AskRule.TIER})
# What a named person may override with a reason. What the law, the person or an open matter says, nobody may.
OVERRIDABLE = frozenset({
    AskRule.TOO_OLD, AskRule.PROMISE, AskRule.ACCOUNT_CAP, AskRule.DONE_ALREADY, AskRule.NO_WORDS,
    AskRule.ONE_IN_A_MONTH, AskRule.FOUR_IN_A_YEAR, AskRule.HEAVY, AskRule.SAID_NO, AskRule.SILENT, AskRule.TENURE,
    AskRule.JUST_MAILED, AskRule.TIER,
})  # fmt: skip
FIRM = frozenset(AskRule) - OVERRIDABLE - {AskRule.NONE}
# What may have changed since the mail was queued, looked at once more in the statement that lets it leave. That knows
# suppressions, wishes and holds itself; that no other ask has come between is a constraint.
AT_SENDING = frozenset({
    AskRule.DO_NOT_ASK, AskRule.NO_CONSENT, AskRule.OPEN_CASE, AskRule.LOW_SCORE, AskRule.PAUSED,
})  # fmt: skip
# Languages we have a question in, but no letter.
UNSPOKEN = [tag for tag in languages.tags() if not set(languages.chain(tag)) & set(texts.OFFERED)]


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
    def may_be_overridden(self) -> bool:
        return self.rule in OVERRIDABLE

    @property
    def words(self) -> str:
        """`from 21 Jan: one ask in 30 days`: when, and which rule says so."""
        if self.at is None:
            return self.reason
        local, today = timezone.localtime(self.at), timezone.localdate()
        day = date_format(local, "j M" if local.year == today.year else "j M Y")
        if local.date() == today:
            day = date_format(local, "H:i")
        return _("from %(day)s: %(reason)s") % {"day": day, "reason": self.reason}

    @property
    def reason(self) -> str:
        return f"{self.rule.label}: {self.detail}" if self.detail else str(self.rule.label)


def rules_of(kind: AskKind | None) -> frozenset[AskRule]:
    """The rules for one kind of ask; without one, those that hold for all of them."""
    every = frozenset(AskRule) - {AskRule.NONE}
    if kind is None:
        return every - OF_KIND
    idle = set() if kind in HEAVY_ASKS else {AskRule.HEAVY}
    return every - idle - (set() if TENURE.get(kind) else {AskRule.TENURE})


# ------------------------------------------------------------------------------------------------------------- asking


def with_next_ask(
    advocates: QuerySet[Advocate],
    *,
    at: dt.datetime,
    kind: AskKind | None = None,
    rules: Collection[AskRule] | None = None,
    sparing: Ask | None = None,
) -> QuerySet[Any]:
    """Each advocate with what `next_ask_of` reads, for one kind of ask or for all. The ask `sparing` counts not.

    `ask_rule` is the first rule that says nothing of when. Of the others the moments they count from are given, long
    ago where there is none: to add days is dear in a database, to compare is not.
    """
    asked = rules_of(kind) if rules is None else rules
    asks = Ask.objects.exclude(pk=sparing.pk) if sparing else Ask.objects.all()
    told = advocates.annotate(
        latest_score=_latest("score"), latest_at=_latest("submitted_at"), suppressed_as=_suppression("reason")
    )
    told = told.annotate(since=F("contact__customer_since"), **_moments(at, kind, asks, asked))
    if kind and AskRule.TIER in asked:
        told = told.annotate(tier_needed=Subquery(AskTier.objects.filter(kind=kind).values("tier__name")[:1]))
    undated = _undated(at, kind, asks)
    return told.annotate(
        ask_rule=Case(
            *(When(condition, then=Value(rule.value)) for rule, condition in undated.items() if rule in asked),
            default=Value(AskRule.NONE.value),
            output_field=CharField(max_length=16),
        )
    )


def _undated(at: dt.datetime, kind: AskKind | None, asks: QuerySet[Ask]) -> dict[AskRule, Q | Exists]:
    holds = Hold.objects.standing(at).filter(contact=OuterRef("contact"))
    is_stale = Q(latest_at__lt=at - HALF_A_YEAR) & (Q(nominated_at__isnull=True) | Q(nominated_at__lt=at - HALF_A_YEAR))
    same_account = asks.open().filter(advocate__contact__account=OuterRef("contact__account"))  # type: ignore[attr-defined]
    over_cap = same_account.order_by("pk").values("pk")[ASKS_AN_ACCOUNT - 1 : ASKS_AN_ACCOUNT]
    return {
        AskRule.DO_NOT_ASK: Q(do_not_ask=True),
        AskRule.NO_ADDRESS: Q(contact__email=""),
        AskRule.SUPPRESSED: Q(suppressed_as__isnull=False),
        AskRule.NO_CONSENT: ~_is_permitted(at),
        AskRule.NO_REQUESTS: Q(contact__mail_wish__in=NO_OFFERS),
        AskRule.OPEN_CASE: Exists(OpenCase.objects.open().filter(contact=OuterRef("contact"))),
        AskRule.LOW_SCORE: Q(latest_score__lt=PROMOTER),  # who was nominated without an answer has none
        AskRule.TOO_OLD: is_stale,
        AskRule.PROMISE: _has_overdue_promise(at),
        AskRule.ONE_OPEN: Exists(asks.open().filter(advocate=OuterRef("pk"))),  # type: ignore[attr-defined]
        AskRule.ACCOUNT_CAP: Exists(over_cap),
        AskRule.DONE_ALREADY: _is_done(kind, asks),
        AskRule.TIER: _is_below(kind),
        AskRule.NO_WORDS: reduce(
            lambda found, tag: found | Q(contact__language__startswith=f"{tag}-"),
            UNSPOKEN,
            Q(contact__language__in=UNSPOKEN),
        ),
        AskRule.ON_HOLD: Exists(holds.filter(until__isnull=True)),
    }


def _is_permitted(at: dt.datetime) -> Q:
    """Agreed to offers and favours by mail; or a customer who has not taken that back (the soft opt-in)."""
    agreed = Consent.objects.filter(contact=OuterRef("contact"), purpose=ConsentPurpose.MARKETING)
    taken_back = Q(Exists(agreed.filter(withdrawn_at__lte=at)))
    return Q(Exists(agreed.standing(at))) | (Q(contact__basis=Basis.CUSTOMER) & ~taken_back)


def _has_overdue_promise(at: dt.datetime) -> Q:
    """A request that nobody has sorted in time, a promise whose day is over and of which nobody has said that it was
    kept, or a broken one after which the contact has not been heard of: an answer since then says how it was taken."""
    theirs = Pledge.objects.filter(case__contact=OuterRef("contact"))
    later = Response.objects.filter(
        contact=OuterRef("case__contact"), submitted_at__gt=OuterRef("broken_at"), submitted_at__lte=at
    )
    overdue = Exists(theirs.overdue(timezone.localdate(at)))
    broken = Exists(theirs.filter(broken_at__lte=at).filter(~Exists(later)))
    return Q(Exists(CustomerRequest.objects.overdue(at).filter(contact=OuterRef("contact")))) | Q(overdue) | Q(broken)


def _is_done(kind: AskKind | None, asks: QuerySet[Ask]) -> Q:
    done = Q(Exists(asks.filter(advocate=OuterRef("pk"), kind=kind or "", status=AskStatus.DONE)))
    if kind != AskKind.TESTIMONIAL:
        return done
    told = Testimonial.objects.filter(contact=OuterRef("contact"), status__in=LIVE_STORY_STATUSES)
    return done | Q(Exists(told))


def _is_below(kind: AskKind | None) -> Exists:
    """Whether only those of a higher tier are asked for this; where nobody has said so, the tier plays no part."""
    height = Coalesce(OuterRef("standing__tier__points"), Value(0))
    return Exists(AskTier.objects.filter(kind=kind or "", tier__points__gt=height))


def _moments(
    at: dt.datetime, kind: AskKind | None, asks: QuerySet[Ask], rules: Collection[AskRule]
) -> dict[str, Coalesce]:
    touches = Touch.objects.filter(contact=OuterRef("contact")).order_by("-at")
    favours, mails = touches.filter(kind=TouchKind.ASK), touches.mailed_since(at - ACCIDENT_GUARD)
    holds = Hold.objects.standing(at).filter(contact=OuterRef("contact"), until__isnull=False)
    mine = asks.filter(advocate=OuterRef("pk"))
    heavy = mine.filter(kind__in=HEAVY_ASKS, sent_at__isnull=False).order_by("-sent_at")
    noes = mine.filter(kind=kind or "", status=AskStatus.DECLINED).order_by("-ended_at")
    found = {
        AskRule.PAUSED: F("paused_until"),
        AskRule.HELD: Subquery(holds.order_by("-until").values("until")[:1]),
        AskRule.ONE_IN_A_MONTH: Subquery(favours.values("at")[:1]),
        AskRule.FOUR_IN_A_YEAR: Subquery(favours.values("at")[ASKS_A_YEAR - 1 : ASKS_A_YEAR]),
        AskRule.SILENT: _silence(mine),
        AskRule.HEAVY: Subquery(heavy.values("sent_at")[:1]),
        AskRule.SAID_NO: Subquery(noes.values("ended_at")[:1]),
        AskRule.JUST_MAILED: Subquery(mails.values("at")[:1]),
    }
    return {DATED[rule][0]: Coalesce(moment, Value(LONG_AGO)) for rule, moment in found.items() if rule in rules}


def _silence(mine: QuerySet[Ask]) -> Subquery:
    """When the second of two asks in a row ended without an answer."""
    earlier = Ask.objects.filter(advocate=OuterRef("advocate"), sent_at__lt=OuterRef("sent_at")).order_by("-sent_at")
    second = mine.filter(status=AskStatus.EXPIRED).annotate(before=Subquery(earlier.values("status")[:1]))
    return Subquery(second.filter(before=AskStatus.EXPIRED).order_by("-ended_at").values("ended_at")[:1])


def _latest(field: str) -> Subquery:
    answers = Response.objects.filter(contact=OuterRef("contact")).order_by("-submitted_at", "-pk")
    return Subquery(answers.values(field)[:1])


def _suppression(field: str) -> Subquery:
    rows = Suppression.objects.filter(address_hash=OuterRef("contact__address_hash")).exclude(address_hash="")
    return Subquery(rows.values(field)[:1])


def is_possible(at: dt.datetime, kind: AskKind | None = None, rules: Collection[AskRule] | None = None) -> Q:
    """The condition, on rows of `with_next_ask`, that nothing keeps from asking."""
    asked = rules_of(kind) if rules is None else rules
    ended = [have_ended(at, asked)]
    if kind and AskRule.TENURE in asked:
        begun_by = timezone.localdate(at) - dt.timedelta(days=TENURE[kind])
        ended.append(Q(since__isnull=True) | Q(since__lte=begun_by))
    return reduce(and_, ended, Q(ask_rule=AskRule.NONE))


def have_ended(at: dt.datetime, rules: Collection[AskRule]) -> Q:
    """The condition that those of the rules that end by themselves have ended."""
    ended = [Q(**{f"{name}__lte": at - lasts}) for rule, (name, lasts) in DATED.items() if rule in rules]
    return reduce(and_, ended, Q())


# ------------------------------------------------------------------------------------------------------------ the next


def next_ask(
    advocate: Advocate,
    *,
    at: dt.datetime,
    kind: AskKind | None = None,
    rules: Collection[AskRule] | None = None,
    sparing: Ask | None = None,
) -> NextAsk:
    """When the advocate may be asked next. Raises Advocate.DoesNotExist."""
    query = _of_one(kind, rules_of(kind) if rules is None else frozenset(rules), is_sparing=sparing is not None)
    row = query.first(*_keys(advocate.pk, at, sparing.pk if sparing else -1))
    if row is None:
        raise Advocate.DoesNotExist
    return next_ask_of(row, at=at, kind=kind, rules=rules)


def _keys(advocate: int, at: dt.datetime, sparing: int) -> tuple[Any, ...]:
    """What `with_next_ask` compares with: whatever it works out of the moment stands here too."""
    return advocate, at, at - HALF_A_YEAR, at - ACCIDENT_GUARD, timezone.localdate(at), sparing


@lru_cache(maxsize=64)
def _of_one(kind: AskKind | None, rules: frozenset[AskRule], *, is_sparing: bool) -> Prepared[Any]:
    """`with_next_ask` for one advocate, written down once: that takes Django ten times what the database needs."""

    def build(advocate: int, at: dt.datetime, *rest: Any) -> QuerySet[Any]:
        sparing = Ask(pk=rest[-1]) if is_sparing else None
        rows = with_next_ask(Advocate.objects.all(), at=at, kind=kind, rules=rules, sparing=sparing)
        return rows.filter(pk=advocate).order_by()

    first, second = dt.datetime(1971, 2, 3, 4, 5, 6, 7, dt.UTC), dt.datetime(1973, 4, 5, 6, 7, 8, 9, dt.UTC)
    return Prepared(build, example=_keys(-7_219_341, first, -7_219_342), other=_keys(-7_219_339, second, -7_219_340))


def next_ask_of(
    row: Any, *, at: dt.datetime, kind: AskKind | None = None, rules: Collection[AskRule] | None = None
) -> NextAsk:
    """The same of a row that `with_next_ask` gave."""
    asked = rules_of(kind) if rules is None else rules
    rule = AskRule(row.ask_rule)
    if rule == AskRule.SUPPRESSED:
        return NextAsk(rule, detail=str(SuppressionReason(row.suppressed_as).label).lower())
    if rule == AskRule.LOW_SCORE:
        return NextAsk(rule, detail=str(row.latest_score))
    if rule == AskRule.TIER:
        return NextAsk(rule, detail=row.tier_needed)
    if rule != AskRule.NONE:
        return NextAsk(rule)
    ends = {rule: getattr(row, name) + lasts for rule, (name, lasts) in DATED.items() if rule in asked}
    if kind and AskRule.TENURE in asked and row.since:
        day = row.since + dt.timedelta(days=TENURE[kind])
        ends[AskRule.TENURE] = schedule.local_instant(day, dt.time(0), settings.TIME_ZONE)
    latest = max(ends, key=lambda rule: ends[rule])
    return NextAsk(latest, at=ends[latest]) if ends[latest] > at else NextAsk(AskRule.NONE)


def fits(advocate: Advocate, *, at: dt.datetime, kinds: Iterable[AskKind] = AskKind) -> list[tuple[AskKind, NextAsk]]:
    """For each kind of ask whether the advocate may be asked, and if not why, and from when."""
    return [(kind, next_ask(advocate, at=at, kind=kind)) for kind in kinds]


def asks_of_year(advocate: Advocate, *, at: dt.datetime) -> int:
    return Touch.objects.filter(contact=advocate.contact_id, kind=TouchKind.ASK, at__gt=at - YEAR).count()
