from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any

import pytest

from surveys import languages, mergetags, texts

TAG = re.compile(r"\{\{.*?\}\}")
FILLED_BY_US = {
    "company", "first_name", "product", "number", "month", "day", "time", "label", "days", "until", "ending", "limit",
    "address", "name", "when", "weekday",
}  # fmt: skip


def leaves(tag: str) -> dict[str, str]:
    """Every text of a language by section and key; months, a list, stand for themselves."""
    return {
        f"{section}.{key}": " ".join(text) if isinstance(text, list) else text
        for section, entries in texts.table(tag).items()
        for key, text in entries.items()
    }


def tags_by_key(tag: str) -> dict[str, list[str]]:
    return {key: sorted(TAG.findall(text)) for key, text in leaves(tag).items()}


def scripts(text: str) -> set[str]:
    return {unicodedata.name(char).split()[0] for char in TAG.sub("", text) if char.isalpha()}


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_offered_language_has_the_same_keys_and_merge_tags_as_english(tag: str) -> None:
    assert tags_by_key(tag) == tags_by_key("en")


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_offered_language_leaves_no_text_blank_and_no_tag_unknown(tag: str) -> None:
    assert [key for key, text in leaves(tag).items() if not text.strip() or text != text.strip()] == []
    assert [key for key, text in leaves(tag).items() if mergetags.unknown(text, FILLED_BY_US)] == []


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_offered_language_has_twelve_months_and_a_question_of_its_own(tag: str) -> None:
    assert len(set(texts.table(tag)["dates"]["months"])) == 12
    assert languages.get(tag).tag == tag


@pytest.mark.parametrize(("tag", "script"), [("ar", "ARABIC"), ("zh-Hans", "CJK")])
def test_no_page_mixes_scripts(tag: str, script: str) -> None:
    assert {key: scripts(text) - {script} for key, text in leaves(tag).items() if scripts(text) - {script}} == {}


@pytest.mark.parametrize(
    ("wishes", "spoken"),
    [
        (["ar"], "ar"),
        (["", "es-MX", "en"], "es"),
        (["zh-CN"], "zh-Hans"),
        (["zh-TW", "it"], "it"),
        (["nl", "es"], "es"),  # a question in Dutch, but not yet every word: all in the language of the brand
        (["nl"], "en"),
        ([], "en"),
    ],
)
def test_language_is_the_first_wish_with_every_word(wishes: list[str], spoken: str) -> None:
    assert texts.language(*wishes) == spoken


def test_words_escape_text_and_set_values_apart() -> None:
    words = texts.Words("en", "mail", values={"company": "A & <b>B</b>"}, own={"question": "<i> {{ company }}?"})

    assert words["question"] == "&lt;i&gt; <bdi>A &amp; &lt;b&gt;B&lt;/b&gt;</bdi>?"
    assert words.plain("question") == "<i> A & <b>B</b>?"


def test_words_of_a_campaign_lie_over_the_standard_words_and_blank_ones_do_not() -> None:
    words = texts.Words("en", "page", "answer", "detractor", own={"heading": "We are sorry.", "text": " "})

    assert words["heading"] == "We are sorry."
    assert words["text"] == texts.table("en")["detractor"]["text"]
    assert words["prompt"] == "What is the main thing we should improve?"


@pytest.mark.parametrize(
    ("values", "shown"),
    [({"first_name": "Mira"}, "Dear <bdi>Mira</bdi>!"), ({"first_name": ""}, "Dear <bdi>guest</bdi>!")],
)
def test_words_use_the_fallback_of_an_empty_value(values: dict[str, str], shown: str) -> None:
    words = texts.Words("en", "mail", values=values, own={"sentence": 'Dear {{ first_name|fallback:"guest" }}!'})

    assert words["sentence"] == shown


def test_words_fill_an_empty_value_without_fallback_with_nothing() -> None:
    words = texts.Words("en", "mail", values={"product": ""}, own={"sentence": "About {{ product }}."})

    assert words["sentence"] == "About ."


def test_words_never_read_a_value_as_text() -> None:
    words = texts.Words(
        "en", "mail", values={"first_name": "{{ company }}", "company": "Aurora"}, own={"a": "{{ first_name }}"}
    )

    assert words["a"] == "<bdi>{{ company }}</bdi>"


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("en", "6 December"),
        ("es", "6 de diciembre"),
        ("it", "6 dicembre"),
        ("ar", "6 ديسمبر"),
        ("zh-Hans", "12 月 6 日"),
    ],
)
def test_until_names_the_last_whole_day(tag: str, shown: str) -> None:
    closes_at = dt.datetime(2026, 12, 7, 9, 5, tzinfo=dt.UTC)

    assert texts.until(tag, closes_at, closes_at - dt.timedelta(days=3)) == shown


@pytest.mark.parametrize(
    ("tag", "shown"), [("en", "7 December, 09:05"), ("ar", "7 ديسمبر، الساعة 09:05"), ("zh-Hans", "12 月 7 日 09:05")]
)
def test_until_names_the_time_on_the_last_day(tag: str, shown: str) -> None:
    closes_at = dt.datetime(2026, 12, 7, 9, 5, tzinfo=dt.UTC)

    assert texts.until(tag, closes_at, closes_at - dt.timedelta(hours=2)) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://aurora.example.com", "https://aurora.example.com"),
        ("HTTP://aurora.example.com", "HTTP://aurora.example.com"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//evil.example", ""),
        ("http", ""),
        ("", ""),
    ],
)
def test_link_lets_only_web_addresses_through(url: str, shown: str) -> None:
    assert texts.link(url) == shown


def test_tables_hold_text_only() -> None:
    tables: dict[str, Any] = {tag: leaves(tag) for tag in texts.OFFERED}

    assert [tag for tag, table in tables.items() if not all(isinstance(text, str) for text in table.values())] == []
