from __future__ import annotations

import pytest

from surveys import languages
from surveys.enums import Band


@pytest.mark.parametrize(
    ("tag", "usual"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("pt_br", "pt-BR"),
        ("ZH-hans", "zh-Hans"),
        ("zh-hant-hk", "zh-Hant-HK"),
        ("es-419", "es-419"),
        (" it ", "it"),
        ("", ""),
        ("english!", ""),
        ("d", ""),
        ("../../etc", ""),
        ("ар", ""),
        ("en\x00", ""),
        ("x" * 10_000, ""),
    ],
)
def test_normalise_gives_the_usual_spelling_or_nothing(tag: str, usual: str) -> None:
    assert languages.normalise(tag) == usual


@pytest.mark.parametrize(
    ("tag", "chain"),
    [
        ("en", ["en"]),
        ("es-MX", ["es-MX", "es"]),
        ("pt-BR", ["pt-BR", "pt"]),
        ("zh", ["zh", "zh-Hans"]),
        ("zh-CN", ["zh-CN", "zh-Hans"]),
        ("zh-TW", ["zh-TW", "zh-Hant"]),
        ("zh-HK", ["zh-HK", "zh-Hant"]),
        ("zh-Hans-SG", ["zh-Hans-SG", "zh-Hans"]),
        ("no", ["no", "nb"]),
        ("no-NO", ["no-NO", "no", "nb"]),
        ("iw", ["iw", "he"]),
        ("nonsense tag", []),
    ],
)
def test_chain_goes_from_near_to_far_and_keeps_the_script(tag: str, chain: list[str]) -> None:
    assert list(languages.chain(tag)) == chain


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("pt-BR", "pt-BR"),
        ("pt-AO", "pt"),
        ("zh-HK", "zh-Hant"),
        ("no", "nb"),
        ("sr-Latn", "en"),
        ("xx", "en"),
        ("", "en"),
    ],
)
def test_get_falls_back_to_the_nearest_language_then_english(tag: str, found: str) -> None:
    assert languages.get(tag).tag == found


def test_every_language_has_question_labels_and_prompts() -> None:
    spoken = [languages.get(tag) for tag in languages.tags()]

    assert len(spoken) == 35
    assert [one.tag for one in spoken if one.question.count("{{ company }}") != 1] == []
    assert [one.tag for one in spoken if "{company}" in one.question] == []
    assert [one.tag for one in spoken if not (one.own_name and one.low_label and one.high_label)] == []
    assert [one.tag for one in spoken if set(one.prompts) != set(Band.values) or not all(one.prompts.values())] == []


def test_drafts_are_the_languages_of_low_confidence() -> None:
    assert sorted(languages.drafts()) == ["et", "he", "hi"]
    assert languages.sure() | languages.drafts() == set(languages.tags())
    assert languages.sure() & languages.drafts() == set()


def test_languages_written_from_the_right_are_known() -> None:
    assert [tag for tag in languages.tags() if languages.get(tag).direction == "rtl"] == ["ar", "he"]


def test_arabic_prefix_stays_on_the_line_of_the_name() -> None:
    assert "بـ\N{NO-BREAK SPACE}{{ company }}" in languages.get("ar").question


@pytest.mark.parametrize(
    ("tag", "in_use", "draft"),
    [("he", [], "he"), ("iw-IL", [], "he"), ("hi", ["he"], "hi"), ("he", ["he"], ""), ("es", [], ""), ("", [], "")],
)
def test_draft_that_waits_is_named(tag: str, in_use: list[str], draft: str) -> None:
    assert languages.draft_of(tag, in_use) == draft


@pytest.mark.parametrize(("tag", "shown"), [("pt-BR", "Português (Brasil)"), ("he", "עברית"), ("tlh", "tlh"), ("", "")])
def test_own_name_of_an_unknown_tag_is_the_tag(tag: str, shown: str) -> None:
    assert languages.own_name(tag) == shown
