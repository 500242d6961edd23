from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from advocacy import fixes, trail
from advocacy.enums import FIX_MOVES, FixStatus, RequestKind
from advocacy.fixes import FixView, RequestView
from advocacy.models import CustomerRequest, Fix
from surveys.models import Event
from surveys.transitions import WrongState, move
from tests.factories import make_account, make_contact, make_fix, make_request, make_response, make_theme, make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
LATER = dt.date(2099, 12, 15)
PROBLEM, QUESTION, SUGGESTION, NO_WISH = (
    RequestKind.PROBLEM,
    RequestKind.QUESTION,
    RequestKind.SUGGESTION,
    RequestKind.NO_WISH,
)


def told(row: Any) -> list[tuple[str, str, str]]:
    return [(*trail.sentence(event), event.by.username if event.by else "") for event in trail.events(row)]


# ------------------------------------------------------------------------------------------------------------ requests


def test_request_is_sorted_and_the_log_says_by_whom(alice: User) -> None:
    request = make_request()

    fixes.sort(request, kind=PROBLEM, by=alice)

    request.refresh_from_db()
    assert request.kind == PROBLEM
    assert told(request) == [("Sorted: Problem", "", "alice")]


def test_sorting_to_the_same_kind_changes_nothing_and_refuses_nobody(alice: User, bob: User) -> None:
    request = make_request()
    seen = trail.version(request)
    fixes.sort(request, kind=PROBLEM, by=bob, seen=seen)

    fixes.sort(request, kind=PROBLEM, by=alice, seen=seen)

    assert told(request) == [("Sorted: Problem", "", "bob")]


def test_who_sorts_on_an_old_picture_is_told_what_changed(alice: User, bob: User) -> None:
    request = make_request()
    seen = trail.version(request)
    fixes.sort(request, kind=PROBLEM, by=bob, seen=seen)

    with pytest.raises(trail.Changed) as refusal:
        fixes.sort(request, kind=QUESTION, by=alice, seen=seen)

    assert [trail.sentence(event) for event in refusal.value.events] == [("Sorted: Problem", "")]
    request.refresh_from_db()
    assert request.kind == PROBLEM


def test_sorted_request_is_linked_moved_over_and_taken_off(alice: User) -> None:
    request, fix, other = make_request(kind=PROBLEM), make_fix(title="Quiet grinder"), make_fix(title="Timer")

    fixes.link(request, fix=fix, by=alice)
    fixes.link(request, fix=other, by=alice)
    fixes.link(request, fix=other, by=alice)
    fixes.unlink(request, by=alice)
    fixes.unlink(request, by=alice)

    request.refresh_from_db()
    assert request.fix is None
    assert [line for line, _text, _by in told(request)] == [
        "Taken off the fix “Timer”",
        "Linked to the fix “Timer”",
        "Linked to the fix “Quiet grinder”",
    ]


@pytest.mark.parametrize(
    ("kind", "status", "message"),
    [
        ("", FixStatus.IDEA, "Not linked: say first what it is: a question, a problem or a suggestion."),
        (NO_WISH, FixStatus.IDEA, "Not linked: it is sorted as no request. Sort it again first."),
        (PROBLEM, FixStatus.DECLINED, "Not linked: the fix “Timer” was declined."),
    ],
)
def test_what_cannot_be_linked_says_why(alice: User, kind: str, status: FixStatus, message: str) -> None:
    request, fix = make_request(kind=kind), make_fix(title="Timer", status=status)

    with pytest.raises(WrongState, match=message):
        fixes.link(request, fix=fix, by=alice)

    request.refresh_from_db()
    assert (request.fix, told(request)) == (None, [])


@pytest.mark.parametrize("status", [FixStatus.IDEA, FixStatus.PLANNED, FixStatus.SHIPPED, FixStatus.ANNOUNCED])
def test_fix_that_was_not_declined_takes_requests_in(alice: User, status: FixStatus) -> None:
    request, fix = make_request(kind=SUGGESTION), make_fix(status=status)

    fixes.link(request, fix=fix, by=alice)

    assert list(CustomerRequest.objects.of_fix(fix)) == [request]


