"""What the schedule runs on the advocacy side."""

from __future__ import annotations

import datetime as dt

from celery import shared_task
from django.utils import timezone

from advocacy import (
    announcing,
    asking,
    carried,
    challenges,
    digest,
    escalation,
    lifting,
    linkback,
    mailbox,
    pictures,
    pledges,
    programmes,
    publishing,
    referrals,
    releases,
    routing,
    snoozing,
    tagging,
    tiers,
    undoing,
)

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


@shared_task
def renew_what_cases_carry() -> None:
    """Names, accounts and revenue that came from the command line, past what hears of a change."""
    carried.renew_all_people()


@shared_task
def wake_cases() -> bool:
    """What was put aside comes back when its time has come."""
    more = snoozing.wake_due()
    undoing.forget()
    if more:
        wake_cases.delay_on_commit()
    return more


@shared_task(is_long=True)
def fetch_mail() -> bool:
    """Reports and replies from the mailbox, where there is one."""
    more = mailbox.fetch()
    if more:
        fetch_mail.delay_on_commit()
    return more


@shared_task
def expire_testimonials() -> bool:
    """What was agreed to for a time is over."""
    more = publishing.expire()
    if more:
        expire_testimonials.delay_on_commit()
    return more


@shared_task
def announce_fixes() -> bool:
    """Everyone who asked for what has shipped gets a draft; what was approved leaves."""
    more = announcing.run()
    if more:
        announce_fixes.delay_on_commit()
    return more


@shared_task
def tag_settled_responses() -> bool:
    """What lately settled answers are about; then, in slices, all others when the words that tell it have changed."""
    more = tagging.tag_settled(since=timezone.now() - RECENT) or tagging.tag_again()
    if more:
        tag_settled_responses.delay_on_commit()
    return more


@shared_task
def settle_challenges() -> bool:
    """Challenges that are over and go by votes have their winner."""
    more = challenges.settle()
    if more:
        settle_challenges.delay_on_commit()
    return more


@shared_task
def ask_again() -> int:
    """Who was told that their wish is there is asked once more, as soon as the throttle allows."""
    return lifting.ask_again()


@shared_task
def tag_overlooked_responses() -> bool:
    """The same for answers of any age: those that came with an import, or while the worker was away for long."""
    more = tagging.tag_settled()
    if more:
        tag_overlooked_responses.delay_on_commit()
    return more


@shared_task
def send_idea_digests() -> bool:
    """The month that is over, to everybody who wants to read of it."""
    more = digest.send()
    if more:
        send_idea_digests.delay_on_commit()
    return more


@shared_task
def tell_of_overdue_promises() -> bool:
    """Owners and leads hear of promises whose day is over."""
    more = pledges.tell()
    if more:
        tell_of_overdue_promises.delay_on_commit()
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


@shared_task
def expire_referrals() -> bool:
    """Leads of which nothing came in 90 days end, and who they were is forgotten."""
    more = referrals.expire()
    if more:
        expire_referrals.delay_on_commit()
    return more


@shared_task(is_long=True)
def check_places() -> bool:
    """Pages where case studies were published are read again, each once a week."""
    more = linkback.check()
    if more:
        check_places.delay_on_commit()
    return more


@shared_task
def tell_of_lost_links() -> bool:
    """Owners hear of pages that do not link to the customer any more."""
    more = linkback.tell()
    if more:
        tell_of_lost_links.delay_on_commit()
    return more


@shared_task
def warn_of_picture_rights() -> bool:
    """Owners hear of rights that soon end."""
    more = pictures.warn()
    if more:
        warn_of_picture_rights.delay_on_commit()
    return more


@shared_task
def sweep_pictures() -> int:
    """Files that no picture speaks of go."""
    return pictures.sweep()


@shared_task
def refresh_case_studies() -> bool:
    """Published case studies whose release comes to its end are to be refreshed."""
    more = releases.remind_of_end()
    if more:
        refresh_case_studies.delay_on_commit()
    return more


@shared_task
def recount_tiers() -> bool:
    """Advocates rise, are held and fall. It is asked each hour, and finds most when a day has begun."""
    more = tiers.recount()
    if more:
        recount_tiers.delay_on_commit()
    return more
