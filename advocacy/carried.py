"""What a case carries of the answers of its contact, so that the queue shows, narrows and searches without their table.

The answers stay what counts: a case only carries what stood in them when one of them was last routed, or when two
contacts became one. Whatever changes an answer in another way calls `renew`, which works all of it out anew.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Left

from advocacy.models import Case
from advocacy.models.cases import BAD_SCORES, BEST_SCORES, EXCERPT, CaseQuerySet
from surveys.models import Contact, Response


def renew(cases: CaseQuerySet, *, also_of: Contact | None = None) -> None:
    """Copy anew what the cases carry, in one statement. `also_of` is whose answers are about to go to their contact."""
    own = Response.objects.filter(pk=OuterRef("response_id")).order_by()
    theirs = Q(contact=OuterRef("contact")) | Q(contact=also_of) if also_of else Q(contact=OuterRef("contact"))
    others = Response.objects.filter(theirs).exclude(pk=Coalesce(OuterRef("response_id"), 0))
    cases.order_by().update(
        answer_score=Subquery(own.values("score")),
        answer_language=Coalesce(Subquery(own.values("language")), Value("")),
        answer_campaign=Subquery(own.values("campaign")),
        answer_excerpt=Coalesce(Subquery(own.values_list(Left("comment", EXCERPT))), Value("")),
        answer_wants_contact=Exists(own.filter(wants_contact=True)),
        has_other_bad=Exists(others.filter(score__in=BAD_SCORES)),
        has_other_best=Exists(others.filter(score__in=BEST_SCORES)),
    )


def renew_of(contact: Contact) -> None:
    """The same for all cases of a contact, closed ones too: they are shown, and may be opened again."""
    renew(Case.objects.filter(contact=contact))


def answer_of(case: Case) -> Response | None:
    """The answer as far as the case carries it; what else stands in it is read when somebody asks for it."""
    if case.response_id is None or case.answer_score is None:
        return None
    known: dict[str, Any] = {
        "id": case.response_id,
        "contact_id": case.contact_id,
        "score": case.answer_score,
        "language": case.answer_language,
        "campaign_id": case.answer_campaign_id,
        "wants_contact": case.answer_wants_contact,
    }
    names = [field.attname for field in Response._meta.concrete_fields if field.attname in known]
    return Response.from_db(case._state.db, names, [known[name] for name in names])
