"""Asked once more when the throttle allows; and what came of telling people."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from advocacy import lifting
from advocacy.enums import DraftStatus, FixStatus
from advocacy.models import Announcement, Draft, Fix
from surveys.enums import Band, CampaignKind, CampaignStatus, TouchKind
from surveys.models import Campaign, Touch
from tests.factories import (
    make_announcement,
    make_campaign,
    make_draft,
    make_fix,
    make_request,
    make_response,
    make_user,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def make_told(**fields: Any) -> Draft:
    """Somebody who was thanked a month ago, by a campaign that may ask again."""
    campaign = fields.pop("campaign", None) or make_event_campaign()
    announcement = make_announcement(ask_with=campaign)
    values = {"status": DraftStatus.SENT, "decided_at": timezone.now() - 30 * DAY, "decided_by": make_user()}
    return make_draft(announcement=announcement, **{**values, **fields})


def make_event_campaign(**fields: Any) -> Campaign:
    values = {"kind": CampaignKind.EVENT, "status": CampaignStatus.ACTIVE, "activated_at": timezone.now()}
    return make_campaign(**{**values, **fields})


def test_who_was_thanked_is_asked_once() -> None:
    draft = make_told()

    given = [lifting.ask_again(), lifting.ask_again()]

    draft.refresh_from_db()
    assert given == [1, 0]
    assert draft.asked_at is not None
    assert draft.invitation is not None
    assert draft.invitation.contact == draft.contact


def test_two_weeks_pass_before_the_question() -> None:
    make_told(decided_at=timezone.now() - 13 * DAY)

    assert lifting.ask_again() == 0


def test_who_may_not_be_asked_yet_waits_and_leaves_no_row() -> None:
    draft = make_told()
    Touch.objects.create(contact=draft.contact, kind=TouchKind.INVITATION, at=timezone.now() - 80 * DAY)

    now = lifting.ask_again()
    later = lifting.ask_again(at=timezone.now() + 11 * DAY)

    assert (now, later) == (0, 1)


@pytest.mark.parametrize("status", [DraftStatus.WAITING, DraftStatus.SKIPPED, DraftStatus.STOPPED])
def test_who_was_not_told_is_not_asked(status: DraftStatus) -> None:
    make_told(status=status, reason="x")

    assert lifting.ask_again() == 0


def test_campaign_that_rests_asks_nobody() -> None:
    make_told(campaign=make_event_campaign(status=CampaignStatus.PAUSED))

    assert lifting.ask_again() == 0
    assert Announcement.objects.count() == 1


# ---------------------------------------------------------------------------------------------------------- conversion


def make_asked(fix: Fix, before: int, *after: int, told: bool = True) -> None:
    """Asked sixty days ago, told thirty days ago or not, and answered since in this order."""
    now = timezone.now()
    response = make_response(score=before, at=now - 60 * DAY)
    make_request(response=response, fix=fix, kind="problem", told_at=now - 30 * DAY if told else None)
    for number, score in enumerate(after):
        make_response(contact=response.contact, score=score, at=now - (20 - number) * DAY)


@pytest.fixture
def fix(db: None) -> Fix:
    return make_fix(status=FixStatus.SHIPPED, shipped_at=timezone.now() - 31 * DAY)


def test_first_settled_answer_afterwards_counts(fix: Fix) -> None:
    make_asked(fix, 8, 9, 2)
    make_asked(fix, 8, 7)
    make_asked(fix, 8)
    make_asked(fix, 9, 8)

    told = lifting.of_fix(fix).told

    assert dict(told.pairs) == {
        (Band.PASSIVE, Band.PROMOTER): 1,
        (Band.PASSIVE, Band.PASSIVE): 1,
        (Band.PROMOTER, Band.PASSIVE): 1,
    }
    assert (told.people, told.n, told.lifted, told.dropped, told.share) == (4, 3, 1, 1, None)


def test_answer_that_is_not_settled_does_not_count(fix: Fix) -> None:
    make_asked(fix, 8)
    contact = fix.requests.get().contact
    make_response(contact=contact, score=10, settles_at=timezone.now() + DAY)

    assert lifting.of_fix(fix).told.n == 0


def test_told_and_untold_are_two_numbers(fix: Fix) -> None:
    make_asked(fix, 8, 10)
    make_asked(fix, 8, 8, told=False)

    lift = lifting.of_all(since=timezone.now() - 90 * DAY)

    assert (lift.told.n, lift.told.lifted, lift.untold.n, lift.untold.lifted) == (1, 1, 1, 0)


def test_person_counts_once_for_a_fix(fix: Fix) -> None:
    make_asked(fix, 8, 10)
    first = fix.requests.get()
    make_request(contact=first.contact, response=first.response, origin="hand", fix=fix, told_at=first.told_at)

    assert lifting.of_fix(fix).told.people == 1


def test_share_needs_thirty_answers(fix: Fix) -> None:
    made = lifting.Conversion(people=40)
    made.pairs[Band.PASSIVE, Band.PROMOTER] = 12
    made.pairs[Band.PASSIVE, Band.PASSIVE] = 18

    assert (made.n, made.share) == (30, 40)
    assert made.rows[1] == (Band.PASSIVE, [(Band.PROMOTER, 12), (Band.PASSIVE, 18), (Band.DETRACTOR, 0)], 30)
