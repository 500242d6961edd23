from __future__ import annotations

import html

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client

from surveys.models import Brand
from tests.factories import make_brand

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("field", "colour", "ground", "ratio", "shade"),
    [
        ("colour", "#28a745", "#faf7f2", "2.93", "#1f8336"),
        ("colour", "#FFFFFF", "#ffffff", "1.00", "#727272"),
        ("colour_dark", "#1d4e5f", "#191614", "1.97", "#3389a7"),
        ("colour_dark", "#000000", "#14110f", "1.11", "#808080"),
    ],
)
def test_colour_that_cannot_be_read_is_refused_and_a_shade_is_offered(
    field: str, colour: str, ground: str, ratio: str, shade: str
) -> None:
    brand = make_brand()
    setattr(brand, field, colour)

    with pytest.raises(ValidationError) as caught:
        brand.full_clean()

    words = f"Hard to read: its contrast with {ground} is {ratio} : 1, and words need 4.5 : 1."
    assert caught.value.message_dict == {field: [f"{words} The nearest shade that passes is {shade}."]}


def test_shade_that_is_offered_is_taken() -> None:
    make_brand(colour="#1f8336", colour_dark="#3389a7").full_clean()


@pytest.mark.parametrize("colour", ["", "green", "#28a74", "#28a745\n", "<script>", "#28a745" * 100])
def test_what_is_no_colour_is_said_once(colour: str) -> None:
    brand = make_brand()
    brand.colour = colour

    with pytest.raises(ValidationError) as caught:
        brand.full_clean()

    assert set(caught.value.message_dict) == {"colour"}
    assert "Hard to read" not in str(caught.value)


def test_admin_says_it_beside_the_field_and_keeps_what_was_typed(client: Client, alice: User) -> None:
    client.force_login(alice)
    brand = make_brand()
    form = {
        "name": "Another name",
        "short_name": "Aurora",
        "default_language": "en",
        "from_email": brand.from_email,
        "postal_address": brand.postal_address,
        "daily_cap": 0,
        "rate_per_minute": 0,
        "colour": "#28a745",
        "colour_dark": brand.colour_dark,
    }

    response = client.post(f"/admin/surveys/brand/{brand.pk}/change/", form)

    page = html.unescape(response.content.decode())
    assert response.status_code == 200
    assert "The nearest shade that passes is #1f8336." in page
    assert 'value="Another name"' in page
    assert Brand.objects.get().name == brand.name
