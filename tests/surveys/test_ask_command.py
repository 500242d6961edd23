from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from surveys import happened
from surveys.enums import Basis, CampaignKind, CampaignStatus
from surveys.models import Campaign, Message, Segment
from tests.factories import make_campaign, make_contact

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(
        name="After delivery", kind=CampaignKind.EVENT, status=CampaignStatus.ACTIVE, delay_hours=24, throttle_days=90
    )


def ask(*arguments: str) -> str:
    out = StringIO()
    call_command("ask", *arguments, stdout=out)
    return out.getvalue()


def test_contact_is_asked_after_the_delay_and_once_a_day(campaign: Campaign) -> None:
    make_contact(email="anna@example.com")

    said = [ask("After delivery", " Anna@Example.com "), ask(str(campaign.pk), "anna@example.com")]

    assert said == ["1 are asked\n"] * 2
    assert Message.objects.get().not_before == NOW + dt.timedelta(days=1)


def test_who_is_not_asked_is_told_with_the_reason(campaign: Campaign) -> None:
    make_contact(email="anna@example.com")
    make_contact(email="bo@example.com", basis=Basis.NONE)

    said = ask("After delivery", "anna@example.com", "bo@example.com", "zoe@example.com", "' OR 1=1 --")

    assert said == (
        "1 are asked\n"
        "1 are left out: No recorded basis for a survey\n"
        "2 are left out: no contact (zoe@example.com, ' OR 1=1 --)\n"
        "Import those who are no contacts yet, and ask again.\n"
    )


def test_many_come_by_standard_input(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(happened, "AT_A_TIME", 2)
    people = [make_contact() for _ in range(5)]
    lines = "".join(f"{person.email}\n\n" for person in people) + "a\x00b\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))

    said = ask("After delivery", "-")

    assert said.startswith("5 are asked\n1 are left out: no contact (")
    assert Message.objects.count() == 5


def test_people_outside_the_segment_are_named() -> None:
    segment = Segment.objects.create(name="Es", conditions=[{"field": "language", "op": "is", "value": "es"}])
    make_campaign(name="VIP", kind=CampaignKind.EVENT, status=CampaignStatus.ACTIVE, segment=segment)
    make_contact(email="anna@example.com")

    with pytest.raises(CommandError, match="Nobody is asked"):
        ask("VIP", "anna@example.com")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": CampaignKind.ONCE}, "is not an active campaign that follows an event"),
        ({"kind": CampaignKind.EVENT}, "is not an active campaign that follows an event"),
    ],
)
def test_other_campaigns_ask_nobody(fields: dict[str, str], words: str) -> None:
    make_campaign(name="Spring", **fields)
    make_contact(email="anna@example.com")

    with pytest.raises(CommandError, match=words):
        ask("Spring", "anna@example.com")


def test_unknown_campaign_is_told_with_those_there_are(campaign: Campaign) -> None:
    with pytest.raises(CommandError, match=r"There is no campaign 'Nope'\. Known campaigns: After delivery\."):
        ask("Nope", "anna@example.com")
