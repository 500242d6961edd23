"""From a settled response to exactly one follow-up. The routing row is the receipt."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from advocacy import asking, carried, cases, owners, snoozing, tagging, trail, urgency
from advocacy.enums import News, RequestOrigin, RoutedTo
from advocacy.models import Advocate, Case, CustomerRequest, Routing
from surveys.enums import Band, Evidence
from surveys.models import Contact, Response
from surveys.transitions import record

if TYPE_CHECKING:
    from django.db.models import QuerySet

logger = logging.getLogger(__name__)

TOO_OLD = dt.timedelta(days=14)
PASSIVE_HOURS = 40.0


def unrouted(*, at: dt.datetime | None = None, since: dt.datetime | None = None) -> QuerySet[Response]:
    """Settled responses whose present revision has no receipt, oldest first; `since`: settled at or after it."""
    receipts = Routing.objects.filter(response=OuterRef("pk"), revision=OuterRef("revision"))
    rows = Response.objects.settled(at).filter(~Exists(receipts)).order_by("settles_at", "pk")
    return rows.filter(settles_at__gte=since) if since else rows


def route_settled(*, size: int = 200, since: dt.datetime | None = None) -> bool:
    """Route up to `size` settled responses. Whether more wait."""
    waiting = list(unrouted(since=since).values_list("pk", flat=True)[:size])
    for pk in waiting:
        try:
            route(pk)
        except Exception:  # the edge of a batch: one response must not stop the others; it is tried again next time
            logger.exception("routing.failed response=%s", pk)
    return len(waiting) == size


def route(response_id: int, *, at: dt.datetime | None = None) -> Routing | None:
    """Route the present revision of a response: what it opens or joins, and the receipt, in one transaction.

    None when another router was faster. The row is locked, so routers of one response come one after the other, and
    the revision that is routed is the one whose band was looked at. Raises Response.DoesNotExist.
    """
    with transaction.atomic():
        rows = Response.objects.select_for_update(of=("self",)).select_related("contact__account", "campaign")
        response = rows.get(pk=response_id)
        if response.routings.filter(revision=response.revision).exists():
            return None
        receipt = Routing(response=response, revision=response.revision, band=response.band, at=at or timezone.now())
        _follow_up(receipt)
        if response.contact is not None:
            carried.renew_of(response.contact)
        receipt.save(force_insert=True)
        return receipt


def _follow_up(receipt: Routing) -> None:
    response = receipt.response
    if response.contact is None:
        receipt.routed_to = RoutedTo.NO_CONTACT
    elif response.evidence == Evidence.IMPORTED and response.answered_at < receipt.at - TOO_OLD:
        receipt.routed_to = RoutedTo.TOO_OLD
    elif receipt.band == Band.DETRACTOR:
        _drop_asks(response, response.contact)
        receipt.routed_to = RoutedTo.CASE
        receipt.case = open_or_join(response, at=receipt.at)
    elif receipt.band == Band.PASSIVE:
        _drop_asks(response, response.contact)
        receipt.routed_to = RoutedTo.REQUEST
        receipt.request = _request(response, response.contact)
    else:
        receipt.routed_to = RoutedTo.ADVOCATE
        receipt.advocate = _advocate(response)


def _drop_asks(response: Response, contact: Contact) -> None:
    """Whoever is no promoter any more is asked for nothing; what has left is not called back."""
    asking.drop_unsent(contact, reason=f"{trail.SCORED}{response.score}")


def open_or_join(response: Response, *, at: dt.datetime) -> Case:
    """The open case of the response's contact, which it joins, or a new one. Never two open cases of one contact."""
    contact = response.contact
    if contact is None:
        raise ValueError("a response without a contact opens no case")
    cases.hold(contact, score=response.score)
    case = Case.objects.open().filter(contact=contact).select_for_update().first()
    if case is not None:
        _join(case, response, contact)
        return case
    owner, team = owners.find(contact, at=at)
    case = Case.objects.create(
        contact=contact,
        response=response,
        owner=owner,
        team=team,
        priority=urgency.weigh(response, urgency.past_of(response))[0],
        opened_at=at,
        owner_due_at=cases.owner_due(owner, start=at, team=team),
        **cases.clocks(contact, response.score, start=response.submitted_at, team=team),
    )
    record(case, went_to=case.status, reason=f"score {response.score}")
    return case


def _join(case: Case, response: Response, contact: Contact) -> None:
    """A later bad score makes its case more urgent, never less; and who answers is not waited for any more."""
    case.priority = min(case.priority, urgency.weigh(response, urgency.past_of(response))[0])
    times = cases.clocks(contact, response.score, start=response.submitted_at, team=case.team)
    if case.is_uncontacted and times["due_at"] < case.due_at:
        case.due_at, case.warn_at = times["due_at"], min(case.warn_at or times["warn_at"], times["warn_at"])
    case.save(update_fields=["priority", "due_at", "warn_at"])
    record(case, reason=f"answered again: {response.score}")
    snoozing.hear(case, News.ANSWER)
    cases.go_on(case)


def _request(response: Response, contact: Contact) -> CustomerRequest:
    team = owners.team_of(owners.natural(contact, at=response.submitted_at))
    due_at = cases.open_hours_later(response.submitted_at, PASSIVE_HOURS, team=team)
    known: dict[str, Any] = {"contact": contact, "subject": response.subject, "due_at": due_at}
    if likely := tagging.suggestion(response):
        known["theme"] = likely.theme
    request, created = CustomerRequest.objects.get_or_create(
        response=response, origin=RequestOrigin.ROUTING, defaults={**known, "language": response.language}
    )
    if created:
        record(request, went_to="open", reason=f"score {response.score}")
    return request


def _advocate(response: Response) -> Advocate:
    advocate, created = Advocate.objects.get_or_create(contact=response.contact, defaults={"response": response})
    if created:
        record(advocate, went_to="found", reason=f"score {response.score}")
    return advocate
