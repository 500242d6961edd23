from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from advocacy import ambassadors, rewards
from advocacy.ambassadors import Cost, Month, Report, Verdict
from advocacy.enums import (
    AskAnswer,
    AskKind,
    AskStatus,
    ReferralStatus,
    RewardReason,
    RewardStatus,
    StoryStatus,
    StudyStatus,
)
from advocacy.models import Release, TierStanding
from surveys.analytics.flow import Series
from surveys.analytics.selection import Selection
from surveys.enums import Band, CampaignKind, QuestionKind, ReadyMade
from surveys.models import Campaign, Contact, QuestionAnswer
from surveys.scoring import Counts, Share
from tests import media
from tests.factories import (
    make_advocate,
    make_ask,
    make_campaign,
    make_contact,
    make_link,
    make_question,
    make_referral,
    make_response,
    make_reward,
    make_testimonial,
    make_tiers,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
YEAR = Selection(since=dt.date(2026, 1, 1), until=dt.date(2026, 11, 23))


def read(series: Series = Series.RELATIONAL) -> Report:
    return ambassadors.of(YEAR, series=series, at=NOW)


def answer(score: int, *, contact: Contact | None = None, at: dt.datetime = NOW - 9 * DAY, **fields: Any) -> Contact:
    person = contact or make_contact()
    make_response(contact=person, score=score, at=at, **fields)
    return person


def say(campaign: Campaign, score: int, value: str, *, contact: Contact | None = None) -> Contact:
    """An answer to the ready-made question, with its score."""
    person = contact or make_contact()
    response = make_response(campaign=campaign, contact=person, score=score, at=NOW - 9 * DAY)
    questions = campaign.questions.filter(ready_made=ReadyMade.RECOMMENDED)
    question = questions.first() or make_question(
        campaign=campaign, band=Band.PROMOTER, kind=QuestionKind.ONE, ready_made=ReadyMade.RECOMMENDED
    )
    QuestionAnswer.objects.create(response=response, question=question, value=value)
    return person


def bring(contact: Contact, *, at: dt.datetime = NOW - 8 * DAY, **fields: Any) -> None:
    advocate = make_advocate(contact=contact, response=None)
    make_referral(link=make_link(advocate=advocate), registered_at=at, **fields)


def test_nothing_is_nothing(django_assert_num_queries: Callable[[int], Any]) -> None:
    with django_assert_num_queries(10):
        found = read()

    assert (found.asked, found.months, found.costs, found.advocates) == ([], [], [], 0)
    assert found.stories == {"shown": 0, "published": 0, "expiring": 0, "withdrawn": 0}
    assert (found.verdict, found.difference, found.real_difference) == (Verdict.FEW, None, None)
    assert [(row.stated, row.real) for row in found.promoting] == [(Share(), Share())] * 3


@pytest.mark.parametrize("number", [1, 3])
def test_report_costs_ten_statements(number: int, django_assert_num_queries: Callable[[int], Any]) -> None:
    campaign = make_campaign()
    make_tiers()
    for _each in range(number):
        bring(say(campaign, 10, "0"), status=ReferralStatus.CONVERTED, converted_at=NOW - DAY)
        make_ask(status=AskStatus.DONE, at=NOW - DAY)

    with django_assert_num_queries(10):
        read()


def test_steps_count_everybody_the_highest_first() -> None:
    low, _middle, top = make_tiers()
    for tier, held in ((low, None), (top, None), (top, dt.date(2099, 1, 1))):
        TierStanding.objects.create(
            advocate=make_advocate(), tier=tier, points=1, since=dt.date(2026, 1, 1), held_until=held
        )
    make_advocate()

    found = read()

    assert [(str(step.label), step.n, step.held) for step in found.steps] == [
        ("Champion", 2, 1),
        ("Advocate", 0, 0),
        ("Supporter", 1, 0),
        ("No tier", 1, 0),
    ]
    assert found.advocates == 4


def test_yes_is_of_those_that_came_to_an_answer_or_to_none() -> None:
    at, kind = NOW - 40 * DAY, AskKind.CASE_STUDY
    for status, said in (
        (AskStatus.DONE, AskAnswer.YES),
        (AskStatus.DONE, AskAnswer.NONE),
        (AskStatus.SENT, AskAnswer.WILL),
        (AskStatus.SENT, AskAnswer.NONE),
        (AskStatus.DECLINED, AskAnswer.NOT_NOW),
        (AskStatus.EXPIRED, AskAnswer.NONE),
    ):
        make_ask(kind=kind, status=status, answer=said, at=at)
    make_ask(kind=kind, status=AskStatus.PLANNED, at=at)
    make_ask(kind=AskKind.BETA, status=AskStatus.DONE, at=NOW - 400 * DAY)

    (row,) = read().asked

    assert (row.kind, row.sent, row.yes, row.declined, row.silent, row.waiting) == (kind, 6, 3, 1, 1, 1)
    assert (row.share, row.done) == (Share(3, 5), 2)


def test_stories_published_and_soon_to_end() -> None:
    for days, status, published in (
        (400, StoryStatus.PUBLISHED, 10),
        (60, StoryStatus.PUBLISHED, 500),
        (-1, StoryStatus.PUBLISHED, 20),
        (400, StoryStatus.RECEIVED, None),
    ):
        story = make_testimonial(status=status, published_at=NOW - published * DAY if published else None)
        type(story.consent).objects.filter(pk=story.consent_id).update(at=NOW - 700 * DAY, expires_at=NOW + days * DAY)
    gone = make_testimonial(status=StoryStatus.WITHDRAWN, published_at=NOW - 30 * DAY)
    type(gone.consent).objects.filter(pk=gone.consent_id).update(at=NOW - 700 * DAY, withdrawn_at=NOW - DAY)

    assert read().stories == {"shown": 2, "published": 3, "expiring": 1, "withdrawn": 1}


def test_case_studies_are_counted_by_the_release_they_are_public_with() -> None:
    for days, published in ((400, 10), (60, 500), (-1, 20)):
        study = media.publish(media.make_study())
        type(study).objects.filter(pk=study.pk).update(published_at=NOW - published * DAY)
        Release.objects.filter(study=study).update(expires_at=NOW + days * DAY)
    gone = media.make_study(status=StudyStatus.WITHDRAWN)
    type(gone).objects.filter(pk=gone.pk).update(stage_at=NOW - DAY)
    media.make_study()

    assert read().studies == {"shown": 2, "published": 2, "expiring": 1, "withdrawn": 1}


def test_revenue_is_summed_by_month_each_currency_for_itself() -> None:
    october, november = (dt.datetime(2026, month, 3, 12, tzinfo=dt.UTC) for month in (10, 11))
    sold = {"status": ReferralStatus.CONVERTED, "registered_at": october}
    make_referral(**sold, converted_at=november, revenue=Decimal(1000), currency="EUR")
    make_referral(**sold, converted_at=november, revenue=Decimal("0.50"), currency="EUR")
    make_referral(**sold, converted_at=november, revenue=Decimal(300), currency="USD")
    make_referral(**sold, converted_at=october)
    make_referral(status=ReferralStatus.REJECTED, registered_at=october, revenue=Decimal(9), currency="EUR")
    make_referral(registered_at=dt.datetime(2025, 12, 31, 23, 59, tzinfo=dt.UTC))

    found = read()

    assert found.months == [
        Month(dt.date(2026, 11, 1), 0, 3, {"EUR": Decimal("1000.50"), "USD": Decimal(300)}),
        Month(dt.date(2026, 10, 1), 4, 1, {}, without=1),
    ]
    assert (found.revenue, found.came, found.customers) == ({"EUR": Decimal("1000.50"), "USD": Decimal(300)}, 4, 4)


def test_cost_of_one_outcome_is_read_from_the_ledger(alice: User) -> None:
    today = timezone.localdate()
    chosen = Selection(since=today, until=today)
    approved = {"status": RewardStatus.APPROVED}
    given = [make_reward(**approved, reason=reason) for reason in (RewardReason.SPEAKER, RewardReason.GOODWILL)]
    back = make_reward(**approved, reason=RewardReason.SPEAKER)
    for reward in (*given, back):
        rewards.issue(reward, by=alice)
    rewards.reverse(back, by=alice, reason="By mistake")
    for _each in range(3):
        make_ask(kind=AskKind.SPEAKER, status=AskStatus.DONE)

    found = ambassadors.of(chosen)

    assert found.costs == [
        Cost(RewardReason.SPEAKER, "EUR", Decimal(20), 2, 3),
        Cost(RewardReason.GOODWILL, "EUR", Decimal(20), 1, None),
    ]
    assert [cost.each for cost in found.costs] == [Decimal("6.67"), None]


def test_what_people_say_stands_beside_what_they_did() -> None:
    campaign = make_campaign()
    for number in range(6):
        person = say(campaign, 10, "0" if number < 4 else "1")
        if number < 2:
            bring(person)
    for _each in range(5):
        say(campaign, 3, "1")

    promoter, passive, detractor = read().promoting

    assert (promoter.stated, promoter.brought_of_yes, promoter.real, promoter.linked) == (
        Share(4, 6),
        2,
        Share(2, 6),
        2,
    )
    assert (passive.stated, passive.real) == (Share(0, 0), Share(0, 0))
    assert (detractor.stated, detractor.real, detractor.hides_stated) == (Share(0, 5), Share(0, 5), False)


def test_the_latest_answer_of_each_contact_counts_once() -> None:
    person = answer(2, at=NOW - 30 * DAY)
    answer(10, contact=person, at=NOW - 3 * DAY)
    answer(8, contact=person, at=NOW - 900 * DAY)
    bring(person, at=NOW - 500 * DAY)

    found = read()

    assert [row.real for row in found.promoting] == [Share(0, 1), Share(), Share()]
    assert found.others == Counts(promoters=1)


def test_rejected_referral_brought_nobody() -> None:
    bring(answer(10), status=ReferralStatus.REJECTED)

    assert read().promoting[0].real == Share(0, 1)


def test_few_are_hidden_and_what_could_be_had_by_a_subtraction_too() -> None:
    for score, number in ((10, 7), (8, 6), (3, 2)):
        for _each in range(number):
            answer(score)

    assert [row.hides_real for row in read().promoting] == [False, True, True]


@pytest.mark.parametrize(
    ("promoters", "others", "verdict"),
    [(20, 0, Verdict.MORE), (0, 20, Verdict.LESS), (2, 2, Verdict.UNCLEAR)],
)
def test_promoters_and_others_are_compared(promoters: int, others: int, verdict: Verdict) -> None:
    for score, number in ((10, promoters), (4, others)):
        for each in range(30):
            person = answer(score)
            if each < number:
                bring(person)

    assert read().verdict == verdict


def test_score_of_those_who_came_by_a_referral_stands_beside_all_others() -> None:
    for score in (10, 10, 9, 8, 3):
        customer = answer(score)
        make_referral(customer=customer, status=ReferralStatus.CONVERTED, converted_at=NOW - 90 * DAY)
    for score in (10, 7, 0):
        answer(score)
    registered = answer(9)
    make_referral(customer=registered)

    found = read()

    assert (found.referred, found.others) == (Counts(3, 1, 1), Counts(2, 1, 1))
    assert found.difference is not None
    assert found.difference.significant is None


def test_series_are_never_in_one_figure() -> None:
    answer(10)
    answer(2, campaign=make_campaign(kind=CampaignKind.EVENT))

    assert (read().others, read(Series.TRANSACTIONAL).others) == (Counts(promoters=1), Counts(detractors=1))
