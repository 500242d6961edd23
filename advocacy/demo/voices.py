"""The comments of the sample file, each said once, by somebody of its language and band."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random

from advocacy.demo.catalogue import OTHER, REASON_THEMES
from advocacy.demo.names import DATA
from surveys import scoring
from surveys.enums import Band


@dataclass(frozen=True)
class Comment:
    language: str
    score: int
    text: str
    reasons: tuple[str, ...]
    touchpoint: str
    kind: str
    is_contradiction: bool

    @property
    def band(self) -> Band:
        return scoring.band(self.score)

    @property
    def theme(self) -> str:
        """What it is about: a repair that took too long is a matter of the repair."""
        if not self.reasons:
            return OTHER
        return REASON_THEMES["repair" if "repair" in self.reasons else self.reasons[0]]


class Voices:
    """All comments; each can be taken once."""

    def __init__(self, chance: Random) -> None:
        lines = json.loads((DATA / "comments.json").read_text(encoding="utf-8"))
        comments = [
            Comment(
                language=line["language"],
                score=line["score"],
                text=line["comment"],
                reasons=tuple(line["reasons"]),
                touchpoint=line["touchpoint"],
                kind=line["kind"],
                is_contradiction=line.get("contradiction", False),
            )
            for line in lines
        ]
        self.left = chance.sample(comments, len(comments))

    def take(
        self, language: str, band: Band, *, touchpoint: str = "", strictly: bool = False, hard: bool = False
    ) -> Comment | None:
        """A comment in this language and band, one about the touchpoint if there is one; `hard` has the low scores."""
        fitting = [line for line in self.left if (line.language, line.band) == (language, band)]
        if hard:
            fitting = [line for line in fitting if line.score <= 3 and not line.is_contradiction]
        near = [line for line in fitting if line.touchpoint == touchpoint]
        found = next(iter(near or ([] if strictly else fitting)), None)
        if found is not None:
            self.left.remove(found)
        return found

    def take_starting(self, text: str) -> Comment:
        """The comment that a story needs."""
        found = next(line for line in self.left if line.text.startswith(text))
        self.left.remove(found)
        return found
