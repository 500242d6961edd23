from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from advocacy import privacy, referrals, rewards, tasks, trail
from advocacy.enums import REFERRAL_MOVES, ReferralSign, ReferralStatus, RewardKind, RewardStatus
from advocacy.models import Advocate, Referral, ReferralFlag, ReferralLink, Reward
from surveys.models import Contact, Event
from surveys.transitions import WrongState
from tests.factories import (
    make_account,
    make_advocate,
    make_contact,
    make_item,
    make_link,
    make_offer,
    make_referral,
    make_reward,
    make_user,
)
from tests.threads import at_once

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
Status, Sign = ReferralStatus, ReferralSign


def link_of(email: str = "mira@aurora-fans.example.com") -> ReferralLink:
    return make_link(advocate=make_advocate(response=None, contact=make_contact(email=email)))


def come(link: ReferralLink, email: str = "lea@shop.example.org", **fields: Any) -> Referral:
    return referrals.register(link, **{"name": "Lea", "email": email, **fields})


def signs(referral: Referral) -> list[str]:
    return list(referral.flags.order_by("pk").values_list("sign", flat=True))


def refusal(verb: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(WrongState) as refused:
        verb(*args, **kwargs)
    return str(refused.value)


@pytest.mark.parametrize(
    ("address", "spelling"),
    [
        ("Mira.K+beans@GMail.com", "mirak@gmail.com"),
        ("mira.k@googlemail.com", "mirak@gmail.com"),
        ("mira.k+x@outlook.com", "mira.k@outlook.com"),
        ("mira.k+x@aurora.example.com", "mira.k+x@aurora.example.com"),
    ],
)
def test_one_spelling_for_one_mailbox(address: str, spelling: str) -> None:
    assert referrals.same_person(address) == spelling


def test_link_is_made_once() -> None:
    advocate = make_advocate()

    first, again = referrals.link_of(advocate), referrals.link_of(advocate)

    assert (first.pk, len(first.code), ReferralLink.objects.count()) == (again.pk, 8, 1)


def test_lead_comes_once_by_a_link() -> None:
    link = link_of()

    first, again = come(link, "lea@gmail.com"), come(link, "l.e.a+x@gmail.com", name="Other")

    assert (first.pk, again.name, Referral.objects.count()) == (again.pk, "Lea", 1)
    assert (first.status, signs(first)) == (Status.REGISTERED, [])
    assert Event.objects.get(kind=trail.REFERRAL_KIND).contact == link.advocate.contact  # type: ignore[union-attr]


def test_invited_lead_registers(alice: User) -> None:
    link = link_of()
    invited = referrals.invite(link, name="Lea", email="lea@shop.example.org", by=alice)

    came = come(link, company="Shop")

    assert (came.pk, came.status, came.company) == (invited.pk, Status.REGISTERED, "Shop")


def test_code_used_by_its_owner_is_flagged_and_not_rejected(alice: User) -> None:
    own = come(link_of("mira.k@gmail.com"), "mirak+me@gmail.com")

    assert (own.status, signs(own)) == (Status.REGISTERED, [Sign.SAME_PERSON])
    assert refusal(referrals.qualify, own, by=alice) == "Not qualified: look at the signs first."
    referrals.reject(own, by=alice, reason="Herself")
    assert own.status == Status.REJECTED


def test_each_sign_is_seen() -> None:
    make_user("tom")
    make_contact(email="old@customer.example.com")
    make_account(name="Old Firm")
    link = link_of("mira@firm.example.com")

    assert signs(come(link, "boss@firm.example.com")) == [Sign.OWN_DOMAIN]
    assert signs(come(link, "tom@example.com")) == [Sign.STAFF]
    assert signs(come(link, "old@customer.example.com")) == [Sign.CUSTOMER]
    assert signs(come(link, company="old firm")) == [Sign.CUSTOMER]
    assert signs(come(link, "x@mailinator.com")) == [Sign.DISPOSABLE]
    assert signs(come(link, "sixth@shop.example.org")) == [Sign.SPEED]


def test_shared_mail_provider_is_no_company() -> None:
    assert signs(come(link_of("mira@gmail.com"), "lea@gmail.com")) == []


def test_same_network_is_a_sign() -> None:
    link = link_of()

    first, second = (come(link, f"{name}@shop.example.org", network="abc") for name in ("a", "b"))

    assert (signs(first), signs(second)) == ([], [Sign.NETWORK])


def test_circle_is_seen() -> None:
    mira, lea = link_of("mira@a.example.com"), link_of("lea@b.example.com")
    come(lea, "mira@a.example.com")

    assert signs(come(mira, "lea@b.example.com")) == [Sign.CIRCLE, Sign.CUSTOMER]


def test_harmless_signs_are_cleared_with_a_reason(alice: User) -> None:
    lead = come(link_of(), "x@mailinator.com")

    referrals.clear(lead, by=alice, reason="Called her")
    referrals.qualify(lead, by=alice)

    flag = ReferralFlag.objects.get()
    assert (lead.status, flag.cleared_by, flag.cleared_at is not None) == (Status.QUALIFIED, alice, True)
    assert refusal(referrals.clear, lead, by=alice, reason="x") == "Not noted: there is no sign left to look at."
    event = Event.objects.filter(kind=trail.REFERRAL_KIND, went_to="").get()
    assert trail.sentence(event) == ("Signs of the referral found harmless", "Called her")


def test_of_two_codes_for_one_lead_the_first_counts(alice: User) -> None:
    first, second = come(link_of("mira@a.example.com")), come(link_of("ana@b.example.com"))
    referrals.clear(second, by=alice, reason="Knows both")
    for lead in (first, second):
        referrals.qualify(lead, by=alice)

    said = refusal(referrals.convert, second, by=alice)
    referrals.convert(first, by=alice)

    assert signs(second) == [Sign.EARLIER_CODE]
    assert said == f"Not converted: the same person came first by the link of {first.contact}."
    assert [lead.status for lead in Referral.objects.order_by("pk")] == [Status.CONVERTED, Status.QUALIFIED]


def test_second_code_counts_once_the_first_is_rejected(alice: User) -> None:
    first, second = come(link_of("mira@a.example.com")), come(link_of("ana@b.example.com"))
    referrals.reject(first, by=alice, reason="Invented")
    referrals.clear(second, by=alice, reason="The first was invented")
    referrals.qualify(second, by=alice)

    referrals.convert(second, by=alice)

    assert second.status == Status.CONVERTED


def test_conversion_proposes_one_reward_a_side(alice: User) -> None:
    offer = make_offer(lead_item=make_item(kind=RewardKind.NOTE, amount=0))
    lead = make_referral(status=Status.QUALIFIED, email="lea@shop.example.org")

    made = referrals.convert(lead, by=alice)

    told = [(row.side, row.item, row.contact, row.status) for row in made]
    customer = Contact.objects.get(email="lea@shop.example.org")
    assert told == [
        ("advocate", offer.advocate_item, lead.contact, RewardStatus.PENDING),
        ("lead", offer.lead_item, customer, RewardStatus.PENDING),
    ]
    assert {row.hold_until for row in made} == {lead.converted_at + rewards.HOLD if lead.converted_at else None}
    assert (lead.customer, customer.basis) == (customer, "customer")
    with pytest.raises(WrongState):
        referrals.convert(lead, by=alice)
    assert Reward.objects.count() == 2


def test_too_late_is_not_converted(alice: User) -> None:
    lead = make_referral(status=Status.QUALIFIED, registered_at=timezone.now() - 90 * DAY)

    assert refusal(referrals.convert, lead, by=alice) == "Not converted: it came more than 90 days ago."


def test_undone_sale_voids_what_is_not_given(alice: User) -> None:
    make_offer()
    lead = make_referral(status=Status.QUALIFIED)
    referrals.convert(lead, by=alice)

    referrals.reject(lead, by=alice, reason="Sent back")

    assert list(Reward.objects.order_by("pk").values_list("status", flat=True)) == [RewardStatus.VOID] * 2


def test_handed_over_once(alice: User) -> None:
    lead = make_referral(status=Status.QUALIFIED)
    assert list(referrals.referrals_of(referrals.ReferralView.HAND_OVER)) == [lead]

    referrals.hand_over(lead, by=alice)
    referrals.hand_over(lead, by=alice)

    assert list(referrals.referrals_of(referrals.ReferralView.HAND_OVER)) == []
    assert Event.objects.filter(kind=trail.REFERRAL_KIND, reason=trail.HANDED_OVER).count() == 1


@pytest.mark.parametrize("target", Status.values)
@pytest.mark.parametrize("status", Status.values)
def test_each_move_is_legal_or_refused(status: str, target: str, alice: User) -> None:
    verbs = {"qualified": referrals.qualify, "converted": referrals.convert, "rejected": referrals.reject}
    if target not in verbs:
        return
    lead = make_referral(status=status)
    more = {"reason": "x"} if target == "rejected" else {}

    if target in REFERRAL_MOVES.get(status, frozenset()):
        verbs[target](lead, by=alice, **more)  # type: ignore[operator]
    else:
        with pytest.raises(WrongState):
            verbs[target](lead, by=alice, **more)  # type: ignore[operator]

    expected = target if target in REFERRAL_MOVES.get(status, frozenset()) else status
    assert Referral.objects.get().status == expected


def test_after_ninety_days_it_expires_and_is_forgotten(alice: User) -> None:
    lead, kept = come(link_of("mira@a.example.com")), make_referral(status=Status.CONVERTED)
    rejected = make_referral()
    referrals.reject(rejected, by=alice, reason="Invented")

    with time_machine.travel(timezone.now() + 91 * DAY, tick=False):
        for _time in range(2):
            assert tasks.expire_referrals() is False

    rows = [(row.status, row.email) for row in Referral.objects.filter(pk__in=[lead.pk, rejected.pk]).order_by("pk")]
    assert rows == [(Status.EXPIRED, ""), (Status.REJECTED, "")]
    assert Referral.objects.get(pk=kept.pk).email != ""


def test_flood_by_one_link_is_stopped() -> None:
    link = link_of()
    for number in range(referrals.MOST_A_DAY):
        make_referral(link=link, email=f"lead{number}@flood.example.org")

    with pytest.raises(referrals.NotOpen):
        come(link)


def test_export_erase_and_merge(alice: User) -> None:
    make_offer()
    link = link_of()
    lead = make_referral(link=link, status=Status.QUALIFIED, email="lea@shop.example.org")
    referrals.convert(lead, by=alice)
    advocate, customer = link.advocate, lead.customer
    assert advocate
    assert customer
    keep = make_contact()
    note = make_reward(contact=customer, note="Thanks")

    told, came = privacy.export(advocate.contact), privacy.export(customer)
    privacy.merge(keep, customer)
    privacy.erase(keep)

    assert [row["status"] for row in told["referrals"]] == ["converted"]
    assert [row["status"] for row in told["rewards"]] == ["pending"]
    assert [(row["name"], row["email"]) for row in came["came_by"]] == [("Lea", "lea@shop.example.org")]
    lead.refresh_from_db()
    note.refresh_from_db()
    assert (lead.customer, lead.name, lead.email) == (keep, "", "")
    assert (note.contact, note.note) == (keep, "")


def test_link_of_an_erased_advocate_leads_nowhere() -> None:
    make_offer()
    link = link_of()

    Advocate.objects.all().delete()

    link.refresh_from_db()
    assert (link.advocate, referrals.offer_of(link)) == (None, None)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_ten_convert_one_lead_at_once() -> None:
    make_offer()
    by, lead = make_user(), make_referral(status=Status.QUALIFIED)

    outcomes = at_once(*[lambda: referrals.convert(Referral.objects.get(pk=lead.pk), by=by)] * 10)

    assert sum(isinstance(outcome, list) for outcome in outcomes) == 1
    assert sorted(Reward.objects.values_list("side", flat=True)) == ["advocate", "lead"]
