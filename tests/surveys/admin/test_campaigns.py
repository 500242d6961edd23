from __future__ import annotations

import html
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from surveys import waves
from surveys.enums import Band, CampaignStatus, MessageStatus, WaveStatus
from surveys.models import Campaign, CampaignText, Event, Message, PageText, Wave
from tests.factories import make_brand, make_campaign, make_invitation, make_message, make_touchpoint, make_wave

pytestmark = pytest.mark.django_db

PAGE = "/admin/surveys/campaign/"


def act(client: Client, action: str, campaign: Campaign, **fields: str) -> str:
    data = {"action": action, "_selected_action": str(campaign.pk), **fields}
    response = client.post(PAGE, data, follow=True)
    assert response.status_code == 200
    return " ".join(html.unescape(response.content.decode()).split())


def make_running_campaign(**fields: Any) -> Campaign:
    campaign = make_campaign(**{"name": "Twice a year", "status": CampaignStatus.ACTIVE, **fields})
    wave = make_wave(campaign=campaign)
    for status in (MessageStatus.QUEUED, MessageStatus.QUEUED, MessageStatus.SENT):
        make_message(invitation=make_invitation(wave=wave), status=status)
    return campaign


def stand(campaign: Campaign) -> tuple[str, str]:
    return Campaign.objects.get(pk=campaign.pk).status, Wave.objects.get(campaign=campaign).status


def form_of(campaign: Campaign, **fields: Any) -> dict[str, Any]:
    """What the browser sends when nothing was touched."""
    texts = {
        f"{prefix}-{name}_FORMS": number
        for prefix in ("texts", "page_texts")
        for name, number in (("TOTAL", 0), ("INITIAL", 0), ("MIN_NUM", 0), ("MAX_NUM", 1000))
    }
    own = {
        "name": campaign.name,
        "brand": campaign.brand_id,
        "touchpoint": campaign.touchpoint_id,
        "kind": campaign.kind,
        "every": campaign.every,
        "unit": campaign.unit,
        "send_at": "09:00",
        "timezone": campaign.timezone,
        "delay_hours": campaign.delay_hours,
        "window_days": campaign.window_days,
        "window_opens": "00:00",
        "window_closes": "00:00",
        "window_zone": campaign.window_zone,
        "throttle_days": campaign.throttle_days,
        "min_relation_days": campaign.min_relation_days,
        "account_cap": campaign.account_cap,
        "reminders": campaign.reminders,
        "reminder_days": campaign.reminder_days,
        "open_days": campaign.open_days,
        "style": campaign.style,
        "scale": campaign.scale,
    }
    return {**texts, **own, **fields}


def save(client: Client, campaign: Campaign, **fields: Any) -> list[str]:
    """Post the form; the errors that it comes back with."""
    response = client.post(f"{PAGE}{campaign.pk}/change/", form_of(campaign, **fields))
    if response.status_code == 302:
        return []
    form, formsets = response.context["adminform"].form, response.context["inline_admin_formsets"]
    errors = [text for texts in form.errors.values() for text in texts]
    forms = [row for formset in formsets for row in formset.formset.forms]
    return [*errors, *(text for row in forms for texts in row.errors.values() for text in texts)]


@pytest.mark.parametrize(("action", "start"), [("pause", "active"), ("archive", "active"), ("resume", "paused")])
def test_action_tells_what_it_will_reach_and_does_nothing(client: Client, alice: User, action: str, start: str) -> None:
    client.force_login(alice)
    campaign = make_running_campaign()
    if start == "paused":
        waves.pause_campaign(campaign)
    before = stand(campaign)

    page = act(client, action, campaign)

    assert "<h2>Twice a year</h2> <p>Reaches 1 wave, 2 messages that have not left.</p>" in page
    assert stand(campaign) == before


@pytest.mark.parametrize(
    ("action", "start", "end"),
    [
        ("pause", "active", ("paused", "paused")),
        ("resume", "paused", ("active", "sending")),
        ("archive", "paused", ("archived", "cancelled")),
    ],
)
def test_confirmed_action_moves_campaign_and_waves(
    client: Client, alice: User, action: str, start: str, end: tuple[str, str]
) -> None:
    client.force_login(alice)
    campaign = make_running_campaign()
    if start == "paused":
        waves.pause_campaign(campaign)

    page = act(client, action, campaign, confirmed="yes")

    assert stand(campaign) == end
    assert f"Twice a year is {end[0]} now: 1 wave, 2 messages." in page
    assert Event.objects.filter(kind="surveys.campaign", by=alice).latest("pk").went_to == end[0]


@pytest.mark.parametrize("action", ["pause", "resume", "archive"])
def test_action_on_a_draft_says_why_nothing_happened(client: Client, alice: User, action: str) -> None:
    client.force_login(alice)
    campaign = make_campaign(name="Twice a year")

    page = act(client, action, campaign, confirmed="yes")

    assert "Nothing changed: Twice a year " in page
    assert Campaign.objects.get().status == CampaignStatus.DRAFT


