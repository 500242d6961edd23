from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from advocacy import ics
from advocacy.ics import Happening

AT = dt.datetime(2026, 3, 1, 8, 30, 5, tzinfo=dt.UTC)
MADRID = ZoneInfo("Europe/Madrid")
TASTING = Happening(
    uid="8f1c@ask.example.com",
    sequence=2,
    starts_at=dt.datetime(2026, 6, 9, 18, 0, tzinfo=MADRID),
    ends_at=dt.datetime(2026, 6, 9, 20, 30, tzinfo=MADRID),
    title="Tasting, with friends",
    text="First line\nSecond; with a \\",
    place="Calle Mayor 1, Madrid",
    address="https://meet.example.com/x?a=1,2",
    organiser="Aurora",
    organiser_address="hello@aurora.example.com",
    language="en",
)
# What ends a line somewhere, and would let a text write properties of its own.
BREAKS = ["\r\n", "\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
HOSTILE = [f"Tea{each}ATTENDEE:mailto:mallory@evil.example{each}END:VEVENT" for each in BREAKS]
FIELDS = ("uid", "title", "text", "place", "address", "organiser", "organiser_address", "language")


def unfolded(happening: Happening) -> list[str]:
    """The lines as a reader puts them together again."""
    whole = ics.write(happening, at=AT).replace(b"\r\n ", b"").decode()
    assert whole.endswith("\r\n")
    return whole.removesuffix("\r\n").split("\r\n")


def test_file_holds_one_happening_in_utc() -> None:
    assert unfolded(TASTING) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Viva Voce//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:8f1c@ask.example.com",
        "SEQUENCE:2",
        "DTSTAMP:20260301T083005Z",
        "DTSTART:20260609T160000Z",
        "DTEND:20260609T183000Z",
        'SUMMARY;LANGUAGE="en":Tasting\\, with friends',
        'DESCRIPTION;LANGUAGE="en":First line\\nSecond\\; with a \\\\',
        "LOCATION:Calle Mayor 1\\, Madrid",
        "URL:https://meet.example.com/x?a=1,2",
        'ORGANIZER;CN="Aurora":mailto:hello@aurora.example.com',
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_cancelled_one_says_so_under_the_same_number() -> None:
    lines = unfolded(replace(TASTING, is_cancelled=True, sequence=3))

    assert [line for line in lines if line.startswith(("METHOD", "STATUS", "UID", "SEQUENCE"))] == [
        "METHOD:CANCEL",
        "UID:8f1c@ask.example.com",
        "SEQUENCE:3",
        "STATUS:CANCELLED",
    ]


def test_what_is_unknown_has_no_line() -> None:
    bare = Happening(uid="u", sequence=0, starts_at=AT, ends_at=AT, title="T")

    names = [line.partition(":")[0] for line in unfolded(bare)]

    assert names[5:-1] == [
        *("BEGIN", "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "TRANSP", "END")
    ]


def changed(field: str, value: Any) -> Happening:
    return replace(TASTING, **{field: value})


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_begins_a_line_of_its_own(field: str, text: str) -> None:
    ordinary, hostile = unfolded(TASTING), unfolded(changed(field, text))

    names = [line.partition(":")[0].partition(";")[0] for line in hostile]
    assert names == [line.partition(":")[0].partition(";")[0] for line in ordinary]
    # However a reader parts lines, it finds the same ones.
    assert [len(line.splitlines()) for line in hostile] == [1] * len(hostile)


def test_quotation_marks_do_not_leave_a_parameter() -> None:
    lines = unfolded(replace(TASTING, organiser='Aurora";X-EVIL="1'))

    assert "ORGANIZER;CN=\"Aurora';X-EVIL='1\":mailto:hello@aurora.example.com" in lines


def test_controls_and_lone_surrogates_are_left_out() -> None:
    assert ics.escape("a\x00b\x07c\ud800d\te") == "abcd e"


@pytest.mark.parametrize("letter", ["a", "é", "茶", "🫖", "\\", "؟"])
def test_lines_are_folded_at_75_octets_and_no_letter_is_torn(letter: str) -> None:
    happening = replace(TASTING, text=letter * 400)

    pieces = ics.write(happening, at=AT).split(b"\r\n")

    assert max(len(piece) for piece in pieces) <= 75
    assert [piece.decode() for piece in pieces][-1] == ""  # each piece by itself is whole letters
    assert f'DESCRIPTION;LANGUAGE="en":{ics.escape(letter) * 400}' in unfolded(happening)


def test_line_of_75_octets_is_one_line_and_of_76_two() -> None:
    assert ics.fold("x" * 75) == b"x" * 75
    assert ics.fold("x" * 76) == b"x" * 75 + b"\r\n x"
    assert ics.fold("x" * 150) == b"x" * 75 + b"\r\n " + b"x" * 74 + b"\r\n x"


def test_hundred_thousand_letters_are_folded() -> None:
    file = ics.write(replace(TASTING, text="<script>" * 12_500), at=AT)

    assert max(len(piece) for piece in file.split(b"\r\n")) == 75
    assert file.isascii()
