from __future__ import annotations

from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import mergetags

VALUES = {"first_name": "Ada", "company": "Lovelace & Sons", "empty": ""}
# Not filled in any part, and refused when the text is saved.
NOT_TAGS = [
    "{{ unknown }}",
    "{{ contact.__class__ }}",
    "{{ first_name.__class__ }}",
    "{{ first_name.0 }}",
    "{{ first_name[0] }}",
    "{{ __class__ }}",
    "{{ settings.SECRET_KEY }}",
    "{{ request }}",
    "{% load x %}",
    "{% include '/etc/passwd' %}",
    "{%load%}",
    "{{ first_name|safe }}",
    "{{ first_name|upper }}",
    "{{ first_name|fallback:there }}",
    "{{ first_name|fallback:'there' }}",
    "{{ first_name|fallback:“there” }}",
    "{{ first_name|fallback:&quot;there&quot; }}",
    '{{ first_name|fallback:"a"b" }}',
    '{{ first_name|fallback:"{{" }}',
    '{{ first_name|fallback:"a\nb" }}',
    '{{ first_name|fallback:"a"|fallback:"b" }}',
    '{{ first_name fallback:"there" }}',
    "{{ first name }}",
    "{{ first_name() }}",
    "{{ 7*7 }}",
    "{{ First_Name }}",
    "{{ first_name\n}}",
    "{{ first_name }",
    "{{ first_name",
    "{{ }}",
    "{{}}",
    "{{",
]

any_text = st.text() | st.text('{}%|": \nab_fallback')


def unchanged(value: str) -> str:
    return value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Hello", "Hello"),
        ("Hello {{ first_name }},", "Hello Ada,"),
        ("{{first_name}}{{ first_name }}{{\tfirst_name\t}}", "AdaAdaAda"),
        ('{{ first_name|fallback:"there" }}', "Ada"),
        ('{{first_name | fallback: "there"}}', "Ada"),
        ("{{ empty }}!", "!"),
        ('{{ empty|fallback:"there" }}', "there"),
        ('{{ empty|fallback:"" }}!', "!"),
        ('{{ empty|fallback:"liebe Gäste, 您好" }}', "liebe Gäste, 您好"),
        ("100 % {sure} {first_name} }}", "100 % {sure} {first_name} }}"),
    ],
)
def test_fill_replaces_tags(text: str, expected: str) -> None:
    assert mergetags.fill(text, VALUES, escape=unchanged) == expected


@pytest.mark.parametrize("text", NOT_TAGS)
def test_fill_leaves_all_else_as_typed(text: str) -> None:
    assert mergetags.fill(f"a {text} b", VALUES, escape=unchanged) == f"a {text} b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{{ first_name }}}", "{Ada}"),
        ("{{ {{ first_name }} }}", "{{ Ada }}"),
        ("{{{{ first_name }}}}", "{{Ada}}"),
        ("{{ unknown {{ first_name }}", "{{ unknown Ada"),
    ],
)
def test_fill_takes_the_innermost_braces(text: str, expected: str) -> None:
    assert mergetags.fill(text, VALUES, escape=unchanged) == expected


@pytest.mark.parametrize(
    "payload", ["{{ secret }}", '{{ empty|fallback:"x" }}', "{% load x %}", r"\g<name>", "{0.secret}"]
)
def test_fill_never_reads_a_value_again(payload: str) -> None:
    values = {"first_name": payload, "secret": "s3cret", "empty": ""}

    assert mergetags.fill("Hi {{ first_name }}!", values, escape=unchanged) == f"Hi {payload}!"


def test_fill_never_reads_across_two_values() -> None:
    values = {"opens": "{{ sec", "closes": "ret }}", "secret": "s3cret"}

    assert mergetags.fill("{{ opens }}{{ closes }}", values, escape=unchanged) == "{{ secret }}"


