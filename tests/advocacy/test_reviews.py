from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from advocacy import reviews, rewards
from advocacy.enums import MAY_ALLOW_GATING, MAY_ALLOW_REWARDS, ReviewKind, RewardReason, ShownTo
from advocacy.forms.asks import ProgrammeForm
from advocacy.models import EntryText, ReviewClick, ReviewPolicy, ReviewSite, Reward, RewardItem
from surveys import campaigns
from surveys.enums import Band
from surveys.models import Brand, Campaign, PageText
from surveys.transitions import WrongState
from tests.factories import (
    make_brand,
    make_budget,
    make_campaign,
    make_contact,
    make_entry,
    make_invitation,
    make_item,
    make_policy,
    make_programme,
    make_reward,
    make_site,
)

pytestmark = pytest.mark.django_db

KNOWN = [kind for kind in ReviewKind if kind != ReviewKind.OTHER]


def names(brand: Brand, band: Band) -> list[str]:
    invited = reviews.shown(brand, band)
    return [link.name for link in invited.links] if invited else []


def unsaved(**fields: object) -> ReviewSite:
    values = {"brand": make_brand(), "kind": ReviewKind.GOOGLE, "name": "Google", "address": "https://g.example.com"}
    return ReviewSite(**{**values, **fields})


def reasons(row: ReviewSite | ReviewPolicy) -> list[str]:
    try:
        row.full_clean()
    except ValidationError as refusal:
        return refusal.messages
    return []


# ---------------------------------------------------------------------------------------------------------- who sees it


def test_all_bands_see_the_same_in_the_same_order() -> None:
    brand = make_brand()
    make_site(brand=brand, name="Second", position=2)
    make_site(brand=brand, name="First", position=1)
    make_site(brand=brand, name="Hidden", is_shown=False)
    make_site(name="Of another brand")

    assert {band: names(brand, band) for band in Band} == {band: ["First", "Second"] for band in Band}
    assert [reviews.shown(brand, band) for band in Band].count(reviews.shown(brand, Band.PROMOTER)) == 3


def test_without_a_site_there_is_nothing() -> None:
    assert reviews.shown(make_brand(), Band.PROMOTER) is None


def test_site_whose_policy_allows_it_may_be_for_promoters_and_nobody_says_it_is_for_everybody() -> None:
    make_policy(ReviewKind.OTHER, gating_allowed=True)
    brand = make_brand()
    make_site(brand=brand, name="Own", kind=ReviewKind.OTHER, shown_to=ShownTo.PROMOTERS)
    make_site(brand=brand, name="Google", position=1)

    assert {band: names(brand, band) for band in Band} == {
        Band.DETRACTOR: ["Google"],
        Band.PASSIVE: ["Google"],
        Band.PROMOTER: ["Own", "Google"],
    }
    for_all = {band: (found := reviews.shown(brand, band)) and found.is_for_everybody for band in Band}
    assert for_all == {Band.DETRACTOR: True, Band.PASSIVE: True, Band.PROMOTER: False}


def test_row_that_came_past_the_checks_still_gates_nothing() -> None:
    brand = make_brand()
    make_site(brand=brand, kind=ReviewKind.OTHER, name="Own")
    ReviewSite.objects.update(shown_to=ShownTo.PROMOTERS, is_rewarded=True)
    ReviewPolicy.objects.all().delete()

    found = [reviews.shown(brand, band) for band in Band]

    assert found == [reviews.Invited([reviews.Link(ReviewSite.objects.get().pk, "Own")], is_for_everybody=True)] * 3


def test_rewarded_review_stands_beside_its_disclosure() -> None:
    make_policy(ReviewKind.G2, incentives_allowed=True, disclosure="We give a small gift.")
    site = make_site(kind=ReviewKind.G2, is_rewarded=True)

    invited = reviews.shown(site.brand, Band.DETRACTOR)

    assert invited
    assert [link.disclosure for link in invited.links] == ["We give a small gift."]


# ----------------------------------------------------------------------------------------------------------- the policy


@pytest.mark.parametrize("kind", ReviewKind)
def test_gated_site_is_refused_with_the_reason(kind: ReviewKind) -> None:
    make_policy(kind)

    assert reasons(unsaved(kind=kind)) == []
    told = reasons(unsaved(kind=kind, shown_to=ShownTo.PROMOTERS))
    assert told[0] == (
        f"The policy of {kind.label} forbids to show the link to some bands only: show it to everybody, or not."
    )


@pytest.mark.parametrize("kind", ReviewKind)
def test_rewarded_review_is_refused_with_the_reason(kind: ReviewKind) -> None:
    make_policy(kind)

    assert reasons(unsaved(kind=kind, is_rewarded=True))[0] == f"The policy of {kind.label} forbids to reward a review."


