from __future__ import annotations

import pytest

from surveys import paragraphs


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("\n \n", []),
        (
            "Dear Ana,\n\nIt is\nquieter.\n \n\nMarta",
            [("Dear Ana,", False), ("It is\nquieter.", False), ("Marta", False)],
        ),
        ("You wrote:\n> Too loud.\n>And dear", [("You wrote:", False), ("Too loud.\nAnd dear", True)]),
        ("> Too loud.\nWe agree.", [("Too loud.", True), ("We agree.", False)]),
        ("2 > 1", [("2 > 1", False)]),
    ],
)
def test_letter_is_parted_at_empty_lines_and_where_a_quote_begins(text: str, parts: list[tuple[str, bool]]) -> None:
    assert [tuple(part) for part in paragraphs.of(text)] == parts
