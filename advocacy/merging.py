"""Ideas that say the same become one. Nothing that anybody gave to either is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy import trail
from advocacy.enums import FIX_MOVES, FixStatus
from advocacy.models import (
    Announcement,
    CoAuthor,
    CustomerRequest,
    Fix,
    Follower,
    IdeaComment,
    IdeaPart,
    IdeaWords,
    Merger,
    Vote,
)
from surveys.models import Event
from surveys.transitions import WrongState, move, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

BATCH = 500


def merge(fix: Fix, *, into: Fix, by: User, seen: str = "") -> None:
    """Make `fix` a part of `into`: its votes (one a person), authors, comments, followers, customers' words and
    requests go over; whoever had it or follows it is told. Customers have the other already: then whoever asked for
    this one is thanked later than the rest. Raises WrongState, naming the reason, and Changed."""
    if fix.pk == into.pk:
        raise WrongState(_("Not merged: this is the same idea."))
    with transaction.atomic():
        for each in sorted((fix, into), key=lambda one: one.pk):  # two people who merge crosswise wait, and do not jam
            trail.lock(each)
        trail.check(fix, seen=seen)
        _check(fix, into)
        move(fix, FIX_MOVES, FixStatus.MERGED, by=by, reason=trail.INTO + into.title)
        Merger.objects.create(fix=fix, into=into, by=by)
        Merger.objects.filter(into=fix).update(into=into)  # who comes by an old address is led straight there
        _carry_people(fix, into)
        _carry_entry(fix, into)
        IdeaComment.objects.filter(fix=fix).update(fix=into)
        _carry_rows(IdeaWords, "response", fix, into)
        _carry_requests(fix, into, by=by)
        record(into, by=by, reason=trail.TOOK_UP + fix.title)


def _check(fix: Fix, into: Fix) -> None:
    reasons = {
        FixStatus.MERGED: _("“%(title)s” was merged into another itself. Choose that one."),
        FixStatus.DECLINED: _("“%(title)s” was declined, so nobody would do it."),
    }
    if Announcement.objects.filter(fix=fix).exists():
        raise WrongState(_("Not merged: thank-yous for it are made already, and they would lead nowhere."))
    if fix.status not in (FixStatus.IDEA, FixStatus.PLANNED):
        raise WrongState(_("Not merged: only an idea or what is planned becomes a part of another."))
    if into.status in reasons:
        said = reasons[FixStatus(into.status)] % {"title": into}
        raise WrongState(_("Not merged: %(reason)s") % {"reason": said})


def _carry_people(fix: Fix, into: Fix) -> None:
    _carry_rows(Vote, "user", fix, into)
    _carry_rows(Follower, "user", fix, into)
    _carry_rows(CoAuthor, "user", fix, into)
    if fix.author_id and fix.author_id != into.author_id:
        CoAuthor.objects.get_or_create(fix=into, user_id=fix.author_id)
    CoAuthor.objects.filter(fix=into, user=into.author_id).delete()


def _carry_entry(fix: Fix, into: Fix) -> None:
    """A challenge keeps what was entered in it."""
    if not IdeaPart.objects.filter(fix=into).exists():
        IdeaPart.objects.filter(fix=fix).update(fix=into)


def _carry_rows(model: type[Any], column: str, fix: Fix, into: Fix) -> None:
    """Whatever the other has already goes; the rest moves over."""
    had = model.objects.filter(fix=into).values(column)
    model.objects.filter(fix=fix, **{f"{column}__in": had}).delete()
    model.objects.filter(fix=fix).update(fix=into)


def _carry_requests(fix: Fix, into: Fix, *, by: User) -> None:
    """Whoever asked for the one is told when the other ships; each request says in its history how it came there."""
    requests = list(CustomerRequest.objects.filter(fix=fix).select_related("contact").order_by("pk"))
    Event.objects.bulk_create(
        (
            Event(
                kind=trail.REQUEST_KIND,
                object_id=str(request.pk),
                contact=request.contact,
                account_id=request.contact.account_id,
                by=by,
                reason=trail.LINKED + into.title,
                at=timezone.now(),
            )
            for request in requests
        ),
        batch_size=BATCH,
    )
    CustomerRequest.objects.filter(fix=fix).update(fix=into)
