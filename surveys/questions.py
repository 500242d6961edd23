"""Extra questions on the page of a band: their words, what was answered, and how staff change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from surveys import languages, mergetags, texts
from surveys.enums import Band, Place, QuestionKind
from surveys.fields import PickedField, SaidField
from surveys.models import Campaign, Question, QuestionAnswer, QuestionText, Response
from surveys.ports import Block, Visit

if TYPE_CHECKING:
    from django.forms import Field, Form

LONGEST = 2_000
SCALE = tuple(str(number) for number in range(11))


@dataclass(frozen=True)
class Asked:
    """One question in the words of one language; its name there where that is not the language of the page."""

    pk: int
    kind: QuestionKind
    text: str
    options: tuple[str, ...] = ()
    language: str = ""

    @property
    def field(self) -> str:
        return f"question_{self.pk}"

    @property
    def direction(self) -> str:
        return languages.get(self.language).direction

    @property
    def values(self) -> tuple[str, ...]:
        """What its field may hold: options are stored by their number."""
        if self.kind == QuestionKind.SCALE:
            return SCALE
        return tuple(str(number) for number in range(len(self.options)))

    @property
    def ends(self) -> tuple[str, str]:
        """Of a scale the words at 0 and at 10."""
        return (self.options[0], self.options[-1]) if self.kind == QuestionKind.SCALE and self.options else ("", "")


@dataclass(frozen=True)
class Shown:
    """A question with what stands in its field."""

    asked: Asked
    choices: tuple[tuple[str, str, bool], ...] = ()  # number, words, whether it is chosen
    typed: str = ""


def worded(question: Question, *wishes: str) -> Asked | None:
    """The question in the first language of the wishes that has words, else in English; None without any words.

    Its `texts` are asked for once: prefetch them for a list.
    """
    if question.ready_made:
        return _ready_made(question, texts.language(*wishes))
    rows = {row.language: row for row in question.texts.all()}
    tags = (tag for wish in (*wishes, languages.FALLBACK, *rows) for tag in languages.chain(wish))
    found = next((rows[tag] for tag in tags if tag in rows), None)
    if found is None:
        return None
    kind = QuestionKind(question.kind)
    return Asked(
        question.pk, kind, found.text, tuple(found.lines), "" if found.language == wishes[0] else found.language
    )


def _ready_made(question: Question, tag: str) -> Asked:
    words = texts.table(tag)["question"]
    options = tuple(words.get(f"{question.ready_made}_options", "").splitlines())
    return Asked(question.pk, QuestionKind(question.kind), words[question.ready_made], options)


def said(answers: Sequence[QuestionAnswer], *wishes: str) -> list[tuple[Asked, str, bool]]:
    """What was answered: each question, the words of the answer, and whether the respondent typed them."""
    found: dict[int, tuple[Asked, list[str], bool]] = {}
    for answer in sorted(answers, key=lambda row: (row.question.position, row.question_id, len(row.value), row.value)):
        asked = worded(answer.question, *wishes)
        if asked is not None:
            _asked, words, _typed = found.setdefault(asked.pk, (asked, [], bool(answer.text)))
            words.append(answer.text or _option(asked, answer.value))
    return [(asked, ", ".join(words), is_typed) for asked, words, is_typed in found.values()]


def _option(asked: Asked, value: str) -> str:
    """The words of an option, or its number where it is there no more."""
    if asked.kind == QuestionKind.SCALE or value not in asked.values:
        return value
    return asked.options[int(value)]


class Questions(Block):
    """What a campaign asks beside score and comment. Nothing has to be answered."""

    name = "question"
    place = Place.QUESTIONS
    sections = ("question",)
    written = (Question, QuestionText)
    template = "surveys/_questions.html"

    def offer(self, campaign: Campaign, band: Band, language: str) -> list[Asked]:
        rows = campaign.questions.filter(band=band, is_asked=True).prefetch_related("texts")
        found = (worded(row, language, campaign.brand.default_language) for row in rows)
        return [asked for asked in found if asked and (asked.values or asked.kind == QuestionKind.TEXT)]

    def fields(self, offer: list[Asked]) -> dict[str, Field]:
        return {asked.field: _field(asked) for asked in offer}

    def given(self, offer: list[Asked], visit: Visit) -> dict[str, Any]:
        if visit.response is None:
            return {}
        given: dict[str, Any] = {}
        kinds = {asked.pk: asked for asked in offer}
        for row in visit.response.extras.filter(question__in=kinds).order_by("pk"):
            asked = kinds[row.question_id]
            if asked.kind == QuestionKind.TEXT:
                given[asked.field] = row.text
            else:
                given.setdefault(asked.field, []).append(row.value)
        return given

    def arranged(self, offer: list[Asked], visit: Visit, form: Form) -> list[Shown]:
        return [_shown(asked, form) for asked in offer]

    def says(self, offer: list[Asked], said: Mapping[str, Any]) -> bool:
        return any(said.get(asked.field) for asked in offer)

    def keep(self, offer: list[Asked], response: Response, said: Mapping[str, Any]) -> None:
        """The latest answers to what this page asks; those to questions of another page stay."""
        if not response.is_new:
            response.extras.filter(question__in=[asked.pk for asked in offer]).delete()
        rows = []
        for asked in offer:
            value = said.get(asked.field) or ()  # nothing where it was not asked yet when the form was sent
            if asked.kind == QuestionKind.TEXT:
                rows += [QuestionAnswer(response=response, question_id=asked.pk, text=value)] if value else []
            else:
                rows += [QuestionAnswer(response=response, question_id=asked.pk, value=each) for each in value]
        if rows:
            QuestionAnswer.objects.bulk_create(rows)


def _field(asked: Asked) -> Field:
    if asked.kind == QuestionKind.TEXT:
        return SaidField(clean=mergetags.plain, longest=LONGEST)
    return PickedField(among=asked.values, most=len(asked.values) if asked.kind == QuestionKind.MANY else 1)


def _shown(asked: Asked, form: Form) -> Shown:
    value, field = form[asked.field].value(), form.fields[asked.field]
    if not isinstance(field, PickedField):
        return Shown(asked, typed=value or "")
    chosen = field.known(value)
    labels = SCALE if asked.kind == QuestionKind.SCALE else asked.options
    return Shown(asked, tuple((key, label, key in chosen) for key, label in zip(asked.values, labels, strict=True)))


BLOCK = Questions()
