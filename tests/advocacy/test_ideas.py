from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from advocacy import fixes, ideas, notices
from advocacy.enums import FixStatus
from advocacy.ideas import IdeaView
from advocacy.models import CoAuthor, Fix, Follower, IdeaPart, IdeaWords, Notice, Profile, Vote
from surveys.models import Contact
from surveys.transitions import WrongState
from tests.factories import (
    make_challenge,
    make_contact,
    make_department,
    make_fix,
    make_request,
    make_response,
    make_theme,
    make_user,
)
from tests.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def emil(db: None) -> User:
    return make_user("emil", "Employee", first_name="Emil", last_name="Novák")


@pytest.fixture
def sofie(db: None) -> User:
    return make_user("sofie", "Employee", first_name="Sofie", last_name="Berg")


def titles(view: IdeaView, user: User, **asked: Any) -> list[str]:
    return [fix.title for fix in ideas.listed(view, user, **asked)]


# --------------------------------------------------------------------------------------------------------------- lists


def test_each_view_has_its_ideas(emil: User, sofie: User) -> None:
    for status in FixStatus:
        make_fix(title=status.value, status=status, author=sofie)
    mine = make_fix(title="mine", author=emil)
    joined = make_fix(title="joined")
    CoAuthor.objects.create(fix=joined, user=emil)
    ideas.follow(joined, by=emil, wanted=True)
    ideas.vote(joined, by=emil)
    ideas.vote(mine, by=emil)
    ideas.vote(mine, by=sofie)

    found = {view.value: titles(view, emil) for view in IdeaView}

    assert found == {
        "wanted": ["mine", "joined", "planned", "idea"],
        "new": ["joined", "mine", "idea"],
        "mine": ["joined", "mine"],
        "followed": ["joined"],
        "planned": ["planned"],
        "shipped": ["announced", "shipped"],
        "declined": ["declined"],
    }


@pytest.mark.parametrize("view", [IdeaView.WANTED, IdeaView.NEW])
def test_pages_follow_each_other_without_a_gap_or_a_repetition(
    emil: User, sofie: User, view: IdeaView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ideas, "PAGE_SIZE", 2)
    made = [make_fix() for _ in range(7)]
    for fix in made[1:4]:
        ideas.vote(fix, by=emil)
    ideas.vote(made[2], by=sofie)

    seen: list[int] = []
    after = None
    while page := ideas.listed(view, emil, after=after):
        seen += [fix.pk for fix in page[:2]]
        after = seen[-1]

    order = [2, 3, 1, 6, 5, 4, 0] if view == IdeaView.WANTED else [6, 5, 4, 3, 2, 1, 0]
    assert seen == [made[at].pk for at in order]


def test_search_looks_at_titles_and_descriptions_in_every_state_but_merged(emil: User) -> None:
    make_fix(title="A quieter grinder")
    make_fix(title="Rubber ring", description="makes it QUIETER", status=FixStatus.DECLINED)
    make_fix(title="quieter too", status=FixStatus.MERGED)
    make_fix(title="Other")

    assert titles(IdeaView.PLANNED, emil, search="quieter") == ["Rubber ring", "A quieter grinder"]


def test_row_tells_votes_comments_and_customers(emil: User, sofie: User) -> None:
    fix = make_fix()
    contact = make_contact()
    for _ in range(2):
        make_request(fix=fix, contact=contact)
    make_request(fix=fix)
    ideas.vote(fix, by=emil)
    ideas.comment(fix, text="Yes", by=sofie)

    row = ideas.listed(IdeaView.NEW, emil)[0]

    assert (row.n_votes, row.n_comments, row.n_people, row.is_mine) == (1, 1, 2, True)
    assert ideas.listed(IdeaView.NEW, sofie)[0].is_mine is False


# ---------------------------------------------------------------------------------------------------------- duplicates


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("A quieter grinder", ["Quieter grinder"]),
        ("quieter GRINDERS", ["Quieter grinder"]),
        ("表示の文字を大きく", ["表示の文字を大きくする"]),
        ("Tea", []),
        ("!!!", []),
    ],
)
def test_ideas_that_say_nearly_the_same_are_found(typed: str, found: list[str]) -> None:
    for title in ("Quieter grinder", "表示の文字を大きくする", "Photo of the machine every week", "!!!"):
        make_fix(title=title)
    make_fix(title="Quieter grinder please", status=FixStatus.MERGED)

    assert [fix.title for fix in ideas.alike(typed)] == found


# --------------------------------------------------------------------------------------------------------------- verbs