def test_linked_request_is_not_sorted_away(alice: User) -> None:
    request = make_request(kind=PROBLEM, fix=make_fix(title="Timer"))

    with pytest.raises(WrongState, match="it is linked to the fix “Timer”"):
        fixes.sort(request, kind=NO_WISH, by=alice)
    fixes.sort(request, kind=SUGGESTION, by=alice)

    assert request.kind == SUGGESTION


def test_whoever_was_told_stays_on_the_fix(alice: User) -> None:
    request = make_request(kind=PROBLEM, fix=make_fix(), told_at=NOW)

    with pytest.raises(WrongState, match="Not taken off: this person was told that it is there"):
        fixes.unlink(request, by=alice)


def test_new_fix_and_its_link_stand_or_fall_together(alice: User) -> None:
    unsorted, problem = make_request(), make_request(kind=PROBLEM)

    with pytest.raises(WrongState, match="Not linked: say first what it is"):
        fixes.link_new(unsorted, title="Timer", description="", theme=None, by=alice)
    fix = fixes.link_new(problem, title="Timer", description="At dawn", theme=None, by=alice)

    assert list(Fix.objects.values_list("title", "description", "author")) == [("Timer", "At dawn", alice.pk)]
    problem.refresh_from_db()
    assert problem.fix == fix


def test_views_of_requests(alice: User) -> None:
    mine = make_account(owner=alice)
    unsorted = make_request(due_at=NOW + DAY)
    late = make_request(due_at=NOW - DAY, kind=QUESTION)
    by_contact = make_request(contact=make_contact(owner=alice), due_at=NOW + 2 * DAY, kind=PROBLEM)
    by_account = make_request(contact=make_contact(account=mine), due_at=NOW + 3 * DAY, kind=PROBLEM)
    make_request(
        contact=make_contact(account=mine, owner=make_user()), due_at=NOW + 4 * DAY, told_at=NOW, kind=QUESTION
    )
    linked = make_request(due_at=NOW - 2 * DAY, kind=PROBLEM, fix=make_fix())
    none = make_request(due_at=NOW - 3 * DAY, kind=NO_WISH)

    found = {view.value: list(fixes.requests_of(view, alice, at=NOW)) for view in RequestView}

    assert len(found.pop("all")) == 7
    assert found == {
        "unsorted": [unsorted],
        "overdue": [late],
        "mine": [by_contact, by_account],
        "waiting": [late, unsorted, by_contact, by_account],
        "linked": [linked],
        "none": [none],
    }


def test_next_request_is_the_one_below_and_from_the_end_the_first(alice: User) -> None:
    first, second, third = (make_request(due_at=NOW) for _ in range(3))
    apart = make_request(due_at=NOW - DAY, kind=NO_WISH)

    def after(request: CustomerRequest, view: RequestView) -> CustomerRequest | None:
        return fixes.following(request, view, alice, at=NOW)

    assert [after(each, RequestView.UNSORTED) for each in (first, second, third)] == [second, third, first]
    assert after(third, RequestView.ALL) == second  # the latest stand on top there
    assert after(apart, RequestView.NO_WISH) is None


def test_candidates_are_of_the_theme_first_then_the_most_wanted() -> None:
    noise = make_theme("Noise")
    alike, wanted, idle = make_fix(title="A timer", theme=noise), make_fix(title="A TIMER too"), make_fix(title="Lamp")
    make_fix(title="A timer of old", status=FixStatus.DECLINED)
    present = make_fix(title="The present timer")
    make_request(fix=wanted)
    request = make_request(theme=noise, fix=present)

    assert list(fixes.candidates(request)) == [alike, wanted, idle]
    assert list(fixes.candidates(request, title="timer")) == [alike, wanted]
    assert list(fixes.candidates(make_request())[:1]) == [present]  # newest of the most wanted: no theme, no match
    assert list(fixes.candidates(request, title="%")) == []


# --------------------------------------------------------------------------------------------------------------- fixes


