"""What cases should carry of answers, worked out one by one."""

from __future__ import annotations

from typing import Any

from advocacy.models import Case
from surveys.models import Response

CARRIED = (
    *("answer_score", "answer_language", "answer_campaign", "answer_excerpt", "answer_wants_contact"),
    *("has_other_bad", "has_other_best"),
)


def of_all_cases() -> dict[int, tuple[Any, ...]]:
    return {pk: tuple(rest) for pk, *rest in Case.objects.order_by("pk").values_list("pk", *CARRIED)}


def told_by_answers() -> dict[int, tuple[Any, ...]]:
    """The same from the answers as they are."""
    answers: dict[int | None, list[Response]] = {}
    for response in Response.objects.order_by("pk"):
        answers.setdefault(response.contact_id, []).append(response)
    told = {}
    for case in Case.objects.select_related("response").order_by("pk"):
        own = case.response
        scores = [each.score for each in answers.get(case.contact_id, []) if each != own]
        past = (any(score <= 6 for score in scores), any(score >= 9 for score in scores))
        if own is None:
            told[case.pk] = (None, "", None, "", False, *past)
        else:
            told[case.pk] = (own.score, own.language, own.campaign_id, own.comment[:300], own.wants_contact, *past)
    return told
