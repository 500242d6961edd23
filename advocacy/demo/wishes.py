"""What passives and others wished for, and what Aurora did about it."""

from __future__ import annotations

import datetime as dt

from advocacy import cases
from advocacy.demo.ideas import IDEAS, Idea, about
from advocacy.demo.names import BATCH, Stage
from advocacy.demo.past import Answer
from advocacy.enums import FixStatus, RequestKind
from advocacy.models import CustomerRequest, Fix
from advocacy.routing import PASSIVE_HOURS
from surveys.enums import Band

KINDS = {
    "question": RequestKind.QUESTION,
    "problem": RequestKind.PROBLEM,
    "suggestion": RequestKind.SUGGESTION,
    "none": RequestKind.NO_WISH,
    "praise": RequestKind.NO_WISH,
}
SORTED_AFTER = dt.timedelta(days=6)


def make_fixes(stage: Stage) -> dict[str, Fix]:
    fixes = {}
    for idea in IDEAS:
        fix = Fix.objects.create(
            title=idea.title,
            description=idea.description,
            status=idea.status,
            theme=stage.themes[idea.theme],
            author=stage.users[idea.author],
            owner=stage.users[idea.owner] if idea.owner else None,
            due_on=stage.today + dt.timedelta(days=idea.due_in) if idea.due_in is not None else None,
            shipped_at=stage.ago(days=idea.shipped) + dt.timedelta(hours=11) if idea.shipped else None,
            created_at=stage.ago(days=idea.noted) + dt.timedelta(hours=10),
        )
        fixes[idea.title] = fix
        _note_moves(stage, fix, idea)
    stage.made += fixes.values()
    return fixes


def _note_moves(stage: Stage, fix: Fix, idea: Idea) -> None:
    stage.note(fix, fix.created_at, went_to=FixStatus.IDEA, by=fix.author)
    by, came_from = fix.owner or stage.users["dana.whitfield"], FixStatus.IDEA
    for days, state in (
        (idea.planned, FixStatus.PLANNED),
        (idea.shipped, FixStatus.SHIPPED),
        (idea.announced, FixStatus.ANNOUNCED),
        (idea.declined, FixStatus.DECLINED),
    ):
        if days:
            at = stage.ago(days=days) + dt.timedelta(hours=11)
            reason = idea.reason if state in (FixStatus.DECLINED, FixStatus.PLANNED) else ""
            stage.note(fix, at, came_from=came_from, went_to=state, by=by, reason=reason)
            came_from = state


def make_requests(stage: Stage, answers: list[Answer], fixes: dict[str, Fix]) -> dict[int, CustomerRequest]:
    """The requests by the id of their response: one of every passive, and those of others that a fix is about."""
    requests = {}
    for answer in answers:
        idea = about(answer.comment)
        if idea and idea.told and answer.at > stage.ago(days=idea.told):
            idea = None  # what is done is no answer to who asks for more
        was_linked = idea is not None and answer.at <= stage.midnight - SORTED_AFTER
        if answer.band == Band.PASSIVE or (answer.band == Band.DETRACTOR and was_linked):
            requests[answer.response.pk] = _request(stage, answer, idea, fixes)
    CustomerRequest.objects.bulk_create(requests.values(), batch_size=BATCH)
    for request in requests.values():
        stage.note(request, request.created_at, went_to="open", reason=f"score {request.response.score}")  # type: ignore[union-attr]
    return requests


def _request(stage: Stage, answer: Answer, idea: Idea | None, fixes: dict[str, Fix]) -> CustomerRequest:
    response = answer.response
    request = CustomerRequest(
        contact=answer.contact,
        response=response,
        language=response.language,
        subject_id=response.subject_id,
        due_at=cases.open_hours_later(response.submitted_at, PASSIVE_HOURS),
        created_at=answer.at + dt.timedelta(seconds=6),
    )
    if answer.at > stage.midnight - SORTED_AFTER:
        return request  # nobody has looked at it yet
    comment = answer.comment
    request.kind = KINDS[comment.kind] if comment else RequestKind.NO_WISH
    request.theme = stage.themes[comment.theme] if comment and comment.reasons else None
    if idea:
        request.fix = fixes[idea.title]
        request.kind = RequestKind.PROBLEM if request.kind == RequestKind.NO_WISH else request.kind
        if idea.told:
            request.told_at = stage.ago(days=idea.told) + dt.timedelta(hours=12)
    return request
