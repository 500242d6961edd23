"""The languages we can ask in: tag, own name, direction, question, end labels, prompts. Pure.

A tag is written as in HTML: `pt-BR`, `zh-Hans`. Which of them have all public words is for `surveys.texts` to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from surveys.enums import Band, Confidence

FALLBACK = "en"

_FILE = Path(__file__).parent / "data" / "nps-translations.json"
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}")
_OWN_NAMES = {
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "de": "Deutsch",
    "it": "Italiano",
    "pt": "Português",
    "pt-BR": "Português (Brasil)",
    "nl": "Nederlands",
    "sv": "Svenska",
    "da": "Dansk",
    "nb": "Norsk bokmål",
    "fi": "Suomi",
    "pl": "Polski",
    "cs": "Čeština",
    "sk": "Slovenčina",
    "hu": "Magyar",
    "ro": "Română",
    "hr": "Hrvatski",
    "sr-Cyrl": "Српски",
    "uk": "Українська",
    "ru": "Русский",
    "el": "Ελληνικά",
    "tr": "Türkçe",
    "ar": "العربية",
    "he": "עברית",
    "hi": "हिन्दी",
    "id": "Bahasa Indonesia",
    "th": "ไทย",
    "vi": "Tiếng Việt",
    "ja": "日本語",
    "ko": "한국어",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "et": "Eesti",
    "cy": "Cymraeg",
}
# Where dropping the last part of a tag does not lead to the language it means.
_MEANT = {
    "zh": "zh-Hans",
    "zh-CN": "zh-Hans",
    "zh-SG": "zh-Hans",
    "zh-TW": "zh-Hant",
    "zh-HK": "zh-Hant",
    "zh-MO": "zh-Hant",
    "no": "nb",
    "sr": "sr-Cyrl",
    # Codes withdrawn in 1989 that old systems still export.
    "iw": "he",
    "in": "id",
}


@dataclass(frozen=True)
class Language:
    tag: str
    own_name: str
    direction: Literal["ltr", "rtl"]
    question: str
    low_label: str
    high_label: str
    prompts: Mapping[str, str]
    confidence: Confidence

    @property
    def is_draft(self) -> bool:
        """Whether its question was pieced together: nobody is shown it before somebody who speaks it accepts it."""
        return self.confidence == Confidence.LOW


def normalise(tag: str) -> str:
    """The usual spelling of a language tag: `pt_br` is `pt-BR`, `ZH-hans` is `zh-Hans`; empty for what is no tag."""
    tag = tag.strip().replace("_", "-")
    if not _TAG.fullmatch(tag):
        return ""
    first, *rest = tag.lower().split("-")
    return "-".join([first, *(_spelled(part) for part in rest)])


def _spelled(part: str) -> str:
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part


def chain(tag: str) -> Iterator[str]:
    """The tag and what it may fall back to, nearest first: `es-MX`, `es`; `zh-TW`, `zh-Hant`; `no`, `nb`.

    A script is never dropped: who reads `zh-Hant` is not served `zh-Hans`.
    """
    tag = normalise(tag)
    while tag:
        yield tag
        if tag in _MEANT:
            yield _MEANT[tag]
            return
        tag, _, last = tag.rpartition("-")
        if len(last) == 4 and last.isalpha():
            return


def get(tag: str) -> Language:
    """The language of a tag, or of the nearest one it may fall back to, or English."""
    known = _all()
    return next((known[candidate] for candidate in chain(tag) if candidate in known), known[FALLBACK])


def own_name(tag: str) -> str:
    """Its own name; a tag we have no name for stays a tag."""
    return _OWN_NAMES.get(tag, tag)


def tags() -> tuple[str, ...]:
    """Every language with a question."""
    return tuple(_all())


@cache
def drafts() -> frozenset[str]:
    """Those that wait for somebody who speaks them; which are accepted is for `surveys.models.languages` to say."""
    return frozenset(tag for tag, language in _all().items() if language.is_draft)


def draft_of(tag: str, in_use: Collection[str]) -> str:
    """The draft that whoever wishes this language would be asked in, were it accepted; empty where none waits."""
    return next((candidate for candidate in chain(tag) if candidate in drafts() - set(in_use)), "")


@cache
def sure() -> frozenset[str]:
    """All the others."""
    return frozenset(_all()) - drafts()


@cache
def _all() -> Mapping[str, Language]:
    return {tag: _language(tag, entry) for tag, entry in _entries().items() if not tag.startswith("_")}


@cache
def _entries() -> dict[str, Any]:
    entries: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return entries


def _language(tag: str, entry: dict[str, Any]) -> Language:
    question = entry["question"]
    if tag == "ar":
        # The prefix and the name after it are one word to the reader: they stay on one line.
        question = question.replace("ـ {company}", "ـ\N{NO-BREAK SPACE}{company}")
    return Language(
        tag=tag,
        own_name=_OWN_NAMES[tag],
        direction="rtl" if entry["rtl"] else "ltr",
        question=question.replace("{company}", "{{ company }}"),
        low_label=entry["low_label"],
        high_label=entry["high_label"],
        prompts={band: entry["comment_prompts"][band] for band in Band.values},
        confidence=Confidence(entry["confidence"]),
    )
