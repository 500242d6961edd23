"""What the schedule runs on the advocacy side."""

from __future__ import annotations

import datetime as dt

from celery import shared_task
from django.utils import timezone

from advocacy import asking, escalation, mailbox, programmes, routing

# Looking for receipts among millions of old answers every ten seconds would cost more than it ever finds.
RECENT = dt.timedelta(days=7)


@shared_task
def route_settled_responses() -> bool:
    more = routing.route_settled(since=timezone.now() - RECENT)
    if more:
        route_settled_responses.delay_on_commit()
    return more


@shared_task
def route_overlooked_responses() -> bool:
    """The same for answers of any age: what waited while the worker was away for long."""
    more = routing.route_settled()
    if more:
        route_overlooked_responses.delay_on_commit()
    return more


@shared_task
def escalate_cases() -> bool:
    """Leads hear of cases whose time is nearly up or over."""
    more = escalation.escalate()
    if more:
        escalate_cases.delay_on_commit()
    return more


@shared_task(is_long=True)
def fetch_mail() -> bool:
    """Reports and replies from the mailbox, where there is one."""
    more = mailbox.fetch()
    if more:
        fetch_mail.delay_on_commit()
    return more


@shared_task
def run_programmes() -> bool:
    """Programmes that ask by themselves plan their asks."""
    more = programmes.run_all()
    if more:
        run_programmes.delay_on_commit()
    return more


@shared_task
def queue_due_asks() -> bool:
    """Asks whose day has come get a mail in the outbox, if the rules still allow it."""
    return asking.queue_due()


@shared_task
def follow_asks() -> bool:
    """What became of the mail of asks, and the end of those that nobody answers."""
    followed, ended = asking.follow_mails(), asking.expire()
    return followed or ended
