from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from advocacy import tagging
from advocacy.models import CommentTheme, Fix, Theme
from surveys.models import Account
from tests.advocacy.theming import make_theme_rule
from tests.factories import make_account, make_contact, make_fix, make_response, make_theme, make_user

pytestmark = pytest.mark.django_db

PAGE = "/patterns/"


@pytest.fixture(autouse=True)
def themes(db: None) -> None:
    Theme.objects.all().delete()
    make_theme_rule("pricey", theme=make_theme("Price"))
    make_theme_rule("slow", theme=make_theme("Speed"))


def said(comment: str, *scores: int) -> None:
    account = Account.objects.filter(name="Quux Ltd").first() or make_account(name="Quux Ltd", revenue=77_777)
    rows = [
        make_response(score=score, comment=comment, contact=make_contact(name="Zenobia", account=account))
        for score in scores
    ]
    tagging.tag([row.pk for row in rows], tagging.current())


def words(client: Client, address: str = PAGE) -> str:
    page = re.sub(r"<[^>]+>", " ", client.get(address).content.decode())
    return re.sub(r"\s+", " ", page)


def test_employee_reads_themes_and_words_without_names_or_revenue(client: Client) -> None:
    client.force_login(make_user("emil", "Employee"))
    said("Very slow <script>alert(1)</script>", 1, 2, 3, 4, 9)

    text = words(client)

    assert "1. Speed 100.0 % 5 of 5" in text
    assert "Contribution −60.0" in text
    page = client.get(PAGE).content.decode()
    assert page.count("Very <mark") == 2
    assert 'Very <mark title="Speed">slow</mark> &lt;script&gt;alert(1)&lt;/script&gt;' in page
    assert [name in page for name in ("Zenobia", "Quux", "77,777", "77777", "<script>alert")] == [False] * 5


def test_contributions_add_up_on_the_page(client: Client, alice: User) -> None:
    client.force_login(alice)
    said("slow", 1, 2, 3, 4, 9)
    said("pricey", 1, 9, 9, 10, 10)

    table = words(client)

    assert "Speed 5 −30.0 Said something, no theme found 0 0.0 Only the score 0 0.0 NPS 10 0.0" in table


def test_theme_without_a_fix_opens_one_that_names_it(client: Client, alice: User) -> None:
    client.force_login(alice)
    said("slow", 1, 2, 3, 4, 5)
    speed = Theme.objects.get(name="Speed")
    link = f"/fixes/new/?theme={speed.pk}"

    assert f'<a href="{link}">Open a fix</a>' in client.get(PAGE).content.decode()
    assert f'<option value="{speed.pk}" selected>Speed</option>' in client.get(link).content.decode()
    assert client.get("/fixes/new/?theme=nonsense").status_code == 200
    client.post(link, {"title": "Be quick", "description": "", "theme": speed.pk})
    assert f'<bdi>{Fix.objects.get()}</bdi></a> <span class="dim">Idea</span>' in client.get(PAGE).content.decode()


def test_nothing_yet_and_too_few_say_so(client: Client, alice: User) -> None:
    client.force_login(alice)
    nothing = words(client)
    said("slow", 1, 2)

    assert "No theme has enough mentions yet" in nothing
    assert "Fewer than 5 answers: nothing is shown" in words(client)


def test_refused_filter_is_told(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert "There is no such campaign." in words(client, f"{PAGE}?campaign=987654")


def test_page_takes_as_many_statements_for_two_themes_as_for_one(
    client: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(alice)
    said("slow", 1, 2, 3, 4, 5)
    client.get(PAGE)
    with django_assert_num_queries(COST):
        client.get(PAGE)
    said("slow pricey", 1, 7, 9, 9, 9)

    with django_assert_num_queries(COST):
        client.get(PAGE)


COST = 15


def test_stranger_outsider_and_wrong_method(client: Client, carol: User) -> None:
    assert client.get(PAGE).headers["Location"] == f"/accounts/login/?next={PAGE}"
    client.force_login(carol)

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE).status_code in {403, 405}


# ----------------------------------------------------------------------------------------------------------------- fix


def test_page_of_a_shipped_fix_says_what_its_theme_did_before_and_since(client: Client, alice: User) -> None:
    client.force_login(alice)
    speed = Theme.objects.get(name="Speed")
    fix = make_fix(theme=speed, status="shipped", shipped_at=timezone.now() - dt.timedelta(days=5))
    for score in [1] * 15 + [9] * 15:
        response = make_response(score=score, comment="slow" if score == 1 else "", at=timezone.now() - dt.timedelta(8))
        tagging.tag([response.pk], tagging.current())

    text = words(client, f"/fixes/{fix.pk}/")

    assert "−50.0 in the 90 days before it shipped, 15 of 30 answers" in text
    assert "too few to say in up to 90 days since, 0 of 0 answers" in text
    assert "NPS contribution" not in words(client, f"/fixes/{make_fix(theme=speed).pk}/")
    assert CommentTheme.objects.count() == 15
