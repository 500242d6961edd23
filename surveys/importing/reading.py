"""From bytes to records: encoding, separator, and cells with the line an editor would show for them."""

from __future__ import annotations

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

from django.utils.translation import gettext as _

from surveys.importing import workbooks
from surveys.importing.columns import names_an_address
from surveys.importing.report import FileRefused

XLSX = "xlsx"  # what a table says instead of an encoding
DELIMITERS = ",;\t|"
DELIMITER_NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "\\t": "\t"}
MAX_LINE = 1_000_000
# A quote that somebody forgot to close must not eat the file: a record ends here at the latest.
MAX_RECORD_LINES = 100
MAX_RECORD_LENGTH = 64_000

_CHUNK = 1 << 20
_ESCAPED = re.compile("[\udc80-\udcff]")
_CONTROLS = bytes(range(9)) + b"\x0b" + bytes(range(14, 32)) + b"\x7f"
_NOT_IN_WINDOWS_1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT = (b"%PDF", b"\x1f\x8b", b"\x89PNG", b"SQLite format 3\0")


class Record(NamedTuple):
    line: int
    cells: list[str]
    fault: str = ""


@dataclass
class Table:
    encoding: str
    delimiter: str
    records: Iterator[Record]


@contextmanager
def open_table(path: Path, *, name: str = "", encoding: str = "", delimiter: str = "") -> Iterator[Table]:
    """The records of the file, the header first. Raises FileRefused, also while the records are read.

    What it says to people calls the file `name`, by default its path.
    """
    name = name or str(path)
    if _is_workbook(path, name):
        with workbooks.open_rows(path, name) as rows:
            yield Table(XLSX, "", (Record(line, cells) for line, cells in rows))
    else:
        with _open_text(path, name=name, encoding=encoding) as text:
            delimiter = _named_delimiter(delimiter) if delimiter else _detect_delimiter(text)
            text.seek(0)
            yield Table(text.encoding, delimiter, _records(text, delimiter))


def _open_text(path: Path, *, name: str, encoding: str) -> TextIO:
    try:
        known = encoding or _detect_encoding(path, name)
        # A stray byte must not stop the rest of the file. Who names an encoding is told when it does not fit.
        return path.open(encoding=known, errors="strict" if encoding else "replace")
    except LookupError as error:
        raise FileRefused(
            _("“%s” is no encoding. Try utf-8, windows-1252 or utf-16, or leave it out.") % encoding
        ) from error
    except OSError as error:
        raise _unreadable(name, error) from error


def _is_workbook(path: Path, name: str) -> bool:
    try:
        _require_file(path, name)
        with path.open("rb") as file:
            head = file.read(4)
        if head == workbooks.OLE_START:
            raise workbooks.refuse_old(path, name)
    except OSError as error:
        raise _unreadable(name, error) from error
    return head in workbooks.ZIP_STARTS


def _unreadable(name: str, error: OSError) -> FileRefused:
    return FileRefused(_("%(path)s cannot be read: %(why)s.") % {"path": name, "why": error.strerror})


def _require_file(path: Path, name: str) -> None:
    if path.is_dir():
        raise FileRefused(_("%s is a directory. Name a CSV file in it.") % name)
    if not path.exists():
        raise FileRefused(_("There is no file %s. Check the name and the directory.") % name)
    if not path.is_file():
        raise FileRefused(_("%s is no ordinary file. Save it as a CSV file first.") % name)


def _detect_encoding(path: Path, name: str) -> str:
    with path.open("rb") as file:
        head = file.read(32)
        if head.startswith(_NOT_TEXT):
            raise _no_text(name)
        if not head:
            raise FileRefused(_("%s is empty. Export it again, with a header line.") % name)
        for bom, encoding in _BOMS:
            if head.startswith(bom):
                return encoding
        file.seek(0)
        return _weigh_encoding(file, name)


def _weigh_encoding(file: BinaryIO, name: str) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = broken = zeros = controls = size = 0
    undefined = False
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        zeros += chunk.count(0)
        controls += len(chunk) - len(chunk.translate(None, _CONTROLS))
        text = decoder.decode(chunk)
        if text.isascii():
            continue
        foreign = len(text) - len(text.encode("ascii", "ignore"))
        escaped = len(_ESCAPED.findall(text))
        good += foreign - escaped
        broken += escaped
        undefined = undefined or (escaped > 0 and not _NOT_IN_WINDOWS_1252.isdisjoint(chunk))
    if zeros * 10 > size:
        raise FileRefused(_("%s is not plain text. If it is UTF-16, name the encoding: utf-16-le or utf-16-be.") % name)
    if controls > 20 and controls * 20 > size:
        raise _no_text(name)
    # One damaged row does not make a UTF-8 file a Windows one, and in Windows text hardly a pair of bytes is UTF-8.
    if broken <= good:
        return "utf-8"
    return "latin-1" if undefined else "windows-1252"


