"""What a launch would do, by reason and by language."""

from __future__ import annotations

import pytest
from django.utils import timezone

from surveys import dryrun, planning, waves
from surveys.enums import SkipReason
from surveys.models import Segment
from tests.factories import make_account, make_brand, make_campaign, make_contact

pytestmark = pytest.mark.django_db


def test_numbers_are_those_of_the_launch() -> None:
    account = make_account()
    for _ in range(3):
        make_contact(account=account)
    make_contact(basis="")
    campaign = make_campaign(account_cap=2)

    found = dryrun.of(campaign, at=timezone.now())

    assert found.plan == waves.dry_run(campaign)
    assert (found.plan.asked, found.plan.left_out) == (2, {SkipReason.NO_BASIS: 1, SkipReason.ACCOUNT_CAP: 1})


def test_languages_are_those_that_are_spoken() -> None:
    for tag in ("es-MX", "es", "zh", "xx", ""):
        make_contact(language=tag)
    make_contact(language="ar", basis="")

    found = dryrun.of(make_campaign(brand=make_brand(default_language="it")), at=timezone.now())

    assert found.languages == {"es": 2, "it": 2, "zh-Hans": 1}


@pytest.mark.parametrize("backwards", [False, True])
def test_languages_are_in_one_order_whatever_the_database_counts_first(
    monkeypatch: pytest.MonkeyPatch, backwards: bool
) -> None:
    rows = [("", "it", 1), ("", "ar", 1), ("", "es", 2), ("", "de", 1)]
    monkeypatch.setattr(planning, "counted_by_language", lambda *_, **__: sorted(rows, reverse=backwards))

    found = dryrun.of(make_campaign(), at=timezone.now())

    assert list(found.languages.items()) == [("es", 2), ("ar", 1), ("de", 1), ("it", 1)]


def test_segment_that_cannot_be_read_asks_nobody() -> None:
    make_contact()
    segment = Segment.objects.create(name="Odd", conditions=[{"field": "no", "op": "such"}])

    found = dryrun.of(make_campaign(segment=segment), at=timezone.now())

    assert (found.plan, bool(found.unreadable)) == (waves.Plan(), True)
