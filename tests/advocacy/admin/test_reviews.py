from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Q
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from advocacy import reviews
from advocacy.enums import ReviewKind, ShownTo
from advocacy.models import ReviewPolicy, ReviewSite
from tests.factories import make_brand, make_policy, make_site

pytestmark = pytest.mark.django_db

SITES = "/admin/advocacy/reviewsite/"


def form(**fields: Any) -> dict[str, Any]:
    values = {"kind": "google", "name": "Google", "address": "https://g.example.com/r", "is_shown": "on", "position": 0}
    return {**values, **fields}


def errors(response: Any) -> dict[str, list[str]]:
    return {} if response.status_code == 302 else dict(response.context["adminform"].form.errors)


def test_site_is_kept_with_its_author_and_shown_to_everybody(client: Client, alice: User) -> None:
    client.force_login(alice)

    response = client.post(f"{SITES}add/", form(brand=make_brand().pk, shown_to="promoters", is_rewarded="on"))

    site = ReviewSite.objects.get()
    assert errors(response) == {}
    assert (site.shown_to, site.is_rewarded, site.history.get().history_user) == (ShownTo.ALL, False, alice)


def test_what_the_policy_forbids_is_no_field(client: Client, alice: User) -> None:
    make_policy(ReviewKind.GOOGLE)
    make_policy(ReviewKind.OTHER, gating_allowed=True)
    client.force_login(alice)

    found = {}
    for kind in (ReviewKind.GOOGLE, ReviewKind.OTHER):
        page = client.get(f"{SITES}{make_site(kind=kind).pk}/change/")
        fields = page.context["adminform"].form.fields
        found[kind] = [name for name in ("shown_to", "is_rewarded") if name in fields]

    assert found == {ReviewKind.GOOGLE: [], ReviewKind.OTHER: ["shown_to"]}


def test_site_for_promoters_that_becomes_google_is_refused_with_the_reason(client: Client, alice: User) -> None:
    make_policy(ReviewKind.GOOGLE)
    make_policy(ReviewKind.OTHER, gating_allowed=True)
    site = make_site(kind=ReviewKind.OTHER, shown_to=ShownTo.PROMOTERS)
    client.force_login(alice)

    refused = client.post(f"{SITES}{site.pk}/change/", form(brand=site.brand_id, shown_to="promoters"))

    told = "The policy of Google forbids to show the link to some bands only: show it to everybody, or not."
    assert told in errors(refused)["__all__"]
    assert ReviewSite.objects.get().kind == ReviewKind.OTHER


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://g.example.com", "data:text/html,<script>"])
def test_address_that_is_not_https_is_refused(client: Client, alice: User, address: str) -> None:
    client.force_login(alice)

    refused = client.post(f"{SITES}add/", form(brand=make_brand().pk, address=address))

    assert list(errors(refused)) == ["address"]
    assert ReviewSite.objects.count() == 0


def test_policies_of_the_known_sites_come_with_the_installation() -> None:
    allowed = ReviewPolicy.objects.filter(Q(gating_allowed=True) | Q(incentives_allowed=True))

    assert sorted(ReviewPolicy.objects.values_list("kind", flat=True)) == sorted(ReviewKind.values)
    assert not allowed.exists()
    assert not ReviewPolicy.objects.filter(note="").exists()


def test_policy_of_google_cannot_be_opened(client: Client, alice: User) -> None:
    policy = make_policy(ReviewKind.GOOGLE)
    client.force_login(alice)

    refused = client.post(f"/admin/advocacy/reviewpolicy/{policy.pk}/change/", {"gating_allowed": "on", "note": "None"})

    assert errors(refused) == {"gating_allowed": ["The rules of this site forbid to show the link to some bands only."]}


@pytest.mark.parametrize("rows", [1, 3])
def test_list_counts_clicks_in_one_statement(
    client: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    brand = make_brand()
    for _ in range(rows):
        reviews.click(make_site(brand=brand))
    client.force_login(alice)
    client.get(SITES)

    with django_assert_num_queries(5):
        page = client.get(SITES)
    assert page.content.decode().count(">1</a>") == rows
