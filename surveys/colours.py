"""How well two colours can be told apart, and the nearest shade of one that can. Pure; a colour is `#rrggbb`."""

from __future__ import annotations

import colorsys
import math

READABLE = 4.5  # WCAG 2.2, 1.4.3: text against what it stands on
_STEPS = 1000


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black and white).

    Source: WCAG 2.2, contrast ratio: (lighter + 0.05) / (darker + 0.05), both as relative luminance.
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def shown(ratio: float) -> str:
    """With two digits, cut and not rounded: 4.4999 is not 4.50."""
    return f"{math.floor(ratio * 100) / 100:.2f}"


def unreadable(colour: str, *grounds: str) -> str:
    """The one of `grounds` beside which `colour` is least readable, or nothing where it is readable beside each."""
    worst = min(grounds, key=lambda ground: contrast(colour, ground))
    return worst if contrast(colour, worst) < READABLE else ""


def nearest(colour: str, *grounds: str) -> str:
    """The same hue, as little lighter or darker as it takes to be readable beside each of `grounds`.

    Raises ValueError where no shade is.
    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    for step in range(_STEPS + 1):
        for changed in (lightness - step / _STEPS, lightness + step / _STEPS):
            shade = _written(hue, min(max(changed, 0.0), 1.0), saturation) if step else colour
            if not unreadable(shade, *grounds):
                return shade
    raise ValueError("No shade is readable beside all of these.")


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red / 255, green / 255, blue / 255


def _written(hue: float, lightness: float, saturation: float) -> str:
    return "#" + bytes(round(255 * value) for value in colorsys.hls_to_rgb(hue, lightness, saturation)).hex()


def _luminance(colour: str) -> float:
    """Source: WCAG 2.2, relative luminance of sRGB."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