def test_people_count_once_and_each_account_pays_once(django_assert_num_queries: Callable[[int], Any]) -> None:
    rich = make_account(revenue=Decimal("100.50"))
    ana, ben = make_contact(account=rich), make_contact(account=rich)
    fix, alone, silent = make_fix(), make_fix(), make_fix()
    for contact in (ana, ana, ben, make_contact(account=make_account(revenue=7)), make_contact()):
        make_request(contact=contact, response=None, fix=fix, kind=PROBLEM)
    make_request(fix=alone, kind=PROBLEM)

    with django_assert_num_queries(1):
        weighed = {each.pk: (each.people, each.revenue) for each in Fix.objects.weighed()}

    assert weighed == {fix.pk: (4, Decimal("107.50")), alone.pk: (1, None), silent.pk: (0, None)}


def test_fix_goes_from_idea_to_shipped(alice: User, bob: User) -> None:
    fix = fixes.create(title="A quieter grinder", by=bob)

    fixes.plan(fix, owner=bob, due_on=LATER, by=alice)
    fixes.replan(fix, owner=alice, due_on=LATER, reason="Bob is away", by=alice)
    fixes.ship(fix, reason="A ring dampens it", by=alice)

    fix.refresh_from_db()
    assert (fix.status, fix.owner, fix.due_on, fix.author) == (FixStatus.SHIPPED, alice, LATER, bob)
    assert fix.shipped_at is not None
    assert told(fix) == [
        ("Shipped", "A ring dampens it", "alice"),
        ("New plan: by 15 Dec 2099, owner Alice", "Bob is away", "alice"),
        ("Planned by 15 Dec 2099, owner Bob", "", "alice"),
        ("Idea posted", "", "bob"),
    ]


@pytest.mark.parametrize("target", FixStatus)
@pytest.mark.parametrize("source", FixStatus)
def test_each_pair_of_states_is_legal_or_refused(alice: User, source: FixStatus, target: FixStatus) -> None:
    fix = make_fix(status=source)
    legal = {
        ("idea", "planned"),
        ("idea", "declined"),
        ("planned", "shipped"),
        ("planned", "declined"),
        ("shipped", "announced"),
        ("idea", "merged"),
        ("planned", "merged"),
    }

    if (source, target) in legal:
        assert fixes.why_not(fix, target) == ""
        move(fix, FIX_MOVES, target, by=alice)
        assert fix.status == target
    else:
        assert fixes.why_not(fix, target) != ""
        with pytest.raises(WrongState):
            move(fix, FIX_MOVES, target, by=alice)
        fix.refresh_from_db()
        assert fix.status == source


VERBS: dict[FixStatus, Callable[[Fix, User], None]] = {
    FixStatus.PLANNED: lambda fix, by: fixes.plan(fix, owner=by, due_on=LATER, by=by),
    FixStatus.SHIPPED: lambda fix, by: fixes.ship(fix, reason="It is there", by=by),
    FixStatus.DECLINED: lambda fix, by: fixes.decline(fix, reason="Too dear", by=by),
}


@pytest.mark.parametrize("target", VERBS)
@pytest.mark.parametrize("source", FixStatus)
def test_verb_moves_or_refuses_with_the_reason_and_leaves_no_trace(
    alice: User, source: FixStatus, target: FixStatus
) -> None:
    fix = make_fix(status=source)
    reason = fixes.why_not(fix, target)

    if not reason:
        VERBS[target](fix, alice)
        assert [(event.came_from, event.went_to) for event in trail.events(fix)] == [(source, target)]
    else:
        with pytest.raises(WrongState) as refusal:
            VERBS[target](fix, alice)
        assert str(refusal.value) == f"Not moved to “{target.label}”: {reason}"
        assert list(trail.events(fix)) == []


def test_only_what_is_planned_has_a_plan_to_change(alice: User) -> None:
    fix = make_fix()

    with pytest.raises(WrongState, match="Not changed: only what is planned has a day and an owner to change"):
        fixes.replan(fix, owner=alice, due_on=LATER, reason="Sooner", by=alice)


def test_same_plan_again_changes_nothing(alice: User) -> None:
    fix = make_fix(status=FixStatus.PLANNED, owner=alice, due_on=LATER)

    fixes.replan(fix, owner=alice, due_on=LATER, reason="Sooner", by=alice)

    assert told(fix) == []


