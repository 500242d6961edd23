from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail as django_mail
from django.utils import timezone

from surveys import audience, contacts, outbox, privacy, reminders, wishes
from surveys.enums import (
    CampaignStatus,
    ExitChoice,
    HoldKind,
    MailWish,
    MessageStatus,
    Purpose,
    SkipReason,
    SuppressionReason,
    SuppressionScope,
    TouchKind,
)
from surveys.models import Contact, Event, Hold, Invitation, Message, Suppression, Touch
from tests.factories import make_campaign, make_contact, make_invitation, make_message, make_user, make_wave
from tests.surveys.sending import claim, make_queue, state
from tests.threads import held_open, meanwhile, wait_until_blocked

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
LESS = [choice for choice in ExitChoice if choice != ExitChoice.ALL]


def make_mail(**fields: object) -> tuple[Contact, Message]:
    """A contact who has had a mail of ours."""
    contact = make_contact(**fields)
    return contact, make_message(
        invitation=make_invitation(contact=contact), status=MessageStatus.SENT, sent_at=timezone.now()
    )


def offer(contact: Contact) -> Message:
    return make_message(contact=contact, invitation=None, purpose=Purpose.MARKETING, letter="ask")


def events() -> list[tuple[str, str]]:
    kind = Contact._meta.label_lower
    return list(Event.objects.filter(kind=kind).order_by("pk").values_list("came_from", "went_to"))


def reason_for(contact: Contact, *, throttle_days: int = 90) -> SkipReason:
    people = audience.candidates(make_campaign(throttle_days=throttle_days), at=timezone.now())
    return SkipReason(people.values_list("reason", flat=True).get(pk=contact.pk))


# ------------------------------------------------------------------------------------------------------- what is chosen


@pytest.mark.parametrize("choice", LESS)
def test_choice_holds_and_ten_times_is_once(choice: ExitChoice) -> None:
    contact, message = make_mail()

    for _ in range(10):
        wishes.choose(contact, choice, message=message)

    found = wishes.standing(Contact.objects.get())
    assert (found.chosen, found.holds) == (choice, choice)
    assert events() == [("all", choice)]


@pytest.mark.parametrize("choice", LESS)
def test_mails_as_before_takes_it_back(choice: ExitChoice) -> None:
    contact, message = make_mail()
    wishes.choose(contact, choice, message=message)

    wishes.choose(contact, ExitChoice.ALL, message=message)

    assert wishes.standing(Contact.objects.get()).holds == ExitChoice.ALL
    assert (Hold.objects.count(), Suppression.objects.count()) == (0, 0)
    assert events() == [("all", choice), (choice, "all")]


def test_wish_has_the_day_it_was_said() -> None:
    contact, message = make_mail()

    wishes.choose(contact, ExitChoice.FEWER, message=message)
    said_at = Contact.objects.get().mail_wish_at
    wishes.choose(contact, ExitChoice.FEWER, message=message)

    assert said_at is not None
    assert Contact.objects.get().mail_wish_at == said_at


def test_nothing_at_all_is_an_unsubscription() -> None:
    contact, message = make_mail()

    wishes.choose(contact, ExitChoice.NOTHING, message=message)

    row = Suppression.objects.get()
    assert (row.address_hash, row.reason, row.scope) == (contact.address_hash, "unsubscribed", "asking")


def test_mail_again_after_unsubscribing_is_a_consent_with_an_event() -> None:
    contact, message = make_mail()
    contacts.unsubscribe(message)

    wishes.choose(contact, ExitChoice.SURVEYS_ONLY, message=message)

    assert Suppression.objects.count() == 0
    told = Event.objects.filter(kind=Suppression._meta.label_lower, contact=contact).order_by("pk")
    assert list(told.values_list("came_from", "went_to")) == [("", "unsubscribed"), ("unsubscribed", "lifted")]


