"""QR codes for print. Pure."""

from __future__ import annotations

import io
from typing import Any

import segno

QUIET = 4  # modules of white around it, which readers need
PIXELS = 20  # of a module: some 800 in all, sharp at 7 cm


def svg(address: str) -> bytes:
    """A drawing that is sharp in any size."""
    return _drawn(address, kind="svg", xmldecl=True, svgclass=None, lineclass=None, omitsize=True)


def png(address: str) -> bytes:
    return _drawn(address, kind="png", scale=PIXELS)


def _drawn(address: str, **options: Any) -> bytes:
    """With a sixth of it dirty or torn it can still be read."""
    out = io.BytesIO()
    segno.make_qr(address, error="m").save(out, border=QUIET, light="#fff", **options)
    return out.getvalue()
