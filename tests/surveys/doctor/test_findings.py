from __future__ import annotations

import pytest

from surveys.doctor import findings
from surveys.doctor.findings import Part


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("v=spf1 -all", "v=spf1 -all"),
        ("a\x1b[31m\x07b", "a\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}b"),
        ("a\r\n\tb\N{NO-BREAK SPACE}c", "a   b c"),
        ("a\x00\N{RIGHT-TO-LEFT OVERRIDE}b", "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}b"),
        ("\ud800", "\N{REPLACEMENT CHARACTER}"),
        ("مرحبا 你好", "مرحبا 你好"),
        ("x" * 500, "x" * 400 + "…"),
    ],
)
def test_foreign_text_is_one_harmless_line(text: str, shown: str) -> None:
    assert findings.shown(text) == shown


def test_finding_keeps_no_more_than_one_can_read() -> None:
    finding = findings.bad("x", "name\n", "found\x1b", records=["y" * 9000] * 99)

    assert (finding.name, finding.found) == ("name ", "found\N{REPLACEMENT CHARACTER}")
    assert finding.records == ("y" * 400 + "…",) * 10


def test_grades_are_counted() -> None:
    bad, ok = findings.bad("x", "x", "x"), findings.ok("x", "x", "x")

    assert findings.count([Part("a", [bad, ok]), Part("b", [bad])]) == {"ok": 1, "warning": 0, "bad": 2}
