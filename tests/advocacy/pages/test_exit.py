"""The page without a login on which a contact says what may be sent."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail as django_mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from advocacy import exits, releases
from advocacy.models import DeletionRequest
from surveys import contacts, languages, outbox, ports, privacy, texts, tokens, waves
from surveys.enums import CampaignStatus, ExitChoice, MessageStatus, SkipReason, SuppressionReason, SuppressionScope
from surveys.models import Contact, Event, Hold, Invitation, Message, Suppression
from tests import media
from tests.advocacy.pages.casework import text_of
from tests.factories import (
    make_advocate,
    make_brand,
    make_campaign,
    make_case,
    make_contact,
    make_invitation,
    make_message,
    make_response,
    make_testimonial,
    make_user,
    make_wave,
)
from tests.surveys.pages.public import Page, all_rows, page_of, strict_client

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
UNKNOWN = "/x/AAAAAAAAAAAAAAAAAAAAAA"
ACTS = ("data", "file", "deletion", "link")
HOSTILE = ["</textarea><script>alert(1)</script>", "{{ 70000000|add:7 }}", "\u202eevil", "<b onclick=x>", "x" * 100_000]


@pytest.fixture
def client() -> Client:
    return strict_client()


def make_mail(contact: Contact | None = None, **fields: Any) -> Message:
    """A mail of ours that has arrived; its wave is over."""
    invitation = make_invitation(contact=contact or make_contact(email="mira@example.com", name="Mira"))
    return make_message(**{"invitation": invitation, "status": MessageStatus.SENT, "sent_at": timezone.now(), **fields})


def url(message: Message, act: str = "") -> str:
    return f"/x/{tokens.encode(message.token)}" + (f"/{act}" if act else "")


def picked(page: Page) -> list[str]:
    return [field["value"] for field in page.find("input", name="mail") if "checked" in field]


def chosen(client: Client, message: Message) -> list[str]:
    return picked(page_of(client.get(url(message))))


# ------------------------------------------------------------------------------------------------------------ the page


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_page_offers_five_choices_in_the_language_of_the_contact(client: Client, tag: str) -> None:
    message = make_mail(make_contact(language=tag, email="mira@example.com"))
    before = all_rows()

    response = client.get(url(message))

    page, words = page_of(response), texts.table(tag)["exit"]
    assert (response.status_code, page.language) == (200, (tag, languages.get(tag).direction))
    assert page.text("h1") == words["heading"]
    assert [field["value"] for field in page.find("input", name="mail", type="radio")] == list(ExitChoice)
    assert picked(page) == ["all"]
    assert "m•••@example.com" in page.text("main")
    assert "mira@example.com" not in response.content.decode()
    assert (all_rows(), dict(response.cookies)) == (before, {})


def test_page_has_the_headers_of_every_public_page(client: Client) -> None:
    message = make_mail()

    for response in (client.get(url(message)), client.post(url(message, "data")), client.post(url(message, "file"))):
        assert [response.headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")] == [
            "no-store",
            "no-referrer",
            "noindex",
        ]
        assert dict(response.cookies) == {}


def test_page_tells_the_rhythm_of_the_campaign_and_the_day_a_pause_would_end(client: Client) -> None:
    campaign = make_campaign(throttle_days=120)
    message = make_mail()
    Invitation.objects.update(wave=make_wave(campaign=campaign))

    with time_machine.travel(NOW, tick=False):
        said = page_of(client.get(url(message))).text("main")

    assert "At most one survey in 120 days, now and then a request." in said
    assert "Nothing until 23 November 2027." in said


def test_campaign_without_a_throttle_promises_no_rhythm(client: Client) -> None:
    message = make_mail()
    Invitation.objects.update(wave=make_wave(campaign=make_campaign(throttle_days=0)))

    assert "Surveys and requests Surveys, and now and then a request." in text_of(client.get(url(message)))


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_what_holds_now_is_marked_whatever_is_picked_and_no_other_choice_is(client: Client, tag: str) -> None:
    message = make_mail(make_contact(language=tag))
    words = texts.table(tag)["exit"]

    fresh = page_of(client.get(url(message)))
    contacts.unsubscribe(message)
    stopped = page_of(client.get(url(message)))
    picking = page_of(client.post(url(message), {"language": tag, "mail": "all"}))
    saved = page_of(client.post(url(message), {"mail": "fewer"}))

    pages = (fresh, stopped, picking, saved)
    assert [page.text("b") for page in pages] == [words["current"]] * 4
    assert [f"{words['nothing_text']} {words['current']}" in page.text("form") for page in pages] == [0, 1, 1, 0]
    assert f"{words['fewer_text']} {words['current']}" in saved.text("form")
    assert (picked(picking), picked(saved)) == (["all"], ["fewer"])


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("act", ["", *ACTS])
def test_looking_changes_nothing(client: Client, method: str, act: str) -> None:
    message = make_mail()
    before = all_rows()

    response = getattr(client, method)(url(message, act))

    assert (response.status_code, all_rows()) == (303 if act else 200, before)


@pytest.mark.parametrize("method", ["options", "put", "delete", "patch"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    message = make_mail()
    before = all_rows()

    assert (getattr(client, method)(url(message)).status_code, all_rows()) == (405, before)


def test_page_costs_six_statements(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    message = make_mail()
    client.get(url(message))

    # The mail with all round it, the suppression, the pause, the wish to be forgotten, own words, own case studies.
    with django_assert_num_queries(6):
        client.get(url(message))


def test_letter_without_an_invitation_has_the_page_too(client: Client) -> None:
    brand = make_brand(name="Aurora Coffee Machines")
    message = make_message(invitation=None, contact=make_contact(language="ar"))

    response = client.get(url(message))

    assert page_of(response).language == ("ar", "rtl")
    assert brand.name in response.content.decode()


def test_language_is_changed_and_nothing_else_and_the_choice_stays_picked(client: Client) -> None:
    message = make_mail()

    page = page_of(client.post(url(message), {"language": "ar", "mail": "fewer"}))

    assert (page.language, picked(page)) == (("ar", "rtl"), ["fewer"])
    assert Invitation.objects.get().language == "ar"
    assert (Contact.objects.get().mail_wish, Event.objects.count()) == ("all", 0)


# ------------------------------------------------------------------------------------------------------------- unknown


@pytest.mark.parametrize("act", ["", *(f"/{act}" for act in ACTS)])
def test_unknown_token_shows_the_page_of_every_closed_link(client: Client, act: str) -> None:
    make_mail()
    closed = client.get("/r/nonsense/3")

    pages = [
        client.get(UNKNOWN + act),
        client.post(UNKNOWN + act, {"mail": "fewer"}),
        client.get("/x/nonsense" + act),
        client.get("/x/a/b/c"),
        client.get("/x/" + "x" * 10_000 + act),
    ]

    assert {(page.status_code, page.content, str(sorted(page.headers.items()))) for page in pages} == {
        (404, closed.content, str(sorted(closed.headers.items())))
    }


def test_erased_contact_is_as_unknown(client: Client) -> None:
    message = make_mail()
    closed = client.get("/r/nonsense/3")
    assert message.contact is not None

    privacy.erase(message.contact, by=make_user())

    for page in (client.get(url(message)), client.post(url(message, "data"))):
        assert (page.status_code, page.content) == (404, closed.content)


@pytest.mark.parametrize("act", ["", *ACTS])
def test_mail_to_a_former_address_shows_nothing_of_the_contact(client: Client, act: str) -> None:
    message = make_mail()
    assert message.contact is not None
    contacts.set_address(message.contact, "right@example.com")
    message.contact.save()
    before = all_rows()

    response = client.post(url(message, act), {"mail": "nothing"})

    assert (response.status_code, response.headers["Location"]) == (303, f"/u/{tokens.encode(message.token)}")
    assert all_rows() == before
    assert url(message) not in client.get(response.headers["Location"]).content.decode()


# ------------------------------------------------------------------------------------------------------------- choices


@pytest.mark.parametrize("choice", [each for each in ExitChoice if each != ExitChoice.ALL])
def test_choice_holds_at_once_and_the_page_says_so(client: Client, choice: ExitChoice) -> None:
    message = make_mail()

    answers = [client.post(url(message), {"mail": choice.value}) for _ in range(10)]

    assert {answer.status_code for answer in answers} == {200}
    page = page_of(answers[0])
    assert (picked(page), "Saved. It holds from now on." in page.text("main")) == ([choice], True)
    assert chosen(client, message) == [choice]
    assert Event.objects.filter(went_to=choice).count() == 1


def test_wave_planned_afterwards_and_mail_queued_before_obey(client: Client) -> None:
    campaign = make_campaign(status=CampaignStatus.ACTIVE)
    reasons = {}
    for choice in ExitChoice:
        message = make_mail(make_contact(name=choice.value))
        waiting = make_message(
            invitation=make_invitation(contact=message.contact, wave=make_wave()), letter="invitation"
        )
        client.post(url(message), {"mail": choice.value})
        waiting.refresh_from_db()
        reasons[choice] = waiting.status
    Message.objects.filter(status=MessageStatus.QUEUED).delete()

    wave = waves.launch(campaign)

    stopped = {choice for choice, status in reasons.items() if status == MessageStatus.SUPPRESSED}
    assert stopped == {ExitChoice.PAUSE, ExitChoice.NOTHING}
    asked = dict(Invitation.objects.filter(wave=wave).values_list("contact__name", "skip_reason"))
    assert asked == {
        "all": SkipReason.NONE,
        "fewer": SkipReason.NONE,
        "surveys_only": SkipReason.NONE,
        "pause": SkipReason.HELD,
        "nothing": SkipReason.SUPPRESSED,
    }


@pytest.mark.parametrize("body", [{}, {"mail": ""}, {"mail": "everything"}, {"mail": "\x00"}, {"other": "1"}])
def test_nothing_chosen_is_said_and_changes_nothing(client: Client, body: dict[str, str]) -> None:
    message = make_mail()
    before = all_rows()

    response = client.post(url(message), body)

    assert (response.status_code, all_rows()) == (400, before)
    assert "Choose one of the five." in page_of(response).text("main")


def test_coming_back_after_unsubscribing_is_allowed(client: Client) -> None:
    message = make_mail()
    client.post(f"/u/{tokens.encode(message.token)}", {"List-Unsubscribe": "One-Click"})
    assert chosen(client, message) == ["nothing"]

    client.post(url(message), {"mail": "all"})

    assert (chosen(client, message), Suppression.objects.count()) == (["all"], 0)


def test_what_staff_or_a_server_stopped_stays_stopped_and_the_page_says_so(client: Client) -> None:
    message = make_mail()
    contacts.suppress("mira@example.com", reason=SuppressionReason.BOUNCED, scope=SuppressionScope.ALL)

    page = page_of(client.post(url(message), {"mail": "all"}))

    assert (picked(page), Suppression.objects.get().reason) == (["nothing"], "bounced")
    assert "Mail to this address is stopped for another reason." in page.text("main")


def test_unsubscribe_page_and_answer_page_lead_here(client: Client) -> None:
    message = make_mail()
    assert message.invitation is not None
    pages = [f"/u/{tokens.encode(message.token)}", f"/r/{tokens.encode(message.invitation.token)}/9"]

    for address in pages:
        page = page_of(client.get(address))
        assert url(message) in page.all("a", "href")
        assert "Change or stop our mails" in page.text("body")


# ------------------------------------------------------------------------------------------------------------ own data


def test_data_are_shown_by_headings(client: Client) -> None:
    message = make_mail()
    contact = message.contact
    assert contact is not None
    make_response(invitation=message.invitation, score=3, comment="Too slow")
    make_case(contact=contact)
    make_advocate(contact=contact)

    response = client.post(url(message, "data"))

    said = text_of(response)
    assert response.status_code == 200
    for words in ("Your answers", "Your cases", "Mails to you", "mira@example.com", "Too slow", "wants contact no"):
        assert words in said
    for empty in ("Your wishes to be forgotten", "None", "{}", "[]"):
        assert empty not in said


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_and_comments_stay_text(client: Client, text: str) -> None:
    message = make_mail(make_contact(name=text[:200], properties={text[:50]: text}))
    make_response(invitation=message.invitation, comment=text)

    html = client.post(url(message, "data")).content.decode()

    page = page_of(client.post(url(message, "data")))
    assert (page.find("script"), page.find("b")) == ([], [])
    assert "70000007" not in "".join(page.texts.get("dd", []))
    assert text[:20] in "".join(page.texts["dd"])
    assert html.count("<script") == 0


def test_section_of_a_part_to_come_has_a_heading(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    message = make_mail()
    monkeypatch.setattr(ports, "exporters", [lambda _contact: {"secret_gifts": [{"what": "a cup"}]}])

    said = text_of(client.post(url(message, "data")))

    assert "secret gifts what a cup" in said


def test_data_in_another_language(client: Client) -> None:
    message = make_mail()

    page = page_of(client.post(url(message, "data"), {"language": "ar"}))

    assert (page.language, page.text("h1")) == (("ar", "rtl"), texts.table("ar")["exit_data"]["heading"])


def test_file_holds_the_same(client: Client) -> None:
    message = make_mail()

    response = client.post(url(message, "file"))

    known = json.loads(response.content)
    assert response.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert (known["contact"]["email"], len(known["messages"])) == ("mira@example.com", 1)


def test_looking_ten_times_is_one_event_a_day(client: Client) -> None:
    message = make_mail()

    for _ in range(5):
        client.post(url(message, "data"))
        client.post(url(message, "file"))

    seen = Event.objects.get()
    assert (seen.went_to, seen.contact, seen.by) == (exits.SEEN, message.contact, None)


# ------------------------------------------------------------------------------------------------------------ old mail


@pytest.mark.parametrize("act", ["data", "file", "deletion"])
def test_old_mail_opens_no_data_and_leads_to_a_new_link(client: Client, act: str) -> None:
    message = make_mail(sent_at=timezone.now() - 91 * DAY)
    before = all_rows()

    response = client.post(url(message, act))

    assert (response.status_code, response.headers["Location"], all_rows()) == (303, url(message), before)
    page = page_of(client.get(url(message)))
    assert "This mail is older than 90 days." in page.text("main")
    assert [form["action"] for form in page.find("form", class_="line")] == [url(message, "link")]


def test_old_mail_still_stops_everything(client: Client) -> None:
    message = make_mail(sent_at=timezone.now() - 900 * DAY)

    client.post(url(message), {"mail": "nothing"})

    assert Suppression.objects.get().reason == "unsubscribed"


def test_new_link_goes_to_the_own_address_once_a_day_and_opens_the_data(client: Client) -> None:
    message = make_mail(sent_at=timezone.now() - 91 * DAY)

    answers = [client.post(url(message, "link"), {"address": "evil@example.com"}) for _ in range(10)]
    outbox.send_batch()

    assert {answer.status_code for answer in answers} == {303}
    assert "A new link is on its way to m•••@example.com." in page_of(client.get(url(message))).text("main")
    (sent,) = django_mail.outbox
    fresh = Message.objects.get(letter="exit_link")
    assert (sent.to, fresh.purpose, url(fresh) in str(sent.body)) == (["mira@example.com"], "service", True)
    assert client.post(url(fresh, "data")).status_code == 200


def test_new_link_may_be_asked_for_again_the_next_day(client: Client) -> None:
    message = make_mail(sent_at=timezone.now() - 91 * DAY)
    client.post(url(message, "link"))
    Message.objects.filter(letter="exit_link").update(created_at=timezone.now() - DAY)

    client.post(url(message, "link"))

    assert Message.objects.filter(letter="exit_link").count() == 2


def test_fresh_mail_needs_no_new_link(client: Client) -> None:
    message = make_mail()

    client.post(url(message, "link"))

    assert Message.objects.count() == 1


def test_address_that_nothing_may_go_to_is_offered_no_new_link(client: Client) -> None:
    message = make_mail(sent_at=timezone.now() - 91 * DAY)
    contacts.suppress("mira@example.com", reason=SuppressionReason.MANUAL, scope=SuppressionScope.ALL)

    page = page_of(client.get(url(message)))

    assert page.find("form", class_="line") == []
    assert "Nothing may be mailed to this address." in page.text("main")


# ------------------------------------------------------------------------------------------------------------ deletion


def test_asking_for_deletion_stops_everything_and_deletes_nothing(client: Client) -> None:
    message = make_mail()
    waiting = make_message(contact=message.contact, invitation=None, purpose="service", letter="other")

    with time_machine.travel(NOW, tick=False):
        answers = [client.post(url(message, "deletion")) for _ in range(10)]
        said = page_of(client.get(url(message))).text("main")

    assert {answer.status_code for answer in answers} == {303}
    row, stop = DeletionRequest.objects.get(), Suppression.objects.get()
    assert (row.contact, row.message, row.done_at) == (message.contact, message, None)
    assert (stop.reason, stop.scope) == ("unsubscribed", "all")
    waiting.refresh_from_db()
    assert waiting.status == MessageStatus.SUPPRESSED
    assert "You asked on 23 November 2026. A person deletes it by 23 December 2026 at the latest." in said
    assert Event.objects.filter(went_to="deletion asked").count() == 1


def test_who_asked_for_deletion_chooses_nothing_any_more(client: Client) -> None:
    message = make_mail()
    client.post(url(message, "deletion"))
    before = all_rows()

    response = client.post(url(message), {"mail": "all"})

    assert (response.status_code, all_rows()) == (400, before)
    assert page_of(response).find("input", name="mail") == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_own_words_are_taken_down_at_once_however_old_the_mail_is(client: Client, language: str) -> None:
    message = make_mail(make_contact(language=language), created_at=timezone.now() - dt.timedelta(days=400))
    story = make_testimonial(contact=message.contact, words="<b>أحبها</b>", status="approved")

    before = page_of(client.get(url(message)))
    client.post(url(message, "quote"), {"quote": str(story.pk)})
    after = page_of(client.get(url(message)))

    story.refresh_from_db()
    assert ("<b>أحبها</b>" in before.text("main"), "<b>أحبها</b>" in after.text("main")) == (True, False)
    assert (story.status, story.consent.withdrawn_at is None) == ("withdrawn", False)


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_words_that_are_not_public_do_not_stand_under_those_that_are(client: Client, tag: str) -> None:
    message, words = make_mail(make_contact(language=tag)), texts.table(tag)["exit"]
    make_testimonial(contact=message.contact, words="Undecided.", status="received")
    undecided = client.get(url(message)).content.decode()
    make_testimonial(contact=message.contact, words="On the wall.", status="published", published_at=timezone.now())

    both = client.get(url(message)).content.decode()

    shown, kept = (f"<h2>{words[key]}</h2>" for key in ("quotes_heading", "quotes_kept_heading"))
    down, back = (f">{words[key]}</button>" for key in ("take_down", "take_back"))
    assert [each in undecided for each in (shown, down, kept, back)] == [False, False, True, True]
    assert f"<p>{words['quotes_kept_text']}</p>" in undecided
    places = [both.index(each) for each in (shown, "On the wall.", down, kept, "Undecided.", back)]
    assert places == sorted(places)


def test_words_hidden_by_a_wish_to_be_forgotten_are_not_said_to_be_on_our_site(client: Client) -> None:
    message = make_mail()
    make_testimonial(contact=message.contact, words="Hidden.", status="published", published_at=timezone.now())
    client.post(url(message, "deletion"))

    told = page_of(client.get(url(message))).text("h2")

    assert "Your words, not on our site" in told
    assert "Your words on our site" not in told


@pytest.mark.parametrize("quote", ["", "x", "٣", "9" * 30, "-1"])
def test_words_of_others_and_nonsense_stay_as_they_are(client: Client, quote: str) -> None:
    message, other = make_mail(), make_testimonial(status="approved")

    statuses = [client.post(url(message, "quote"), {"quote": value}).status_code for value in (quote, str(other.pk))]

    other.refresh_from_db()
    assert (statuses, other.status) == ([303, 303], "approved")


def test_page_says_where_a_mistake_is_told(client: Client) -> None:
    message = make_mail()
    campaign = make_campaign(brand=make_brand(contact_email="hello@aurora.example.com"))
    Invitation.objects.update(wave=make_wave(campaign=campaign))
    client.post(url(message, "deletion"))

    page = page_of(client.get(url(message)))

    assert "If this was a mistake, write to us." in page.text("main")
    assert page.all("a", "href").count("mailto:hello@aurora.example.com") == 2


def test_pause_of_one_contact_is_not_that_of_another(client: Client, alice: User) -> None:
    message, other = make_mail(), make_mail(make_contact())

    client.post(url(message), {"mail": "pause"})

    assert Hold.objects.get().contact == message.contact
    assert chosen(client, other) == ["all"]


def test_signed_case_study_is_taken_back_from_here(client: Client) -> None:
    message = make_mail()
    study = media.make_study(contact=message.contact)
    media.make_version(study, title="Quiet pumps")
    assert study.title not in client.get(url(message)).content.decode()
    media.publish(study)

    shown = client.get(url(message)).content.decode()

    assert study.shown is not None
    assert f'<a href="/s/{tokens.encode(study.shown.token)}">' in shown
    assert "Quiet pumps" in shown
    releases.withdraw(study)
    assert "Quiet pumps" not in client.get(url(message)).content.decode()
