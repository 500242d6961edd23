"""Whom Aurora's promoters bring, what they say of it when asked, and the tiers that come of all they do."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from decimal import Decimal

from advocacy import referrals, tiers, trail
from advocacy.demo.catalogue import TWICE
from advocacy.demo.names import BATCH, Stage
from advocacy.demo.past import Answer
from advocacy.enums import AdvocateChange, ReferralStatus
from advocacy.models import Advocate, Referral, ReferralLink, TierStanding
from surveys.enums import Band, QuestionKind, ReadyMade
from surveys.models import Contact, Event, Question, QuestionAnswer

# Of a hundred of each band who are asked so many say that they have recommended us.
SAY_YES = {Band.PROMOTER: 64, Band.PASSIVE: 27, Band.DETRACTOR: 6}
LINKS, CUSTOMERS, QUALIFIED, CAME = 40, 45, 8, 12
MONEY = ((Decimal(480), "EUR"), (Decimal(1260), "EUR"), (Decimal(2900), "EUR"), (Decimal(900), "USD"), (None, ""))
A_YEAR = dt.timedelta(days=330)
DAY = dt.timedelta(days=1)


def spread_the_word(stage: Stage, answers: list[Answer]) -> None:
    chance = random.Random(len(answers))  # noqa: S311 - the same demo every time, and the rest of it as it was
    _ask(stage, answers, chance)
    lately = [one for one in answers if one.at > stage.midnight - A_YEAR]
    fans = {one.contact.pk: one.contact for one in lately if one.band == Band.PROMOTER}
    without = Advocate.objects.filter(contact__in=list(fans)[:LINKS], links=None)
    advocates = without.select_related("contact").order_by("pk")
    links = [
        ReferralLink(
            advocate=advocate,
            code=f"aurora{number:02}",
            token=uuid.UUID(int=chance.getrandbits(128), version=4),
            created_at=stage.midnight - A_YEAR - DAY,
        )
        for number, advocate in enumerate(advocates)
    ]
    ReferralLink.objects.bulk_create(links)
    people = {one.contact.pk: one.contact for one in lately if one.contact.email and one.contact.pk not in fans}
    people |= {pk: contact for pk, contact in list(fans.items())[LINKS:] if contact.email}
    came = set(Referral.objects.values_list("person_hash", flat=True))
    new = [contact for contact in people.values() if referrals.hash_of(contact.email) not in came]
    if links:
        _bring(stage, links, new, chance)


def _ask(stage: Stage, answers: list[Answer], chance: random.Random) -> None:
    """The ready-made question on every page of the survey of everybody; two of three answer it."""
    said = [one for one in answers if one.response.campaign_id == stage.campaigns[TWICE].pk]
    questions = {
        band: Question(
            campaign=stage.campaigns[TWICE], band=band, kind=QuestionKind.ONE, ready_made=ReadyMade.RECOMMENDED
        )
        for band in Band
    }
    Question.objects.bulk_create(questions.values())
    rows = []
    for one in said:
        if chance.random() < 0.67:
            value = "0" if chance.randrange(100) < SAY_YES[one.band] else "1"
            rows.append(QuestionAnswer(response=one.response, question=questions[one.band], value=value))
    QuestionAnswer.objects.bulk_create(rows, batch_size=BATCH)


def _bring(stage: Stage, links: list[ReferralLink], people: list[Contact], chance: random.Random) -> None:
    chance.shuffle(people)
    wanted = [ReferralStatus.CONVERTED] * CUSTOMERS + [ReferralStatus.QUALIFIED] * QUALIFIED
    rows = [
        _referral(stage, chance, link=chance.choice(links), person=person, status=status)
        for person, status in zip(people, [*wanted, *([ReferralStatus.REGISTERED] * CAME)], strict=False)
    ]
    Referral.objects.bulk_create(rows, batch_size=BATCH)
    by = stage.users["nora.lindqvist"]
    for row in rows:
        came = row.registered_at or stage.midnight
        stage.note(row, came, went_to=ReferralStatus.REGISTERED)
        if row.status != ReferralStatus.REGISTERED:
            stage.note(row, came + 2 * DAY, came_from="registered", went_to=ReferralStatus.QUALIFIED, by=by)
        if row.converted_at:
            stage.note(row, row.converted_at, came_from="qualified", went_to=ReferralStatus.CONVERTED, by=by)


def _referral(
    stage: Stage, chance: random.Random, *, link: ReferralLink, person: Contact, status: ReferralStatus
) -> Referral:
    is_customer = status == ReferralStatus.CONVERTED
    longest = 320 if is_customer else 60
    came = stage.ago(days=chance.randrange(25, longest), hours=-11)
    revenue, currency = chance.choice(MONEY) if is_customer else (None, "")
    return Referral(
        link=link,
        name=person.name,
        email=person.email,
        language=person.language,
        person_hash=referrals.hash_of(person.email),
        status=status,
        registered_at=came,
        converted_at=came + chance.randrange(4, 20) * DAY if is_customer else None,
        customer=person if is_customer else None,
        revenue=revenue,
        currency=currency,
        created_at=came,
    )


def climb(stage: Stage) -> None:
    """Where each advocate stands by the eve of today. It reads what was noted, so it comes after the notes."""
    eve = stage.today - DAY
    steps, found = tiers.ladder(), tiers.earned(eve)
    people = Advocate.objects.filter(pk__in=found, contact__in=stage.contacts).select_related("contact").order_by("pk")
    rows, told = [], len(stage.events)
    for advocate in people:
        number = found[advocate.pk]
        tier = next((step for step in steps if step.points <= number), None)
        rows.append(TierStanding(advocate=advocate, tier=tier, points=number, since=eve if tier else None))
        if tier:
            reason = trail.of_tier(tier.name, number)
            stage.note(advocate, stage.ago(hours=8), went_to=AdvocateChange.TIER_UP, reason=reason)
    TierStanding.objects.bulk_create(rows, batch_size=BATCH)
    Event.objects.bulk_create(stage.events[told:], batch_size=BATCH)
