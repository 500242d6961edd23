"""The breaker: a wave of which too many mails are refused for good is paused, before a provider blocks the sender."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterable
from typing import NamedTuple

from surveys import waves
from surveys.enums import MessageStatus, WaveStatus
from surveys.models import Event, Message, Wave
from surveys.transitions import WrongState

LAST, MOST = 200, 10  # more than 5 % of so many: `reliability.md` 4.2
# How an error begins by which a message failed and nobody refused it for good: a temporary code, our own giving up.
NO_REFUSAL = ("4", "given up")

logger = logging.getLogger(__name__)


class Tripped(NamedTuple):
    """What is kept as the reason of the pause. The words are found by whoever shows it, in the reader's language."""

    refused: int
    of: int

    def __str__(self) -> str:
        return f"breaker: {self.refused} of {self.of}"

    @classmethod
    def read(cls, reason: str) -> Tripped | None:
        """None where something else was the reason."""
        found = re.fullmatch(r"breaker: (\d{1,9}) of (\d{1,9})", reason, re.ASCII)
        return cls(int(found[1]), int(found[2])) if found else None


def look_at_all(pks: Iterable[int]) -> None:
    """Look at those of the waves that are sending."""
    for wave in Wave.objects.filter(pk__in=pks, status=WaveStatus.SENDING).order_by("pk"):
        look_at(wave)


def look_at(wave: Wave) -> bool:
    """Pause the wave when more than 5 % of the last 200 of its mails ended for good at the recipient's side; whether it
    was. What a person has seen and let go on is not held against it again."""
    since = _let_go_at(wave)
    mails = Message.objects.filter(letter=waves.LETTER, invitation__wave=wave, dispatched_at__gt=since)
    # Two lists, since each has an index that begins with the latest.
    sent = mails.filter(sent_at__isnull=False).order_by("-sent_at")
    failed = mails.filter(not_sent_as=MessageStatus.FAILED, sent_at__isnull=True).order_by("-pk")
    ends = [(at, bounced_at is not None) for at, bounced_at in sent.values_list("dispatched_at", "bounced_at")[:LAST]]
    ends += [
        (at, not error.startswith(NO_REFUSAL)) for at, error in failed.values_list("dispatched_at", "error")[:LAST]
    ]
    latest = sorted(ends, reverse=True)[:LAST]
    refused = sum(is_refused for _at, is_refused in latest)
    if refused <= MOST:
        return False
    try:
        waves.pause(wave, reason=str(Tripped(refused, len(latest))))
    except WrongState:  # it is not sending any more
        return False
    logger.error("wave.paused wave=%s refused=%s of=%s", wave.pk, refused, len(latest))
    return True


def _let_go_at(wave: Wave) -> dt.datetime:
    """When the wave last began to send; a person who resumes it has seen why it was paused."""
    resumed = Event.objects.filter(
        kind=Wave._meta.label_lower, object_id=str(wave.pk), went_to=WaveStatus.SENDING, came_from=WaveStatus.PAUSED
    )
    latest = resumed.order_by("-at").values_list("at", flat=True).first()
    return latest or wave.started_at or wave.planned_for
