"""Keep what a contact agrees to, word for word, and take it back."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from django.utils import timezone

from surveys.enums import Basis, ConsentPurpose
from surveys.models import Consent, Contact

LASTS_MONTHS = 24


def hash_of(text: str) -> str:
    """SHA-256 of a wording: proof that nobody changed it since."""
    return hashlib.sha256(text.encode()).hexdigest()


def record(
    contact: Contact,
    *,
    purpose: ConsentPurpose,
    text: str,
    language: str,
    scope: Sequence[str],
    source: str,
    basis: Basis = Basis.CONSENT,
    at: dt.datetime | None = None,
) -> Consent:
    """Keep that the contact agreed to `text` as it was shown. It ends after 24 months."""
    at = at or timezone.now()
    return Consent.objects.create(
        contact=contact,
        purpose=purpose,
        basis=basis,
        text=text,
        text_hash=hash_of(text),
        language=language,
        scope=list(scope),
        source=source,
        at=at,
        expires_at=ends_at(at),
    )


def ends_at(at: dt.datetime) -> dt.datetime:
    """The same day 24 months later; 29 February ends on the 28th."""
    year = at.year + LASTS_MONTHS // 12
    try:
        return at.replace(year=year)
    except ValueError:
        return at.replace(year=year, day=28)


def withdraw(consent: Consent, *, at: dt.datetime | None = None) -> None:
    """Take it back: from now on, and once. A second time changes nothing."""
    at = at or timezone.now()
    Consent.objects.filter(pk=consent.pk, withdrawn_at__isnull=True).update(withdrawn_at=at)
    consent.refresh_from_db(fields=["withdrawn_at"])
