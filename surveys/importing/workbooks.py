"""The rows of the first sheet of an XLSX workbook, as texts. A small archive may unpack to anything, so with limits."""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _

from surveys.importing.report import FileRefused

MAX_PARTS = 5_000
MAX_UNPACKED = 400 << 20
MAX_RATIO = 200
SMALL = 16 << 20  # below this no ratio can hurt
MAX_STRINGS = 64 << 20  # held in memory, as the format wants it
MAX_TAGS = 6_000_000  # each of them costs more than its letters
MAX_ROW = 1 << 20
MAX_TAIL = 16 << 20  # links and formats behind the rows
MAX_PART = 8 << 20
MAX_ROWS = 1_048_576
_CHUNK = 1 << 20

ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
OLE_START = b"\xd0\xcf\x11\xe0"
_END_OF_ROWS = re.compile(rb"</(?:\w+:)?sheetData\b")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# What a damaged or hostile workbook makes the reader raise.
_DAMAGED = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    ParseError,
    RuntimeError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def refuse_old(path: Path, name: str) -> FileRefused:
    """What to say of a file in the old container of Excel: an encrypted workbook wears it too."""
    with path.open("rb") as file:
        tail = b""
        while chunk := file.read(_CHUNK):
            if _ENCRYPTED in tail + chunk:
                return FileRefused(
                    _("%s is protected by a password. Remove it in your spreadsheet and save again.") % name
                )
            tail = chunk[-len(_ENCRYPTED) :]
    return FileRefused(_("%s is in an old Excel format. Save it as .xlsx or as “CSV UTF-8”.") % name)


@contextmanager
def open_rows(path: Path, name: str) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """The number and the cells of each row that holds something. Raises FileRefused, also while the rows are read."""
    try:
        with zipfile.ZipFile(path) as archive:
            _require_workbook(archive, name)
            _weigh(archive, name)
    except _DAMAGED as error:
        raise _damaged(name) from error
    with path.open("rb") as file:
        book = _load(file, name)
        try:
            yield _rows(book, name)
        finally:
            book.close()


def _load(file: Any, name: str) -> Any:
    from openpyxl import load_workbook  # noqa: PLC0415 - large, and few processes ever read a workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except _DAMAGED as error:
        raise _damaged(name) from error


def _require_workbook(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.namelist()
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise _locked(name)
    if "xl/workbook.bin" in parts or "content.xml" in parts:
        raise FileRefused(_("%s is no .xlsx workbook. Save it as .xlsx or as “CSV UTF-8”.") % name)
    if "[Content_Types].xml" not in parts or not any(part.startswith("xl/") for part in parts):
        raise FileRefused(_("%s is a ZIP archive. Unpack it and choose the file inside.") % name)


def _weigh(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse what would not fit, before anything is parsed."""
    parts = archive.infolist()
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    is_bomb = unpacked > SMALL and unpacked > MAX_RATIO * max(packed, 1)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or is_bomb:
        raise _too_large(name)
    for part in parts:
        if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
            _weigh_sheet(archive, part, name)
        elif part.filename == "xl/sharedStrings.xml":
            if part.file_size > MAX_STRINGS or sum(chunk.count(b"<") for chunk in _chunks(archive, part)) > MAX_TAGS:
                raise _too_large(name)
        elif part.filename.endswith((".xml", ".rels")) and part.file_size > MAX_PART:
            raise _too_large(name)


def _weigh_sheet(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    """A row is in memory as a whole, so none may be as long as it likes; nor may what stands before the first."""
    stretch, limit, tail = 0, MAX_ROW, b""
    for chunk in _chunks(archive, part):
        text = tail + chunk
        first, *others = text.split(b"row>")
        lengths = [stretch - len(tail) + len(first), *map(len, others)]
        if _END_OF_ROWS.search(text):
            limit = MAX_TAIL
        if max(lengths) > limit:
            raise _too_wide(name)
        stretch, tail = lengths[-1], text[-40:]


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _rows(book: Any, name: str) -> Iterator[tuple[int, list[str]]]:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    if not sheets:
        raise FileRefused(_("%s has no sheet with cells.") % name)
    sheets[0].reset_dimensions()  # some programs write wrong ones
    width = 0
    try:
        for number, row in enumerate(sheets[0].iter_rows(values_only=True), start=1):
            if number > MAX_ROWS:
                raise _too_large(name)
            cells = [_text(value) for value in row]
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                # The format leaves out empty cells at the end, so a short row says nothing.
                width = width or len(cells)
                yield number, cells + [""] * (width - len(cells))
    except _DAMAGED as error:
        raise _damaged(name) from error


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        is_day = value.time() == dt.time()
        return value.date().isoformat() if is_day else value.isoformat(" ", "seconds")
    return str(value)


def _damaged(name: str) -> FileRefused:
    return FileRefused(_("%s is not a text file. Save it from your spreadsheet as “CSV UTF-8”.") % name)


def _locked(name: str) -> FileRefused:
    return FileRefused(_("%s is protected by a password. Remove it in your spreadsheet and save again.") % name)


def _too_large(name: str) -> FileRefused:
    return FileRefused(_("%s unpacks to more than can be read. Save the sheet as “CSV UTF-8” and import that.") % name)


def _too_wide(name: str) -> FileRefused:
    return FileRefused(_("%s has a row that is far too long. Delete the columns you do not need.") % name)
