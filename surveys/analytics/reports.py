"""The report: score, trend, distribution, response rate and what they are made of, each with its base.

Scores come from the counts kept beside the answers, so they cost as much with ten million answers as with ten.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Q, QuerySet, Sum, TextChoices
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys import languages, scoring, texts, waves
from surveys.analytics.selection import A_DAY, Catalogue, Selection
from surveys.enums import ClickKind, MessageStatus
from surveys.models import Click, DailyCount, Message, Response
from surveys.models.languages import languages_in_use
from surveys.scoring import Counts, Difference

if TYPE_CHECKING:
    from surveys.models import Campaign

Key = TypeVar("Key")

# A smaller cell of a report that others read could tell who it was.
FEWEST = 5
BANDS = ("promoters", "passives", "detractors")
CAMPAIGN = "invitation__wave__campaign"
WISHES = ("invitation__language", "invitation__contact__language")


class Dimension(TextChoices):
    CAMPAIGN = "campaign", gettext_lazy("Campaign")
    TOUCHPOINT = "touchpoint", gettext_lazy("Touchpoint")
    LANGUAGE = "language", gettext_lazy("Language")
    SUBJECT = "subject", gettext_lazy("Subject")
    SEGMENT = "segment", gettext_lazy("Segment")


OF_CELLS = [dimension for dimension in Dimension if dimension != Dimension.SEGMENT]  # that one asks who somebody is


@dataclass(frozen=True)
class Reach:
    """Invitations of the period: sent, come back, and answered since by those who got them."""

    sent: int = 0
    bounced: int = 0
    answered: int = 0

    def __add__(self, other: Reach) -> Reach:
        return Reach(self.sent + other.sent, self.bounced + other.bounced, self.answered + other.answered)

    @property
    def delivered(self) -> int:
        return self.sent - self.bounced

    @property
    def percent(self) -> Decimal | None:
        """To one decimal; None where nothing was delivered, which is no rate of 0."""
        return scoring.rounded(Fraction(100 * self.answered, self.delivered), 1) if self.delivered else None


@dataclass(frozen=True)
class Row:
    """One campaign, touchpoint, language or subject; without a key, answers of none."""

    key: int | str
    label: str
    counts: Counts = field(default_factory=Counts)
    reach: Reach = field(default_factory=Reach)
    is_hidden: bool = False  # its answers, or those of its neighbours, are so few that they could tell who gave them

    @property
    def is_small(self) -> bool:
        """Whether the few are its own answers, and not those of a row beside it."""
        return 0 < self.counts.n < FEWEST


@dataclass(frozen=True)
class Month:
    """A calendar month, or the part of one that lies in the period."""

    first: dt.date
    counts: Counts
    is_part: bool = False


@dataclass(frozen=True)
class Report:
    selection: Selection
    counts: Counts
    before: Counts | None
    other_scales: dict[str, int]
    scores: dict[int, int]
    styles: dict[str, int]
    months: list[Month]
    reach: Reach
    clicks: int
    rows: dict[Dimension, list[Row]]

    @property
    def change(self) -> Difference | None:
        """Against the equally long period before, as two independent groups of answers."""
        return scoring.difference(self.counts, self.before) if self.before is not None else None

    @property
    def is_hidden(self) -> bool:
        return 0 < self.counts.n < FEWEST

    @property
    def hides_number(self) -> bool:
        """Of a part of the answers not even their number is told: in the whole report nobody is singled out by it."""
        return self.is_hidden and self.selection.is_narrowed

    @property
    def has_few_months(self) -> bool:
        return any(month.counts.is_few for month in self.months)

    @property
    def touchpoints(self) -> int:
        """How many moments of the journey are in one figure."""
        return sum(1 for row in self.rows[Dimension.TOUCHPOINT] if row.counts.n)


class _Cell(NamedTuple):
    """One campaign, subject and language, as they are counted."""

    campaign: int
    subject: int | None
    language: str


def of(selection: Selection, names: Catalogue) -> Report:
    """In six statements, however many answers there are."""
    answers, other_scales = _answers(selection)
    asked = _asked(selection, names)
    scores, styles = _scores(selection)
    return Report(
        selection=selection,
        counts=sum(answers.values(), Counts()),
        before=_total(selection.before) if selection.before else None,
        other_scales=other_scales,
        scores=scores,
        styles=styles,
        months=_months(selection),
        reach=sum(asked.values(), Reach()),
        clicks=_clicks(selection, names),
        rows={dimension: _rows(dimension, answers, asked, names) for dimension in OF_CELLS},
    )


# ------------------------------------------------------------------------------------------------------------- answers


def _counted(selection: Selection) -> QuerySet[DailyCount]:
    days = (selection.since, selection.until)
    return DailyCount.objects.filter(selection.answers, day__range=days).order_by()


def _sums() -> dict[str, Sum]:
    return {f"{band}_sum": Sum(band) for band in BANDS}


def _as_counts(row: Mapping[str, Any]) -> Counts:
    return Counts(**{band: row[f"{band}_sum"] or 0 for band in BANDS})


def _answers(selection: Selection) -> tuple[dict[_Cell, Counts], dict[str, int]]:
    """The counts on this scale, and how many answers there are on each other one: those are never pooled with them."""
    found: dict[_Cell, Counts] = {}
    others: dict[str, int] = defaultdict(int)
    for row in _counted(selection).values("campaign", "subject", "language", "scale").annotate(**_sums()):
        counts = _as_counts(row)
        if row["scale"] == selection.scale:
            found[_Cell(row["campaign"], row["subject"], row["language"])] = counts
        elif counts.n:
            others[row["scale"]] += counts.n
    return found, dict(others)


def _total(selection: Selection) -> Counts:
    return _as_counts(_counted(selection).filter(scale=selection.scale).aggregate(**_sums()))


def _months(selection: Selection) -> list[Month]:
    """Every month from the first with an answer to the end of the period; one without answers is there too."""
    rows = _counted(selection).filter(scale=selection.scale).annotate(month=TruncMonth("day"))
    known = {row["month"]: _as_counts(row) for row in rows.values("month").annotate(**_sums())}
    first = min((month for month, counts in known.items() if counts.n), default=None)
    months = []
    while first is not None and first <= selection.until:
        following: dt.date = first + relativedelta(months=1)
        is_part = first < selection.since or following > selection.until + A_DAY
        months.append(Month(first, known.get(first, Counts()), is_part))
        first = following
    return months


def _scores(selection: Selection) -> tuple[dict[int, int], dict[str, int]]:
    """Answers by score, and by the look of the buttons, which moves scores by itself.

    Served by the index surveys_response_reported alone.
    """
    scores: dict[int, int] = dict.fromkeys(range(1 if selection.scale.startswith("1-") else 0, 11), 0)
    styles: dict[str, int] = defaultdict(int)
    for score, style, n in given(selection).values_list("score", "style").annotate(n=Count("pk")):
        scores[score] = scores.get(score, 0) + n
        styles[style] += n
    return scores, dict(styles)


def given(selection: Selection) -> QuerySet[Response]:
    """The answers themselves, in no order."""
    return Response.objects.filter(
        selection.answers,
        scale=selection.scale,
        answered_at__gte=selection.starts_at,
        answered_at__lt=selection.ends_at,
    ).order_by()


# --------------------------------------------------------------------------------------------------------------- asked


def _asked(selection: Selection, names: Catalogue) -> dict[_Cell, Reach]:
    found: dict[_Cell, Reach] = defaultdict(Reach)
    for row in by_place(sent(selection)):
        if cell := placed(selection, names, row):
            found[cell[0]] += cell[1]
    return dict(found)


def sent(selection: Selection) -> QuerySet[Message]:
    """Invitations sent in the period; a reminder is a letter of its own. Served by surveys_message_has_left."""
    return Message.objects.filter(
        selection.campaigns(CAMPAIGN),
        letter=waves.LETTER,
        status=MessageStatus.SENT,
        invitation__isnull=False,
        sent_at__gte=selection.starts_at,
        sent_at__lt=selection.ends_at,
    ).order_by()


def by_place(rows: QuerySet[Message], *before: str) -> QuerySet[Message, tuple[Any, ...]]:
    """How many of them were sent, have arrived and were answered, for each place: what `placed` takes, with `before`
    in front."""
    has_arrived = Q(bounced_at__isnull=True)
    return rows.values_list(*before, CAMPAIGN, *WISHES).annotate(
        sent=Count("pk"),
        arrived=Count("pk", filter=has_arrived),
        answered=Count("invitation__response", filter=has_arrived),
    )


def placed(selection: Selection, names: Catalogue, row: Sequence[Any]) -> tuple[_Cell, Reach] | None:
    """A row of `by_place`, if the selection has it."""
    *place, sent, arrived, answered = row
    cell = _cell(names.campaigns, *place)
    if cell is None or selection.language not in {"", cell.language}:
        return None
    return cell, Reach(sent=sent, bounced=sent - arrived, answered=answered)


def _clicks(selection: Selection, names: Catalogue) -> int:
    """Invitations clicked in the period that have no answer. Served by surveys_click_by_time."""
    rows = Click.objects.filter(
        selection.campaigns(CAMPAIGN),
        at__gte=selection.starts_at,
        at__lt=selection.ends_at,
        kind=ClickKind.LINK,
        invitation__response__isnull=True,
    )
    total = 0
    counted = Count("invitation", distinct=True)
    for *place, n in rows.order_by().values_list(CAMPAIGN, *WISHES).annotate(n=counted):
        cell = _cell(names.campaigns, *place)
        total += n if cell and selection.language in {"", cell.language} else 0
    return total


def _cell(campaigns: dict[int, Campaign], campaign: int, chosen: str, spoken: str) -> _Cell | None:
    """In the language of the question in the mail; None for a campaign that came into being just now."""
    known = campaigns.get(campaign)
    if known is None:
        return None
    wishes = (chosen, spoken, known.brand.default_language)
    return _Cell(campaign, known.subject_id, texts.question_language(*wishes, in_use=languages_in_use()))


# ---------------------------------------------------------------------------------------------------------------- rows


def _rows(dimension: Dimension, answers: dict[_Cell, Counts], asked: dict[_Cell, Reach], names: Catalogue) -> list[Row]:
    place = _placed(dimension, names)
    found: dict[int | str, Row] = {}
    for cell, counts in answers.items():
        row = _row(found, *place(cell))
        found[row.key] = replace(row, counts=row.counts + counts)
    for cell, reach in asked.items():
        row = _row(found, *place(cell))
        found[row.key] = replace(row, reach=row.reach + reach)
    rows = in_order(row for row in found.values() if row.counts.n or row.reach.sent)
    return _masked(rows, beside=dimension != Dimension.CAMPAIGN)


def _row(found: dict[int | str, Row], key: int | str, label: str) -> Row:
    return found.get(key) or Row(key, label)


def _placed(dimension: Dimension, names: Catalogue) -> Callable[[_Cell], tuple[int | str, str]]:
    """Where a cell belongs: the key and the name of its row."""

    def place(cell: _Cell) -> tuple[int | str, str]:
        campaign = names.campaigns.get(cell.campaign)
        if dimension == Dimension.LANGUAGE:
            return cell.language, languages.own_name(cell.language)
        if dimension == Dimension.SUBJECT:
            return cell.subject or "", names.subjects.get(cell.subject or 0, _("No subject"))
        if campaign is None:
            return "", _("Unknown")
        if dimension == Dimension.TOUCHPOINT:
            return campaign.touchpoint_id, campaign.touchpoint.name
        return campaign.pk, campaign.name

    return place


def _masked(rows: list[Row], *, beside: bool) -> list[Row]:
    """`rows` begin with those of most answers. Without `beside` only small rows are hidden: a campaign's own numbers
    stand on its page and in its own report, so that to hide them here would keep nothing from anybody."""
    hidden = too_few((row.key, row.counts.n) for row in reversed(rows) if beside or row.is_small)
    return [replace(row, is_hidden=row.key in hidden) for row in rows]


def too_few(sizes: Iterable[tuple[Key, int]]) -> set[Key]:
    """The keys of those with few answers, and of the smallest beside them while what is hidden can be had by a
    subtraction. `sizes` begin with the smallest."""
    hidden: set[Key] = set()
    together = 0
    for key, n in sizes:
        if n and (n < FEWEST or (hidden and together < FEWEST)):
            hidden.add(key)
            together += n
    return hidden


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Those with most answers first."""
    return sorted(rows, key=lambda row: (-row.counts.n, -row.reach.sent, row.label))
