from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from advocacy import fixes, ideas, trail
from advocacy.enums import FixStatus
from advocacy.models import Fix, Follower, IdeaComment, IdeaPart, IdeaWords, Merger, Profile, Vote
from surveys.models import Event
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import make_challenge, make_department, make_fix, make_request, make_response, make_user

pytestmark = pytest.mark.django_db

HUB = "/ideas/"
HOSTILE = "<script>alert(1)</script> \u202eabc"


@pytest.fixture
def emil(db: None) -> User:
    return make_user("emil", "Employee", first_name="Emil", last_name="Novák")


@pytest.fixture
def dana(db: None) -> User:
    return make_user("dana", "Support lead", first_name="Dana", last_name="Whitfield")


def rows() -> list[Any]:
    models: Any = (Fix, Vote, Follower, IdeaComment, IdeaWords, IdeaPart, Merger, Profile, Event)
    return [list(model.objects.order_by("pk").values()) for model in models]


def titles(page: str) -> list[str]:
    return re.findall(r'<a class="q fw-semibold" href="/ideas/\d+/"><bdi>(.*?)</bdi>', page)


def test_hub_shows_voices_ideas_challenge_and_departments(client: Client, emil: User, dana: User) -> None:
    make_department("Workshop", emil)
    ideas.post(title="A quieter grinder", challenge=make_challenge(title="Mornings"), by=emil)
    make_response(score=8, comment="表示が小さい", language="ja")
    client.force_login(emil)

    response = client.get(HUB)

    page, said = html_of(response), text_of(response)
    assert response.status_code == 200
    assert titles(page) == ["A quieter grinder"]
    assert '<p class="voice m-0" dir="auto" lang="ja">表示が小さい</p>' in page
    assert "Emil Novák, Workshop· 0 comments· 0 customers said it" in said
    assert "Challenge: Mornings What could be quieter?" in said
    assert "1 idea so far" in said
    assert "Workshop too few people" in said
    assert "Too few answers this week to say a figure." in said


def test_who_may_not_read_reports_gets_no_voices(client: Client, bob: User) -> None:
    make_response(score=8, comment="Too loud")
    client.force_login(bob)

    said = text_of(client.get(HUB))

    assert "Too loud" not in said
    assert "Post an idea" not in said


@pytest.mark.parametrize(
    ("address", "steps"),
    [
        (HUB, ["/ideas/new/"]),
        (f"{HUB}?view=mine", ["/ideas/new/"]),
        (f"{HUB}?view=followed", [HUB]),
        (f"{HUB}?view=declined", []),
        (f"{HUB}?q=ring", [HUB]),
        ("/notices/", [HUB]),
    ],
)
def test_empty_list_names_the_next_step(client: Client, emil: User, address: str, steps: list[str]) -> None:
    client.force_login(emil)

    (empty,) = re.findall(r'<div class="empty">(.*?)</div>', html_of(client.get(address)))

    assert re.findall(r'<a [^>]*href="([^"]+)"', empty) == steps


def test_who_only_reads_is_not_asked_to_post(client: Client, bob: User) -> None:
    client.force_login(bob)

    assert "/ideas/new/" not in html_of(client.get(HUB))


