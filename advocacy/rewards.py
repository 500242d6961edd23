"""Rewards: propose, approve, issue once, hand out, and take back. What they cost are lines of the ledger.

Nothing is ever given for a score, an answer or a public review: there is no reason for it to choose. Verbs that take
`seen` refuse, with Changed, what was decided on an old picture. Whoever issues locks in one order: the reward, the
person, the budget, a code.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum, TextChoices, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advocacy import trail, wall
from advocacy.enums import GIVEN_REWARD_STATUSES, NO_GIFTS, REWARD_MOVES, RewardReason, RewardSide, RewardStatus
from advocacy.models import Advocate, Budget, GiftCode, LedgerEntry, Referral, Reward, RewardItem
from advocacy.models.rewards import NOTHING
from surveys.enums import MESSAGE_MOVES, MessageStatus, Promise, Purpose
from surveys.models import Contact, Message
from surveys.transitions import WrongState, move, move_many, record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User

HOLD = dt.timedelta(days=30)
YEAR = dt.timedelta(days=365)
LONGEST_CODE = 100
LETTER, PRIORITY = "reward_code", 30


# -------------------------------------------------------------------------------------------------------------- lists


class RewardView(TextChoices):
    """The views of the rewards; the value stands in the URL."""

    PENDING = "pending", gettext_lazy("Pending")
    APPROVED = "approved", gettext_lazy("Approved")
    ISSUED = "issued", gettext_lazy("Issued")
    FULFILLED = "fulfilled", gettext_lazy("Fulfilled")
    ENDED = "ended", gettext_lazy("Void or reversed")


def rewards_of(view: RewardView) -> QuerySet[Reward]:
    if view == RewardView.ENDED:
        return Reward.objects.filter(status__in=[RewardStatus.VOID, RewardStatus.REVERSED])
    return Reward.objects.filter(status=view.value)


def unbalanced() -> QuerySet[Reward]:
    """Rewards whose lines do not add up to what was given; there should be none."""
    total = Coalesce(Sum("entries__amount"), Value(NOTHING))
    rows = Reward.objects.annotate(booked=total)
    is_given = Q(status__in=GIVEN_REWARD_STATUSES)
    return rows.filter((is_given & ~Q(booked=F("amount"))) | (~is_given & ~Q(booked=NOTHING)))


def given_in_a_year(contact: Contact, currency: str, *, at: dt.datetime) -> Decimal:
    """What one person has got in 365 days; what was taken back counts not."""
    lines = LedgerEntry.objects.filter(reward__contact=contact, currency=currency, reward__issued_at__gt=at - YEAR)
    total: Decimal | None = lines.aggregate(total=Sum("amount"))["total"]
    return total or NOTHING


# ------------------------------------------------------------------------------------------------------------ proposing


def propose(
    contact: Contact,
    item: RewardItem,
    *,
    reason: RewardReason,
    key: str,
    by: User | None,
    note: str = "",
    referral: Referral | None = None,
    side: RewardSide = RewardSide.ADVOCATE,
    hold_until: dt.datetime | None = None,
) -> Reward:
    """One reward for one key: whoever comes a second time gets the same. Raises WrongState for what is not given."""
    if not item.is_active:
        raise WrongState(_("Not proposed: %(name)s is not given any more.") % {"name": item})
    if item.amount < 0:
        raise WrongState(_("Not proposed: nothing costs less than nothing."))
    try:
        Reward(note=note).refuse()
    except ValidationError as refusal:
        raise WrongState(_("Not proposed: %(reason)s") % {"reason": refusal.messages[0]}) from refusal
    with transaction.atomic():
        reward, is_new = Reward.objects.get_or_create(
            idempotency_key=key,
            defaults={
                "contact": contact,
                "item": item,
                "kind": item.kind,
                "amount": item.amount,
                "currency": item.currency,
                "reason": reason,
                "note": note,
                "referral": referral,
                "side": side,
                "hold_until": hold_until,
                "proposed_by": by,
            },
        )
        if is_new:
            record(reward, went_to=RewardStatus.PENDING, by=by, reason=note)
        return reward


# ------------------------------------------------------------------------------------------------------------ approving


def approve(reward: Reward, *, budget: Budget | None, by: User, reason: str = "", seen: str = "") -> None:
    """Say that it may be given, from a budget; above its limit, whoever proposed it cannot. Raises WrongState."""
    with transaction.atomic():
        trail.lock(reward, seen=seen)
        if reward.status != RewardStatus.PENDING:
            raise WrongState(_("Not approved: it is not pending."))
        if reward.hold_until and reward.hold_until > timezone.now():
            day = date_format(timezone.localtime(reward.hold_until), "j M Y H:i")
            raise WrongState(_("Not approved: it is on hold until %(day)s.") % {"day": day})
        _check_gifts(reward, _("Not approved: the employer forbids gifts."))
        paid_from = _fitting(reward, budget)
        if paid_from and reward.amount > paid_from.approval_limit and by.pk == reward.proposed_by_id:
            limit = f"{paid_from.approval_limit} {paid_from.currency}"
            raise WrongState(_("Not approved: above %(limit)s a second person decides.") % {"limit": limit})
        move(reward, REWARD_MOVES, RewardStatus.APPROVED, by=by, reason=reason, budget=paid_from, approved_by=by)


def _fitting(reward: Reward, budget: Budget | None) -> Budget | None:
    """The budget it is paid from; what costs nothing needs none."""
    if not reward.amount:
        return None
    if budget is None:
        raise WrongState(_("Not approved: choose the budget it is paid from."))
    if budget.currency != reward.currency:
        said = {"budget": budget.currency, "reward": reward.currency}
        raise WrongState(_("Not approved: the budget is in %(budget)s, the reward in %(reward)s.") % said)
    return budget


def _check_gifts(reward: Reward, refusal: str) -> None:
    forbidden = Advocate.objects.filter(contact=reward.contact_id, forbids_gifts=True)
    if reward.kind not in NO_GIFTS and reward.contact_id and forbidden.exists():
        raise WrongState(refusal)


# -------------------------------------------------------------------------------------------------------------- issuing


def issue(reward: Reward, *, by: User, seen: str = "") -> None:
    """Give it, once: whoever presses a second time changes nothing. Raises WrongState, saying which rule refuses."""
    with transaction.atomic():
        trail.lock(reward)
        if reward.is_given:
            return
        trail.check(reward, seen=seen)
        if reward.status != RewardStatus.APPROVED:
            raise WrongState(_("Not issued: it is not approved."))
        person = Contact.objects.select_for_update().filter(pk=reward.contact_id or 0).first()
        if person is None:
            raise WrongState(_("Not issued: the person was erased."))
        _check_gifts(reward, _("Not issued: the employer forbids gifts."))
        now = timezone.now()
        move(reward, REWARD_MOVES, RewardStatus.ISSUED, by=by, issued_at=now)
        if reward.amount:
            _charge(reward, person, by=by, at=now)
        if reward.item.has_codes:
            _draw(reward, at=now)
            _send_code(reward, person, at=now)
        wall.changed()  # what somebody got stands beside their words


def _charge(reward: Reward, person: Contact, *, by: User, at: dt.datetime) -> None:
    """Write the line of the ledger, if budget and ceiling have room for it."""
    budget = Budget.objects.select_for_update().filter(pk=reward.budget_id or 0).first()
    today = timezone.localdate(at, timezone.get_default_timezone())
    if budget is None or budget.currency != reward.currency:
        raise WrongState(_("Not issued: its budget is in another currency."))
    if not budget.starts_on <= today <= budget.ends_on:
        raise WrongState(_("Not issued: the budget %(name)s does not run today.") % {"name": budget})
    if reward.amount > budget.left:
        left = f"{budget.left} {budget.currency}"
        raise WrongState(
            _("Not issued: only %(left)s is left in the budget %(name)s.") % {"left": left, "name": budget}
        )
    if given_in_a_year(person, reward.currency, at=at) + reward.amount > budget.yearly_ceiling:
        ceiling = f"{budget.yearly_ceiling} {budget.currency}"
        raise WrongState(_("Not issued: nobody gets more than %(ceiling)s in a year.") % {"ceiling": ceiling})
    _write(reward, budget, reward.amount, by=by, at=at)


def _write(reward: Reward, budget: Budget, amount: Decimal, *, by: User, at: dt.datetime) -> None:
    LedgerEntry.objects.create(reward=reward, budget=budget, amount=amount, currency=reward.currency, by=by, at=at)


def _draw(reward: Reward, *, at: dt.datetime) -> None:
    """Take the next free code, past those that others are just taking."""
    free = GiftCode.objects.select_for_update(skip_locked=True).free()
    code = free.filter(item=reward.item_id).order_by("pk").first()
    if code is None:
        said = {"name": reward.item}
        raise WrongState(_("Not issued: no code of %(name)s is left. Add some to its pool.") % said)
    code.reward, code.drawn_at = reward, at
    code.save(update_fields=["reward", "drawn_at"])


def _send_code(reward: Reward, person: Contact, *, at: dt.datetime) -> None:
    """The letter with the code, in the transaction that draws it: both are there once, or neither."""
    if not person.email:
        return
    reward.message = Message.objects.create(
        letter=LETTER,
        purpose=Purpose.SERVICE,
        promise=Promise.AT_LEAST_ONCE,
        priority=PRIORITY,
        contact=person,
        address_hash=person.address_hash,
        not_before=at,
        created_at=at,
    )
    reward.save(update_fields=["message"])


# ------------------------------------------------------------------------------------------------------ what follows


def fulfil(reward: Reward, *, by: User, reason: str = "", seen: str = "") -> None:
    """The person has it."""
    with transaction.atomic():
        trail.lock(reward, seen=seen)
        if reward.status != RewardStatus.ISSUED:
            raise WrongState(_("Not noted: it is not issued."))
        move(reward, REWARD_MOVES, RewardStatus.FULFILLED, by=by, reason=reason, fulfilled_at=timezone.now())


def void(reward: Reward, *, by: User, reason: str, seen: str = "") -> None:
    """It is not given after all. What was given already is reversed instead."""
    with transaction.atomic():
        trail.lock(reward, seen=seen)
        if reward.status not in (RewardStatus.PENDING, RewardStatus.APPROVED):
            raise WrongState(_("Not voided: it is given already, or over. Reverse what was given."))
        move(reward, REWARD_MOVES, RewardStatus.VOID, by=by, reason=reason)


def reverse(reward: Reward, *, by: User, reason: str, seen: str = "") -> None:
    """Take it back, with a line of the ledger that makes up for the first. Its code is not drawn again."""
    with transaction.atomic():
        trail.lock(reward, seen=seen)
        if not reward.is_given:
            raise WrongState(_("Not reversed: it is not given."))
        move(reward, REWARD_MOVES, RewardStatus.REVERSED, by=by, reason=reason)
        if reward.amount and reward.budget:
            _write(reward, reward.budget, -reward.amount, by=by, at=timezone.now())
        if reward.message_id:  # a code that has not left yet does not leave
            move_many(
                Message.objects.filter(pk=reward.message_id),
                MESSAGE_MOVES,
                MessageStatus.CANCELLED,
                claim_id=None,
                lease_until=None,
                error="the reward was taken back",
            )
        wall.changed()


# ----------------------------------------------------------------------------------------------------------- the pool


def add_codes(item: RewardItem, codes: Iterable[str]) -> int:
    """Fill the pool; those it has are passed over. How many are new."""
    wanted = dict.fromkeys(code.strip() for code in codes)
    rows = [GiftCode(item=item, code=code) for code in wanted if 0 < len(code) <= LONGEST_CODE]
    with transaction.atomic():
        before = GiftCode.objects.filter(item=item).count()
        GiftCode.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
        return GiftCode.objects.filter(item=item).count() - before


def pools() -> QuerySet[Any]:
    """The catalogue with how many codes each thing has left."""
    free = Coalesce(Sum(Value(1), filter=Q(codes__isnull=False, codes__reward__isnull=True)), Value(0))
    rows: QuerySet[Any] = RewardItem.objects.annotate(free=free).order_by("name")
    return rows
