"""Places out of our reach where a case study was published: noted, looked at each week, cleaned after a withdrawal.

A place is asked by a task only, never while somebody waits for a page, and never with a row locked.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from advocacy import fetching, hyperlinks, pictures, trail, trailwords
from advocacy.enums import FetchTrouble, StudyStatus
from advocacy.models import CaseStudy, StudyPlace
from surveys import mergetags
from surveys.transitions import WrongState, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from surveys import mail
    from surveys.models import Message

LETTER = "lost_link"
MOST = 50  # of one study
SLICE = 8  # in one run: each may take ten seconds
SIZE = 200
LINES = 20  # of a mail


# ---------------------------------------------------------------------------------------------------- what people do


def note_place(study: CaseStudy, *, name: str, address: str, by: User, seen: str = "") -> StudyPlace:
    """Keep where else it was published. It is looked at soon, and then each week."""
    with transaction.atomic():
        trail.lock(study, seen=seen)
        if study.status == StudyStatus.WITHDRAWN:
            raise WrongState(_("Not noted: the case study is withdrawn, and may not be used any more."))
        rows = StudyPlace.objects.filter(study=study, cleaned_at__isnull=True)
        if rows.filter(address=address).exists():
            raise WrongState(_("Not noted: this place is on the list already."))
        if rows.count() >= MOST:
            raise WrongState(_("Not noted: there are %(n)d places already.") % {"n": MOST})
        place = StudyPlace.objects.create(study=study, name=name, address=address, added_by=by)
        record(study, by=by, reason=trailwords.PLACED + name)
        return place


def clean_place(place: StudyPlace, *, by: User) -> None:
    """It does not stand there any more. A second time changes nothing."""
    with transaction.atomic():
        place.refresh_from_db(from_queryset=StudyPlace.objects.select_for_update())
        if place.cleaned_at is not None:
            return
        place.cleaned_at, place.cleaned_by = timezone.now(), by
        place.save(update_fields=["cleaned_at", "cleaned_by"])
        if place.study:
            record(place.study, by=by, reason=trailwords.CLEANED + place.name)


def look_again(place: StudyPlace) -> None:
    """The next run looks at it, whenever it did last."""
    StudyPlace.objects.standing().filter(pk=place.pk).update(checked_at=None)


def of_study(study: CaseStudy) -> QuerySet[StudyPlace]:
    rows = StudyPlace.objects.filter(study=study, cleaned_at__isnull=True)
    return rows.with_site().select_related("study", "added_by").order_by("pk")


def missing() -> QuerySet[StudyPlace]:
    """Where the page or its link is gone, the longest on top."""
    rows = StudyPlace.objects.missing().with_site().select_related("study__contact", "study__owner")
    return rows.order_by("missing_since", "pk")


# ----------------------------------------------------------------------------------------------------- what a task does


@dataclass(frozen=True)
class Look:
    """What was found at a place: nothing wrong, or what, and what the server said."""

    trouble: str = ""
    status: int | None = None


def limits() -> fetching.Limits:
    """As it is set up. Servers of this machine are asked in tests only, whatever the setting says."""
    given = [] if settings.PRODUCTION else settings.LINK_CHECK_LOOPBACK
    loopback = {(host.lower(), int(port)) for host, _colon, port in (each.rpartition(":") for each in given)}
    return fetching.Limits(has_http=settings.LINK_CHECK_HTTP, loopback=loopback)


def look(address: str, site: str, *, resolve: fetching.Resolve = fetching.resolved) -> Look:
    """Whether the page at the address answers, and links to the site."""
    try:
        page = fetching.fetch(address, limits=limits(), resolve=resolve)
    except fetching.NotFetched as error:
        return Look(error.trouble, error.status or None)
    if hyperlinks.leads_to(page.text, site, page=page.address):
        return Look()
    return Look(FetchTrouble.NO_LINK if page.is_whole else FetchTrouble.LONG)


def check(*, at: dt.datetime | None = None, size: int = SLICE, resolve: fetching.Resolve = fetching.resolved) -> bool:
    """Look at the places whose week is over; whether more wait."""
    rows: Any = StudyPlace.objects.due(at).order_by(F("checked_at").asc(nulls_first=True), "pk")
    found = list(rows[:size])
    for place in found:
        note(place, look(place.address, place.site, resolve=resolve), at=at)
    return len(found) == size


def note(place: StudyPlace, seen: Look, *, at: dt.datetime | None = None) -> bool:
    """Keep what was found; False where another run, or a person, was faster."""
    at = at or timezone.now()
    facts: dict[str, Any] = {"checked_at": at, "trouble": seen.trouble, "status_code": seen.status}
    if seen.trouble:
        facts |= {"misses": min(place.misses + 1, 1_000), "missing_since": place.missing_since or at}
    else:
        facts |= {"misses": 0, "missing_since": None, "found_at": at, "told_at": None, "message": None}
    was_missing = place.is_missing
    with transaction.atomic():
        as_it_was = StudyPlace.objects.standing().filter(pk=place.pk, checked_at=place.checked_at, misses=place.misses)
        # SQLite and PostgreSQL alike: no join in an update.
        if not StudyPlace.objects.filter(pk__in=as_it_was.values("pk")).update(**facts):
            return False
        for name, value in facts.items():
            setattr(place, name, value)
        if place.study and place.is_missing != was_missing:
            record(
                place.study, reason=(trailwords.LOST_LINK if place.is_missing else trailwords.FOUND_LINK) + place.name
            )
        return True


def tell(*, size: int = SIZE) -> bool:
    """Tell owners of links that are gone, of each once while it is; whether more waits."""
    with transaction.atomic():
        rows = missing().filter(told_at__isnull=True, study__owner__is_active=True)
        found = list(rows.select_for_update(skip_locked=True, of=("self",))[:size])
        by_owner: dict[int, list[StudyPlace]] = {}
        for place in found:
            if place.study and place.study.owner_id:
                by_owner.setdefault(place.study.owner_id, []).append(place)
        for places in by_owner.values():
            owner = places[0].study.owner if places[0].study else None
            message, now = pictures.message_to(owner, LETTER), timezone.now()
            pks = [place.pk for place in places]
            StudyPlace.objects.filter(pk__in=pks).update(told_at=now, message=message)
    return len(found) == size


def letter(message: Message) -> mail.Letter:
    """What the owner is told. Raises CannotRender when every link is back meanwhile, or nobody can be mailed."""
    found = list(missing().filter(message=message))
    with translation.override(settings.LANGUAGE_CODE):
        lines = [_line(place) for place in found[:LINES]]
        return pictures.compose(message, LETTER, lines, len(found))


def _line(place: StudyPlace) -> tuple[str, str, str, str]:
    base: str = settings.PUBLIC_BASE_URL
    url = base + reverse("advocacy:study_media", args=[place.study_id])
    return mergetags.header(place.name), place.address, place.get_trouble_display(), url
