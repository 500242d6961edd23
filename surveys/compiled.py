"""A letter compiled once into bytes with gaps, and filled in for each recipient.

Rendering and MIME cost a hundred times what differs between two mails of a wave: an address, a name, two tokens, the
time. So a letter is rendered once with marks in their places, encoded as it would leave, and cut at the marks. What
comes out says the same as the letter rendered for that recipient, or nothing comes out, and it is rendered.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from django.core.mail import EmailMultiAlternatives

from surveys import mergetags

# Marks as no template and no staff text holds them. That of the name is not ASCII, so that its parts are encoded to
# hold any name; it has no character that HTML or a mail header would write otherwise.
NAME = "Zq7éVvname7qZ"
ADDRESS = "zq7vv-address-7qz@mark.invalid"
TOKEN = UUID("5a71b0d4-9c3e-4f6a-8b2d-7e1f0c9a3b58")
EXIT_TOKEN = UUID("a3d8c6f1-2b4e-4709-9e5c-1d7b8f3a6c40")

LONGEST_NAME = 120  # in bytes, written for HTML; a longer one is rendered
LONGEST_LINE = 998  # RFC 5322 2.1.1: with a longer one the letter would have to be encoded otherwise
_DATE = re.compile(rb"(?<=\r\nDate: )[^\r\n]*(?=\r\n)")
_SUBJECT = re.compile(rb"(?<=\r\nSubject: )[^\r\n]*(?:\r\n[ \t][^\r\n]*)*(?=\r\n)")
_WORD_BYTES = 45  # of an encoded word: 60 characters of base64 and the frame are below the 75 of RFC 2047 2


# In the order in which `fill` has what belongs into them.
_GAPS = ("address", "token", "exit", "number", "date", "text", "html", "subject")


class Name(NamedTuple):
    """A name as it is written in a letter: for its subject, its text part and its HTML."""

    plain: str
    text: bytes
    html: bytes


NAMELESS = Name("", b"", b"")


class Filling(NamedTuple):
    """What differs from mail to mail, in ASCII."""

    address: bytes
    token: bytes
    exit_token: bytes
    number: bytes
    date: bytes


@dataclass(frozen=True)
class Compiled:
    sender: str
    subject: str | None
    between: tuple[bytes, ...]  # the gaps
    gaps: tuple[str, ...]

    def fill(self, filling: Filling, name: Name) -> bytes:
        """The mail as it leaves, with CRLF."""
        values: tuple[bytes, ...] = (*filling, name.text, name.html)
        if self.subject is not None:
            values += (subject_line(mergetags.header(self.subject.replace(NAME, name.plain))),)
        pieces = self._pieces.copy()
        pieces[1::2] = self._picked(values)
        return b"".join(pieces)

    @cached_property
    def is_dotless(self) -> bool:
        """Whether no line of its mails begins with a dot, whatever comes into the gaps."""
        ends = [piece for piece in self.between[:-1] if piece.endswith(b"\r\n")]  # a gap could bring the dot
        return not ends and not any(b"\r\n." in piece for piece in self.between)

    @cached_property
    def _pieces(self) -> list[bytes]:
        """What stands between the gaps, and a place for each of them."""
        pieces = [b""] * (2 * len(self.gaps) + 1)
        pieces[::2] = self.between
        return pieces

    @cached_property
    def _picked(self) -> Callable[[tuple[bytes, ...]], tuple[bytes, ...]]:
        return itemgetter(*[_GAPS.index(gap) for gap in self.gaps])  # of five gaps at least: it gives a tuple


def compile_letter(
    letter: EmailMultiAlternatives, *, token: str, exit_token: str, number: str, sender: str
) -> Compiled | None:
    """`letter` was rendered for the marks above; `token`, `exit_token` and `number` are what their tokens became in it.

    None where the splice would not be safe: an encoding that cannot be cut, a line that a name could make too long, a
    mark that did not come through as it was.
    """
    raw: bytes = letter.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    head, boundary, parts = _parts(raw)
    if len(parts) != 2:
        return None
    marks = {ADDRESS: "address", token: "token", exit_token: "exit", number: "number"}
    subject = str(letter.subject) if NAME in str(letter.subject) else None
    if subject is not None:
        head = _SUBJECT.sub(b"\x00subject\x00", head, count=1)
    head = _DATE.sub(b"\x00date\x00", head, count=1)
    pieces = [_mark(head, marks), _mark(parts[0], {**marks, NAME: "text"}), _mark(parts[1], {**marks, NAME: "html"})]
    if not all(map(_is_plain, parts)) or max(map(_longest_line, pieces)) > LONGEST_LINE:
        return None
    between, gaps = _cut(boundary.join(pieces) + boundary + b"--\r\n")
    if not {"address", "token", "exit", "number", "date"} <= set(gaps) or NAME.encode() in b"".join(between):
        return None
    return Compiled(sender, subject, between, gaps)


def _parts(raw: bytes) -> tuple[bytes, bytes, list[bytes]]:
    found = re.search(rb'boundary="([^"]+)"', raw)
    if found is None:
        return raw, b"", []
    boundary = b"--" + found[1]
    head, *parts = raw.split(boundary)
    return head, boundary, parts[:-1]


def _mark(piece: bytes, marks: dict[str, str]) -> bytes:
    for text, name in marks.items():
        piece = piece.replace(text.encode("utf-8"), f"\x00{name}\x00".encode())
    return piece


def _is_plain(part: bytes) -> bool:
    """Whether the bytes of the part are its text."""
    head, _blank, _body = part.partition(b"\r\n\r\n")
    encoding = re.search(rb"(?im)^content-transfer-encoding: *(\S+)", head)
    return encoding is not None and encoding[1].lower() in (b"7bit", b"8bit")


def _longest_line(piece: bytes) -> int:
    """Of the lines as they may become; nothing but a name is long, and that of the subject is folded."""
    grown = re.sub(rb"\x00[a-z]+\x00", b"x" * LONGEST_NAME, piece)
    return max(map(len, grown.split(b"\r\n")))


def _cut(marked: bytes) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
    """The bytes between the marks, and the names of the gaps in their order."""
    pieces = marked.split(b"\x00")
    return tuple(pieces[::2]), tuple(name.decode() for name in pieces[1::2])


def written(name: str) -> Name | None:
    """A name that `mergetags.safe_name` gave; None for one that is too long, and has to be rendered."""
    text, html = mergetags.plain(name), mergetags.html(name).encode("utf-8")
    return Name(text, text.encode("utf-8"), html) if len(html) <= LONGEST_NAME else None


def subject_line(subject: str) -> bytes:
    """A subject of at most 200 characters as it stands in the header: in encoded words where it is not ASCII, or looks
    like some (RFC 2047)."""
    if subject.isascii() and "=?" not in subject:
        return subject.encode("ascii")
    words, piece = [], b""
    for char in subject:
        code = char.encode("utf-8", "replace")
        if len(piece) + len(code) > _WORD_BYTES:
            words.append(piece)
            piece = b""
        piece += code
    return b"\r\n ".join(b"=?utf-8?b?" + base64.b64encode(word) + b"?=" for word in [*words, piece])
