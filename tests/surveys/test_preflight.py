"""What stands in the way of a launch, and what one should know before it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import ProtectedError
from django.utils import timezone
from pytest_django import Settings

from surveys import preflight, waves
from surveys.enums import Band, CampaignKind, CampaignStatus
from surveys.models import Campaign, CampaignText, Message, PageText, Segment, Tick, Wave
from surveys.models.languages import forget
from surveys.segments import BadConditions
from tests.factories import make_brand, make_campaign, make_contact

pytestmark = pytest.mark.django_db

UNREADABLE = [{"field": "no", "op": "such"}]


@pytest.fixture(autouse=True)
def in_order(settings: Settings) -> None:
    """An installation of which the doctor has nothing to say."""
    settings.PUBLIC_BASE_URL = "https://ask.example.com"
    settings.EMAIL_BACKEND = "surveys.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = True
    settings.IMAP_URL = "imap://example.com"
    Tick.objects.create(name="start_due_waves", at=timezone.now())


def ready(**fields: Any) -> Campaign:
    """A campaign with nothing amiss, and somebody to ask."""
    fields.setdefault("brand", None)
    links = {"privacy_url": "https://aurora.example.com/privacy", "reply_to": "care@aurora.example.com"}
    fields["brand"] = fields["brand"] or make_brand(name="Aurora", **links)
    make_contact()
    return make_campaign(**fields)


def found(campaign: Campaign) -> list[tuple[bool, str, str]]:
    return [(one.is_error, one.what, one.place) for one in preflight.of(campaign, at=timezone.now())]


def test_nothing_is_said_where_all_is_well() -> None:
    assert found(ready()) == []


# -------------------------------------------------------------------------------------------------------------- errors


def test_brand_without_sender_or_postal_address() -> None:
    campaign = ready()
    type(campaign.brand).objects.update(from_email="none", postal_address=" ")
    campaign.brand.refresh_from_db()

    assert found(campaign) == [
        (True, "Aurora has no sender address.", "brand"),
        (True, "Aurora has no postal address.", "brand"),
    ]


def test_segment_that_cannot_be_read() -> None:
    campaign = ready(segment=Segment.objects.create(name="Odd", conditions=UNREADABLE))

    assert found(campaign) == [(True, "The segment's conditions cannot be read.", "audience")]


def test_segment_of_a_campaign_cannot_go() -> None:
    segment = Segment.objects.create(name="Fleet")
    ready(segment=segment)

    with pytest.raises(ProtectedError):
        segment.delete()


@pytest.mark.parametrize(
    ("reminders", "days", "closes", "is_fine"), [(2, 7, 14, False), (2, 7, 15, True), (1, 5, 5, False), (0, 5, 1, True)]
)
def test_closing_before_the_last_reminder(reminders: int, days: int, closes: int, is_fine: bool) -> None:
    campaign = ready(reminders=reminders, reminder_days=days, open_days=closes)

    last = f"The last reminder leaves on day {reminders * days}, and answers close on day {closes}."
    assert found(campaign) == ([] if is_fine else [(True, last, "schedule")])


def test_no_day_to_leave_on() -> None:
    assert found(ready(window_days="")) == [(True, "No day is chosen for mails to leave.", "schedule")]


@pytest.mark.parametrize(("kind", "is_error"), [(CampaignKind.ONCE, True), (CampaignKind.CONTINUOUS, False)])
def test_nobody_to_ask(kind: CampaignKind, is_error: bool) -> None:
    campaign = ready(kind=kind)
    type(make_contact()).objects.update(basis="")

    assert found(campaign) == [(is_error, "Nobody may be asked now.", "audience")]


def test_translation_without_the_tag_of_what_it_translates() -> None:
    campaign = ready()
    CampaignText.objects.create(campaign=campaign, language="en", question="Would you recommend {{ company }}?")
    CampaignText.objects.create(campaign=campaign, language="ar", question="هل توصي بنا؟")

    (lost,) = preflight.of(campaign, at=timezone.now())

    assert lost == preflight.Finding(
        "العربية, question: {{ company }} is missing.",
        "The words that it translates have it.",
        "question",
        is_error=True,
        language="ar",
    )


def test_translation_without_the_tag_of_the_standard_words() -> None:
    campaign = ready()
    CampaignText.objects.create(campaign=campaign, language="es", subject="Una pregunta")

    assert (True, "Español, subject line: {{ company }} is missing.", "question") in found(campaign)


def test_default_language_may_leave_a_tag_out() -> None:
    campaign = ready()
    for language, question in (("en", "How was it?"), ("es", "¿Qué tal?")):
        CampaignText.objects.create(campaign=campaign, language=language, question=question)

    assert found(campaign) == [(False, "English, question: {{ company }} is missing.", "question")]


def test_tag_that_nobody_fills() -> None:
    campaign = ready()
    PageText.objects.create(campaign=campaign, language="en", band=Band.PASSIVE, heading="Hi {{ nmae }} {% now %}")

    (unknown,) = preflight.of(campaign, at=timezone.now())

    assert unknown.what == "English, heading: {{ nmae }}, {% now %} is no merge tag."
    assert (unknown.is_error, unknown.place, unknown.band) == (True, "pages", "passive")


# ------------------------------------------------------------------------------------------------------------ warnings


def test_language_of_the_audience_that_lacks_words() -> None:
    campaign = ready()
    make_contact(language="it")
    PageText.objects.create(campaign=campaign, language="en", band=Band.PASSIVE, heading="So close")

    (lacks,) = preflight.of(campaign, at=timezone.now())

    assert lacks == preflight.Finding(
        "Italiano lacks words that you wrote in another language.",
        "1 contact would read the standard words there.",
        "pages",
        language="it",
        band="passive",
    )


def test_draft_of_a_language_that_nobody_accepted() -> None:
    forget()
    campaign = ready()
    make_contact(language="he")

    said = "The question in עברית is a draft that no admin has accepted."
    assert found(campaign) == [(False, said, "languages")]


def test_throttle_of_no_days() -> None:
    assert found(ready(throttle_days=0)) == [(False, "The throttle is 0 days.", "audience")]


@pytest.mark.parametrize(("cap", "days"), [(0, 0), (3, 0), (2, 2), (1, 3)])
def test_audience_that_takes_days_under_the_daily_cap(cap: int, days: int) -> None:
    campaign = ready()
    type(campaign.brand).objects.update(daily_cap=cap)
    campaign.brand.refresh_from_db()
    for _ in range(2):
        make_contact()

    pace = (False, f"3 mails at {cap} a day take about {days} days.", "brand")
    assert found(campaign) == ([pace] if days else [])


def test_brand_without_links() -> None:
    campaign = ready(brand=make_brand(name="Aurora", site_url="", reply_to="care@aurora.example.com"))

    assert found(campaign) == [
        (False, "Aurora has no web site.", "brand"),
        (False, "Aurora has no privacy page.", "brand"),
    ]


def test_what_the_doctor_sees(settings: Settings) -> None:
    campaign = ready()
    settings.PRODUCTION = True
    settings.PUBLIC_BASE_URL = "http://localhost:8000"
    Tick.objects.all().delete()

    assert found(campaign) == [
        (False, "PUBLIC_BASE_URL: It is http://localhost:8000.", "doctor"),
        (False, "Worker: None has ever run.", "doctor"),
    ]


def test_errors_come_first() -> None:
    assert [is_error for is_error, *_ in found(ready(throttle_days=0, window_days=""))] == [True, False]


# -------------------------------------------------------------------------------------------------------------- launch


def test_launch_is_refused_while_there_are_errors(alice: User) -> None:
    campaign = ready(reminders=2, reminder_days=7, open_days=14, window_days="")

    with pytest.raises(preflight.NotReady, match=r"^No day is chosen for mails to leave \(and 1 more thing\)$"):
        preflight.launch(campaign, by=alice)
    with pytest.raises(preflight.NotReady):
        preflight.activate(campaign, by=alice)

    campaign.refresh_from_db()
    assert (campaign.status, Wave.objects.count(), Message.objects.count()) == (CampaignStatus.DRAFT, 0, 0)


def test_launch_goes_on_in_spite_of_warnings(alice: User) -> None:
    wave = preflight.launch(ready(throttle_days=0), by=alice, agreed=1)

    assert Message.objects.filter(invitation__wave=wave).count() == 1


def test_segment_that_is_gone_at_launch_asks_nobody(alice: User) -> None:
    segment = Segment.objects.create(name="Spanish", conditions=[])
    campaign = ready(segment=segment)
    agreed = waves.dry_run(campaign).asked
    Segment.objects.update(conditions=UNREADABLE)

    with pytest.raises(BadConditions):
        preflight.launch(Campaign.objects.get(), by=alice, agreed=agreed)

    assert (agreed, Wave.objects.count(), Message.objects.count()) == (1, 0, 0)
