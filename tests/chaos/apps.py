"""What the chaos changes in the project: waits too long for a test, and bugs to show that they are seen."""

from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.utils import timezone


class HurryConfig(AppConfig):
    name = "tests.chaos"
    label = "hurry"

    def ready(self) -> None:
        from surveys import outbox

        for constant, seconds in {"UNREACHED_WAIT": 1, "FIRST_RETRY": 2}.items():
            assert isinstance(getattr(outbox, constant), dt.timedelta)
            setattr(outbox, constant, dt.timedelta(seconds=seconds))


class DoubleConfig(HurryConfig):
    """As a system does that tries again what it is not sure of."""

    def ready(self) -> None:
        from surveys.enums import MessageStatus

        super().ready()
        _after_sweep(status=MessageStatus.QUEUED)


class LostConfig(HurryConfig):
    """As a system does that keeps its checkpoint where it fetches, not where it sends."""

    def ready(self) -> None:
        from surveys.enums import MessageStatus

        super().ready()
        _after_sweep(status=MessageStatus.SENT, sent_at=timezone.now())


class DeafConfig(HurryConfig):
    """As a system does that looks at the wishes only when it plans."""

    def ready(self) -> None:
        from django.db.models import Q

        from surveys import contacts, outbox

        super().ready()
        assert callable(outbox._unsuppressed)
        outbox._unsuppressed = lambda: Q(status__isnull=False)
        vars(contacts)["move_many"] = lambda *_rows, **_fields: 0


class LostAndDeafConfig(LostConfig, DeafConfig):
    """Both at once: a storm takes a minute, and neither breaks the promise of the other."""


def _after_sweep(**fields: object) -> None:
    """Let the sweep do this to what it found, instead of keeping it for a person to settle."""
    from surveys import outbox
    from surveys.enums import MessageStatus
    from surveys.models import Message

    sweep = outbox.sweep

    def sweep_and_forget(**options: int) -> bool:
        more = sweep(**options)
        Message.objects.filter(status=MessageStatus.UNKNOWN).update(claim_id=None, lease_until=None, **fields)
        return more

    outbox.sweep = sweep_and_forget
