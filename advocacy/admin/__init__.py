"""Teams, themes, users and roles; the look-up of cases, requests, fixes and advocates."""

from __future__ import annotations

from advocacy.admin import cases, fixes, people, teams, users

__all__ = ["cases", "fixes", "people", "teams", "users"]