@pytest.mark.parametrize(
    ("reason", "scope"),
    [
        (SuppressionReason.BOUNCED, SuppressionScope.ALL),
        (SuppressionReason.COMPLAINED, SuppressionScope.ASKING),
        (SuppressionReason.MANUAL, SuppressionScope.ASKING),
        (SuppressionReason.UNSUBSCRIBED, SuppressionScope.ALL),
    ],
)
@pytest.mark.parametrize("choice", ExitChoice)
def test_what_others_said_of_the_address_no_choice_lifts(
    reason: SuppressionReason, scope: SuppressionScope, choice: ExitChoice
) -> None:
    contact, message = make_mail()
    contacts.suppress(contact.email, reason=reason, scope=scope)

    for _ in range(3):
        wishes.choose(contact, choice, message=message)

    row = Suppression.objects.get()
    assert (row.reason, row.scope) == (reason, scope)
    assert wishes.standing(contact).holds == ExitChoice.NOTHING
    assert len(events()) == (0 if choice in (ExitChoice.ALL, ExitChoice.NOTHING) else 1)


def test_pause_of_staff_is_theirs() -> None:
    contact, message = make_mail()
    theirs = Hold.objects.create(contact=contact, kind=HoldKind.PAUSE, until=None)

    wishes.choose(contact, ExitChoice.PAUSE, message=message)
    wishes.choose(contact, ExitChoice.ALL, message=message)

    assert list(Hold.objects.all()) == [theirs]


def test_pause_ends_after_a_year_and_the_wish_before_it_holds_again() -> None:
    contact, message = make_mail()
    wishes.choose(contact, ExitChoice.FEWER, message=message)
    wishes.choose(contact, ExitChoice.PAUSE, message=message)
    until = Hold.objects.get().until
    assert until is not None
    assert abs(until - timezone.now() - 365 * DAY) < DAY

    Hold.objects.update(until=timezone.now())

    assert wishes.standing(contact).holds == ExitChoice.FEWER
    wishes.choose(contact, ExitChoice.PAUSE, message=message)
    assert wishes.standing(contact).holds == ExitChoice.PAUSE


# ----------------------------------------------------------------------------------------------------- what it forbids


@pytest.mark.parametrize(
    ("choice", "ago", "reason"),
    [
        (ExitChoice.FEWER, 364 * DAY, SkipReason.FEWER),
        (ExitChoice.FEWER, 366 * DAY, SkipReason.NONE),
        (ExitChoice.FEWER, 10 * DAY, SkipReason.THROTTLED),
        (ExitChoice.SURVEYS_ONLY, 100 * DAY, SkipReason.NONE),
        (ExitChoice.PAUSE, 100 * DAY, SkipReason.HELD),
        (ExitChoice.NOTHING, 100 * DAY, SkipReason.SUPPRESSED),
        (ExitChoice.ALL, 100 * DAY, SkipReason.NONE),
    ],
)
def test_wave_planned_afterwards_obeys(choice: ExitChoice, ago: dt.timedelta, reason: SkipReason) -> None:
    contact, message = make_mail()
    Touch.objects.create(contact=contact, kind=TouchKind.INVITATION, at=timezone.now() - ago)

    wishes.choose(contact, choice, message=message)

    assert reason_for(contact) == reason


def test_longer_throttle_of_a_campaign_stays_longer_than_a_year() -> None:
    contact, message = make_mail()
    Touch.objects.create(contact=contact, kind=TouchKind.INVITATION, at=timezone.now() - 400 * DAY)

    wishes.choose(contact, ExitChoice.FEWER, message=message)

    assert reason_for(contact, throttle_days=500) == SkipReason.THROTTLED


@pytest.mark.parametrize(
    ("choice", "survey", "request_"),
    [
        (ExitChoice.ALL, "queued", "queued"),
        (ExitChoice.FEWER, "suppressed", "suppressed"),
        (ExitChoice.SURVEYS_ONLY, "queued", "suppressed"),
        (ExitChoice.PAUSE, "suppressed", "suppressed"),
        (ExitChoice.NOTHING, "suppressed", "suppressed"),
    ],
)
def test_what_waits_obeys_at_once(choice: ExitChoice, survey: str, request_: str) -> None:
    contact, message = make_mail()
    Touch.objects.create(contact=contact, kind=TouchKind.INVITATION, at=timezone.now() - 100 * DAY)
    waiting = make_message(invitation=make_invitation(contact=contact, wave=make_wave()))
    asks, service = offer(contact), make_message(contact=contact, invitation=None, purpose=Purpose.SERVICE)
    other = make_message()

    wishes.choose(contact, choice, message=message)

    assert [state(each)[0] for each in (waiting, asks, service, other)] == [survey, request_, "queued", "queued"]


