"""Pictures that somebody uploads: looked at with distrust, and drawn anew. Pure.

What comes out holds the pixels and nothing else: no place or camera, no second frame, nothing after the picture's end.
"""

from __future__ import annotations

import hashlib
import struct
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

if TYPE_CHECKING:
    from django.core.files import File

MAX_BYTES = 10 << 20
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 2000
# What each kind is called on the wire, what its name ends in, and how it is written.
KINDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "PNG": ("image/png", "png", {"optimize": True}),
    "JPEG": ("image/jpeg", "jpg", {"quality": 85, "progressive": True, "optimize": True}),
    "WEBP": ("image/webp", "webp", {"quality": 85, "method": 4}),
}
# Whatever else of this process opens a picture stops at the same number of pixels, and not with a mere warning.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
TOO_MANY = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# All that Pillow's readers throw at a broken file.
BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError, struct.error)


class ImageRefused(ValueError):
    """It says, in words for whoever uploaded it, which file is not taken, why, and what to do instead."""


@dataclass(frozen=True)
class Drawn:
    """A picture as it may be stored and shown."""

    content: bytes
    content_type: str
    ending: str
    digest: str
    width: int
    height: int


def draw(file: File[bytes], *, name: str) -> Drawn:
    """The picture in an uploaded file, drawn anew. Raises ImageRefused."""
    shown = _shown(name)
    data = b"" if (file.size or 0) > MAX_BYTES else file.read(MAX_BYTES + 1)
    if (file.size or 0) > MAX_BYTES or len(data) > MAX_BYTES:
        said = _("“%(name)s” is larger than %(most)d MB. Save it smaller, and upload that.")
        raise ImageRefused(said % {"name": shown, "most": MAX_BYTES >> 20})
    if not data:
        raise ImageRefused(_("“%(name)s” is empty. Choose the file again.") % {"name": shown})
    return _drawn(data, shown)


def _drawn(data: bytes, shown: str) -> Drawn:
    try:
        with Image.open(BytesIO(data), formats=tuple(KINDS)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            kind = "JPEG" if image.format == "MPO" else str(image.format)  # how phones keep several in one file
            content, size = _anew(image, kind)
    except TOO_MANY:
        said = _("“%(name)s” has more than %(most)d million pixels. Make it smaller, and upload that.")
        raise ImageRefused(said % {"name": shown, "most": MAX_PIXELS // 1_000_000}) from None
    except UnidentifiedImageError:
        said = _("“%(name)s” is no PNG, JPEG or WebP picture, whatever its name says. Export it as one of them.")
        raise ImageRefused(said % {"name": shown}) from None
    except BROKEN:
        said = _("“%(name)s” is damaged or not complete. Save it anew in a picture program, and upload that.")
        raise ImageRefused(said % {"name": shown}) from None
    content_type, ending, _how = KINDS[kind]
    return Drawn(content, content_type, ending, hashlib.sha256(content).hexdigest(), *size)


def _anew(image: Image.Image, kind: str) -> tuple[bytes, tuple[int, int]]:
    """The first frame the right way up, no longer than allowed, with nothing that was written beside it."""
    image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is not even read in full
    made: Image.Image = ImageOps.exif_transpose(image)
    if made.mode.startswith("I"):  # sixteen bits, which a conversion would cut and not scale
        made = made.point(lambda value: value * (1 / 256))
    made = made.convert(_mode(made, kind))
    made.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Image.new(made.mode, made.size)
    bare.paste(made)
    out = BytesIO()
    bare.save(out, kind, **KINDS[kind][2])
    return out.getvalue(), bare.size


def _mode(image: Image.Image, kind: str) -> str:
    if image.has_transparency_data and kind != "JPEG":
        return "RGBA"
    return "L" if image.mode in {"1", "L", "I", "I;16"} and kind != "WEBP" else "RGB"


def _shown(name: str) -> str:
    """A file name fit for a sentence: without what cannot be seen, and not too long."""
    return "".join(letter for letter in name if letter.isprintable())[:80] or _("file without a name")
