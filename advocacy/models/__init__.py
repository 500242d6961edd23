"""Everything the advocacy side stores."""

from __future__ import annotations

from advocacy.models.advocates import Advocate
from advocacy.models.cases import Attempt, Case, CaseNote, Escalation, Routing
from advocacy.models.deletions import DeletionRequest
from advocacy.models.demo import DemoRow
from advocacy.models.fixes import CustomerRequest, Fix, Theme
from advocacy.models.knowledge import Entry, EntryText, EntryVisit
from advocacy.models.queue import Deed, DeedCase, SavedView
from advocacy.models.replies import Reply
from advocacy.models.reviews import ReviewClick, ReviewPolicy, ReviewSite
from advocacy.models.stories import Testimonial
from advocacy.models.teams import Absence, Team

__all__ = [
    "Absence",
    "Advocate",
    "Attempt",
    "Case",
    "CaseNote",
    "CustomerRequest",
    "Deed",
    "DeedCase",
    "DeletionRequest",
    "DemoRow",
    "Entry",
    "EntryText",
    "EntryVisit",
    "Escalation",
    "Fix",
    "Reply",
    "ReviewClick",
    "ReviewPolicy",
    "ReviewSite",
    "Routing",
    "SavedView",
    "Team",
    "Testimonial",
    "Theme",
]
