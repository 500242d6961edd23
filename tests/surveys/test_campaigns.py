from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from surveys import campaigns
from surveys.enums import CampaignStatus
from surveys.models import Campaign
from surveys.transitions import WrongState
from tests.factories import make_brand, make_campaign, make_touchpoint, make_user

pytestmark = pytest.mark.django_db


def test_new_campaign_is_a_draft_with_its_author(alice: User) -> None:
    made = campaigns.create(by=alice, name="Twice a year", brand=make_brand(), touchpoint=make_touchpoint())

    assert (made.status, made.activated_at) == (CampaignStatus.DRAFT, None)
    assert [entry.history_user for entry in made.history.all()] == [alice]


def test_change_is_kept_with_its_author(alice: User) -> None:
    campaign = make_campaign(name="Twice a year", throttle_days=90)
    seen = campaigns.version(campaign)

    changed = campaigns.change(campaign, by=alice, seen=seen, throttle_days=30)

    campaign.refresh_from_db()
    assert (changed.pk, campaign.throttle_days, campaign.name) == (campaign.pk, 30, "Twice a year")
    assert campaign.history.latest().history_user == alice
    assert campaigns.version(campaign) > seen


def test_second_of_two_who_change_it_is_told_who_was_faster(alice: User) -> None:
    campaign = make_campaign(name="Twice a year")
    seen = campaigns.version(campaign)
    campaigns.change(campaign, by=alice, seen=seen, name="Thrice a year")

    with pytest.raises(WrongState) as refusal:
        campaigns.change(campaign, by=make_user(), seen=seen, name="Once a year")

    assert str(refusal.value).startswith("Alice changed this campaign at ")
    assert Campaign.objects.get().name == "Thrice a year"


def test_change_by_nobody_is_told_without_a_name(alice: User) -> None:
    campaign = make_campaign()

    with pytest.raises(WrongState) as refusal:
        campaigns.change(campaign, by=alice, seen=0, name="Once a year")

    assert str(refusal.value) == "This campaign was changed meanwhile."


def test_change_of_status_meanwhile_is_kept(alice: User) -> None:
    campaign = make_campaign()
    seen = campaigns.version(campaign)
    Campaign.objects.update(status=CampaignStatus.PAUSED)

    campaigns.change(campaign, by=alice, seen=seen, name="Once a year")

    campaign.refresh_from_db()
    assert (campaign.status, campaign.name) == (CampaignStatus.PAUSED, "Once a year")


def test_archived_campaign_stays_as_it_was(alice: User) -> None:
    campaign = make_campaign(status=CampaignStatus.ARCHIVED, name="Twice a year")

    with pytest.raises(WrongState) as refusal:
        campaigns.change(campaign, by=alice, seen=campaigns.version(campaign), name="Once a year")

    assert str(refusal.value) == "This campaign is archived, and stays as it was."
    assert Campaign.objects.get().name == "Twice a year"
