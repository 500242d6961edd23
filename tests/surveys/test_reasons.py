from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from surveys import content, reasons, responses
from surveys.enums import Band, ReasonOrigin
from surveys.forms import AnswerForm
from surveys.models import BandReason, Campaign, ResponseReason
from surveys.ports import Visit
from surveys.reasons import BLOCK, STANDARD, Chip
from tests.factories import make_brand, make_campaign, make_invitation, make_reason, make_response, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _standing() -> None:
    for key in dict.fromkeys(key for keys in STANDARD.values() for key in keys):
        make_reason(key)


def chips(*keys: str) -> list[Chip]:
    return [Chip(number, key, key.title()) for number, key in enumerate(keys)]


def visit(campaign: Campaign, **fields: Any) -> Visit:
    values = {"language": "en", "contact": None, "response": None, "at": timezone.now()}
    return Visit(campaign=campaign, band=Band.DETRACTOR, **{**values, **fields})


# ----------------------------------------------------------------------------------------------------- what is offered


@pytest.mark.parametrize("band", Band)
def test_standard_reasons_of_a_band_stand_where_none_were_chosen(band: Band) -> None:
    assert [reason.key for reason in reasons.offered(make_campaign(), band)] == list(STANDARD[band])


def test_own_reasons_of_a_campaign_stand_in_their_order_for_their_band_alone() -> None:
    alice, campaign = make_user("alice"), make_campaign()
    app, other = make_reason("app"), make_reason("other")

    reasons.choose(campaign, Band.PASSIVE, [app, other], by=alice)

    assert [reason.key for reason in reasons.offered(campaign, Band.PASSIVE)] == ["app", "other"]
    assert len(reasons.offered(campaign, Band.PROMOTER)) == len(STANDARD[Band.PROMOTER])
    assert BandReason.history.filter(history_user=alice).count() == 2


def test_choosing_again_moves_adds_and_takes_away_and_leaves_the_rest() -> None:
    alice, campaign = make_user("alice"), make_campaign()
    app, other, repair = make_reason("app"), make_reason("other"), make_reason("repair")
    reasons.choose(campaign, Band.PASSIVE, [app, other], by=alice)

    reasons.choose(campaign, Band.PASSIVE, [app, repair], by=alice)
    kept = [reason.key for reason in reasons.offered(campaign, Band.PASSIVE)]
    reasons.choose(campaign, Band.PASSIVE, [], by=alice)

    assert kept == ["app", "repair"]
    assert [reason.key for reason in reasons.offered(campaign, Band.PASSIVE)] == list(STANDARD[Band.PASSIVE])


def test_withdrawn_reason_is_offered_by_nobody() -> None:
    billing = make_reason("billing")
    billing.is_active = False
    billing.save(update_fields=["is_active"])

    assert "billing" not in [reason.key for reason in reasons.offered(make_campaign(), Band.DETRACTOR)]


@pytest.mark.parametrize(
    ("labels", "wishes", "found"),
    [
        ({"en": "Delivery", "it": "Consegna"}, ["it", "en"], ("it", "Consegna")),
        ({"en": "Delivery", "pt": "Entrega"}, ["pt-BR", "en"], ("pt", "Entrega")),
        ({"en": "Delivery", "es": "Entrega"}, ["it", "es"], ("es", "Entrega")),
        ({"en": "Delivery"}, ["it", "es"], ("en", "Delivery")),
        ({"de": "Lieferung", "en": ""}, ["it", "es"], ("de", "Lieferung")),
        ({"en": ""}, ["it"], ("en", "delivery")),
    ],
)
def test_words_of_a_reason_fall_back_along_the_chain(
    labels: dict[str, str], wishes: list[str], found: tuple[str, str]
) -> None:
    assert make_reason("delivery", **labels).label(*wishes) == found


def test_offer_says_which_words_are_of_another_language() -> None:
    campaign = make_campaign(brand=make_brand(default_language="ar"))
    make_reason("delivery", ar="التوصيل", en="Delivery")
    make_reason("repair", it="Riparazione")
    offer = {chip.key: chip for chip in BLOCK.offer(campaign, Band.DETRACTOR, "it")}

    assert (offer["delivery"].label, offer["delivery"].language, offer["delivery"].direction) == (
        "التوصيل",
        "ar",
        "rtl",
    )
    assert (offer["repair"].label, offer["repair"].language) == ("Riparazione", "")


