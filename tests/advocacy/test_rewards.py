from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail as django_mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from advocacy import mail, rewards, trail
from advocacy.enums import REWARD_MOVES, RewardKind, RewardReason, RewardStatus
from advocacy.models import Budget, GiftCode, LedgerEntry, Reward, RewardItem
from advocacy.models.rewards import NeverChanged
from surveys import languages, outbox, texts
from surveys.mail import CannotRender
from surveys.models import Event, Message
from surveys.transitions import WrongState
from tests.factories import make_advocate, make_brand, make_budget, make_contact, make_item, make_reward, make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
Status = RewardStatus


def lines() -> list[tuple[str, str]]:
    return [(str(line.amount), line.currency) for line in LedgerEntry.objects.order_by("pk")]


def approved(**fields: Any) -> Reward:
    return make_reward(status=Status.APPROVED, **fields)


def refusal(verb: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(WrongState) as refused:
        verb(*args, **kwargs)
    return str(refused.value)


def test_reward_from_proposal_to_handed_out(alice: User, bob: User) -> None:
    contact, item, budget = make_contact(), make_item(amount=60), make_budget()

    reward = rewards.propose(contact, item, reason=RewardReason.SPEAKER, key="k", by=bob, note="Spoke in Lyon")
    rewards.approve(reward, budget=budget, by=alice, reason="Well done")
    rewards.issue(reward, by=bob)
    rewards.fulfil(reward, by=bob)

    reward.refresh_from_db()
    assert (reward.status, reward.budget, reward.approved_by) == (Status.FULFILLED, budget, alice)
    assert (lines(), budget.left) == ([("60.00", "EUR")], Decimal("940.00"))
    assert list(rewards.unbalanced()) == []
    told = [trail.sentence(event) for event in Event.objects.filter(kind=trail.REWARD_KIND).order_by("pk")]
    assert told == [
        ("Reward: pending", "Spoke in Lyon"),
        ("Reward: approved", "Well done"),
        ("Reward: issued", ""),
        ("Reward: fulfilled", ""),
    ]


def test_same_key_makes_one_reward(alice: User) -> None:
    contact, item = make_contact(), make_item()

    first, again = (rewards.propose(contact, item, reason=RewardReason.BETA, key="k", by=alice) for _time in range(2))

    assert (first.pk, Reward.objects.count()) == (again.pk, 1)
    assert Event.objects.filter(kind=trail.REWARD_KIND).count() == 1


def test_catalogue_decides_what_is_proposed(alice: User) -> None:
    gone, odd = make_item(name="Mug", is_active=False), RewardItem(name="Odd", amount=-5)
    proposed = {"reason": RewardReason.BETA, "key": "k", "by": alice}

    assert refusal(rewards.propose, make_contact(), gone, **proposed) == "Not proposed: Mug is not given any more."
    said = "Not proposed: nothing costs less than nothing."
    assert refusal(rewards.propose, make_contact(), odd, **proposed) == said


@pytest.mark.parametrize("amount", ["-1", "-0.01"])
def test_negative_amounts_are_refused_by_form_and_database(amount: str) -> None:
    item = RewardItem(name="Odd", kind=RewardKind.GIFT_CARD, amount=Decimal(amount), currency="EUR")
    budget = make_budget()

    with pytest.raises(ValidationError, match="nothing costs less"):
        item.full_clean()
    for model, fields in ((RewardItem, {"pk": make_item().pk}), (Budget, {"pk": budget.pk})):
        with pytest.raises(IntegrityError), transaction.atomic():
            model._default_manager.filter(**fields).update(amount=Decimal(amount))


def test_nothing_is_given_for_a_score_or_a_public_review() -> None:
    assert set(RewardReason) & {"score", "answer", "review", "response"} == set()
    pointed_at = {field.related_model.__name__ for field in Reward._meta.get_fields() if field.related_model}
    assert pointed_at & {"Response", "ReviewSite", "ReviewClick", "Invitation"} == set()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_reward(reason="review")


def test_hold_keeps_from_approving(alice: User) -> None:
    until = timezone.now() + DAY
    reward = make_reward(hold_until=until)

    assert refusal(rewards.approve, reward, budget=make_budget(), by=alice).startswith("Not approved: it is on hold")
    Reward.objects.update(hold_until=timezone.now() - DAY)
    rewards.approve(reward, budget=make_budget(), by=alice)

    assert reward.status == Status.APPROVED


def test_above_the_limit_a_second_person_decides(alice: User, bob: User) -> None:
    budget = make_budget(approval_limit=Decimal("50.00"))
    small, large = (
        make_reward(item=make_item(amount=50), proposed_by=alice),
        make_reward(item=make_item(amount="50.01"), proposed_by=alice),
    )

    rewards.approve(small, budget=budget, by=alice)
    said = refusal(rewards.approve, large, budget=budget, by=alice)
    rewards.approve(large, budget=budget, by=bob)

    assert said == "Not approved: above 50.00 EUR a second person decides."
    assert (small.status, large.status) == (Status.APPROVED, Status.APPROVED)


def test_budget_has_the_currency_of_the_reward(alice: User) -> None:
    reward, dollars = make_reward(), make_budget(currency="USD")

    said = refusal(rewards.approve, reward, budget=dollars, by=alice)
    none = refusal(rewards.approve, reward, budget=None, by=alice)
    Reward.objects.filter(pk=reward.pk).update(status=Status.APPROVED, budget=dollars)

    assert said == "Not approved: the budget is in USD, the reward in EUR."
    assert none == "Not approved: choose the budget it is paid from."
    assert refusal(rewards.issue, reward, by=alice) == "Not issued: its budget is in another currency."
    assert lines() == []


def test_what_costs_nothing_needs_no_budget(alice: User) -> None:
    reward = make_reward(item=make_item(kind=RewardKind.NOTE, amount=0))

    rewards.approve(reward, budget=None, by=alice)
    rewards.issue(reward, by=alice)

    assert (reward.status, lines(), list(rewards.unbalanced())) == (Status.ISSUED, [], [])


def test_employer_who_forbids_gifts_is_heeded(alice: User) -> None:
    advocate = make_advocate(forbids_gifts=True)
    gift = make_reward(contact=advocate.contact)
    note = make_reward(contact=advocate.contact, item=make_item(kind=RewardKind.NOTE, amount=0))

    assert refusal(rewards.approve, gift, budget=make_budget(), by=alice) == (
        "Not approved: the employer forbids gifts."
    )
    Reward.objects.filter(pk=gift.pk).update(status=Status.APPROVED, budget=make_budget())
    assert refusal(rewards.issue, gift, by=alice) == "Not issued: the employer forbids gifts."
    rewards.approve(note, budget=None, by=alice)
    rewards.issue(note, by=alice)
    assert (note.status, lines()) == (Status.ISSUED, [])


def test_budget_is_never_overdrawn_and_runs_on_its_days(alice: User) -> None:
    today = timezone.localdate()
    small = make_budget(name="Small", amount=30)
    over = make_budget(name="Over", ends_on=today - DAY)
    first, second, late = approved(budget=small), approved(budget=small), approved(budget=over)

    rewards.issue(first, by=alice)

    assert refusal(rewards.issue, second, by=alice) == "Not issued: only 10.00 EUR is left in the budget Small."
    assert refusal(rewards.issue, late, by=alice) == "Not issued: the budget Over does not run today."
    assert lines() == [("20.00", "EUR")]


def test_nobody_gets_more_than_the_ceiling_in_a_year(alice: User) -> None:
    contact, budget = make_contact(), make_budget(yearly_ceiling=30)
    first, second = (approved(contact=contact, budget=budget) for _each in range(2))
    rewards.issue(first, by=alice)

    said = refusal(rewards.issue, second, by=alice)
    Reward.objects.filter(pk=first.pk).update(issued_at=timezone.now() - 366 * DAY)
    rewards.issue(second, by=alice)

    assert said == "Not issued: nobody gets more than 30.00 EUR in a year."
    assert len(lines()) == 2


def test_issued_twice_is_issued_once(alice: User) -> None:
    reward = approved()

    rewards.issue(reward, by=alice)
    rewards.issue(Reward.objects.get(), by=alice)

    assert lines() == [("20.00", "EUR")]
    assert Event.objects.filter(kind=trail.REWARD_KIND).count() == 1


def test_reversal_makes_up_for_it(alice: User) -> None:
    item = make_item(has_codes=True)
    rewards.add_codes(item, ["A-1", "A-2"])
    first, second = approved(item=item), approved(item=item)
    rewards.issue(first, by=alice)

    rewards.reverse(first, by=alice, reason="Sale undone")
    rewards.issue(second, by=alice)

    assert lines() == [("20.00", "EUR"), ("-20.00", "EUR"), ("20.00", "EUR")]
    assert list(GiftCode.objects.order_by("pk").values_list("code", "reward")) == [
        ("A-1", first.pk),
        ("A-2", second.pk),
    ]
    assert list(rewards.unbalanced()) == []
    assert refusal(rewards.reverse, first, by=alice, reason="Once more") == "Not reversed: it is not given."


def test_pool_that_runs_dry_refuses_and_charges_nothing(alice: User) -> None:
    item = make_item(name="Voucher", has_codes=True)
    rewards.add_codes(item, ["A-1"])
    first, second = approved(item=item), approved(item=item)
    rewards.issue(first, by=alice)

    said = refusal(rewards.issue, second, by=alice)

    second.refresh_from_db()
    assert said == "Not issued: no code of Voucher is left. Add some to its pool."
    assert (second.status, lines()) == (Status.APPROVED, [("20.00", "EUR")])


def test_codes_are_added_once() -> None:
    item = make_item(has_codes=True)

    assert rewards.add_codes(item, ["A-1", " A-1 ", "", "A-2", "x" * 101]) == 2
    assert rewards.add_codes(item, ["A-2", "A-3"]) == 1
    assert [row.free for row in rewards.pools()] == [3]


def test_ledger_is_only_added_to(alice: User) -> None:
    rewards.issue(approved(), by=alice)
    line = LedgerEntry.objects.get()

    for change in (line.save, line.delete, LedgerEntry.objects.all().delete):
        with pytest.raises(NeverChanged):
            change()
    with pytest.raises(NeverChanged):
        LedgerEntry.objects.update(amount=0)
    with pytest.raises(NeverChanged):
        LedgerEntry.objects.bulk_update([line], ["amount"])
    assert lines() == [("20.00", "EUR")]


def test_tampered_ledger_is_found(alice: User) -> None:
    reward = approved()
    rewards.issue(reward, by=alice)

    Reward.objects.update(amount=21)

    assert list(rewards.unbalanced()) == [reward]


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("verb", ["approve", "issue", "fulfil", "void", "reverse"])
def test_each_verb_moves_from_where_it_may(verb: str, status: str, alice: User) -> None:
    budget = make_budget()
    reward = make_reward(status=status, budget=budget)
    target = {"approve": "approved", "issue": "issued", "fulfil": "fulfilled", "void": "void", "reverse": "reversed"}
    given: dict[str, dict[str, Any]] = {
        "approve": {"budget": budget},
        "void": {"reason": "x"},
        "reverse": {"reason": "x"},
    }
    more = given.get(verb, {})
    is_legal = target[verb] in REWARD_MOVES.get(status, frozenset())
    is_again = verb == "issue" and status in {"issued", "fulfilled"}

    if is_legal or is_again:
        getattr(rewards, verb)(reward, by=alice, **more)
    else:
        with pytest.raises(WrongState, match=r"^Not "):
            getattr(rewards, verb)(reward, by=alice, **more)

    assert Reward.objects.get().status == (target[verb] if is_legal else status)


def test_old_picture_is_refused(alice: User, bob: User) -> None:
    reward, budget = make_reward(), make_budget()
    seen = trail.version(reward) or "0"
    rewards.approve(reward, budget=budget, by=bob)

    with pytest.raises(trail.Changed):
        rewards.void(reward, by=alice, reason="No", seen=seen)

    assert Reward.objects.get().status == Status.APPROVED


def test_budget_ends_after_it_begins_and_keeps_its_currency(alice: User) -> None:
    budget = make_budget()
    rewards.issue(approved(budget=budget), by=alice)
    budget.currency, budget.ends_on = "USD", budget.starts_on - DAY

    with pytest.raises(ValidationError, match="ends before"):
        budget.full_clean()
    budget.ends_on = budget.starts_on
    with pytest.raises(ValidationError, match="in another currency"):
        budget.full_clean()


# -------------------------------------------------------------------------------------------- the letter with the code


def coded(*codes: str, name: str = "Voucher", **fields: Any) -> Reward:
    item = make_item(name=name, has_codes=True)
    rewards.add_codes(item, codes)
    return approved(item=item, **fields)


def test_code_leaves_in_one_letter(alice: User) -> None:
    make_brand()
    reward = coded("A-1", contact=make_contact(email="mira@example.com"))

    for _time in range(2):
        rewards.issue(Reward.objects.get(), by=alice)
    outbox.send_batch(seconds=30)

    reward.refresh_from_db()
    message = Message.objects.get()
    assert (reward.message, message.purpose, message.status) == (message, "service", "sent")
    (letter,) = django_mail.outbox
    assert (letter.to, "A-1" in str(letter.body)) == (["mira@example.com"], True)


def test_pool_that_runs_dry_and_reward_without_a_code_send_nothing(alice: User) -> None:
    with pytest.raises(WrongState):
        rewards.issue(coded(), by=alice)
    rewards.issue(approved(), by=alice)
    rewards.issue(coded("B-1", name="Mug", contact=make_contact(email="", phone="+49 30 1")), by=alice)

    assert Message.objects.count() == 0


def test_code_that_was_taken_back_does_not_leave(alice: User) -> None:
    make_brand()
    reward = coded("A-1")
    rewards.issue(reward, by=alice)

    rewards.reverse(reward, by=alice, reason="Sale undone")
    outbox.send_batch(seconds=30)

    assert (Message.objects.get().status, django_mail.outbox) == ("cancelled", [])
    with pytest.raises(CannotRender):
        mail.reward_code(Message.objects.get())


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_letter_with_a_code_is_in_the_language_of_whoever_gets_it(tag: str, alice: User) -> None:
    make_brand(short_name="Aurora")
    rewards.issue(coded("<b>A&1</b>", contact=make_contact(language=tag)), by=alice)

    letter = mail.reward_code(Message.objects.get())

    html, words = str(letter.alternatives[0][0]), texts.table(tag)["reward_mail"]
    subject = words["subject"].replace("{{ company }}", "Aurora")
    assert letter.subject == " ".join(subject.split())  # a header has no other white space
    assert "<b>A&1</b>" in str(letter.body)
    assert words["sentence"].replace("{{ gift }}", "Voucher") in str(letter.body)
    assert f'<html lang="{tag}" dir="{languages.get(tag).direction}">' in html
    assert ("&lt;b&gt;A&amp;1&lt;/b&gt;" in html, "<b>A" in html, len(html) < 15_000) == (True, False, True)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_issue_one_reward_with_a_code_and_one_letter_leaves() -> None:
    by, reward = make_user(), coded(*(f"C-{number}" for number in range(50)))

    outcomes = at_once(*[lambda: rewards.issue(Reward.objects.get(pk=reward.pk), by=by)] * 50)

    assert outcomes == [None] * 50
    assert (Message.objects.count(), GiftCode.objects.filter(reward=reward).count()) == (1, 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_issue_one_reward_at_once() -> None:
    by, reward = make_user(), approved()

    outcomes = at_once(*[lambda: rewards.issue(Reward.objects.get(pk=reward.pk), by=by)] * 50)

    assert outcomes == [None] * 50
    assert lines() == [("20.00", "EUR")]
    assert Event.objects.filter(kind=trail.REWARD_KIND, went_to=Status.ISSUED).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_draw_from_a_pool_of_forty_at_once() -> None:
    """No code twice; whoever finds the pool dry is told and charged nothing. Each has a budget, so nobody queues."""
    by, item = make_user(), make_item(has_codes=True)
    rewards.add_codes(item, [f"C-{number}" for number in range(40)])
    all_of_them = [approved(item=item) for _each in range(50)]

    outcomes = at_once(*[lambda one=one: rewards.issue(one, by=by) for one in all_of_them])

    refused = [outcome for outcome in outcomes if outcome is not None]
    assert all(isinstance(outcome, WrongState) for outcome in refused)
    drawn = list(GiftCode.objects.filter(reward__isnull=False).values_list("reward", flat=True))
    assert (len(drawn), len(set(drawn)), len(refused)) == (40, 40, 10)
    assert LedgerEntry.objects.aggregate(total=Sum("amount")) == {"total": Decimal("800.00")}
    assert list(rewards.unbalanced()) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_ten_at_once_do_not_overdraw_a_budget() -> None:
    by, budget = make_user(), make_budget(amount=60)
    all_of_them = [approved(budget=budget) for _each in range(10)]

    outcomes = at_once(*[lambda one=one: rewards.issue(one, by=by) for one in all_of_them])

    assert (outcomes.count(None), budget.left) == (3, Decimal("0.00"))
