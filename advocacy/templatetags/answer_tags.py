"""What was said beside score and comment: reasons and extra questions, in the reader's words."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language

from surveys import questions
from surveys.enums import ReasonOrigin
from surveys.models import Response

register = template.Library()


@register.inclusion_tag("advocacy/_said_beside.html")
def said_beside(answer: Response) -> dict[str, Any]:
    """Of an answer that `with_extras` gave, without a further statement."""
    reader = get_language() or ""
    reasons = [
        (row.reason.label(reader)[1], "" if row.origin == ReasonOrigin.RESPONDENT else row.get_origin_display())
        for row in sorted(answer.reasons.all(), key=lambda row: row.pk)
    ]
    return {"answer": answer, "reasons": reasons, "said": questions.said(list(answer.extras.all()), reader)}
