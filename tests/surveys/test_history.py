from __future__ import annotations

import pytest

from surveys.models import Brand

pytestmark = pytest.mark.django_db


def test_manager_is_of_one_class_for_all_rows_and_knows_its_own() -> None:
    aurora, borealis = Brand.objects.create(name="Aurora"), Brand.objects.create(name="Borealis")

    assert type(aurora.history) is type(borealis.history) is type(Brand.history)
    assert [row.name for row in aurora.history.all()] == ["Aurora"]
    assert Brand.history.count() == 2


def test_each_change_is_kept_with_what_stood_before() -> None:
    brand = Brand.objects.create(name="Aurora")

    brand.name = "Borealis"
    brand.save()

    assert [(row.history_type, row.name) for row in brand.history.all()] == [("~", "Borealis"), ("+", "Aurora")]
    assert brand.history.first().prev_record.name == "Aurora"
