from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from surveys import claims, planning, splicing, waves
from surveys.enums import Basis, CampaignKind, CampaignStatus, CampaignStyle, Style
from surveys.models import Campaign, Contact, Invitation, Message, Touch, Wave
from tests.factories import make_campaign, make_contact, make_wave

pytestmark = pytest.mark.django_db

PEOPLE = 400
# Of a fair coin tossed so often, all but one in sixteen thousand tries fall between these.
FAIR = range(160, 241)


def make_people(number: int = PEOPLE) -> None:
    Contact.objects.bulk_create(
        Contact(email=f"p{n}@example.com", address_hash=f"{n:064}", name=f"Person {n}", basis=Basis.CUSTOMER)
        for n in range(number)
    )


def make_experiment(**fields: Any) -> Campaign:
    return make_campaign(style=CampaignStyle.EXPERIMENT, min_relation_days=0, throttle_days=0, **fields)


def forget_mails() -> None:
    """Nobody waits for a mail, nor has had one."""
    Message.objects.all().delete()
    Touch.objects.all().delete()


def day_hash(campaign: Campaign, pk: int) -> str:
    """In this order a continuous campaign gives out its days."""
    return hashlib.md5(f"{campaign.pk}-{pk}".encode(), usedforsecurity=False).hexdigest()


def looks(wave: Wave) -> dict[int, str]:
    return dict(wave.invitations.values_list("contact_id", "style"))


# ---------------------------------------------------------------------------------------------------- looks of buttons


@pytest.mark.parametrize("style", Style.values)
def test_campaign_of_one_look_gives_it_to_everybody(style: str) -> None:
    make_people(5)

    wave = waves.launch(make_campaign(style=style))

    assert list(looks(wave).values()) == [style] * 5


def test_experiment_gives_each_look_to_half() -> None:
    make_people()

    given = looks(waves.launch(make_experiment()))

    counted = Counter(given.values())
    assert set(counted) == set(Style.values)
    assert counted[Style.BANDED] in FAIR
    # Neither by turns nor in blocks: an import may list people of an account together, or every other one of a kind.
    for part in (2, 3, 4):
        of_part = [look for pk, look in sorted(given.items()) if pk % part == 0]
        assert 0.3 < of_part.count(Style.BANDED) / len(of_part) < 0.7
    first_half = [look for _pk, look in sorted(given.items())][: PEOPLE // 2]
    assert 0.35 < first_half.count(Style.BANDED) / len(first_half) < 0.65


def test_contact_keeps_the_look_from_wave_to_wave_and_another_campaign_tosses_anew() -> None:
    make_people()
    campaign = make_experiment()
    first = looks(waves.launch(campaign))
    Wave.objects.update(day="2026-01-05")
    forget_mails()

    second = looks(waves.launch(campaign))
    forget_mails()
    other = looks(waves.launch(make_experiment()))

    assert second == first
    assert sum(first[pk] == other[pk] for pk in first) in FAIR


def test_experiment_after_events_tosses_for_each_person() -> None:
    campaign = make_experiment(kind=CampaignKind.EVENT, status=CampaignStatus.ACTIVE)
    people = [make_contact() for _ in range(16)]

    given = [waves.ask(contact, campaign).style for contact in people]

    assert set(given) == set(Style.values)
    assert given == [looks(campaign.waves.get())[contact.pk] for contact in people]


def test_look_has_nothing_to_do_with_the_day_of_a_continuous_campaign() -> None:
    """Both come of a hash of the same contact and campaign."""
    make_people()
    campaign = make_experiment()
    given = looks(waves.launch(campaign))

    order = sorted(given, key=lambda pk: day_hash(campaign, pk))
    early = [given[pk] for pk in order[: PEOPLE // 2]]
    assert 0.35 < early.count(Style.BANDED) / len(early) < 0.65


def test_experiment_takes_no_more_statements_for_more_people() -> None:
    counts = []
    for number in (1, 60):
        Contact.objects.all().delete()
        make_people(number)
        with CaptureQueriesContext(connection) as captured:
            waves.launch(make_experiment())
        counts.append(len(captured) - sum("surveys_campaign" in query["sql"][:40] for query in captured))

    assert counts[0] == counts[1]


def test_no_invitation_is_both() -> None:
    wave = make_wave()

    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(
            wave=wave, contact=make_contact(), style=CampaignStyle.EXPERIMENT, closes_at=wave.planned_for
        )


def test_mails_of_both_looks_are_spliced_in_one_batch() -> None:
    make_people(20)
    wave = waves.launch(make_experiment())
    messages = claims.claim(100)[1]

    fill = splicing.invitations(messages)
    mails = {message.pk: parcel.raw for message in messages if (parcel := fill(message))}

    given = looks(wave)
    assert set(given.values()) == set(Style.values)
    found = {message.contact_id: b'class="n"' in mails[message.pk] for message in messages}
    assert found == {pk: look == Style.NEUTRAL for pk, look in given.items()}


@pytest.mark.parametrize(
    ("style", "single"),
    [("banded", Style.BANDED), ("neutral", Style.NEUTRAL), ("experiment", Style.BANDED)],
)
def test_whoever_has_no_invitation_sees_one_look(style: str, single: Style) -> None:
    assert make_campaign(style=style).single_style == single


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_after_a_large_wave_the_tables_are_known_to_be_large() -> None:
    make_people(planning.MANY)
    waves.launch(make_campaign(min_relation_days=0, throttle_days=0))

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples FROM pg_class WHERE relname IN ('surveys_invitation', 'surveys_message') ORDER BY relname"
        )
        assert [round(rows) for (rows,) in cursor.fetchall()] == [planning.MANY, planning.MANY]
