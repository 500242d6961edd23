"""Teams, themes, users, knowledge base and review sites; the look-up of what is worked in the console."""

from __future__ import annotations

from advocacy.admin import asks, cases, fixes, people, reviews, stories, teams, users

__all__ = ["asks", "cases", "fixes", "people", "reviews", "stories", "teams", "users"]
