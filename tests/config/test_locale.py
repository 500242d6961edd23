"""Every word of the console is there in Spanish, and fits where the English one stood."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from django.utils import translation

from tests.conftest import need

FOLDER = Path("config", "locale", "es", "LC_MESSAGES")
SOURCES = ("advocacy", "config", "surveys", "templates")
# Placeholders, tags and entities: a translation moves them, and neither loses nor invents one.
FIXED = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|</?\w+[^>]*>|&\w+;")


def catalogue(root: Path = settings.BASE_DIR) -> polib.POFile:
    return polib.pofile(root / FOLDER / "django.po")


def key(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgctxt or "", entry.msgid


def texts(entry: polib.POEntry) -> Iterator[tuple[str, str]]:
    """Each English text with its Spanish one."""
    if not entry.msgid_plural:
        yield entry.msgid, entry.msgstr
        return
    yield entry.msgid, entry.msgstr_plural.get(0, "")
    yield entry.msgid_plural, entry.msgstr_plural.get(1, "")


def test_every_message_is_translated() -> None:
    waiting = [entry.msgid for entry in catalogue() if entry.fuzzy or not all(spanish for _, spanish in texts(entry))]

    assert waiting == []


def test_a_translation_keeps_placeholders_and_tags() -> None:
    pairs = [pair for entry in catalogue() for pair in texts(entry)]

    changed = [pair for pair in pairs if Counter(FIXED.findall(pair[0])) != Counter(FIXED.findall(pair[1]))]

    assert changed == []


def test_a_translation_begins_and_ends_with_the_same_space() -> None:
    pairs = [pair for entry in catalogue() for pair in texts(entry)]

    changed = [
        pair
        for pair in pairs
        if [p[:1].isspace() for p in pair] != [pair[0][:1].isspace()] * 2
        or [p[-1:].isspace() for p in pair] != [pair[0][-1:].isspace()] * 2
    ]

    assert changed == []


def test_the_compiled_catalogue_is_that_of_the_texts() -> None:
    compiled = polib.mofile(settings.BASE_DIR / FOLDER / "django.mo")

    assert {key(entry): list(texts(entry)) for entry in compiled} == {
        key(entry): list(texts(entry)) for entry in catalogue()
    }


def test_the_catalogue_has_the_messages_of_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need(shutil.which("xgettext"), "needs gettext (Debian: apt install gettext)")
    for name in SOURCES:
        shutil.copytree(settings.BASE_DIR / name, tmp_path / name, ignore=shutil.ignore_patterns("locale", "static"))
    (tmp_path / FOLDER).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)

    with override_settings(LOCALE_PATHS=[tmp_path / "config" / "locale"]):
        call_command("makemessages", locale=["es"], no_obsolete=True, verbosity=0)

    found, known = {key(entry) for entry in catalogue(tmp_path)}, {key(entry) for entry in catalogue()}
    assert sorted(found - known) == [], "run make messages, then translate what is new"
    assert sorted(known - found) == [], "run make messages: nobody says these any more"


def test_spanish_is_spoken() -> None:
    with translation.override("es"):
        words = translation.gettext("Queue"), translation.ngettext("%(n)s answer", "%(n)s answers", 2)

    assert words == ("Cola", "%(n)s respuestas")
