"""Promoters: whom Aurora may ask for a favour, and whom not."""

from __future__ import annotations

import datetime as dt

from advocacy.demo.names import BATCH, Stage
from advocacy.demo.past import Answer
from advocacy.models import Advocate
from surveys.enums import Band

PUBLIC_BODIES = {"school", "clinic"}


def find_advocates(stage: Stage, answers: list[Answer]) -> dict[int, Advocate]:
    """The advocates by the id of their contact."""
    found: dict[int, Advocate] = {}
    soured: set[int] = set()
    for answer in answers:
        contact = answer.contact
        if answer.band == Band.PROMOTER and contact.pk not in found:
            found[contact.pk] = Advocate(
                contact=contact, response=answer.response, created_at=answer.response.submitted_at + SOON
            )
        if answer.band == Band.PROMOTER:
            soured.discard(contact.pk)
        elif answer.band == Band.DETRACTOR and contact.pk in found:
            soured.add(contact.pk)
    for number, (pk, advocate) in enumerate(found.items()):
        is_public = bool(PUBLIC_BODIES & set(advocate.contact.tags))
        advocate.forbids_gifts = is_public and number % 2 == 0
        advocate.do_not_ask = number % 47 == 5
        if pk in soured:
            advocate.paused_until = stage.midnight + dt.timedelta(days=90)
        elif number % 31 == 7:
            advocate.paused_until = stage.midnight + dt.timedelta(days=7 + number % 60)
    Advocate.objects.bulk_create(found.values(), batch_size=BATCH)
    for advocate in found.values():
        score = advocate.response.score if advocate.response else 10
        stage.note(advocate, advocate.created_at, went_to="found", reason=f"score {score}")
    return found


SOON = dt.timedelta(seconds=6)
