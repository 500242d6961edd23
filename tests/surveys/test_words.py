"""The own words of a campaign, and what stands where there are none."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from surveys import words
from surveys.enums import Band, CampaignStatus
from surveys.models import CampaignText, PageText
from surveys.transitions import WrongState
from surveys.words import State, Text
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db


def test_fields_are_read_off_the_model() -> None:
    assert words.fields(CampaignText) == ["subject", "question", "sentence"]
    assert not {"language", "band", "campaign"} & set(words.fields(PageText))
    assert {"heading", "text", "prompt", "thanks_heading", "thanks_text"} <= set(words.fields(PageText))


def test_standard_words_keep_their_tags() -> None:
    assert words.standard(Text(make_campaign(), "es"))["subject"] == "Una pregunta de {{ company }}"


def test_language_lacks_what_another_has() -> None:
    campaign = make_campaign()
    CampaignText.objects.create(campaign=campaign, language="en", subject="S", question="Q")
    CampaignText.objects.create(campaign=campaign, language="ar", subject="س", question=" ")
    CampaignText.objects.create(campaign=campaign, language="es", subject="S", question="P")

    states = words.states(Text(campaign, "en"))

    assert (states["en"], states["ar"], states["es"], states["it"]) == (
        State.OWN,
        State.MISSING,
        State.OWN,
        State.MISSING,
    )
    assert words.missing(Text(campaign, "ar")) == {"question"}
    assert set(words.states(Text(campaign, "en", Band.PASSIVE)).values()) == {State.STANDARD}


def test_nothing_is_kept_where_nothing_was_written(alice: User) -> None:
    text = Text(make_campaign(), "en")

    assert words.write(text, {"subject": "", "question": ""}, by=alice, seen=0) is None
    assert CampaignText.objects.count() == 0


def test_same_words_leave_no_version(alice: User) -> None:
    text = Text(make_campaign(), "en")
    words.write(text, {"subject": "S"}, by=alice, seen=0)
    seen = words.version(text)

    words.write(text, {"subject": "S"}, by=alice, seen=seen)

    assert words.version(text) == seen


def test_words_that_changed_meanwhile_are_not_overwritten(alice: User, bob: User) -> None:
    text = Text(make_campaign(), "en")
    words.write(text, {"subject": "Theirs"}, by=bob, seen=0)

    with pytest.raises(WrongState, match=r"Bob changed this campaign at "):
        words.write(text, {"subject": "Mine"}, by=alice, seen=0)

    assert CampaignText.objects.get().subject == "Theirs"


def test_words_of_an_archived_campaign_stay(alice: User) -> None:
    with pytest.raises(WrongState, match=r"is archived, and stays as it was"):
        words.write(Text(make_campaign(status=CampaignStatus.ARCHIVED), "en"), {"subject": "S"}, by=alice, seen=0)
