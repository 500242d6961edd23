"""Something has happened to contacts who are known by their addresses: ask them about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from surveys import addresses, waves
from surveys.enums import CampaignKind, CampaignStatus, SkipReason
from surveys.models import Campaign, Contact, Invitation
from surveys.transitions import WrongState

AT_A_TIME = 500


@dataclass
class Asked:
    """How many there are of each reason, the empty one for those who are asked; and addresses that lead nowhere."""

    reasons: Counter[str] = field(default_factory=Counter)
    strangers: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.reasons[SkipReason.NONE]

    @property
    def left_out(self) -> list[tuple[SkipReason, int]]:
        return [(SkipReason(reason), n) for reason, n in sorted(self.reasons.items()) if reason]


def require(campaign: Campaign) -> None:
    """Raises WrongState for a campaign that cannot ask after an event, so that it is known before anything is done."""
    if campaign.kind != CampaignKind.EVENT or campaign.status != CampaignStatus.ACTIVE:
        raise WrongState(waves.follows_no_event(campaign))


def ask(given: Iterable[str], campaign: Campaign, *, into: Asked | None = None) -> Asked:
    """Ask the contacts of these addresses after the campaign's delay, each once a day however often this is said.

    Adds to `into` where it is given. Raises WrongState as `waves.ask_all()` does: those before stay asked.
    """
    asked = into if into is not None else Asked()
    for some in _slices(given):
        found = _contacts(some)
        asked.strangers += [address for address in some if address not in found]
        if not found:
            continue
        wave = waves.ask_all(Q(pk__in=found.values()), campaign)
        rows = Invitation.objects.filter(wave=wave, contact__in=found.values())
        reached = dict(rows.values_list("contact", "skip_reason"))
        asked.reasons.update(reached.values())
        asked.outside += [address for address, pk in found.items() if pk not in reached]
    return asked


def _slices(given: Iterable[str]) -> Iterator[list[str]]:
    some: list[str] = []
    for address in given:
        some.append(address)
        if len(some) == AT_A_TIME:
            yield some
            some = []
    if some:
        yield some


def _contacts(some: Sequence[str]) -> dict[str, int]:
    """The contact of each address, as it was written, that is one's."""
    wanted = {address: addresses.normalise(address) for address in some if "\x00" not in address}
    pks = dict(Contact.objects.filter(email__in=set(wanted.values())).values_list("email", "pk"))
    return {address: pks[email] for address, email in wanted.items() if email in pks}