@pytest.mark.parametrize(("kind", "field"), list(product(ReviewKind, ("shown_to", "is_rewarded"))))
def test_database_refuses_what_no_policy_can_allow(kind: ReviewKind, field: str) -> None:
    site, allowed = make_site(kind=kind), MAY_ALLOW_GATING if field == "shown_to" else MAY_ALLOW_REWARDS
    value = ShownTo.PROMOTERS if field == "shown_to" else True

    if kind in allowed:
        assert ReviewSite.objects.filter(pk=site.pk).update(**{field: value}) == 1
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            ReviewSite.objects.filter(pk=site.pk).update(**{field: value})


@pytest.mark.parametrize("kind", KNOWN)
def test_policy_of_a_known_site_can_never_allow_gating(kind: ReviewKind) -> None:
    policy = make_policy(kind)
    policy.gating_allowed = True

    assert "The rules of this site forbid to show the link to some bands only." in reasons(policy)
    with pytest.raises(ValidationError, match="forbid to show"):
        policy.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewPolicy.objects.filter(pk=policy.pk).update(gating_allowed=True)


@pytest.mark.parametrize("kind", [kind for kind in ReviewKind if kind not in MAY_ALLOW_REWARDS])
def test_policy_of_a_site_that_forbids_rewards_can_never_allow_them(kind: ReviewKind) -> None:
    policy = make_policy(kind)
    policy.incentives_allowed, policy.disclosure = True, "We give a gift."

    assert "The rules of this site forbid to reward a review." in reasons(policy)
    with pytest.raises(ValidationError, match="forbid to reward"):
        policy.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewPolicy.objects.filter(pk=policy.pk).update(incentives_allowed=True, disclosure="We give a gift.")


def test_policy_without_disclosure_allows_no_reward() -> None:
    policy = make_policy(ReviewKind.G2, disclosure="")
    policy.incentives_allowed = True

    assert reasons(policy) == ["Write the disclosure: a rewarded review without one is against the law."]


def test_policy_is_not_tightened_below_a_site_that_stands_on_it() -> None:
    policy = make_policy(ReviewKind.OTHER, gating_allowed=True, incentives_allowed=True, disclosure="A gift.")
    make_site(kind=ReviewKind.OTHER, shown_to=ShownTo.PROMOTERS, name="Own", is_rewarded=True)

    policy.gating_allowed = False
    gated = reasons(policy)
    policy.gating_allowed, policy.incentives_allowed = True, False
    rewarded = reasons(policy)

    assert gated == ["“Own” is shown to some bands only: show it to everybody first."]
    assert rewarded == ["Reviews on “Own” are rewarded: end that first."]


def test_kind_without_a_record_allows_nothing() -> None:
    ReviewPolicy.objects.all().delete()

    assert len(reasons(unsaved(kind=ReviewKind.OTHER, shown_to=ShownTo.PROMOTERS, is_rewarded=True))) == 2


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://example.com", "", "//example.com"])
def test_site_is_at_an_https_address(address: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        unsaved(address=address).full_clean()
    assert "address" in refusal.value.message_dict
    with pytest.raises(IntegrityError), transaction.atomic():
        make_site(address=address)


# ----------------------------------------------------------------------------------------------- whoever writes the row


@pytest.mark.parametrize("fields", [{"shown_to": ShownTo.PROMOTERS}, {"is_rewarded": True}])
@pytest.mark.parametrize("kind", ReviewKind)
def test_save_refuses_what_no_policy_allows_and_says_why(kind: ReviewKind, fields: dict[str, Any]) -> None:
    make_policy(kind)
    site = make_site(kind=kind)

    for row in (unsaved(kind=kind, **fields), site):
        for name, value in fields.items():
            setattr(row, name, value)
        with pytest.raises(ValidationError, match=rf"The policy of {kind.label} forbids to "):
            row.save()

    assert list(ReviewSite.objects.values_list("shown_to", "is_rewarded")) == [(ShownTo.ALL, False)]


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://g.page/r/aurora/review", ReviewKind.GOOGLE),
        ("https://www.google.co.uk/maps/place/aurora", ReviewKind.GOOGLE),
        ("https://search.google.com/local/writereview?placeid=1", ReviewKind.GOOGLE),
        ("https://play.google.com/store/apps/details?id=aurora", ReviewKind.PLAY),
        ("https://nl.trustpilot.com/review/aurora", ReviewKind.TRUSTPILOT),
        ("https://m.yelp.com/biz/aurora", ReviewKind.YELP),
        ("https://www.g2.com/products/aurora", ReviewKind.G2),
        ("https://www.capterra.com/p/1/aurora", ReviewKind.CAPTERRA),
        ("https://apps.apple.com/app/id1", ReviewKind.APP_STORE),
    ],
)
def test_known_site_is_never_called_another(address: str, kind: ReviewKind) -> None:
    """Or the rules of a site nobody knows would hold for Google."""
    make_policy(ReviewKind.OTHER, gating_allowed=True)
    disguised = unsaved(kind=ReviewKind.OTHER, address=address, shown_to=ShownTo.PROMOTERS)

    with pytest.raises(ValidationError, match=f"leads to {kind.label}: choose that"):
        disguised.save()
    ReviewSite.objects.bulk_create([disguised])

    assert [names(disguised.brand, band) for band in Band] == [["Google"]] * 3