@pytest.mark.parametrize("value", ["", " ", "\t\n", "\r\n", "\u200b", "\u00a0", "\u202e", "\x00", "\ud800"])
@pytest.mark.parametrize("escape", [mergetags.html, mergetags.plain, mergetags.header])
def test_fill_falls_back_from_what_nobody_can_see(value: str, escape: Any) -> None:
    filled = mergetags.fill('Hi {{ first_name|fallback:"there" }}!', {"first_name": value}, escape=escape)

    assert filled == "Hi there!"


def test_fill_escapes_values_and_fallbacks_but_not_the_text() -> None:
    text = '<b>{{ company }}</b> {{ empty|fallback:"<you>" }}'

    assert mergetags.fill(text, VALUES, escape=mergetags.html) == "<b>Lovelace &amp; Sons</b> &lt;you&gt;"


def test_fill_returns_a_plain_string() -> None:
    assert type(mergetags.fill("{{ company }}", VALUES, escape=mergetags.html)) is str


@pytest.mark.parametrize("value", [7, ["Ada"], object(), b"Ada"])
def test_fill_refuses_a_value_that_is_not_text(value: Any) -> None:
    with pytest.raises(TypeError, match=r"^The value of merge tag first_name is not a string\.$"):
        mergetags.fill("{{ first_name }}", {"first_name": value}, escape=unchanged)


@pytest.mark.parametrize("text", NOT_TAGS)
def test_unknown_names_each_tag_that_is_none(text: str) -> None:
    assert mergetags.unknown(f"Hello {text}", {"first_name"}) != []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ('Hello {{ first_name }}, {{ company|fallback:"friend" }}', []),
        ("{{{ first_name }}}", []),
        ("{ first_name } }} 100 % %}", []),
        ("Hello {{ naem }} and {{ first_name }}", ["{{ naem }}"]),
        ('{{ naem|fallback:"x" }} {{ b.c }} {{ naem|fallback:"x" }}', ['{{ naem|fallback:"x" }}', "{{ b.c }}"]),
        ("{% load x %} then {{ first_name", ["{% load x %}", "{{ first_name"]),
        ("{{ {{ first_name }} }}", ["{{"]),
    ],
)
def test_unknown_lists_tags_once_as_typed(text: str, expected: list[str]) -> None:
    assert mergetags.unknown(text, {"first_name", "company"}) == expected


def test_unknown_cuts_a_long_piece() -> None:
    assert mergetags.unknown("{{ " + "a" * 1000 + " }}", set()) == ["{{ " + "a" * 77]


@pytest.mark.parametrize(
    "text",
    [
        "{" * 100_000,
        "{{ " * 33_000,
        "{{ {" * 25_000,
        "}" * 100_000,
        "{}" * 50_000,
        "{%" * 50_000,
        "{{ first_name" * 8_000,
        "{{" + " " * 100_000,
        "{{ first_name" + " " * 100_000,
        "{{ " + "a" * 100_000,
        '{{ first_name|fallback:"' + "x" * 100_000,
        '{{ first_name|fallback:"' + " " * 50_000 + '"' + " " * 50_000,
        '{{ first_name|fallback:"x" ' * 4_000,
    ],
    ids=range(13),
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    started = perf_counter()

    filled = mergetags.fill(text, VALUES, escape=unchanged)
    mergetags.unknown(text, VALUES)

    assert filled == text
    # Quadratic work on 100 kB takes minutes.
    assert perf_counter() - started < 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ada", "Ada"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('"><svg onload=x>', "&quot;&gt;&lt;svg onload=x&gt;"),
        ("O'Brien & Söhne", "O&#x27;Brien &amp; Söhne"),
        ("&amp;", "&amp;amp;"),
        ("a\x00\u202eb", "ab"),
    ],
)
def test_html_escapes(value: str, expected: str) -> None:
    assert mergetags.html(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("two\nlines", "two\nlines"),
        ("a\r\nb\rc\x0bd\x0ce\x85f\u2028g\u2029h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("tab\tstop", "tab stop"),
        ("bell\x07 nul\x00 escape\x1b delete\x7f c1\x9f", "bell nul escape delete c1"),
        ("\u202eevil\u202c \u2066iso\u2069", "evil iso"),
        ("half\ud800 \udfffpair", "half pair"),
        ("مرحبا\u200f 👩\u200d💻 می\u200cخواهم", "مرحبا\u200f 👩\u200d💻 می\u200cخواهم"),
        ("<b>&", "<b>&"),
    ],
)
def test_plain_keeps_what_can_be_read(value: str, expected: str) -> None:
    assert mergetags.plain(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ada", "Ada"),
        ("Ada\r\nBcc: eve@evil.example", "Ada Bcc: eve@evil.example"),
        ("Ada\nX: y", "Ada X: y"),
        ("Ada\rX: y", "Ada X: y"),
        ("Ada\u2028X: y\u0085z", "Ada X: y z"),
        ("Ada\x00\x0b\x1c\x7f", "Ada"),
        ("  a \t\u00a0\u3000 b  ", "a b"),
        ("\ud800Ada\u202e", "Ada"),
        ("é" * 201, "é" * 200),
        ("a" * 199 + " b", "a" * 199),
    ],
)
def test_header_is_one_short_line(value: str, expected: str) -> None:
    assert mergetags.header(value) == expected


