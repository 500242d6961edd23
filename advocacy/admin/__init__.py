"""What staff set up: teams, themes, departments, challenges, knowledge base, review sites; and what is looked up."""

from __future__ import annotations

from advocacy.admin import (
    announcing,
    asks,
    cases,
    fixes,
    huddles,
    ideas,
    letters,
    people,
    perks,
    queue,
    reviews,
    rewards,
    stories,
    teams,
    themes,
    users,
)

__all__ = [
    "announcing",
    "asks",
    "cases",
    "fixes",
    "huddles",
    "ideas",
    "letters",
    "people",
    "perks",
    "queue",
    "reviews",
    "rewards",
    "stories",
    "teams",
    "themes",
    "users",
]
