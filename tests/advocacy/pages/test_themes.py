from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from advocacy import tagging
from advocacy.models import CommentTheme, Theme, ThemeRule
from tests.advocacy.theming import make_reason_theme, make_theme_rule
from tests.factories import (
    make_case,
    make_invitation,
    make_message,
    make_request,
    make_response,
    make_theme,
    make_user,
)
from tests.surveys.pages.public import send, strict_client

pytestmark = pytest.mark.django_db

PAGE, TRY = "/themes/", "/themes/try/"


@pytest.fixture(autouse=True)
def bare(db: None) -> None:
    Theme.objects.all().delete()


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_words_stand_by_theme_in_the_chosen_language(client: Client, alice: User) -> None:
    client.force_login(alice)
    rule = make_theme_rule("pricey\ndear\na*", theme=make_theme("Price"), origin="shipped")
    make_theme_rule("غالي", theme=rule.theme, language="ar")

    english, arabic = (client.get(PAGE + query).content.decode() for query in ("", "?language=ar"))

    assert "Price Shipped Change pricey dear a*" in words(english)
    assert "Left out: something is wrong with this line" in english
    shown = ['<p class="m-0" lang="ar" dir="rtl">' in arabic, "غالي" in arabic, "pricey" in arabic]
    assert shown == [True, True, False]
    assert client.get(f"{PAGE}?language=xx").status_code == 404


def test_without_words_the_page_says_so(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert "There are no words yet" in client.get(PAGE).content.decode()


def test_try_out_shows_which_words_hit_and_keeps_nothing(client: Client, alice: User) -> None:
    client.force_login(alice)
    make_theme_rule("pricey", theme=make_theme("Price"))
    text = "Not pricey <b>at all</b>\n" + "ي" * 20

    page = client.post(TRY, {"text": text, "language": "en"}).content.decode()

    assert 'Not <mark title="Price">pricey</mark> &lt;b&gt;at all&lt;/b&gt;<br>' in page
    assert "Price : pricey a word of denial stands near" in words(page)
    assert not CommentTheme.objects.exists()


def test_try_out_takes_the_words_of_the_script(client: Client, alice: User) -> None:
    client.force_login(alice)
    rule = make_theme_rule("pricey", theme=make_theme("Price"))
    make_theme_rule("贵", theme=rule.theme, language="zh-Hans")

    page = client.post(TRY, {"text": "太贵了", "language": "en"}).content.decode()

    assert '<mark title="Price">贵</mark>' in page
    assert "It is written in another script" in page


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"text": " ", "language": "en"}, "Type a comment to try the words on."),
        ({"text": "x" * 100_001, "language": "en"}, "Ensure this value has at most"),
        ({"text": "x", "language": "xx"}, "There are no words in this language."),
    ],
)
def test_try_out_of_nothing_is_refused(client: Client, alice: User, sent: dict[str, str], told: str) -> None:
    client.force_login(alice)
    make_theme_rule("pricey")

    answer = client.post(TRY, sent)

    assert (answer.status_code, told in answer.content.decode()) == (422, True)


