"""What happens while somebody watches: a wave that is really being sent, and answers that are routed as they settle."""

from __future__ import annotations

import datetime as dt

from advocacy.demo.catalogue import live_name
from advocacy.demo.names import Stage
from advocacy.demo.past import Asked, Fate, Past
from advocacy.demo.voices import Comment, Voices
from surveys import responses, waves
from surveys.enums import Band, Evidence
from surveys.models import Message, Response, Wave

AT_ONCE = 40
SECONDS_BETWEEN = 1.2
RECENT = dt.timedelta(days=17)
FIRST_WAIT, WAIT = dt.timedelta(seconds=25), dt.timedelta(seconds=70)


def send_survey(stage: Stage) -> Wave:
    """Launch it as a person would. Its mail leaves one after the other: the first at once, the last in a quarter of an
    hour or so."""
    campaign = stage.campaigns[live_name(stage.today)]
    wave = waves.launch(campaign, by=stage.users["nora.lindqvist"], at=stage.now)
    mails = list(Message.objects.filter(invitation__wave=wave).order_by("pk").only("pk", "not_before"))
    stage.chance.shuffle(mails)
    for number, mail in enumerate(mails[AT_ONCE:]):
        mail.not_before = stage.now + dt.timedelta(seconds=number * SECONDS_BETWEEN)
    Message.objects.bulk_update(mails[AT_ONCE:], ["not_before"], batch_size=300)
    return wave


def answer_now(stage: Stage, past: Past, voices: Voices) -> list[Response]:
    """Some who were asked in the last weeks have just answered. The first settle at once, the others within minutes,
    so that the worker has something to route whenever one looks."""
    answered = {answer.contact.pk for answer in past.answers[-2000:]}
    silent = [
        one
        for one in past.asked
        if one.fate == Fate.SENT and one.at > stage.midnight - RECENT and one.contact.pk not in answered
    ]
    recorded = []
    for number, comment in enumerate(list(voices.left)[:14]):
        speaker = next((one for one in silent if one.contact.language == comment.language), None)
        if speaker is not None:
            silent.remove(speaker)
            recorded.append(_answer(stage, speaker, comment, number))
    return recorded


def _answer(stage: Stage, speaker: Asked, comment: Comment, number: int) -> Response:
    invitation = speaker.invitation
    if invitation is None:
        raise ValueError("only who was asked can answer")
    response = responses.record(
        invitation,
        score=comment.score,
        comment=comment.text,
        language=comment.language,
        wants_contact=comment.band == Band.DETRACTOR,
        evidence=Evidence.GESTURE if number >= 3 else Evidence.SUBMITTED,
        at=stage.now,
    )
    if response.evidence == Evidence.GESTURE:
        response.settles_at = stage.now + FIRST_WAIT + WAIT * (number - 3)
        response.save(update_fields=["settles_at"])
    return response
