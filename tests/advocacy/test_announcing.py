"""Who asked for what has shipped is told once, in their language, with their words; nobody twice, nobody never."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail as sent_mail
from django.utils import timezone

from advocacy import announcing, fixes, personal, tasks
from advocacy.enums import AnnouncementStatus, DraftStatus, FixStatus, Outcome, StopReason
from advocacy.models import Announcement, CustomerRequest, Draft, Fix
from surveys import contacts, outbox, privacy
from surveys.enums import ConsentPurpose, MailWish, Purpose, SuppressionReason, SuppressionScope
from surveys.models import Contact, Event, Message
from surveys.transitions import WrongState
from tests.factories import (
    make_advocate,
    make_announcement,
    make_case,
    make_consent,
    make_contact,
    make_deletion_request,
    make_draft,
    make_fix,
    make_request,
    make_response,
    make_user,
)
from tests.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(db: None) -> User:
    return make_user("dana", is_superuser=True)


def make_asked(fix: Fix, words: str = "No dark mode.", language: str = "en", **fields: Any) -> CustomerRequest:
    response = make_response(score=8, comment=words, language=language, contact=make_contact(**fields))
    return make_request(response=response, kind="suggestion", fix=fix)


def run() -> None:
    for _slice in range(100):
        if not announcing.run():
            return
    raise AssertionError("it never ends")


def told() -> list[int]:
    """The contacts of the mails in the outbox."""
    mails = Message.objects.filter(letter=announcing.LETTER).order_by("contact_id")
    return list(mails.values_list("contact_id", flat=True))


def make_shipped(by: User, *people: str) -> tuple[Fix, Announcement]:
    """A fix that was shipped, with a draft for each."""
    fix = make_fix(status=FixStatus.PLANNED, title="Dark mode")
    for name in people:
        make_asked(fix, name=name)
    fixes.ship(fix, reason="It is dark.", by=by)
    run()
    return fix, Announcement.objects.get(fix=fix)


# --------------------------------------------------------------------------------------------------------------- drafts


def test_shipping_begins_the_thank_yous_and_each_who_asked_gets_one_draft(by: User) -> None:
    fix = make_fix(status=FixStatus.PLANNED)
    ana, ben = make_asked(fix, name="Ana Lopes"), make_asked(fix, name="Ben Ito")
    again = make_request(contact=ana.contact, response=None, fix=fix, kind="problem", quote="Once more.")
    make_asked(make_fix(), name="Carol")

    fixes.ship(fix, reason="It is dark.", by=by)
    run()

    announcement = Announcement.objects.get(fix=fix)
    assert announcement.status == AnnouncementStatus.REVIEW
    drafts = list(announcement.drafts.order_by("pk").values_list("contact", "request", "status"))
    assert drafts == [(ana.contact_id, ana.pk, "waiting"), (ben.contact_id, ben.pk, "waiting")]
    assert again.pk not in {request for _contact, request, _status in drafts}
    assert told() == []  # nothing leaves before a person has read it


def test_slices_make_all_of_many_and_a_second_run_none(by: User) -> None:
    fix, announcement = make_shipped(by)
    for number in range(7):
        make_asked(fix, name=f"Person {number}")

    more = [announcing.run(size=3) for _ in range(4)]
    again = tasks.announce_fixes()

    assert more == [True, True, False, False]
    assert again is False
    assert announcement.drafts.count() == 7


def test_crash_between_two_slices_forgets_nobody(by: User, monkeypatch: pytest.MonkeyPatch) -> None:
    fix, announcement = make_shipped(by)
    for number in range(6):
        make_asked(fix, name=f"Person {number}")
    announcing.run(size=4)
    make_one = announcing.new_draft
    monkeypatch.setattr(announcing, "new_draft", _dies_at_the_second(make_one))

    with pytest.raises(KeyboardInterrupt):
        announcing.run(size=4)
    left = announcement.drafts.count()
    monkeypatch.setattr(announcing, "new_draft", make_one)
    run()

    assert (left, announcement.drafts.count()) == (4, 6)


def _dies_at_the_second(make_one: Any) -> Any:
    calls = []

    def draft(*args: Any) -> Draft:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        made: Draft = make_one(*args)
        return made

    return draft


def test_request_linked_after_all_was_decided_is_told_too(by: User) -> None:
    fix, announcement = make_shipped(by, "Ana")
    announcing.send(Draft.objects.get(), by=by)
    late = make_asked(fix, name="Late")

    run()

    announcement.refresh_from_db()
    assert announcement.status == AnnouncementStatus.REVIEW
    assert [draft.contact for draft in announcing.waiting(announcement)] == [late.contact]


# --------------------------------------------------------------------------------------------------------------- letter


def test_letter_is_in_the_persons_language_by_name_with_their_own_sentence(by: User) -> None:
    fix, _announcement = make_shipped(by)
    make_asked(fix, "Im Dunkeln blendet sie.", "de", name="Karla Vogt")
    run()

    made = announcing.letter_of(Draft.objects.get())

    assert made.subject == "Was Sie sich gewünscht haben, ist da"
    assert made.body == (
        "Guten Tag Karla,\n\nSie haben uns geschrieben:\n> Im Dunkeln blendet sie.\n\n"
        "Was Sie sich gewünscht haben, ist jetzt da.\n\nDanke, dass Sie es uns gesagt haben.\n\nAurora"
    )


def test_who_said_nothing_is_thanked_without_a_quotation(by: User) -> None:
    fix, _announcement = make_shipped(by)
    make_asked(fix, "", name="")
    run()

    assert announcing.letter_of(Draft.objects.get()).body == (
        "Hello,\n\nWhat you wished for is there now.\n\nThank you for telling us.\n\nAurora"
    )


def test_text_of_a_language_stands_in_drafts_nobody_edited(by: User) -> None:
    fix, announcement = make_shipped(by, "Ana", "Ben")
    ana, ben = Draft.objects.order_by("pk")
    announcing.edit(ana, subject="Dark now", body="Dear Ana, look.", by=by)

    words = {"subject": "News for {{ first_name }}", "body": "{{ greeting }}\n\n{{ news }}", "news": "It is dark."}
    announcing.write_text(announcement, "en", **words, by=by)

    letters = [announcing.letter_of(draft) for draft in (ana, ben)]
    assert [(made.subject, made.body) for made in letters] == [
        ("Dark now", "Dear Ana, look."),
        ("News for Ben", "Hello Ben,\n\nIt is dark."),
    ]
    assert fix.title == "Dark mode"


def test_sentence_of_shipping_stands_in_the_letters_of_its_language(by: User) -> None:
    fix = make_fix(status=FixStatus.PLANNED)
    make_asked(fix, name="Ana Lopes")
    make_asked(fix, name="Karl Vogt", language="de")

    fixes.ship(fix, reason="It is dark, {{ now }}.", language="en", by=by)
    run()

    announcement = Announcement.objects.get(fix=fix)
    english, german = (announcing.letter_of(draft).body for draft in Draft.objects.order_by("pk"))
    assert "It is dark, {{ now }}." in english
    assert "It is dark" not in german
    assert announcing.silent(announcement) == ["de"]
    assert announcing.news_elsewhere(announcement, "en") == []
    assert [(each.tag, news) for each, news in announcing.news_elsewhere(announcement, "de")] == [
        ("en", "It is dark, {{ now }}.")
    ]


@pytest.mark.parametrize(
    ("said", "silent"),
    [
        ({"news": "Es ist dunkel.", "body": ""}, []),
        ({"news": "", "body": ""}, ["de"]),
        ({"news": "", "body": "{{ greeting }}\n\nEs ist dunkel."}, []),
        ({"news": "", "body": "{{ greeting }}\n\n{{ news }}"}, ["de"]),
    ],
)
def test_language_is_silent_until_its_letters_say_what_is_different(
    by: User, said: dict[str, str], silent: list[str]
) -> None:
    draft = make_draft(language="de")
    announcing.write_text(draft.announcement, "de", subject="Da", by=by, **said)

    assert announcing.silent(draft.announcement) == silent


def test_letters_that_a_person_wrote_or_decided_are_not_silent(by: User) -> None:
    draft = make_draft(language="de")
    other = make_draft(announcement=draft.announcement, language="fr")
    assert announcing.silent(draft.announcement) == ["de", "fr"]

    announcing.edit(draft, subject="Da", body="Es ist dunkel.", by=by)
    announcing.skip(other, reason="Called.", by=by)

    assert announcing.silent(draft.announcement) == []


def test_words_of_a_customer_are_no_merge_tag_and_no_markup(by: User) -> None:
    fix, _announcement = make_shipped(by)
    make_asked(fix, "{{ company }} <script>alert(1)</script>\n\nx" + "\u202e", name="Ana")
    run()
    announcing.send(Draft.objects.get(), by=by)

    made = announcing.letter(Message.objects.get())

    assert "> {{ company }} <script>alert(1)</script> x\n" in str(made.body)
    html = str(made.alternatives[0][0])
    assert "{{ company }} &lt;script&gt;alert(1)&lt;/script&gt; x</blockquote>" in html
    assert "<script" not in html


def test_braces_of_a_customer_stay_in_a_letter_that_is_edited(by: User) -> None:
    draft = make_draft(request=make_request(quote="Fill {{ first_name }} and {{ this }}.", contact=make_contact()))
    made = announcing.letter_of(draft)

    announcing.edit(draft, subject=made.subject, body=f"{made.body}\n\nSo long, {{{{ first_name }}}}", by=by)

    assert draft.body == f"{made.body}\n\nSo long, {draft.contact.first_name}"
    assert "Fill {{ first_name }} and {{ this }}." in draft.body


def test_word_of_a_customer_that_stands_in_a_tag_breaks_none(by: User) -> None:
    draft = make_draft(request=make_request(quote="name", contact=make_contact()))

    announcing.edit(draft, subject="x", body="Dear {{ first_name }}", by=by)

    assert draft.body == f"Dear {draft.contact.first_name}"


def test_letter_of_a_hundred_thousand_characters_quotes_the_beginning(by: User) -> None:
    fix, _announcement = make_shipped(by)
    make_asked(fix, "First. " + "a" * 100_000, name="Ana")
    run()

    assert "> First.\n" in announcing.letter_of(Draft.objects.get()).body


# ------------------------------------------------------------------------------------------------------------ decisions


def test_sending_tells_the_person_and_writes_the_mail_in_one_go(by: User, monkeypatch: pytest.MonkeyPatch) -> None:
    fix, _announcement = make_shipped(by, "Ana")
    draft = Draft.objects.get()
    monkeypatch.setattr(personal, "queue", _breaks)

    with pytest.raises(KeyboardInterrupt):
        announcing.send(draft, by=by)
    request = CustomerRequest.objects.get()
    broken = (request.told_at, Draft.objects.get().status, Message.objects.count())
    monkeypatch.undo()
    announcing.send(draft, by=by)

    request.refresh_from_db()
    message = Message.objects.get()
    assert broken == (None, "waiting", 0)
    assert (message.purpose, message.promise, message.language) == ("service", "at_least_once", "en")
    assert request.told_at
    assert message.not_before == request.told_at + dt.timedelta(seconds=10)
    fix.refresh_from_db()
    assert fix.status == FixStatus.ANNOUNCED
    assert Announcement.objects.get().status == AnnouncementStatus.DONE


def _breaks(*_args: Any, **_kwargs: Any) -> None:
    raise KeyboardInterrupt


def test_sent_letter_leaves_as_it_was_read(by: User) -> None:
    make_shipped(by, "Ana Lopes")
    draft = Draft.objects.get()
    announcing.send(draft, by=by)
    Message.objects.update(not_before=timezone.now())
    Contact.objects.update(name="Somebody Else")

    outbox.send_batch()

    (mail,) = sent_mail.outbox
    assert mail.subject == "What you wished for is there"
    assert str(mail.body).startswith(
        "Hello Ana,\n\nYou wrote to us:\n> No dark mode.\n\nWhat you wished for is there now.\n\n"
        "Thank you for telling us.\n\nAurora\n\n--\nYou get this because you told us what you wish for.\n"
    )


def test_decided_draft_is_not_decided_again(by: User) -> None:
    make_shipped(by, "Ana", "Ben")
    ana = Draft.objects.order_by("pk")[0]
    announcing.skip(ana, reason="A colleague called her.", by=by)

    with pytest.raises(WrongState) as refusal:
        announcing.send(ana, by=by)

    assert str(refusal.value) == "Not saved: this thank-you is decided already: skipped."
    assert told() == []
    assert CustomerRequest.objects.order_by("pk")[0].told_at is None


def test_last_decision_announces_the_fix(by: User) -> None:
    fix, announcement = make_shipped(by, "Ana", "Ben")
    ana, ben = Draft.objects.order_by("pk")

    announcing.skip(ana, reason="Called.", by=by)
    fix.refresh_from_db()
    before = fix.status
    announcing.send(ben, by=by)

    fix.refresh_from_db()
    announcement.refresh_from_db()
    assert (before, fix.status, announcement.status) == ("shipped", "announced", "done")
    event = Event.objects.filter(kind="advocacy.fix", went_to="announced").get()
    assert event.by == by


def test_fix_that_nobody_asked_for_is_concluded_by_a_person(by: User) -> None:
    fix, announcement = make_shipped(by)
    before = (fix.status, announcement.status)

    announcing.conclude(announcement, by=by)

    fix.refresh_from_db()
    assert (before, fix.status) == (("shipped", "review"), "announced")


def test_conclude_refuses_while_somebody_waits(by: User) -> None:
    _fix, announcement = make_shipped(by, "Ana")

    with pytest.raises(WrongState):
        announcing.conclude(announcement, by=by)


def test_rest_is_sent_in_slices_and_the_number_must_be_right(by: User) -> None:
    _fix, announcement = make_shipped(by, "Ana", "Ben", "Cleo")
    with pytest.raises(WrongState) as refusal:
        announcing.send_rest(announcement, count=2, by=by)

    announcing.send_rest(announcement, count=3, by=by)
    first = announcing.run(size=2)
    halfway = len(told())
    run()

    assert str(refusal.value) == "Not sent: 3 are left now. Look again."
    assert (first, halfway, len(told()), len(set(told()))) == (True, 2, 3, 3)
    assert Announcement.objects.get().status == AnnouncementStatus.DONE


def test_crash_while_the_rest_is_sent_thanks_nobody_twice_and_forgets_nobody(
    by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fix, announcement = make_shipped(by, *(f"Person {number}" for number in range(9)))
    announcing.send_rest(announcement, count=9, by=by)
    announcing.run(size=4)
    send_one = announcing._send
    calls: list[int] = []

    def dies(draft: Draft, **kwargs: Any) -> StopReason:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return send_one(draft, **kwargs)

    monkeypatch.setattr(announcing, "_send", dies)
    with pytest.raises(KeyboardInterrupt):
        announcing.run(size=4)
    halfway = len(told())
    monkeypatch.undo()
    run()

    assert halfway == 4
    assert told() == sorted(Contact.objects.filter(name__startswith="Person").values_list("pk", flat=True))
    assert CustomerRequest.objects.filter(told_at__isnull=True).count() == 0


def test_draft_made_after_the_rest_was_approved_is_not_part_of_it(by: User) -> None:
    fix, announcement = make_shipped(by, "Ana")
    announcing.send_rest(announcement, count=1, by=by)
    late = make_asked(fix, name="Late")

    run()

    assert [draft.contact for draft in announcing.waiting(announcement)] == [late.contact]
    assert len(told()) == 1


# --------------------------------------------------------------------------------------------------------- who must not


def stopped(contact: Contact, why: StopReason) -> None:
    if why == StopReason.NO_ADDRESS:
        Contact.objects.filter(pk=contact.pk).update(email="", phone="+15550100")
    elif why == StopReason.NO_CONTACT:
        scope = SuppressionScope.ALL
        contacts.suppress(contact.email, reason=SuppressionReason.MANUAL, source="test", scope=scope)
    elif why == StopReason.ERASURE:
        make_deletion_request(contact=contact)
    else:
        make_case(contact=contact, status="closed", outcome=Outcome.LEFT)


@pytest.mark.parametrize(
    "why", [StopReason.NO_ADDRESS, StopReason.NO_CONTACT, StopReason.ERASURE, StopReason.LEFT], ids=str
)
@pytest.mark.parametrize("when", ["before drafting", "before sending"])
def test_who_must_not_be_written_to_is_stopped_and_the_reason_stands_there(
    by: User, why: StopReason, when: str
) -> None:
    fix, _announcement = make_shipped(by, "Ana")
    if when == "before drafting":
        Draft.objects.all().delete()
    stopped(Contact.objects.get(name="Ana"), why)

    run()
    draft = Draft.objects.select_related("contact").get()
    given = announcing.send(draft, by=by) if draft.status == DraftStatus.WAITING else draft.stop_reason

    draft.refresh_from_db()
    assert (given, draft.status, draft.stop_reason) == (why, DraftStatus.STOPPED, why)
    assert told() == []
    assert CustomerRequest.objects.get(fix=fix).told_at is None


def test_who_unsubscribed_from_surveys_is_still_thanked(by: User) -> None:
    make_shipped(by, "Ana")
    contact = Contact.objects.get(name="Ana")
    contacts.suppress(contact.email, reason=SuppressionReason.UNSUBSCRIBED, source="mail")

    assert announcing.send(Draft.objects.get(), by=by) == StopReason.NONE


def test_gift_is_marketing_and_only_for_who_agreed(by: User) -> None:
    _fix, announcement = make_shipped(by, "Agreed", "Silent", "Forbids", "No offers")
    for name in ("Agreed", "Forbids", "No offers"):
        make_consent(contact=Contact.objects.get(name=name), purpose=ConsentPurpose.MARKETING)
    make_advocate(contact=Contact.objects.get(name="Forbids"), forbids_gifts=True)
    Contact.objects.filter(name="No offers").update(mail_wish=MailWish.SURVEYS_ONLY)
    announcing.set_up(announcement, gift="a bag of beans", ask_with=None, by=by)

    given = {
        draft.contact.name: announcing.send(draft, by=by)
        for draft in Draft.objects.select_related("contact", "announcement__fix").order_by("pk")
    }

    assert given == {"Agreed": "", "Silent": "no_consent", "Forbids": "no_gifts", "No offers": "no_offers"}
    message = Message.objects.get()
    assert (message.purpose, message.promise) == (Purpose.MARKETING, "at_most_once")
    assert "A small thank-you from us: a bag of beans" in Draft.objects.get(status="sent").body


def test_gift_is_for_all_or_for_nobody(by: User) -> None:
    _fix, announcement = make_shipped(by, "Ana", "Ben")
    announcing.send(Draft.objects.order_by("pk")[0], by=by)

    with pytest.raises(WrongState):
        announcing.set_up(announcement, gift="beans", ask_with=None, by=by)


def test_without_the_gift_who_was_stopped_by_it_is_drafted_again(by: User) -> None:
    fix, announcement = make_shipped(by)
    announcing.set_up(announcement, gift="beans", ask_with=None, by=by)
    make_asked(fix, name="Ana")
    run()
    before = Draft.objects.get().stop_reason

    announcing.set_up(announcement, gift="", ask_with=None, by=by)
    run()

    assert (before, Draft.objects.get().status) == ("no_consent", "waiting")


def test_erased_person_leaves_nothing(by: User) -> None:
    draft = make_draft()
    announcing.send(draft, by=by)

    privacy.erase(draft.contact, by=by)

    assert (Draft.objects.count(), Message.objects.filter(letter=announcing.LETTER).count()) == (0, 0)


# ---------------------------------------------------------------------------------------------------------------- races


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_runners_at_once_draft_and_thank_everybody_once() -> None:
    by = make_user("dana", is_superuser=True)
    fix = make_fix(status=FixStatus.PLANNED)
    people = [make_asked(fix, name=f"Person {number}").contact_id for number in range(20)]
    fixes.ship(fix, reason="There.", by=by)

    drafted = at_once(*[run] * 3)
    announcing.send_rest(Announcement.objects.get(), count=20, by=by)
    sent = at_once(*[run] * 3)

    assert (drafted, sent) == ([None] * 3, [None] * 3)
    assert told() == sorted(people)
    fix.refresh_from_db()
    assert fix.status == FixStatus.ANNOUNCED


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_who_decide_the_last_two_at_once_finish_it() -> None:
    by = make_user("dana", is_superuser=True)
    announcement = make_announcement(status=AnnouncementStatus.REVIEW)
    drafts = [make_draft(announcement=announcement) for _ in range(2)]

    given = at_once(*[lambda draft=draft: announcing.send(draft, by=by) for draft in drafts])

    assert given == [StopReason.NONE] * 2
    assert Announcement.objects.get().status == AnnouncementStatus.DONE


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_who_send_the_same_draft_send_one_mail() -> None:
    by = make_user("dana", is_superuser=True)
    draft = make_draft()

    given = at_once(*[lambda: announcing.send(Draft.objects.get(pk=draft.pk), by=by)] * 2)

    assert sorted(type(each).__name__ for each in given) == ["StopReason", "WrongState"]
    assert told() == [draft.contact_id]
