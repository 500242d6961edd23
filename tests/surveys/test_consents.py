from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from surveys import consents, privacy
from surveys.enums import Basis, ConsentPurpose
from surveys.models import Consent
from tests.factories import make_consent, make_contact, make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC)


def test_consent_keeps_the_wording_with_its_hash_for_24_months() -> None:
    contact, text = make_contact(), "يجوز لـ Aurora عرض كلماتي"

    consent = consents.record(
        contact,
        purpose=ConsentPurpose.QUOTE,
        text=text,
        language="ar",
        scope=["words", "name"],
        source="landing page",
        at=NOW,
    )

    kept = Consent.objects.get()
    assert kept == consent
    assert (kept.text, kept.text_hash) == (text, hashlib.sha256(text.encode()).hexdigest())
    assert (kept.contact, kept.purpose, kept.basis, kept.language) == (contact, "quote", Basis.CONSENT, "ar")
    assert (kept.scope, kept.source, kept.at) == (["words", "name"], "landing page", NOW)
    assert (kept.expires_at, kept.withdrawn_at) == (NOW.replace(year=2028), None)


@pytest.mark.parametrize(
    ("at", "ends"), [((2026, 11, 24), (2028, 11, 24)), ((2028, 2, 29), (2030, 2, 28)), ((2026, 2, 28), (2028, 2, 28))]
)
def test_consent_ends_on_the_same_day(at: tuple[int, int, int], ends: tuple[int, int, int]) -> None:
    assert consents.ends_at(dt.datetime(*at, tzinfo=dt.UTC)) == dt.datetime(*ends, tzinfo=dt.UTC)


def test_withdrawing_is_kept_once() -> None:
    consent = make_consent()

    consents.withdraw(consent, at=NOW)
    consents.withdraw(consent, at=NOW + dt.timedelta(days=1))

    assert Consent.objects.get().withdrawn_at == consent.withdrawn_at == NOW
    assert not consent.is_standing


def test_standing_is_neither_withdrawn_nor_over() -> None:
    now = timezone.now()
    standing = make_consent()
    endless = make_consent(expires_at=None)
    make_consent(withdrawn_at=now)
    make_consent(at=now - dt.timedelta(days=9), expires_at=now)

    assert list(Consent.objects.standing(now).order_by("pk")) == [standing, endless]
    assert standing.is_standing
    assert endless.is_standing


@pytest.mark.parametrize("fields", [{"text": ""}, {"text_hash": ""}, {"at": NOW, "expires_at": NOW}])
def test_consent_without_wording_or_time_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_consent(**fields)


def test_consent_follows_a_merge_stands_in_the_export_and_goes_with_the_person() -> None:
    by = make_user("admin", is_superuser=True)
    keep, gone = make_contact(), make_contact()
    make_consent(contact=gone, text="You may quote me")

    privacy.merge(keep, gone, by=by)
    exported = privacy.export(keep, by=by)["consents"]
    privacy.erase(keep, by=by)

    assert [(row["purpose"], row["text"], row["withdrawn_at"]) for row in exported] == [
        ("quote", "You may quote me", None)
    ]
    assert Consent.objects.count() == 0


def test_admin_shows_the_wording_and_changes_nothing(client: Client, alice: User) -> None:
    consent = make_consent(text="</textarea><script>alert(1)</script>")
    client.force_login(alice)

    listed = client.get("/admin/surveys/consent/")
    page = client.get(f"/admin/surveys/consent/{consent.pk}/change/")
    added = client.get("/admin/surveys/consent/add/")

    assert (listed.status_code, page.status_code, added.status_code) == (200, 200, 403)
    assert "&lt;/textarea&gt;&lt;script&gt;alert(1)" in page.content.decode()
