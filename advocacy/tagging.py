"""Which themes an answer carries: chosen by the respondent, found by a rule, or said by a person, whose word stands.

A tick looks at what is new, and at everything again once the rules are others. Nothing is translated.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from advocacy import rules, trail
from advocacy.models import CommentTheme, CustomerRequest, ReasonTheme, Tagging, Theme, ThemeRule
from advocacy.rules import Lists
from surveys.enums import ReasonOrigin
from surveys.models import Response, ResponseReason
from surveys.transitions import record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

BATCH = 200
_PLACE = ("word", "start", "length", "is_negated", "version")
_WRITTEN = ("origin", *_PLACE)


@dataclass(frozen=True)
class Rules:
    """All lists of one version, each language made ready when it is first needed."""

    version: str
    words: Mapping[str, Mapping[int, str]]
    reasons: Mapping[int, int]  # the theme of a reason
    _ready: dict[str, Lists] = field(default_factory=dict)

    def lists(self, language: str) -> Lists:
        if language not in self._ready:
            self._ready[language] = rules.compiled(language, self.words.get(language, {}))
        return self._ready[language]

    def hits(self, text: str, spoken: str) -> list[rules.Hit]:
        """What is found in a comment; `spoken` is the language that the survey was answered in."""
        if not text.strip():
            return []
        language = rules.language_of(text, spoken, self.words)
        return self.lists(language).hits(text) if language else []


def current() -> Rules:
    """The rules as they are now, in two statements. Their version is made of what they say, however it was changed."""
    words = ThemeRule.objects.order_by("language", "theme_id").values_list("language", "theme_id", "words")
    reasons = ReasonTheme.objects.order_by("reason_id").values_list("reason_id", "theme_id")
    return _rules(tuple(words), tuple(reasons))


@lru_cache(maxsize=4)
def _rules(words: tuple[tuple[str, int, str], ...], reasons: tuple[tuple[int, int], ...]) -> Rules:
    told = json.dumps([rules.METHOD, words, reasons]).encode()
    by_language: dict[str, dict[int, str]] = defaultdict(dict)
    for language, theme, text in words:
        by_language[language][theme] = text
    return Rules(hashlib.sha256(told).hexdigest()[:16], dict(by_language), dict(reasons))


# ------------------------------------------------------------------------------------------------------------- the tick


def untagged(*, at: dt.datetime | None = None, since: dt.datetime | None = None) -> QuerySet[Response]:
    """Settled answers nobody has looked at as they are now, oldest first; `since`: settled at or after it."""
    looked_at = Tagging.objects.filter(response=OuterRef("pk"))
    has_reason = Exists(ResponseReason.objects.filter(response=OuterRef("pk")))
    is_new = (~Q(comment="") | Q(has_reason)) & ~Exists(looked_at)
    has_changed = Exists(looked_at.exclude(revision=OuterRef("revision")))
    rows = Response.objects.settled(at).filter(is_new | Q(has_changed)).order_by("settles_at", "pk")
    return rows.filter(settles_at__gte=since) if since else rows


def tag_settled(*, size: int = BATCH, since: dt.datetime | None = None) -> bool:
    """Look at up to `size` answers that are new or have changed. Whether more wait."""
    waiting = list(untagged(since=since).values_list("pk", flat=True)[:size])
    tag(waiting, current())
    return len(waiting) == size


def tag_again(*, size: int = BATCH) -> bool:
    """Look again at up to `size` answers that were looked at under other rules. Whether more wait."""
    now = current()
    other = Q(version__lt=now.version) | Q(version__gt=now.version)  # two ranges of the index
    waiting = list(Tagging.objects.filter(other).order_by("version", "pk").values_list("pk", flat=True)[:size])
    tag(waiting, now)
    return len(waiting) == size


def tag(responses: Iterable[int], now: Rules) -> None:
    """Give these answers the themes of these rules, in one transaction. Twice makes no difference, and what a person
    said stays. Answers are locked, so that nobody says otherwise meanwhile."""
    with transaction.atomic():
        rows = Response.objects.select_for_update(of=("self",)).filter(pk__in=list(responses)).order_by("pk")
        answers = list(rows.only("comment", "language", "revision"))
        if not answers:
            return
        pks = [answer.pk for answer in answers]
        standing: dict[int, dict[int, CommentTheme]] = defaultdict(dict)
        for row in CommentTheme.objects.filter(response__in=pks):
            standing[row.response_id][row.theme_id] = row
        chosen: dict[int, set[int]] = defaultdict(set)
        for response, reason in ResponseReason.objects.filter(response__in=pks).values_list("response", "reason"):
            if reason in now.reasons:
                chosen[response].add(now.reasons[reason])
        wanted = {answer.pk: _wanted(answer, chosen[answer.pk], now) for answer in answers}
        carried = {pk: _changed(standing[pk], wanted[pk]) for pk in pks}
        _write(carried, standing)
        _note(answers, carried, now)
        _suggest(carried)


def _wanted(answer: Response, chosen: set[int], now: Rules) -> dict[int, CommentTheme]:
    """What the respondent chose and what the rules find, by theme."""
    found = {
        theme: CommentTheme(response_id=answer.pk, theme_id=theme, origin=ReasonOrigin.RESPONDENT) for theme in chosen
    }
    for hit in now.hits(answer.comment, answer.language):
        row = found.setdefault(
            hit.theme, CommentTheme(response_id=answer.pk, theme_id=hit.theme, origin=ReasonOrigin.RULE)
        )
        row.word, row.start, row.length = hit.word, hit.start, hit.length
        row.is_negated, row.version = hit.is_negated, now.version
    return found


def _changed(standing: Mapping[int, CommentTheme], wanted: Mapping[int, CommentTheme]) -> dict[int, CommentTheme]:
    """What an answer is to carry, by theme. What a person said stays; its word is looked up."""
    kept = {theme: _copied(row, wanted.get(theme), _PLACE) for theme, row in standing.items() if row.is_by_person}
    for theme, row in wanted.items():
        if theme not in kept:
            known = standing.get(theme)
            kept[theme] = _copied(known, row, _WRITTEN) if known else row
    return kept


def _copied(row: CommentTheme, found: CommentTheme | None, names: Iterable[str]) -> CommentTheme:
    for name in names:
        setattr(row, name, getattr(found or CommentTheme(), name))
    return row


def _write(carried: Mapping[int, dict[int, CommentTheme]], standing: Mapping[int, dict[int, CommentTheme]]) -> None:
    rows = [row for by_theme in carried.values() for row in by_theme.values()]
    gone = [row.pk for pk, known in standing.items() for theme, row in known.items() if theme not in carried[pk]]
    CommentTheme.objects.filter(pk__in=gone).delete()
    CommentTheme.objects.bulk_update([row for row in rows if row.pk], _WRITTEN)
    CommentTheme.objects.bulk_create([row for row in rows if not row.pk])


def _note(answers: Iterable[Response], carried: Mapping[int, dict[int, CommentTheme]], now: Rules) -> None:
    """That they were looked at, and how many themes each carries."""
    notes = [
        Tagging(
            response_id=answer.pk,
            revision=answer.revision,
            version=now.version,
            themes=sum(1 for row in carried[answer.pk].values() if not row.is_removed),
        )
        for answer in answers
    ]
    changes = ["revision", "version", "themes"]
    Tagging.objects.bulk_create(notes, update_conflicts=True, unique_fields=["response"], update_fields=changes)


def forget(response: Response) -> None:
    """Look at an answer again: something was said beside the comment, so its revision tells nothing."""
    Tagging.objects.filter(response=response).delete()


# ---------------------------------------------------------------------------------------------------------- suggestions


def _suggest(carried: Mapping[int, dict[int, CommentTheme]]) -> None:
    """Requests without a theme take the likeliest one of their answer."""
    bare = CustomerRequest.objects.filter(response__in=list(carried), theme__isnull=True)
    for pk, response in bare.values_list("pk", "response"):
        if likely := likeliest(carried[response].values()):
            CustomerRequest.objects.filter(pk=pk, theme__isnull=True).update(theme=likely.theme_id)


def likeliest(carried: Iterable[CommentTheme]) -> CommentTheme | None:
    """Of several themes the one that most speaks for: a person's word, then the respondent's choice, then the first
    word that nothing denies."""
    weight = {ReasonOrigin.PERSON: 0, ReasonOrigin.RESPONDENT: 1, ReasonOrigin.RULE: 2}
    rows = [row for row in carried if not row.is_removed]
    return min(
        rows, key=lambda row: (weight[ReasonOrigin(row.origin)], row.is_negated, row.start, row.theme_id), default=None
    )


def suggestion(response: Response | None) -> CommentTheme | None:
    """The likeliest theme of an answer, with the word that tells it."""
    if response is None:
        return None
    return likeliest(CommentTheme.objects.standing().filter(response=response).select_related("theme"))


# ------------------------------------------------------------------------------------------------------ what people say


def offer(user: User) -> dict[str, Any]:
    """What a page needs on which people say what an answer is about."""
    can = user.has_perms(["surveys.view_response", "advocacy.work_commenttheme"])
    return {"can_theme": can, "offered_themes": Theme.objects.all() if can else []}


def add(response: Response, *, theme: Theme, by: User) -> CommentTheme:
    """A person says that the answer is about this. No rule takes it away."""
    return _say(response, theme, is_removed=False, by=by)


def remove(response: Response, *, theme: Theme, by: User) -> CommentTheme:
    """A person says that the answer is not about this. No rule brings it back."""
    return _say(response, theme, is_removed=True, by=by)


def _say(response: Response, theme: Theme, *, is_removed: bool, by: User) -> CommentTheme:
    with transaction.atomic():
        locked = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
        same: dict[str, Any] = {"origin": ReasonOrigin.PERSON, "is_removed": is_removed}
        said = {**same, "by": by, "at": timezone.now()}
        is_news = not CommentTheme.objects.filter(response=locked, theme=theme, **same).exists()
        row, _is_new = CommentTheme.objects.update_or_create(response=locked, theme=theme, defaults=said)
        if is_news:
            record(locked, by=by, reason=(trail.NOT_ABOUT if is_removed else trail.ABOUT) + theme.name)
        standing = CommentTheme.objects.standing().filter(response=locked).count()
        note = {"revision": locked.revision, "version": "", "themes": standing}
        Tagging.objects.get_or_create(response=locked, defaults=note)
        Tagging.objects.filter(response=locked).exclude(themes=standing).update(themes=standing)
        return row
