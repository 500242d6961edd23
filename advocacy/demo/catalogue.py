"""What Aurora set up: its brand, themes, segments and campaigns."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta

from advocacy.demo.names import BRAND, DOMAIN, GIFTS, MARK, Refused, Stage, season
from advocacy.models import Budget, RewardItem, Team, Theme
from surveys import segments
from surveys.enums import CampaignKind, CampaignStatus, Unit
from surveys.models import Brand, Campaign, CampaignText, Segment, Subject, Touchpoint

TOUCHPOINTS = {
    "product_use": "Everyday use",
    "support": "Support",
    "repair": "Repair",
    "delivery": "Delivery",
    "onboarding": "Getting started",
}
CALLS, REPAIRS, PARCELS, BEGINNERS = (
    "After a support call",
    "After a repair",
    "After a delivery",
    "First weeks with the machine",
)
TWICE = "Twice a year"
AFTER = {CALLS: "support", REPAIRS: "repair", PARCELS: "delivery", BEGINNERS: "onboarding"}
MONTHS_OF_TWICE = (22, 16, 10, 4)  # before today
REASON_THEMES = {
    "product_quality": "Product quality",
    "ease_of_use": "Ease of use",
    "price_value": "Price",
    "delivery": "Delivery",
    "onboarding": "Getting started",
    "support_speed": "Speed of support",
    "support_quality": "Support",
    "repair": "Repair",
    "reliability": "Reliability",
    "billing": "Billing",
    "app": "App",
    "sustainability": "Sustainability",
}
OTHER = "Something else"
EVERYBODY, DECIDING = "Customers of Aurora", "Who decides"
OURS = {"field": "property", "op": "is", "key": MARK[0], "value": MARK[1]}
SEGMENTS: dict[str, list[dict[str, str]]] = {
    EVERYBODY: [OURS],
    DECIDING: [OURS, {"field": "tag", "op": "is", "value": "decision-maker"}],
    "Homes": [OURS, {"field": "tag", "op": "is", "value": "home"}],
    "Cafés that are unhappy": [
        OURS,
        {"field": "tag", "op": "is", "value": "cafe"},
        {"field": "last_band", "op": "is", "value": "detractor"},
    ],
    "Promoters who read the newsletter": [
        OURS,
        {"field": "tag", "op": "is", "value": "newsletter"},
        {"field": "last_band", "op": "is", "value": "promoter"},
    ],
}


def live_name(today: dt.date) -> str:
    return f"{season(today)} survey"


def check_names(today: dt.date) -> None:
    """Raises Refused when something of somebody else has a name that the demo needs."""
    wanted: list[tuple[str, Any, list[str]]] = [
        ("a brand", Brand, [BRAND]),
        ("a campaign", Campaign, [*AFTER, TWICE, live_name(today)]),
        ("a segment", Segment, list(SEGMENTS)),
        ("a team", Team, ["Customer care", "Business accounts"]),
        ("a thing to give", RewardItem, list(GIFTS)),
        ("a budget", Budget, [f"Advocates {today.year}"]),
    ]
    for what, model, names in wanted:
        if row := model.objects.filter(name__in=names).first():
            raise Refused(f"Not loaded: there is {what} “{row.name}” already, and the demo has one of that name.")


def make_catalogue(stage: Stage) -> None:
    for name in [*REASON_THEMES.values(), OTHER]:
        stage.themes[name] = _found_or_made(stage, Theme, name=name)
    for name, conditions in SEGMENTS.items():
        row = Segment.objects.create(
            name=name,
            conditions=segments.clean(conditions),
            by=stage.users["nora.lindqvist"],
            created_at=stage.ago(days=700),
        )
        stage.made.append(row)
    _make_campaigns(stage, _make_brand(stage))


def _found_or_made(stage: Stage, model: Any, **fields: Any) -> Any:
    key = next(iter(fields))
    row = model.objects.filter(**{f"{key}__iexact": fields[key]}).first()
    if row is None:
        row = model.objects.create(**fields)
        stage.made.append(row)
    return row


def _make_brand(stage: Stage) -> Brand:
    brand = Brand.objects.create(
        name=BRAND,
        short_name="Aurora",
        from_email=f"hello@{DOMAIN}",
        reply_to=f"care@{DOMAIN}",
        contact_email=f"hello@{DOMAIN}",
        postal_address="Aurora Coffee Machines Ltd, 12 Harbour Street, Exampleton EX1 2AB",
        site_url=f"https://{DOMAIN}",
        privacy_url=f"https://{DOMAIN}/privacy",
    )
    stage.made.append(brand)
    return brand


def _make_campaigns(stage: Stage, brand: Brand) -> None:
    points = {key: _found_or_made(stage, Touchpoint, key=key, name=name) for key, name in TOUCHPOINTS.items()}
    studio = _found_or_made(stage, Subject, key="aurora-studio", name="Aurora Studio")
    everybody, deciding = (Segment.objects.get(name=name) for name in (EVERYBODY, DECIDING))
    began = stage.ago(days=745)
    running = {"status": CampaignStatus.ACTIVE, "activated_at": began}
    wanted: dict[str, dict[str, Any]] = {
        name: {"touchpoint": points[key], "segment": everybody, **running} for name, key in AFTER.items()
    }
    wanted[TWICE] = {
        "touchpoint": points["product_use"],
        "subject": studio,
        "segment": deciding,
        "kind": CampaignKind.PERIODIC,
        "starts_on": stage.today - relativedelta(months=MONTHS_OF_TWICE[0]),
        "every": 6,
        "unit": Unit.MONTH,
        **running,
    }
    wanted[live_name(stage.today)] = {"touchpoint": points["product_use"], "subject": studio, "segment": everybody}
    for name, fields in wanted.items():
        is_new = "status" not in fields
        created_at = stage.ago(days=3) if is_new else began
        campaign = Campaign.objects.create(
            name=name, brand=brand, timezone="Europe/Madrid", created_at=created_at, **fields
        )
        stage.campaigns[name] = campaign
        if not is_new:
            by = stage.users["nora.lindqvist"]
            stage.note(campaign, began, came_from=CampaignStatus.DRAFT, went_to=CampaignStatus.ACTIVE, by=by)
    stage.made += stage.campaigns.values()
    _write_texts(stage)


def _write_texts(stage: Stage) -> None:
    calls = stage.campaigns[CALLS]
    words = {
        "en": "Thank you for calling us. Your answer goes straight to the people you spoke with.",
        "es": "Gracias por llamarnos. Tu respuesta llega directamente a las personas que te atendieron.",
        "de": "Danke für Ihren Anruf. Ihre Antwort geht direkt an die Menschen, mit denen Sie gesprochen haben.",
    }
    for language, sentence in words.items():
        CampaignText.objects.create(campaign=calls, language=language, sentence=sentence)
