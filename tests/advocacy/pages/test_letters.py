from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from advocacy import cases, letters, mentions, presence
from advocacy.enums import CaseStatus
from advocacy.models import Case, CaseLetter, CaseNote, Mention, Pledge, Presence, Reply
from surveys import contacts
from surveys.enums import MessageStatus, SuppressionReason, SuppressionScope
from surveys.models import Message
from tests.advocacy.pages.casework import html_of, post, rows, text_of
from tests.factories import make_case, make_contact, make_macro, make_pledge, make_saved_reply, make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
LETTER: dict[str, Any] = {"subject": "Your machine", "text": "Dear {{ first_name }}", "language": "en"}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def case(client: Client, alice: User) -> Case:
    """A case that Alice looks at."""
    client.force_login(alice)
    return make_case(contact=make_contact(name="Íñigo Peralta", email="inigo@example.com", language="es"))


def everything() -> list[Any]:
    return [*rows(), *(list(model.objects.order_by("pk").values()) for model in (CaseLetter, Message, Pledge))]


# -------------------------------------------------------------------------------------------------------------- sending


def test_reply_is_queued_and_the_page_tells_how_to_take_it_back(client: Client, case: Case) -> None:
    response = post(client, case, "reply", **LETTER)

    assert (response.status_code, response["Location"]) == (302, f"/cases/{case.pk}/")
    letter = CaseLetter.objects.get()
    page = client.get(response["Location"])
    assert "Noted: the reply leaves in ten seconds. Until then it can be taken back." in text_of(page)
    assert "“Your machine” waits 10 s. Take back z" in text_of(page)
    assert f'action="/letters/{letter.pk}/take-back/"' in html_of(page)
    assert "Wrote to the contact: Your machine· waits 10 s· Alice Dear Íñigo" in text_of(page)


def test_reply_can_begin_the_wait(client: Client, case: Case) -> None:
    post(client, case, "reply", waits="1", **LETTER)

    case.refresh_from_db()
    assert case.waiting_since == NOW


def test_reply_is_taken_back(client: Client, case: Case, alice: User) -> None:
    letter = letters.write(case, by=alice, **LETTER)

    response = client.post(f"/letters/{letter.pk}/take-back/", {"seen": cases.version(case)})

    assert (response.status_code, response["Location"]) == (302, f"/cases/{case.pk}/?again={letter.pk}#write")
    assert Message.objects.get(letter="case_letter").status == MessageStatus.CANCELLED
    page = client.get(response["Location"])
    assert "Taken back: the mail to Íñigo Peralta does not leave. Its words stand below." in text_of(page)
    assert "take-back" not in html_of(page)


def test_words_of_a_letter_taken_back_stand_in_the_composer_again(client: Client, case: Case, alice: User) -> None:
    letter = letters.write(case, by=alice, **LETTER)
    back = client.post(f"/letters/{letter.pk}/take-back/", {"seen": cases.version(case), "view": "mine"})
    before = everything()

    page = client.get(back["Location"])

    assert back["Location"] == f"/cases/{case.pk}/?view=mine&again={letter.pk}#write"
    form = page.context["forms"]["reply"]
    assert (page.status_code, page.context["write"]) == (200, "reply")
    assert (form["subject"].value(), form["text"].value(), form["language"].value()) == (
        "Your machine",
        "Dear Íñigo",
        "en",
    )
    assert "Dear Íñigo</textarea>" in html_of(page)
    assert everything() == before
    assert post(client, case, "reply", subject="Your machine", text="Dear Íñigo!", language="en").status_code == 302


def test_words_of_a_letter_to_a_case_closed_meanwhile_become_a_note(client: Client, case: Case, alice: User) -> None:
    letter = letters.write(case, by=alice, **LETTER)
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.CLOSED, outcome="left", closed_at=NOW)
    back = client.post(f"/letters/{letter.pk}/take-back/", {"seen": cases.version(case)})

    page = client.get(back["Location"])

    assert page.context["write"] == "note"
    assert "Your machine Dear Íñigo</textarea>" in html_of(page)


@pytest.mark.parametrize("number", ["", "0", "x", "²", "9" * 40])
def test_letter_that_was_not_taken_back_stands_in_no_composer(
    client: Client, case: Case, alice: User, number: str
) -> None:
    letter = letters.write(case, by=alice, **LETTER)

    for wanted in (number, str(letter.pk)):
        page = client.get(f"/cases/{case.pk}/", {"again": wanted})
        assert (page.status_code, page.context["forms"]["reply"]["text"].value()) == (200, None)


