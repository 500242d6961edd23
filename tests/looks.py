"""How a page looks: what axe says of it, and whether it fits, on a phone and on a desk, in light and in dark."""

from __future__ import annotations

from itertools import product
from typing import Literal

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
    """What is wrong with the page in any theme and width, such as "dark 360 color-contrast"; [] when all is well.

    The page is loaded but once, and the browser's window and wishes are changed around it. They stay as in the last
    look: dark, 1280 pixels wide.
    """
    found = []
    for theme, width in product(themes, WIDTHS):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # no colour on its way to another
        page.set_viewport_size({"width": width, "height": 800})
        words = barriers(page)
        if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
            words.append("cut")
        found += [f"{theme} {width} {word}" for word in words]
    return found
