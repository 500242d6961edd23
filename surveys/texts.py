"""All words of mail and public pages, with a campaign's own words over them. Pure.

A language is offered only when every word is there. In a language that has but the question, the question is asked in
it, and all around it is in another; nothing else of a page mixes two languages.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import ChainMap
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.html import escape, format_html_join

from surveys import languages, mergetags

OFFERED = ("en", "es", "ar", "zh-Hans", "it", "de", "fr", "pt-BR", "ja", "nl", "tr", "he")
# The words that follow the language of the question.
ASKED = ("question", "low_label", "high_label", "prompt")
# What a text that staff write may use; the standard texts have tags of their own beside these.
STAFF_TAGS = ("company", "first_name", "product")

_FOLDER = Path(__file__).parent / "data" / "texts"
_OPEN, _CLOSE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_ISOLATED = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")


def language(*wishes: str, in_use: Collection[str] | None = None) -> str:
    """The language of a page: the first wish that is offered, or whose fallback is; else English.

    `in_use` are the languages that may be shown; without it, those that need nobody's acceptance.
    """
    known = languages.sure() if in_use is None else in_use
    return next((tag for tag in _candidates(wishes) if tag in OFFERED and tag in known), languages.FALLBACK)


def question_language(*wishes: str, in_use: Collection[str] | None = None) -> str:
    """The language of its question likewise, which need not be offered. Offered, it is that of the page."""
    known = languages.sure() if in_use is None else in_use
    return next((tag for tag in _candidates(wishes) if tag in known), languages.FALLBACK)


def offered(in_use: Collection[str]) -> list[languages.Language]:
    """The languages that a reader can choose."""
    return [languages.get(tag) for tag in OFFERED if tag in in_use]


def _candidates(wishes: tuple[str, ...]) -> Iterator[str]:
    return (tag for wish in wishes for tag in languages.chain(wish))


class Words(Mapping[str, str]):
    """The words of one language by key, each filled in for HTML when it is read.

    Sections lie over each other, the last on top, and above them all `own`: the words of a campaign, where a blank one
    leaves the standard words. Question, end labels and, for a band, the prompt come from `surveys.languages`, in the
    language `asked` where that is another; then `foreign` is it.
    """

    def __init__(
        self,
        tag: str,
        *sections: str,
        values: Mapping[str, str] | None = None,
        own: Mapping[str, str] | None = None,
        asked: str = "",
    ) -> None:
        self.tag = tag
        spoken = languages.get(asked or tag)
        self.foreign = None if spoken.tag == tag else spoken
        question = {"question": spoken.question, "low_label": spoken.low_label, "high_label": spoken.high_label}
        for band in spoken.prompts.keys() & set(sections):
            question["prompt"] = spoken.prompts[band]
        written = {key: text for key, text in (own or {}).items() if text.strip()}
        standard = [table(tag)[section] for section in reversed(sections)]
        self._texts: ChainMap[str, str] = ChainMap(written, *standard, question)
        self._values = values or {}

    def __getitem__(self, key: str) -> str:
        return html(self._texts[key], self._values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def plain(self, key: str, **more: str) -> str:
        """The same for an attribute, a header or a text part; not escaped."""
        return plain(self._texts[key], {**self._values, **more})


def html(text: str, values: Mapping[str, str]) -> str:
    """Fill in `text` for HTML: all of it escaped, and each value apart from the direction of the text around it.

    `mergetags.plain` lets no isolate through, so the pair we put around a value marks it; in HTML that pair is <bdi>.
    """
    filled = mergetags.fill(text, values, escape=lambda value: value and f"{_OPEN}{mergetags.plain(value)}{_CLOSE}")
    *pieces, rest = _ISOLATED.split(filled)
    apart = zip(pieces[::2], pieces[1::2], strict=True)
    return format_html_join("", "{}<bdi>{}</bdi>", apart) + escape(rest)


def plain(text: str, values: Mapping[str, str]) -> str:
    """Fill in `text` for a place without markup."""
    return mergetags.fill(text, values, escape=mergetags.plain)


def until(tag: str, closes_at: dt.datetime, now: dt.datetime) -> str:
    """Until when an answer can be changed: the last whole day, or on the last day the time. Both in the reader's zone.

    Without a month table of our own the words would need the locale files of the server.
    """
    last_day = closes_at.date() - dt.timedelta(days=1)
    if last_day >= now.date():
        return day(tag, last_day)
    return plain(table(tag)["dates"]["day_time"], {"day": day(tag, closes_at.date()), "time": f"{closes_at:%H:%M}"})


def day(tag: str, date: dt.date) -> str:
    dates = table(tag)["dates"]
    return plain(dates["day"], {"number": str(date.day), "month": dates["months"][date.month - 1]})


def moment(tag: str, at: dt.datetime) -> str:
    """A day with its weekday, and the time, both in the zone of `at`."""
    words = table(tag)["moments"]
    parts = {"weekday": words["weekdays"][at.weekday()], "day": day(tag, at.date()), "time": f"{at:%H:%M}"}
    return plain(words["moment"], parts)


def link(url: str) -> str:
    """`url` if it is a web address, else nothing: whatever got into the database, no other scheme becomes a link."""
    return url if url.lower().startswith(("https://", "http://")) else ""


@cache
def is_reviewed(tag: str) -> bool:
    """Whether a native speaker has read the public texts of an offered language, or they are our draft."""
    states: dict[str, str] = json.loads((_FOLDER / "REVIEW.json").read_text(encoding="utf-8"))
    return states[tag] == "reviewed"


@cache
def table(tag: str) -> Mapping[str, Any]:
    """Every text of an offered language, by section and key. A folder holds one topic in all languages."""
    tables: dict[str, Any] = {}
    for path in sorted(_FOLDER.glob(f"*/{tag}.json")):
        tables |= json.loads(path.read_text(encoding="utf-8"))
    return tables
