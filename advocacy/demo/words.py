"""Gives the comments to answers that fit: same language, same band, same moment, at a time that makes sense."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from advocacy.demo.ideas import about
from advocacy.demo.names import Stage
from advocacy.demo.past import DIP, Answer, touchpoint_of
from advocacy.demo.voices import Comment, Voices
from surveys.enums import Band

KEPT_BACK = {"en": 4, "es": 3, "de": 1, "it": 1, "fr": 1}  # for the answers that come while somebody watches
LATELY = dt.timedelta(days=24)


def give_words(stage: Stage, voices: Voices, answers: list[Answer]) -> None:
    """Every comment is said once. Unhappy people of the last weeks first: their cases are open."""
    kept = _keep_back(voices)
    _speak_lately(stage, voices, answers)
    silent: dict[tuple[str, Band], list[Answer]] = defaultdict(list)
    for answer in answers:
        if answer.comment is None:
            silent[answer.contact.language, answer.band].append(answer)
    for comment in list(voices.left):
        speaker = _speaker(stage, comment, silent[comment.language, comment.band])
        if speaker is not None:
            silent[comment.language, comment.band].remove(speaker)
            voices.left.remove(comment)
            speaker.comment, speaker.score = comment, comment.score
    voices.left += kept


def _keep_back(voices: Voices) -> list[Comment]:
    kept: list[Comment] = []
    for language, many in KEPT_BACK.items():
        fitting = [line for line in voices.left if line.language == language and len(line.text) > 30]
        fitting = [line for line in fitting if line.touchpoint == "product_use" and not line.is_contradiction]
        bands = [Band.DETRACTOR, Band.PROMOTER, Band.PASSIVE, Band.PROMOTER][:many]
        for wanted in bands:
            found = next((line for line in fitting if line.band == wanted and line not in kept), None)
            if found is not None:
                kept.append(found)
                voices.left.remove(found)
    return kept


def _speak_lately(stage: Stage, voices: Voices, answers: list[Answer]) -> None:
    for answer in reversed(answers):
        is_late = answer.at > stage.midnight - LATELY
        if is_late and answer.band == Band.DETRACTOR and answer.comment is None:
            comment = voices.take(answer.contact.language, answer.band, touchpoint=touchpoint_of(answer))
            if comment is not None:
                answer.comment, answer.score = comment, comment.score


def _speaker(stage: Stage, comment: Comment, silent: list[Answer]) -> Answer | None:
    """Who says it: somebody who was asked about this moment, and about a repair when repairs were the trouble."""
    if not silent:
        return None
    near = [answer for answer in silent if touchpoint_of(answer) == comment.touchpoint] or silent
    if comment.theme == "Repair":
        was_slow = [answer for answer in near if is_dip(stage, answer.at)]
        if comment.band != Band.PROMOTER:
            near = was_slow or near
        else:
            near = [answer for answer in near if answer.at > stage.ago(days=DIP[1])] or near
    elif (idea := about(comment)) and idea.told:
        near = [answer for answer in near if answer.at < stage.ago(days=idea.told)] or near
    # People say more of late: the form asks them.
    return near[int(len(near) * stage.chance.random() ** 0.6)]


def is_dip(stage: Stage, at: dt.datetime) -> bool:
    return stage.ago(days=DIP[0]) <= at <= stage.ago(days=DIP[1] - 25)


def think_again(stage: Stage, answers: list[Answer]) -> None:
    """Some press a button first and write their words a little later; three had pressed the wrong end of the scale."""
    done = [answer for answer in answers if answer.comment and answer.at < stage.midnight - LATELY]
    for number, answer in enumerate(answer for answer in done if answer.band != Band.DETRACTOR):
        if number % 9 == 4:
            answer.first_score = answer.score
    delighted = [answer for answer in done if answer.score == 10 and answer.first_score is None]
    for answer in delighted[5:80:25]:
        answer.first_score = 0
