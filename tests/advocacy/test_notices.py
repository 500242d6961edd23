from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from advocacy import fixes, ideas, notices
from advocacy.models import CoAuthor, Fix, Notice
from surveys import mail
from surveys.models import Message
from surveys.transitions import move
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LATER = timezone.localdate() + dt.timedelta(days=30)


@pytest.fixture
def lead(db: None) -> User:
    return make_user("dana", "Support lead", first_name="Dana")


@pytest.fixture
def emil(db: None) -> User:
    return make_user("emil", "Employee", first_name="Emil")


@pytest.fixture
def idea(emil: User) -> Fix:
    return fixes.create(title="A quieter grinder", by=emil)


def test_author_and_followers_are_told_at_each_step(idea: Fix, emil: User, lead: User) -> None:
    sofie, left = make_user("sofie", "Employee"), make_user("left", "Employee", is_active=False)
    for user in (sofie, left, lead):
        ideas.follow(idea, by=user, wanted=True)

    fixes.plan(idea, owner=lead, due_on=LATER, by=lead)
    fixes.ship(idea, reason="A rubber ring", by=lead)
    move(idea, {"shipped": frozenset({"announced"})}, "announced", by=lead)

    told = Notice.objects.order_by("pk")
    assert [(one.user, one.kind, one.is_own) for one in told] == [
        (emil, "planned", True),
        (sofie, "planned", False),
        (emil, "shipped", True),
        (sofie, "shipped", False),
        (emil, "announced", True),
        (sofie, "announced", False),
    ]
    assert [notices.reason(one) for one in told] == ["", "", "A rubber ring", "A rubber ring", "", ""]
    assert (
        list(Message.objects.order_by("pk").values_list("user__username", "letter", "purpose", "promise"))
        == [("emil", "idea_news", "staff", "at_least_once")] * 3
    )


def test_declined_is_told_with_the_reason_by_mail_too(idea: Fix, emil: User, lead: User) -> None:
    fixes.decline(idea, reason="The motor is too old\nfor it", by=lead)

    letter = notices.letter(Message.objects.get())

    assert (letter.subject, letter.to) == ("Declined: A quieter grinder", ["emil@example.com"])
    assert letter.body.startswith("Your idea “A quieter grinder”: Declined.\n\nThe motor is too old\nfor it\n")
    assert f"/ideas/{idea.pk}/\n" in letter.body
    assert letter.body.rstrip().endswith("/ideas/settings/")


def test_coauthor_is_told_as_the_author_is(idea: Fix, lead: User) -> None:
    sofie = make_user("sofie", "Employee")
    CoAuthor.objects.create(fix=idea, user=sofie)

    fixes.decline(idea, reason="No", by=lead)

    assert sorted(Message.objects.values_list("user__username", flat=True)) == ["emil", "sofie"]


def test_who_wants_no_mail_reads_it_in_the_console(idea: Fix, emil: User, lead: User) -> None:
    ideas.set_profile(emil, department=None, wants_news=False)

    fixes.decline(idea, reason="No", by=lead)

    assert Notice.objects.get().user == emil
    assert not Message.objects.exists()


def test_mail_that_is_wanted_no_more_is_not_rendered(idea: Fix, emil: User, lead: User) -> None:
    fixes.decline(idea, reason="No", by=lead)
    ideas.set_profile(emil, department=None, wants_news=False)

    with pytest.raises(mail.CannotRender):
        notices.letter(Message.objects.get())


def test_title_cannot_write_headers_of_the_mail(emil: User, lead: User) -> None:
    fixes.decline(fixes.create(title="One\r\nBcc: x@example.com", by=emil), reason="No", by=lead)

    letter = notices.letter(Message.objects.get())

    assert letter.subject == "Declined: One Bcc: x@example.com"


def test_address_that_cannot_be_mailed_gets_no_mail(lead: User) -> None:
    user = make_user("nomail", "Employee")
    User.objects.filter(pk=user.pk).update(email="")
    user.refresh_from_db()

    fixes.decline(fixes.create(title="One", by=user), reason="No", by=lead)

    assert (Notice.objects.count(), Message.objects.count()) == (1, 0)


def test_nobody_takes_note_of_the_news_of_others(idea: Fix, emil: User, lead: User) -> None:
    fixes.decline(idea, reason="No", by=lead)
    notice = Notice.objects.get()

    seen = [notices.see(lead, notice=notice.pk), notices.see(emil, notice=notice.pk), notices.see(emil)]

    assert seen == [0, 1, 0]


def test_reason_of_a_move_is_not_taken_for_what_the_program_writes(idea: Fix, emil: User, lead: User) -> None:
    fixes.plan(idea, owner=lead, due_on=LATER, by=lead)
    fixes.ship(idea, reason="won over everybody", by=lead)

    assert notices.reason(Notice.objects.get(kind="shipped")) == "won over everybody"