# ----------------------------------------------------------------------------------------------------------- the order


def test_order_is_the_same_for_a_seed_and_another_for_another() -> None:
    offer = chips("a", "b", "c", "d", "other", "e", "f", "g")

    orders = [[chip.key for chip in reasons.shuffled(offer, seed)] for seed in ("1", "1", "2", "3")]

    assert orders[0] == orders[1]
    assert len({tuple(order) for order in orders}) == 3
    assert [order[-1] for order in orders] == ["other"] * 4
    assert {frozenset(order) for order in orders} == {frozenset("abcdefg") | {"other"}}


def test_every_reason_comes_first_equally_often() -> None:
    offer = chips("a", "b", "c", "d", "other")

    first = [reasons.shuffled(offer, str(seed))[0].key for seed in range(4_000)]

    assert {key: abs(first.count(key) - 1_000) < 120 for key in "abcd"} == dict.fromkeys("abcd", True)


def test_without_a_token_the_order_is_that_of_the_day() -> None:
    campaign = make_campaign()
    offer = BLOCK.offer(campaign, Band.DETRACTOR, "en")
    form = AnswerForm(more=BLOCK.fields(offer))
    days = [dt.datetime(2026, 11, day, 13, tzinfo=dt.UTC) for day in (24, 24, 25, 26)]

    orders = [tuple(chip.key for chip, _ in BLOCK.arranged(offer, visit(campaign, at=at), form)) for at in days]

    assert orders[0] == orders[1]
    assert len(set(orders)) == 3


# ------------------------------------------------------------------------------------------------------ what is chosen


def keep(response: Any, band: Band, *keys: str) -> list[str]:
    BLOCK.keep(BLOCK.offer(response.campaign, band, "en"), response, {"reason": list(keys)})
    return sorted(response.reasons.values_list("reason__key", flat=True))


def test_latest_choice_wins_also_on_the_page_of_another_band() -> None:
    response = make_response()

    first = keep(response, Band.PASSIVE, "app", "delivery")
    again = keep(response, Band.PASSIVE, "app", "delivery")
    other = keep(response, Band.DETRACTOR, "billing")
    none = keep(response, Band.DETRACTOR)

    assert (first, again, other, none) == (["app", "delivery"], ["app", "delivery"], ["billing"], [])


def test_what_a_person_set_is_not_taken_away_by_the_respondent() -> None:
    response = make_response()
    ResponseReason.objects.create(response=response, reason=make_reason("app"), origin=ReasonOrigin.PERSON)

    chosen = keep(response, Band.PASSIVE, "app", "delivery")
    unchosen = keep(response, Band.PASSIVE)

    assert (chosen, unchosen) == (["app", "delivery"], ["app"])


def test_choice_is_kept_in_the_transaction_of_the_answer() -> None:
    invitation = make_invitation()

    def fail(_response: object) -> None:
        keep(_response, Band.DETRACTOR, "billing")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        responses.record(invitation, score=3, language="en", also=fail)

    assert ResponseReason.objects.count() == 0


def test_given_and_thanks_are_what_the_respondent_chose() -> None:
    response = make_response()
    keep(response, Band.DETRACTOR, "billing", "delivery")
    ResponseReason.objects.create(response=response, reason=make_reason("app"), origin=ReasonOrigin.RULE)
    seen = visit(response.campaign, response=response)
    offer = BLOCK.offer(response.campaign, Band.DETRACTOR, "en")

    assert sorted(BLOCK.given(offer, seen)["reason"]) == ["billing", "delivery"]
    assert sorted(chip.label for chip in BLOCK.thanks(offer, seen)) == ["Billing", "Delivery"]
    assert BLOCK.given(offer, visit(response.campaign)) == {}
    assert BLOCK.thanks(offer, visit(response.campaign)) == []


def test_new_words_make_the_pages_anew() -> None:
    campaign = make_campaign()

    def stamp() -> int:
        found: Any = Campaign.objects.filter(pk=campaign.pk).annotate(stamp=content.stamp()).get()
        return int(found.stamp)

    before = stamp()
    reason = make_reason("delivery")
    reason.labels = {"en": "Parcels"}
    reason.save(update_fields=["labels"])
    reworded = stamp()
    reasons.choose(campaign, Band.PASSIVE, [reason], by=make_user("alice"))

    assert len({before, reworded, stamp()}) == 3
