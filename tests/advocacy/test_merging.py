from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from advocacy import announcing, fixes, ideas, merging, trail
from advocacy.enums import DraftStatus, FixStatus
from advocacy.models import (
    CoAuthor,
    CustomerRequest,
    Draft,
    Fix,
    Follower,
    IdeaComment,
    IdeaWords,
    Merger,
    Notice,
    Vote,
)
from surveys.transitions import WrongState
from tests.factories import make_announcement, make_contact, make_fix, make_request, make_response, make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(db: None) -> User:
    return make_user("dana", "Support lead")


def people(rows: type[Vote] | type[Follower] | type[CoAuthor], fix: Fix) -> list[str]:
    return sorted(rows.objects.filter(fix=fix).values_list("user__username", flat=True))


def test_everything_goes_over_and_everybody_is_told(lead: User) -> None:
    ann, ben, cleo = (make_user(name, "Employee") for name in ("ann", "ben", "cleo"))
    into, fix = fixes.create(title="Ring", by=ann), fixes.create(title="Rubber", by=ben)
    for one, user in ((into, ann), (into, cleo), (fix, cleo), (fix, ben)):
        ideas.vote(one, by=user)
    ideas.follow(fix, by=cleo, wanted=True)
    ideas.comment(fix, text="Good", by=cleo)
    said = make_response(score=8, comment="Too loud")
    ideas.attach(fix, [said.pk], by=ben)
    ideas.attach(into, [said.pk], by=ann)
    request = make_request(fix=fix, kind="problem")
    Notice.objects.all().delete()

    merging.merge(fix, into=into, by=lead)

    assert (fix.status, Merger.objects.get().into) == (FixStatus.MERGED, into)
    assert people(Vote, into) == ["ann", "ben", "cleo"]
    assert people(Follower, into) == ["ann", "ben", "cleo"]
    assert people(CoAuthor, into) == ["ben"]
    assert [one.fix for one in IdeaComment.objects.all()] == [into]
    assert [one.fix for one in IdeaWords.objects.all()] == [into]
    assert CustomerRequest.objects.get().fix == into
    assert trail.sentence(trail.events(request)[0])[0] == "Linked to the fix “Ring”"
    assert trail.sentence(trail.events(fix)[0])[0] == "Merged into “Ring”"
    assert trail.sentence(trail.events(into)[0])[0] == "Took up the idea “Rubber”, which says the same"
    assert sorted(Notice.objects.values_list("user__username", "kind", "is_own")) == [
        ("ben", "merged", True),
        ("cleo", "merged", False),
    ]
    assert (people(Vote, fix), people(Follower, fix)) == ([], [])


def test_author_of_both_does_not_join_the_own_idea(lead: User) -> None:
    ann = make_user("ann", "Employee")
    into, fix = fixes.create(title="Ring", by=ann), fixes.create(title="Rubber", by=ann)

    merging.merge(fix, into=into, by=lead)

    assert not CoAuthor.objects.exists()


def test_chain_of_merged_ideas_leads_straight_to_the_last(lead: User) -> None:
    first, second, third = make_fix(), make_fix(), make_fix()

    merging.merge(first, into=second, by=lead)
    merging.merge(second, into=third, by=lead)

    assert {one.fix: one.into for one in Merger.objects.all()} == {first: third, second: third}


def test_idea_is_not_merged_into_itself_or_in_a_circle(lead: User) -> None:
    one, other = make_fix(title="Ring"), make_fix(title="Rubber")

    with pytest.raises(WrongState, match=r"^Not merged: this is the same idea\.$"):
        merging.merge(one, into=Fix.objects.get(pk=one.pk), by=lead)
    merging.merge(one, into=other, by=lead)
    with pytest.raises(WrongState, match=r"^Not merged: “Ring” was merged into another itself\. Choose that one\.$"):
        merging.merge(other, into=one, by=lead)

    assert Merger.objects.count() == 1


@pytest.mark.parametrize("status", [FixStatus.SHIPPED, FixStatus.ANNOUNCED, FixStatus.DECLINED, FixStatus.MERGED])
def test_what_is_done_or_declined_becomes_no_part_of_another(lead: User, status: FixStatus) -> None:
    fix = make_fix(status=status)

    with pytest.raises(WrongState, match=r"^Not merged: only an idea or what is planned becomes a part of another\.$"):
        merging.merge(fix, into=make_fix(), by=lead)

    assert Fix.objects.get(pk=fix.pk).status == status


@pytest.mark.parametrize(
    ("status", "refused"),
    [
        (FixStatus.IDEA, False),
        (FixStatus.PLANNED, False),
        (FixStatus.SHIPPED, False),
        (FixStatus.ANNOUNCED, False),
        (FixStatus.DECLINED, True),
        (FixStatus.MERGED, True),
    ],
)
def test_what_it_may_become_a_part_of(lead: User, status: FixStatus, refused: bool) -> None:
    into, fix = make_fix(status=status), make_fix()

    if refused:
        with pytest.raises(WrongState, match=r"^Not merged: "):
            merging.merge(fix, into=into, by=lead)
    else:
        merging.merge(fix, into=into, by=lead)

    assert Merger.objects.exists() is not refused


def test_idea_with_thank_yous_is_not_merged_away(lead: User) -> None:
    fix = make_fix()
    make_announcement(fix=fix)

    said = r"^Not merged: thank-yous for it are made already, and they would lead nowhere\.$"
    with pytest.raises(WrongState, match=said):
        merging.merge(fix, into=make_fix(), by=lead)

    assert Fix.objects.get(pk=fix.pk).status == FixStatus.IDEA


@pytest.mark.parametrize("is_announced", [False, True])
def test_who_asked_for_the_merged_one_is_thanked_too_and_nobody_twice(lead: User, is_announced: bool) -> None:
    into, fix = make_fix(status=FixStatus.SHIPPED), make_fix()
    both, early, late = make_contact(), make_contact(), make_contact()
    for contact, asked in ((both, into), (early, into), (both, fix), (late, fix)):
        make_request(contact=contact, response=None, fix=asked, kind="problem")
    assert announcing.run() is False
    if is_announced:
        for draft in Draft.objects.order_by("pk"):
            announcing.skip(draft, reason="Called", by=lead)
        into.refresh_from_db()
    assert (into.status == FixStatus.ANNOUNCED) is is_announced

    merging.merge(fix, into=into, by=lead)
    assert announcing.run() is False

    drafts = Draft.objects.order_by("pk").values_list("announcement__fix", "contact")
    assert list(drafts) == [(into.pk, both.pk), (into.pk, early.pk), (into.pk, late.pk)]
    assert Draft.objects.get(contact=late).status == DraftStatus.WAITING


def test_decision_on_an_old_picture_is_refused(lead: User) -> None:
    fix, into = fixes.create(title="Rubber", by=lead), make_fix()
    seen = trail.version(fix)
    fixes.decline(fix, reason="No", by=lead)

    with pytest.raises(trail.Changed):
        merging.merge(fix, into=into, by=lead, seen=seen)

    assert not Merger.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_merge_crosswise_end_with_one_merger() -> None:
    lead = make_user("dana", "Support lead")
    one, other = make_fix(), make_fix()

    done = at_once(
        lambda: merging.merge(Fix.objects.get(pk=one.pk), into=Fix.objects.get(pk=other.pk), by=lead),
        lambda: merging.merge(Fix.objects.get(pk=other.pk), into=Fix.objects.get(pk=one.pk), by=lead),
    )

    assert sorted(type(each).__name__ for each in done) == ["NoneType", "WrongState"]
    assert Merger.objects.count() == 1
