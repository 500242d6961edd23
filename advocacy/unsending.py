"""The way back from a thank-you: until its mail has left it can be stopped, and stands in the queue as it stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from advocacy import announcing, personal, trail
from advocacy.enums import (
    ANNOUNCEMENT_MOVES,
    UNDO_DRAFT_MOVES,
    UNDO_FIX_MOVES,
    AnnouncementStatus,
    DraftStatus,
    FixStatus,
)
from advocacy.models import Announcement, CustomerRequest, Draft
from surveys.enums import MESSAGE_MOVES, MessageStatus
from surveys.models import Message
from surveys.transitions import WrongState, move, move_many, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

WAITING = (MessageStatus.QUEUED, MessageStatus.CLAIMED)


def leaving(announcement: Announcement) -> QuerySet[Draft]:
    """The letters that can still be taken back, latest first."""
    rows = Draft.objects.filter(announcement=announcement, status=DraftStatus.SENT, message__status__in=WAITING)
    return rows.order_by("-decided_at", "-pk")


def take_back(draft: Draft, *, by: User) -> None:
    """Stop a letter: nobody counts as told by it, and it waits to be read again. Raises WrongState when it has left."""
    with transaction.atomic():
        announcement = _lock(draft.announcement_id)
        if not _stop(draft, by=by):
            raise WrongState(_("Not taken back: the letter has left."))
        _open_again(announcement, by=by)


def take_back_all(announcement: Announcement, *, by: User, size: int = announcing.SIZE) -> int:
    """Stop all that have not left, and those that were approved and are not made yet. How many were stopped.

    Goes in slices, as they were sent. Raises WrongState when there is nothing to stop any more.
    """
    was_leaving = Announcement.objects.filter(pk=announcement.pk, rest_by__isnull=False).update(rest_by=None)
    stopped, last = 0, 0
    while True:
        with transaction.atomic():
            locked = _lock(announcement.pk)
            drafts = list(leaving(announcement).filter(pk__gt=last).order_by("pk")[:size])
            stopped += sum(_stop(draft, by=by) for draft in drafts)
            _open_again(locked, by=by)
        if len(drafts) < size:
            break
        last = drafts[-1].pk
    if not stopped and not was_leaving:
        raise WrongState(_("Not taken back: all letters have left."))
    return stopped


def _lock(pk: int) -> Announcement:
    return Announcement.objects.select_for_update(of=("self",)).select_related("fix").get(pk=pk)


def _stop(draft: Draft, *, by: User) -> bool:
    """Whether it had not left yet."""
    draft.refresh_from_db()
    mail = draft.message
    if draft.status != DraftStatus.SENT or mail is None:
        return False
    mine = Message.objects.filter(pk=mail.pk)
    if not move_many(mine, MESSAGE_MOVES, MessageStatus.CANCELLED, error="taken back", claim_id=None):
        return False
    words = _own_words(draft)
    rows, fresh = Draft.objects.filter(pk=draft.pk), {"decided_by": None, "decided_at": None, "message": None}
    move_many(rows, UNDO_DRAFT_MOVES, DraftStatus.WAITING, subject=words.subject, body=words.body, **fresh)
    fix = draft.announcement.fix
    told = CustomerRequest.objects.filter(fix=fix, contact=draft.contact_id, told_at=mail.not_before - personal.HELD)
    for request in told.order_by("pk"):
        request.told_at = None
        request.save(update_fields=["told_at"])
        record(request, by=by, reason=trail.THANKS_BACK + fix.title)
    record(fix, by=by, reason=trail.THANKS_BACK)
    draft.refresh_from_db()
    return True


def _own_words(draft: Draft) -> personal.Draft:
    """What a person had written before it was sent; nothing, where it is the text of its language filled in."""
    sent = personal.Draft(draft.subject, draft.body)
    draft.subject = draft.body = ""
    return personal.Draft("", "") if announcing.letter_of(draft) == sent else sent


def _open_again(announcement: Announcement, *, by: User) -> None:
    """There is somebody to decide on once more; where nobody was told, the fix is not announced either."""
    if not announcing.waiting(announcement).exists():
        return
    rows = Announcement.objects.filter(pk=announcement.pk, status=AnnouncementStatus.DONE)
    move_many(rows, ANNOUNCEMENT_MOVES, AnnouncementStatus.REVIEW, finished_at=None)
    fix = announcement.fix
    told = CustomerRequest.objects.filter(fix=fix, told_at__isnull=False)
    if fix.status == FixStatus.ANNOUNCED and not told.exists():
        move(fix, UNDO_FIX_MOVES, FixStatus.SHIPPED, by=by)
