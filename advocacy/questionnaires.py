"""What a customer is asked for a case study, the text that is written from it, and how its versions differ.

Verbs that take `seen` refuse, with Changed, what was typed on an old picture; nothing of it is lost on the page.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy import trail, trailwords
from advocacy.enums import STUDY_MOVES, StudyChange, StudyPart, StudyStatus
from advocacy.models import CaseStudy, Release, StudyAnswer, StudyQuestion, StudyVersion
from surveys.transitions import WrongState, move, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_QUESTIONS = 30
TEXT = ("title", "summary", "body", "quote")
NAMES = ("shown_name", "shown_role", "shown_company", "site", "handles")
WRITTEN = (*TEXT, *NAMES)
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_MOST_PAIRS = 1_000_000  # beyond it a run is told as one that went and one that came


# ------------------------------------------------------------------------------------------------------- the questions


def usual_questions() -> dict[str, str]:
    return {
        StudyPart.SITUATION: _("Who are you, and what did your days look like before?"),
        StudyPart.PROBLEM: _("What went wrong, and what did it cost you?"),
        StudyPart.WHY_US: _("What else did you look at, and why did you choose us?"),
        StudyPart.RESULT: _("What is different now? Which figures can we name: before, after, since when?"),
        StudyPart.QUOTE: _("In one sentence: what would you tell somebody in your place?"),
    }


def questions() -> list[tuple[str, str]]:
    """What is asked of a new study: the usual questions, in words of the house where it has some, then its own."""
    own = list(StudyQuestion.objects.order_by("position", "pk"))
    by_part = {row.part: row for row in own if row.part != StudyPart.OTHER}
    found = []
    for part, usual in usual_questions().items():
        row = by_part.get(part)
        if row is None or row.is_active:
            found.append((part, row.prompt if row else usual))
    found += [(row.part, row.prompt) for row in own if row.part == StudyPart.OTHER and row.is_active]
    return found[:MOST_QUESTIONS]


def begin(study: CaseStudy) -> None:
    """Copy the questions to the study: what is asked of one customer may be worded for them."""
    StudyAnswer.objects.bulk_create(
        StudyAnswer(study=study, part=part, position=number, question=prompt)
        for number, (part, prompt) in enumerate(questions(), start=1)
    )


def fill(
    study: CaseStudy, *, said: Mapping[int, tuple[str, str]], new_question: str = "", by: User, seen: str = ""
) -> None:
    """Keep questions and answers, by the id of the row, and a further question. A question without words goes."""
    with transaction.atomic():
        trail.lock(study, seen=seen)
        if study.status == StudyStatus.WITHDRAWN:
            raise WrongState(_("Not saved: it is withdrawn."))
        is_changed = False
        for row in StudyAnswer.objects.select_for_update().filter(study=study).order_by("position", "pk"):
            question, answer = said.get(row.pk, (row.question, row.answer))
            if (question, answer) == (row.question, row.answer):
                continue
            is_changed = True
            if not question and not answer:
                row.delete()
                continue
            row.question, row.answer = question or row.question, answer
            row.save(update_fields=["question", "answer"])
        if new_question:
            _add(study, new_question)
        if is_changed or new_question:
            record(study, went_to=StudyChange.ANSWERED, by=by)


def _add(study: CaseStudy, question: str) -> None:
    last = StudyAnswer.objects.filter(study=study).order_by("-position").first()
    if StudyAnswer.objects.filter(study=study).count() >= MOST_QUESTIONS:
        raise WrongState(_("Not saved: there are %(n)s questions already.") % {"n": MOST_QUESTIONS})
    StudyAnswer.objects.create(study=study, position=last.position + 1 if last else 1, question=question)


# ------------------------------------------------------------------------------------------------------------ the text


def latest(study: CaseStudy) -> StudyVersion | None:
    return StudyVersion.objects.filter(study=study).order_by("-number").first()


def draft(study: CaseStudy) -> dict[str, str]:
    """What the form of the text begins with: the latest version, else what was said in the interview."""
    if version := latest(study):
        return {name: getattr(version, name) for name in WRITTEN}
    answers = list(study.answers.exclude(answer="").order_by("position", "pk"))
    told = [f"## {row.get_part_display()}\n\n{row.answer}" for row in answers if row.part != StudyPart.QUOTE]
    advocate = getattr(study.contact, "advocate", None)
    return {
        "title": study.title,
        "body": "\n\n".join(told),
        "quote": "\n\n".join(row.answer for row in answers if row.part == StudyPart.QUOTE),
        "shown_name": study.contact.name,
        "shown_company": str(study.contact.account or ""),
        "site": advocate.site if advocate else "",
        "handles": advocate.handles if advocate else "",
    }


def write(study: CaseStudy, *, by: User, seen: str = "", **text: str) -> StudyVersion:
    """Keep the text as a new version, which no release covers yet; what is as it was makes none.

    What waits for the customer is closed, and the study goes back to drafting. What is public stays as it was signed.
    """
    text = {name: _even(text.get(name, "")) for name in WRITTEN}
    with transaction.atomic():
        trail.lock(study, seen=seen)
        if not study.is_written:
            raise WrongState(_("Not saved: its text is written after the interview, and not once it is withdrawn."))
        known = latest(study)
        if known and all(getattr(known, name) == value for name, value in text.items()):
            return known
        now, number = timezone.now(), known.number + 1 if known else 1
        version = StudyVersion.objects.create(study=study, number=number, by=by, at=now, **text)
        CaseStudy.objects.filter(pk=study.pk).update(title=version.title)
        study.title = version.title
        to_drafting(study, by=by, reason=f"{trailwords.WROTE}{number}")
        return version


def to_drafting(study: CaseStudy, *, by: User | None, reason: str) -> None:
    """Something that a signature binds has changed: no link to the customer is open for it any more. Call it with the
    study locked; what is public stays as it was signed."""
    Release.objects.waiting().filter(study=study).update(closed_at=timezone.now())
    if study.status == StudyStatus.DRAFTING:
        record(study, went_to=StudyChange.WRITTEN, by=by, reason=reason)
    else:
        move(study, STUDY_MOVES, StudyStatus.DRAFTING, by=by, reason=reason, stage_at=timezone.now())


def _even(text: str) -> str:
    """Line ends as they are kept and signed."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


