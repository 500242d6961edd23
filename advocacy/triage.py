"""A wish that a person hears in an answer, in a case or on the phone becomes a request, as does what a tester finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from advocacy import cases, owners, trail, trailwords
from advocacy.enums import RequestKind, RequestOrigin
from advocacy.models import Case, CustomerRequest, Perk, Theme
from advocacy.routing import PASSIVE_HOURS
from surveys import mergetags
from surveys.models import Contact, Response, Subject
from surveys.transitions import record

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def note(
    contact: Contact,
    *,
    kind: RequestKind,
    quote: str,
    language: str,
    by: User | None,
    response: Response | None = None,
    case: Case | None = None,
    theme: Theme | None = None,
    subject: Subject | None = None,
    origin: RequestOrigin = RequestOrigin.HAND,
    perk: Perk | None = None,
) -> CustomerRequest:
    """Note a request. One answer may give several; `quote` is the part of it that is given back to the person."""
    now = timezone.now()
    team = owners.team_of(owners.natural(contact, at=now))
    words = " ".join(mergetags.plain(quote).split())
    is_all = response is not None and words == " ".join(mergetags.plain(response.comment).split())
    with transaction.atomic():
        request = CustomerRequest.objects.create(
            contact=contact,
            response=response,
            case=case,
            origin=origin,
            perk=perk,
            kind=kind,
            quote="" if is_all else words,
            language=language,
            theme=theme,
            subject=subject or (response.subject if response else None),
            due_at=cases.open_hours_later(now, PASSIVE_HOURS, team=team),
        )
        record(request, went_to=kind, by=by, reason=f"{trailwords.FOUND}{perk}" if perk else trail.NOTED)
        return request