# ------------------------------------------------------------------------------------- by other ways than a review site


@pytest.mark.parametrize(
    "words",
    [
        "20 € for a Google review",
        "Bewertung bei Google",
        "Reseña en Trustpilot",
        "Trustpilot voucher",
        "Googleのレビュー",
        "谷歌好评红包",
        "For a score of 10",
    ],
)
def test_nothing_of_the_catalogue_is_for_a_review_or_a_score(words: str) -> None:
    item = make_item(name="Mug")
    item.name = words

    with pytest.raises(ValidationError, match="nothing is given for a public review or a score"):
        item.save()
    with pytest.raises(ValidationError, match="nothing is given"):
        RewardItem(name="Mug 2", kind="merchandise", currency="EUR", disclosure=words).full_clean()
    with pytest.raises(ValidationError, match="nothing is given"):
        make_budget(name=words)
    assert RewardItem.objects.get().name == "Mug"


@pytest.mark.parametrize(
    "name", ["Google Play gift card, 20 €", "Preview of the new grinder", "Scoreboard mug", "感谢卡"]
)
def test_things_may_be_called_what_they_are(name: str) -> None:
    assert make_item(name=name).name == name


@pytest.mark.parametrize("note", ["Wrote on Google", "Left us a nice review", "calificación en la App Store", "NPS 10"])
def test_no_reward_is_given_for_a_review_by_its_note(alice: User, note: str) -> None:
    reward = make_reward(note="Spoke in Lyon")
    proposed: dict[str, Any] = {"reason": RewardReason.GOODWILL, "key": "k", "by": alice, "note": note}

    with pytest.raises(WrongState, match=r"Not proposed: “.+”: nothing is given for a public review"):
        rewards.propose(make_contact(), make_item(), **proposed)
    reward.note = note
    with pytest.raises(ValidationError):
        reward.save()

    assert list(Reward.objects.values_list("note", flat=True)) == ["Spoke in Lyon"]


@pytest.mark.parametrize("name", ["Google reviews", "Ask for a Rezension", "Trustpilot", "App Store, 5 stars"])
def test_public_review_is_no_programme(name: str) -> None:
    """A programme asks promoters only."""
    programme = make_programme(name="Posts")
    programme.name = name

    with pytest.raises(ValidationError, match="a public review is no favour asked of promoters"):
        programme.save()
    assert str(ProgrammeForm({"name": name, "kind": "social_post"}).errors["name"][0]).startswith("“")


@pytest.mark.parametrize("band", Band)
@pytest.mark.parametrize(
    "words", ["Thank you. https://g.page/r/aurora", "Bewerten Sie uns bei Google", "Tell it trustpilot.com/aurora"]
)
def test_words_of_one_band_ask_for_no_public_review(alice: User, band: Band, words: str) -> None:
    campaign = make_campaign()
    text = PageText(campaign=campaign, language="en", band=band, thanks_text=words)

    for verb in (text.save, text.full_clean):
        with pytest.raises(ValidationError, match="who is asked for a public review may not hang on the score"):
            verb()
    PageText.objects.bulk_create([text])
    with pytest.raises(WrongState, match="Not copied: “"):
        campaigns.copy(campaign, by=alice)

    assert Campaign.objects.count() == 1


def test_copy_of_a_campaign_has_the_same_links_for_all_bands(alice: User) -> None:
    campaign = make_campaign()
    make_site(brand=campaign.brand, name="Google")

    made = campaigns.copy(campaign, by=alice)

    assert {band: names(made.brand, band) for band in Band} == {band: ["Google"] for band in Band}


def test_no_other_link_of_some_bands_leads_to_a_review_site() -> None:
    brand, entry = make_brand(), make_entry("How to clean")
    brand.site_url = "https://www.trustpilot.com/review/aurora"

    with pytest.raises(ValidationError, match="Add it to the review sites"):
        brand.save()
    with pytest.raises(ValidationError, match="Add it to the review sites"):
        brand.full_clean()
    for fields in ({"address": "https://g.page/r/aurora"}, {"text": "See https://g.page/r/aurora"}):
        with pytest.raises(ValidationError, match="only the review sites of the brand lead there"):
            EntryText.objects.create(entry=entry, language="de", title="Rat", **fields)


# --------------------------------------------------------------------------------------------------------------- clicks


def test_click_keeps_the_invitation_if_it_is_known_and_stays_when_that_goes() -> None:
    site, invitation = make_site(), make_invitation()
    invitation.refresh_from_db()

    reviews.click(site, token=invitation.token)
    reviews.click(site)
    known = ReviewClick.objects.filter(invitation=invitation).count()
    invitation.contact.delete()

    assert ReviewClick.objects.filter(site=site, invitation=None).count() == 2
    assert known == 1


def test_hidden_site_is_not_opened() -> None:
    shown, hidden = make_site(), make_site(is_shown=False)

    assert [reviews.site_to_open(pk) for pk in (shown.pk, hidden.pk, 987_654)] == [shown, None, None]
