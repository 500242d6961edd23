"""What became of everybody who was unhappy: cases in every state, with attempts, notes, promises and outcomes."""

from __future__ import annotations

import datetime as dt
from itertools import cycle
from typing import TYPE_CHECKING

from advocacy import carried, cases, urgency
from advocacy.demo import plots
from advocacy.demo.names import BATCH, Stage
from advocacy.demo.past import Answer
from advocacy.demo.people import STAFF
from advocacy.demo.plots import Plot
from advocacy.enums import AttemptChannel, CaseStatus, Role
from advocacy.models import Attempt, Case, CaseNote, Pledge
from surveys.enums import Band, TouchKind
from surveys.models import Touch
from surveys.scoring import band

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LATELY, A_DAY = dt.timedelta(days=24), dt.timedelta(days=1)
ROUTED_AFTER = dt.timedelta(seconds=6)
# What became of the cases of the last weeks, in turn; empty: closed, as all the older ones are.
LATELY_ROLES = ["", "contacted", "", "", "waiting", "", "", "snoozed", "", "", "promised"]


def work(stage: Stage, answers: list[Answer]) -> dict[int, Case]:
    """The cases by the id of the response that opened each."""
    support = cycle(stage.users[name] for name, (_, role, _) in STAFF.items() if role == Role.SUPPORT)
    roles = cycle(LATELY_ROLES)
    worked: list[Plot] = []
    for answer in answers:
        if Band.DETRACTOR not in (answer.band, band(answer.chosen_first)):
            continue
        if answer.band != Band.DETRACTOR:
            answer.role = "misclick"
        elif answer.at > stage.midnight - LATELY and not answer.role:
            answer.role = next(roles) if answer.at < stage.midnight - A_DAY else "untouched"
        case = _open(stage, answer, owner=answer.contact.owner or next(support))
        worked.append(plots.write(stage, case, answer))
    Case.objects.bulk_create([plot.case for plot in worked], batch_size=BATCH)
    carried.renew(Case.objects.filter(contact__in=stage.contacts))
    _store(stage, worked)
    return {plot.answer.response.pk: plot.case for plot in worked}


def _open(stage: Stage, answer: Answer, *, owner: User) -> Case:
    team, opened_at = stage.teams[owner.pk], answer.at + ROUTED_AFTER
    taken_by = None if answer.role == "unassigned" else owner
    return Case(
        contact=answer.contact,
        response=answer.response,
        owner=taken_by,
        team=team,
        priority=urgency.weigh(answer.response, urgency.Past())[0],
        opened_at=opened_at,
        owner_due_at=cases.owner_due(taken_by, start=opened_at, team=team),
        **cases.clocks(answer.contact, answer.chosen_first, start=answer.at, team=team),
    )


def _store(stage: Stage, worked: list[Plot]) -> None:
    attempts, notes, touches = [], [], []
    for plot in worked:
        case = plot.case
        by = case.owner or stage.users["dana.whitfield"]
        stage.note(case, case.opened_at, went_to=CaseStatus.OPEN, reason=f"score {plot.answer.chosen_first}")
        for tried in plot.tries:
            attempts.append(
                Attempt(case=case, by=by, channel=tried.channel, reached=tried.reached, note=tried.note, at=tried.at)
            )
            kind = TouchKind.LETTER if tried.channel == AttemptChannel.MAIL else TouchKind.CALL
            touches.append(Touch(contact=case.contact, kind=kind, at=tried.at))
        notes += [CaseNote(case=case, by=by, text=text, at=at) for at, text in plot.notes]
        for move in plot.moves:
            stage.note(
                case, move.at, came_from=move.came_from, went_to=move.went_to, by=move.by or by, reason=move.reason
            )
    Attempt.objects.bulk_create(attempts, batch_size=BATCH)
    CaseNote.objects.bulk_create(notes, batch_size=BATCH)
    Touch.objects.bulk_create(touches, batch_size=BATCH)
    pledges = [_pledge(stage, plot.case) for plot in worked if plot.case.promise]
    Pledge.objects.bulk_create(pledges, batch_size=BATCH)


def _pledge(stage: Stage, case: Case) -> Pledge:
    """What was promised was kept on its day; of the last days it is still to be said."""
    due_on = case.promise_due_on or stage.today
    made_at = case.closed_at or case.contacted_at or case.opened_at
    is_past = due_on < stage.today - A_DAY * 3
    kept_at = stage.midnight - dt.timedelta(days=(stage.today - due_on).days) if is_past else None
    by = case.owner or stage.users["dana.whitfield"]
    return Pledge(case=case, by=by, text=case.promise, due_on=due_on, at=made_at, kept_at=kept_at)