def test_reply_that_has_left_is_not_taken_back(client: Client, case: Case, alice: User) -> None:
    letter = letters.write(case, by=alice, **LETTER)
    Message.objects.filter(letter="case_letter").update(status=MessageStatus.SENT, sent_at=NOW)

    response = client.post(f"/letters/{letter.pk}/take-back/", {"seen": cases.version(case)})

    assert response.status_code == 409
    assert "Not taken back: the mail has left (sent at 12:00)." in text_of(response)


def test_second_of_two_replies_is_refused_and_nothing_is_lost(client: Client, case: Case) -> None:
    seen = cases.version(case)
    letters.write(case, by=make_user("karim", first_name="Karim"), **LETTER)

    response = post(client, case, "reply", seen=seen, **{**LETTER, "text": "Mine </textarea><script>"})

    assert response.status_code == 409
    assert "What you typed is below, untouched." in text_of(response)
    assert "Dear Íñigo" in text_of(response)
    assert "Mine &lt;/textarea&gt;&lt;script&gt;</textarea>" in html_of(response)
    assert CaseLetter.objects.count() == 1


def test_answer_that_came_in_meanwhile_is_shown_and_the_next_press_sends(client: Client, case: Case) -> None:
    seen = cases.version(case)
    Reply.objects.create(key="k", contact=case.contact, case=case, sender="inigo@example.com", text="Hallo?", at=NOW)

    refused = post(client, case, "reply", seen=seen, **LETTER)
    sent = post(client, case, "reply", **LETTER)

    assert (refused.status_code, sent.status_code) == (409, 302)
    assert "Not saved: The contact wrote back at 12:00." in text_of(refused)
    assert "They wrote back at 12:00, and nobody has followed it up: Hallo?" in text_of(refused)


def test_what_stands_against_a_letter_is_said_beside_the_form(client: Client, case: Case) -> None:
    contacts.suppress("inigo@example.com", reason=SuppressionReason.BOUNCED, scope=SuppressionScope.ALL)

    page = client.get(f"/cases/{case.pk}/", {"write": "reply"})
    refused = post(client, case, "reply", **LETTER)

    assert "Nothing can be sent. Mail to this address came back: ask for another one by phone." in text_of(page)
    assert refused.status_code == 409
    assert "Dear {{ first_name }}</textarea>" in html_of(refused)


def test_reply_to_a_case_closed_meanwhile_becomes_a_note(client: Client, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.CLOSED, outcome="left", closed_at=NOW)

    response = post(client, case, "reply", **LETTER)

    assert response.status_code == 409
    assert "Your machine Dear {{ first_name }}</textarea>" in html_of(response)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": "  "}, "Your reply: Write something to send."),
        ({"subject": ""}, "Subject: Write a subject."),
        ({"language": "xx"}, "Language of the letter: Choose one of the languages."),
        ({"text": "x" * 100_000}, "Your reply: Ensure this value has at most 10000 characters"),
    ],
)
def test_letter_that_is_not_whole_is_refused(client: Client, case: Case, change: dict[str, str], words: str) -> None:
    response = post(client, case, "reply", **{**LETTER, **change})

    assert response.status_code == 422
    assert words in text_of(response)
    assert CaseLetter.objects.count() == 0


# --------------------------------------------------------------------------------------------------------------- drafts


def test_saved_reply_fills_the_fields_in_the_language_of_the_contact(client: Client, case: Case) -> None:
    reply = make_saved_reply("en: Late: Sorry", "es: Tarde: Hola {{ first_name }} & más")
    before = everything()

    response = post(client, case, "reply/draft", saved=reply.pk, use="1", language="en", text="Mine")

    page = html_of(response)
    assert response.status_code == 200
    assert "Taken in Español." in text_of(response)
    assert 'value="Tarde"' in page
    assert "Hola {{ first_name }} &amp; más Mine</textarea>" in page
    assert '<option value="es" selected>' in page
    assert '<div class="paper mt-2" lang="es" dir="ltr"' in page
    assert "Hola <mark>Íñigo</mark> &amp; más" in page
    assert everything() == before


def test_saved_reply_in_another_language_says_so(client: Client, case: Case) -> None:
    reply = make_saved_reply("en: Late: Sorry")

    response = post(client, case, "reply/draft", saved=reply.pk, use="1")

    assert "There is no text in Español: this one is in English." in text_of(response)


