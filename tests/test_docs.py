"""The documentation against the code: what it names is there, and what there is it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def anchors(page: Path) -> set[str]:
    """The headings as one can link to them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_link_leads_somewhere(page: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()) if "://" not in link]
    dead = []
    for link in links:
        name, _hash, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.is_file() or (anchor and anchor not in anchors(target)):
            dead.append(link)

    assert dead == []


def test_readme_names_each_setting() -> None:
    source = (ROOT / "config" / "settings.py").read_text()
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', source)) | {"SECRET_KEY", "ADDRESS_HASH_KEY"}
    readme = (ROOT / "README.md").read_text()

    assert {name for name in read if f"`{name}`" not in readme} == set()
    assert len(read) > 20


def test_readme_names_each_command() -> None:
    ours = {file.stem for file in ROOT.glob("*/management/commands/[a-z]*.py")}
    table = (ROOT / "README.md").read_text().partition("## Commands")[2]

    assert {name for name in ours if f"`{name}" not in table} == set()
    assert "serve" in ours
