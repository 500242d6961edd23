"""Links to public review sites: who sees which, and who followed one. No score hides what a policy protects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from advocacy.enums import ShownTo
from advocacy.models import ReviewClick, ReviewPolicy, ReviewSite
from surveys.enums import Band
from surveys.models import Brand, Invitation

LATELY = dt.timedelta(days=30)


@dataclass(frozen=True)
class Link:
    """A review site as a button; with a disclosure where the review is rewarded."""

    pk: int
    name: str
    disclosure: str = ""


@dataclass(frozen=True)
class Invited:
    links: list[Link]
    is_for_everybody: bool


def shown(brand: Brand, band: Band) -> Invited | None:
    """The links on the thank-you page of a band; None where there are none.

    The policy is asked again here: a row that came past every check still gates nothing that must not be.
    """
    sites = list(ReviewSite.objects.filter(brand=brand, is_shown=True).order_by("position", "name", "pk"))
    policies = {policy.kind: policy for policy in ReviewPolicy.objects.all()} if any(map(_needs, sites)) else {}
    links, is_for_everybody = [], True
    for site in sites:
        policy = policies.get(site.real_kind, ReviewPolicy(kind=site.real_kind))
        is_gated = site.shown_to != ShownTo.ALL and policy.gating_allowed
        if is_gated and band != Band.PROMOTER:
            continue
        is_rewarded = site.is_rewarded and policy.incentives_allowed
        is_for_everybody = is_for_everybody and not is_gated
        links.append(Link(site.pk, site.name, policy.disclosure if is_rewarded else ""))
    return Invited(links, is_for_everybody) if links else None


def _needs(site: ReviewSite) -> bool:
    """Whether the policy of the site has anything to say about it."""
    return site.shown_to != ShownTo.ALL or site.is_rewarded


def site_to_open(pk: int) -> ReviewSite | None:
    """The site a link may lead to: one that is shown, at an address that is safe whoever wrote it."""
    return ReviewSite.objects.filter(pk=pk, is_shown=True, address__startswith="https://").first()


def click(site: ReviewSite, *, token: UUID | None = None) -> None:
    """Note that the link was followed, and from which invitation if that is known."""
    invitation = Invitation.objects.filter(token=token).only("pk").first() if token else None
    ReviewClick.objects.create(site=site, invitation=invitation)


# ------------------------------------------------------------------------------------------------------------ for staff


def sites(*, at: dt.datetime) -> QuerySet[Any]:
    """Every site as it stands on the pages, with how often its link was followed: ever, and lately."""
    lately = Q(clicks__at__gt=at - LATELY)
    rows = ReviewSite.objects.select_related("brand").annotate(
        clicked=Count("clicks"), clicked_lately=Count("clicks", filter=lately)
    )
    found: QuerySet[Any] = rows.order_by("brand__name", "-is_shown", "position", "name", "pk")
    return found


def with_policies(rows: Iterable[ReviewSite]) -> list[tuple[ReviewSite, ReviewPolicy]]:
    """Each with the rules that hold for it."""
    policies = {policy.kind: policy for policy in ReviewPolicy.objects.all()}
    return [(site, policies.get(site.real_kind, ReviewPolicy(kind=site.real_kind))) for site in rows]
