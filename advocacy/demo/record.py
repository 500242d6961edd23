"""Stores the past: waves, invitations, mail, touches, clicks, and the answers with their revisions and counts."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from advocacy.demo.names import BATCH, Stage
from advocacy.demo.past import OPEN_FOR, Answer, Asked, Fate, Past
from surveys import responses, waves
from surveys.enums import (
    Band,
    Channel,
    Evidence,
    HoldKind,
    MessageStatus,
    Promise,
    Purpose,
    SuppressionReason,
    SuppressionScope,
    TouchKind,
    WaveStatus,
)
from surveys.models import (
    Click,
    DailyCount,
    Hold,
    Invitation,
    Message,
    Reason,
    Response,
    ResponseReason,
    Revision,
    Suppression,
    Touch,
    Wave,
)
from surveys.reasons import MOST, STANDARD

STOPPED = {
    Fate.UNSUBSCRIBED: SuppressionReason.UNSUBSCRIBED,
    Fate.BOUNCED: SuppressionReason.BOUNCED,
    Fate.COMPLAINED: SuppressionReason.COMPLAINED,
}
ERRORS = {
    Fate.FAILED: "554 5.7.1 Message refused by policy",
    Fate.UNKNOWN: "connection lost while the server took it",
}
STATUS = {Fate.FAILED: MessageStatus.FAILED, Fate.UNKNOWN: MessageStatus.UNKNOWN}
SECONDS = dt.timedelta(seconds=1)


def record(stage: Stage, past: Past) -> None:
    Wave.objects.bulk_create(past.waves)
    for wave in past.waves:
        _note_wave(stage, wave)
    for one in past.asked:
        campaign = one.wave.campaign
        closes_at = one.at + OPEN_FOR
        one.invitation = Invitation(
            wave=one.wave,
            contact=one.contact,
            skip_reason=one.skip_reason,
            style=campaign.style,
            closes_at=closes_at,
            created_at=one.wave.planned_for,
        )
    Invitation.objects.bulk_create([one.invitation for one in past.asked if one.invitation], batch_size=BATCH)
    mailed = [one for one in past.asked if one.fate != Fate.SKIPPED]
    messages = [_message(one) for one in mailed]
    Message.objects.bulk_create(messages, batch_size=BATCH)
    Touch.objects.bulk_create(
        (Touch(contact=one.contact, kind=TouchKind.INVITATION, at=one.at) for one in mailed if one.fate != Fate.FAILED),
        batch_size=BATCH,
    )
    _stop(stage, list(zip(mailed, messages, strict=True)))
    _stop_by_hand(stage, past)
    _store_answers(stage, past.answers)
    _click(stage, past)


def _note_wave(stage: Stage, wave: Wave) -> None:
    by = None if wave.campaign.kind == "periodic" else stage.users["nora.lindqvist"]
    began, ended = wave.started_at or wave.planned_for, wave.finished_at or wave.planned_for
    stage.note(wave, began, came_from=WaveStatus.PLANNED, went_to=WaveStatus.SENDING, by=by)
    stage.note(wave, ended, came_from=WaveStatus.SENDING, went_to=WaveStatus.FINISHED)


def _message(one: Asked) -> Message:
    planned = one.wave.planned_for
    is_sent = one.fate not in STATUS
    return Message(
        letter=waves.LETTER,
        purpose=Purpose.RESEARCH,
        promise=Promise.AT_MOST_ONCE,
        status=STATUS.get(one.fate, MessageStatus.SENT),
        invitation=one.invitation,
        contact=one.contact,
        address_hash=one.contact.address_hash,
        attempts=1,
        error=ERRORS.get(one.fate, ""),
        created_at=planned,
        not_before=planned,
        dispatched_at=one.at,
        sent_at=one.at if is_sent else None,
        delivered_at=one.at + 4 * SECONDS if is_sent and one.fate != Fate.BOUNCED else None,
        bounced_at=one.at + 40 * SECONDS if one.fate == Fate.BOUNCED else None,
        complained_at=one.at + dt.timedelta(hours=3) if one.fate == Fate.COMPLAINED else None,
    )


def _stop(stage: Stage, mails: list[tuple[Asked, Message]]) -> None:
    for one, message in mails:
        if one.fate in STOPPED:
            stage.suppressions.append(
                Suppression(
                    address_hash=one.contact.address_hash,
                    reason=STOPPED[one.fate],
                    source=f"{message.letter} {message.pk}",
                    created_at=min(one.at + dt.timedelta(hours=3), stage.midnight),
                )
            )
        if one.fate == Fate.COMPLAINED:
            hold = Hold(contact=one.contact, kind=HoldKind.COMPLAINT, reason="Complained about our mail")
            hold.created_at = one.at + dt.timedelta(hours=4)
            stage.holds.append(hold)


def _stop_by_hand(stage: Stage, past: Past) -> None:
    asked_at = stage.ago(days=60)
    taken = {row.address_hash for row in stage.suppressions}
    quiet = [
        person
        for person in stage.contacts
        if person.address_hash not in taken and past.last_asked.get(person.pk, asked_at) <= asked_at
    ]
    for person in quiet[5:8]:
        stage.suppressions.append(
            Suppression(
                address_hash=person.address_hash,
                reason=SuppressionReason.MANUAL,
                scope=SuppressionScope.ALL,
                source="Asked on the phone for no mail at all",
                created_at=asked_at,
            )
        )
    for person in quiet[20:24]:
        until = stage.midnight + dt.timedelta(days=30)
        hold = Hold(contact=person, kind=HoldKind.PAUSE, until=until, reason="On parental leave, back next month")
        hold.created_at = stage.ago(days=12)
        stage.holds.append(hold)


# -------------------------------------------------------------------------------------------------------------- answers


def _store_answers(stage: Stage, answers: list[Answer]) -> None:
    for answer in answers:
        answer.response = _response(stage, answer)
    Response.objects.bulk_create([answer.response for answer in answers], batch_size=BATCH)
    Revision.objects.bulk_create((row for answer in answers for row in _revisions(answer)), batch_size=BATCH)
    DailyCount.objects.bulk_create(_counts(answers), batch_size=BATCH)
    ResponseReason.objects.bulk_create(_reasons(answers), batch_size=BATCH)


def _reasons(answers: list[Answer]) -> list[ResponseReason]:
    """What a comment is about; of those who wrote none, every third ticked something."""
    known = dict(Reason.objects.values_list("key", "pk"))
    chance = random.Random(len(answers))  # noqa: S311 - the same demo every time
    rows = []
    for number, answer in enumerate(answers):
        keys = answer.comment.reasons if answer.comment else ()
        if answer.comment is None and number % 3 == 0:
            keys = tuple(chance.sample(STANDARD[answer.band], chance.choice([1, 1, 2])))
        chosen = [known[key] for key in keys[:MOST] if key in known]
        rows += [ResponseReason(response=answer.response, reason_id=pk) for pk in chosen]
    return rows


def _response(stage: Stage, answer: Answer) -> Response:
    campaign, contact = answer.asked.wave.campaign, answer.contact
    is_unhappy = answer.band == Band.DETRACTOR
    wants_contact = is_unhappy and (stage.chance.random() < 0.5 or answer.role == "untouched")
    submitted_at = answer.at + 2 * dt.timedelta(minutes=1) if answer.first_score is not None else answer.at
    return Response(
        campaign=campaign,
        channel=Channel.MAIL,
        contact=contact,
        invitation=answer.asked.invitation,
        subject_id=campaign.subject_id,
        scale=campaign.scale,
        style=campaign.style,
        language=contact.language,
        score=answer.score,
        comment=answer.comment.text if answer.comment else "",
        wants_contact=wants_contact,
        phone=contact.phone if wants_contact else "",
        good_time=stage.chance.choice(["", "mornings", "after 14:00"]) if wants_contact and contact.phone else "",
        evidence=Evidence.SUBMITTED,
        revision=1 if answer.first_score is None else 2,
        answered_at=answer.at,
        submitted_at=submitted_at,
        settles_at=submitted_at,
    )


def _revisions(answer: Answer) -> list[Revision]:
    response = answer.response
    last = Revision(
        response=response,
        number=response.revision,
        score=response.score,
        comment=response.comment,
        wants_contact=response.wants_contact,
        evidence=response.evidence,
        at=response.submitted_at,
    )
    if answer.first_score is None:
        return [last]
    first = Revision(response=response, number=1, score=answer.first_score, evidence=Evidence.SUBMITTED, at=answer.at)
    return [first, last]


def _counts(answers: list[Answer]) -> list[DailyCount]:
    """What `responses` counts with each answer, counted for all at once."""
    days: dict[tuple[Any, ...], DailyCount] = {}
    for answer in answers:
        key = responses.count_key(answer.response)
        row = days.setdefault(tuple(key.values()), DailyCount(**key))
        field = responses.COUNT_FIELD[answer.band]
        setattr(row, field, getattr(row, field) + 1)
    return list(days.values())


def _click(stage: Stage, past: Past) -> None:
    """Who answered had pressed a button in the mail; some only pressed it."""
    clicks = [
        Click(invitation=answer.asked.invitation, score=answer.chosen_first, at=answer.at - 50 * SECONDS)
        for answer in past.answers
        if stage.chance.random() < 0.9
    ]
    for one in past.asked:
        if one.fate == Fate.CLICKED:
            at = min(one.at + dt.timedelta(hours=stage.chance.uniform(0.2, 60)), stage.midnight - SECONDS)
            clicks.append(Click(invitation=one.invitation, score=stage.chance.choice([10, 9, 8, 8, 7, 3]), at=at))
    Click.objects.bulk_create(clicks, batch_size=BATCH)
