"""Public reviews: asked of everybody alike, or of nobody; never of promoters only, and never for something."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from advocacy.enums import ReviewKind, RewardReason, ShownTo
from advocacy.models import Programme, ReviewClick, ReviewSite, Reward, RewardItem
from surveys.models import Brand, PageText
from tests.advocacy.pages.casework import text_of
from tests.factories import make_advocate, make_contact, make_invitation, make_item, make_policy, make_user
from tests.surveys.pages.public import page_of, send, strict_client, thanks_url

pytestmark = pytest.mark.django_db

SITES = "/admin/advocacy/reviewsite/"
MAPS = "https://g.page/r/aurora/review"
FORBIDDEN = "forbids to show the link to some bands only: show it to everybody, or not."


def said(response: Any) -> str:
    errors = response.context["adminform"].form.errors if response.status_code == 200 else {}
    return " ".join(word for words in errors.values() for word in words)


def links(brand: Brand, score: int) -> list[tuple[str, str]]:
    """The review links of the thank-you page after a score: the words on each, and where it leads."""
    invitation = make_invitation(contact=make_contact())
    invitation.wave.campaign.brand = brand
    invitation.wave.campaign.save(update_fields=["brand"])
    client = strict_client()
    send(client, invitation, score, {"score": score})
    page = page_of(client.get(thanks_url(invitation)))
    found = page.find("a", class_="btn quiet")
    for link in found:
        client.get(link["href"])
    return [(link["rel"], link["href"].rsplit("/", 1)[1]) for link in found]


def test_promoters_only_link_and_reward_are_refused_and_alike_is_accepted(client: Client, alice: User) -> None:
    """Acceptance D: whoever asks, by whatever way, hears the reason; what is alike for all stands on all pages."""
    brand = make_invitation().wave.campaign.brand
    for kind in ReviewKind:
        make_policy(kind, gating_allowed=kind == ReviewKind.OTHER)
    client.force_login(alice)
    form = {"brand": brand.pk, "name": "Google", "address": MAPS, "is_shown": "on", "position": 0}

    # An admin tries Google itself, then Google by another name.
    alike = client.post(f"{SITES}add/", {**form, "kind": "google"})
    site = ReviewSite.objects.get()
    disguised = client.post(f"{SITES}add/", {**form, "kind": "other", "name": "Tell others", "shown_to": "promoters"})
    assert (alike.status_code, ReviewSite.objects.count()) == (302, 1)
    assert "This address leads to Google: choose that as its kind." in said(disguised)

    # A line of Python, and one that goes past the models.
    for fields, reason in (({"shown_to": ShownTo.PROMOTERS}, FORBIDDEN), ({"is_rewarded": True}, "forbids to reward")):
        with pytest.raises(ValidationError, match=reason):
            ReviewSite.objects.create(**{**vars_of(site), **fields, "address": f"{MAPS}/2"})
        with pytest.raises(IntegrityError), transaction.atomic():
            ReviewSite.objects.update(**fields)

    # Marketing tries words, a programme, and rewards.
    with pytest.raises(ValidationError, match="may not hang on the score"):
        PageText.objects.create(
            campaign=brand.campaigns.order_by("pk")[0], language="en", band="promoter", thanks_text=f"Review us: {MAPS}"
        )
    client.force_login(make_user("mona", "Marketing"))
    programme = client.post("/programmes/create/", {"name": "Google reviews", "kind": "social_post"})
    assert (programme.status_code, Programme.objects.count()) == (422, 0)
    assert "a public review is no favour asked of promoters" in text_of(programme)
    advocate, mug = make_advocate(), make_item(name="Mug")
    reward = {"item": mug.pk, "reason": RewardReason.GOODWILL, "note": "Five stars on Google"}
    refused = client.post(
        f"/advocates/{advocate.pk}/reward/", {**reward, "key": "0b54c6ee-5f0d-4f4b-8d55-0c8c7f9b5d11"}
    )
    assert (refused.status_code, Reward.objects.count()) == (409, 0)
    assert "nothing is given for a public review or a score" in text_of(refused)
    assert "Five stars on Google" in refused.content.decode()  # what was typed is not lost
    client.force_login(alice)
    voucher = {"name": "20 € for a Google review", "kind": "gift_card", "amount": "20", "currency": "EUR"}
    item = client.post("/admin/advocacy/rewarditem/add/", voucher)
    assert "nothing is given for a public review" in said(item)
    assert RewardItem.objects.count() == 1

    # Alike on all bands: the same link, at the same place, and each way there is counted.
    found = {score: links(brand, score) for score in (2, 7, 10)}
    assert found == {score: [("nofollow", str(site.pk))] for score in (2, 7, 10)}
    assert ReviewClick.objects.filter(site=site, invitation__isnull=False).count() == 3
    page = text_of(client.get("/reviews/"))
    assert "on all thank-you pages" in page

    # Or on none.
    site.is_shown = False
    site.save()
    assert {score: links(brand, score) for score in (2, 7, 10)} == {2: [], 7: [], 10: []}


def vars_of(site: ReviewSite) -> dict[str, Any]:
    return {"brand": site.brand, "kind": site.kind, "name": "Again", "position": 1}
