from __future__ import annotations

from pathlib import Path

import pytest

from surveys.importing.reading import MAX_RECORD_LINES, Record, open_table
from surveys.importing.report import FileRefused

SAID = "email;name\nanna@example.com;Zoë\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def read(path: Path, content: str | bytes, *, encoding: str = "", delimiter: str = "") -> list[Record]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with open_table(path, encoding=encoding, delimiter=delimiter) as table:
        return list(table.records)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "windows-1252"])
def test_encoding_is_detected(path: Path, encoding: str) -> None:
    path.write_bytes(SAID.encode(encoding))

    with open_table(path) as table:
        records = list(table.records)

    assert table.encoding == encoding
    assert records == [Record(1, ["email", "name"]), Record(2, ["anna@example.com", "Zoë"])]


def test_bytes_that_windows_1252_lacks_are_latin_1(path: Path) -> None:
    path.write_bytes("email\nanna\x81@example.com;Zoë\n".encode("latin-1"))

    with open_table(path) as table:
        pass

    assert table.encoding == "latin-1"


def test_stray_byte_does_not_turn_utf_8_into_windows_1252(path: Path) -> None:
    content = "email;name\nanna@example.com;Zoë Łoś\n".encode() + b"bob@example.com;Ren\xe9\n"

    records = read(path, content)

    assert records[1:] == [Record(2, ["anna@example.com", "Zoë Łoś"]), Record(3, ["bob@example.com", "Ren\ufffd"])]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_separator_is_detected(path: Path, delimiter: str) -> None:
    path.write_text(f"name{delimiter}e-mail\nAnna, the first; of her name{delimiter}anna@example.com\n")

    with open_table(path) as table:
        assert table.delimiter == delimiter


def test_separator_is_the_one_that_shows_a_column_of_addresses(path: Path) -> None:
    records = read(path, "Name, first,and,last;Email\nAnna;anna@example.com\n")

    assert records[0] == Record(1, ["Name, first,and,last", "Email"])


def test_separator_may_be_declared_in_a_line_of_its_own(path: Path) -> None:
    records = read(path, "sep=;\nemail;name\nanna@example.com;Anna\n")

    assert records == [Record(2, ["email", "name"]), Record(3, ["anna@example.com", "Anna"])]


