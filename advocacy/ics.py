"""Calendar files as RFC 5545 has them. Pure: no text of anybody can begin a line of its own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

PRODUCT = "-//Viva Voce//EN"
LONGEST_LINE = 75  # octets, without the line break
_BREAK = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")  # all that some reader takes for the end of a line
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


class Method(StrEnum):
    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Happening:
    """One entry of a calendar. A later version of the same one has its `uid`, and a higher `sequence`."""

    uid: str
    sequence: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str
    text: str = ""
    place: str = ""
    address: str = ""
    organiser: str = ""
    organiser_address: str = ""
    language: str = ""
    is_cancelled: bool = False


def write(happening: Happening, *, at: dt.datetime) -> bytes:
    """The file of one happening, as it stands `at`."""
    method = Method.CANCEL if happening.is_cancelled else Method.PUBLISH
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method.value}",
        "BEGIN:VEVENT",
        *_event(happening, at),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(fold(line) + b"\r\n" for line in lines)


def _event(happening: Happening, at: dt.datetime) -> Iterator[str]:
    spoken = f";LANGUAGE={parameter(happening.language)}" if happening.language else ""
    yield f"UID:{escape(happening.uid)}"
    yield f"SEQUENCE:{happening.sequence}"
    yield f"DTSTAMP:{moment(at)}"
    yield f"DTSTART:{moment(happening.starts_at)}"
    yield f"DTEND:{moment(happening.ends_at)}"
    yield f"SUMMARY{spoken}:{escape(happening.title)}"
    if happening.text:
        yield f"DESCRIPTION{spoken}:{escape(happening.text)}"
    if happening.place:
        yield f"LOCATION:{escape(happening.place)}"
    if happening.address:
        yield f"URL:{uri(happening.address)}"
    if happening.organiser_address:
        named = f";CN={parameter(happening.organiser)}" if happening.organiser else ""
        yield f"ORGANIZER{named}:mailto:{uri(happening.organiser_address)}"
    yield f"STATUS:{'CANCELLED' if happening.is_cancelled else 'CONFIRMED'}"
    yield "TRANSP:OPAQUE"


def moment(at: dt.datetime) -> str:
    """A moment in UTC: every calendar shows it in the zone of its reader."""
    return at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def clean(text: str) -> str:
    """Without controls and lone surrogates; whatever ends a line anywhere is one kind of line break."""
    return _CONTROL.sub("", _BREAK.sub("\n", text.replace("\t", " ")))


def escape(text: str) -> str:
    """A value of the type TEXT (RFC 5545, 3.3.11): never more than one line."""
    return clean(text).translate(_ESCAPED)


def parameter(text: str) -> str:
    """A value in quotation marks, which can hold none itself (3.1)."""
    return '"' + clean(text).replace("\n", " ").replace('"', "'") + '"'


def uri(text: str) -> str:
    """An address, which is not escaped and so must hold neither white space nor a control."""
    return "".join(clean(text).split())


def fold(line: str) -> bytes:
    """A line in pieces of at most 75 octets, each but the first after a line break and a space; no letter is torn."""
    pieces, piece = [], b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > LONGEST_LINE:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece])