@pytest.mark.parametrize("action", ["pause", "resume", "archive"])
def test_actions_need_the_right_to_launch(client: Client, bob: User, action: str) -> None:
    bob.is_staff = True
    bob.save(update_fields=["is_staff"])
    bob.user_permissions.add(Permission.objects.get(codename="change_campaign"))
    client.force_login(bob)
    campaign = make_running_campaign()

    act(client, action, campaign, confirmed="yes")

    assert stand(campaign) == ("active", "sending")
    assert Message.objects.filter(status=MessageStatus.QUEUED).count() == 2


def test_edit_writes_history_and_leaves_the_status_alone(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign(name="Yearly")
    waves.activate(campaign)

    errors = save(client, campaign, name="Every year", status="archived")

    assert errors == []
    campaign.refresh_from_db()
    assert (campaign.name, campaign.status) == ("Every year", "active")
    assert campaign.history.latest().history_user == alice


def test_new_campaign_is_a_draft(client: Client, alice: User) -> None:
    client.force_login(alice)
    draft = Campaign(name="Yearly", brand=make_brand(), touchpoint=make_touchpoint())

    response = client.post(f"{PAGE}add/", form_of(draft))

    assert response.status_code == 302
    assert Campaign.objects.values_list("name", "status").get() == ("Yearly", "draft")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"timezone": "Mars/Olympus"}, "“Mars/Olympus” is no time zone: write it as in Europe/Madrid, or UTC."),
        ({"kind": "periodic"}, "A periodic campaign needs its first day."),
        ({"name": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_impossible_campaign_is_refused(client: Client, alice: User, fields: dict[str, str], error: str) -> None:
    client.force_login(alice)
    campaign = make_campaign(name="Yearly")

    assert save(client, campaign, **fields) == [error]
    assert campaign.history.count() == 1


@pytest.mark.parametrize(
    ("prefix", "fields", "error"),
    [
        (
            "texts",
            {"language": "en", "subject": "Hello {{ firstname }}"},
            "Not known: {{ firstname }}. Understood are {{ company }}, {{ first_name }}, {{ product }}.",
        ),
        (
            "page_texts",
            {"language": "en", "band": Band.PASSIVE, "text": "{% if %} {{ product }}"},
            "Not known: {% if %}. Understood are {{ company }}, {{ first_name }}, {{ product }}.",
        ),
        (
            "texts",
            {"language": "tlh", "subject": "nuqneH"},
            "Select a valid choice. tlh is not one of the available choices.",
        ),
    ],
)
def test_text_that_nobody_could_read_is_refused(
    client: Client, alice: User, prefix: str, fields: dict[str, str], error: str
) -> None:
    client.force_login(alice)
    campaign = make_campaign()
    row = {f"{prefix}-0-{name}": value for name, value in fields.items()}

    errors = save(client, campaign, **{f"{prefix}-TOTAL_FORMS": 1, **row})

    assert errors == [error]
    assert (CampaignText.objects.count(), PageText.objects.count()) == (0, 0)


def test_text_is_kept_with_its_author(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign()
    row = {"texts-0-language": "es", "texts-0-subject": "{{ first_name }}, una pregunta"}

    errors = save(client, campaign, **{"texts-TOTAL_FORMS": 1, **row})

    assert errors == []
    text = CampaignText.objects.get()
    assert (text.language, text.subject) == ("es", "{{ first_name }}, una pregunta")
    assert text.history.get().history_user == alice


def test_wave_tells_who_was_asked_and_who_was_not(client: Client, alice: User) -> None:
    client.force_login(alice)
    wave = make_wave(status=WaveStatus.FINISHED)
    make_invitation(wave=wave)
    make_invitation(wave=wave, skip_reason="throttled")

    page = " ".join(client.get(f"/admin/surveys/wave/{wave.pk}/change/").content.decode().split())

    assert '<label>Asked:</label> <div class="readonly">1</div>' in page
    assert '<label>Left out:</label> <div class="readonly">Asked too recently: 1</div>' in page


@pytest.mark.parametrize("model", ["invitation", "message"])
def test_tokens_are_not_shown(client: Client, alice: User, model: str) -> None:
    client.force_login(alice)
    message = make_message()
    row = message if model == "message" else message.invitation
    assert row is not None

    page = client.get(f"/admin/surveys/{model}/{row.pk}/change/").content.decode()

    row.refresh_from_db()
    assert str(row.token) not in page
    assert f"<title>{row} | View {model} | Viva Voce</title>" in page


def test_text_may_be_in_a_language_that_has_but_the_question(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign()
    known = CampaignText.objects.create(campaign=campaign, language="sv", question="På svenska?")

    listed = client.get("/admin/surveys/campaigntext/").content.decode()
    form = client.get(f"/admin/surveys/campaigntext/{known.pk}/change/").content.decode()
    brand = client.get(f"/admin/surveys/brand/{campaign.brand_id}/change/").content.decode()

    assert ">Svenska<" in listed
    assert '<option value="sv" selected>Svenska: question only</option>' in form
    assert '<option value="de">Deutsch</option>' in form
    assert 'value="sv"' not in brand