def test_list_costs_the_same_with_one_and_with_three(
    client: Client, emil: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    ideas.post(title="Ring", by=emil)
    client.force_login(emil)
    client.get(HUB)
    with django_assert_num_queries(20) as one:
        client.get(HUB)

    for number in range(2):
        fix = ideas.post(title=f"Other {number}", by=make_user())
        ideas.vote(fix, by=emil)
        make_department("", make_user())

    with django_assert_num_queries(len(one.captured_queries)):
        assert len(titles(html_of(client.get(HUB)))) == 3


def test_hub_goes_on_behind_the_last_idea(client: Client, emil: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ideas, "PAGE_SIZE", 1)
    first, second = make_fix(title="first"), make_fix(title="second")
    client.force_login(emil)

    page = html_of(client.get(f"{HUB}?view=new"))
    follows = html_of(client.get(f"{HUB}?view=new&after={second.pk}"))

    assert titles(page) == [second.title]
    assert f'href="/ideas/?view=new&amp;after={second.pk}"' in page
    assert titles(follows) == [first.title]


@pytest.mark.parametrize("query", ["view=other"])
def test_view_that_is_none_is_not_found(client: Client, emil: User, query: str) -> None:
    client.force_login(emil)

    assert client.get(f"{HUB}?{query}").status_code == 404


@pytest.mark.parametrize("query", ["after=x", "after=99999999999999999999", "q=%00%3Cscript%3E", "q=" + "x" * 900])
def test_odd_addresses_do_no_harm(client: Client, emil: User, query: str) -> None:
    client.force_login(emil)

    response = client.get(f"{HUB}?{query}")

    assert response.status_code == 200
    assert "<script>" not in html_of(response).replace('<script src="', "")


# ------------------------------------------------------------------------------------------------------------- posting


def test_idea_is_posted_with_department_challenge_and_words(client: Client, emil: User) -> None:
    department, challenge = make_department("Workshop"), make_challenge()
    said = make_response(score=8, comment="Too loud")
    client.force_login(emil)
    form = html_of(client.get(f"/ideas/new/?words={said.pk}&challenge={challenge.pk}"))

    data = {"title": "Ring", "department": department.pk, "challenge": challenge.pk, "words": [said.pk]}
    response = client.post("/ideas/new/", data)

    fix = Fix.objects.get()
    assert response.headers["Location"] == f"/ideas/{fix.pk}/"
    assert f'name="words" value="{said.pk}" checked' in form
    assert f'<option value="{challenge.pk}" selected>' in form
    assert (fix.title, fix.author, fix.entered.challenge) == ("Ring", emil, challenge)
    assert IdeaWords.objects.get().response == said
    assert Profile.objects.get().department == department
    page = text_of(client.get(f"/ideas/{fix.pk}/"))
    assert "Emil Novák, Workshop" in page
    assert "Too loud" in page


def test_likely_duplicates_are_shown_first_and_nothing_is_lost(client: Client, emil: User) -> None:
    other = make_fix(title="A quieter grinder")
    client.force_login(emil)
    data = {"title": "Quieter grinder", "description": "Ring of rubber"}

    first = client.post("/ideas/new/", data)
    before = Fix.objects.count()
    second = client.post("/ideas/new/", {**data, "known": str(other.pk)})

    page = html_of(first)
    assert (first.status_code, before) == (422, 1)
    assert f'<a href="/ideas/{other.pk}/"><bdi>A quieter grinder</bdi></a> · Idea · 0 votes' in page
    assert f'name="known" value="{other.pk}"' in page
    assert 'value="Quieter grinder"' in page
    assert "Ring of rubber" in page
    assert "Post it all the same" in page
    assert second.status_code == 302
    assert Fix.objects.count() == 2


@pytest.mark.parametrize(
    "data",
    [{"title": ""}, {"title": "x" * 161}, {"title": "x", "description": "x" * 100_000}, {"title": "x", "known": "a"}],
)
def test_idea_that_cannot_be_is_not_posted(client: Client, emil: User, data: dict[str, str]) -> None:
    client.force_login(emil)

    response = client.post("/ideas/new/", data)

    assert response.status_code == 422
    assert not Fix.objects.exists()


def test_words_of_hostile_people_are_text(client: Client, emil: User) -> None:
    fix = ideas.post(title=HOSTILE[:160], description=HOSTILE, by=emil)
    ideas.comment(fix, text=HOSTILE, by=emil)
    ideas.attach(fix, [make_response(score=8, comment=HOSTILE).pk], by=emil)
    make_department(HOSTILE[:40], emil)
    client.force_login(emil)

    pages = [html_of(client.get(address)) for address in (HUB, f"/ideas/{fix.pk}/", "/ideas/new/", "/ideas/settings/")]

    assert not any("<script>alert" in page for page in pages)
    assert pages[1].count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4


# -------------------------------------------------------------------------------------------------------- taking part


def test_vote_comment_and_follow(client: Client, emil: User) -> None:
    fix = make_fix(title="Ring")
    client.force_login(emil)

    back = client.post(f"/ideas/{fix.pk}/vote/", {"wanted": "1", "view": "new"})
    client.post(f"/ideas/{fix.pk}/vote/", {"wanted": "1"})
    client.post(f"/ideas/{fix.pk}/comment/", {"text": "One\ntwo"})
    client.post(f"/ideas/{fix.pk}/follow/", {"wanted": "1"})

    page = html_of(client.get(f"/ideas/{fix.pk}/"))
    assert back.headers["Location"] == "/ideas/?view=new"
    assert (Vote.objects.count(), Follower.objects.get().user) == (1, emil)
    assert 'name="wanted" value="0" aria-pressed="true" aria-label="Vote for Ring, 1 vote"' in page
    assert "One<br>two" in page

    client.post(f"/ideas/{fix.pk}/vote/")
    client.post(f"/ideas/{fix.pk}/follow/", {"wanted": "0"})

    assert (Vote.objects.count(), Follower.objects.count()) == (0, 0)


def test_who_left_is_signed_out_and_votes_no_more(client: Client, emil: User) -> None:
    fix = make_fix()
    client.force_login(emil)
    User.objects.filter(pk=emil.pk).update(is_active=False)

    response = client.post(f"/ideas/{fix.pk}/vote/")

    assert response.headers["Location"].startswith("/accounts/login/")
    assert not Vote.objects.exists()


@pytest.mark.parametrize("text", ["", "   ", "x" * 100_000])
def test_comment_that_cannot_be_keeps_what_was_typed(client: Client, emil: User, text: str) -> None:
    fix = make_fix()
    client.force_login(emil)

    response = client.post(f"/ideas/{fix.pk}/comment/", {"text": text})

    assert response.status_code == 422
    assert (text.strip() in response.content.decode(), IdeaComment.objects.count()) == (True, 0)


def test_words_are_found_and_put_beside_the_idea(client: Client, emil: User) -> None:
    fix, said = make_fix(), make_response(score=3, comment="The grinder is loud")
    client.force_login(emil)

    found = html_of(client.get(f"/ideas/{fix.pk}/?find=GRINDER"))
    client.post(f"/ideas/{fix.pk}/attach/", {"words": [said.pk, "x"]})

    assert f'name="words" value="{said.pk}"' in found
    assert IdeaWords.objects.get().response == said
    assert "0 of promoters, 0 of passives, 1 of detractors" in text_of(client.get(f"/ideas/{fix.pk}/"))


def test_vote_on_what_has_shipped_is_refused_on_the_page(client: Client, emil: User) -> None:
    fix = make_fix(status=FixStatus.SHIPPED)
    client.force_login(emil)

    response = client.post(f"/ideas/{fix.pk}/vote/", {"wanted": "1"})

    assert response.status_code == 409
    assert "Not counted: only ideas and what is planned take votes." in text_of(response)


# ------------------------------------------------------------------------------------------------------------- merging


def test_merged_idea_leads_to_the_other(client: Client, emil: User, dana: User) -> None:
    into, fix = fixes.create(title="Ring", by=dana), fixes.create(title="Rubber", by=emil)
    client.force_login(dana)

    response = client.post(f"/ideas/{fix.pk}/merge/", {"into": into.pk, "seen": trail.version(fix)})

    assert response.headers["Location"] == f"/ideas/{into.pk}/"
    old = client.get(f"/ideas/{fix.pk}/")
    assert f'<a href="/ideas/{into.pk}/"><bdi>Ring</bdi></a>' in html_of(old)
    assert "This idea was merged into another." in text_of(old)
    assert "Merged into another. Go on there" in text_of(client.get(f"/fixes/{fix.pk}/"))
    assert "Dana Whitfield· Emil Novák" in text_of(client.get(f"/ideas/{into.pk}/"))
    assert client.post(f"/ideas/{fix.pk}/comment/", {"text": "x"}).status_code == 409
    assert client.post(f"/ideas/{fix.pk}/attach/", {"words": []}).status_code == 409


def test_merging_that_is_refused_says_why(client: Client, dana: User) -> None:
    fix = fixes.create(title="Ring", by=dana)
    client.force_login(dana)
    seen = trail.version(fix)

    itself = client.post(f"/ideas/{fix.pk}/merge/", {"into": fix.pk, "seen": seen})
    nothing = client.post(f"/ideas/{fix.pk}/merge/", {"into": fix.pk + 99, "seen": seen})

    assert itself.status_code == 409
    assert "Not merged: this is the same idea." in text_of(itself)
    assert nothing.status_code == 422
    assert "This idea is not there any more." in text_of(nothing)


def test_employee_neither_sees_nor_may_do_the_merging(client: Client, emil: User) -> None:
    fix = fixes.create(title="Ring", by=emil)
    client.force_login(emil)

    page = html_of(client.get(f"/ideas/{fix.pk}/"))
    response = client.post(f"/ideas/{fix.pk}/merge/", {"into": make_fix().pk, "seen": "0"})

    assert "/merge/" not in page
    assert response.status_code == 403


# ----------------------------------------------------------------------------------------------- credit, news, settings


def test_what_shipped_says_thanks_to_whom(client: Client, emil: User, dana: User) -> None:
    make_department("Workshop", emil)
    fix = fixes.create(title="Ring", by=emil)
    fixes.plan(fix, owner=dana, due_on=fix.created_at.date().replace(year=fix.created_at.year + 1), by=dana)
    fixes.ship(fix, reason="It is quiet", by=dana)
    client.force_login(emil)

    page, hall = text_of(client.get(f"/ideas/{fix.pk}/")), text_of(client.get("/ideas/thanks/"))

    assert "Shipped thanks to Emil Novák ( Workshop )." in page
    assert "Ring Emil Novák, Workshop" in hall


def test_news_stand_in_the_navigation_until_they_are_seen(client: Client, emil: User, dana: User) -> None:
    fix = fixes.create(title="Ring", by=emil)
    fixes.decline(fix, reason="Too dear", by=dana)
    client.force_login(emil)

    page = client.get("/notices/")
    seen = client.post("/notices/seen/")

    assert '<span class="n">1<span class="visually-hidden"> not seen yet</span></span>' in html_of(page)
    assert "new Declined: Ring Too dear Dana Whitfield" in text_of(page)
    assert seen.headers["Location"] == "/notices/"
    assert "not seen yet" not in html_of(client.get("/notices/"))


def test_mails_are_switched_off_and_on(client: Client, emil: User) -> None:
    department = make_department("Workshop")
    client.force_login(emil)
    form = html_of(client.get("/ideas/settings/"))

    client.post("/ideas/settings/", {"department": department.pk, "wants_news": "on"})

    stored = Profile.objects.get()
    assert form.count(" checked") == 2
    assert (stored.department, stored.wants_news, stored.wants_digest) == (department, True, False)


# --------------------------------------------------------------------------------------------------------------- rights

PAGES = ("/ideas/", "/ideas/new/", "/ideas/thanks/", "/ideas/settings/", "/ideas/{pk}/", "/notices/")
VERBS = ("vote", "comment", "follow", "attach", "merge")


@pytest.mark.parametrize("address", PAGES)
def test_page_is_closed_to_strangers(client: Client, carol: User, address: str) -> None:
    address = address.format(pk=make_fix().pk)

    assert client.get(address).headers["Location"].startswith("/accounts/login/")
    client.force_login(carol)
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("verb", VERBS)
def test_who_only_reads_changes_nothing(client: Client, bob: User, verb: str) -> None:
    fix = make_fix()
    client.force_login(bob)
    before = rows()

    responses = [client.get(f"/ideas/{fix.pk}/{verb}/"), client.post(f"/ideas/{fix.pk}/{verb}/", {"wanted": "0"})]

    assert responses[0].status_code == 405
    assert responses[1].status_code == (302 if verb == "follow" else 403)
    assert rows() == before


@pytest.mark.parametrize("address", PAGES)
def test_looking_changes_nothing(client: Client, emil: User, address: str) -> None:
    fix = make_fix(author=emil)
    make_request(fix=fix)
    client.force_login(emil)
    before = rows()

    client.get(address.format(pk=fix.pk))

    assert rows() == before


@pytest.mark.parametrize("verb", ["", *(f"{verb}/" for verb in VERBS)])
def test_idea_that_is_not_there_is_not_found(client: Client, dana: User, verb: str) -> None:
    client.force_login(dana)
    address = f"/ideas/987654/{verb}"

    response = client.post(address) if verb else client.get(address)

    assert response.status_code == 404
