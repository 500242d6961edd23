"""How a page looks: what axe says of it, and whether it fits, on a phone and on a desk, in light and in dark."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
WIDTHS = (360, 1280)
RUN = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.map(rule => rule.id))"


def barriers(page: Page) -> list[str]:
    """What axe finds on the page as it stands, as ids of its rules."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(Axe().axe_script)
    return [str(rule) for rule in page.evaluate(RUN)]


def faults(page: Page, themes: tuple[Theme, ...] = THEMES) -> list[str]:
    """What is wrong with the page in each theme and width, such as "dark 360 color-contrast"; [] when all is well.

    Colours come with the theme, and what stands where with the width: half of the pages are looked at on a light phone
    and a dark desk, the others on a dark phone and a light desk. The page is loaded but once, and the browser's window
    and wishes are changed around it. In the end they are the last theme and 1280 pixels.
    """
    found = []
    for theme, width in looks_at(urlsplit(page.url).path, themes):
        show(page, theme, width)
        words = barriers(page)
        if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
            words.append("cut")
        found += [f"{theme} {width} {word}" for word in words]
    show(page, themes[-1], WIDTHS[-1])
    return found


def looks_at(path: str, themes: tuple[Theme, ...]) -> list[tuple[Theme, int]]:
    """In which themes and widths a page is looked at: in each theme, and in each width."""
    if len(themes) == 1:
        return [(themes[0], width) for width in WIDTHS]
    return list(zip(themes, WIDTHS if len(path) % 2 else reversed(WIDTHS), strict=True))


def show(page: Page, theme: Theme, width: int) -> None:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # no colour on its way to another
    page.set_viewport_size({"width": width, "height": 800})
