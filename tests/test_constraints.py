"""Whoever types what the database would refuse is told in words, and not by the name of a constraint."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, Model
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import get_resolver
from django.utils import timezone

from advocacy.enums import ReviewKind, ShownTo
from advocacy.models import (
    Absence,
    Budget,
    CaseStudy,
    Challenge,
    EntryText,
    Perk,
    ReviewPolicy,
    ReviewSite,
    RewardItem,
    Team,
    Tier,
)
from surveys.enums import CampaignKind
from surveys.models import Campaign, Contact, Door
from tests.factories import make_user

pytestmark = pytest.mark.django_db

FIRST, BEFORE = dt.date(2026, 2, 1), dt.date(2026, 1, 1)
REWARDED = "For a Google review"

# As many mistakes at once as a row can have: what one of them says may not leave another one to the database.
WRONG: list[Model] = [
    Campaign(kind=CampaignKind.PERIODIC, window_opens=dt.time(18), window_closes=dt.time(8), every=0, reminders=3),
    Contact(email="", phone=""),
    Door(an_hour=0),
    EntryText(title="Both", address="http://example.com", text="And a text"),
    EntryText(title="Neither"),
    Team(opens_at=dt.time(18), closes_at=dt.time(8), weekdays="", own_hours=""),
    Absence(starts_on=FIRST, ends_on=BEFORE),
    CaseStudy(title=""),
    Challenge(opens_on=FIRST, closes_on=BEFORE),
    Perk(
        starts_at=timezone.now(),
        ends_at=timezone.now() - dt.timedelta(days=1),
        respond_by=timezone.now() + dt.timedelta(days=1),
        capacity=0,
        address="http://example.com",
    ),
    Budget(name=REWARDED, starts_on=FIRST, ends_on=BEFORE, amount=-1, approval_limit=-1, yearly_ceiling=-1),
    RewardItem(name=REWARDED, amount=-1),
    ReviewPolicy(kind=ReviewKind.GOOGLE, gating_allowed=True, incentives_allowed=True),
    ReviewSite(kind=ReviewKind.GOOGLE, address="http://x.example.com", shown_to=ShownTo.PROMOTERS, is_rewarded=True),
    Tier(points=0),
]


@pytest.mark.parametrize("row", WRONG, ids=lambda row: type(row).__name__)
def test_several_mistakes_at_once_are_told_in_words(row: Model) -> None:
    with pytest.raises(ValidationError) as refused:
        row.full_clean()

    assert [said for said in refused.value.messages if "Constraint" in said] == []


def test_each_constraint_that_a_form_can_break_is_among_the_mistakes() -> None:
    broken = {constraint.name for row in WRONG for constraint in checks(type(row)) if breaks(row, constraint)}
    can_be = {
        constraint.name
        for model, fields in typed().items()
        for constraint in checks(model)
        if {name.split("__")[0] for name, *_ in model._get_expr_references(constraint.condition)} <= fields  # type: ignore[attr-defined]
    }

    assert "surveys_campaign_window_on_one_day" in can_be
    assert can_be - broken == set()


def checks(model: type[Model]) -> list[CheckConstraint]:
    return [each for each in model._meta.constraints if isinstance(each, CheckConstraint)]


def breaks(row: Model, constraint: CheckConstraint) -> bool:
    try:
        constraint.validate(type(row), row)
    except ValidationError:
        return True
    return False


def typed() -> dict[type[Model], set[str]]:
    """The fields of each of our models that stand in some form, of a page or of the admin."""
    found: dict[type[Model], set[str]] = defaultdict(set)
    for form in forms_of(administrator()):
        found[form._meta.model] |= set(form.base_fields)
    ours = {model for app in ("surveys", "advocacy") for model in apps.get_app_config(app).get_models()}
    return {model: fields for model, fields in found.items() if model in ours}


def forms_of(request: HttpRequest) -> Iterator[Any]:
    get_resolver().url_patterns  # noqa: B018 all forms are loaded with the pages that show them
    yield from (form for form in below(forms.ModelForm) if form._meta.model)
    for each in admin.site._registry.values():
        if each.has_change_permission(request) or each.has_add_permission(request):
            yield each.get_form(request)
            for inline in each.get_inline_instances(request):
                yield inline.get_formset(request).form


def below(form: type[Any]) -> Iterator[Any]:
    for each in form.__subclasses__():
        yield each
        yield from below(each)


def administrator() -> HttpRequest:
    request: HttpRequest = RequestFactory().get("/")
    request.user = make_user(is_superuser=True)
    return request
