"""A thank-you that has not left is stopped, and everything stands as it stood before it was sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User

from advocacy import announcing, trail, unsending
from advocacy.enums import AnnouncementStatus, DraftStatus, FixStatus
from advocacy.models import Announcement, CustomerRequest, Draft
from surveys.enums import MessageStatus
from surveys.models import Event, Message
from surveys.transitions import WrongState
from tests.factories import make_announcement, make_contact, make_draft, make_request, make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def by(db: None) -> User:
    return make_user("dana", is_superuser=True)


def make_queue(*names: str) -> Announcement:
    announcement = make_announcement(status=AnnouncementStatus.REVIEW)
    for name in names:
        make_draft(announcement=announcement, contact=make_contact(name=name))
    return announcement


def told() -> int:
    return CustomerRequest.objects.filter(told_at__isnull=False).count()


def mails() -> list[str]:
    return list(Message.objects.filter(letter=announcing.LETTER).order_by("pk").values_list("status", flat=True))


def states() -> list[str]:
    return list(Draft.objects.order_by("pk").values_list("status", flat=True))


def test_letter_taken_back_does_not_leave_and_its_person_is_not_told(by: User) -> None:
    announcement = make_queue("Ana", "Ben")
    ana = Draft.objects.order_by("pk")[0]
    again = make_request(contact=ana.contact, response=None, fix=announcement.fix, kind="problem", quote="Once more.")
    before = Draft.objects.filter(pk=ana.pk).values().get()
    announcing.send(ana, by=by)
    assert (mails(), told(), list(unsending.leaving(announcement))) == (["queued"], 2, [ana])

    unsending.take_back(ana, by=by)

    assert (mails(), told(), list(unsending.leaving(announcement))) == (["cancelled"], 0, [])
    assert Draft.objects.filter(pk=ana.pk).values().get() == before
    again.refresh_from_db()
    assert again.told_at is None
    event = Event.objects.filter(kind=trail.REQUEST_KIND, object_id=str(again.pk)).latest("pk")
    assert trail.sentence(event)[0] == "A thank-you was taken back before it left"
    announcing.send(ana, by=by)
    assert (mails(), told()) == (["cancelled", "queued"], 2)


def test_own_words_stay_in_a_letter_taken_back(by: User) -> None:
    make_queue("Ana")
    draft = Draft.objects.get()
    announcing.edit(draft, subject="Dark now", body="Dear Ana.", by=by)
    announcing.send(draft, by=by)

    unsending.take_back(draft, by=by)

    draft.refresh_from_db()
    assert (draft.subject, draft.body, draft.status) == ("Dark now", "Dear Ana.", DraftStatus.WAITING)


@pytest.mark.parametrize("status", [MessageStatus.DISPATCHING, MessageStatus.SENT, MessageStatus.UNKNOWN])
def test_letter_that_has_left_is_not_taken_back(by: User, status: MessageStatus) -> None:
    make_queue("Ana")
    draft = Draft.objects.get()
    announcing.send(draft, by=by)
    Message.objects.filter(letter=announcing.LETTER).update(status=status, sent_at=NOW)

    with pytest.raises(WrongState, match="Not taken back: the letter has left"):
        unsending.take_back(draft, by=by)
    with pytest.raises(WrongState, match="Not taken back: all letters have left"):
        unsending.take_back_all(draft.announcement, by=by)

    assert (states(), told()) == (["sent"], 1)


@pytest.mark.parametrize("status", ["waiting", "skipped", "stopped"])
def test_draft_that_was_not_sent_is_not_taken_back(by: User, status: str) -> None:
    draft = make_draft(status=status, reason="x")

    with pytest.raises(WrongState):
        unsending.take_back(draft, by=by)

    assert states() == [status]


def test_fix_that_the_letter_announced_is_shipped_again_until_somebody_is_told(by: User) -> None:
    announcement = make_queue("Ana")
    draft = Draft.objects.get()
    announcing.send(draft, by=by)
    announcement.fix.refresh_from_db()
    assert announcement.fix.status == FixStatus.ANNOUNCED

    unsending.take_back(draft, by=by)

    announcement.refresh_from_db()
    announcement.fix.refresh_from_db()
    assert (announcement.status, announcement.finished_at) == (AnnouncementStatus.REVIEW, None)
    assert announcement.fix.status == FixStatus.SHIPPED
    announcing.send(draft, by=by)
    announcement.fix.refresh_from_db()
    assert announcement.fix.status == FixStatus.ANNOUNCED


def test_fix_stays_announced_while_somebody_was_told(by: User) -> None:
    announcement = make_queue("Ana", "Ben")
    for draft in Draft.objects.order_by("pk"):
        announcing.send(draft, by=by)

    unsending.take_back(draft, by=by)

    announcement.fix.refresh_from_db()
    assert (announcement.fix.status, states(), told()) == (FixStatus.ANNOUNCED, ["sent", "waiting"], 1)


def test_all_are_taken_back_in_slices_with_those_not_made_yet(by: User) -> None:
    announcement = make_queue("Ana", "Ben", "Eve", "Ida", "Joe")
    announcing.send_rest(announcement, count=5, by=by)
    assert announcing.send_slice(announcement.pk, size=3)

    count = unsending.take_back_all(announcement, by=by, size=2)
    more = announcing.run()

    assert (count, more) == (3, False)
    assert (states(), mails(), told()) == (["waiting"] * 5, ["cancelled"] * 3, 0)


def test_rest_is_stopped_before_the_first_letter_is_made(by: User) -> None:
    announcement = make_queue("Ana", "Ben")
    announcing.send_rest(announcement, count=2, by=by)

    assert unsending.take_back_all(announcement, by=by) == 0

    announcing.run()
    assert (states(), mails()) == (["waiting", "waiting"], [])
