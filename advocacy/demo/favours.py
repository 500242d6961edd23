"""What Aurora asks its promoters: four programmes, and slips in every column of their boards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from advocacy import asks, fatigue
from advocacy.demo.names import BATCH, Stage
from advocacy.enums import AskAnswer, AskKind, AskStage, AskStatus
from advocacy.models import Advocate, Ask, Programme
from surveys.enums import TouchKind
from surveys.models import Touch

PROGRAMMES = (
    ("Customer stories for the wall", AskKind.TESTIMONIAL),
    ("Recommend us to a colleague", AskKind.REFERRAL),
    ("Case studies", AskKind.CASE_STUDY),
    ("Beta of the descaling app", AskKind.BETA),
)
# Each column: how many, how long ago the mail left, and what is next.
COLUMNS: tuple[tuple[AskStage, int, int, str], ...] = (
    (AskStage.PLANNED, 3, 0, ""),
    (AskStage.ASKED, 3, 6, ""),
    (AskStage.AGREED, 2, 14, "Call, and find a day"),
    (AskStage.DONE, 2, 70, ""),
    (AskStage.SAID_NO, 1, 48, ""),
    (AskStage.NO_ANSWER, 1, 75, ""),
)
STATUS = {
    AskStage.PLANNED: AskStatus.PLANNED,
    AskStage.DONE: AskStatus.DONE,
    AskStage.SAID_NO: AskStatus.DECLINED,
    AskStage.NO_ANSWER: AskStatus.EXPIRED,
}
ANSWERS = {AskStage.AGREED: AskAnswer.YES, AskStage.DONE: AskAnswer.YES, AskStage.SAID_NO: AskAnswer.NOT_NOW}
DAY = dt.timedelta(days=1)
HOUR = 10  # of the day on which a mail leaves, or a person decides


def ask_favours(stage: Stage) -> None:
    owner = stage.users["nora.lindqvist"]
    boards = [
        Programme(name=name, kind=kind, owner=owner, delay_days=3, created_at=stage.ago(days=200))
        for name, kind in PROGRAMMES
    ]
    stage.made += Programme.objects.bulk_create(boards)
    taken: set[int | None] = set()
    slips = [ask for board in boards for ask in _slips(stage, board, taken)]
    Ask.objects.bulk_create(slips, batch_size=BATCH)
    touches = [Touch(contact=ask.contact, kind=TouchKind.ASK, at=ask.sent_at) for ask in slips if ask.sent_at]
    Touch.objects.bulk_create(touches, batch_size=BATCH)
    for ask in slips:
        _note(stage, ask)


def _slips(stage: Stage, board: Programme, taken: set[int | None]) -> list[Ask]:
    """Of each account one, and nobody whom a rule keeps from being asked."""
    kind = AskKind(board.kind)
    rows = fatigue.with_next_ask(Advocate.objects.filter(contact__in=stage.contacts), at=stage.now, kind=kind)
    free = rows.filter(fatigue.is_possible(stage.now, kind)).select_related("contact").order_by("-latest_at", "pk")
    waiting: list[Any] = [row for row in free if row.contact.account_id not in taken]
    found = []
    for column, number, days, step in COLUMNS:
        for each in range(number):
            begun = stage.ago(days=days + 9 * each, hours=-HOUR) if days else None
            someone = next((row for row in waiting if begun is None or row.latest_at < begun - 2 * DAY), None)
            if someone is None:
                continue
            waiting = [row for row in waiting if row.contact.account_id != someone.contact.account_id]
            taken.add(someone.contact.account_id)
            found.append(_slip(stage, board, someone, column=column, begun=begun, step=step))
            if column == AskStage.PLANNED and each == 0:  # its mail leaves while one watches
                found[-1].planned_for = stage.now
    return found


def _slip(
    stage: Stage, board: Programme, advocate: Advocate, *, column: AskStage, begun: dt.datetime | None, step: str
) -> Ask:
    planned_at = begun - DAY if begun else stage.ago(days=1, hours=-HOUR)
    answered_at = begun + 3 * DAY if begun and column in ANSWERS else None
    ended_at = None
    if begun and column in STATUS:
        ended_at = begun + 30 * DAY if column == AskStage.NO_ANSWER else (answered_at or begun) + DAY
    return Ask(
        advocate=advocate,
        programme=board,
        kind=board.kind,
        status=STATUS.get(column, AskStatus.SENT),
        stage=column,
        stage_at=ended_at or answered_at or begun or planned_at,
        planned_for=begun or stage.midnight + (5 + stage.chance.randrange(9)) * DAY,
        sent_at=begun,
        answered_at=answered_at,
        answer=ANSWERS.get(column, AskAnswer.NONE),
        ended_at=ended_at,
        owner=board.owner,
        by=board.owner,
        next_step=step,
        due_on=stage.today + dt.timedelta(days=stage.chance.randrange(-2, 9)) if step else None,
        reason_why=_reason_why(advocate),
        created_at=planned_at,
    )


def _reason_why(advocate: Advocate) -> str:
    latest = asks.latest_answer(advocate)
    return "Gave us a 9 or 10, and said why" if latest and latest.comment else "Gave us a 9 or 10"


def _note(stage: Stage, ask: Ask) -> None:
    stage.note(ask, ask.created_at, went_to=AskStatus.PLANNED, by=ask.by, reason=ask.reason_why)
    if ask.sent_at:
        stage.note(ask, ask.sent_at, came_from=AskStatus.PLANNED, went_to=AskStatus.SENT)
    if ask.answered_at and not ask.ended_at:
        stage.note(ask, ask.answered_at, went_to=AskStage.AGREED, reason=f"said {ask.answer}")
    if ask.ended_at:
        stage.note(ask, ask.ended_at, came_from=AskStatus.SENT, went_to=ask.status)
