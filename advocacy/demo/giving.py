"""Word of mouth at Aurora: personal links, whom they brought, and what both sides were given for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from advocacy import referrals, trail
from advocacy.demo.names import GIFTS, Stage
from advocacy.enums import (
    ReferralSign,
    ReferralStatus,
    RewardKind,
    RewardReason,
    RewardSide,
    RewardStatus,
    StoryStatus,
)
from advocacy.models import (
    Advocate,
    Budget,
    GiftCode,
    LedgerEntry,
    Referral,
    ReferralFlag,
    ReferralLink,
    ReferralOffer,
    Reward,
    RewardItem,
    Testimonial,
)
from advocacy.models.referrals import ATTRIBUTION
from surveys import texts
from surveys.models import Brand, Contact

VOUCHER, HALF, MUG, FUND, CARD = GIFTS
ITEMS: tuple[tuple[str, RewardKind, int, str], ...] = (
    (VOUCHER, RewardKind.GIFT_CARD, 20, "Got a voucher from Aurora."),
    (HALF, RewardKind.DISCOUNT, 35, ""),
    (MUG, RewardKind.MERCHANDISE, 9, "Got a mug from Aurora."),
    (FUND, RewardKind.DONATION, 25, "Aurora gave to a fund of their choice."),
    (CARD, RewardKind.NOTE, 0, ""),
)
CODES, LINKS = 12, 4
HOLD = dt.timedelta(days=30)


@dataclass(frozen=True)
class Came:
    """Somebody came by a link: by which, who, how long ago, and how it went on."""

    link: int
    status: ReferralStatus
    days: int
    name: str = ""
    email: str = ""
    company: str = ""
    signs: tuple[ReferralSign, ...] = ()
    is_handed_over: bool = False


S = ReferralStatus
CAME = (
    Came(0, S.INVITED, 2, "Oriol Puig", "oriol.puig@tallerdelcafe.example.org"),
    Came(0, S.REGISTERED, 3, "Lena Fuchs", "lena.fuchs@kleinroesterei.example.org", "Kleinrösterei Fuchs"),
    Came(1, S.REGISTERED, 1, "Hana Vrba", "hana@mailinator.com", signs=(ReferralSign.DISPOSABLE,)),
    Came(1, S.REGISTERED, 4, "سلمى حداد", "salma@maqha.example.org", "مقهى الركن", (ReferralSign.NETWORK,)),
    Came(2, S.QUALIFIED, 6, "Ingrid Moe", "ingrid.moe@fjordkafe.example.org", "Fjordkafé"),
    Came(0, S.QUALIFIED, 12, "Teo Marin", "teo.marin@hotelmarin.example.org", "Hotel Marin", is_handed_over=True),
    Came(3, S.CONVERTED, 15, "", "", is_handed_over=True),
    Came(2, S.CONVERTED, 70, "", "", is_handed_over=True),
    Came(0, S.CONVERTED, 75, "", "", is_handed_over=True),
    Came(3, S.REJECTED, 20, "Marc Dubois", "marc.dubois@bureau.example.org", "Bureau Dubois"),
    Came(1, S.EXPIRED, 120),
)


@dataclass
class Till:
    """What the scenes of this module share."""

    stage: Stage
    budget: Budget
    items: dict[str, RewardItem]
    codes: list[GiftCode]
    made: list[Reward] = field(default_factory=list)


def give(stage: Stage) -> None:
    brand = next(iter(stage.campaigns.values())).brand
    till = _set_up(stage, brand)
    fitting = Advocate.objects.filter(contact__in=stage.contacts, do_not_ask=False, forbids_gifts=False)
    advocates = list(fitting.filter(paused_until=None).select_related("contact").order_by("pk")[: LINKS + 4])
    links = [_link(stage, advocate) for advocate in advocates[:LINKS]]
    taken = set(Advocate.objects.filter(contact__in=stage.contacts).values_list("contact", flat=True))
    taken |= set(Referral.objects.filter(customer__in=stage.contacts).values_list("customer", flat=True))
    free = sorted((one for one in stage.contacts if one.pk not in taken), key=lambda one: one.email)
    for came in sorted(CAME, key=lambda one: -one.days):
        _come(till, links[came.link], came, free)
    _give_for_deeds(till, [advocate.contact for advocate in advocates[LINKS:]], brand)


def _set_up(stage: Stage, brand: Brand) -> Till:
    items = {
        name: RewardItem.objects.create(
            name=name, kind=kind, amount=amount, currency="EUR", disclosure=disclosure, has_codes=name == VOUCHER
        )
        for name, kind, amount, disclosure in ITEMS
    }
    budget = Budget.objects.create(
        name=f"Advocates {stage.today.year}",
        starts_on=stage.today - dt.timedelta(days=180),
        ends_on=stage.today + dt.timedelta(days=185),
        currency="EUR",
        amount=600,
        approval_limit=30,
        yearly_ceiling=150,
    )
    offer = ReferralOffer.objects.create(
        brand=brand, writer="Tom Okafor", advocate_item=items[VOUCHER], lead_item=items[HALF]
    )
    codes = [GiftCode(item=items[VOUCHER], code=f"AURORA-{_letters(stage, 8).upper()}") for _each in range(CODES)]
    stage.made += [*items.values(), budget, offer]
    return Till(stage, budget, items, GiftCode.objects.bulk_create(codes))


def _letters(stage: Stage, number: int) -> str:
    return "".join(stage.chance.choices(referrals.ALPHABET, k=number))


def _link(stage: Stage, advocate: Advocate) -> ReferralLink:
    code = _letters(stage, referrals.LENGTH)
    return ReferralLink.objects.create(advocate=advocate, code=code, created_at=stage.ago(days=130))


# ----------------------------------------------------------------------------------------------------------- referrals


def _come(till: Till, link: ReferralLink, came: Came, free: list[Contact]) -> None:
    stage, at = till.stage, till.stage.ago(days=came.days, hours=-11)
    customer = free.pop() if came.status == S.CONVERTED else None
    email = customer.email if customer else came.email or f"gone{came.days}@example.org"
    known = came.status != S.EXPIRED
    handed_over_at = at + dt.timedelta(days=2) if came.is_handed_over else None
    converted_at = at + dt.timedelta(days=5) if customer else None
    row = Referral.objects.create(
        link=link,
        name=(customer.name if customer else came.name) if known else "",
        email=email if known else "",
        company=came.company,
        language="en" if known else "",
        person_hash=referrals.hash_of(email),
        consent_text=_agreed(link) if known and came.status != S.INVITED else "",
        status=came.status,
        invited_at=at if came.status == S.INVITED else None,
        registered_at=None if came.status == S.INVITED else at,
        converted_at=converted_at,
        handed_over_at=handed_over_at,
        customer=customer,
        created_at=at,
    )
    ReferralFlag.objects.bulk_create(ReferralFlag(referral=row, sign=sign) for sign in came.signs)
    _note(stage, row, at)
    if converted_at and customer:
        _reward_both(till, row, customer, converted_at)


def _agreed(link: ReferralLink) -> str:
    words = texts.Words("en", "referral", values={"company": "Aurora", "name": "Tom Okafor"})
    return f"{words.plain('agree')}. {words.plain('agree_text')}"


def _note(stage: Stage, row: Referral, at: dt.datetime) -> None:
    by, day = stage.users["nora.lindqvist"], dt.timedelta(days=1)
    if row.status == S.INVITED:
        stage.note(row, at, went_to=S.INVITED, by=by)
        return
    stage.note(row, at, went_to=S.REGISTERED)
    if row.status in (S.QUALIFIED, S.CONVERTED):
        stage.note(row, at + day, came_from=S.REGISTERED, went_to=S.QUALIFIED, by=by)
    if row.handed_over_at:
        stage.note(row, row.handed_over_at, by=by, reason=trail.HANDED_OVER)
    if row.converted_at:
        stage.note(row, row.converted_at, came_from=S.QUALIFIED, went_to=S.CONVERTED, by=by)
    if row.status == S.REJECTED:
        stage.note(row, at + 3 * day, came_from=S.REGISTERED, went_to=S.REJECTED, by=by, reason="Sells to us already")
    if row.status == S.EXPIRED:
        stage.note(row, at + ATTRIBUTION, came_from=S.REGISTERED, went_to=S.EXPIRED, reason=trail.WINDOW_OVER)


def _reward_both(till: Till, row: Referral, customer: Contact, at: dt.datetime) -> None:
    """Both wait out their hold; those of an older referral are over it, each a step further than the other."""
    is_old = at + HOLD < till.stage.midnight
    statuses = (RewardStatus.PENDING, RewardStatus.PENDING)
    if is_old:
        is_last = any(reward.side == RewardSide.LEAD and reward.issued_at for reward in till.made)
        statuses = (
            (RewardStatus.APPROVED, RewardStatus.REVERSED) if is_last else (RewardStatus.FULFILLED, RewardStatus.ISSUED)
        )
    both = ((RewardSide.ADVOCATE, row.contact, VOUCHER), (RewardSide.LEAD, customer, HALF))
    for (side, contact, name), status in zip(both, statuses, strict=True):
        if contact:
            key = f"referral {row.pk} {side.value} converted"
            more: dict[str, Any] = {"referral": row, "side": side, "hold_until": at + HOLD, "key": key}
            _reward(till, contact, name, status, at=at, reason=RewardReason.REFERRAL, **more)


# ------------------------------------------------------------------------------------------------------------- rewards


def _give_for_deeds(till: Till, people: list[Contact], brand: Brand) -> None:
    """For what was done otherwise: one that anybody may approve now, one that was not given, and one that is told
    beside the words of whoever got it."""
    deeds = (
        (FUND, RewardReason.REFERENCE_CALL, RewardStatus.PENDING, 2, "Spoke to a hotel for half an hour"),
        (MUG, RewardReason.SPEAKER, RewardStatus.PENDING, 4, "Spoke at the spring fair"),
        (MUG, RewardReason.BETA, RewardStatus.VOID, 30, "Tried the new app for a week"),
        (CARD, RewardReason.GOODWILL, RewardStatus.FULFILLED, 25, "Lent a machine to a neighbour"),
    )
    for number, (contact, (name, reason, status, days, note)) in enumerate(zip(people, deeds, strict=False)):
        at = till.stage.ago(days=days, hours=-10)
        _reward(till, contact, name, status, at=at, reason=reason, note=note, key=f"demo {number} {contact.pk}")
    shown = Testimonial.objects.filter(brand=brand, status=StoryStatus.PUBLISHED, contact__in=till.stage.contacts)
    for story in shown.select_related("contact").order_by("pk")[:1]:
        said = {
            "reason": RewardReason.TESTIMONIAL,
            "note": "For words on our own wall",
            "key": f"demo words {story.pk}",
        }
        _reward(till, story.contact, MUG, RewardStatus.FULFILLED, at=till.stage.ago(days=40, hours=-10), **said)


STEPS: dict[RewardStatus, tuple[RewardStatus, ...]] = {
    RewardStatus.PENDING: (),
    RewardStatus.APPROVED: (RewardStatus.APPROVED,),
    RewardStatus.ISSUED: (RewardStatus.APPROVED, RewardStatus.ISSUED),
    RewardStatus.FULFILLED: (RewardStatus.APPROVED, RewardStatus.ISSUED, RewardStatus.FULFILLED),
    RewardStatus.REVERSED: (RewardStatus.APPROVED, RewardStatus.ISSUED, RewardStatus.REVERSED),
    RewardStatus.VOID: (RewardStatus.VOID,),
}


def _reward(
    till: Till, contact: Contact, name: str, status: RewardStatus, *, at: dt.datetime, key: str, **fields: Any
) -> None:
    """A reward as it would stand after its steps, a day each once its hold is over, with its lines of the ledger."""
    stage, item = till.stage, till.items[name]
    proposer, second = stage.users["nora.lindqvist"], stage.users["admin"]
    steps = STEPS[status]
    begun = (fields.get("hold_until") or at) + dt.timedelta(hours=1)
    moments = [begun + dt.timedelta(days=number) for number in range(len(steps))]
    when = dict(zip(steps, moments, strict=True))
    is_paid = RewardStatus.APPROVED in when and item.amount
    row = Reward.objects.create(
        contact=contact,
        item=item,
        kind=item.kind,
        amount=item.amount,
        currency=item.currency,
        status=status,
        budget=till.budget if is_paid else None,
        idempotency_key=key,
        proposed_by=proposer,
        approved_by=second if RewardStatus.APPROVED in when else None,
        issued_at=when.get(RewardStatus.ISSUED),
        fulfilled_at=when.get(RewardStatus.FULFILLED),
        created_at=at,
        **fields,
    )
    till.made.append(row)
    stage.note(row, at, went_to=RewardStatus.PENDING, by=proposer, reason=row.note)
    came_from = RewardStatus.PENDING
    for step, moment in when.items():
        reason = {RewardStatus.VOID: "Moved away meanwhile", RewardStatus.REVERSED: "The machine was sent back"}
        stage.note(row, moment, came_from=came_from, went_to=step, by=second, reason=reason.get(step, ""))
        came_from = step
    if issued_at := when.get(RewardStatus.ISSUED):
        _book(till, row, item.amount, issued_at)
        if item.has_codes:
            code = till.codes.pop()
            GiftCode.objects.filter(pk=code.pk).update(reward=row, drawn_at=issued_at)
    if reversed_at := when.get(RewardStatus.REVERSED):
        _book(till, row, -item.amount, reversed_at)


def _book(till: Till, row: Reward, amount: Decimal | int, at: dt.datetime) -> None:
    if amount:
        by = till.stage.users["admin"]
        LedgerEntry.objects.create(reward=row, budget=till.budget, amount=amount, currency="EUR", by=by, at=at)
