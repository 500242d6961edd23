"""The pages on which thank-yous are read, sent, rewritten and skipped."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from advocacy import announcing
from advocacy.enums import AnnouncementStatus, DraftStatus, FixStatus
from advocacy.models import Announcement, AnnouncementText, CustomerRequest, Draft
from surveys.models import Event, Message
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import (
    make_announcement,
    make_campaign,
    make_contact,
    make_draft,
    make_request,
    make_response,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client: Client, db: None) -> User:
    """A lead of the support, signed in, with the rights of the group that the migrations make."""
    user = make_user("lea", "Support lead", first_name="Lea", last_name="Yue")
    client.force_login(user)
    return user


def make_queue(*names: str) -> Announcement:
    announcement = make_announcement(status=AnnouncementStatus.REVIEW)
    for name in names:
        make_draft(announcement=announcement, contact=make_contact(name=name))
    return announcement


def page_of(announcement: Announcement) -> str:
    return f"/fixes/{announcement.fix_id}/thanks/"


def mark(draft: Draft) -> str:
    return announcing.mark_of(announcing.letter_of(draft))


def rows() -> list[Any]:
    models = (Announcement, AnnouncementText, Draft, CustomerRequest, Message, Event)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_queue_shows_one_letter_after_another_in_its_language(client: Client, lead: User) -> None:
    announcement = make_queue("Ana Lopes", "Ben Ito")
    Draft.objects.filter(contact__name="Ana Lopes").update(language="ar")
    before = rows()

    response = client.get(page_of(announcement))

    page, said = html_of(response), text_of(response)
    assert response.status_code == 200
    assert '<div lang="ar" dir="rtl">' in page
    assert "مرحبًا Ana" in page
    assert "The app has no dark mode." in said
    assert "2 to read · 0 sent" in said.replace("·", " ·").replace("  ·", " ·")
    assert "Send all 2 that are left" in said
    assert rows() == before


def test_sent_one_makes_room_for_the_next(client: Client, lead: User) -> None:
    announcement = make_queue("Ana", "Ben")
    ana, ben = Draft.objects.order_by("pk")

    response = client.post(f"/thanks/{ana.pk}/send/", {"read": mark(ana)})

    assert (response.status_code, response["Location"]) == (302, f"{page_of(announcement)}?draft={ben.pk}")
    ana.refresh_from_db()
    assert (ana.status, ana.decided_by) == (DraftStatus.SENT, lead)
    assert Message.objects.get(letter="thanks").contact == ana.contact


def test_letter_that_changed_since_it_was_read_is_not_sent(client: Client, lead: User) -> None:
    announcement = make_queue("Ana")
    draft = Draft.objects.get()
    read = mark(draft)
    announcing.write_text(announcement, "en", subject="Other", body="{{ greeting }}", news="", by=lead)

    response = client.post(f"/thanks/{draft.pk}/send/", {"read": read})

    assert response.status_code == 409
    assert "Not sent: the letter changed meanwhile. Read it again." in text_of(response)
    assert Message.objects.filter(letter="thanks").count() == 0


def test_own_words_are_kept_and_shown(client: Client, lead: User) -> None:
    announcement = make_queue("Ana")
    draft = Draft.objects.get()
    said = {"read": mark(draft), "subject": "Dark now", "body": "Dear Ana,\r\n\r\n> you said\r\n\r\nlook <b>here</b>."}

    response = client.post(f"/thanks/{draft.pk}/edit/", said)
    page = html_of(client.get(page_of(announcement)))

    assert response.status_code == 302
    assert "look &lt;b&gt;here&lt;/b&gt;." in page
    assert '<blockquote class="voice text-break" dir="auto">you said</blockquote>' in page


def test_tags_in_own_words_are_filled_in_before_they_are_read(client: Client, lead: User) -> None:
    announcement = make_queue("Ana Lopes")
    draft = Draft.objects.get()
    said = {"subject": "For {{ first_name }}", "body": "Hallo {{ first_name }},\r\n\r\n{{ quote }}"}

    client.post(f"/thanks/{draft.pk}/edit/", {"read": mark(draft), **said})

    draft = Draft.objects.get()
    assert (draft.subject, draft.body) == ("For Ana", "Hallo Ana,\n\nThe app has no dark mode.")
    assert "Hallo Ana," in text_of(client.get(page_of(announcement)))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Hallo {{ first_nam }}", "Not saved: {{ first_nam }} is no tag. There are: {{ greeting }}, {{ first_name }}"),
        ("Hallo {% now %}", "Not saved: {% now %} is no tag."),
        ("Hallo, {{ news }}", "Not saved: nothing is known for {{ news }}. Write it yourself, or take it out."),
    ],
)
def test_tag_that_cannot_be_filled_in_is_refused(client: Client, lead: User, body: str, words: str) -> None:
    make_queue("Ana Lopes")
    before, draft = rows(), Draft.objects.get()

    response = client.post(f"/thanks/{draft.pk}/edit/", {"read": mark(draft), "subject": "x", "body": body})

    assert response.status_code == 409
    assert words in text_of(response)
    assert f"{body}</textarea>" in html_of(response)
    assert rows() == before


def test_second_of_two_who_rewrite_a_letter_is_shown_both(client: Client, lead: User) -> None:
    make_queue("Ana")
    draft = Draft.objects.get()
    mine = {"read": mark(draft), "subject": "Mine", "body": "Ada wrote this."}
    announcing.edit(draft, subject="Theirs", body="Dana wrote this.", by=make_user("dana"), read=mark(draft))

    refused = client.post(f"/thanks/{draft.pk}/edit/", mine)

    said, page = text_of(refused), html_of(refused)
    assert refused.status_code == 409
    assert "Not saved: somebody changed this letter meanwhile." in said
    assert "What you typed is below, untouched." in said
    assert "Theirs Dana wrote this." in said
    assert "Ada wrote this.</textarea>" in page
    draft.refresh_from_db()
    assert draft.body == "Dana wrote this."

    kept = client.post(f"/thanks/{draft.pk}/edit/", {**mine, "read": re.findall(r'name="read" value="(\w+)"', page)[0]})

    draft.refresh_from_db()
    assert (kept.status_code, draft.body) == (302, "Ada wrote this.")


def test_form_that_is_not_whole_stays_about_the_letter_it_was_opened_with(client: Client, lead: User) -> None:
    make_queue("Ana")
    draft = Draft.objects.get()
    opened = mark(draft)
    announcing.edit(draft, subject="Theirs", body="Dana wrote this.", by=make_user("dana"))

    response = client.post(f"/thanks/{draft.pk}/edit/", {"read": opened, "subject": "", "body": "Ada wrote this."})

    assert response.status_code == 422
    assert f'name="read" value="{opened}"' in html_of(response)


@pytest.mark.parametrize(("verb", "fields"), [("edit", {"subject": "x"}), ("skip", {}), ("send", {"read": "no"})])
def test_what_is_missing_is_told_and_nothing_is_written(
    client: Client, lead: User, verb: str, fields: dict[str, str]
) -> None:
    make_queue("Ana")
    before = rows()

    response = client.post(f"/thanks/{Draft.objects.get().pk}/{verb}/", fields)

    assert response.status_code == 422
    assert "Not saved: something is missing or wrong." in text_of(response)
    assert rows() == before


def test_skipped_one_needs_a_reason_that_stands_with_the_decided(client: Client, lead: User) -> None:
    announcement = make_queue("Ana", "Ben")
    ana = Draft.objects.order_by("pk")[0]

    client.post(f"/thanks/{ana.pk}/skip/", {"reason": "Called her <i>yesterday</i>."})
    decided = client.get(f"{page_of(announcement)}decided/")

    assert "Skipped: Called her &lt;i&gt;yesterday&lt;/i&gt;." in re.sub(r"<span[^>]*>|</span>", "", html_of(decided))
    assert CustomerRequest.objects.filter(told_at__isnull=False).count() == 0


def test_sent_one_is_taken_back_and_in_hand_again(client: Client, lead: User) -> None:
    announcement = make_queue("Ana", "Ben")
    ana = Draft.objects.order_by("pk")[0]
    page = client.get(client.post(f"/thanks/{ana.pk}/send/", {"read": mark(ana)})["Location"])

    back = client.post(f"/thanks/{ana.pk}/take-back/")

    assert "leaves in ten seconds. Until then it can be taken back." in text_of(page)
    assert re.search(r"The letter to Ana waits \d+ s\. Take back z", text_of(page))
    assert f'action="/thanks/{ana.pk}/take-back/"' in html_of(page)
    assert (back.status_code, back["Location"]) == (302, f"{page_of(announcement)}?draft={ana.pk}")
    after = client.get(back["Location"])
    assert "Taken back: the mail to Ana does not leave. Its words stand below." in text_of(after)
    assert "take-back" not in html_of(after)
    assert after.context["draft"] == ana


def test_letter_that_has_left_is_not_taken_back(client: Client, lead: User) -> None:
    announcement = make_queue("Ana")
    draft = Draft.objects.get()
    announcing.send(draft, by=lead)
    Message.objects.update(status="sent", sent_at=timezone.now())

    one, all_of_them = client.post(f"/thanks/{draft.pk}/take-back/"), client.post(f"{page_of(announcement)}take-back/")

    assert (one.status_code, all_of_them.status_code) == (409, 409)
    assert "Not taken back: the letter has left." in text_of(one)
    assert "Not taken back: all letters have left." in text_of(all_of_them)


def test_all_are_sent_after_a_question_with_their_number_and_taken_back(client: Client, lead: User) -> None:
    announcement = make_queue("Ana", "Ben", "Eve", "Ida")
    before, page = rows(), page_of(announcement)

    first, asked = client.get(page), client.get(f"{page}?all=ask")

    assert f'action="{page}rest/"' not in html_of(first)
    assert f'href="{page}?all=ask#all"' in html_of(first)
    assert "4 letters leave, a few at a time, and these people count as told." in text_of(asked)
    assert f'action="{page}rest/"' in html_of(asked)
    assert rows() == before
    client.post(f"{page}rest/", {"count": 4})
    assert "The rest is leaving. Approved by Lea Yue. Take all back z" in text_of(client.get(page))
    announcing.run()
    assert "4 letters have not left yet. Take all back z" in text_of(client.get(page))
    back = client.post(f"{page}take-back/")
    assert "Taken back: 4 letters do not leave." in text_of(client.get(back["Location"]))
    assert Draft.objects.filter(status=DraftStatus.WAITING).count() == 4


def test_rest_is_approved_by_its_number(client: Client, lead: User) -> None:
    announcement = make_queue("Ana", "Ben")

    wrong = client.post(f"{page_of(announcement)}rest/", {"count": 5})
    right = client.post(f"{page_of(announcement)}rest/", {"count": 2})
    announcing.run()

    assert (wrong.status_code, right.status_code) == (409, 302)
    assert "Not sent: 2 are left now. Look again." in text_of(wrong)
    announcement.fix.refresh_from_db()
    assert announcement.fix.status == FixStatus.ANNOUNCED


def test_text_of_a_language_refuses_a_tag_that_is_none(client: Client, lead: User) -> None:
    announcement = make_queue("Ana")
    said = {"subject": "News", "body": "{{ greeting }} {{ revenue }}", "news": "It is dark."}
    shown = text_of(client.get(f"{page_of(announcement)}texts/de/"))

    refused = client.post(f"{page_of(announcement)}texts/de/save/", said)
    taken = client.post(f"{page_of(announcement)}texts/de/save/", {**said, "body": "{{ greeting }}\n\n{{ news }}"})

    assert "Was Sie sich gewünscht haben, ist jetzt da." in shown
    assert refused.status_code == 422
    assert "No such tag here: {{ revenue }}." in text_of(refused)
    assert taken.status_code == 302
    assert AnnouncementText.objects.get().news == "It is dark."
    assert client.get(f"{page_of(announcement)}texts/xx/").status_code == 404


def test_page_warns_while_a_language_does_not_say_what_is_different(client: Client, lead: User) -> None:
    announcement = make_queue("Ana")
    warning, address = "These letters do not say what is different now:", f"{page_of(announcement)}texts/en/"
    announcing.write_text(announcement, "de", subject="Da", body="", news="Es ist dunkel.", by=lead)

    before = client.get(page_of(announcement))
    announcing.write_text(announcement, "en", subject="There", body="", news="It is dark.", by=lead)
    after = client.get(page_of(announcement))

    assert f"{warning} English. Write the sentence in each language before you send them." in text_of(before)
    assert f'<a href="{address}"><bdi lang="en">English</bdi></a>' in html_of(before)
    assert warning not in text_of(after)
    assert "What is different now, in Deutsch: Es ist dunkel." in text_of(client.get(address))


def test_gift_and_campaign_are_set_up(client: Client, lead: User) -> None:
    announcement = make_queue("Ana")
    campaign = make_campaign(kind="event", status="active")

    response = client.post(f"{page_of(announcement)}set-up/", {"gift": "Beans", "ask_with": campaign.pk})

    announcement.refresh_from_db()
    assert response.status_code == 302
    assert (announcement.gift, announcement.ask_with) == ("Beans", campaign)
    assert "has not agreed to offers, and a gift is one" in text_of(client.get(page_of(announcement)))


def test_fix_that_nobody_asked_for_is_noted_as_announced(client: Client, lead: User) -> None:
    announcement = make_queue()
    page = text_of(client.get(page_of(announcement)))

    response = client.post(f"{page_of(announcement)}conclude/")

    assert "Nobody waits for a thank-you" in page
    assert response["Location"] == f"/fixes/{announcement.fix_id}/"
    announcement.fix.refresh_from_db()
    assert announcement.fix.status == FixStatus.ANNOUNCED


def test_employee_sees_no_thank_yous(client: Client) -> None:
    announcement = make_queue("Ana")
    draft = Draft.objects.get()
    client.force_login(make_user("emil", "Employee"))

    answers = [client.get(page_of(announcement)), client.post(f"/thanks/{draft.pk}/send/", {"read": mark(draft)})]
    answers += [client.post(f"/thanks/{draft.pk}/take-back/"), client.post(f"{page_of(announcement)}take-back/")]

    assert [answer.status_code for answer in answers] == [403] * 4


def test_pages_cost_the_same_for_one_and_for_three(
    client: Client, lead: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for names in (("Ana",), ("Ana", "Ben", "Cleo")):
        announcement = make_queue(*names)
        Draft.objects.filter(announcement=announcement).update(status="skipped", reason="x", decided_at=timezone.now())
        client.get(page_of(announcement))
        with django_assert_max_num_queries(40) as captured:
            client.get(page_of(announcement))
            client.get(f"{page_of(announcement)}decided/")
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_fix_page_leads_to_the_thank_yous_and_shows_what_came_of_it(client: Client, lead: User) -> None:
    announcement = make_queue("Ana")
    fix = announcement.fix
    told = make_request(
        response=make_response(score=8, at=timezone.now() - dt.timedelta(days=9)),
        fix=fix,
        kind="suggestion",
        told_at=timezone.now() - dt.timedelta(days=5),
    )
    make_response(contact=told.contact, score=10)

    response = client.get(f"/fixes/{fix.pk}/")

    said = text_of(response)
    assert f'href="{page_of(announcement)}"' in html_of(response)
    assert "Read the thank-yous" in said
    assert "1 of 1 is in a higher band now" in said
    assert "1 person, 1 answered since." in said