# ---------------------------------------------------------------------------------------------------- as it is rendered


@dataclass(frozen=True)
class Block:
    """A part of the rendered text. Its kind is one of title, summary, heading, paragraph, item and quote."""

    kind: str
    text: str

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")


def blocks(version: StudyVersion) -> list[Block]:
    """The text as it is rendered everywhere: on the page, in print, in Markdown, and in what is signed.

    In the body an empty line parts paragraphs, `## ` begins a heading and `- ` an item; nothing else means anything.
    """
    found = [Block("title", version.title)]
    if version.summary:
        found.append(Block("summary", version.summary))
    found += _of_body(version.body)
    if version.quote:
        found.append(Block("quote", version.quote))
    return found


def _of_body(body: str) -> Iterator[Block]:
    lines: list[str] = []
    for line in [*body.split("\n"), ""]:
        is_heading, is_item = line.startswith("## "), line.startswith("- ")
        if lines and (is_heading or is_item or not line.strip()):
            yield Block("paragraph", "\n".join(lines))
            lines = []
        if is_heading:
            yield Block("heading", line[3:].strip())
        elif is_item:
            yield Block("item", line[2:].strip())
        elif line.strip():
            lines.append(line.strip())


_MARKS = {"title": "# ", "heading": "## ", "item": "- ", "quote": "> "}
_MEANING = re.compile(r"([\\`*_{}\[\]<>#+|~!-])")


def markdown(version: StudyVersion) -> str:
    """The text for another program. What would mean something there stands with a backslash, so it stays as it is."""
    parts = [_in_markdown(block) for block in blocks(version)]
    named = ", ".join(filter(None, (version.shown_name, version.shown_role, version.shown_company)))
    parts += [_literal(named)] if named else []
    parts += [f"<{version.site}>"] if version.site else []
    parts += [f"- {_literal(line)}" for line in version.handles.split("\n") if line.strip()]
    return "\n\n".join(parts) + "\n"


def _in_markdown(block: Block) -> str:
    mark = _MARKS.get(block.kind, "")
    lines = [_literal(line) for line in block.lines]
    if block.kind == "quote":
        return "\n".join(f"> {line}".rstrip() for line in lines)
    return mark + "  \n".join(lines)


def _literal(text: str) -> str:
    return _MEANING.sub(r"\\\1", text)


# ------------------------------------------------------------------------------------------------- what has changed


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed, came (`ins`) or went (`del`)."""

    mark: str
    text: str


@dataclass(frozen=True)
class Difference:
    """A field of the text, and how it became what it is."""

    name: str
    pieces: Sequence[Piece]

    @property
    def is_changed(self) -> bool:
        return any(piece.mark for piece in self.pieces)


def difference(old: StudyVersion | None, new: StudyVersion) -> list[Difference]:
    """What `new` changed, field by field. Text, not markup: a template escapes it."""
    found = []
    for name in WRITTEN:
        before, after = getattr(old, name, "") if old else "", getattr(new, name)
        if before or after:
            label = str(StudyVersion._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            found.append(Difference(label, list(_pieces(before, after))))
    return found


def _pieces(before: str, after: str) -> Iterator[Piece]:
    """Line by line first, and within changed lines word by word: long texts stay quick to compare."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for what, i, j, k, m in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            yield Piece("", "".join(old[i:j]))
        else:
            yield from _words("".join(old[i:j]), "".join(new[k:m]))


def _words(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) * len(new) > _MOST_PAIRS:
        yield from (Piece(mark, text) for mark, text in (("del", before), ("ins", after)) if text)
        return
    for what, i, j, k, m in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            yield Piece("", "".join(old[i:j]))
            continue
        parts: Any = (("del", old[i:j]), ("ins", new[k:m]))
        yield from (Piece(mark, "".join(words)) for mark, words in parts if words)
