"""What the page of a band asks beside the score, changed as one: its reasons, and its extra questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from surveys import reasons
from surveys.enums import Band, CampaignStatus, QuestionKind, ReadyMade
from surveys.models import BandReason, Campaign, Question, QuestionText, Reason
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_QUESTIONS = 5


@dataclass(frozen=True)
class Wording:
    text: str
    options: str = ""


@dataclass(frozen=True)
class Change:
    """What becomes of a question that is there: its place and, of one's own, its words by language."""

    position: int
    is_removed: bool = False
    words: Mapping[str, Wording] = field(default_factory=dict)


@dataclass(frozen=True)
class Addition:
    """A question to come: a ready-made one, or one of one's own of that kind."""

    kind: QuestionKind
    ready_made: str = ""

    @classmethod
    def read(cls, chosen: str) -> Addition:
        """Of the value of a ready-made question or of a kind. Raises ValueError for anything else."""
        if chosen in ReadyMade:
            return cls(ReadyMade(chosen).asks, chosen)
        return cls(QuestionKind(chosen))


def questions(campaign: Campaign, band: Band) -> list[Question]:
    """Those that are asked, in their order, with their words."""
    return list(campaign.questions.filter(band=band, is_asked=True).prefetch_related("texts"))


def version(campaign: Campaign, band: Band) -> int:
    """Which state of it all a form was opened with: the last entry in any history of its parts."""
    mine = {"campaign_id": campaign.pk, "band": band}
    asked = Question.history.filter(**mine)
    entries = [
        BandReason.history.filter(**mine),
        asked,
        QuestionText.history.filter(question_id__in=asked.values("id")),
    ]
    newest = (each.order_by("-history_id").values_list("history_id", flat=True).first() for each in entries)
    return sum(number or 0 for number in newest)


def change(
    campaign: Campaign,
    band: Band,
    *,
    by: User,
    seen: int,
    chosen: Sequence[Reason],
    changes: Mapping[int, Change],
    addition: Addition | None = None,
) -> Question | None:
    """Set reasons and questions where they are still as they were `seen`; what was added, if anything.

    Raises WrongState when somebody was faster, the campaign is archived, or there would be too many questions.
    """
    with transaction.atomic():
        held = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if held.status == CampaignStatus.ARCHIVED:
            raise WrongState(_("This campaign is archived, and stays as it was."))
        if version(held, band) != seen:
            raise WrongState(_("Somebody changed what this page asks meanwhile."))
        reasons.choose(held, band, chosen, by=by)
        standing = questions(held, band)
        kept = [row for row in standing if not _change(row, changes.get(row.pk), by=by)]
        return _add(held, band, addition, after=kept, by=by) if addition else None


def _change(question: Question, wanted: Change | None, *, by: User) -> bool:
    """Whether it is asked no more."""
    if wanted is None:
        return False
    if wanted.is_removed:
        _remove(question, by=by)
        return True
    if question.position != wanted.position:
        question.position = wanted.position
        _save(question, by=by, update_fields=["position"])
    if not question.ready_made:
        _word(question, wanted.words, by=by)
    return False


def _remove(question: Question, *, by: User) -> None:
    """One that was answered stays for its answers, and is asked no more."""
    if question.answers.exists():
        question.is_asked = False
        _save(question, by=by, update_fields=["is_asked"])
        return
    for row in [*question.texts.all(), question]:
        row._history_user = by  # type: ignore[attr-defined]
        row.delete()


def _word(question: Question, words: Mapping[str, Wording], *, by: User) -> None:
    """Languages that are not named keep their words; one with empty words loses them."""
    standing = {row.language: row for row in question.texts.all()}
    for tag, wording in words.items():
        row = standing.get(tag)
        if not wording.text:
            if row is not None:
                row._history_user = by  # type: ignore[attr-defined]
                row.delete()
            continue
        row = row or QuestionText(question=question, language=tag)
        if (row.text, row.options) != (wording.text, wording.options):
            row.text, row.options = wording.text, wording.options
            _save(row, by=by)


def _add(campaign: Campaign, band: Band, addition: Addition, *, after: Sequence[Question], by: User) -> Question:
    if len(after) >= MOST_QUESTIONS:
        raise WrongState(_("A page asks at most %(n)d questions: remove one before.") % {"n": MOST_QUESTIONS})
    position = max((row.position for row in after), default=0) + 1
    question = Question(
        campaign=campaign, band=band, position=position, kind=addition.kind, ready_made=addition.ready_made
    )
    _save(question, by=by)
    return question


def _save(row: Any, *, by: User, **options: Any) -> None:
    row._history_user = by
    row.save(**options)
