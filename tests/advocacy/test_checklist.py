from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from advocacy import checklist
from advocacy.checklist import Step
from surveys.enums import CampaignStatus, MessageStatus
from surveys.models import Tick
from tests.factories import make_brand, make_campaign, make_contact, make_message, make_team, make_user

pytestmark = pytest.mark.django_db


def look() -> checklist.Checklist:
    return checklist.look(User.objects.get(username="ada"))


def done() -> set[Step]:
    return {step for step, is_done in look().done.items() if is_done}


@pytest.fixture(autouse=True)
def nothing_set(db: None, settings: Settings) -> None:
    """Only the first admin is there."""
    make_user("ada", is_superuser=True)
    settings.PUBLIC_BASE_URL = "http://localhost:8000"
    settings.EMAIL_BACKEND = checklist.INBOX


def test_nothing_is_done_in_the_beginning() -> None:
    found = look()

    assert (done(), found.left, found.next_step) == (set(), len(Step), Step.ADDRESS)


def test_environment_is_read(settings: Settings) -> None:
    settings.PUBLIC_BASE_URL = "https://ask.example.com"
    settings.EMAIL_BACKEND = "surveys.smtp.EmailBackend"

    assert done() == {Step.ADDRESS, Step.MAIL}


@pytest.mark.parametrize(("seconds", "expected"), [(10, {Step.WORKER}), (600, set())])
def test_worker_lives_by_its_last_tick(seconds: int, expected: set[Step]) -> None:
    Tick.objects.create(name="start_due_waves", at=timezone.now() - dt.timedelta(seconds=seconds))

    assert done() == expected


def test_brand_and_contacts_count_when_there() -> None:
    make_brand()
    make_contact()

    assert done() == {Step.BRAND, Step.CONTACTS}


@pytest.mark.parametrize("status", CampaignStatus)
def test_campaign_counts_when_active(status: CampaignStatus) -> None:
    make_campaign(status=status)

    assert (Step.CAMPAIGN in done()) == (status == CampaignStatus.ACTIVE)


def test_people_are_those_beside_the_first_admin() -> None:
    before = Step.PEOPLE in done()
    make_user("marta")

    assert (before, Step.PEOPLE in done()) == (False, True)


def test_team_needs_a_lead_and_members() -> None:
    marta = make_user("marta")
    team = make_team(members=[marta])
    before = Step.TEAM in done()
    team.lead = marta
    team.save(update_fields=["lead"])

    assert (before, Step.TEAM in done()) == (False, True)


@pytest.mark.parametrize("status", [MessageStatus.QUEUED, MessageStatus.SENT])
def test_wave_counts_when_its_first_mail_has_left(status: MessageStatus) -> None:
    make_message(status=status)

    assert (Step.WAVE in done()) == (status == MessageStatus.SENT)


def test_all_facts_are_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ada = User.objects.get()

    with django_assert_num_queries(1):
        checklist.look(ada)
