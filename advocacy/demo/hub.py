"""Who takes part in the ideas of Aurora: departments, votes, comments, and a question to the house."""

from __future__ import annotations

import datetime as dt

from advocacy.demo.names import Stage
from advocacy.models import (
    Challenge,
    Department,
    Fix,
    Follower,
    IdeaComment,
    IdeaPart,
    Profile,
    Vote,
)

DEPARTMENTS = {
    "Customer care": ("marta.ruiz", "karim.haddad", "lin.yue", "chiara.conti", "haruka.sato", "elif.demir"),
    "Business accounts": ("jonas.keller", "ines.moreau", "tom.okafor", "thiago.lopes", "dana.whitfield"),
    "Marketing": ("nora.lindqvist",),
    "Workshop": ("sofie.berg", "pavel.novak"),
    "Finance": (),
}
COMMENTS = {
    "The app in proper Arabic, Japanese and Hebrew": (
        ("sofie.berg", 60, "My neighbour reads Arabic and would look through it in an afternoon."),
        ("karim.haddad", 58, "So would I. The buttons on the wrong side are what people mention first."),
    ),
    "One invoice for several sites": (
        ("pavel.novak", 40, "The workshop has the same: one order, three delivery notes."),
    ),
    "The app finds the machine again by itself": (
        ("lin.yue", 30, "We explain this on the phone twice a day. I would be glad never to do it again."),
        ("dana.whitfield", 29, "It is planned: see the day above."),
    ),
}
TITLE, QUESTION = "Quieter mornings", "What could be silent before eight? Think of the machine, the mail and the phone."
ENTRY = "One invoice for several sites"


def take_part(stage: Stage, fixes: dict[str, Fix]) -> None:
    """Employees vote and speak; the author of an idea follows it."""
    for name, people in DEPARTMENTS.items():
        department = Department.objects.create(name=name)
        stage.made.append(department)
        for person in people:
            Profile.objects.create(user=stage.users[person], department=department)
    Follower.objects.bulk_create(Follower(fix=fix, user=fix.author) for fix in fixes.values() if fix.author)
    _vote(stage, fixes)
    _speak(stage, fixes)
    _ask_the_house(stage, fixes)


def _vote(stage: Stage, fixes: dict[str, Fix]) -> None:
    """The older an idea, the more have come by; without chance, so that the demo is the same every time."""
    users = [stage.users[name] for name in sorted(stage.users)]
    Vote.objects.bulk_create(
        Vote(fix=fix, user=user, at=min(fix.created_at + dt.timedelta(days=1 + at), stage.midnight))
        for number, fix in enumerate(fixes.values())
        for at, user in enumerate(users)
        if (at * 7 + number * 3) % 5 < 1 + number % 3
    )


def _speak(stage: Stage, fixes: dict[str, Fix]) -> None:
    for title, comments in COMMENTS.items():
        for name, days, text in comments:
            IdeaComment.objects.create(
                fix=fixes[title], author=stage.users[name], text=text, at=stage.ago(days=days, hours=-11)
            )


def _ask_the_house(stage: Stage, fixes: dict[str, Fix]) -> None:
    challenge = Challenge.objects.create(
        title=TITLE,
        question=QUESTION,
        opens_on=stage.today - dt.timedelta(days=5),
        closes_on=stage.today + dt.timedelta(days=9),
    )
    stage.made.append(challenge)
    stage.note(challenge, stage.ago(days=5, hours=-9), went_to="opened", by=stage.users["nora.lindqvist"])
    IdeaPart.objects.create(fix=fixes[ENTRY], challenge=challenge, at=stage.ago(days=2, hours=-9))
