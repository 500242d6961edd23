"""What the migration brings, with and without a theme that is in use."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from advocacy.models import ReasonTheme, Theme, ThemeRule
from tests.factories import make_fix, make_reason, make_theme

pytestmark = pytest.mark.django_db

seed = import_module("advocacy.migrations.0016_seed_theme_rules").seed
SHIPPED = 11


@pytest.fixture(autouse=True)
def nothing_there(db: None) -> None:
    Theme.objects.all().delete()


def test_each_theme_has_words_in_twelve_languages() -> None:
    make_reason("price_value")

    seed(apps, None)
    seed(apps, None)

    assert (Theme.objects.count(), ThemeRule.objects.count()) == (SHIPPED, SHIPPED * 12)
    assert ReasonTheme.objects.get(reason__key="price_value").theme.name == "Price"
    assert set(ThemeRule.objects.values_list("origin", flat=True)) == {"shipped"}


def test_words_that_staff_changed_stay() -> None:
    seed(apps, None)
    ThemeRule.objects.filter(language="en", theme__name="Price").update(words="mine")

    seed(apps, None)

    assert ThemeRule.objects.get(language="en", theme__name="Price").words == "mine"


@pytest.mark.parametrize(("is_used", "names"), [(False, ["Price"]), (True, ["Price", "Price and billing"])])
def test_old_theme_of_prices_and_invoices_is_renamed_unless_it_is_used(is_used: bool, names: list[str]) -> None:
    theme = make_theme("Price and billing")
    if is_used:
        make_fix(theme=theme)

    seed(apps, None)

    assert list(Theme.objects.filter(name__startswith="Price").order_by("name").values_list("name", flat=True)) == names
