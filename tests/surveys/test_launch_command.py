from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from surveys import contacts
from surveys.enums import Basis, CampaignStatus, SuppressionReason
from surveys.models import Campaign, Event, Invitation, Message, Wave
from tests.factories import make_campaign, make_contact
from tests.flows.installation import Installation

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def launch(*arguments: str) -> str:
    out = StringIO()
    call_command("launch", *arguments, stdout=out)
    return out.getvalue()


def make_people() -> None:
    for _ in range(3):
        make_contact()
    make_contact(basis=Basis.NONE)
    make_contact(email="", phone="+1 555 0100")
    gone = make_contact()
    contacts.suppress_hash(gone.address_hash, reason=SuppressionReason.MANUAL)


REASONS = "1 {0}: No mail address\n1 {0}: Address must not be mailed\n1 {0}: No recorded basis for a survey\n"


def test_launch_says_who_is_asked_and_who_is_not() -> None:
    make_people()
    campaign = make_campaign(name="Spring")

    said = launch("Spring")

    assert said == "3 are asked\n" + REASONS.format("are left out")
    assert Wave.objects.get().campaign == campaign
    assert (Message.objects.count(), Invitation.objects.count()) == (3, 6)


def test_dry_run_says_the_same_and_changes_nothing() -> None:
    make_people()
    make_campaign(name="Spring")

    said = launch("Spring", "--dry-run")

    assert said == "3 would be asked\n" + REASONS.format("would be left out")
    assert (Wave.objects.count(), Message.objects.count(), Event.objects.count()) == (0, 0, 0)
    assert Campaign.objects.get().status == CampaignStatus.DRAFT


def test_campaign_is_found_by_its_number_too() -> None:
    make_contact()
    campaign = make_campaign(name="Spring")

    launch(str(campaign.pk))

    assert Wave.objects.get().campaign == campaign


def test_name_wins_over_number() -> None:
    make_contact()
    other = make_campaign(name="Spring")
    named = make_campaign(name=str(other.pk))

    launch(str(other.pk))

    assert Wave.objects.get().campaign == named


@pytest.mark.parametrize("wanted", ["Autumn", "0", "99999", "9" * 30, "-1", "٧", "", "spring"])
def test_unknown_campaign_is_told_with_those_there_are(wanted: str) -> None:
    make_contact()
    make_campaign(name="Spring")
    make_campaign(name="Winter")

    with pytest.raises(CommandError) as refused:
        launch("--", wanted)

    assert str(refused.value) == f"There is no campaign {wanted!r}. Known campaigns: Spring, Winter."
    assert Wave.objects.count() == 0


def test_unknown_campaign_where_there_are_none() -> None:
    with pytest.raises(CommandError, match=r"There is no campaign 'Spring'\. Known campaigns: none yet\."):
        launch("Spring")


def test_nobody_eligible_is_an_error_that_shows_the_reasons() -> None:
    make_contact(basis=Basis.NONE)
    make_campaign(name="Spring")
    out = StringIO()

    with pytest.raises(CommandError, match=r"Not launched: Spring may ask nobody now\. The reasons stand above\."):
        call_command("launch", "Spring", stdout=out)

    assert out.getvalue() == "0 would be asked\n1 would be left out: No recorded basis for a survey\n"
    assert (Wave.objects.count(), Event.objects.count()) == (0, 0)
    assert Campaign.objects.get().status == CampaignStatus.DRAFT


@pytest.mark.parametrize(("status", "word"), [(CampaignStatus.PAUSED, "Paused"), (CampaignStatus.ARCHIVED, "Archived")])
def test_campaign_that_is_not_active_is_not_launched(status: CampaignStatus, word: str) -> None:
    make_contact()
    make_campaign(name="Spring", status=status)

    with pytest.raises(CommandError) as refused:
        launch("Spring")

    assert str(refused.value) == f"Not launched: Spring is {word}: only an active campaign sends."
    assert Wave.objects.count() == 0


@time_machine.travel(NOW, tick=False)
def test_second_launch_of_a_day_is_refused() -> None:
    make_contact()
    make_campaign(name="Spring")
    launch("Spring")
    make_contact()

    with pytest.raises(CommandError) as refused:
        launch("Spring")

    assert str(refused.value) == "Not launched: Spring was launched on 2026-03-02 already: one wave a day."
    assert (Wave.objects.count(), Message.objects.count()) == (1, 1)


# --------------------------------------------------------------------------------------------------- as a real process

SET_UP = """
from surveys import addresses
from surveys.models import Brand, Campaign, Contact, Touchpoint
brand = Brand.objects.create(name="Aurora", short_name="Aurora", from_email="hello@example.com", postal_address="x")
Campaign.objects.create(name="Spring", brand=brand, touchpoint=Touchpoint.objects.create(key="use", name="Use"))
people = [f"person{n}@example.com" for n in range(50)]
Contact.objects.bulk_create(
    Contact(email=address, address_hash=addresses.keyed_hash(address), basis="customer") for address in people)
"""
COUNTS = "SELECT (SELECT count(*) FROM surveys_wave), (SELECT count(*) FROM surveys_message)"


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation.in_directory(tmp_path)
    made.migrate()
    made.run(SET_UP)
    yield made
    made.stop_all()


@pytest.mark.sqlite
@pytest.mark.slow
def test_two_processes_launching_at_once_make_one_wave(installation: Installation) -> None:
    processes = [installation.start("manage.py", "launch", "Spring") for _ in range(2)]

    codes = sorted(process.wait(60) for process in processes)

    assert codes == [0, 1]
    assert "Not launched: Spring was launched on" in installation.log()
    assert "Traceback" not in installation.log()
    assert installation.look_up(COUNTS) == [(1, 50)]
