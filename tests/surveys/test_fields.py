from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError

from surveys import mergetags
from surveys.fields import PickedField, SaidField

AMONG = {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (None, ""),
        (" \u200b\n", ""),
        ("  a\r\nb ", "a\nb"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}abc\x00", "abc"),
        ("x" * 100_000, "x" * 10),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
    ],
)
def test_said_text_is_cleaned_and_never_refused(typed: str | None, kept: str) -> None:
    assert SaidField(clean=mergetags.plain, longest=10).clean(typed) == kept


@pytest.mark.parametrize(
    ("sent", "picked"),
    [
        ([], []),
        (None, []),
        ("a", []),
        (["b", "a"], ["b", "a"]),
        (["a", "a", "x", "<script>"], ["a"]),
        (["c", "b", "a"], ["c", "b", "a"]),
    ],
)
def test_picked_are_those_known_in_the_order_of_the_page(sent: Any, picked: list[str]) -> None:
    assert PickedField(among=AMONG, most=3, code="too_many").clean(sent) == picked


def test_more_than_may_be_picked_is_an_error_of_the_code_and_the_first_ones_stand() -> None:
    field = PickedField(among=AMONG, most=3, code="too_many")

    with pytest.raises(ValidationError) as refused:
        field.clean(["d", "c", "b", "a"])

    assert refused.value.code == "too_many"
    assert field.known(["d", "c", "b", "a"]) == ["d", "c", "b"]


def test_without_a_code_the_first_ones_count() -> None:
    assert PickedField(among=AMONG, most=1).clean(["x", "b", "a"]) == ["b"]


def test_picked_are_never_required() -> None:
    form = forms.Form({})
    form.fields["pick"] = PickedField(among=AMONG, most=1)

    assert (form.is_valid(), form.cleaned_data) == (True, {"pick": []})
