"""Doors: set one up, open and close it, and record who answers through it without an invitation."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from surveys import addresses, responses, scoring
from surveys.enums import Basis, CampaignStatus, Evidence
from surveys.models import Campaign, Contact, Door, DoorText, NetworkCount, Response
from surveys.responses import Answer, NotOpen
from surveys.transitions import WrongState, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

OPEN, CLOSED = "open", "closed"
SOURCE = "open link"  # of the basis of a contact who came in by themselves
AN_HOUR = dt.timedelta(hours=1)
# Nobody reads a question and answers it sooner; a page that lay open for longer is asked for once more.
SOONEST, LATEST = dt.timedelta(seconds=2), dt.timedelta(hours=12)
# How long the thank-you page can be looked at. At a kiosk the next person stands there already.
SHOWN_FOR, SHOWN_AT_KIOSK_FOR = dt.timedelta(minutes=30), dt.timedelta(minutes=1)


class TooMany(Exception):
    """So many answers came from this network that the door takes no more before `until`."""

    def __init__(self, until: dt.datetime) -> None:
        super().__init__(until)
        self.until = until


@dataclass(frozen=True)
class Who:
    """Who somebody says they are. Nobody has verified it."""

    email: str
    name: str = ""


# -------------------------------------------------------------------------------------------------------------- set up


def create(campaign: Campaign, *, by: User, **fields: Any) -> Door:
    """An open door. Raises WrongState when the campaign is archived."""
    if campaign.status == CampaignStatus.ARCHIVED:
        raise WrongState(_("This campaign is archived: nobody can answer it."))
    door = Door(campaign=campaign, **fields)
    with transaction.atomic():
        _save(door, by=by)
        record(door, went_to=OPEN, by=by)
    return door


def change(door: Door, *, by: User, **fields: Any) -> None:
    """Set `fields`. Its kind and its address stay: they are printed and built into pages."""
    for name, value in fields.items():
        setattr(door, name, value)
    _save(door, by=by, update_fields=list(fields))


def write(door: Door, words: Mapping[str, Mapping[str, str]], *, by: User) -> None:
    """Keep its own words by language; those that are blank again go, and the standard words come back."""
    with transaction.atomic():
        known = {text.language: text for text in DoorText.objects.select_for_update().filter(door=door)}
        for language, said in words.items():
            text = known.get(language) or DoorText(door=door, language=language)
            if all(getattr(text, field) == value for field, value in said.items()):
                continue
            for field, value in said.items():
                setattr(text, field, value)
            text._history_user = by  # type: ignore[attr-defined]  # how django-simple-history is told the author
            if any(said.values()):
                text.save()
            else:
                text.delete()


def open_(door: Door, *, by: User) -> None:
    """Let people in again. Raises WrongState when it is open, or its campaign is archived."""
    if door.campaign.status == CampaignStatus.ARCHIVED:
        raise WrongState(_("This campaign is archived: nobody can answer it."))
    _move(door, to_open=True, by=by)


def close(door: Door, *, by: User) -> None:
    """Take no more answers: its address shows the closed page. Raises WrongState when it is closed."""
    _move(door, to_open=False, by=by)


def _move(door: Door, *, to_open: bool, by: User) -> None:
    came_from, went_to = (CLOSED, OPEN) if to_open else (OPEN, CLOSED)
    with transaction.atomic():
        if not Door.objects.filter(pk=door.pk, is_open=not to_open).update(is_open=to_open):
            text = _("%(door)s is open already.") if to_open else _("%(door)s is closed already.")
            raise WrongState(text % {"door": door})
        door.is_open = to_open
        record(door, came_from=came_from, went_to=went_to, by=by)


def _save(door: Door, *, by: User, **options: Any) -> None:
    door._history_user = by  # type: ignore[attr-defined]  # how django-simple-history is told the author
    try:
        with transaction.atomic():
            door.save(**options)
    except IntegrityError as error:  # the form looked, but another was faster
        raise WrongState(_("Another door of this campaign has this name.")) from error


# ------------------------------------------------------------------------------------------------------------ the form


def is_open(door: Door) -> bool:
    """Whether it takes answers. A campaign that is paused sends nothing; what is printed can still be answered."""
    return door.is_open and door.campaign.status != CampaignStatus.ARCHIVED


def seal(door: Door) -> str:
    """A mark for one form of the door: when it was made, and a key, for one form is one answer."""
    made_at = int(timezone.now().timestamp() * 1000)
    return _signer(door).sign(f"{made_at}.{secrets.token_hex(16)}")


def key_of(door: Door, sealed: str) -> str:
    """The key of a form, or "" where it is not ours, came too soon for a person, or is half a day old."""
    try:
        made_at, key = _signer(door).unsign(sealed).split(".")
    except (signing.BadSignature, ValueError):
        return ""
    age = timezone.now() - dt.datetime.fromtimestamp(int(made_at) / 1000, dt.UTC)
    return key if SOONEST <= age <= LATEST else ""


def _signer(door: Door) -> signing.Signer:
    return signing.Signer(salt=f"surveys.doors.form.{door.token}")


def reference(response: Response, door: Door) -> str:
    """What the address of the thank-you page says instead of a number that could be counted on."""
    return _stamper(door).sign(str(response.pk))


def thanked(door: Door, reference: str) -> Response | None:
    """The answer of a reference, for as long as its thank-you page is to be looked at."""
    longest = SHOWN_AT_KIOSK_FOR if door.is_kiosk else SHOWN_FOR
    try:
        pk = _stamper(door).unsign(reference, max_age=longest)
    except signing.BadSignature:
        return None
    return Response.objects.filter(pk=pk, door=door).first()


def _stamper(door: Door) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"surveys.doors.thanks.{door.token}")


# ---------------------------------------------------------------------------------------------------------- the answer


def answer(
    door: Door,
    said: Answer,
    *,
    key: str,
    network: str,
    language: str,
    who: Who | None = None,
    at: dt.datetime | None = None,
) -> Response:
    """Record an answer that came through `door`, with its version and its count, in one transaction.

    The same form (`key`) a second time gives the first answer back, whatever it says now. Raises NotOpen when the door
    is closed, TooMany when the `network` has sent as many as the door takes in an hour, ValueError for a score that is
    not an integer from 0 to 10.
    """
    scoring.band(said.score)
    at = at or timezone.now()
    try:
        with transaction.atomic():
            rows = Door.objects.filter(pk=door.pk, is_open=True)
            if not rows.exclude(campaign__status=CampaignStatus.ARCHIVED).exists():
                raise NotOpen
            _count_network(door, network, at)
            return _record(door, said, key=key, language=language, who=who, at=at)
    except IntegrityError:
        first = Response.objects.filter(door=door, form_key=key).first()
        if first is None:
            raise
        return first


def _record(door: Door, said: Answer, *, key: str, language: str, who: Who | None, at: dt.datetime) -> Response:
    campaign = door.campaign
    response = Response.objects.create(
        campaign=campaign,
        channel=door.channel,
        contact=_contact(who, language=language, at=at) if who else None,
        door=door,
        form_key=key,
        is_self_named=who is not None,
        subject_id=campaign.subject_id,
        scale=campaign.scale,
        style=door.style,
        language=language,
        evidence=Evidence.SUBMITTED,
        answered_at=at,
        submitted_at=at,
        settles_at=responses.settles_at(Evidence.SUBMITTED, at),
        **asdict(said),
    )
    responses._keep_version(response)
    responses._count(response, {response.band: 1})
    return response


def _contact(who: Who, *, language: str, at: dt.datetime) -> Contact:
    """The contact at this address, untouched; or a new one, whom no survey asks: an answer is no consent to more."""
    email = addresses.normalise(who.email)
    new = {
        "email": email,
        "name": who.name,
        "language": language,
        "basis": Basis.NONE,
        "basis_source": SOURCE,
        "basis_at": at,
    }
    contact, _created = Contact.objects.get_or_create(address_hash=addresses.keyed_hash(email), defaults=new)
    return contact


def _count_network(door: Door, network: str, at: dt.datetime) -> None:
    """One more answer of the network. Each statement looks and counts at once, so no two answers share a place."""
    hashed = salted_hmac("surveys.doors.network", f"{door.pk} {network}", algorithm="sha256").hexdigest()
    rows = NetworkCount.objects.filter(door=door, network=hashed)
    if _one_more(rows, door, at):
        return
    try:
        with transaction.atomic():  # a savepoint: another answer of the network may win the race
            NetworkCount.objects.create(door=door, network=hashed, until=at + AN_HOUR)
    except IntegrityError:
        if not _one_more(rows, door, at):
            raise TooMany(rows.get().until) from None


def _one_more(rows: Any, door: Door, at: dt.datetime) -> bool:
    if rows.filter(until__gt=at, answers__lt=door.limit).update(answers=F("answers") + 1):
        return True
    return bool(rows.filter(until__lte=at).update(answers=1, until=at + AN_HOUR))


def sweep(at: dt.datetime | None = None) -> int:
    """Forget the networks whose hour is over; how many."""
    return NetworkCount.objects.filter(until__lte=at or timezone.now()).delete()[0]
