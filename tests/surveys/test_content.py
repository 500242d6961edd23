from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from surveys import content, ports
from surveys.enums import Band
from surveys.models import Campaign, CampaignText, PageText
from surveys.ports import Block
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db


def stamp() -> int:
    found = Campaign.objects.annotate(stamp=content.stamp()).first()
    assert found is not None
    return int(found.stamp)


def test_stamp_changes_with_an_edit_a_new_text_and_one_that_goes() -> None:
    campaign = make_campaign()
    seen = [stamp()]

    text = PageText.objects.create(campaign=campaign, language="en", band=Band.PASSIVE, heading="One")
    seen.append(stamp())
    text.heading = "Two"
    text.save()
    seen.append(stamp())
    text.delete()
    seen.append(stamp())
    CampaignText.objects.create(campaign=campaign, language="en", question="Well?")
    seen.append(stamp())

    assert len(set(seen)) == 5


def test_content_is_read_once_for_a_stamp(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    campaign = make_campaign()
    PageText.objects.create(campaign=campaign, language="en", band=Band.PASSIVE, heading="One")
    first = content.of(campaign, Band.PASSIVE, "en", stamp=1)

    with django_assert_num_queries(0):
        again = content.of(campaign, Band.PASSIVE, "en", stamp=1)

    assert again is first
    assert first.own["heading"] == "One"


def test_content_keeps_no_more_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MOST_KEPT", 2)
    campaign = make_campaign()

    for tag in ("en", "es", "it"):
        content.of(campaign, Band.PASSIVE, tag, stamp=1)

    assert [key[2] for key in content._kept] == ["es", "it"]


class Hello(Block):
    name = "hello"
    sections = ("closed",)
    written = (PageText,)

    def offer(self, campaign: Campaign, band: Band, language: str) -> Any:
        return {"language": language} if band == Band.PROMOTER else None


def test_block_is_left_out_where_it_offers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_blocks", {})
    hello = Hello()
    ports.register_block(hello)
    campaign = make_campaign()

    green, red = (content.read(campaign, band, "it") for band in (Band.PROMOTER, Band.DETRACTOR))

    assert green.offers == (content.Offer(hello, {"language": "it"}),)
    assert green.sections == ("closed",)
    assert red.offers == ()
