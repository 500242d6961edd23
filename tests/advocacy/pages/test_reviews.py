from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from advocacy import reviews
from advocacy.enums import ReviewKind, ShownTo
from advocacy.models import ReviewClick, ReviewSite
from tests.advocacy.pages.casework import text_of
from tests.factories import make_policy, make_site

pytestmark = pytest.mark.django_db


def test_page_tells_where_each_link_stands_and_how_often_it_was_followed(client: Client, alice: User) -> None:
    make_policy(ReviewKind.GOOGLE, note="Nothing in return. <script>")
    site, hidden = make_site(name="<script>موقع</script>"), make_site(name="Hidden", is_shown=False)
    for _time in range(2):
        reviews.click(site)
    reviews.click(hidden)
    ReviewClick.objects.filter(site=hidden).update(at="2020-01-01T00:00:00Z")
    client.force_login(alice)

    response = client.get("/reviews/")

    page = text_of(response)
    assert all(words in page for words in ("on all thank-you pages", "nowhere", "Nothing in return."))
    assert "<script>موقع" not in response.content.decode()
    counts = {row.pk: (row.clicked_lately, row.clicked) for row, _policy in response.context["rows"]}
    assert counts == {site.pk: (2, 2), hidden.pk: (0, 1)}


def test_row_that_came_past_the_checks_is_told_as_it_is_shown(client: Client, alice: User) -> None:
    make_policy(ReviewKind.OTHER)
    make_site(kind=ReviewKind.OTHER)
    ReviewSite.objects.update(shown_to=ShownTo.PROMOTERS)
    client.force_login(alice)

    assert "on all thank-you pages" in text_of(client.get("/reviews/"))


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_number_of_statements(
    rows: int, client: Client, alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _each in range(rows):
        reviews.click(make_site())
    client.force_login(alice)
    client.get("/reviews/")

    with django_assert_max_num_queries(20) as queries:
        client.get("/reviews/")

    assert sum("reviewsite" in query["sql"] or "reviewpolicy" in query["sql"] for query in queries) == 2


def test_only_readers_get_there(client: Client, bob: User, carol: User) -> None:
    make_site()
    assert client.get("/reviews/").status_code == 302
    client.force_login(carol)
    assert client.get("/reviews/").status_code == 403
    client.force_login(bob)
    assert [client.get("/reviews/").status_code, client.post("/reviews/").status_code] == [200, 405]
    assert "No review site" not in text_of(client.get("/reviews/"))
    ReviewSite.objects.all().delete()
    assert "No review site is set up" in text_of(client.get("/reviews/"))
