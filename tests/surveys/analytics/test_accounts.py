from __future__ import annotations

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from surveys.analytics import accounts
from surveys.models import Account
from surveys.scoring import Counts
from tests.factories import make_account, make_contact, make_response

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def test_the_latest_answer_of_each_contact_counts() -> None:
    account = make_account()
    ana, bo = make_contact(account=account), make_contact(account=account)
    make_contact(account=account)
    make_response(contact=ana, score=2, at=NOW - 9 * DAY)
    make_response(contact=ana, score=9, at=NOW - DAY)
    make_response(contact=bo, score=7, at=NOW - 2 * DAY)
    make_response(score=0)

    figures = accounts.figures([account], at=NOW)[account.pk]

    assert figures.people == 3
    assert figures.counts == Counts(promoters=1, passives=1, detractors=0)
    assert figures.last_answered_at == NOW - DAY
    assert str(figures.coverage) == "67"


def test_answer_counts_once_it_is_settled() -> None:
    account = make_account()
    make_response(contact=make_contact(account=account), score=2, at=NOW, settles_at=NOW + DAY)

    assert accounts.figures([account], at=NOW)[account.pk].counts.n == 0


def test_account_without_people_has_no_figures() -> None:
    account = make_account()

    figures = accounts.figures([account], at=NOW)[account.pk]

    assert figures == accounts.Figures()
    assert (figures.coverage, figures.counts.nps) == (None, None)


def test_figures_of_many_accounts_take_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rows = [make_account() for _ in range(3)]
    for account in rows:
        make_response(contact=make_contact(account=account))

    with django_assert_num_queries(1):
        figures = accounts.figures(rows)

    assert [figures[account.pk].counts.n for account in rows] == [1, 1, 1]


def test_silent_is_an_account_of_which_nobody_answered_for_so_long() -> None:
    silent, loud, empty = make_account(name="silent"), make_account(name="loud"), make_account(name="empty")
    for account, ago in ((silent, 31 * DAY), (loud, 29 * DAY)):
        make_contact(account=account)
        make_response(contact=make_contact(account=account), at=NOW - ago)

    found = accounts.silent(Account.objects.all(), days=30, at=NOW)

    assert set(found) == {silent}
    assert set(accounts.silent(Account.objects.all(), days=90, at=NOW)) == set()
    assert empty not in found
