"""The advocates: whom we may ask, and what a person decides about one.

When somebody may be asked, `fatigue` says. Every verb that takes `seen` refuses, with Changed, what was decided on an
old picture.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery, TextChoices
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advocacy import asking, fatigue, timeline, trail
from advocacy.enums import AdvocateChange, AskRule
from advocacy.models import Advocate, Ask
from surveys import schedule
from surveys.enums import TouchKind
from surveys.models import Contact, Response, Touch
from surveys.transitions import WrongState, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

EXCERPT = 300


def latest_answer(advocate: Advocate) -> Response | None:
    answers = Response.objects.with_extras().prefetch_related("themes__theme").filter(contact=advocate.contact_id)
    return answers.select_related("campaign").order_by("-submitted_at", "-pk").first()


def history(advocate: Advocate) -> list[timeline.Entry]:
    """What was decided, answered and asked, newest first. Four statements, however much it is."""
    answers = Response.objects.filter(contact=advocate.contact_id).select_related("campaign").defer("comment")
    told = Ask.objects.filter(advocate=advocate, sent_at__isnull=False).values("sent_at")
    touches = Touch.objects.filter(contact=advocate.contact_id, kind=TouchKind.ASK).exclude(at__in=told).order_by("-at")
    entries = [
        *(timeline.of_event(event) for event in trail.events(advocate)[: timeline.LIMIT]),
        *(timeline.of_event(event) for event in trail.favours_of(advocate.contact)[: timeline.LIMIT]),
        *(_of_answer(answer) for answer in answers.order_by("-submitted_at", "-pk")[: timeline.LIMIT]),
        *(timeline.Entry(touch.at, timeline.Kind.MAIL, _("Asked for a favour")) for touch in touches[: timeline.LIMIT]),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _of_answer(answer: Response) -> timeline.Entry:
    title = _("Answered with a score of %(score)s") % {"score": answer.score}
    return timeline.Entry(answer.submitted_at, timeline.Kind.ANSWER, f"{title} · {answer.campaign}")


# -------------------------------------------------------------------------------------------------------------- lists


class AdvocateView(TextChoices):
    """The views of the advocates; the value stands in the URL."""

    ALL = "all", gettext_lazy("All")
    NOW = "now", gettext_lazy("Can be asked")
    LATER = "later", gettext_lazy("Not now")
    PAUSED = "paused", gettext_lazy("Paused")
    DO_NOT_ASK = "do-not-ask", gettext_lazy("Do not ask")


def advocates_of(view: AdvocateView, *, at: dt.datetime, **conditions: Any) -> QuerySet[Any]:
    """The advocates of a view with their next ask, whoever was found last on top."""
    told = fatigue.with_next_ask(Advocate.objects.filter(**conditions), at=at)
    return _of_view(view, told, told, at).order_by("-pk")


def by_view(*, at: dt.datetime, **conditions: Any) -> dict[AdvocateView, QuerySet[Any]]:
    """The advocates of each view, to be counted: with the next ask only where the view asks for it."""
    plain = Advocate.objects.filter(**conditions)
    told = fatigue.with_next_ask(plain, at=at)
    return {view: _of_view(view, plain, told, at) for view in AdvocateView}


def _of_view(view: AdvocateView, plain: QuerySet[Any], told: QuerySet[Any], at: dt.datetime) -> QuerySet[Any]:
    if view == AdvocateView.NOW:
        return told.filter(fatigue.is_possible(at))
    if view == AdvocateView.LATER:
        return told.exclude(fatigue.is_possible(at))
    if view == AdvocateView.PAUSED:
        return plain.filter(paused_until__gt=at, do_not_ask=False)
    return plain.filter(do_not_ask=True) if view == AdvocateView.DO_NOT_ASK else plain


def shown(advocates: QuerySet[Any]) -> QuerySet[Any]:
    """What a row shows beside: who it is, and how the latest answer begins."""
    rows: QuerySet[Any] = advocates.select_related("contact__account", "standing__tier").defer(
        "contact__properties", "contact__tags"
    )
    answers = Response.objects.filter(contact=OuterRef("contact")).order_by("-submitted_at", "-pk")
    excerpt = Subquery(answers.annotate(excerpt=Left("comment", EXCERPT)).values("excerpt")[:1])
    language = Subquery(answers.values("language")[:1])
    found: QuerySet[Any] = rows.annotate(excerpt=excerpt, language=language)
    return found


# -------------------------------------------------------------------------------------------------------------- verbs


def pause(advocate: Advocate, *, until: dt.date, reason: str, by: User, seen: str = "") -> None:
    """Ask nothing before that day begins, in the zone of the organisation."""
    moment = schedule.local_instant(until, dt.time(0), settings.TIME_ZONE)
    if moment <= timezone.now():
        raise WrongState(_("Not paused: choose a day to come."))
    said = f"{until.isoformat()}\n{reason}"
    _decide(advocate, AdvocateChange.PAUSED, by=by, reason=said, seen=seen, paused_until=moment)


def resume(advocate: Advocate, *, reason: str, by: User, seen: str = "") -> None:
    _decide(advocate, AdvocateChange.RESUMED, by=by, reason=reason, seen=seen, paused_until=None)


def never_ask(advocate: Advocate, *, reason: str, by: User, seen: str = "") -> None:
    """Permanent, until the person lifts it. What was planned is dropped."""
    with transaction.atomic():
        _decide(advocate, AdvocateChange.DO_NOT_ASK, by=by, reason=reason, seen=seen, do_not_ask=True)
        asking.drop_unsent(advocate.contact, reason=trail.RULE + AskRule.DO_NOT_ASK, by=by)


def allow_asking(advocate: Advocate, *, reason: str, by: User, seen: str = "") -> None:
    """The person has lifted it; the reason says how we know."""
    _decide(advocate, AdvocateChange.MAY_ASK, by=by, reason=reason, seen=seen, do_not_ask=False)


def forbid_gifts(advocate: Advocate, *, reason: str, by: User, seen: str = "") -> None:
    _decide(advocate, AdvocateChange.NO_GIFTS, by=by, reason=reason, seen=seen, forbids_gifts=True)


def allow_gifts(advocate: Advocate, *, reason: str, by: User, seen: str = "") -> None:
    _decide(advocate, AdvocateChange.GIFTS, by=by, reason=reason, seen=seen, forbids_gifts=False)


def _decide(advocate: Advocate, change: AdvocateChange, *, by: User, reason: str, seen: str, **fields: object) -> None:
    """Set the fields and tell it; what stands so already is left alone, and no colleague is in the way of that."""
    with transaction.atomic():
        trail.lock(advocate)
        if all(getattr(advocate, name) == value for name, value in fields.items()):
            return
        trail.check(advocate, seen=seen)
        for name, value in fields.items():
            setattr(advocate, name, value)
        advocate.save(update_fields=list(fields))
        record(advocate, went_to=change, by=by, reason=reason)


# ---------------------------------------------------------------------------------------------------------- nomination


def nominate(contact: Contact, *, reason: str, by: User) -> Advocate:
    """Somebody of the house names a contact as an advocate, whatever was answered; once more renews it.

    What the rules forbid, such as a score below 9, a nomination does not allow.
    """
    with transaction.atomic():
        advocate, _created = Advocate.objects.get_or_create(contact=contact)
        trail.lock(advocate)
        advocate.nominated_at, advocate.nominated_by = timezone.now(), by
        advocate.save(update_fields=["nominated_at", "nominated_by"])
        record(advocate, went_to=AdvocateChange.NOMINATED, by=by, reason=reason)
        return advocate


def describe(advocate: Advocate, *, site: str, handles: str, by: User, seen: str = "") -> None:
    """Where an advocate is to be found, for the link back from what we publish."""
    _decide(advocate, AdvocateChange.PROFILE, by=by, reason="", seen=seen, site=site, handles=handles)