def test_reason_that_looks_like_a_plan_is_told_as_it_is(alice: User) -> None:
    fix = make_fix()

    fixes.decline(fix, reason="plan 2026-99-99\nnonsense", by=alice)

    assert told(fix) == [("Declined", "plan 2026-99-99\nnonsense", "alice")]


def test_declined_fix_keeps_who_asked(alice: User) -> None:
    fix = make_fix()
    request = make_request(fix=fix, kind=PROBLEM)

    fixes.decline(fix, reason="Too dear", by=alice)

    assert list(fix.requests.all()) == [request]


def test_old_picture_of_a_fix_is_refused_and_changes_nothing(alice: User, bob: User) -> None:
    fix = make_fix()
    seen = trail.version(fix)
    fixes.plan(fix, owner=bob, due_on=LATER, by=bob, seen=seen)

    with pytest.raises(trail.Changed):
        fixes.decline(fix, reason="Too dear", by=alice, seen=seen)

    fix.refresh_from_db()
    assert fix.status == FixStatus.PLANNED


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_of_two_who_decide_at_once_one_wins() -> None:
    alice, bob, fix = make_user(), make_user(), make_fix()
    seen = trail.version(fix)

    def plan() -> None:
        fixes.plan(Fix.objects.get(pk=fix.pk), owner=bob, due_on=LATER, by=bob, seen=seen)

    def decline() -> None:
        fixes.decline(Fix.objects.get(pk=fix.pk), reason="Too dear", by=alice, seen=seen)

    results = at_once(plan, decline)

    assert sorted(type(result).__name__ for result in results) == ["Changed", "NoneType"]
    fix.refresh_from_db()
    assert fix.status == (FixStatus.PLANNED if results[0] is None else FixStatus.DECLINED)
    assert trail.events(fix).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_of_two_who_link_at_once_one_wins_and_both_see_it() -> None:
    alice, request, fix, other = make_user(), make_request(kind=PROBLEM), make_fix(), make_fix()
    seen = trail.version(request)

    def link_to(target: Fix) -> Callable[[], None]:
        return lambda: fixes.link(CustomerRequest.objects.get(pk=request.pk), fix=target, by=alice, seen=seen)

    results = at_once(link_to(fix), link_to(other))

    assert sorted(type(result).__name__ for result in results) == ["Changed", "NoneType"]
    request.refresh_from_db()
    assert request.fix == (fix if results[0] is None else other)


def test_views_of_fixes(alice: User) -> None:
    today = timezone.localdate()
    idea = make_fix()
    own = make_fix(author=alice)
    wanted = make_fix()
    make_request(fix=wanted)
    soon = make_fix(status=FixStatus.PLANNED, due_on=today, owner=alice)
    late = make_fix(status=FixStatus.PLANNED, due_on=today - DAY)
    shipped = make_fix(status=FixStatus.SHIPPED, shipped_at=NOW)
    announced = make_fix(status=FixStatus.ANNOUNCED, shipped_at=NOW + DAY)
    declined = make_fix(status=FixStatus.DECLINED)

    found = {view.value: list(fixes.listed(view, alice, on=today)) for view in FixView}

    assert found == {
        "open": [late, soon, wanted, own, idea],
        "mine": [soon, own],
        "overdue": [late],
        "shipped": [shipped, announced],
        "declined": [declined],
    }
    assert (late.is_overdue, soon.is_overdue, idea.is_overdue) == (True, False, False)


def test_whoever_sees_fixes_may_own_one(alice: User, bob: User, carol: User) -> None:
    employee = make_user("emil", "Employee", first_name="Emil")
    gone = make_user("gone", "Employee")
    gone.is_active = False
    gone.save(update_fields=["is_active"])

    assert list(fixes.owners()) == [alice, bob, employee]


def test_request_events_carry_the_contact_and_fix_events_none(alice: User) -> None:
    request, fix = make_request(kind=PROBLEM, response=make_response(score=7)), make_fix()

    fixes.link(request, fix=fix, by=alice)
    fixes.decline(fix, reason="Too dear", by=alice)

    assert list(Event.objects.order_by("pk").values_list("kind", "contact")) == [
        ("advocacy.customerrequest", request.contact_id),
        ("advocacy.fix", None),
    ]
