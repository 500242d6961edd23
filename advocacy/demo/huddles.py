"""What the teams of Aurora talked over in their last huddles, and what somebody took away from them."""

from __future__ import annotations

import datetime as dt

from advocacy import huddles
from advocacy.demo.names import Stage
from advocacy.demo.people import CARE, FIRMS
from advocacy.enums import HuddleChange
from advocacy.models import Huddle, HuddleAction, Team

LEAD = "dana.whitfield"
HOUR = dt.timedelta(hours=9)
# Team, how many Mondays ago, who was there, what was decided.
HELD = (
    (
        CARE,
        1,
        ("marta.ruiz", "karim.haddad", "lin.yue", "chiara.conti"),
        "Whoever waits for a spare part hears from us every Friday, also when there is no news.",
    ),
    (CARE, 0, ("marta.ruiz", "lin.yue", "haruka.sato", "elif.demir"), "Calls before noon first: then people pick up."),
    (FIRMS, 0, ("jonas.keller", "ines.moreau", "tom.okafor"), "Firms with several sites get one contact for all."),
)
# Which of those, what is to be done, by whom, in how many days, and after how many it was done.
ACTIONS = (
    (0, "Write the Friday letter as a saved reply, in every language we speak", "lin.yue", 3, 2),
    (0, "Ask the workshop for a list of parts that are late", "karim.haddad", 4, None),
    (1, "Try a week of calls before noon, and count who picks up", "marta.ruiz", 9, None),
    (1, "Read the three longest cases to the workshop", LEAD, 11, None),
    (2, "Say who looks after which firm, on one page", "jonas.keller", 10, None),
)


def hold(stage: Stage) -> None:
    """On Mondays of the past, so that today's is still to be made and brings along what is open."""
    monday = stage.midnight - (stage.today.weekday() or 7) * dt.timedelta(days=1)
    teams = {team.name: team for team in set(stage.teams.values())}
    lead = stage.users[LEAD]
    held = []
    for name, weeks, people, decision in HELD:
        at = monday - weeks * dt.timedelta(days=7) + HOUR
        huddle = _agenda(stage, teams[name], at)
        Huddle.objects.filter(pk=huddle.pk).update(decision=decision)
        huddle.present.set([lead, *(stage.users[person] for person in people)])
        stage.note(huddle, at + HOUR / 2, went_to=HuddleChange.WRITTEN, by=lead, reason=decision)
        held.append(huddle)
    stage.made += held
    for number, text, person, days, done in ACTIONS:
        _action(stage, held[number], text=text, person=person, days=days, done=done)


def _agenda(stage: Stage, team: Team, at: dt.datetime) -> Huddle:
    """As it can still be told: of a case or an answer only what it is by now."""
    lead = stage.users[LEAD]
    huddle = huddles.lay_out(team, by=lead, at=at)
    stage.note(huddle, at, went_to=HuddleChange.MADE, by=lead)
    return huddle


def _action(stage: Stage, huddle: Huddle, *, text: str, person: str, days: int, done: int | None) -> None:
    owner, lead = stage.users[person], stage.users[LEAD]
    HuddleAction.objects.create(
        huddle=huddle,
        text=text,
        owner=owner,
        due_on=huddle.on + dt.timedelta(days=days),
        done_at=huddle.made_at + dt.timedelta(days=done) if done else None,
        done_by=owner if done else None,
    )
    stage.note(huddle, huddle.made_at + HOUR / 2, went_to=HuddleChange.ACTION, by=lead, reason=text)
    if done:
        at = huddle.made_at + dt.timedelta(days=done)
        stage.note(huddle, at, went_to=HuddleChange.DONE, by=owner, reason=text)
