"""What staff set up: teams, themes, departments, challenges, knowledge base, review sites; and what is looked up."""

from __future__ import annotations

from advocacy.admin import (
    announcing,
    asks,
    cases,
    casestudies,
    fixes,
    huddles,
    ideas,
    letters,
    people,
    perks,
    pictures,
    queue,
    reviews,
    rewards,
    stories,
    teams,
    themes,
    tiers,
    users,
)

__all__ = [
    "announcing",
    "asks",
    "cases",
    "casestudies",
    "fixes",
    "huddles",
    "ideas",
    "letters",
    "people",
    "perks",
    "pictures",
    "queue",
    "reviews",
    "rewards",
    "stories",
    "teams",
    "themes",
    "tiers",
    "users",
]
