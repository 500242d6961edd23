from __future__ import annotations

import re

from surveys import qrcodes

ADDRESS = "https://ask.example.com/o/Zk3v9QmT0aYx7bLr2NcPdg"


def test_svg_is_a_drawing_without_a_size_and_without_styles() -> None:
    drawing = qrcodes.svg(ADDRESS).decode()

    (attributes,) = re.findall(r"<svg ([^>]*)>", drawing)
    assert re.findall(r"([\w:]+)=", attributes) == ["xmlns", "viewBox"]
    assert ("style" in drawing, 'fill="#fff"' in drawing) == (False, True)


def test_png_is_sharp_enough_for_print() -> None:
    picture = qrcodes.png(ADDRESS)

    width = int.from_bytes(picture[16:20], "big")
    assert (picture[:8], width >= 800) == (b"\x89PNG\r\n\x1a\n", True)


def test_other_addresses_are_other_codes() -> None:
    assert qrcodes.svg(ADDRESS) != qrcodes.svg(ADDRESS.lower())
