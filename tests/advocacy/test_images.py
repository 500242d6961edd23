from __future__ import annotations

import hashlib
import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import ExifTags, Image, PngImagePlugin

from advocacy import images

RED = (200, 30, 40)


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size, RED if mode == "RGB" else 0).save(out, kind, **options)
    return out.getvalue()


def draw(content: bytes, name: str = "mill.png") -> images.Drawn:
    return images.draw(ContentFile(content, name=name), name=name)


def opened(drawn: images.Drawn) -> Image.Image:
    return Image.open(BytesIO(drawn.content))


def refused(content: bytes, name: str = "mill.png") -> str:
    with pytest.raises(images.ImageRefused) as refusal:
        draw(content, name)
    return str(refusal.value)


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG that says how large it is, with any chunks: what a hostile hand would write."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), *chunks, (b"IEND", b"")]
    whole = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(whole)


NOT_WHOLE = "“mill.png” is damaged or not complete. Save it anew in a picture program, and upload that."
NO_KIND = "“mill.png” is no PNG, JPEG or WebP picture, whatever its name says. Export it as one of them."
TOO_MANY = "“mill.png” has more than 40 million pixels. Make it smaller, and upload that."


# -------------------------------------------------------------------------------------------------------- what is taken


@pytest.mark.parametrize(
    ("kind", "content_type", "ending"),
    [("PNG", "image/png", "png"), ("JPEG", "image/jpeg", "jpg"), ("WEBP", "image/webp", "webp")],
)
def test_draw_takes_three_kinds_whatever_the_name(kind: str, content_type: str, ending: str) -> None:
    drawn = draw(picture(kind), name="notes.txt")

    assert (drawn.content_type, drawn.ending, drawn.width, drawn.height) == (content_type, ending, 40, 20)
    assert drawn.digest == hashlib.sha256(drawn.content).hexdigest()
    assert opened(drawn).format == kind


def test_draw_gives_the_same_bytes_for_the_same_picture() -> None:
    assert draw(picture("JPEG")) == draw(picture("JPEG"))


def test_draw_makes_a_large_picture_smaller_and_keeps_its_shape() -> None:
    drawn = draw(picture("JPEG", size=(5000, 2500)))

    assert (drawn.width, drawn.height) == (2000, 1000)


@pytest.mark.parametrize(
    ("mode", "kind", "drawn_as"),
    [
        ("RGBA", "PNG", "RGBA"),
        ("LA", "PNG", "RGBA"),
        ("P", "PNG", "RGB"),
        ("1", "PNG", "L"),
        ("L", "JPEG", "L"),
        ("CMYK", "JPEG", "RGB"),
        ("RGBA", "WEBP", "RGBA"),
        ("I;16", "PNG", "L"),
    ],
)
def test_draw_takes_every_way_to_keep_colours(mode: str, kind: str, drawn_as: str) -> None:
    assert opened(draw(picture(kind, mode=mode))).mode == drawn_as


def test_draw_scales_sixteen_bits() -> None:
    out = BytesIO()
    Image.new("I;16", (4, 4), 0x8000).save(out, "PNG")

    assert opened(draw(out.getvalue())).getpixel((0, 0)) == 0x80


# ----------------------------------------------------------------------------------------------------- what is left out


def test_draw_leaves_out_place_and_camera_and_turns_the_picture_up() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Ljubljana Cameras"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (46.0, 3.0, 5.0)
    given = picture("JPEG", exif=exif)
    assert Image.open(BytesIO(given)).getexif().get_ifd(ExifTags.IFD.GPSInfo) != {}  # it was there to leak

    drawn = draw(given)

    assert (drawn.width, drawn.height) == (20, 40)
    assert dict(opened(drawn).getexif()) == {}
    assert b"Exif" not in drawn.content
    assert b"Ljubljana" not in drawn.content


def test_draw_leaves_out_what_stands_in_words_or_profiles() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "somebody")
    given = picture("PNG", pnginfo=info, icc_profile=b"a profile of some length", dpi=(300, 300))
    assert Image.open(BytesIO(given)).info.keys() == {"Author", "icc_profile", "dpi"}

    assert opened(draw(given)).info == {}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_draw_leaves_out_what_follows_the_picture(kind: str) -> None:
    tail = b"<html><script>alert(1)</script></html>"

    drawn = draw(picture(kind) + tail)

    assert drawn == draw(picture(kind))
    assert tail not in drawn.content


