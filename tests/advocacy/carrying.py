"""What cases should carry of answers, worked out one by one."""

from __future__ import annotations

from typing import Any

from django.db import connection

from advocacy.filters import ENGLISH
from advocacy.models import Case
from surveys.models import Response

CARRIED = (
    *("answer_score", "answer_language", "answer_campaign", "answer_excerpt", "answer_wants_contact"),
    *("has_other_bad", "has_other_best", "contact_account", "contact_revenue", "searched"),
    *("contact_name", "contact_language", "account_name"),
)
SILENT = (None, "", None, "", False)


def of_all_cases() -> dict[int, tuple[Any, ...]]:
    return {pk: tuple(rest) for pk, *rest in Case.objects.order_by("pk").values_list("pk", *CARRIED)}


def told_by_answers() -> dict[int, tuple[Any, ...]]:
    """The same from the answers as they are."""
    answers: dict[int | None, list[Response]] = {}
    for response in Response.objects.order_by("pk"):
        answers.setdefault(response.contact_id, []).append(response)
    told = {}
    for case in Case.objects.select_related("response", "contact__account").order_by("pk"):
        own, account = case.response, case.contact.account
        scores = [each.score for each in answers.get(case.contact_id, []) if each != own]
        past = (any(score <= 6 for score in scores), any(score >= 9 for score in scores))
        said = (own.score, own.language, own.campaign_id, own.comment[:300], own.wants_contact) if own else SILENT
        pays = (case.contact.account_id, account.revenue if account else None)
        called = (str(case.contact), case.contact.language, str(account or ""))
        told[case.pk] = (*said, *past, *pays, _lowered(f"{case.contact.name}\n{own.comment if own else ''}"), *called)
    return told


def _lowered(text: str) -> str:
    return text.lower() if connection.vendor == "postgresql" else text.translate(ENGLISH)
