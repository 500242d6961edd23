from __future__ import annotations

import time

import pytest

from advocacy import rules
from advocacy.rules import Hit, Line

PRICE, SPEED = 1, 2


def found(text: str, words: str, language: str = "en") -> list[str]:
    """The parts of the text that a list hits."""
    hits = rules.compiled(language, {PRICE: words}).hits(text)
    return [text[hit.start : hit.start + hit.length] for hit in hits]


@pytest.mark.parametrize(
    ("text", "words", "language", "hit"),
    [
        ("Too PRICEY for me", "pricey", "en", ["PRICEY"]),
        ("a priceless thing", "price", "en", []),
        ("Delivered late", "deliver*", "en", ["Delivered"]),
        ("We redelivered it", "deliver*", "en", []),
        ("A lot of value   for money here", "value for money", "en", ["value   for money"]),
        ("value for", "value for money", "en", []),
        ("stand-by mode", "stand-by", "en", ["stand-by"]),
        ("ｐｒｉｃｅ", "price", "en", ["ｐｒｉｃｅ"]),
        ("un café solo", "cafe", "es", ["café"]),
        ("un cafe\N{COMBINING ACUTE ACCENT} solo", "café", "es", ["cafe\N{COMBINING ACUTE ACCENT}"]),
        ("schon da", "schön", "de", []),
        ("SCHÖN", "schön", "de", ["SCHÖN"]),
        ("große Straße", "strasse", "de", ["Straße"]),
        ("İADE ISTEDİM", "iade", "tr", ["İADE"]),
        ("والتطبيق ممتاز", "تطبيق", "ar", ["والتطبيق"]),
        ("بالسعر", "سعر*", "ar", ["بالسعر"]),
        ("الجودة", "جوده", "ar", ["الجودة"]),
        ("والמחיר", "מחיר", "he", []),
        ("המחיר יקר", "מחיר", "he", ["המחיר"]),
        ("价格小贵。", "小贵", "zh-Hans", ["小贵"]),
        ("这个App老是掉线", "app", "zh-Hans", ["App"]),
        ("很happy", "app", "zh-Hans", []),
        ("送料が高いです", "高い", "ja", ["高い"]),
        ("がたがた", "か", "ja", []),
        ("ส่งช้ามาก", "ช้า", "th", ["ช้า"]),
        ("", "price", "en", []),
        ("\ufb01ne price", "price", "en", ["price"]),
    ],
)
def test_word_hits_where_it_stands(text: str, words: str, language: str, hit: list[str]) -> None:
    assert found(text, words, language) == hit


def test_longer_word_shows_the_longer_hit() -> None:
    hits = rules.compiled("zh-Hans", {PRICE: "退款\n退款遥遥无期"}).hits("退款遥遥无期")

    assert hits == [Hit(PRICE, "退款遥遥无期", 0, 6)]


@pytest.mark.parametrize(
    ("text", "word", "language", "is_negated"),
    [
        ("It is not at all cheap", "cheap", "en", True),
        ("It is not really what I would call cheap", "cheap", "en", False),
        ("It isn't cheap", "cheap", "en", True),
        ("Cheap, but not good", "cheap", "en", False),
        ("nicht teuer", "teuer", "de", True),
        ("ليس غالي", "غالي", "ar", True),
        ("一点也不贵", "贵", "zh-Hans", True),
        ("贵，不好", "贵", "zh-Hans", False),
        ("高くない", "高く", "ja", True),
        ("pahalı değil", "pahalı", "tr", True),
    ],
)
def test_denial_is_only_a_flag(text: str, word: str, language: str, is_negated: bool) -> None:
    hits = rules.compiled(language, {PRICE: word}).hits(text)

    assert [hit.is_negated for hit in hits] == [is_negated]


def test_word_that_nothing_denies_is_taken_before_one_that_is() -> None:
    hits = rules.compiled("en", {PRICE: "cheap\nprice"}).hits("Not cheap, but the whole price was told")

    assert hits == [Hit(PRICE, "price", 25, 5)]


def test_hits_stand_in_the_order_of_the_text() -> None:
    hits = rules.compiled("en", {PRICE: "cheap", SPEED: "quick"}).hits("quick and cheap")

    assert [(hit.theme, hit.start) for hit in hits] == [(SPEED, 0), (PRICE, 10)]


def test_faults_are_named_by_line() -> None:
    words = f"fine\n\na*\ntwo * stars\nde*liver\n!!!\nFINE\n{'x' * 81}\ngood*"

    lines = rules.parse(words, "en")

    assert [(line.number, line.fault) for line in lines] == [
        (1, ""), (3, "short"), (4, "star"), (5, "star"), (6, "letterless"), (7, "twice"), (8, "long"), (9, ""),
    ]  # fmt: skip
    assert rules.parse("高*", "ja") == [Line(1, "高*", "star")]


def test_lines_with_a_fault_are_left_out() -> None:
    assert found("a* fine", "a*\nfine") == ["fine"]


@pytest.mark.parametrize(
    ("text", "spoken", "language"),
    [
        ("Too dear", "en", "en"),
        ("Too dear", "en-GB", "en"),
        ("Muito caro", "pt-PT", "pt-BR"),
        ("太贵", "en", "zh-Hans"),
        ("高いです", "zh-Hans", "ja"),
        ("غالي", "de", "ar"),
        ("zu teuer", "ar", "ar"),
        ("太貴", "zh-Hant", "zh-Hans"),
        ("дорого", "ru", ""),
        ("!!", "en", "en"),
    ],
)
def test_language_is_that_of_the_survey_where_the_script_agrees(text: str, spoken: str, language: str) -> None:
    assert rules.language_of(text, spoken, ["ar", "en", "ja", "pt-BR", "zh-Hans"]) == language


def test_hostile_text_is_read_in_time() -> None:
    lists = rules.compiled("en", {PRICE: "price*\n" + "\n".join(f"word {number}" for number in range(300))})
    text = "word " * 10_000 + "é" * 50_000

    start = time.perf_counter()
    hits = lists.hits(text)

    assert hits == []
    assert time.perf_counter() - start < 5
