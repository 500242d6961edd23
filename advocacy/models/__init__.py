"""Everything the advocacy side stores."""

from __future__ import annotations

from advocacy.models.advocates import Advocate
from advocacy.models.cases import Attempt, Case, CaseNote, Escalation, Routing
from advocacy.models.demo import DemoRow
from advocacy.models.fixes import CustomerRequest, Fix, Theme
from advocacy.models.replies import Reply
from advocacy.models.teams import Absence, Team

__all__ = [
    "Absence",
    "Advocate",
    "Attempt",
    "Case",
    "CaseNote",
    "CustomerRequest",
    "DemoRow",
    "Escalation",
    "Fix",
    "Reply",
    "Routing",
    "Team",
    "Theme",
]
