from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from advocacy.enums import AskKind, AskStatus, ReferralStatus
from advocacy.models import Tier
from surveys.models import Event
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import (
    make_ask,
    make_contact,
    make_referral,
    make_response,
    make_tiers,
    make_user,
)

pytestmark = pytest.mark.django_db

URL, EXPORT = "/reports/ambassadors/", "/reports/ambassadors/export/"
DAY = dt.timedelta(days=1)


def lines(response: Any) -> list[str]:
    found: list[str] = response.content.decode("utf-8-sig").splitlines()
    return found


def test_page_and_file_carry_the_same_numbers(client: Client, alice: User) -> None:
    make_tiers()
    now = timezone.now()
    for number in range(40):
        status = AskStatus.DONE if number < 24 else AskStatus.DECLINED
        make_ask(kind=AskKind.BETA, status=status, at=now - DAY)
    sold = {"status": ReferralStatus.CONVERTED, "registered_at": now - DAY, "converted_at": now - DAY}
    make_referral(**sold, revenue=Decimal("1234.50"), currency="EUR")
    client.force_login(alice)

    said = text_of(client.get(f"{URL}?period=30-days"))
    file = lines(client.post(EXPORT, {"period": "30-days"}))

    assert "Beta test 60.0 % 44.6 to 73.7 % 40 16 0 40" in said
    assert "1,234.50 EUR" in said
    assert "Champion 0" in said
    assert "asks,beta,40,24,60.0,44.6,73.7,,,40 sent" in file
    assert f"revenue,{now - DAY:%Y-%m},,,,,,1234.50,EUR,a year" in file
    assert "advocates,No tier,41,,,,,,," in file
    assert "no proof of cause" in said
    assert "Cannot be said yet: it takes 30 promoters and 30 others who have answered." in said


def test_scores_of_both_groups_have_their_number_and_interval(client: Client, alice: User) -> None:
    for number in range(60):
        customer = make_contact()
        make_response(contact=customer, score=10 if number % 3 else 2, at=timezone.now() - DAY)
        if number < 30:
            make_referral(customer=customer, status=ReferralStatus.CONVERTED)
    client.force_login(alice)

    said = text_of(client.get(URL))

    assert "Came by a referral +33 −1 to +62 30 All others +33 −1 to +62 30" in said
    assert "No difference can be shown" in said
    assert "nps relationship,referred,30,,33.3,-1.4,62.0,,," in lines(client.post(EXPORT))


def test_few_are_not_shown(client: Client, alice: User) -> None:
    for _each in range(3):
        make_response(contact=make_contact(), score=10, at=timezone.now() - DAY)
    client.force_login(alice)

    said, file = text_of(client.get(URL)), lines(client.post(EXPORT))

    assert "All others too few to say fewer than 5" in said
    assert "nps relationship,others,,,,,,,,fewer than 5" in file
    assert any(line.startswith('brought somebody by a link,promoter,,,,,,,,"fewer than 5') for line in file)


def test_band_hidden_for_the_one_beside_it_says_why(client: Client, alice: User) -> None:
    for score in (2, 2, *(10 for _each in range(9))):
        make_response(contact=make_contact(), score=score, at=timezone.now() - DAY)
    client.force_login(alice)

    said = text_of(client.get(URL))

    assert "Promoter hidden, so that a small group beside it cannot be worked out" in said
    assert "Detractor too few to show" in said


def test_file_is_an_event_and_nothing_typed_runs_as_a_formula(client: Client, alice: User) -> None:
    Tier.objects.create(name="=HYPERLINK(1)", points=3)
    Tier.objects.create(name="<script>alert(1)</script>", points=4)
    client.force_login(alice)

    response = client.post(EXPORT, {"period": "all"})
    page = html_of(client.get(URL))

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "advocates,'=HYPERLINK(1),0,,,,,,," in lines(response)
    assert "<script>alert(1)" not in page
    (event,) = Event.objects.filter(went_to="exported")
    assert (event.by, event.kind, event.reason.split(" ")[0]) == (alice, "auth.user", "ambassadors")


@pytest.mark.parametrize("query", ["?period=nonsense", "?series=%00", "?period=own&series=event"])
def test_what_is_unknown_in_the_address_is_the_usual(client: Client, alice: User, query: str) -> None:
    client.force_login(alice)

    assert "Nobody was asked for a favour in these days." in text_of(client.get(URL + query))


def test_stranger_signs_in_and_nobody_without_the_right_reads_or_takes(client: Client) -> None:
    assert client.get(URL)["Location"] == f"/accounts/login/?next={URL}"
    assert client.post(EXPORT)["Location"].startswith("/accounts/login/")
    found = {}
    for role in ("Marketing", "Support lead", "Support", "Employee"):
        client.force_login(make_user("", role))
        found[role] = (
            client.get(URL).status_code,
            client.post(EXPORT).status_code,
            "export" in html_of(client.get(URL)),
        )

    assert found == {
        "Marketing": (200, 200, True),
        "Support lead": (403, 403, False),
        "Support": (403, 403, False),
        "Employee": (403, 403, False),
    }


def test_wrong_method_is_refused(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert (client.post(URL).status_code, client.get(EXPORT).status_code) == (405, 405)
