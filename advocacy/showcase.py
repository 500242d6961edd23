"""The public case studies of a brand: each as it was signed, whatever is written about it since."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from advocacy import pictures, questionnaires, releases
from advocacy.models import CaseStudy, Picture
from surveys import languages, texts
from surveys.models import Brand

PAGE = 30


@dataclass(frozen=True)
class Handle:
    """A profile of the customer elsewhere; `address` is there where it can be led to."""

    text: str
    address: str


@dataclass(frozen=True)
class Story:
    """A public case study as it was signed. `media` are the digests that the signature covers."""

    number: int
    blocks: list[questionnaires.Block]
    title: str
    summary: str
    name: str
    role: str
    company: str
    site: str
    handles: list[Handle]
    language: str
    direction: str
    published_on: str
    media: list[str]
    pictures: list[Picture] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    stories: list[Story]
    number: int
    has_next: bool


def page(brand: Brand, number: int = 1) -> Page:
    """Those of a brand, what was published last on top. One statement."""
    start = (number - 1) * PAGE
    rows = list(_rows(brand).order_by("-published_at", "-pk")[start : start + PAGE + 1])
    return Page([_story(row) for row in rows[:PAGE]], number, len(rows) > PAGE)


def one(brand: Brand, pk: int) -> Story | None:
    """One, whole, with its pictures. What was changed behind the back of its signature is not shown."""
    row = _rows(brand).filter(pk=pk).first()
    if row is None or not releases.is_whole(row.shown):
        return None
    return replace(_story(row), pictures=pictures.of_release(row.shown))


def _rows(brand: Brand) -> Any:
    return CaseStudy.objects.public().filter(brand=brand).select_related("shown__version")


def _story(row: Any) -> Story:
    version, spoken = row.shown.version, languages.get(row.language)
    return Story(
        number=row.pk,
        blocks=questionnaires.blocks(version),
        title=version.title,
        summary=version.summary,
        name=version.shown_name,
        role=version.shown_role,
        company=version.shown_company,
        site=texts.link(version.site),
        handles=handles(version.handles),
        language=spoken.tag,
        direction=spoken.direction,
        published_on=f"{row.published_at:%Y-%m-%d}",
        media=list(row.shown.media),
    )


def handles(lines: str) -> list[Handle]:
    """Each line; a web address leads there, anything else is words."""
    found = [line.strip() for line in lines.split("\n") if line.strip()]
    return [Handle(line, "" if " " in line else texts.link(line)) for line in found]
