"""Teams, themes, users, knowledge base and review sites; the look-up of what is worked in the console."""

from __future__ import annotations

from advocacy.admin import cases, fixes, letters, people, reviews, stories, teams, users

__all__ = ["cases", "fixes", "letters", "people", "reviews", "stories", "teams", "users"]
