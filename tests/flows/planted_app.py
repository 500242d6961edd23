"""Plants the double send: what was `dispatching` when its worker went away is put back and sent again."""

from __future__ import annotations

from django.apps import AppConfig


class PlantedConfig(AppConfig):
    name = "tests.flows.planted_app"
    label = "planted"
    path = "tests/flows"

    def ready(self) -> None:
        from surveys import outbox
        from surveys.enums import MessageStatus
        from surveys.models import Message

        sweep = outbox.sweep

        def sweep_and_resend(**options: int) -> bool:
            more = sweep(**options)
            Message.objects.filter(status=MessageStatus.UNKNOWN).update(
                status=MessageStatus.QUEUED, claim_id=None, lease_until=None
            )
            return more

        outbox.sweep = sweep_and_resend
