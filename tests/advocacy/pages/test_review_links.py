"""Review links on the thank-you pages, and the way they lead."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from advocacy.models import ReviewClick, ReviewSite
from surveys import texts, tokens
from surveys.models import Invitation
from tests.factories import make_contact, make_invitation, make_site
from tests.surveys.pages.public import all_rows, answer_url, page_of, send, strict_client, thanks_url

pytestmark = pytest.mark.django_db

HOSTILE = "<b></a><script>alert(1)</script>{{ 7*7 }}"


@pytest.fixture
def client() -> Client:
    return strict_client()


def thanks(client: Client, score: int, *, invitation: Invitation) -> Any:
    send(client, invitation, score, {"score": score})
    return page_of(client.get(thanks_url(invitation)))


def block_of(page: Any) -> tuple[Any, ...]:
    """Words and links as one sees them, and how they look."""
    buttons = [(link["class"], link["href"].rsplit("/", 1)[1]) for link in page.find("a", class_="btn quiet")]
    words = texts.table(page.language[0])["reviews"]
    return buttons, [words[key] in page.text("section") for key in words]


@pytest.mark.once
@pytest.mark.parametrize("tag", texts.OFFERED)
def test_links_are_alike_on_all_thank_you_pages(client: Client, tag: str) -> None:
    first = make_invitation(contact=make_contact(language=tag))
    brand = first.wave.campaign.brand
    sites = [make_site(brand=brand, name=name, position=position) for position, name in enumerate(["G", "T"])]

    found = []
    for score in (0, 6, 7, 8, 9, 10):
        invitation = make_invitation(wave=first.wave, contact=make_contact(language=tag))
        found.append(block_of(thanks(client, score, invitation=invitation)))

    buttons = [("btn quiet", str(site.pk)) for site in sites]
    assert found == [(buttons, [True, True, True])] * 6


def test_landing_pages_show_no_review_link(client: Client) -> None:
    site = make_site()
    invitation = make_invitation()
    ReviewSite.objects.filter(pk=site.pk).update(brand=invitation.wave.campaign.brand)

    pages = [client.get(answer_url(invitation, score)).content for score in (3, 8, 10)]

    assert [b"/go/" in page for page in pages] == [False] * 3


def test_edit_of_a_site_shows_on_the_next_page(client: Client) -> None:
    invitation = make_invitation()
    site = make_site(brand=invitation.wave.campaign.brand, name="Google")
    before = thanks(client, 9, invitation=invitation)

    site.is_shown = False
    site.save()
    after = page_of(client.get(thanks_url(invitation)))

    assert [len(page.find("a", class_="btn quiet")) for page in (before, after)] == [1, 0]


def test_link_counts_a_click_and_leads_to_the_site(client: Client) -> None:
    invitation = make_invitation()
    site = make_site(brand=invitation.wave.campaign.brand, address="https://reviews.example.com/aurora?a=1&b=2")
    (link,) = thanks(client, 3, invitation=invitation).find("a", class_="btn quiet")
    before = {name: found for name, found in all_rows().items() if name != "advocacy.ReviewClick"}

    response = client.get(link["href"])

    assert link["href"] == f"/go/{tokens.encode(invitation.token)}/{site.pk}"
    assert (response.status_code, response.headers["Location"]) == (302, site.address)
    assert (response.headers["Referrer-Policy"], response.headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert list(ReviewClick.objects.values_list("site", "invitation")) == [(site.pk, invitation.pk)]
    assert {name: found for name, found in all_rows().items() if name != "advocacy.ReviewClick"} == before


@pytest.mark.parametrize("token", ["", "nonsense/", "AAAAAAAAAAAAAAAAAAAAAA/"])
def test_link_without_a_known_token_leads_there_all_the_same(client: Client, token: str) -> None:
    site = make_site()

    response = client.get(f"/go/{token}{site.pk}")

    assert (response.status_code, response.headers["Location"]) == (302, site.address)
    click = ReviewClick.objects.get()
    assert (click.site, click.invitation) == (site, None)


def test_no_address_comes_from_the_link(client: Client) -> None:
    site = make_site()

    response = client.get(f"/go/{site.pk}?url=https://evil.example&next=//evil.example")

    assert response.headers["Location"] == site.address


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}])
def test_fetching_ahead_and_head_count_nothing(client: Client, headers: dict[str, str]) -> None:
    site = make_site()

    ahead, head = client.get(f"/go/{site.pk}", headers=headers), client.head(f"/go/{site.pk}")

    assert (ahead.status_code, head.status_code, ReviewClick.objects.count()) == (302, 302, 0)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert (getattr(client, method)(f"/go/{make_site().pk}").status_code, ReviewClick.objects.count()) == (405, 0)


def test_hidden_or_unknown_site_looks_like_any_closed_link(client: Client) -> None:
    hidden = make_site(is_shown=False)

    pages = [client.get(f"/go/{pk}") for pk in (hidden.pk, 987_654)]

    assert [page.status_code for page in pages] == [404, 404]
    assert pages[0].content == pages[1].content
    assert ReviewClick.objects.count() == 0


def test_hostile_name_stays_a_name(client: Client) -> None:
    invitation = make_invitation()
    make_site(brand=invitation.wave.campaign.brand, name=HOSTILE)

    page = thanks(client, 9, invitation=invitation)

    assert page.find("script") == []
    assert HOSTILE in page.text("a")


def test_links_cost_no_statement_once_they_are_known(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    invitation = make_invitation()
    make_site(brand=invitation.wave.campaign.brand)
    thanks(client, 3, invitation=invitation)

    with django_assert_num_queries(2):  # the invitation, and the reasons that were given
        client.get(thanks_url(invitation))
