from __future__ import annotations

import datetime as dt
from threading import Barrier, Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection
from django.utils import timezone

from advocacy import cases, routing
from advocacy.enums import CaseStatus, Outcome, RoutedTo
from advocacy.models import Advocate, Case, CustomerRequest, Routing
from surveys import responses
from surveys.enums import Channel, Evidence
from surveys.models import Event
from tests.factories import make_account, make_case, make_contact, make_invitation, make_response, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("score", "routed_to", "follow_up"),
    [
        (0, RoutedTo.CASE, Case),
        (6, RoutedTo.CASE, Case),
        (7, RoutedTo.REQUEST, CustomerRequest),
        (8, RoutedTo.REQUEST, CustomerRequest),
        (9, RoutedTo.ADVOCATE, Advocate),
        (10, RoutedTo.ADVOCATE, Advocate),
    ],
)
def test_each_band_gets_its_follow_up_and_no_other(score: int, routed_to: str, follow_up: Any) -> None:
    response = make_response(score=score)

    routing.route_settled()

    receipt = Routing.objects.get()
    assert (receipt.response, receipt.revision, receipt.routed_to) == (response, 1, routed_to)
    counts = {model: model.objects.count() for model in (Case, CustomerRequest, Advocate)}
    assert counts == {model: int(model is follow_up) for model in counts}


def test_second_run_changes_nothing() -> None:
    make_response(score=2)
    routing.route_settled()
    before = (list(Routing.objects.values()), list(Case.objects.values()), Event.objects.count())

    more = routing.route_settled()

    assert not more
    assert (list(Routing.objects.values()), list(Case.objects.values()), Event.objects.count()) == before


def test_unsettled_response_waits() -> None:
    make_response(score=2, settles_at=timezone.now() + dt.timedelta(seconds=120))

    routing.route_settled()

    assert Routing.objects.count() == 0


def test_changed_answer_is_routed_again_and_joins_the_open_case() -> None:
    invitation = make_invitation()
    responses.record(invitation, score=2, language="en")
    routing.route_settled()

    responses.record(invitation, score=4, comment="worse", language="en")
    routing.route_settled()

    assert list(Routing.objects.order_by("revision").values_list("revision", "routed_to")) == [(1, "case"), (2, "case")]
    case = Case.objects.get()
    assert list(Event.objects.filter(object_id=case.pk).order_by("pk").values_list("reason", flat=True)) == [
        "score 2",
        "answered again: 4",
    ]


def test_detractor_who_turns_promoter_keeps_the_case_a_person_began() -> None:
    invitation = make_invitation()
    responses.record(invitation, score=2, language="en")
    routing.route_settled()

    responses.record(invitation, score=9, language="en")
    routing.route_settled()

    assert Case.objects.get().status == CaseStatus.OPEN
    assert Advocate.objects.get().contact == invitation.contact


def test_second_bad_score_of_a_contact_opens_no_second_case() -> None:
    contact = make_contact()
    case = make_case(contact=contact, response=None)
    make_response(score=1, contact=contact)

    routing.route_settled()

    assert Case.objects.get() == case


def test_bad_score_after_a_closed_case_opens_a_new_one() -> None:
    contact = make_contact()
    make_case(contact=contact, response=None, status=CaseStatus.CLOSED, outcome=Outcome.RESOLVED)
    make_response(score=1, contact=contact)

    routing.route_settled()

    assert list(Case.objects.order_by("pk").values_list("status", flat=True)) == ["closed", "open"]


def test_response_without_contact_becomes_nothing_and_says_why() -> None:
    made = make_response(score=1)
    make_response(score=1, invitation=None, contact=None, campaign=made.campaign, channel=Channel.LINK, style="banded")
    make_invitation()

    routing.route_settled()

    assert sorted(Routing.objects.values_list("routed_to", flat=True)) == ["case", "no_contact"]


def test_old_imported_response_is_counted_not_routed() -> None:
    made = make_response(score=1, evidence=Evidence.IMPORTED, at=timezone.now() - dt.timedelta(days=15))

    routing.route(made.pk)

    assert Routing.objects.get().routed_to == RoutedTo.TOO_OLD
    assert Case.objects.count() == 0


def test_owner_is_the_contacts_owner_first() -> None:
    lin, marta = make_user("lin"), make_user("marta")
    contact = make_contact(owner=lin, account=make_account(owner=marta))

    routing.route(make_response(score=1, contact=contact).pk)

    assert Case.objects.get().owner == lin


def test_owner_is_the_accounts_owner_next_and_left_staff_get_nothing() -> None:
    gone, marta = make_user("gone", is_active=False), make_user("marta")
    contact = make_contact(owner=gone, account=make_account(owner=marta))

    routing.route(make_response(score=1, contact=contact).pk)

    assert Case.objects.get().owner == marta


