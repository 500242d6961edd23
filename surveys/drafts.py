"""Every language we can ask in, and the drafts among them: somebody who speaks one accepts it, or takes that back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from surveys import languages, texts
from surveys.enums import Band, LanguageState
from surveys.languages import Language
from surveys.models import LanguageReview
from surveys.models.languages import forget
from surveys.transitions import WrongState, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class Line:
    """A language with what is known of it; `review` is there once a draft was accepted."""

    language: Language
    review: LanguageReview | None
    words: texts.Words

    @property
    def prompts(self) -> list[tuple[Band, str]]:
        """The question above the comment, on the page of each band."""
        return [(band, self.language.prompts[band]) for band in Band]

    @property
    def name(self) -> str:
        """Its name in the language of the reader."""
        return str(get_language_info(self.language.tag.lower())["name_translated"])

    @property
    def state(self) -> LanguageState:
        if not self.language.is_draft:
            return LanguageState.IN_USE
        is_accepted = self.review is not None and self.review.accepted_at is not None
        return LanguageState.ACCEPTED if is_accepted else LanguageState.DRAFT

    @property
    def has_every_word(self) -> bool:
        return self.language.tag in texts.OFFERED

    @property
    def is_reviewed(self) -> bool:
        """Whether a native speaker has read every word; where there is but the question, its confidence says enough."""
        return self.has_every_word and texts.is_reviewed(self.language.tag)


def lines(company: str) -> list[Line]:
    """All languages, as the questions ask about `company`; those with every word come first."""
    reviews = {review.tag: review for review in LanguageReview.objects.select_related("accepted_by")}
    values = {"company": company}
    found = [Line(languages.get(tag), reviews.get(tag), texts.Words(tag, values=values)) for tag in languages.tags()]
    return sorted(found, key=lambda line: not line.has_every_word)


def accept(tag: str, *, by: User) -> Language:
    """From now on customers are asked in this draft. Raises LookupError for what is none, WrongState when it was
    accepted before."""
    with transaction.atomic():
        review = _held(tag)
        if review.accepted_at is not None:
            raise WrongState(_("%(language)s is accepted already.") % {"language": review})
        _set(review, LanguageState.ACCEPTED, by=by)
    forget()
    return languages.get(tag)


def withdraw(tag: str, *, by: User) -> Language:
    """Nobody is asked in this draft any more. Raises LookupError and WrongState likewise."""
    with transaction.atomic():
        review = _held(tag)
        if review.accepted_at is None:
            raise WrongState(_("%(language)s is a draft already.") % {"language": review})
        _set(review, LanguageState.DRAFT, by=by)
    forget()
    return languages.get(tag)


def _held(tag: str) -> LanguageReview:
    if tag not in languages.drafts():
        raise LookupError(f"{tag!r} is no draft")
    LanguageReview.objects.get_or_create(tag=tag)
    return LanguageReview.objects.select_for_update().get(tag=tag)


def _set(review: LanguageReview, state: LanguageState, *, by: User) -> None:
    is_accepted = state == LanguageState.ACCEPTED
    came_from = LanguageState.DRAFT if is_accepted else LanguageState.ACCEPTED
    review.accepted_by, review.accepted_at = (by, timezone.now()) if is_accepted else (None, None)
    review._history_user = by  # type: ignore[attr-defined]  # how django-simple-history is told the author
    review.save(update_fields=["accepted_by", "accepted_at"])
    record(review, came_from=came_from, went_to=state, by=by)