def test_preview_shows_who_it_goes_to_and_what_is_missing(client: Client, case: Case) -> None:
    seen = cases.version(case)
    cases.add_note(case, by=make_user("lin"), text="meanwhile")

    response = post(client, case, "reply/draft", seen=seen, subject="S", text="{{ product }} <script>", language="ar")

    page = html_of(response)
    assert "Nothing is known for: product Write it yourself" in text_of(response)
    assert "<bdi>inigo@example.com</bdi>" in page
    assert '<div class="paper mt-2" lang="ar" dir="rtl"' in page
    assert "<mark>{{ product }}</mark> &lt;script&gt;" in page
    assert f'name="seen" value="{seen}"' in page  # so that the next press is told of the note


@pytest.mark.parametrize("saved", ["", "0", "987654", "x", "²"])
def test_saved_reply_that_is_not_there_changes_no_field(client: Client, case: Case, saved: str) -> None:
    response = post(client, case, "reply/draft", saved=saved, use="1", text="Mine", language="es")

    assert (response.status_code, "Choose a saved reply first." in text_of(response)) == (200, True)
    assert "Mine</textarea>" in html_of(response)


# --------------------------------------------------------------------------------------------------------------- macros


def test_macro_is_shown_and_then_run(client: Client, case: Case) -> None:
    macro = make_macro(name="Wait", waits=True, note="<b>Asked</b>")

    shown = client.get(f"/cases/{case.pk}/", {"write": "macro", "macro": str(macro.pk)})
    done = post(client, case, "macro", macro=macro.pk)

    assert "A private note is kept. <b>Asked</b>" in text_of(shown).replace("&lt;", "<").replace("&gt;", ">")
    assert "<b>Asked</b>" not in html_of(shown)
    assert "Do all of it" in text_of(shown)
    page = text_of(client.get(done["Location"]))
    assert "Noted: “Wait” is done." in page
    assert "Macro run: Wait· Alice Waits for the customer" in page


def test_macro_that_cannot_be_run_says_why(client: Client, case: Case) -> None:
    macro = make_macro(saved_reply=make_saved_reply("en: Late: {{ product }}"))

    shown = client.get(f"/cases/{case.pk}/", {"write": "macro", "macro": str(macro.pk)})
    refused = post(client, case, "macro", macro=macro.pk)

    assert "Cannot be done: nothing is known for {{ product }}." in text_of(shown)
    assert "Do all of it" not in text_of(shown)
    assert refused.status_code == 409
    assert "Not done, none of it: nothing is known for {{ product }}." in text_of(refused)


# ------------------------------------------------------------------------------------------------------------- promises


def test_promise_is_noted_kept_and_broken(client: Client, case: Case) -> None:
    for text in ("A machine on loan", "A call"):
        assert post(client, case, "promise", text=text, due_on="2026-11-24").status_code == 302
    loan, call = Pledge.objects.order_by("pk")

    page = text_of(client.get(f"/cases/{case.pk}/"))
    kept = client.post(f"/promises/{loan.pk}/kept/", {"seen": cases.version(case)})
    nameless = client.post(f"/promises/{call.pk}/broken/", {"seen": cases.version(case), "reason": " "})
    broken = client.post(f"/promises/{call.pk}/broken/", {"seen": cases.version(case), "reason": "No time"})

    assert "A machine on loan due tomorrow· 24 Nov 2026· Alice" in page
    assert [kept.status_code, nameless.status_code, broken.status_code] == [302, 422, 302]
    assert "Why: Say why: colleagues read it in the history." in text_of(nameless)
    loan.refresh_from_db()
    call.refresh_from_db()
    assert (loan.kept_at, call.broken_at, call.reason) == (NOW, NOW, "No time")


def test_promise_for_yesterday_is_refused(client: Client, case: Case) -> None:
    response = post(client, case, "promise", text="A call", due_on="2026-11-22")

    assert response.status_code == 422
    assert "By: Choose today or a later day." in text_of(response)


# ----------------------------------------------------------------------------------------------------------- colleagues


def test_note_tells_who_is_named_and_says_who_is_not(client: Client, case: Case) -> None:
    lin = make_user("lin", "Support", first_name="Lin")
    karim = make_user("karim", "Support", first_name="Karim")

    response = post(client, case, "note", text="@lin @nobody look", tell=karim.pk)

    page = text_of(client.get(response["Location"]))
    assert "Noted, for colleagues only. Told: Lin, Karim." in page
    assert "Nobody was told by @nobody: no colleague who can see cases." in page
    assert {mention.user for mention in Mention.objects.all()} == {lin, karim}