def test_author_posts_with_words_and_challenge_and_follows(emil: User) -> None:
    theme, challenge = make_theme("Noise"), make_challenge()
    said, silent = make_response(score=8, comment="Too loud"), make_response(score=8)

    fix = ideas.post(title="Ring", theme=theme, challenge=challenge, words=[said.pk, silent.pk, 0], by=emil)

    assert (fix.status, fix.author, fix.theme) == ("idea", emil, theme)
    assert IdeaPart.objects.get().challenge == challenge
    assert [row.response for row in IdeaWords.objects.all()] == [said]
    assert [row.user for row in Follower.objects.all()] == [emil]


def test_closed_challenge_takes_nothing_in(emil: User) -> None:
    today = timezone.localdate()
    challenge = make_challenge(opens_on=today - dt.timedelta(days=9), closes_on=today - dt.timedelta(days=2), title="Q")

    with pytest.raises(WrongState, match=r"^Not posted: “Q” takes no ideas in today\.$"):
        ideas.post(title="Ring", challenge=challenge, by=emil)

    assert not Fix.objects.exists()


def test_vote_toggles_or_does_what_the_button_says(emil: User) -> None:
    fix = make_fix()

    stands = [ideas.vote(fix, by=emil), ideas.vote(fix, by=emil), ideas.vote(fix, by=emil, wanted=True)]
    again = ideas.vote(fix, by=emil, wanted=True)

    assert (stands, again) == ([True, False, True], True)
    assert Vote.objects.count() == 1


def test_vote_of_who_left_is_refused_and_does_not_count(emil: User, sofie: User) -> None:
    fix = make_fix()
    ideas.vote(fix, by=emil)
    User.objects.update(is_active=False)

    with pytest.raises(WrongState, match=r"^Not counted: this person does not work here any more\.$"):
        ideas.vote(fix, by=sofie)

    assert ideas.listed(IdeaView.NEW, sofie)[0].n_votes == 0


@pytest.mark.parametrize("status", [FixStatus.SHIPPED, FixStatus.ANNOUNCED, FixStatus.DECLINED, FixStatus.MERGED])
def test_what_is_decided_takes_no_votes(emil: User, status: FixStatus) -> None:
    fix = make_fix(status=status)

    with pytest.raises(WrongState, match=r"^Not counted: only ideas and what is planned take votes\.$"):
        ideas.vote(fix, by=emil)

    assert not Vote.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_pressing_twice_at_once_is_one_vote() -> None:
    emil = make_user("emil", "Employee")
    fix = make_fix()

    done = at_once(*[lambda: ideas.vote(Fix.objects.get(pk=fix.pk), by=emil, wanted=True)] * 4)

    assert done == [True] * 4
    assert Vote.objects.count() == 1


def test_comment_tells_author_and_followers_but_not_who_wrote_it(emil: User, sofie: User) -> None:
    carla = make_user("carla", "Employee")
    fix = fixes.create(title="Ring", by=emil)
    ideas.follow(fix, by=sofie, wanted=True)
    ideas.follow(fix, by=carla, wanted=True)

    ideas.comment(fix, text="Good", by=sofie)

    told = Notice.objects.order_by("user__username")
    assert [(one.user, one.kind, one.is_own, one.message) for one in told] == [
        (carla, "comment", False, None),
        (emil, "comment", True, None),
    ]
    assert notices.reason(told[0]) == "Good"


def test_words_are_shown_without_the_name_the_address_and_the_account(emil: User) -> None:
    from tests.factories import make_account

    account = make_account(name="Albergo Porto")
    contact: Contact = make_contact(name="Matteo Fumagalli", email="matteo@porto.example.com", account=account)
    comment = "Matteo Fumagalli of Albergo Porto here: matteo@porto.example.com, too loud"
    response = make_response(contact=contact, score=8, comment=comment)
    fix = make_fix()
    ideas.attach(fix, [response.pk], by=emil)

    assert [row.words for row in ideas.words_of(fix)] == ["… of … here: …, too loud"]


def test_bands_of_who_asked_and_of_words_beside_it_are_counted_once(emil: User) -> None:
    fix = make_fix()
    request = make_request(fix=fix, response=make_response(score=8, comment="Too loud"))
    assert request.response
    unhappy = make_response(score=2, comment="Noise")

    ideas.attach(fix, [request.response.pk, unhappy.pk, unhappy.pk], by=emil)

    assert ideas.bands_of(fix) == {"promoters": 0, "passives": 1, "detractors": 1}


def test_profile_is_stored_when_it_is_chosen_and_not_before(emil: User) -> None:
    department = make_department("Workshop")

    before = ideas.profile(emil)
    rows = Profile.objects.count()
    ideas.set_profile(emil, department=department, wants_digest=False)

    assert (before.department, before.wants_news, before.wants_digest, rows) == (None, True, True, 0)
    stored = Profile.objects.get()
    assert (stored.department, stored.wants_news, stored.wants_digest) == (department, True, False)
