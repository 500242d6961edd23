"""What a case carries of its contact, its account and their answers, so that the queue narrows, searches and shows
without their tables.

They stay what counts. Of answers a case carries what stood in them when one of them was last routed. Whatever changes
one of these rows in another way calls what renews it: nothing here is ever worked out but from the rows themselves.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Concat, Left, Lower

from advocacy.models import Case
from advocacy.models.cases import BAD_SCORES, BEST_SCORES, EXCERPT, CaseQuerySet
from surveys.models import Contact, Response


def renew(cases: CaseQuerySet, *, also_of: Contact | None = None) -> None:
    """Copy everything anew, in one statement. `also_of` is whose answers are about to go to the contact."""
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
        **_of_people(),
    )


def renew_of(contact: Contact) -> None:
    """The same for all cases of a contact, closed ones too: they are shown, and may be opened again."""
    renew(Case.objects.filter(contact=contact))


def renew_people(cases: CaseQuerySet) -> None:
    """Copy anew what the contacts are called, to which accounts they belong, and what those pay."""
    cases.order_by().update(**_of_people())


def renew_all_people() -> None:
    """The same wherever it is not so any more, after much was changed at once."""
    known = {
        "searched": _searched(F("contact__name"), F("response__comment")),
        "account": Coalesce(F("contact__account"), 0),
        "revenue": Coalesce(F("contact__account__revenue"), Value(-1), output_field=Case.contact_revenue.field),
    }
    carried = Case.objects.alias(**{f"true_{name}": now for name, now in known.items()}).alias(
        carried_account=Coalesce(F("contact_account"), 0),
        carried_revenue=Coalesce(F("contact_revenue"), Value(-1), output_field=Case.contact_revenue.field),
    )
    is_right = Q(searched=F("true_searched"), carried_account=F("true_account"), carried_revenue=F("true_revenue"))
    renew_people(Case.objects.filter(pk__in=carried.exclude(is_right).order_by().values("pk")))


def _of_people() -> dict[str, Any]:
    contact = Contact.objects.filter(pk=OuterRef("contact_id")).order_by()
    comment = Response.objects.filter(pk=OuterRef("response_id")).order_by().values("comment")
    return {
        "contact_account": Subquery(contact.values("account")),
        "contact_revenue": Subquery(contact.values("account__revenue")),
        "searched": _searched(Subquery(contact.values("name")), Subquery(comment)),
    }


def _searched(name: Any, comment: Any) -> Lower:
    return Lower(Concat(name, Value("\n"), comment, output_field=TextField()))


def answer_of(case: Case) -> Response | None:
    """The answer as far as the case carries it; what else stands in it is read when somebody asks for it."""
    if case.response_id is None or case.answer_score is None:
        return None
    known: dict[str, Any] = {
        "id": case.response_id,
        "contact_id": case.contact_id,
        "score": case.answer_score,
        "language": case.answer_language,
        "wants_contact": case.answer_wants_contact,
    }
    names = [field.attname for field in Response._meta.concrete_fields if field.attname in known]
    return Response.from_db(case._state.db, names, [known[name] for name in names])
