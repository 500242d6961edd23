"""Teams, themes, users, knowledge base and review sites; the look-up of what is worked in the console."""

from __future__ import annotations

from advocacy.admin import cases, fixes, people, queue, reviews, stories, teams, users

__all__ = ["cases", "fixes", "people", "queue", "reviews", "stories", "teams", "users"]
