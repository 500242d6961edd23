"""Whom advocates bring: personal links, leads, whose code counts, signs of something odd, rewards of both sides.

A sign never rejects anybody: a person looks and decides. Of several links the first valid one within 90 days counts.
Verbs of staff that take `seen` refuse, with Changed, what was decided on an old picture.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet, TextChoices
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advocacy import mail, rewards, tiers, trail, trailwords
from advocacy.enums import (
    OPEN_REFERRAL_STATUSES,
    REFERRAL_MOVES,
    ReferralSign,
    ReferralStatus,
    RewardReason,
    RewardSide,
    RewardStatus,
)
from advocacy.models import Advocate, Referral, ReferralFlag, ReferralLink, ReferralOffer, Reward
from advocacy.models.referrals import ATTRIBUTION
from surveys import addresses
from surveys.enums import Basis
from surveys.models import Account, Contact
from surveys.transitions import WrongState, move, record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from django.contrib.auth.models import User

ALPHABET, LENGTH = "abcdefghjkmnpqrstuvwxyz23456789", 8  # none that looks like another
DAY = dt.timedelta(days=1)
MANY_A_DAY, MOST_A_DAY = 5, 100
SLICE, MOST_IN_A_FILE = 100, 5000
# Providers that ignore dots in a name; all of these ignore what follows a plus, and a shared domain there says nothing.
DOTLESS = frozenset({"gmail.com", "googlemail.com"})
SHARED = DOTLESS | {
    "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "me.com", "proton.me", "protonmail.com",
    "aol.com", "gmx.com", "gmx.net", "gmx.de", "web.de", "mail.com", "qq.com", "163.com", "126.com", "yandex.com",
    "fastmail.com", "libero.it", "orange.fr", "t-online.de", "uol.com.br", "docomo.ne.jp",
}  # fmt: skip
DISPOSABLE = frozenset({
    "mailinator.com", "guerrillamail.com", "10minutemail.com", "temp-mail.org", "tempmail.com", "yopmail.com",
    "trashmail.com", "sharklasers.com", "getnada.com", "dispostable.com", "maildrop.cc", "throwawaymail.com",
    "fakeinbox.com", "mintemail.com", "mohmal.com", "spamgourmet.com", "moakt.com", "emailondeck.com",
})  # fmt: skip


class NotOpen(Exception):
    """Nobody can come by this link now."""


# -------------------------------------------------------------------------------------------------------------- lists


class ReferralView(TextChoices):
    """The views of the referrals; the value stands in the URL."""

    REVIEW = "review", gettext_lazy("To look at")
    REGISTERED = "registered", gettext_lazy("Registered")
    HAND_OVER = "hand-over", gettext_lazy("To hand over")
    QUALIFIED = "qualified", gettext_lazy("Qualified")
    CONVERTED = "converted", gettext_lazy("Converted")
    ENDED = "ended", gettext_lazy("Rejected or expired")


def referrals_of(view: ReferralView) -> QuerySet[Referral]:
    rows = Referral.objects.all()
    if view == ReferralView.REVIEW:
        return rows.flagged()
    if view == ReferralView.HAND_OVER:
        return rows.filter(status=ReferralStatus.QUALIFIED, handed_over_at__isnull=True)
    if view == ReferralView.ENDED:
        return rows.filter(status__in=[ReferralStatus.REJECTED, ReferralStatus.EXPIRED])
    return rows.filter(status=view.value)


# --------------------------------------------------------------------------------------------------------------- links


def link_of(advocate: Advocate) -> ReferralLink:
    """The link of an advocate, made when it is first wanted."""
    with transaction.atomic():
        trail.lock(advocate)
        found = ReferralLink.objects.filter(advocate=advocate).order_by("-pk").first()
        return found or ReferralLink.objects.create(advocate=advocate, code=get_random_string(LENGTH, ALPHABET))


def offer_of(link: ReferralLink) -> ReferralOffer | None:
    """What the brand of the advocate promises; None where the link is closed."""
    brand = mail.brand_of(link.advocate.contact) if link.advocate else None
    return ReferralOffer.objects.filter(brand=brand, is_open=True).first() if brand else None


# --------------------------------------------------------------------------------------------------------- who it is


def same_person(address: str) -> str:
    """One spelling for all that reach one mailbox, as far as anybody can know."""
    name, at, domain = addresses.normalise(address).rpartition("@")
    if domain in SHARED:
        name = name.partition("+")[0]
    if domain in DOTLESS:
        name, domain = name.replace(".", ""), "gmail.com"
    return f"{name}{at}{domain}"


def hash_of(address: str) -> str:
    return addresses.keyed_hash(same_person(address))


# --------------------------------------------------------------------------------------------------------- registering


def invite(link: ReferralLink, *, name: str, email: str, by: User) -> Referral:
    """An advocate has named somebody, who has not come yet."""
    with transaction.atomic():
        ReferralLink.objects.select_for_update().get(pk=link.pk)
        person = hash_of(email)
        if standing := Referral.objects.open().filter(link=link, person_hash=person).first():
            return standing
        invited = {"status": ReferralStatus.INVITED, "invited_at": timezone.now()}
        made = Referral.objects.create(link=link, name=name, email=email, person_hash=person, **invited)
        record(made, went_to=ReferralStatus.INVITED, by=by)
        return made


def register(
    link: ReferralLink,
    *,
    name: str,
    email: str,
    company: str = "",
    language: str = "",
    consent_text: str = "",
    network: str = "",
) -> Referral:
    """Somebody comes by a link and leaves an address. Coming twice by one link changes nothing. Raises NotOpen."""
    with transaction.atomic():
        ReferralLink.objects.select_for_update().get(pk=link.pk)
        now, person = timezone.now(), hash_of(email)
        standing = Referral.objects.open().filter(link=link, person_hash=person).first()
        if standing and standing.status != ReferralStatus.INVITED:
            return standing
        if _came_today(link, now) >= MOST_A_DAY:
            raise NotOpen
        said: dict[str, Any] = {
            "name": name,
            "email": addresses.normalise(email),
            "company": company,
            "language": language,
        }
        said |= {"consent_text": consent_text, "network": network}
        if standing:
            move(standing, REFERRAL_MOVES, ReferralStatus.REGISTERED, registered_at=now, **said)
        else:
            standing = Referral.objects.create(link=link, person_hash=person, registered_at=now, **said)
            record(standing, went_to=ReferralStatus.REGISTERED)
        ReferralFlag.objects.bulk_create(ReferralFlag(referral=standing, sign=sign) for sign in _signs(standing, now))
        return standing


def _came_today(link: ReferralLink, now: dt.datetime) -> int:
    return Referral.objects.filter(link=link, registered_at__gt=now - DAY).count()


def _signs(referral: Referral, now: dt.datetime) -> Iterator[ReferralSign]:
    """What makes somebody look twice at a lead that has just come."""
    domain = referral.email.rpartition("@")[2]
    if referral.contact:
        yield from _signs_of_advocate(referral, referral.contact, domain)
    if get_user_model().objects.filter(email__iexact=referral.email).exists():
        yield ReferralSign.STAFF
    if _is_customer(referral):
        yield ReferralSign.CUSTOMER
    if _earlier(referral, now).exists():
        yield ReferralSign.EARLIER_CODE
    if _came_today(referral.link, now) > MANY_A_DAY:
        yield ReferralSign.SPEED
    by_link = Referral.objects.filter(link=referral.link_id).exclude(pk=referral.pk)
    if referral.network and by_link.within_window(now).filter(network=referral.network).exists():
        yield ReferralSign.NETWORK
    if domain in DISPOSABLE:
        yield ReferralSign.DISPOSABLE


def _signs_of_advocate(referral: Referral, advocate: Contact, domain: str) -> Iterator[ReferralSign]:
    own = hash_of(advocate.email)
    if own == referral.person_hash:
        yield ReferralSign.SAME_PERSON
    if domain == advocate.email.rpartition("@")[2] and domain not in SHARED:
        yield ReferralSign.OWN_DOMAIN
    others = Referral.objects.exclude(link=referral.link_id)
    brought = others.filter(person_hash=own).select_related("link__advocate__contact")
    if any(hash_of(each.contact.email) == referral.person_hash for each in brought if each.contact):
        yield ReferralSign.CIRCLE


def _is_customer(referral: Referral) -> bool:
    spellings = [addresses.keyed_hash(referral.email), referral.person_hash]
    is_known = Contact.objects.filter(address_hash__in=spellings)
    advocate = referral.contact
    if advocate:
        is_known = is_known.exclude(pk=advocate.pk)
    account = Account.objects.filter(name__iexact=referral.company)
    return is_known.exists() or (bool(referral.company) and account.exists())


def _earlier(referral: Referral, now: dt.datetime) -> QuerySet[Referral]:
    """The same person by another link, before, and neither rejected nor over: what came first counts."""
    standing = Q(status__in=[*OPEN_REFERRAL_STATUSES, ReferralStatus.CONVERTED])
    at, number = referral.registered_at, referral.pk
    before = Q(registered_at__lt=at) | Q(registered_at=at, pk__lt=number)
    same = Referral.objects.within_window(now).filter(person_hash=referral.person_hash)
    return same.filter(standing, before).exclude(link=referral.link_id)


# ------------------------------------------------------------------------------------------------------------ deciding


def clear(referral: Referral, *, reason: str, by: User, seen: str = "") -> None:
    """Somebody has looked at the signs, and found nothing wrong."""
    with transaction.atomic():
        trail.lock(referral, seen=seen)
        waiting = referral.flags.filter(cleared_at__isnull=True)
        if not waiting.update(cleared_at=timezone.now(), cleared_by=by):
            raise WrongState(_("Not noted: there is no sign left to look at."))
        record(referral, by=by, reason=trail.CLEARED + reason)


def qualify(referral: Referral, *, reason: str = "", by: User, seen: str = "") -> None:
    """It could become a customer: sales may have it."""
    with transaction.atomic():
        trail.lock(referral, seen=seen)
        _check_signs(referral, _("Not qualified: look at the signs first."))
        move(referral, REFERRAL_MOVES, ReferralStatus.QUALIFIED, by=by, reason=reason)
        tiers.settle([referral.link.advocate_id])


def hand_over(referral: Referral, *, by: User, seen: str = "") -> None:
    """Sales has it. A second time changes nothing."""
    with transaction.atomic():
        trail.lock(referral, seen=seen)
        if referral.status != ReferralStatus.QUALIFIED:
            raise WrongState(_("Not handed over: it is not qualified."))
        if referral.handed_over_at is None:
            referral.handed_over_at = timezone.now()
            referral.save(update_fields=["handed_over_at"])
            record(referral, by=by, reason=trail.HANDED_OVER)


def export(*, by: User) -> list[list[str]]:
    """What sales is to get, as a table with its head. That somebody took it along is told with each of them."""
    with transaction.atomic():
        waiting = referrals_of(ReferralView.HAND_OVER).select_related("link__advocate__contact").order_by("pk")
        rows = list(waiting[:MOST_IN_A_FILE])
        for row in rows:
            record(row, went_to=trailwords.EXPORTED, by=by)
    head = [_("Name"), _("Mail"), _("Company"), _("Language"), _("Brought by"), _("Code"), _("Came"), _("Agreed to")]
    return [head, *(_line(row) for row in rows)]


def _line(row: Referral) -> list[str]:
    came = timezone.localtime(row.registered_at).date().isoformat() if row.registered_at else ""
    brought_by = str(row.contact or "")
    return [row.name, row.email, row.company, row.language, brought_by, row.link.code, came, row.consent_text]


def convert(
    referral: Referral,
    *,
    by: User,
    reason: str = "",
    revenue: Decimal | None = None,
    currency: str = "",
    seen: str = "",
) -> list[Reward]:
    """It has become a customer: both sides get a pending reward, on hold for 30 days. Raises WrongState."""
    with transaction.atomic():
        trail.lock(referral, seen=seen)
        now = timezone.now()
        _check_signs(referral, _("Not converted: look at the signs first."))
        if referral.registered_at is None or referral.registered_at <= now - ATTRIBUTION:
            raise WrongState(_("Not converted: it came more than 90 days ago."))
        if first := _earlier(referral, now).select_related("link__advocate__contact").first():
            name = str(first.contact or first.link.code)
            raise WrongState(_("Not converted: the same person came first by the link of %(name)s.") % {"name": name})
        move(
            referral,
            REFERRAL_MOVES,
            ReferralStatus.CONVERTED,
            by=by,
            reason=reason,
            converted_at=now,
            customer=_customer(referral, now),
            revenue=revenue,
            currency=currency,
        )
        tiers.settle([referral.link.advocate_id])
        return _reward(referral, by=by, at=now)


def _check_signs(referral: Referral, refusal: str) -> None:
    if referral.flags.filter(cleared_at__isnull=True).exists():
        raise WrongState(refusal)


def _customer(referral: Referral, now: dt.datetime) -> Contact:
    """The contact with the address of the lead, who is a customer from now on."""
    hashed = addresses.keyed_hash(referral.email)
    found = Contact.objects.filter(address_hash=hashed).first()
    if found:
        return found
    basis = {"basis": Basis.CUSTOMER, "basis_source": f"referral {referral.pk}", "basis_at": now}
    known = {"email": referral.email, "name": referral.name, "language": referral.language}
    return Contact.objects.create(address_hash=hashed, customer_since=timezone.localdate(now), **known, **basis)


def _reward(referral: Referral, *, by: User, at: dt.datetime) -> list[Reward]:
    """One reward of each side: the key lets no second one of a side and milestone be."""
    offer = offer_of(referral.link)
    if offer is None:
        return []
    sides = [
        (RewardSide.ADVOCATE, referral.contact, offer.advocate_item),
        (RewardSide.LEAD, referral.customer, offer.lead_item),
    ]
    return [
        rewards.propose(
            contact,
            item,
            reason=RewardReason.REFERRAL,
            key=f"referral {referral.pk} {side.value} converted",
            by=by,
            referral=referral,
            side=side,
            hold_until=at + rewards.HOLD,
        )
        for side, contact, item in sides
        if contact and item
    ]


def reject(referral: Referral, *, reason: str, by: User, seen: str = "") -> None:
    """It comes to nothing, or the sale was undone: what is not given yet is not given."""
    with transaction.atomic():
        trail.lock(referral, seen=seen)
        move(referral, REFERRAL_MOVES, ReferralStatus.REJECTED, by=by, reason=reason)
        tiers.settle([referral.link.advocate_id])
        for reward in referral.rewards.filter(status__in=[RewardStatus.PENDING, RewardStatus.APPROVED]).order_by("pk"):
            rewards.void(reward, by=by, reason=reason)


# ---------------------------------------------------------------------------------------------------------- forgetting


def expire(*, at: dt.datetime | None = None) -> bool:
    """End what came more than 90 days ago, and forget who that was; whether more wait."""
    over = (at or timezone.now()) - ATTRIBUTION
    late = Q(registered_at__lte=over) | Q(registered_at__isnull=True, invited_at__lte=over)
    rows = list(Referral.objects.open().filter(late).order_by("pk")[:SLICE])
    for row in rows:
        with transaction.atomic():
            try:
                move(row, REFERRAL_MOVES, ReferralStatus.EXPIRED, reason=trail.WINDOW_OVER)
            except WrongState:  # somebody has decided meanwhile
                continue
    ended = Referral.objects.filter(late, status__in=[ReferralStatus.EXPIRED, ReferralStatus.REJECTED])
    forget(ended.exclude(email=""))
    return len(rows) == SLICE


def forget(rows: QuerySet[Referral]) -> None:
    """Who came goes; that somebody came stays."""
    rows.update(name="", email="", company="", consent_text="", network="")


def of_person(contact: Contact) -> QuerySet[Referral]:
    """Where a person has come by a link."""
    came = Q(customer=contact)
    return Referral.objects.filter(came | Q(person_hash=hash_of(contact.email)) if contact.email else came)


def erase(contact: Contact) -> None:
    """Forget a person wherever they came by a link."""
    forget(of_person(contact))
