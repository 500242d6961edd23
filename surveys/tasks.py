"""What the schedule runs. Each looks at the database, does one slice, and may run twice without harm."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from surveys import delivery, doors, evidence, imports, outbox, parking, reminders, waves, windows
from surveys.models import Tick

# A file of a million rows takes minutes. Its lease, not this limit, tells a dead worker from a busy one.
LONG = 6 * 60 * 60


def tick(name: str) -> None:
    """Note that the schedule is alive; /readyz reads the age."""
    now = timezone.now()
    Tick.objects.update_or_create(name=name, defaults={"at": now})


@shared_task
def start_due_waves() -> bool:
    tick("start_due_waves")
    if waves.start_due():
        send_queued_messages.delay_on_commit()
    return False


@shared_task
def plan_reminders() -> bool:
    if reminders.plan():
        send_queued_messages.delay_on_commit()
    return False


@shared_task
def move_messages_to_their_next_window() -> bool:
    windows.move_on()
    return False


@shared_task
def send_queued_messages() -> bool:
    more = outbox.send_batch()
    if more:
        send_queued_messages.delay_on_commit()
    return more


@shared_task
def put_paused_messages_aside() -> bool:
    more = parking.put_aside()
    if more:
        put_paused_messages_aside.delay_on_commit()
    return more


@shared_task
def bring_resumed_messages_back() -> bool:
    more = parking.bring_back()
    if more:
        bring_resumed_messages_back.delay_on_commit()
    return more


@shared_task
def sweep_outbox() -> bool:
    return outbox.sweep()


@shared_task
def apply_delivery_events() -> bool:
    more = delivery.apply_due()
    if more:
        apply_delivery_events.delay_on_commit()
    return more


@shared_task
def judge_held_answers() -> bool:
    more = evidence.judge_due()
    if more:
        judge_held_answers.delay_on_commit()
    return more


@shared_task(soft_time_limit=LONG, time_limit=LONG + 60, is_long=True)
def run_imports() -> bool:
    more = imports.run_next()
    if more:
        run_imports.delay_on_commit()
    return more


@shared_task
def sweep_imports() -> bool:
    return imports.sweep()


@shared_task
def sweep_doors() -> bool:
    doors.sweep()
    return False