def test_one_survey_a_year_is_not_stopped_before_it_has_left() -> None:
    contact, message = make_mail()
    waiting = make_message(invitation=make_invitation(contact=contact, wave=make_wave()))

    wishes.choose(contact, ExitChoice.FEWER, message=message)
    outbox.send_batch()

    assert state(waiting) == ("sent", 1)
    assert reason_for(contact) == SkipReason.THROTTLED


@pytest.mark.parametrize(
    ("wish", "purpose", "status"),
    [
        (MailWish.FEWER, Purpose.MARKETING, "cancelled"),
        (MailWish.SURVEYS_ONLY, Purpose.MARKETING, "cancelled"),
        (MailWish.ALL, Purpose.MARKETING, "sent"),
        (MailWish.FEWER, Purpose.RESEARCH, "cancelled"),
        (MailWish.SURVEYS_ONLY, Purpose.RESEARCH, "sent"),
        (MailWish.FEWER, Purpose.SERVICE, "sent"),
    ],
)
@pytest.mark.usefixtures("letter")
def test_dispatching_statement_asks_for_the_wish(wish: MailWish, purpose: Purpose, status: str) -> None:
    contact = make_contact(mail_wish=wish)
    Touch.objects.create(contact=contact, kind=TouchKind.INVITATION, at=timezone.now() - 300 * DAY)
    message = make_message(contact=contact, invitation=None, purpose=purpose)

    outbox.send_batch()

    assert state(message) == (status, 1)
    assert len(django_mail.outbox) == (status == "sent")


def test_who_wants_fewer_mails_gets_no_reminder() -> None:
    wave = make_wave(campaign=make_campaign(status=CampaignStatus.ACTIVE, reminders=1, reminder_days=7))
    for wish in MailWish:
        invitation = make_invitation(wave=wave, contact=make_contact(mail_wish=wish))
        make_message(invitation=invitation, status=MessageStatus.SENT, sent_at=timezone.now() - 8 * DAY)

    reminders.plan()

    reminded = Message.objects.filter(letter="reminder").values_list("contact__mail_wish", flat=True)
    assert sorted(reminded) == [MailWish.ALL, MailWish.SURVEYS_ONLY]
    assert Invitation.objects.count() == 3


def test_merge_keeps_the_narrower_wish() -> None:
    for mine, theirs, kept in [("all", "fewer", "fewer"), ("fewer", "surveys_only", "fewer"), ("all", "all", "all")]:
        keep, gone = make_contact(mail_wish=mine), make_contact(mail_wish=theirs)

        privacy.merge(keep, gone, by=make_user())

        assert Contact.objects.get(pk=keep.pk).mail_wish == kept


# ---------------------------------------------------------------------------------------- two connections (PostgreSQL)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("letter")
@pytest.mark.parametrize("choice", [ExitChoice.PAUSE, ExitChoice.NOTHING])
def test_dispatch_waits_for_a_choice_and_then_nothing_leaves(choice: ExitChoice) -> None:
    message, other = make_queue(2)
    claim_id, pks = claim()
    contact = Contact.objects.get(messages=message)

    with (
        held_open(lambda: wishes.choose(contact, choice, message=message)) as commit,
        meanwhile(lambda: outbox.dispatch(claim_id, pks)) as leaving,
    ):
        wait_until_blocked()
        commit()

    assert leaving.result() == {other.pk}
    assert state(message) == ("suppressed", 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("letter")
def test_choice_waits_for_a_window_that_is_leaving() -> None:
    (message,) = make_queue(1)
    claim_id, pks = claim()
    contact = Contact.objects.get(messages=message)

    with (
        held_open(lambda: outbox.dispatch(claim_id, pks)) as commit,
        meanwhile(lambda: wishes.choose(contact, ExitChoice.PAUSE, message=message)) as chosen,
    ):
        wait_until_blocked()
        assert not chosen.done()
        commit()

    assert state(message) == ("dispatching", 1)
    assert Hold.objects.count() == 1
