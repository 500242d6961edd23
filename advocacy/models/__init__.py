"""Everything the advocacy side stores."""

from __future__ import annotations

from advocacy.models.advocates import Advocate
from advocacy.models.cases import Attempt, Case, CaseNote, Routing
from advocacy.models.deletions import DeletionRequest
from advocacy.models.demo import DemoRow
from advocacy.models.fixes import CustomerRequest, Fix, Theme
from advocacy.models.replies import Reply
from advocacy.models.teams import Team

__all__ = [
    "Advocate",
    "Attempt",
    "Case",
    "CaseNote",
    "CustomerRequest",
    "DeletionRequest",
    "DemoRow",
    "Fix",
    "Reply",
    "Routing",
    "Team",
    "Theme",
]
