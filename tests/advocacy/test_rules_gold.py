"""The shipped words against comments whose themes were set by hand. The makers of the words set them; whoever speaks a
language is to review both."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from advocacy import rules

GOLD = Path(__file__).parent / "data" / "theme_gold.json"
LISTS = Path(__file__).parents[2] / "advocacy" / "data" / "themes"
LANGUAGES = ["ar", "de", "en", "es", "fr", "he", "it", "ja", "nl", "pt-BR", "tr", "zh-Hans"]
PRECISION, RECALL = 0.80, 0.90  # in all
LEAST = 0.65  # of each language: a few comments each


def shipped(language: str) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = json.loads((LISTS / f"{language}.json").read_text(encoding="utf-8"))
    return lists


def test_each_language_has_words_for_the_same_themes_and_no_line_with_a_fault() -> None:
    themes = {language: list(shipped(language)) for language in LANGUAGES}
    faults = [
        (language, theme, line)
        for language in LANGUAGES
        for theme, words in shipped(language).items()
        for line in rules.parse("\n".join(words), language)
        if line.fault
    ]

    assert sorted(file.stem for file in LISTS.glob("*.json")) == LANGUAGES
    assert set(map(tuple, themes.values())) == {tuple(themes["en"])}
    assert faults == []


def test_shipped_words_hold_their_floor() -> None:
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for row in json.loads(GOLD.read_text(encoding="utf-8"))["comments"]:
        language = row["language"]
        words = {number: "\n".join(lines) for number, lines in enumerate(shipped(language).values())}
        names = list(shipped(language))
        got = {names[hit.theme] for hit in rules.compiled(language, words).hits(row["comment"])}
        right[language] += len(got.intersection(row["themes"]))
        found[language] += len(got)
        wanted[language] += len(row["themes"])

    assert right.total() / found.total() >= PRECISION
    assert right.total() / wanted.total() >= RECALL
    assert {language for language in LANGUAGES if right[language] / found[language] < LEAST} == set()
    assert {language for language in LANGUAGES if right[language] / wanted[language] < LEAST} == set()