def test_draw_keeps_the_first_frame_only() -> None:
    frames = [Image.new("RGB", (8, 8), (shade, 0, 0)) for shade in (250, 10, 90)]
    for kind, options in (("PNG", {}), ("WEBP", {"lossless": True})):
        out = BytesIO()
        frames[0].save(out, kind, save_all=True, append_images=frames[1:], **options)
        assert Image.open(BytesIO(out.getvalue())).n_frames == 3  # type: ignore[attr-defined]

        drawn = opened(draw(out.getvalue()))

        assert getattr(drawn, "n_frames", 1) == 1
        red = drawn.convert("RGB").getpixel((0, 0))
        assert isinstance(red, tuple)
        assert red[0] > 240


def test_draw_takes_the_several_pictures_of_a_phone_for_one_jpeg() -> None:
    out = BytesIO()
    Image.new("RGB", (8, 8), RED).save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (8, 8))])
    assert Image.open(BytesIO(out.getvalue())).format == "MPO"

    drawn = draw(out.getvalue())

    assert (drawn.content_type, opened(drawn).format) == ("image/jpeg", "JPEG")


# ------------------------------------------------------------------------------------------------------ what is refused


class Unread:
    """A file that says how large it is, and does not let itself be read."""

    size = images.MAX_BYTES + 1

    def read(self, *_args: Any) -> bytes:
        raise AssertionError


def test_draw_refuses_a_file_that_is_too_large_before_it_reads_it() -> None:
    file: Any = Unread()

    with pytest.raises(images.ImageRefused) as refusal:
        images.draw(file, name="mill.png")

    assert str(refusal.value) == "“mill.png” is larger than 10 MB. Save it smaller, and upload that."


def test_draw_counts_the_bytes_itself() -> None:
    file = ContentFile(b"x" * (images.MAX_BYTES + 1), name="mill.png")
    file.size = 10

    with pytest.raises(images.ImageRefused, match="larger than 10 MB"):
        images.draw(file, name="mill.png")


def test_draw_refuses_a_few_bytes_that_claim_to_be_huge() -> None:
    assert refused(png(60_000, 60_000)) == TOO_MANY
    assert refused(png(10_000, 4_001)) == TOO_MANY
    assert refused(png(2**31 - 1, 2**31 - 1)) == TOO_MANY


def test_draw_refuses_a_bomb_without_unpacking_it() -> None:
    rows = b"\0" * (1 + 3 * 10_000) * 100
    packer = zlib.compressobj(1)
    data = b"".join([*(packer.compress(rows) for _hundred in range(100)), packer.flush()])
    bomb = png(10_000, 10_000, (b"IDAT", data))
    assert len(bomb) < 2_000_000

    assert refused(bomb) == TOO_MANY


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt"])
def test_draw_refuses_words_that_grow(kind: bytes) -> None:
    packed = zlib.compress(b"a" * 50_000_000, 9)
    data = b"Comment\0\0" + packed if kind == b"zTXt" else b"Comment\0\1\0\0\0" + packed

    assert refused(png(4, 4, (kind, data), (b"IDAT", zlib.compress(b"\0" * 4 * 13)))) == NOT_WHOLE


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a" + b"\0" * 40,
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"\0" * 100,
        b"PK\x03\x04",
    ],
)
def test_draw_refuses_what_is_no_picture(content: bytes) -> None:
    assert refused(content) == NO_KIND


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO"])
def test_draw_refuses_other_kinds_under_a_good_name(kind: str) -> None:
    assert refused(picture(kind)) == NO_KIND


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_draw_refuses_a_file_cut_short(kind: str) -> None:
    noise = Image.effect_noise((200, 200), 90).convert("RGB")
    out = BytesIO()
    noise.save(out, kind)

    assert refused(out.getvalue()[: len(out.getvalue()) // 2]) == NOT_WHOLE


def test_draw_refuses_an_empty_file() -> None:
    assert refused(b"") == "“mill.png” is empty. Choose the file again."


def test_draw_refuses_every_spoilt_byte_in_words_or_draws_what_is_left() -> None:
    for kind in ("PNG", "JPEG", "WEBP"):
        whole = picture(kind, size=(16, 16))
        for at in range(0, len(whole), 7):
            spoilt = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
            try:
                drawn = draw(spoilt)
            except images.ImageRefused:
                continue
            assert drawn.width * drawn.height <= images.MAX_PIXELS


def test_refusals_show_names_that_cannot_turn_the_sentence() -> None:
    said = refused(b"", name="evil\u202egnp.<b>\n" + "x" * 200)

    assert said == f"“{('evilgnp.<b>' + 'x' * 200)[:80]}” is empty. Choose the file again."
