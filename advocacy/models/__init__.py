"""Everything the advocacy side stores."""

from __future__ import annotations

from advocacy.models.advocates import Advocate
from advocacy.models.asks import Ask, Programme
from advocacy.models.cases import Attempt, Case, CaseNote, Escalation, Routing
from advocacy.models.deletions import DeletionRequest
from advocacy.models.demo import DemoRow
from advocacy.models.fixes import CustomerRequest, Fix, Theme
from advocacy.models.knowledge import Entry, EntryText, EntryVisit
from advocacy.models.replies import Reply
from advocacy.models.reviews import ReviewClick, ReviewPolicy, ReviewSite
from advocacy.models.stories import Testimonial
from advocacy.models.teams import Absence, Team

__all__ = [
    "Absence",
    "Advocate",
    "Ask",
    "Attempt",
    "Case",
    "CaseNote",
    "CustomerRequest",
    "DeletionRequest",
    "DemoRow",
    "Entry",
    "EntryText",
    "EntryVisit",
    "Escalation",
    "Fix",
    "Programme",
    "Reply",
    "ReviewClick",
    "ReviewPolicy",
    "ReviewSite",
    "Routing",
    "Team",
    "Testimonial",
    "Theme",
]
