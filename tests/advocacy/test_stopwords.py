from __future__ import annotations

import pytest

from advocacy import stopwords
from surveys.enums import SuppressionReason

UNSUBSCRIBED, BOUNCED, MANUAL = SuppressionReason.UNSUBSCRIBED, SuppressionReason.BOUNCED, SuppressionReason.MANUAL


@pytest.mark.parametrize(
    ("reason", "source", "words"),
    [
        (UNSUBSCRIBED, "invitation 5274", "by the link in a survey mail"),
        (UNSUBSCRIBED, "reminder_2 7", "by the link in a survey mail"),
        (UNSUBSCRIBED, "ask 9", "by the link in a mail"),
        (UNSUBSCRIBED, "deletion request 3", "with the wish to be forgotten"),
        (BOUNCED, "invitation 5274", "after a survey mail"),
        (BOUNCED, "Amazon SES", "Amazon SES"),
        (MANUAL, "case 12", "case 12"),
        (MANUAL, "called us at 9", "called us at 9"),
        (MANUAL, "Asked on the phone", "Asked on the phone"),
        (MANUAL, "", ""),
    ],
)
def test_source_of_a_stop_is_told_without_numbers_of_rows(reason: str, source: str, words: str) -> None:
    assert stopwords.source(reason, source) == words