def test_header_value_adds_no_header() -> None:
    values = {"first_name": "Ada\r\nBcc: eve@evil.example\r\n\r\n<h1>body"}

    subject = mergetags.fill("{{ first_name }}, how did we do?", values, escape=mergetags.header)

    assert subject == "Ada Bcc: eve@evil.example <h1>body, how did we do?"


@pytest.mark.parametrize(
    "value",
    [
        "https://evil.example",
        "Ada https://evil.example/win",
        "HTTP://EVIL.EXAMPLE",
        "javascript://x",
        "www.evil.example",
        "Ada WWW.evil.example",
        "ｗｗｗ．evil.example",
        "https：／／evil.example",
        "w\u200bww.evil.example",
        "http:\n//evil.example".replace("\n", "\u2060"),
    ],
)
def test_safe_name_drops_what_looks_like_a_link(value: str) -> None:
    assert mergetags.safe_name(value) == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ada", "Ada"),
        ("  Ada \n Lovelace ", "Ada Lovelace"),
        ("J.R.R. Tolkien, Ph.D.", "J.R.R. Tolkien, Ph.D."),
        ("Booking.com", "Booking.com"),
        ("AC/DC: live", "AC/DC: live"),
        ("Ｆｕｌｌ", "Ｆｕｌｌ"),
        ("", ""),
    ],
)
def test_safe_name_keeps_names(value: str, expected: str) -> None:
    assert mergetags.safe_name(value) == expected


@given(any_text)
def test_escapers_change_nothing_the_second_time(value: str) -> None:
    once, line = mergetags.plain(value), mergetags.header(value)

    assert mergetags.plain(once) == once
    assert mergetags.header(line) == line


@given(st.text(st.characters(codec=None)))
def test_escaped_values_can_be_sent(value: str) -> None:
    line = mergetags.header(value)

    mergetags.html(value).encode()
    mergetags.plain(value).encode()
    assert len(line) <= 200
    assert line.splitlines() in ([], [line])
    assert not set(mergetags.html(value)) & set("<>\"'")


@given(any_text)
def test_text_without_unknown_tags_is_filled_whole(text: str) -> None:
    values = {"a": "x", "b": "x"}

    filled = mergetags.fill(text, values, escape=unchanged)

    assert mergetags.unknown(text, values) or "{{" not in filled


@given(any_text)
def test_every_value_comes_out_as_it_went_in(value: str) -> None:
    shown = f"[{value}]"

    assert mergetags.fill("{{ a }}{{ b }}", {"a": shown, "b": shown}, escape=unchanged) == shown + shown
