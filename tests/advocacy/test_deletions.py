from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from advocacy import deletions, wall
from advocacy.enums import StoryStatus
from advocacy.models import DeletionRequest, Testimonial
from surveys import contacts, privacy
from surveys.enums import SuppressionReason, SuppressionScope
from surveys.models import Contact, Event, Message, Suppression
from surveys.transitions import WrongState
from tests.factories import make_contact, make_deletion_request, make_message, make_testimonial, make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def by(db: None) -> User:
    return make_user("admin", is_superuser=True)


def make_mail() -> tuple[Contact, Message]:
    contact = make_contact()
    return contact, make_message(contact=contact, invitation=None)


def test_asking_twice_is_once() -> None:
    contact, message = make_mail()

    assert deletions.ask(contact, message=message) == deletions.ask(contact, message=message)
    assert (DeletionRequest.objects.count(), Event.objects.count()) == (1, 1)


def test_narrower_stop_becomes_a_stop_of_everything() -> None:
    contact, message = make_mail()
    contacts.suppress(contact.email, reason=SuppressionReason.MANUAL)

    deletions.ask(contact, message=message)

    assert Suppression.objects.get().scope == SuppressionScope.ALL


def test_who_was_kept_may_ask_again(by: User) -> None:
    contact, message = make_mail()
    first = deletions.ask(contact, message=message)
    deletions.keep(first, reason="a mistake", by=by)

    assert deletions.ask(contact, message=message) != first
    assert DeletionRequest.objects.waiting().count() == 1


def test_kept_twice_is_refused(by: User) -> None:
    asked = make_deletion_request()
    deletions.keep(asked, reason="a mistake", by=by)

    with pytest.raises(WrongState):
        deletions.keep(asked, reason="again", by=by)
    with pytest.raises(ValueError, match="only for a reason"):
        deletions.keep(make_deletion_request(), reason=" ", by=by)


def test_thirty_days_then_it_is_overdue() -> None:
    now = timezone.now()

    assert make_deletion_request(asked_at=now - 30 * DAY).is_overdue
    assert not make_deletion_request(asked_at=now - 29 * DAY).is_overdue
    assert not make_deletion_request(asked_at=now - 90 * DAY, done_at=now).is_overdue


def test_merge_keeps_the_older_request(by: User) -> None:
    keep, gone = make_contact(), make_contact()
    make_deletion_request(contact=keep)
    older = make_deletion_request(contact=gone, asked_at=timezone.now() - DAY)

    privacy.merge(keep, gone, by=by)

    row = DeletionRequest.objects.get()
    assert (row.pk, row.contact) == (older.pk, keep)


def test_export_tells_the_request_and_erasing_keeps_only_that_it_was_done(by: User) -> None:
    contact = make_contact()
    kept = make_deletion_request(contact=contact, done_at=timezone.now(), by=by, reason="Ana Ñ. called")
    make_deletion_request(contact=contact)

    assert len(privacy.export(contact, by=by)["deletion_requests"]) == 2
    privacy.erase(contact, by=by)

    kept.refresh_from_db()
    assert (kept.contact, kept.reason) == (None, "")
    assert DeletionRequest.objects.filter(done_at=None).count() == 0


# ------------------------------------------------------------------------------------------------- nothing in public


def make_quoted() -> tuple[Testimonial, Message]:
    story = make_testimonial(status=StoryStatus.PUBLISHED, published_at=timezone.now())
    return story, make_message(contact=story.contact, invitation=None)


def shown(story: Testimonial) -> bool:
    return wall.one(story.brand, "en", story.pk) is not None


def test_asking_hides_what_is_public_at_once_and_keeping_shows_it_again(by: User) -> None:
    story, message = make_quoted()
    other, _message = make_quoted()

    asked = deletions.ask(story.contact, message=message)

    assert (shown(story), shown(other)) == (False, True)
    assert deletions.why_not_public(story.contact).startswith("the person asked to be deleted")
    deletions.keep(asked, reason="a mistake", by=by)
    assert (shown(story), deletions.why_not_public(story.contact)) == (True, "")


def test_merge_hides_what_the_other_said(by: User) -> None:
    story, _message = make_quoted()
    gone = make_contact()
    make_deletion_request(contact=gone)

    privacy.merge(story.contact, gone, by=by)

    assert not shown(story)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_asking_at_the_same_moment_is_once() -> None:
    contact, message = make_mail()

    found = at_once(*[lambda: deletions.ask(contact, message=message)] * 4)

    assert connection.vendor == "postgresql"
    assert len({str(each) for each in found}) == 1
    assert DeletionRequest.objects.count() == 1