def test_cases_without_a_natural_owner_go_round_support() -> None:
    support = [make_user(name, "Support") for name in ("ann", "ben", "cem")]
    make_user("boss", "Support lead")

    for _ in range(6):
        routing.route(make_response(score=1).pk)

    owners = list(Case.objects.order_by("pk").values_list("owner__username", flat=True))
    assert owners == [user.username for user in support] * 2


def test_nobody_of_support_leaves_the_case_unassigned() -> None:
    routing.route(make_response(score=1).pk)

    assert Case.objects.get().owner is None


def test_due_time_counts_the_open_hours_of_the_owners_team() -> None:
    lin = make_user("lin")
    make_team(timezone="Asia/Shanghai", members=[lin])
    friday_noon_in_shanghai = dt.datetime(2026, 11, 20, 4, 0, tzinfo=dt.UTC)
    response = make_response(score=1, contact=make_contact(owner=lin), at=friday_noon_in_shanghai)

    routing.route(response.pk)

    monday_noon_in_shanghai = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
    assert Case.objects.get().due_at == monday_noon_in_shanghai


@pytest.mark.parametrize("broken", ["urgency.weigh", "Routing.save", "record"])
def test_crash_between_two_statements_leaves_nothing_and_is_routed_next_time(
    monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    make_response(score=1)

    def crash(*_args: Any, **_kwargs: Any) -> None:
        raise IntegrityError("the database went away")

    with monkeypatch.context() as patch:
        patch.setattr(f"advocacy.routing.{broken}", crash)
        routing.route_settled()
    assert (Case.objects.count(), Routing.objects.count()) == (0, 0)

    routing.route_settled()

    assert (Case.objects.count(), Routing.objects.count()) == (1, 1)


def test_one_bad_response_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = make_response(score=1), make_response(score=2)
    route = routing.route

    def route_but_one(pk: int) -> Routing | None:
        if pk == bad.pk:
            raise RuntimeError("poison")
        return route(pk)

    monkeypatch.setattr(routing, "route", route_but_one)
    routing.route_settled()

    assert Routing.objects.get().response == good


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_routers_at_once_make_one_receipt_each() -> None:
    contact = make_contact()
    for _ in range(8):
        make_response(score=1, contact=contact)
    make_user("ann", "Support")
    barrier = Barrier(4)

    def run() -> None:
        barrier.wait()
        routing.route_settled()
        connection.close()

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    routing.route_settled()  # what lost a race is tried again at the next tick

    assert Routing.objects.count() == 8
    assert Case.objects.count() == 1


def test_owner_lookup_ignores_users_of_other_groups(alice: User) -> None:
    alice.groups.clear()

    routing.route(make_response(score=1).pk)

    assert Case.objects.get().owner is None


MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


def test_opened_case_has_all_its_clocks() -> None:
    routing.route(make_response(score=1, at=MONDAY).pk, at=MONDAY)

    case = Case.objects.get()
    assert (case.warn_at, case.due_at) == (MONDAY.replace(hour=15), MONDAY.replace(hour=17))
    assert (case.owner_due_at, case.resolve_by) == (MONDAY.replace(hour=13), MONDAY.replace(day=27, hour=17))


def test_case_with_an_owner_waits_for_none() -> None:
    routing.route(make_response(score=1, contact=make_contact(owner=make_user())).pk)

    assert Case.objects.get().owner_due_at is None


def test_worse_score_makes_its_case_more_urgent_and_never_less() -> None:
    contact = make_contact()
    routing.route(make_response(score=6, contact=contact, at=MONDAY).pk, at=MONDAY)
    first = Case.objects.get()

    routing.route(make_response(score=0, contact=contact, at=MONDAY).pk, at=MONDAY)
    worse = Case.objects.get()
    routing.route(make_response(score=6, contact=contact, at=MONDAY).pk, at=MONDAY)

    assert (first.priority, first.due_at) == (46, MONDAY.replace(day=24, hour=17))
    assert (worse.priority, worse.due_at, worse.warn_at) == (6, MONDAY.replace(hour=17), MONDAY.replace(hour=15))
    case = Case.objects.get()
    assert (case.priority, case.due_at, case.warn_at) == (6, worse.due_at, worse.warn_at)


def test_who_answers_again_is_not_waited_for_any_more(alice: User) -> None:
    contact = make_contact()
    case = make_case(contact=contact, response=None)
    cases.wait(case, by=alice)

    routing.route(make_response(score=6, contact=contact).pk)

    case.refresh_from_db()
    assert case.waiting_since is None


def test_request_is_due_after_forty_open_hours_of_the_team() -> None:
    lin = make_user("lin")
    make_team()
    make_team(members=[lin], timezone="Asia/Shanghai", holidays="2026-11-25")
    monday = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)  # 9:00 in Shanghai

    routing.route(make_response(score=8, contact=make_contact(owner=lin), at=monday).pk)

    assert CustomerRequest.objects.get().due_at == dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC)
