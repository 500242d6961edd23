"""A question in a language that has no words but it, drafts, and what a chosen language is remembered for."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from surveys import languages, mail, texts
from surveys.enums import Band
from surveys.models import CampaignText, Contact, DailyCount, Invitation, LanguageReview, PageText, Response
from surveys.models import languages as known
from tests.factories import make_brand, make_campaign, make_contact, make_invitation, make_message, make_wave
from tests.surveys.pages.public import Page, answer_url, exit_url, page_of, send, thanks_url

pytestmark = pytest.mark.django_db

QUESTION_ONLY = sorted(set(languages.tags()) - set(texts.OFFERED))


def asked(language: str, *, default: str = "en") -> Invitation:
    campaign = make_campaign(brand=make_brand(default_language=default))
    invitation = make_invitation(wave=make_wave(campaign=campaign), contact=make_contact(language=language))
    make_message(invitation=invitation)
    return invitation


def opened(client: Client, invitation: Invitation, score: int = 3) -> Page:
    return page_of(client.get(answer_url(invitation, score)))


@pytest.mark.parametrize("tag", QUESTION_ONLY)
def test_question_labels_and_prompt_are_in_their_own_language_and_say_so(client: Client, tag: str) -> None:
    page, spoken = opened(client, asked(tag)), languages.get(tag)

    own = {"lang": tag, "dir": spoken.direction}
    assert page.language == ("en", "ltr")
    assert page.text("legend").startswith(spoken.question.replace("{{ company }}", "Aurora"))
    assert page.find("legend", id="score", **own) != []
    assert page.find("label", **{"for": "comment"}, **own) != []
    assert len(page.find("span", **own)) == 4
    assert (spoken.prompts[Band.DETRACTOR] in page.text("form"), spoken.low_label in page.text("form")) == (True, True)
    assert page.text("h1") == "Thank you for being frank."


def test_question_from_left_to_right_stands_so_on_a_page_from_right_to_left(client: Client) -> None:
    page = opened(client, asked("sv", default="ar"))

    assert page.language == ("ar", "rtl")
    assert page.find("legend", lang="sv", dir="ltr") != []


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_nothing_is_marked_on_a_page_of_one_language(client: Client, tag: str) -> None:
    page = opened(client, asked(tag))

    assert [attrs for attrs in page.find("legend") + page.find("label") + page.find("span") if "lang" in attrs] == []


def test_answer_and_counts_are_of_the_language_of_the_question(client: Client) -> None:
    invitation = asked("sv")

    send(client, invitation, 3, {"score": "3"})

    assert Response.objects.get().language == "sv"
    assert DailyCount.objects.get().language == "sv"
    assert page_of(client.get(thanks_url(invitation))).language == ("en", "ltr")


def test_own_question_is_taken_in_the_language_it_is_asked_in(client: Client) -> None:
    invitation = asked("sv")
    campaign = invitation.wave.campaign
    CampaignText.objects.create(campaign=campaign, language="en", question="In English?")
    PageText.objects.create(campaign=campaign, language="en", band=Band.DETRACTOR, heading="Ours.", prompt="Why?")
    standard = opened(client, invitation)
    CampaignText.objects.create(campaign=campaign, language="sv", question="På svenska?")
    PageText.objects.create(campaign=campaign, language="sv", band=Band.DETRACTOR, heading="Egen.", prompt="Varför?")
    own = opened(client, invitation)

    assert standard.text("legend").startswith("Hur troligt är det")
    assert "Vad borde vi i första hand förbättra?" in standard.text("form")
    assert own.text("legend").startswith("På svenska?")
    assert "Varför?" in own.text("form")
    assert (standard.text("h1"), own.text("h1")) == ("Ours.", "Ours.")


def test_mail_marks_the_question_of_another_language() -> None:
    invitation = asked("sv", default="ar")
    letter = mail.invitation(invitation.messages.get())
    page = Page(str(letter.alternatives[0][0]))

    assert page.language == ("ar", "rtl")
    assert page.text("h1") == "Hur troligt är det att du skulle rekommendera Aurora till en vän eller kollega?"
    assert page.find("h1", lang="sv", dir="ltr") != []
    assert len(page.find("td", lang="sv", dir="ltr")) == 2
    assert "Hur troligt är det att du skulle rekommendera Aurora" in str(letter.body)
    assert letter.subject == "سؤال واحد من Aurora"


# -------------------------------------------------------------------------------------------------------------- drafts


def accept(tag: str) -> None:
    LanguageReview.objects.create(tag=tag, accepted_at=timezone.now())
    known.forget()


def test_draft_is_not_shown_before_it_is_accepted(client: Client) -> None:
    known.forget()
    invitation = asked("he", default="it")
    before = opened(client, invitation)
    refused = page_of(client.post(answer_url(invitation, 3), {"language": "he"}))
    accept("he")
    after = opened(client, invitation)

    assert [page.language for page in (before, refused, after)] == [("it", "ltr"), ("it", "ltr"), ("he", "rtl")]
    offered = [[button["value"] for button in page.find("button", name="language")] for page in (before, after)]
    assert offered == [[tag for tag in texts.OFFERED if tag != "he"], list(texts.OFFERED)]
    assert Invitation.objects.get().language == ""


def test_draft_of_a_question_is_not_asked_before_it_is_accepted(client: Client) -> None:
    known.forget()
    invitation = asked("hi")
    before = opened(client, invitation)
    accept("hi")
    after = opened(client, invitation)

    assert before.find("legend", lang="hi") == []
    assert before.text("legend").startswith("How likely is it")
    assert after.find("legend", lang="hi") != []


def test_closed_page_offers_no_draft(client: Client) -> None:
    known.forget()

    page = page_of(client.get("/r/nowhere/3", headers={"Accept-Language": "he, es"}))

    assert page.language == ("es", "ltr")
    assert page.find("button", value="he") == []


def test_looking_up_what_is_accepted_costs_a_page_no_statement_of_its_own(client: Client) -> None:
    invitation = asked("he")
    accept("he")
    opened(client, invitation)
    with CaptureQueriesContext(connection) as kept:
        opened(client, invitation)
    known.forget()
    with CaptureQueriesContext(connection) as read_again:
        page = opened(client, invitation)

    assert page.language == ("he", "rtl")
    assert len(read_again) == len(kept)


# ----------------------------------------------------------------------------------------------------------- remembered


def test_chosen_language_is_remembered_on_the_contact(client: Client) -> None:
    invitation = asked("es")
    later = make_invitation(contact=invitation.contact)

    client.post(answer_url(invitation, 3), {"language": "ja"})

    contact = Contact.objects.get()
    assert contact.language == "ja"
    assert contact.updated_at > invitation.contact.updated_at
    assert Invitation.objects.get(pk=later.pk).spoken == "ja"


@pytest.mark.parametrize("page", ["thanks", "unsubscribe"])
def test_language_is_remembered_from_every_page_of_an_invitation(client: Client, page: str) -> None:
    invitation = asked("es")
    send(client, invitation, 3, {"score": "3"})
    message = invitation.messages.get()

    client.post({"thanks": thanks_url(invitation), "unsubscribe": exit_url(message)}[page], {"language": "tr"})

    assert Contact.objects.get().language == "tr"


def test_looking_answering_and_choosing_the_same_leave_the_contact_alone(client: Client) -> None:
    invitation = asked("es")
    before = Contact.objects.values().get()

    client.get(answer_url(invitation, 3) + "?language=ja", headers={"Accept-Language": "ja"})
    send(client, invitation, 3, {"score": "3"})
    client.post(answer_url(invitation, 3), {"language": "es"})
    client.post(answer_url(invitation, 3), {"language": "sv"})

    assert Contact.objects.values().get() == before


def test_language_that_is_imported_later_is_that_of_the_next_mail(client: Client) -> None:
    invitation = asked("es")
    client.post(answer_url(invitation, 3), {"language": "ja"})

    Contact.objects.update(language="nl")

    assert make_invitation(contact=Contact.objects.get()).spoken == "nl"
    assert Invitation.objects.get(pk=invitation.pk).spoken == "ja"
