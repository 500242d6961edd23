"""What a launch would do, with the languages in which it would ask."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from surveys import languages, planning, texts, waves, windows
from surveys.enums import SkipReason
from surveys.models import Campaign
from surveys.models.languages import languages_in_use
from surveys.segments import BadConditions
from surveys.waves import Plan


@dataclass(frozen=True)
class DryRun:
    """`languages` are those that mail and pages will be in, with how many contacts are asked in each, most first."""

    plan: Plan = field(default_factory=Plan)
    languages: dict[str, int] = field(default_factory=dict)
    drafts: dict[str, int] = field(default_factory=dict)  # how many would be asked in another, since theirs is a draft
    unreadable: str = ""  # why the segment's conditions cannot be read: then nobody is asked


def of(campaign: Campaign, *, at: dt.datetime) -> DryRun:
    """Look at everybody, and change nothing. Without a day on which mails leave there is nobody to look at."""
    if not windows.weekdays(campaign):
        return DryRun()
    try:
        rows = planning.counted_by_language(campaign, at=at)
    except BadConditions as error:
        return DryRun(unreadable=str(error))
    reasons, spoken, drafts, in_use = Counter[str](), Counter[str](), Counter[str](), languages_in_use()
    for reason, language, n in rows:
        reasons[reason] += n
        if reason == SkipReason.NONE:
            spoken[texts.language(language, campaign.brand.default_language, in_use=in_use)] += n
            drafts[languages.draft_of(language, in_use)] += n
    del drafts[""]
    plan = waves.plan_of(reasons.items())
    return DryRun(plan=plan, languages=_most_first(spoken), drafts=_most_first(drafts))


def _most_first(counts: Counter[str]) -> dict[str, int]:
    """Equals by their tag: a database gives its groups in any order."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