def test_list_takes_as_many_statements_for_three_rules_as_for_one(
    client: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(alice)
    make_theme_rule()
    client.get(PAGE)
    with django_assert_num_queries(COST):
        client.get(PAGE)
    make_theme_rule()
    make_theme_rule()

    with django_assert_num_queries(COST):
        client.get(PAGE)


COST = 5


def test_reader_sees_no_link_to_change_and_others_are_refused(client: Client, bob: User, carol: User) -> None:
    make_theme_rule()
    assert client.get(PAGE).headers["Location"] == f"/accounts/login/?next={PAGE}"

    client.force_login(bob)
    assert "/admin/advocacy/themerule/" not in client.get(PAGE).content.decode()
    assert (client.post(PAGE).status_code, client.get(TRY).status_code) == (405, 405)
    client.force_login(carol)
    assert (client.get(PAGE).status_code, client.post(TRY, {"text": "x"}).status_code) == (403, 403)


# ---------------------------------------------------------------------------------------------------- what people say


def test_person_adds_and_takes_off_a_theme_on_the_page_of_the_case(client: Client) -> None:
    client.force_login(make_user("sara", "Support"))
    rule = make_theme_rule("pricey", theme=make_theme("Price"))
    speed = make_theme("Speed")
    case = make_case(response=make_response(comment="A bit <i>pricey"))
    assert case.response
    tagging.tag([case.response.pk], tagging.current())
    here = f"/cases/{case.pk}/"

    before = client.get(here).content.decode()
    address = f"/answers/{case.response.pk}/themes/"
    added = client.post(f"{address}add/", {"theme": speed.pk, "next": here}, follow=True)
    client.post(f"{address}remove/", {"theme": rule.theme.pk, "next": here})

    assert 'A bit &lt;i&gt;<mark title="Price">pricey</mark>' in before
    assert added.redirect_chain == [(here, 302)]
    assert "Noted: it is about Speed. No rule changes that." in added.content.decode()
    after = client.get(here).content.decode()
    assert ("<mark" in after, "Not about Speed" in after, "Not about Price" in after) == (False, True, False)


def test_root_cause_is_suggested_with_the_word_that_tells_it(client: Client, alice: User) -> None:
    client.force_login(alice)
    rule = make_theme_rule("pricey", theme=make_theme("Price"))
    case = make_case(response=make_response(comment="A bit pricey"))
    assert case.response
    tagging.tag([case.response.pk], tagging.current())

    page = client.get(f"/cases/{case.pk}/?write=close").content.decode()

    assert f'<option value="{rule.theme.pk}" selected>Price</option>' in page
    assert "Price is chosen for you: the answer says “pricey”." in page
    case.refresh_from_db()
    assert case.theme is None


def test_request_shows_the_words_that_hit(client: Client, alice: User) -> None:
    client.force_login(alice)
    make_theme_rule("pricey", theme=make_theme("Price"))
    request = make_request(response=make_response(score=8, comment="Not pricey\nat all"))
    assert request.response
    tagging.tag([request.response.pk], tagging.current())

    page = client.get(f"/requests/{request.pk}/").content.decode()

    assert 'Not <mark title="Price">pricey</mark><br>at all' in page
    assert "“ pricey ”, denied?" in words(page)


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_form_leads_back_to_our_own_pages_only(client: Client, alice: User, wanted: str) -> None:
    client.force_login(alice)
    response, theme = make_response(), make_theme()

    answer = client.post(f"/answers/{response.pk}/themes/add/", {"theme": theme.pk, "next": wanted})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/patterns/")


def test_theme_that_is_gone_is_told_and_nothing_saved(client: Client, alice: User) -> None:
    client.force_login(alice)
    address = f"/answers/{make_response().pk}/themes/add/"

    said = client.post(address, {"theme": "987654"}, follow=True).content.decode()
    nothing = client.post(address, follow=True).content.decode()

    assert ("Not saved: this theme is not there any more." in said, "Not saved: choose a theme." in nothing) == (
        *(True, True),
    )
    assert not CommentTheme.objects.exists()


def test_strangers_readers_and_wrong_methods_say_nothing(client: Client, bob: User, carol: User) -> None:
    theme, response = make_theme(), make_response()
    addresses = [f"/answers/{response.pk}/themes/{verb}/" for verb in ("add", "remove")]
    assert [client.post(address, {"theme": theme.pk}).status_code for address in addresses] == [302, 302]

    for user in (bob, carol):
        client.force_login(user)
        assert [client.post(address, {"theme": theme.pk}).status_code for address in addresses] == [403, 403]
    client.force_login(make_user("sara", "Support"))
    assert [client.get(address).status_code for address in addresses] == [405, 405]
    assert client.post("/answers/987654/themes/add/", {"theme": theme.pk}).status_code == 404
    assert (CommentTheme.objects.count(), ThemeRule.objects.count()) == (0, 0)


def test_answer_given_once_more_with_another_reason_is_looked_at_again() -> None:
    names = ("Repair", "Billing")
    for name in names:
        make_reason_theme(make_theme(name), key=name.lower())
    invitation = make_message(invitation=make_invitation()).invitation
    assert invitation
    client = strict_client()
    found: list[Any] = []

    for name in names:
        send(client, invitation, 3, {"score": "3", "reason": [name.lower()]})
        tagging.tag_settled()
        found += CommentTheme.objects.values_list("theme__name", "origin")

    assert found == [("Repair", "respondent"), ("Billing", "respondent")]
