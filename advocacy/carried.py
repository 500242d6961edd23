"""What a case carries of its contact, its account and their answers, so that the queue narrows, searches and shows
without their tables.

They stay what counts. Of answers a case carries what stood in them when one of them was last routed. Whatever changes
one of these rows in another way calls what renews it: nothing here is ever worked out but from the rows themselves.
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Exists, F, Model, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Concat, Left, Lower, NullIf

from advocacy.models import Case
from advocacy.models.cases import BAD_SCORES, BEST_SCORES, EXCERPT, CaseQuerySet
from surveys.models import Account, Contact, Response


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
        "name": _shown("contact__"),
        "language": F("contact__language"),
        "account_name": Coalesce(F("contact__account__name"), Value("")),
        "searched": _searched(F("contact__name"), F("response__comment")),
        "account": Coalesce(F("contact__account"), 0),
        "revenue": Coalesce(F("contact__account__revenue"), Value(-1), output_field=Case.contact_revenue.field),
    }
    carried = Case.objects.alias(**{f"true_{name}": now for name, now in known.items()}).alias(
        carried_account=Coalesce(F("contact_account"), 0),
        carried_revenue=Coalesce(F("contact_revenue"), Value(-1), output_field=Case.contact_revenue.field),
    )
    is_right = Q(searched=F("true_searched"), carried_account=F("true_account"), carried_revenue=F("true_revenue"))
    is_right &= Q(contact_name=F("true_name"), contact_language=F("true_language"), account_name=F("true_account_name"))
    renew_people(Case.objects.filter(pk__in=carried.exclude(is_right).order_by().values("pk")))


def _of_people() -> dict[str, Any]:
    contact = Contact.objects.filter(pk=OuterRef("contact_id")).order_by()
    comment = Response.objects.filter(pk=OuterRef("response_id")).order_by().values("comment")
    return {
        "contact_account": Subquery(contact.values("account")),
        "contact_revenue": Subquery(contact.values("account__revenue")),
        "contact_name": Subquery(contact.values_list(_shown())),
        "contact_language": Subquery(contact.values("language")),
        "account_name": Coalesce(Subquery(contact.values("account__name")), Value("")),
        "searched": _searched(Subquery(contact.values("name")), Subquery(comment)),
    }


def _shown(path: str = "") -> Coalesce:
    """As a contact is called everywhere: by name, else by address, else by phone."""
    name, email = (NullIf(F(path + field), Value("")) for field in ("name", "email"))
    return Coalesce(name, email, F(f"{path}phone"), output_field=CharField())


def _searched(name: Any, comment: Any) -> Lower:
    return Lower(Concat(name, Value("\n"), comment, output_field=TextField()))


def tell(case: Any) -> None:
    """Give the case its contact, account and answer as far as it carries them; what else stands in these rows is read
    when somebody asks for it."""
    using = case._state.db
    account = {"id": case.contact_account_id, "name": case.account_name, "revenue": case.contact_revenue}
    contact = {"id": case.contact_id, "account_id": case.contact_account_id, "language": case.contact_language}
    answer = {"id": case.response_id, "contact_id": case.contact_id, "score": case.answer_score}
    answer |= {"language": case.answer_language, "wants_contact": case.answer_wants_contact}
    case.contact = _row(Contact, {**contact, "name": case.contact_name}, using)
    case.contact.account = _row(Account, account, using) if case.contact_account_id else None
    is_answered = case.response_id is not None and case.answer_score is not None
    case.response = _row(Response, answer, using) if is_answered else None
    case.excerpt = case.answer_excerpt if case.response else ""
    case.is_repeated, case.was_promoter = case.has_other_bad, case.has_other_best


def _row(model: type[Model], known: dict[str, Any], using: str | None) -> Any:
    names = [field.attname for field in model._meta.concrete_fields if field.attname in known]
    return model.from_db(using, names, [known[name] for name in names])