def _no_text(name: str) -> FileRefused:
    return FileRefused(_("%s is not a text file. Save it from your spreadsheet as “CSV UTF-8”.") % name)


def _named_delimiter(name: str) -> str:
    delimiter = DELIMITER_NAMES.get(name, name)
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise FileRefused(_("“%s” is no separator. Try comma, semicolon, tab, pipe or a single character.") % name)
    return delimiter


def _detect_delimiter(text: TextIO) -> str:
    """The separator that shows a column of addresses in the first line, else the one that shows most columns."""
    line = _read_line(text)
    while line and not line.strip():
        line = _read_line(text)
    line = line.strip("\n")
    if not line:
        raise FileRefused(_("The file holds no text. Export it again, with a header line."))
    if declared := _declared_delimiter(line):
        return declared

    def promise(delimiter: str) -> tuple[bool, int]:
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            return False, 0  # a cell longer than any can be: this is not what separates them
        return any(names_an_address(cell) for cell in cells), len(cells)

    return max(DELIMITERS, key=promise)


def _read_line(text: TextIO) -> str:
    try:
        return text.readline(MAX_LINE)
    except UnicodeError as error:
        raise FileRefused(
            _("The file cannot be read as %s. Leave the encoding out, or name the right one.") % text.encoding
        ) from error


def _declared_delimiter(line: str) -> str:
    """Excel's way to name the separator in a first line of its own: `sep=;`."""
    return line[4] if len(line) == 5 and line.lower().startswith("sep=") else ""


class _Broken(Exception):
    """The record that is being read cannot be one. The text is the code of the reason."""


class _Lines:
    """The lines of the file one by one, with those of the record at hand kept, so that they can be given back."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._waiting: deque[str] = deque()
        self.record: list[str] = []
        self._length = 0
        self._start = 1

    @property
    def start(self) -> int:
        return self._start

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self.record and (len(self.record) >= MAX_RECORD_LINES or self._length > MAX_RECORD_LENGTH):
            raise _Broken("quote_unbalanced")
        line = self._waiting.popleft() if self._waiting else self._read()
        self.record.append(line)
        self._length += len(line)
        if len(line) >= MAX_LINE:
            raise _Broken("quote_unbalanced" if len(self.record) > 1 else "line_too_long")
        return line

    def _read(self) -> str:
        line = rest = _read_line(self._text)
        if not line:
            raise StopIteration
        while len(rest) >= MAX_LINE and rest[-1] != "\n":
            rest = _read_line(self._text)
        return line

    def take(self) -> None:
        """The record is complete: go on behind it."""
        self._start += len(self.record)
        self.record = []
        self._length = 0

    def give_back(self) -> None:
        """The record is none: go on behind its first line."""
        self._waiting.extendleft(reversed(self.record[1:]))
        del self.record[1:]
        self.take()


def _records(text: TextIO, delimiter: str) -> Iterator[Record]:
    lines = _Lines(text)
    width = 0
    while True:
        try:
            # Strict, since a lenient reader joins the rows between a forgotten quote and the next one without a word.
            for cells in csv.reader(lines, delimiter=delimiter, strict=True):
                if len(lines.record) > 1 and width and _swallows_rows(lines.record, delimiter, width):
                    raise _Broken("quote_unbalanced")
                record = Record(lines.start, cells)
                is_declaration = not width and _declared_delimiter(lines.record[0].strip()) == delimiter
                lines.take()
                if not width and not is_declaration and any(cell.strip() for cell in cells):
                    width = len(cells)
                if width:
                    yield record
            return
        except csv.Error as error:
            fault = "cell_too_long" if "limit" in str(error) else "quote_unbalanced"
        except _Broken as broken:
            fault = str(broken)
        record = Record(lines.start, [], fault)
        lines.give_back()
        yield record


def _swallows_rows(record: list[str], delimiter: str, width: int) -> bool:
    """Whether a cell with line breaks holds what looks like whole rows: an address and as many separators."""
    return any("@" in line and line.count(delimiter) >= max(width - 1, 1) for line in record[1:])
