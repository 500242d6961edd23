"""What a case carries of answers is what stands in them, whatever happened to them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from advocacy import carried, routing, tasks, worklist
from advocacy.filters import Filters
from advocacy.models import Case
from advocacy.worklist import View, Viewer
from surveys import contacts, imports, privacy, responses
from surveys.enums import Basis, Evidence
from surveys.models import Account, Contact, Invitation, Response
from tests.advocacy.carrying import CARRIED, SILENT, of_all_cases, told_by_answers
from tests.factories import (
    make_account,
    make_campaign,
    make_case,
    make_contact,
    make_invitation,
    make_response,
    make_team,
    make_theme,
    make_wave,
)

pytestmark = pytest.mark.django_db

fill = import_module("advocacy.migrations.0043_fill_what_cases_carry").fill


def answer(contact: Contact, score: int, invitation: Invitation | None = None, **fields: Any) -> Response:
    """Answer an invitation, and let the router see it."""
    invitation = invitation or make_invitation(contact=contact)
    given = {"language": "en", "evidence": Evidence.SUBMITTED, **fields}
    response = responses.record(invitation, score=score, **given)
    routing.route_settled()
    return response


def carried_by(case: Case) -> tuple[Any, ...]:
    (row,) = Case.objects.filter(pk=case.pk).values_list(*CARRIED)
    return tuple(row)


def test_new_case_carries_its_answer() -> None:
    contact = make_contact()

    response = answer(contact, 2, comment="é" * 400, language="pt-BR", wants_contact=True)

    case = Case.objects.get()
    assert carried_by(case)[:7] == (2, "pt-BR", response.campaign_id, "é" * 300, True, False, False)
    assert of_all_cases() == told_by_answers()


def test_corrected_answer_is_carried_once_it_is_routed() -> None:
    contact = make_contact()
    first = answer(contact, 1, comment="It leaks")

    assert first.invitation is not None
    answer(contact, 5, first.invitation, comment="It leaks a little")

    case = Case.objects.get()
    assert carried_by(case)[:4] == (5, "en", first.campaign_id, "It leaks a little")
    assert of_all_cases() == told_by_answers()


@pytest.mark.parametrize(
    ("score", "past"), [(0, (True, False)), (6, (True, False)), (7, (False, False)), (9, (False, True))]
)
def test_later_answer_of_any_band_is_carried_beside_the_first(score: int, past: tuple[bool, bool]) -> None:
    contact = make_contact()
    answer(contact, 1)

    answer(contact, score)

    case = Case.objects.get()
    assert carried_by(case)[0] == 1
    assert carried_by(case)[5:7] == past
    assert of_all_cases() == told_by_answers()


def test_answer_of_somebody_else_is_not_carried() -> None:
    answer(make_contact(), 1)
    case = Case.objects.get()
    before = carried_by(case)

    answer(make_contact(), 0)

    assert carried_by(case) == before


def test_merged_contact_brings_its_answers(alice: User) -> None:
    keep, gone = make_contact(), make_contact()
    answer(keep, 1)
    answer(gone, 9)
    other = make_case(contact=gone, response=make_response(contact=gone, score=3))

    privacy.merge(keep, gone, by=alice)

    assert list(Case.objects.values_list("has_other_bad", "has_other_best")) == [(True, True)]
    assert not Case.objects.filter(pk=other.pk).exists()
    assert of_all_cases() == told_by_answers()


def test_case_of_a_merged_contact_carries_what_the_other_answered(alice: User) -> None:
    keep, gone = make_contact(), make_contact()
    answer(keep, 10)
    answer(gone, 1, comment="It leaks")

    privacy.merge(keep, gone, by=alice)

    case = Case.objects.get()
    assert case.contact == keep
    assert carried_by(case)[3:7] == ("It leaks", False, False, True)
    assert of_all_cases() == told_by_answers()


def test_erased_contact_leaves_no_words_behind(alice: User) -> None:
    contact = make_contact()
    answer(contact, 1, comment="It leaks")
    assert Case.objects.filter(answer_excerpt="It leaks").exists()

    privacy.erase(contact, by=alice)

    assert not Case.objects.exists()


def test_case_whose_answer_is_gone_shows_none(alice: User) -> None:
    case = make_case(response=make_response(comment="It leaks"))
    assert case.response is not None
    case.response.delete()

    shown: Any = worklist.page(View.OPEN, Viewer(alice, ZoneInfo("UTC"), case.opened_at)).cases[0]
    carried.renew(Case.objects.all())

    assert (shown.response, shown.excerpt) == (None, "")
    assert carried_by(case)[:7] == (*SILENT, False, False)


def test_row_shows_the_answer_it_carries_in_one_statement(alice: User, django_assert_num_queries: Any) -> None:
    response = make_response(score=4, comment="It leaks", language="es", wants_contact=True)
    case = make_case(response=response)
    viewer = Viewer(alice, ZoneInfo("UTC"), case.opened_at)

    with django_assert_num_queries(1):
        shown: Any = worklist.page(View.OPEN, viewer).cases[0]
        said = (shown.response.score, shown.response.language, shown.response.wants_contact, shown.excerpt)

    assert said == (4, "es", True, "It leaks")
    assert shown.response == response
    assert shown.response.comment == "It leaks"  # read when somebody asks for it


# ----------------------------------------------------------------------------------------------- people and accounts


@pytest.fixture
def case() -> Case:
    contact = make_contact(name="Ana Ruiz", account=make_account(revenue=900))
    return make_case(contact=contact, response=make_response(contact=contact, comment="It LEAKS"))


def people_of(case: Case) -> tuple[Any, ...]:
    return carried_by(case)[7:10]


def called(case: Case) -> tuple[Any, ...]:
    return carried_by(case)[10:]


def test_case_carries_whose_it_is(case: Case) -> None:
    assert people_of(case) == (case.contact.account_id, Decimal(900), "ana ruiz\nit leaks")
    assert of_all_cases() == told_by_answers()


def test_contact_that_was_changed_is_carried_anew(case: Case, alice: User) -> None:
    account = make_account(revenue=7)
    contact = Contact.objects.get(pk=case.contact_id)

    contacts.save_details(contact, seen=contacts.version(contact), by=alice, name="Bea", account=account)

    assert people_of(case) == (account.pk, Decimal(7), "bea\nit leaks")
    assert called(case) == ("Bea", "", account.name)


@pytest.mark.parametrize(
    ("known", "shown"), [({"email": "a@example.com"}, "a@example.com"), ({"email": "", "phone": "+34 6"}, "+34 6")]
)
def test_row_names_a_contact_as_every_page_does(
    known: dict[str, str], shown: str, alice: User, django_assert_num_queries: Any
) -> None:
    contact = make_contact(name="", language="es", account=make_account(name="Mill", revenue=5), **known)
    made = make_case(contact=contact)

    with django_assert_num_queries(1):
        row = worklist.page(View.OPEN, Viewer(alice, ZoneInfo("UTC"), made.opened_at)).cases[0]
        account = row.contact.account
        assert account is not None
        said = (str(row.contact), row.contact.language, str(account), account.revenue)

    assert said == (shown, "es", "Mill", Decimal(5))
    assert str(contact) == shown
    assert (row.contact, account) == (contact, contact.account)
    assert row.contact.phone == contact.phone  # read when somebody asks for it


def test_wish_about_mail_leaves_its_cases_alone(case: Case, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        case.contact.save(update_fields=["mail_wish"])


def test_account_that_was_changed_is_carried_anew(case: Case) -> None:
    account = case.contact.account
    assert account is not None

    account.name, account.revenue = "Mill", None
    account.save()

    assert people_of(case)[1] is None
    assert called(case)[2] == "Mill"
    assert of_all_cases() == told_by_answers()


def test_account_that_is_gone_is_not_carried(case: Case) -> None:
    Account.objects.all().delete()

    assert people_of(case) == (None, None, "ana ruiz\nit leaks")
    assert called(case) == ("Ana Ruiz", "", "")
    assert of_all_cases() == told_by_answers()


def test_merged_contact_takes_the_name_it_had_not(alice: User) -> None:
    keep, gone = make_contact(name=""), make_contact(name="Ana", account=make_account(revenue=5))
    answer(keep, 1)

    privacy.merge(keep, gone, by=alice)

    assert Case.objects.get().searched == "ana\n"
    assert of_all_cases() == told_by_answers()


def test_import_is_carried_when_it_is_over_and_when_it_is_taken_back(case: Case, alice: User) -> None:
    before = people_of(case)
    file = ContentFile(f"email,name,company,revenue\n{case.contact.email},Bea,Mill,41\n".encode())
    batch = imports.receive(file, name="people.csv", basis=Basis.CUSTOMER, source="CRM", by=alice)
    imports.submit(batch, mapping=imports.mapping_for(batch), by=alice)
    assert imports.run_next()
    batch.refresh_from_db()

    imports.confirm(batch, by=alice)
    assert imports.run_next()
    brought = people_of(case)
    batch.refresh_from_db()
    imports.take_back(batch, by=alice)
    assert imports.run_next()

    assert brought[1:] == (Decimal(41), "bea\nit leaks")
    assert people_of(case) == before
    assert of_all_cases() == told_by_answers()


def test_tick_finds_what_was_changed_past_the_models(case: Case) -> None:
    other = make_case()
    Contact.objects.filter(pk=case.contact_id).update(name="Bea")
    Contact.objects.filter(pk=other.contact_id).update(account=make_account())
    assert of_all_cases() != told_by_answers()

    tasks.renew_what_cases_carry()

    assert of_all_cases() == told_by_answers()
    with CaptureQueriesContext(connection) as sent:
        tasks.renew_what_cases_carry()
    assert len(sent) == 1


# ------------------------------------------------------------------------------------------------------------- filters


@pytest.mark.parametrize("name", ["owner", "nobody", "team", "theme", "language", "campaign"])
def test_one_filter_alone_takes_one_statement_and_finds_what_it_names(
    name: str, alice: User, django_assert_num_queries: Any
) -> None:
    wave = make_wave(campaign=make_campaign())
    response = make_response(language="ar", invitation=make_invitation(wave=wave))
    found = make_case(response=response, owner=alice if name == "owner" else None, team=make_team(), theme=make_theme())
    make_case(owner=None if name == "owner" else alice)
    chosen = {
        "owner": Filters(owner=str(alice.pk)),
        "nobody": Filters(owner="nobody"),
        "team": Filters(team=found.team_id),
        "theme": Filters(theme=found.theme_id),
        "language": Filters(language="ar"),
        "campaign": Filters(campaign=wave.campaign_id),
    }[name]
    viewer = Viewer(alice, ZoneInfo("UTC"), found.opened_at)

    with django_assert_num_queries(1):
        first = worklist.page(View.OPEN, viewer, filters=chosen)
    later = worklist.page(View.OPEN, viewer, filters=chosen, after=worklist.cursor(first.cases[0]))

    assert (first.cases, later.cases) == ([found], [])
    assert list(worklist.ordered(View.OPEN, viewer, chosen)) == [found]


@pytest.mark.parametrize(
    ("words", "is_found"),
    [("leaks", True), ("ANA r", True), ("100%", True), ("100_", False), ("100\\", False), ("'", False), ("last", True)],
)
def test_words_are_found_in_name_and_whole_comment(words: str, is_found: bool, alice: User) -> None:
    contact = make_contact(name="Ana Ruiz")
    comment = f"It LEAKS, 100% sure {'x' * 400} and the last"
    found = make_case(contact=contact, response=make_response(contact=contact, comment=comment))
    make_case()
    viewer = Viewer(alice, ZoneInfo("UTC"), found.opened_at)

    shown = worklist.page(View.OPEN, viewer, filters=Filters(q=words)).cases

    assert shown == [found] * is_found
    assert worklist.page(View.OPEN, viewer, filters=Filters(q=words, low=0)).cases == shown


@pytest.mark.parametrize("chosen", [Filters(q="ana"), Filters(q="ana", low=0)])
def test_words_are_looked_for_in_so_many_cases_from_where_the_page_begins(
    chosen: Filters, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist, "SEARCHED", 3)
    worklist._paged.cache_clear()
    at = timezone.now()
    made = [make_case(due_at=at + hour * dt.timedelta(hours=1), contact=make_contact(name="Ana")) for hour in range(5)]
    viewer = Viewer(alice, ZoneInfo("UTC"), at)

    first = worklist.page(View.OPEN, viewer, filters=chosen, size=2)
    second = worklist.page(View.OPEN, viewer, filters=chosen, size=2, after=first.next_cursor)
    all_of_first = worklist.page(View.OPEN, viewer, filters=chosen)
    worklist._paged.cache_clear()

    assert (first.cases, second.cases) == (made[:2], made[2:4])
    assert all_of_first.cases == made[:3]


def test_migration_fills_cases_from_before() -> None:
    contact = make_contact()
    make_response(contact=contact, score=9)
    make_case(contact=contact, response=make_response(contact=contact, score=3, comment="It leaks"))
    make_case(response=None, contact=make_contact(name="Ana", account=make_account(revenue=12)))
    before = of_all_cases()
    wrong = (7, "xx", None, "x", True, True, False, None, 5, "x", "x", "x", "x")
    Case.objects.update(**dict(zip(CARRIED, wrong, strict=True)))

    fill(apps, None)

    assert of_all_cases() == before == told_by_answers()
