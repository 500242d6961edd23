from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from surveys import languages, mergetags, texts

TEXTS = Path(texts.__file__).parent / "data" / "texts"
# Where it is not the Latin one. The long vowel of Japanese and its repeated character have names of their own.
SCRIPTS = {
    "ar": {"ARABIC"},
    "he": {"HEBREW"},
    "zh-Hans": {"CJK"},
    "ja": {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"},
}
TAG = re.compile(r"\{\{.*?\}\}")
FILLED_BY_US = {
    "company", "first_name", "product", "number", "month", "day", "time", "label", "days", "until", "ending", "limit",
    "address", "year", "due", "name", "when", "weekday", "greeting", "quote", "news", "gift", "answer",
    "title", "months",
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


def test_each_topic_has_a_file_for_each_offered_language_and_no_other() -> None:
    topics = {folder.name: {path.stem for path in folder.iterdir()} for folder in TEXTS.iterdir() if folder.is_dir()}

    assert {topic: found ^ set(texts.OFFERED) for topic, found in topics.items() if found != set(texts.OFFERED)} == {}


def test_each_offered_language_is_marked_as_reviewed_or_draft() -> None:
    states = json.loads((TEXTS / "REVIEW.json").read_text("utf-8"))

    assert list(states) == list(texts.OFFERED)
    assert set(states.values()) <= {"draft", "reviewed"}
    assert [tag for tag in texts.OFFERED if texts.is_reviewed(tag)] == ["en"]


def test_no_section_is_in_two_topics() -> None:
    sections = [section for path in TEXTS.glob("*/en.json") for section in json.loads(path.read_text("utf-8"))]

    assert sorted(sections) == sorted(set(sections))


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_no_page_mixes_scripts(tag: str) -> None:
    known = SCRIPTS.get(tag, {"LATIN"})

    assert {key: scripts(text) - known for key, text in leaves(tag).items() if scripts(text) - known} == {}


@pytest.mark.parametrize("tag", texts.OFFERED[1:])
def test_offered_language_leaves_no_sentence_in_english(tag: str) -> None:
    english = leaves("en")

    assert [key for key, text in leaves(tag).items() if text == english[key] and len(TAG.sub("", text)) > 12] == []


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_punctuation_is_that_of_the_language(tag: str) -> None:
    said = " ".join(leaves(tag).values())

    assert "!" not in said
    assert "'" not in said
    assert not (tag == "fr" and re.search(r"(?<![\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}{])[?:;](?!\}\})", said))


@pytest.mark.parametrize(
    ("wishes", "spoken"),
    [
        (["ar"], "ar"),
        (["", "es-MX", "en"], "es"),
        (["zh-CN"], "zh-Hans"),
        (["zh-TW", "it"], "it"),
        (["sv", "es"], "es"),  # a question in Swedish, but not every word: all else in the language of the brand
        (["sv"], "en"),
        (["pt_BR"], "pt-BR"),
        (["pt", "fr"], "fr"),  # who reads European Portuguese is not served the Brazilian one
        (["he", "it"], "it"),  # its question is a draft
        ([], "en"),
    ],
)
def test_language_is_the_first_wish_with_every_word(wishes: list[str], spoken: str) -> None:
    assert texts.language(*wishes) == spoken


@pytest.mark.parametrize(
    ("wishes", "asked"),
    [
        (["sv", "es"], "sv"),
        (["sv-FI", "es"], "sv"),
        (["", "zh-TW"], "zh-Hant"),
        (["pt-AO", "pt-BR"], "pt"),
        (["et", "it"], "it"),
        (["xx", "de-AT"], "de"),
        ([], "en"),
    ],
)
def test_question_is_in_the_first_wish_with_a_question(wishes: list[str], asked: str) -> None:
    assert texts.question_language(*wishes) == asked


def test_accepted_draft_is_in_use() -> None:
    in_use = languages.sure() | {"he"}

    assert (texts.language("he", in_use=in_use), texts.question_language("he", in_use=in_use)) == ("he", "he")
    assert [spoken.tag for spoken in texts.offered(in_use)] == list(texts.OFFERED)
    assert "he" not in [spoken.tag for spoken in texts.offered(languages.sure())]


@pytest.mark.parametrize("second", ["en", "ar", "sv", "xx"])
@pytest.mark.parametrize("first", [*languages.tags(), "zh-TW", "es-MX", "no", "xx", ""])
def test_question_in_an_offered_language_is_on_a_page_in_it(first: str, second: str) -> None:
    asked = texts.question_language(first, second, in_use=languages.tags())

    assert asked not in texts.OFFERED or texts.language(first, second, in_use=languages.tags()) == asked


def test_question_labels_and_prompt_may_be_in_another_language_than_the_page() -> None:
    words = texts.Words("en", "page", "answer", "detractor", values={"company": "Aurora"}, asked="sv")

    assert (
        words["question"]
        == "Hur troligt är det att du skulle rekommendera <bdi>Aurora</bdi> till en vän eller kollega?"
    )
    assert (words["low_label"], words["high_label"]) == ("Inte alls troligt", "Extremt troligt")
    assert words["prompt"] == "Vad borde vi i första hand förbättra?"
    assert words["send"] == "Send my answer"
    assert words.foreign == languages.get("sv")


@pytest.mark.parametrize("asked", ["", "en"])
def test_words_of_one_language_have_nothing_foreign(asked: str) -> None:
    assert texts.Words("en", "page", asked=asked).foreign is None


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
        ("de", "6. Dezember"),
        ("fr", "6 décembre"),
        ("pt-BR", "6 de dezembro"),
        ("ja", "12月6日"),
        ("nl", "6 december"),
        ("tr", "6 Aralık"),
        ("he", "6 בדצמבר"),
    ],
)
def test_until_names_the_last_whole_day(tag: str, shown: str) -> None:
    closes_at = dt.datetime(2026, 12, 7, 9, 5, tzinfo=dt.UTC)

    assert texts.until(tag, closes_at, closes_at - dt.timedelta(days=3)) == shown


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("en", "7 December, 09:05"),
        ("ar", "7 ديسمبر، الساعة 09:05"),
        ("zh-Hans", "12 月 7 日 09:05"),
        ("de", "7. Dezember, 09:05 Uhr"),
        ("fr", "7 décembre à 09:05"),
        ("pt-BR", "7 de dezembro, 09:05"),
        ("ja", "12月7日 09:05"),
        ("nl", "7 december, 09:05 uur"),
        ("tr", "7 Aralık, saat 09:05"),
        ("he", "7 בדצמבר, בשעה 09:05"),
    ],
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


def test_french_puts_no_word_before_a_name_that_would_change_before_a_vowel() -> None:
    fixed = re.compile(
        r"\b(?:de|que|le|la|ne|si|jusque|lorsque)\s\{\{ (?:company|name|first_name|product)\b", re.IGNORECASE
    )

    assert {key: text for key, text in leaves("fr").items() if fixed.search(text)} == {}