@pytest.mark.parametrize("name", ["semicolon", ";"])
def test_separator_and_encoding_may_be_named(path: Path, name: str) -> None:
    records = read(path, "email;name,first\na@b.example;Zoë\n".encode("cp1250"), encoding="cp1250", delimiter=name)

    assert records[1] == Record(2, ["a@b.example", "Zoë"])


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({"encoding": "klingon"}, "“klingon” is no encoding. Try utf-8, windows-1252 or utf-16, or leave it out."),
        ({"encoding": "hex"}, "“hex” is no encoding. Try utf-8, windows-1252 or utf-16, or leave it out."),
        (
            {"encoding": "ascii"},
            "The file cannot be read as ascii. Leave the encoding out, or name the right one.",
        ),
        ({"delimiter": "--"}, "“--” is no separator. Try comma, semicolon, tab, pipe or a single character."),
        ({"delimiter": '"'}, '“"” is no separator. Try comma, semicolon, tab, pipe or a single character.'),
    ],
)
def test_option_that_does_not_fit_is_refused(path: Path, option: dict[str, str], words: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(path, SAID, **option)

    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "{path} is empty. Export it again, with a header line."),
        (b"\xef\xbb\xbf", "The file holds no text. Export it again, with a header line."),
        (b"\r\n  \r\n", "The file holds no text. Export it again, with a header line."),
        (bytes(range(1, 256)) * 9, "{path} is not a text file. Save it from your spreadsheet as “CSV UTF-8”."),
        (b"PK\x03\x04\x14\x00", "{path} is not a text file. Save it from your spreadsheet as “CSV UTF-8”."),
        (
            SAID.encode("utf-16-le"),
            "{path} is not plain text. If it is UTF-16, name the encoding: utf-16-le or utf-16-be.",
        ),
    ],
)
def test_file_that_is_no_table_is_refused(path: Path, content: bytes, words: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(path, content)

    assert str(refused.value) == words.format(path=path)


def test_directory_and_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as directory, open_table(tmp_path):
        pass
    with pytest.raises(FileRefused) as missing, open_table(tmp_path / "gone.csv"):
        pass

    assert str(directory.value) == f"{tmp_path} is a directory. Name a CSV file in it."
    assert str(missing.value) == f"There is no file {tmp_path / 'gone.csv'}. Check the name and the directory."


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_does(path: Path, end: str) -> None:
    lines = ["", "email,note", 'a@example.com,"two', 'lines"', "", "b@example.com,one"]

    records = read(path, end.join(lines))

    assert records == [
        Record(2, ["email", "note"]),
        Record(3, ["a@example.com", "two\nlines"]),
        Record(5, []),
        Record(6, ["b@example.com", "one"]),
    ]


def test_unclosed_quote_costs_one_row_and_not_the_rest(path: Path) -> None:
    rows = "".join(f"c{number}@example.com,C\n" for number in range(MAX_RECORD_LINES * 2))

    records = read(path, 'email,name\na@example.com,"Anna\n' + rows)

    assert records[1] == Record(2, [], "quote_unbalanced")
    assert records[2:] == [Record(number + 3, [f"c{number}@example.com", "C"]) for number in range(len(records) - 2)]
    assert len(records) == 2 + MAX_RECORD_LINES * 2


@pytest.mark.parametrize(
    "rows",
    [
        'a@example.com,"Anna\nb@example.com,Bob\nc@example.com,"Cleo"\n',  # the next quote opens a cell
        'a@example.com,"Anna\nb@example.com,Bob\nc@example.com,Cleo"\n',  # the next quote closes one
        'a@example.com,"Anna\nb@example.com,Bob\nc@example.com,Cleo\n',  # there is no other
    ],
)
def test_unclosed_quote_does_not_join_rows(path: Path, rows: str) -> None:
    records = read(path, "email,name\n" + rows)

    assert [record.line for record in records] == [1, 2, 3, 4]
    assert records[1].fault == "quote_unbalanced"
    assert records[2] == Record(3, ["b@example.com", "Bob"])


def test_quote_inside_a_cell_must_be_doubled(path: Path) -> None:
    records = read(
        path, 'email,name\na@example.com,"An "old" friend"\nb@example.com,5" pipe\nc@example.com,"a ""b"""\n'
    )

    assert records[1:] == [
        Record(2, [], "quote_unbalanced"),
        Record(3, ["b@example.com", '5" pipe']),
        Record(4, ["c@example.com", 'a "b"']),
    ]


def test_line_without_end_costs_one_row(path: Path) -> None:
    records = read(path, "email,name\n" + "a" * 2_500_000 + "\nb@example.com,Bob\n")

    assert records[1:] == [Record(2, [], "line_too_long"), Record(3, ["b@example.com", "Bob"])]


def test_cell_without_end_costs_one_row(path: Path) -> None:
    records = read(path, f"email,name\na@example.com,{'x' * 200_000}\nb@example.com,Bob\n")

    assert records[1:] == [Record(2, [], "cell_too_long"), Record(3, ["b@example.com", "Bob"])]


def test_million_columns_are_counted_and_not_stumbled_over(path: Path) -> None:
    (header,) = read(path, "email" + ",x" * 499_000)

    assert len(header.cells) == 499_001


def test_what_is_said_names_the_file_as_its_owner_does(path: Path) -> None:
    path.write_bytes(b"")

    with pytest.raises(FileRefused) as refused, open_table(path, name="My people.csv"):
        pass

    assert str(refused.value) == "My people.csv is empty. Export it again, with a header line."
