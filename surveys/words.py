"""The own words of a campaign: which there are, in which languages, and what stands where there are none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import CharField, TextChoices, TextField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys import campaigns, mergetags, reviewsites, texts
from surveys.enums import Band
from surveys.models import Campaign, CampaignText, PageText
from surveys.models.campaigns import INVITES

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST = 2000  # of a text without a limit of its own
NOT_WORDS = {"language", "band"}
SECTIONS = ("page", "answer", "thanks")


class State(TextChoices):
    """What a reader of one language finds in a mail or on a page."""

    OWN = "own", gettext_lazy("own words")
    STANDARD = "standard", gettext_lazy("standard words")
    MISSING = "missing", gettext_lazy("missing translation")


@dataclass(frozen=True)
class Text:
    """One text of a campaign in one language: that of the mail, or that of the pages of a band."""

    campaign: Campaign
    language: str
    band: Band | None = None

    @property
    def model(self) -> type[CampaignText | PageText]:
        return PageText if self.band else CampaignText

    @property
    def key(self) -> dict[str, str]:
        return {"language": self.language, "band": self.band} if self.band else {"language": self.language}


def fields(model: type[CampaignText | PageText]) -> list[str]:
    """The columns that hold words. Read off the model, so that a text which is added later is edited like the rest."""
    columns = [column for column in model._meta.concrete_fields if isinstance(column, CharField | TextField)]
    return [column.name for column in columns if column.name not in NOT_WORDS]


def standard(text: Text) -> dict[str, str]:
    """What stands where the campaign has no words of its own, with its tags as they are."""
    sections = (*SECTIONS, text.band) if text.band else ("mail",)
    spoken = texts.Words(text.language, *sections)
    return {name: spoken.plain(name) for name in fields(text.model) if name in spoken}


def find(text: Text) -> CampaignText | PageText | None:
    return text.model._default_manager.filter(campaign=text.campaign, **text.key).first()


def own(text: Text) -> dict[str, dict[str, str]]:
    """The own words of all languages for the mail or band of `text`: by language and field, without the blank ones."""
    rows = text.model._default_manager.filter(campaign=text.campaign, **_same_place(text))
    return {row.language: written for row in rows if (written := _written(row))}


def _same_place(text: Text) -> dict[str, str]:
    return {"band": text.band} if text.band else {}


def _written(row: CampaignText | PageText) -> dict[str, str]:
    return {name: words for name in fields(type(row)) if (words := getattr(row, name)).strip()}


def states(text: Text) -> dict[str, State]:
    """How far each offered language is, for the mail or band of `text`."""
    theirs = own(text)
    wanted = {name for written in theirs.values() for name in written}
    return {tag: _state(theirs.get(tag, {}), wanted) for tag in texts.OFFERED}


def _state(written: Mapping[str, str], wanted: set[str]) -> State:
    if wanted - written.keys():
        return State.MISSING
    return State.OWN if written else State.STANDARD


def missing(text: Text) -> set[str]:
    """Which words this language lacks while another has them."""
    theirs = own(text)
    return {name for written in theirs.values() for name in written} - theirs.get(text.language, {}).keys()


def unknown_tags(given: Mapping[str, str]) -> dict[str, str]:
    """What to say of each of `given` that holds what looks like a tag and is none: it would be read as it was typed."""
    known = ", ".join(f"{{{{ {tag} }}}}" for tag in texts.STAFF_TAGS)
    faults = {name: mergetags.unknown(words, texts.STAFF_TAGS) for name, words in given.items()}
    message = _("Not known: %(found)s. Understood are %(known)s.")
    return {name: message % {"found": ", ".join(found), "known": known} for name, found in faults.items() if found}


def invitations(text: Text, given: Mapping[str, str]) -> dict[str, str]:
    """What to say of each of `given`, the words of one band, that asks for a public review."""
    if not text.band:
        return {}
    found = {name: reviewsites.invitation_in(words) for name, words in given.items()}
    return {name: INVITES % {"found": what} for name, what in found.items() if what}


def version(text: Text) -> int:
    """Which state of the words a form was opened with."""
    latest = campaigns.latest(_history(text))
    return latest.history_id if latest else 0


def write(text: Text, given: Mapping[str, str], *, by: User, seen: int) -> CampaignText | PageText | None:
    """Set the own words of one language, where they are still as they were `seen`; a blank one leaves the standard.

    Raises WrongState when they are not, or when the campaign is archived.
    """
    with transaction.atomic():
        campaigns.hold(text.campaign)
        campaigns.refuse_if_changed(_history(text), seen)
        row = find(text) or text.model(campaign=text.campaign, **text.key)
        if all(getattr(row, name) == words for name, words in given.items()):
            return row if row.pk else None
        for name, words in given.items():
            setattr(row, name, words)
        row._history_user = by  # type: ignore[union-attr]  # how django-simple-history is told the author
        row.save(update_fields=list(given) if row.pk else None)
        return row


def _history(text: Text) -> Any:
    return text.model.history.filter(campaign_id=text.campaign.pk, **text.key)
