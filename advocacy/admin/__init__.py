"""What staff set up: teams, themes, departments, challenges, knowledge base, review sites; and what is looked up."""

from __future__ import annotations

from advocacy.admin import (
    asks,
    cases,
    fixes,
    huddles,
    ideas,
    letters,
    people,
    queue,
    reviews,
    rewards,
    stories,
    teams,
    themes,
    users,
)

__all__ = [
    "asks",
    "cases",
    "fixes",
    "huddles",
    "ideas",
    "letters",
    "people",
    "queue",
    "reviews",
    "rewards",
    "stories",
    "teams",
    "themes",
    "users",
]
