"""The house rules that no linter knows. What a rule looks for is put together here, so that this file breaks none."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import need

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("advocacy", "config", "surveys")

MODULE_LINES = 400
FUNCTION_LINES = 50
TEMPLATE_LINES = 150

# Where a dangerous word is right, and what makes it so.
ALLOWED = {
    # One-click unsubscribe comes from a mail provider: without cookies, and so without a token.
    ("surveys/views/pages.py", "csrf_exempt"),
}
DANGEROUS = {
    "mark_safe": r"\bmark_safe\b",
    "csrf_exempt": r"\bcsrf_exempt\b",
    "|safe": r"\|\s*safe(seq)?\b",
    "autoescape off": r"\bautoescape\s+off\b",
}
# The content security policy lets none of these work, so they would be dead code.
INLINE = {
    "inline script": r"<script(?![^>]*\ssrc=)[^>]*>",
    "style element without a nonce": r"<style(?![^>]*\snonce=)[^>]*>",
    "style attribute": r"<[a-z][^<>]*\sstyle\s*=",
    "event attribute": r"<[a-z][^<>]*\son[a-z]{3,}\s*=\s*[\"'{]",
    "script address": r"[\"']\s*javascript:",
}
PHYSICAL = {
    "property": r"(?:^|[\s;{])(?:[a-z]+-)*(?:left|right)(?:-[a-z]+)*\s*:",
    "value": r"(?:text-align|float|clear)\s*:\s*(?:left|right)\b",
}
MACHINE = {
    "path of one machine": r"(?<![\w.~/-])/(?:" + "|".join(["work", "root", "home", "Users"]) + r")/[\w.]",
    "registry": "|".join(
        re.escape(".".join(host))
        for host in [("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs"), ("deb", "debian", "org")]
    ),
}
BINARY = {".png", ".jpg", ".ico", ".gif", ".webp", ".woff2", ".xlsx", ".mo", ".pdf", ".gz"}


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts)


def templates() -> Iterator[Path]:
    for folder in ("templates", *PACKAGES):
        yield from sorted((ROOT / folder).rglob("*.html"))


def tracked_texts() -> Iterator[Path]:
    """What is committed, or would be: files that git does not ignore."""
    need(shutil.which("git") and (ROOT / ".git").exists(), "needs git, and a checkout made by it")
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    paths = [ROOT / name for name in names if name]
    yield from (path for path in paths if path.is_file() and path.suffix not in BINARY)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def found(path: Path, patterns: dict[str, str]) -> list[str]:
    """One line for each place where a pattern occurs: file, line and what it is."""
    text = text_of(path)
    return [
        f"{name(path)}:{text.count(chr(10), 0, match.start()) + 1}: {what}"
        for what, pattern in patterns.items()
        for match in re.finditer(pattern, text)
        if (name(path), what) not in ALLOWED
    ]


def test_modules_are_short() -> None:
    lengths = {name(path): len(text_of(path).splitlines()) for path in modules()}

    assert {path: lines for path, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{name(path)}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in modules()
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {function: lines for function, lines in lengths.items() if lines > FUNCTION_LINES} == {}


def test_templates_are_short() -> None:
    lengths = {name(path): len(text_of(path).splitlines()) for path in templates()}

    assert {path: lines for path, lines in lengths.items() if lines > TEMPLATE_LINES} == {}


def test_nothing_steps_round_escaping_or_csrf() -> None:
    places = [place for path in (*modules(), *templates()) for place in found(path, DANGEROUS)]

    assert places == []


def test_pages_have_no_inline_code_or_style() -> None:
    pages = [path for path in templates() if "emails" not in path.parts]

    assert [place for path in pages for place in found(path, INLINE)] == []


def test_public_style_sheet_knows_no_left_or_right() -> None:
    sheets = sorted((ROOT / "surveys" / "static").rglob("public*.css"))

    assert [place for path in sheets for place in found(path, PHYSICAL)] == []


def test_committed_files_name_no_machine_and_no_registry() -> None:
    assert [place for path in tracked_texts() for place in found(path, MACHINE)] == []


def test_lock_files_hold_no_addresses() -> None:
    locks = sorted((ROOT / "requirements").iterdir())

    assert [lock.name for lock in locks if "http" + "://" in text_of(lock) or "https" + "://" in text_of(lock)] == []


def test_tests_mirror_the_modules() -> None:
    """`tests/surveys/test_outbox.py`, or `test_outbox_claims.py`, is about `surveys/outbox.py`.

    Pages, endpoints and whole stories are named for what they show: they have folders of their own.
    """
    strays = []
    for package in PACKAGES:
        known = {path.stem for path in modules() if path.is_relative_to(ROOT / package)}
        known |= {path.name for path in (ROOT / package).rglob("*") if path.is_dir()}
        for path in sorted((ROOT / "tests" / package).glob("test_*.py")):
            subject = path.stem.removeprefix("test_")
            if not any(subject == module or subject.startswith(f"{module}_") for module in known):
                strays.append(name(path))

    assert strays == []


def test_patterns_find_what_they_look_for() -> None:
    """A rule that can find nothing is always kept."""
    samples = {
        "mark_safe": "return mark_safe(text)",
        "csrf_exempt": "@csrf_exempt",
        "|safe": "{{ comment|safe }}",
        "autoescape off": "{% autoescape off %}",
        "inline script": '<script nonce="x">alert(1)</script>',
        "style element without a nonce": "<style>a{}</style>",
        "style attribute": '<p style="color: red">',
        "event attribute": '<a onclick="go()">',
        "script address": '<a href="javascript:go()">',
        "property": "a { margin-left: 1px }",
        "value": "a { text-align: right }",
        "path of one machine": "see /" + "home/someone/x",
        "registry": "pypi" + ".org",
    }
    patterns = {**DANGEROUS, **INLINE, **PHYSICAL, **MACHINE}

    assert {what: bool(re.search(patterns[what], sample)) for what, sample in samples.items()} == dict.fromkeys(
        patterns, True
    )
