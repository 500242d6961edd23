"""The one way staff texts are filled in.

A tag is `{{ name }}` or `{{ name|fallback:"there" }}`. There is no template engine behind it: a name is looked up in
a flat mapping, once, and what comes out is never read again. Whatever is not a known tag stays as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping

from django.utils.html import escape as escape_html

HEADER_LENGTH = 200

# No part but the closing braces may hold a brace, so a search never looks further than the next one: linear time.
_TAG = re.compile(r'\{\{[ \t]*(?P<name>\w+)[ \t]*(?:\|[ \t]*fallback:[ \t]*"(?P<fallback>[^"{}\r\n]*)"[ \t]*)?\}\}')
_LOOKS_LIKE_TAG = re.compile(r"\{\{(?!\{)[^{}]*\}{0,2}|\{%[^{}]*\}?")
_SHOWN_LENGTH = 80

_LINE_BREAK = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
# Controls but for tab and newline, lone surrogates (no encoding can write them), and the embeddings, overrides and
# isolates that turn the direction of text beyond their own value. The plain direction marks of Arabic and Hebrew stay.
_UNSAFE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_LINK = re.compile(r"://|www\.")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})


def fill(text: str, values: Mapping[str, str], *, escape: Callable[[str], str]) -> str:
    """Replace the known tags of a staff text by their values, in one pass.

    `values` has every name this text may use, with "" where nothing is known: then the fallback stands in, or nothing.
    `escape` (`html`, `plain` or `header`) is applied to values and fallbacks, not to the text around them: that is
    the caller's, who shows it as text or has sanitised it. Raises TypeError for a value that is not a string.
    """

    def replace(tag: re.Match[str]) -> str:
        value = values.get(tag["name"])
        if value is None:
            return tag.group()
        if not isinstance(value, str):
            raise TypeError(f"The value of merge tag {tag['name']} is not a string.")
        filled = escape(value)
        return escape(tag["fallback"] or "") if is_blank(filled) else filled

    return _TAG.sub(replace, text)


def unknown(text: str, allowed: Collection[str]) -> list[str]:
    """Return what looks like a tag but would not be filled: unknown names, broken tags, `{% ... %}`.

    Each is given once, as typed, in order and cut to 80 characters; an empty list means the text may be saved.
    """
    found = []
    for piece in _LOOKS_LIKE_TAG.findall(text):
        tag = _TAG.fullmatch(piece)
        if tag is None or tag["name"] not in allowed:
            found.append(piece.strip()[:_SHOWN_LENGTH])
    return list(dict.fromkeys(found))


def used(text: str) -> set[str]:
    """The names of the tags in it, known or not."""
    return {tag["name"] for tag in _TAG.finditer(text)}


def holes(text: str, values: Mapping[str, str]) -> list[str]:
    """The names of the known tags in it that nothing would stand for: no value, no fallback. Each once, in order."""
    empty = (
        tag["name"]
        for tag in _TAG.finditer(text)
        if is_blank(plain(values.get(tag["name"], "-"))) and is_blank(tag["fallback"] or "")
    )
    return list(dict.fromkeys(empty))


def plain(value: str) -> str:
    """Clean a value for a text part: no controls, lone surrogates or direction overrides; each line break a newline."""
    return _UNSAFE.sub("", _LINE_BREAK.sub("\n", value).replace("\t", " "))


def html(value: str) -> str:
    """Clean a value as for a text part and escape it for HTML: for text and quoted attributes, but never for a link."""
    return str(escape_html(plain(value)))


def header(value: str) -> str:
    """Clean a value for a mail header: one line of at most 200 characters, white space collapsed."""
    return " ".join(plain(value).split())[:HEADER_LENGTH].rstrip()


def safe_name(value: str) -> str:
    """Return a name of a person or company on one line, or "" if it looks like a link, so that the fallback stands in.

    A name is typed by strangers: "Ada https://evil.example" must not put a link into mail that carries our sender.
    """
    name = header(value)
    # Full-width letters and characters without width would hide a link from the search, but not from a mail program.
    return "" if _LINK.search(name.lower() if name.isascii() else _visible(name)) else name


def _visible(name: str) -> str:
    composed = unicodedata.normalize("NFKC", name)
    return "".join(char for char in composed if unicodedata.category(char) != "Cf").casefold()


def is_blank(value: str) -> bool:
    """Whether nothing of it would be seen, so that the fallback of its tag stands in."""
    return all(unicodedata.category(char) in _INVISIBLE for char in value)
