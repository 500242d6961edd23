from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from surveys.models import Account, Contact
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import make_account, make_contact, make_response, make_user

pytestmark = pytest.mark.django_db

PAGE = "/accounts/"
DAY = dt.timedelta(days=1)


def read(client: Client, place: str = PAGE, **query: str | int) -> str:
    response = client.get(place, query)
    assert response.status_code == 200
    return html_of(response)


def names(page: str) -> list[str]:
    return re.findall(r'<a class="q" href="/accounts/\d+/"><bdi>(.*?)</bdi>', page)


def people(page: str) -> list[str]:
    return re.findall(r'<a class="q" href="/contacts/\d+/"><bdi[^>]*>(.*?)</bdi>', page)


def make_answered(account: Account, scores: list[int], *, at: dt.datetime | None = None) -> None:
    for score in scores:
        make_response(contact=make_contact(account=account), score=score, at=at)


def test_row_tells_revenue_people_coverage_and_too_few(client: Client, alice: User) -> None:
    account = make_account(name="Öko", revenue=Decimal(84_770), owner=alice, segment="Key")
    make_answered(account, [9, 2])
    make_contact(account=account)
    client.force_login(alice)

    row = re.search(r"<tr role=\"row\" data-row>.*?</tr>", read(client))

    assert row
    said = " ".join(re.sub(r"<[^>]*>", " ", row[0]).replace("\xa0", " ").split())
    assert said == "Öko Key 84,770 a year 3 too few to say, 2 of 30 67 % (2 of 3) 0 minutes ago A Alice"


def test_thirty_answers_are_a_score_with_its_interval_and_n(client: Client, alice: User) -> None:
    account = make_account()
    make_answered(account, [9] * 18 + [7] * 6 + [2] * 6)
    client.force_login(alice)

    assert "+40" in read(client)
    said = text_of(client.get(f"{PAGE}{account.pk}/"))
    assert re.search(r"Score \+40 \+\d+ to \+\d+ with 95 % confidence, n 30", said)
    assert "18 promoters, 6 passives, 6 detractors" in said
    assert "Base: the latest answer of each contact." in said


def test_filters_and_order(client: Client, alice: User) -> None:
    silent, loud = make_account(name="Silent ÖKO", revenue=1), make_account(name="loud", revenue=9)
    make_answered(silent, [9], at=timezone.now() - 100 * DAY)
    make_answered(loud, [9])
    make_account(name="empty")
    client.force_login(alice)

    assert names(read(client)) == ["empty", "loud", "Silent ÖKO"]
    assert names(read(client, order="revenue")) == ["loud", "Silent ÖKO", "empty"]
    assert names(read(client, silent=90)) == ["Silent ÖKO"]
    assert names(read(client, silent=180)) == []
    assert names(read(client, q="öko")) == ["Silent ÖKO"]


@pytest.mark.parametrize(
    "query",
    [{"silent": "x"}, {"silent": "-1"}, {"order": "\x00"}, {"q": "\x00%_"}, {"page": "9" * 30}, {"q": "x" * 999}],
)
def test_strange_addresses_are_no_error(client: Client, alice: User, query: dict[str, str]) -> None:
    make_account()
    client.force_login(alice)

    assert client.get(PAGE, query).status_code == 200


def test_empty_states(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert "<h2>No account yet</h2>" in read(client)
    assert "<h2>No account has been silent for 90 days</h2>" in read(client, silent=90)
    assert "<h2>No account fits these filters</h2>" in read(client, q="x")
    assert "<h2>Nothing follows here</h2>" in read(client, page=2)


def test_page_lists_its_people_whoever_answered_last_first(client: Client, alice: User) -> None:
    account = make_account(website="https://oeko.example")
    make_contact(account=account, name="Never")
    make_response(contact=make_contact(account=account, name="Long ago"), at=timezone.now() - 9 * DAY)
    make_response(contact=make_contact(account=account, name="Just now"))
    make_contact(name="Elsewhere")
    client.force_login(alice)

    page = read(client, f"{PAGE}{account.pk}/")

    assert people(page) == ["Just now", "Long ago", "Never"]
    assert 'href="https://oeko.example"' in page


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><svg onload=alert(1)>', "{{ 7 }}", "\u202eevil", "x" * 200]
)
def test_hostile_text_is_inert(client: Client, alice: User, text: str) -> None:
    account = make_account(name=text, segment=text[:80], website="javascript:alert(1)")
    make_contact(account=account, name=text)
    client.force_login(alice)

    for place in (PAGE, f"{PAGE}{account.pk}/"):
        page = read(client, place)

        assert not re.search(r"<(script>|svg onload)", page)
        assert 'href="javascript' not in page


def test_statements_do_not_grow_with_rows(
    client: Client, alice: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client.force_login(alice)
    first, counted = make_account(owner=alice), []
    for rows in (1, 3):
        while Contact.objects.count() < rows:
            make_response(contact=make_contact(account=first, owner=alice))
            make_account(owner=alice)
        for place in (PAGE, f"{PAGE}{first.pk}/"):
            with django_assert_max_num_queries(20) as captured:
                read(client, place)
            counted.append(len(captured))

    assert counted[:2] == counted[2:]


def test_people_are_for_those_who_may_see_contacts(client: Client) -> None:
    account = make_account()
    make_contact(account=account, name="Secret Person")
    user = make_user("counter")
    user.user_permissions.add(Permission.objects.get(codename="view_account"))
    client.force_login(user)

    page = read(client, f"{PAGE}{account.pk}/")

    assert "Secret Person" not in page
    assert "1 contact." in page


@pytest.mark.parametrize("place", [PAGE, "{account}"])
def test_rights(client: Client, bob: User, carol: User, place: str) -> None:
    place = place.replace("{account}", f"{PAGE}{make_account().pk}/")

    stranger = client.get(place)
    client.force_login(carol)
    outsider = client.get(place)
    client.force_login(bob)

    assert (stranger.status_code, stranger["Location"]) == (302, f"/accounts/login/?next={place}")
    assert outsider.status_code == 403
    assert client.get(place).status_code == 200
    assert client.post(place).status_code == 405
    assert client.get(f"{PAGE}999/").status_code == 404
