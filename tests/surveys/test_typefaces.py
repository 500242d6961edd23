from __future__ import annotations

import pytest

from surveys import languages, typefaces


@pytest.mark.parametrize(
    ("tag", "first", "outlook"),
    [
        ("en", "-apple-system", "Arial"),
        ("pt-BR", "-apple-system", "Arial"),
        ("ru", "-apple-system", "Arial"),
        ("ar-EG", "Segoe UI", "Arial"),
        ("iw", "Segoe UI", "Arial"),
        ("zh-CN", "PingFang SC", "Microsoft YaHei"),
        ("zh-HK", "PingFang TC", "Microsoft JhengHei"),
        ("ja", "Hiragino Sans", "Meiryo"),
        ("ko-KR", "Apple SD Gothic Neo", "Malgun Gothic"),
        ("th", "Leelawadee UI", "Leelawadee UI"),
        ("hi", "Nirmala UI", "Nirmala UI"),
        ("", "-apple-system", "Arial"),
    ],
)
def test_script_decides_what_a_mail_is_set_in(tag: str, first: str, outlook: str) -> None:
    look = typefaces.of(tag)

    assert (look.fonts.split(",")[0], look.outlook) == (first, outlook)


def test_letters_with_marks_get_more_room_than_latin_ones() -> None:
    others = [typefaces.of(tag) for tag in ("ar", "he", "hi", "ja", "ko", "th", "zh-Hans", "zh-Hant")]

    assert all(float(look.heading) > float(typefaces.LATIN.heading) for look in others)
    assert all(float(look.text) > float(typefaces.LATIN.text) for look in others)


def test_stack_of_fonts_ends_with_one_that_is_everywhere_and_needs_no_quotes() -> None:
    stacks = {typefaces.of(tag).fonts for tag in languages.tags()}

    assert {stack.rpartition(",")[2] for stack in stacks} == {"sans-serif"}
    assert not set("".join(stacks)) & set("\"'<>&;")