def test_mention_stands_on_the_home_page_until_it_is_seen(client: Client, case: Case, alice: User) -> None:
    mentions.note(case, by=make_user("lin", first_name="Lin"), text="@alice <script>look</script>")
    mention = Mention.objects.get()

    page = client.get("/")
    seen = client.post(f"/mentions/{mention.pk}/seen/")

    assert "You were mentioned Íñigo Peralta" in text_of(page)
    assert "&lt;script&gt;look&lt;/script&gt;" in html_of(page)
    assert (seen.status_code, seen["Location"]) == (302, f"/cases/{case.pk}/")
    assert "You were mentioned" not in text_of(client.get("/"))


def test_mention_of_somebody_else_is_not_there(client: Client, case: Case) -> None:
    mentions.note(case, by=make_user(), text="@lin", tell=[make_user("lin", "Support")])

    assert client.post(f"/mentions/{Mention.objects.get().pk}/seen/").status_code == 404


def test_promise_stands_on_the_home_page(client: Client, case: Case) -> None:
    make_pledge(case=case, text="A <call>", due_on=dt.date(2026, 11, 21))

    page = client.get("/")

    assert "Íñigo Peralta A &lt;call&gt; 2 days overdue" in text_of(page)


def test_page_says_who_has_the_case_open(client: Client, case: Case, clock: Any) -> None:
    presence.ping(case, make_user("karim", first_name="Karim"))
    clock.move_to(NOW + 30 * SECOND)
    before = list(Presence.objects.values())

    page = client.get(f"/cases/{case.pk}/")
    assert list(Presence.objects.values()) == before
    heard = client.post(f"/cases/{case.pk}/here/")

    assert "Karim has this case open since 12:00." in text_of(page)
    assert f'data-ping="/cases/{case.pk}/here/"' in html_of(page)
    assert text_of(heard) == "Karim has this case open since 12:00."
    assert Presence.objects.count() == 2
    clock.move_to(NOW + 60 * SECOND)
    assert "has this case open" not in text_of(client.get(f"/cases/{case.pk}/"))


# ---------------------------------------------------------------------------------------------------------------- doors


@pytest.mark.parametrize("verb", ["reply", "reply/draft", "macro", "promise", "here"])
def test_stranger_reader_and_outsider_do_nothing(client: Client, bob: User, carol: User, verb: str) -> None:
    case = make_case()
    before = everything()
    fields: dict[str, Any] = {**LETTER, "due_on": "2026-11-24", "macro": make_macro(waits=True).pk}

    assert post(client, case, verb, **fields)["Location"].startswith("/accounts/login/")
    for user in (bob, carol):
        client.force_login(user)
        assert post(client, case, verb, **fields).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("verb", ["reply", "reply/draft", "macro", "promise", "here"])
def test_wrong_method_and_missing_case_are_refused(client: Client, case: Case, verb: str) -> None:
    assert client.get(f"/cases/{case.pk}/{verb}/").status_code == 405
    assert post(client, Case(pk=case.pk + 1), verb, seen="0-0-0-0").status_code == 404


@pytest.mark.parametrize("address", ["letters/{}/take-back", "promises/{}/kept", "promises/{}/broken"])
def test_reader_settles_nothing(client: Client, case: Case, alice: User, bob: User, address: str) -> None:
    letter = letters.write(case, by=alice, **LETTER)
    pk = letter.pk if "letters" in address else make_pledge(case=case).pk
    before = everything()
    client.force_login(bob)

    assert client.post(f"/{address.format(pk)}/", {"seen": "0-0-0-0", "reason": "x"}).status_code == 403
    assert client.get(f"/{address.format(pk)}/").status_code == 405
    assert everything() == before


def test_statements_do_not_grow_with_letters_and_promises(
    client: Client, case: Case, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def add() -> None:
        letters.write(case, by=alice, **LETTER)
        make_pledge(case=case, by=alice)
        presence.ping(case, make_user())
        make_saved_reply()
        CaseNote.objects.create(case=case, by=alice, text="x", at=NOW)

    add()
    client.get(f"/cases/{case.pk}/", {"write": "reply"})
    with django_assert_num_queries(33):
        client.get(f"/cases/{case.pk}/", {"write": "reply"})
    add()
    add()
    with django_assert_num_queries(33):
        client.get(f"/cases/{case.pk}/", {"write": "reply"})
