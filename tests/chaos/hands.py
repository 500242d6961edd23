"""People who change their mind while a wave leaves: unsubscribes at random moments, and staff who pause and go on.

python -m tests.chaos.hands SEED SECONDS UNSUBSCRIBES PAUSES
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from random import Random

import django

PAUSE_SECONDS = 2.0
PATIENCE = 60.0


def main(seed: int, seconds: float, unsubscribes: int, pauses: int) -> None:
    chance = Random(f"{seed} hands")
    deeds: list[tuple[float, Callable[[Random], None]]] = [
        (chance.uniform(0, seconds), deed)
        for deed, times in ((unsubscribe, unsubscribes), (pause, pauses))
        for _ in range(times)
    ]
    began = time.monotonic()
    for moment, deed in sorted(deeds, key=lambda each: each[0]):
        time.sleep(max(0.0, began + moment - time.monotonic()))
        insist(lambda deed=deed: deed(chance))  # type: ignore[misc]


def insist(deed: Callable[[], None]) -> None:
    """Once more when the database is away: people press the button again."""
    from django.db import InterfaceError, OperationalError, connection

    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return deed()
        except (OperationalError, InterfaceError):
            assert time.monotonic() < deadline, "the database does not come back"
            connection.close()
            time.sleep(0.3)


def unsubscribe(chance: Random) -> None:
    """Somebody whose mail is just leaving, more often than chance would have it; else anybody."""
    from django.db.models import Exists, OuterRef

    from surveys import contacts
    from surveys.enums import MessageStatus
    from surveys.models import Message, Suppression

    gone = Exists(Suppression.objects.filter(address_hash=OuterRef("address_hash")))
    people = Message.objects.filter(~gone).order_by("not_before")
    hot = people.filter(status__in=[MessageStatus.CLAIMED, MessageStatus.DISPATCHING])
    waiting = people.filter(status=MessageStatus.QUEUED)
    for some in chance.sample([hot, waiting, people], 3):
        if found := list(some[:200]):
            contacts.unsubscribe(chance.choice(found))
            return


def pause(_chance: Random) -> None:
    from surveys import waves
    from surveys.enums import WaveStatus
    from surveys.models import Wave
    from surveys.transitions import WrongState

    wave = Wave.objects.get()
    try:
        if wave.status == WaveStatus.SENDING:
            waves.pause(wave, reason="a person looks")
            time.sleep(PAUSE_SECONDS)
        if wave.status == WaveStatus.PAUSED:
            insist(lambda: waves.resume(wave))
    except WrongState:
        return  # it has finished


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
