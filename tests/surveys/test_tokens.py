from __future__ import annotations

import re
from time import perf_counter
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from surveys import tokens

TOKEN = UUID("12345678-9abc-4def-8123-456789abcdef")
TEXT = "EjRWeJq8Te-BI0VniavN7w"

any_uuid = st.builds(UUID, bytes=st.binary(min_size=16, max_size=16))


def test_token_is_written_in_22_characters() -> None:
    assert tokens.encode(TOKEN) == TEXT


def test_token_is_read_back() -> None:
    assert tokens.decode(TEXT) == TOKEN


@pytest.mark.parametrize(
    ("number", "text"), [(0, "A" * 22), (2**128 - 1, "_" * 21 + "w"), (2**128 - 2**122, "_" + "A" * 21)]
)
def test_token_need_not_be_a_random_uuid(number: int, text: str) -> None:
    token = UUID(int=number)

    assert tokens.encode(token) == text
    assert tokens.decode(text) == token


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        TEXT[:-1],
        TEXT[1:],
        TEXT + "A",
        TEXT + "==",
        TEXT + "\n",
        " " + TEXT,
        TEXT[:-1] + "x",  # names the same 128 bits, but is not how we write them
        TEXT.upper(),
        TEXT.replace("-", "+"),
        "/" * 21 + "w",
        "." * 22,
        TEXT[:10] + "\x00" + TEXT[11:],
        TEXT[:10] + "%" + TEXT[11:],
        TEXT[:10] + "٧" + TEXT[11:],
        TEXT[:10] + "７" + TEXT[11:],
        TEXT[:10] + "é" + TEXT[11:],
        TEXT[:10] + "\ud800" + TEXT[11:],
        str(TOKEN),
        TOKEN.hex,
    ],
)
def test_token_is_read_in_its_one_form_only(text: str) -> None:
    assert tokens.decode(text) is None


@pytest.mark.parametrize("text", ["A" * 10_000, TEXT * 500, "\x00" * 10_000, "٧" * 10_000, "=" * 10_000, "A" * 10**7])
def test_long_garbage_is_refused_quickly(text: str) -> None:
    started = perf_counter()

    assert tokens.decode(text) is None
    assert perf_counter() - started < 2


@given(any_uuid)
def test_every_token_survives_the_way_out_and_back(token: UUID) -> None:
    text = tokens.encode(token)

    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", text)
    assert tokens.decode(text) == token


@given(st.text() | st.text("AQgwZz09-_", min_size=22, max_size=22))
@example("AAAAAAAAAAAAAAAAAAAAAB")
def test_every_text_that_is_read_is_written_the_same(text: str) -> None:
    token = tokens.decode(text)

    assert token is None or tokens.encode(token) == text
