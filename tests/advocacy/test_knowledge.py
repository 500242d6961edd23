from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from advocacy import knowledge
from advocacy.models import EntryText, EntryVisit
from tests.factories import make_brand, make_entry

pytestmark = pytest.mark.django_db


def titles(tag: str, **brand: str) -> list[tuple[str, str]]:
    return [(entry.title, entry.language) for entry in knowledge.offered(make_brand(**brand), tag)]


def test_first_three_by_position_are_offered() -> None:
    for position in (3, 1, 4, 2):
        make_entry(f"en: Number {position}", position=position)

    assert [title for title, _tag in titles("en")] == ["Number 1", "Number 2", "Number 3"]


def test_entry_of_another_brand_not_offered_or_without_words_stays_away() -> None:
    make_entry("en: Theirs", brand=make_brand())
    make_entry("en: Not offered", is_offered_on_yellow=False)
    make_entry("en: Wordless").texts.all().delete()
    ours = make_entry("en: For all")

    assert [entry.pk for entry in knowledge.offered(make_brand(), "en")] == [ours.pk]


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("es", ("En español", "es")),
        ("es-MX", ("En español", "es")),
        ("ar", ("Auf Deutsch", "de")),  # of the brand
        ("de", ("Auf Deutsch", "de")),
    ],
)
def test_words_are_the_nearest_there_are(tag: str, found: tuple[str, str]) -> None:
    make_entry("en: In English", "es: En español", "de: Auf Deutsch")

    assert titles(tag, default_language="de") == [found]


def test_entry_in_one_language_is_offered_in_it_everywhere() -> None:
    make_entry("ja: 配達を止める")

    (entry,) = knowledge.offered(make_brand(), "ar")

    assert (entry.title, entry.language, entry.direction) == ("配達を止める", "ja", "ltr")


def test_visits_of_a_day_are_one_row() -> None:
    text = make_entry().texts.get()

    for _ in range(3):
        knowledge.count_visit(text)

    assert list(EntryVisit.objects.values_list("entry", "language", "count")) == [(text.entry_id, "en", 3)]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "http://example.com",
        "data:text/html,x",
        "//example.com",
        "https:/example.com",
        "ftp://example.com",
        "https://",
        " javascript:alert(1)//https://example.com",
    ],
)
def test_address_that_is_not_https_is_refused_by_form_and_database(address: str) -> None:
    text = EntryText(entry=make_entry(), language="es", title="T", address=address)

    with pytest.raises(ValidationError) as refusal:
        text.full_clean()
    assert "address" in refusal.value.message_dict
    if not address.startswith("https://"):
        with pytest.raises(IntegrityError), transaction.atomic():
            text.save()


def test_scheme_in_capitals_is_written_small() -> None:
    text = EntryText(entry=make_entry(), language="es", title="T", address="HTTPS://example.com/Help")

    text.full_clean()

    assert text.address == "https://example.com/Help"


@pytest.mark.parametrize("fields", [{}, {"text": "Words", "address": "https://example.com"}, {"text": "  "}])
def test_text_is_words_or_an_address(fields: dict[str, str]) -> None:
    text = EntryText(entry=make_entry(), language="es", title="T", **fields)

    with pytest.raises(ValidationError, match="one of the two"):
        text.full_clean()
