"""How well the shipped words tell what a comment is about: precision and recall per language and in all.

    python bench/themes.py [--wrong]

Held against the 120 comments of tests/advocacy/data/theme_gold.json, whose themes were set by hand by the makers of the
words, and against all other comments of the demo with the reasons that came with them: those were chosen for other
purposes, and no more than three a comment. Whoever speaks a language is to review the words and the gold.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("SECRET_KEY", "none")
os.environ.setdefault("ADDRESS_HASH_KEY", "none")

GOLD = ROOT / "tests" / "advocacy" / "data" / "theme_gold.json"
COMMENTS = ROOT / "surveys" / "data" / "demo" / "comments.json"
LISTS = ROOT / "advocacy" / "data" / "themes"
REASONS = ROOT / "advocacy" / "data" / "theme_reasons.json"


class Score:
    """What was found and what was wanted, by language."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.wanted: Counter[str] = Counter()
        self.comments: Counter[str] = Counter()

    def add(self, language: str, found: set[str], wanted: set[str]) -> None:
        for each in (language, "all"):
            self.right[each] += len(found & wanted)
            self.found[each] += len(found)
            self.wanted[each] += len(wanted)
            self.comments[each] += 1

    def show(self, title: str) -> None:
        print(f"\n{title}\n{'':9}{'comments':>9}{'precision':>11}{'recall':>8}{'found':>7}{'wanted':>8}")
        for each in [*sorted(set(self.comments) - {"all"}), "all"]:
            right, found, wanted = self.right[each], self.found[each], self.wanted[each]
            precision, recall = right / found if found else 0, right / wanted if wanted else 0
            print(f"{each:9}{self.comments[each]:9}{precision:11.2f}{recall:8.2f}{found:7}{wanted:8}")


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def themes_in() -> Any:
    """A function that finds the themes of a comment."""
    import django

    django.setup()
    from advocacy import rules

    names: list[str] = list(read(LISTS / "en.json"))
    lists = {}
    for file in sorted(LISTS.glob("*.json")):
        words = {names.index(name): "\n".join(lines) for name, lines in read(file).items()}
        lists[file.stem] = rules.compiled(file.stem, words)

    def find(comment: str, spoken: str) -> set[str]:
        language = rules.language_of(comment, spoken, lists)
        return {names[hit.theme] for hit in lists[language].hits(comment)} if language else set()

    return find


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true", help="show the comments that are tagged otherwise")
    options = parser.parse_args()
    find, by_hand, by_reason = themes_in(), Score(), Score()
    gold = read(GOLD)["comments"]
    for row in gold:
        found, wanted = find(row["comment"], row["language"]), set(row["themes"])
        by_hand.add(row["language"], found, wanted)
        if options.wrong and found != wanted:
            print(row["language"], row["comment"], "| too many:", found - wanted, "| missing:", wanted - found)
    of_reason, known = read(REASONS), {row["comment"] for row in gold}
    for row in read(COMMENTS):
        if row["comment"] not in known:
            found = find(row["comment"], row["language"])
            by_reason.add(row["language"], found, {of_reason[key] for key in row["reasons"]})
    by_hand.show("120 comments, themes set by hand")
    by_reason.show("The other comments, reasons that came with them")


if __name__ == "__main__":
    main()
