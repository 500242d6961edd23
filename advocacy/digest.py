"""Once a month each colleague reads what became of ideas and what customers said; a quiet month has no mail."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone, translation

from advocacy import ideas, notices, quoting, weekly
from advocacy.enums import FixStatus, NoticeKind
from advocacy.ideas import IdeaView
from advocacy.models import Digest, Fix, Notice, Profile
from surveys import mail, mergetags
from surveys.analytics.selection import Selection

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from surveys.models import Message

LETTER = "idea_digest"
RIGHT = "advocacy.view_fix"
BACKEND = "django.contrib.auth.backends.ModelBackend"
SIZE = 200
MOST = 5
# A month is told of in the first days after it; a worker that was away for longer leaves it out.
DAYS = 10


@dataclass(frozen=True)
class Month:
    """A calendar month where the organisation is."""

    first: dt.date

    @property
    def last(self) -> dt.date:
        return self.first + relativedelta(months=1) - dt.timedelta(days=1)

    @property
    def starts_at(self) -> dt.datetime:
        return dt.datetime.combine(self.first, dt.time(), tzinfo=timezone.get_default_timezone())

    @property
    def ends_at(self) -> dt.datetime:
        after = self.first + relativedelta(months=1)
        return dt.datetime.combine(after, dt.time(), tzinfo=timezone.get_default_timezone())


def due(*, at: dt.datetime | None = None) -> Month | None:
    """The month before, in the first days of the next; None later in it."""
    today = timezone.localdate(at, timezone.get_default_timezone())
    return Month(today.replace(day=1) - relativedelta(months=1)) if today.day <= DAYS else None


def send(*, at: dt.datetime | None = None, size: int = SIZE) -> bool:
    """Queue the mails of the month that is over, for at most `size` people; whether more wait. Nobody gets two."""
    month = due(at=at)
    if month is None:
        return False
    people = _people(month)
    if not something_moved(month):
        people = people.filter(Exists(_in_month(month).filter(user=OuterRef("pk"))))
    found = list(people[:size])
    for user in found:
        _queue(user, month)
    return len(found) == size


def _people(month: Month) -> QuerySet[User]:
    """Who may see ideas, was here in that month, wants it and has not got it."""
    known = Digest.objects.filter(user=OuterRef("pk"), month=month.first)
    quiet = Profile.objects.filter(user=OuterRef("pk"), wants_digest=False)
    rows = get_user_model().objects.with_perm(RIGHT, is_active=True, backend=BACKEND)
    rows = rows.filter(~Exists(known), ~Exists(quiet), date_joined__lt=month.ends_at).exclude(email="")
    return rows.order_by("pk")


def _queue(user: User, month: Month) -> None:
    try:
        with transaction.atomic():
            Digest.objects.create(user=user, month=month.first, message=notices.staff_message(LETTER, user))
    except IntegrityError:  # another run was faster
        return


def something_moved(month: Month) -> bool:
    """Whether anything shipped in it, or anybody posted an idea."""
    posted = Fix.objects.filter(created_at__gte=month.starts_at, created_at__lt=month.ends_at)
    return _shipped(month).exists() or posted.exclude(status=FixStatus.MERGED).exists()


def _shipped(month: Month) -> QuerySet[Fix]:
    rows = Fix.objects.filter(status__in=ideas.DONE, shipped_at__gte=month.starts_at, shipped_at__lt=month.ends_at)
    return rows.order_by("shipped_at", "pk")


def _news(user: User, month: Month) -> QuerySet[Notice]:
    """What happened to somebody's own ideas, and to those the person follows."""
    return _in_month(month).filter(user=user).select_related("fix").order_by("pk")


def _in_month(month: Month) -> QuerySet[Notice]:
    return Notice.objects.filter(at__gte=month.starts_at, at__lt=month.ends_at)


def letter(message: Message) -> mail.Letter:
    """Raises CannotRender when the person is gone or wants it no more."""
    row = Digest.objects.filter(message=message, user__is_active=True).select_related("user").first()
    if row is None or Profile.objects.filter(user=row.user, wants_digest=False).exists():
        raise mail.CannotRender("the person is gone, or wants no digest")
    with translation.override(settings.LANGUAGE_CODE):
        return notices.compose(LETTER, message, row.user, _context(row.user, Month(row.month)))


def _context(user: User, month: Month) -> dict[str, Any]:
    base = settings.PUBLIC_BASE_URL
    wanted = ideas.counted(ideas.ideas_of(IdeaView.WANTED, user)).filter(n_votes__gt=0)
    selection = Selection(since=month.first, until=month.last)
    quotes = [(band.label, weekly.of_band(selection, band, most=1)) for band in weekly.BANDS]
    return {
        "month": month.first,
        "shipped": [_line(fix) for fix in _shipped(month)[: 4 * MOST]],
        "wanted": [(*_line(fix), fix.n_votes) for fix in wanted.order_by("-n_votes", "-pk")[:MOST]],
        "news": [_told(notice) for notice in _news(user, month)[: 4 * MOST]],
        "quotes": [(label, _one_line(rows[0].words)) for label, rows in quotes if rows],
        "hub_url": base + reverse("advocacy:ideas"),
    }


def _line(fix: Fix) -> tuple[str, str]:
    return mergetags.header(fix.title), settings.PUBLIC_BASE_URL + reverse("advocacy:idea", args=[fix.pk])


def _told(notice: Notice) -> tuple[str, str, str]:
    return (*_line(notice.fix), str(NoticeKind(notice.kind).label))


def _one_line(words: str) -> str:
    return " ".join(quoting.nameless(mergetags.plain(words)).split())
