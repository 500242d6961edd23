"""From a personal link to two rewards that are given once, in a ledger that balances."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from advocacy import rewards, trail
from advocacy.enums import ReferralStatus, RewardStatus
from advocacy.models import LedgerEntry, Referral, ReferralLink, Reward
from tests.advocacy.pages.casework import text_of
from tests.factories import make_advocate, make_budget, make_contact, make_item, make_offer, make_user

pytestmark = pytest.mark.django_db


def press(client: Client, row: Referral | Reward, verb: str, **fields: object) -> int:
    folder = "referrals" if isinstance(row, Referral) else "rewards"
    return client.post(f"/{folder}/{row.pk}/{verb}/", {"seen": trail.version(row), **fields}).status_code


def test_from_link_to_lead_to_customer_to_rewards(client: Client, alice: User) -> None:
    """Link, lead, converted, both rewards pending, hold, approved by a second person, issued once, ledger balances."""
    mona, visitor = Client(), Client()
    mona.force_login(make_user("mona", "Marketing"))
    budget = make_budget(approval_limit=10)
    make_offer(advocate_item=make_item(amount=20), lead_item=make_item(amount=15))
    advocate = make_advocate(response=None, contact=make_contact())
    client.force_login(alice)

    client.post(f"/advocates/{advocate.pk}/link/")
    code = ReferralLink.objects.get().code
    came = visitor.post(f"/f/{code}", {"name": "Lea", "email": "lea@shop.example.org", "agree": "on"})
    lead = Referral.objects.get()
    assert (came.status_code, lead.status) == (200, ReferralStatus.REGISTERED)
    assert [press(client, lead, verb) for verb in ("qualify", "hand-over", "convert")] == [302, 302, 302]
    both = list(Reward.objects.order_by("pk"))
    assert [reward.status for reward in both] == [RewardStatus.PENDING] * 2

    assert press(mona, both[0], "approve", budget=budget.pk) == 409  # on hold
    with time_machine.travel(timezone.now() + dt.timedelta(days=31), tick=False):
        for person in (client, mona):
            person.force_login(alice if person is client else User.objects.get(username="mona"))
        assert press(client, both[0], "approve", budget=budget.pk) == 409  # she converted it: a second person decides
        for reward in both:
            assert press(mona, reward, "approve", budget=budget.pk) == 302
            assert [press(client, reward, "issue") for _time in range(3)] == [302] * 3
        page = text_of(client.get("/rewards/?view=issued"))

    assert "the ledger balances" in page
    assert sorted(LedgerEntry.objects.values_list("amount", flat=True)) == [Decimal(15), Decimal(20)]
    assert (budget.left, list(rewards.unbalanced())) == (Decimal(965), [])
    assert set(Reward.objects.values_list("status", flat=True)) == {RewardStatus.ISSUED}
