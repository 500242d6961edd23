from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone

from advocacy import fatigue, inviting, perks, tiers
from advocacy.enums import AskRule, GuestStatus, PerkKind, PerkLetterKind, PerkStatus
from advocacy.inviting import Choice, InviteView, LeftOut
from advocacy.models import Advocate, Perk, PerkGuest, PerkLetter, TierStanding
from surveys import outbox, texts, tokens
from surveys.enums import Basis, ConsentPurpose, HoldKind, MailWish, TouchKind
from surveys.models import Contact, Hold, Message, Segment, Suppression, Touch
from surveys.transitions import WrongState
from tests.factories import (
    make_advocate,
    make_ask,
    make_brand,
    make_case,
    make_consent,
    make_contact,
    make_guest,
    make_perk,
    make_response,
    make_tiers,
)
from tests.surveys.pages.public import page_of
from tests.threads import at_once

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def why_not(perk: Perk, advocate: Advocate) -> str:
    now = timezone.now()
    return inviting.why_not(perk, inviting.candidates(perk, at=now).get(pk=advocate.pk), at=now)


def names(perk: Perk, view: InviteView = InviteView.INVITED, **choice: Any) -> list[str]:
    rows = inviting.chosen(perk, Choice(**choice), view, at=timezone.now())
    return [row.contact.name for row in rows]


def refusal(verb: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(WrongState) as refused:
        verb(*args, **kwargs)
    return str(refused.value)


def sent() -> list[Any]:
    return list(mail.outbox)


def make_beta(**fields: Any) -> Perk:
    return make_perk(kind=PerkKind.BETA, **fields)


# ---------------------------------------------------------------------------------------------------------- who and why


def change(advocate: Advocate, **fields: Any) -> None:
    Advocate.objects.filter(pk=advocate.pk).update(**fields)


def change_contact(advocate: Advocate, **fields: Any) -> None:
    Contact.objects.filter(pk=advocate.contact_id).update(**fields)


def hold(advocate: Advocate, until: dt.datetime | None) -> None:
    Hold.objects.create(contact=advocate.contact, kind=HoldKind.PAUSE, until=until)


def asked(advocate: Advocate, days: int) -> None:
    Touch.objects.create(contact=advocate.contact, kind=TouchKind.ASK, at=timezone.now() - days * DAY)


AGAINST_ALL: dict[str, Callable[[Advocate], object]] = {
    "do not ask": lambda each: change(each, do_not_ask=True),
    "no mail address": lambda each: change_contact(each, email="", phone="+34 600 000 001"),
    "must not be written to: unsubscribed": lambda each: Suppression.objects.create(
        address_hash=each.contact.address_hash, reason="unsubscribed", scope="asking"
    ),
    "no consent yet": lambda each: change_contact(each, basis=Basis.CONSENT),
    "wants no requests": lambda each: change_contact(each, mail_wish=MailWish.SURVEYS_ONLY),
    "a case is open": lambda each: make_case(contact=each.contact),
    "the latest score is no promoter's: 8": lambda each: make_response(contact=each.contact, score=8),
    "on hold until somebody lifts it": lambda each: hold(each, None),
    "there is no letter in their language": lambda each: change_contact(each, language="sv"),
}
AGAINST_BETAS: dict[str, Callable[[Advocate], object]] = {
    "an ask is open": lambda each: make_ask(advocate=each),
    "one ask in 30 days": lambda each: asked(each, 29),
}


@pytest.mark.parametrize("reason", AGAINST_ALL)
def test_nobody_is_invited_whom_consent_holds_or_the_person_forbid(reason: str, alice: User) -> None:
    perk, advocate, free = make_perk(), make_advocate(), make_advocate()
    AGAINST_ALL[reason](advocate)

    assert [why_not(each, advocate) for each in (perk, make_beta())] == [reason, reason]
    assert names(perk) == [free.contact.name]
    assert names(perk, InviteView.LEFT_OUT) == [advocate.contact.name]
    assert refusal(inviting.invite, perk, advocate, by=alice) == f"Not invited: {advocate.contact}: {reason}."
    assert PerkGuest.objects.count() == 0


@pytest.mark.parametrize("reason", AGAINST_BETAS)
def test_beta_test_waits_as_an_ask_and_an_offer_does_not(reason: str) -> None:
    advocate = make_advocate()
    AGAINST_BETAS[reason](advocate)

    assert why_not(make_beta(), advocate).endswith(reason)
    assert [why_not(make_perk(kind=kind), advocate) for kind in (PerkKind.EVENT, PerkKind.EARLY_ACCESS)] == ["", ""]


def test_paused_one_is_left_out_until_the_day() -> None:
    advocate = make_advocate(paused_until=timezone.now() + 40 * DAY)

    assert why_not(make_perk(), advocate).endswith(": paused")


def test_event_is_a_gift_and_a_beta_test_is_none() -> None:
    advocate = make_advocate(forbids_gifts=True)

    reasons = [why_not(make_perk(kind=kind), advocate) for kind in PerkKind]

    assert dict(zip(PerkKind, reasons, strict=True)) == {
        PerkKind.BETA: "",
        PerkKind.EVENT: "the employer forbids gifts",
        PerkKind.EARLY_ACCESS: "",
    }


def test_who_is_invited_already_or_elsewhere_is_left_out(alice: User) -> None:
    perk, other, advocate = make_perk(), make_perk(), make_advocate()

    inviting.invite(perk, advocate, by=alice)

    assert why_not(perk, advocate) == "invited already: invited"
    assert why_not(other, advocate) == "another invitation is on its way"
    perks.accept(PerkGuest.objects.get())
    assert why_not(perk, advocate) == "invited already: has a place"


def test_consent_makes_up_for_a_missing_soft_opt_in() -> None:
    advocate = make_advocate()
    change_contact(advocate, basis=Basis.CONSENT)
    make_consent(contact=advocate.contact, purpose=ConsentPurpose.MARKETING)

    assert why_not(make_perk(), advocate) == ""


PEOPLE = (("Ana", "es"), ("Ben", "en"))
IN_SPANISH = [{"field": "language", "op": "is", "value": "es", "key": ""}]


def test_chosen_by_segment_tier_and_name() -> None:
    perk = make_perk()
    ana, ben = (make_advocate(contact=make_contact(name=name, language=tag)) for name, tag in PEOPLE)
    supporter, advocate, champion = make_tiers()
    TierStanding.objects.create(advocate=ana, tier=supporter, points=1, since=tiers.today())
    TierStanding.objects.create(advocate=ben, tier=advocate, points=5, since=tiers.today())
    spanish = Segment.objects.create(name="Spanish", conditions=IN_SPANISH)
    broken = Segment.objects.create(name="Broken", conditions=[{"field": "x"}])

    assert sorted(names(perk)) == ["Ana", "Ben"]
    assert sorted(names(perk, tier=supporter)) == ["Ana", "Ben"]
    assert names(perk, tier=advocate) == ["Ben"]
    assert names(perk, tier=champion) == []
    assert names(perk, name="an") == ["Ana"]
    assert names(perk, segment=broken) == []
    assert names(perk, segment=spanish) == ["Ana"]


# ------------------------------------------------------------------------------------------------------------ inviting


def test_invitation_is_marketing_and_counts_as_an_ask(alice: User) -> None:
    perk, advocate = make_perk(title="Tasting, with friends", text="Six coffees.\n\nBring a cup."), make_advocate()

    guest = inviting.invite(perk, advocate, by=alice)
    outbox.send_batch()

    message = Message.objects.get()
    assert (message.letter, message.purpose, message.promise) == ("perk_invitation", "marketing", "at_most_once")
    assert (guest.status, guest.invited_by, message.status) == (GuestStatus.INVITED, alice, "sent")
    assert list(Touch.objects.filter(contact=advocate.contact).values_list("kind", flat=True)) == [TouchKind.ASK]
    (letter,) = sent()
    assert letter.subject == "An invitation: Tasting, with friends"
    assert f"https://ask.example.com/p/{tokens.encode(guest.token)}/" in letter.body
    assert "Six coffees.\n\nBring a cup." in letter.body
    assert "List-Unsubscribe" in letter.extra_headers
    assert why_not(make_beta(), advocate).endswith("one ask in 30 days")


def test_many_are_invited_and_who_is_left_out_is_named(alice: User) -> None:
    perk = make_perk()
    free, never = make_advocate(), make_advocate(do_not_ask=True)

    result = inviting.invite_all(perk, [free, never], by=alice)

    assert (result.invited, result.left_out) == (1, [(str(never.contact), "do not ask")])


@pytest.mark.parametrize("status", [PerkStatus.DRAFT, PerkStatus.CLOSED, PerkStatus.CANCELLED])
def test_nobody_is_invited_to_what_is_not_open(status: PerkStatus, alice: User) -> None:
    said = "Not invited: it is not open, or the time to answer is over."

    assert refusal(inviting.invite, make_perk(status=status), make_advocate(), by=alice) == said


def let_change(what: str, perk: Perk, guest: PerkGuest, alice: User) -> None:
    advocate = Advocate.objects.get(contact=guest.contact)
    stopped = {"address_hash": guest.contact.address_hash, "reason": "unsubscribed", "scope": "asking"}
    changes: dict[str, Callable[[], object]] = {
        "do_not_ask": lambda: change(advocate, do_not_ask=True),
        "low_score": lambda: make_response(contact=guest.contact, score=3),
        "held": lambda: hold(advocate, None),
        "unsubscribed": lambda: Suppression.objects.create(**stopped),
        "cancelled": lambda: perks.cancel(perk, reason="No", by=alice),
        "closed": lambda: perks.close(perk, by=alice),
        "late": lambda: Perk.objects.update(respond_by=timezone.now()),
        "answered": lambda: perks.decline(guest),
        "asked": lambda: make_ask(advocate=advocate),
        "asked_before": lambda: asked(advocate, 3),
    }
    changes[what]()


@pytest.mark.parametrize(
    "what", ["do_not_ask", "low_score", "held", "unsubscribed", "cancelled", "closed", "late", "answered"]
)
def test_invitation_is_looked_at_once_more_as_it_leaves(what: str, alice: User) -> None:
    perk = make_perk()
    guest = inviting.invite(perk, make_advocate(), by=alice)

    let_change(what, perk, guest, alice)
    outbox.send_batch()

    assert (mail.outbox, Message.objects.get().status in ("cancelled", "suppressed")) == ([], True)
    assert Touch.objects.filter(kind=TouchKind.ASK).count() == 0


@pytest.mark.parametrize("what", ["asked", "asked_before"])
def test_beta_test_does_not_leave_beside_an_ask_and_an_offer_does(what: str, alice: User) -> None:
    for kind in (PerkKind.BETA, PerkKind.EVENT):
        perk = make_perk(kind=kind)
        let_change(what, perk, inviting.invite(perk, make_advocate(), by=alice), alice)
    outbox.send_batch()

    sent = PerkLetter.objects.filter(message__status="sent").values_list("guest__perk__kind", flat=True)
    assert list(sent) == [PerkKind.EVENT]


def test_who_was_never_reached_may_be_invited_again(alice: User) -> None:
    perk, advocate = make_perk(), make_advocate()
    guest = inviting.invite(perk, advocate, by=alice)
    hold(advocate, None)
    outbox.send_batch()
    Hold.objects.all().delete()

    again = inviting.invite(perk, advocate, by=alice)
    outbox.send_batch()

    assert (again.pk, PerkLetter.objects.count(), len(mail.outbox)) == (guest.pk, 1, 1)


def test_waiting_asks_and_other_letters_leave_as_before(alice: User) -> None:
    guest = make_guest(status=GuestStatus.WAITING)
    Hold.objects.create(contact=guest.contact, kind=HoldKind.PAUSE)

    perks.fill(guest.perk)  # service: a matter of the guest's own
    outbox.send_batch()

    assert [letter.subject for letter in sent()] == ["You have a place: An evening of tasting"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_invitations_at_once_of_one_advocate_give_one(alice: User) -> None:
    betas, advocate = [make_beta() for _number in range(20)], make_advocate()

    answers = at_once(
        *(lambda perk=perk: inviting.invite(perk, Advocate.objects.get(pk=advocate.pk), by=alice) for perk in betas)
    )

    assert sum(isinstance(answer, PerkGuest) for answer in answers) == 1
    assert sum(isinstance(answer, LeftOut) for answer in answers) == 19
    assert Message.objects.count() == 1


# ------------------------------------------------------------------------------------------------------------- letters


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_letters_speak_the_language_of_the_guest(tag: str) -> None:
    guest = make_guest(contact=make_contact(name="Mira Sol", language=tag), perk=make_perk(title="T, <i>"))

    for kind in PerkLetterKind:
        perks.tell([guest], kind)
    outbox.send_batch()

    said, html = texts.table(tag)["perk"], [letter.alternatives[0][0] for letter in sent()]
    texts_of = [said[f"{kind.value}_subject"].replace("{{ name }}", "T, <i>") for kind in PerkLetterKind]
    subjects = [" ".join(text.split()) for text in texts_of]  # a header has no no-break space
    assert sorted(letter.subject for letter in sent()) == sorted(subjects)
    assert all(said["button"] in letter.body and "{{" not in letter.body for letter in sent())
    assert all(f'lang="{tag}"' in each and "{{" not in each and "<i>" not in each for each in html)
    assert max(len(each.encode()) for each in html) < 15_000


HOSTILE = ["<script>alert(1)</script>", "A\r\nBcc: mallory@evil.example", "\u202eevil", "x" * 120]


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_title_is_text_on_one_line(title: str) -> None:
    guest = make_guest(perk=make_perk(title=title, text=f"{title}\n\n{title}"))

    perks.tell([guest], PerkLetterKind.INVITATION)
    outbox.send_batch()

    (letter,) = sent()
    wire = letter.message().as_bytes()
    assert "<script>alert" not in letter.alternatives[0][0]
    assert b"\nBcc:" not in wire.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0]
    assert "\u202e" not in letter.subject + letter.body


def test_letter_falls_back_to_the_words_there_are() -> None:
    perk = make_perk(brand=make_brand(default_language="de"), title="English title", text="English text")
    guest = make_guest(perk=perk, contact=make_contact(language="ar"))

    perks.tell([guest], PerkLetterKind.INVITATION)
    outbox.send_batch()

    html = sent()[0].alternatives[0][0]
    assert 'lang="en" dir="ltr">English text' in html
    assert page_of_html(html) == ("ar", "rtl")


def page_of_html(html: str) -> tuple[str, str]:
    class Said:
        content = html.encode()

    return page_of(Said()).language


def test_message_without_a_guest_fails_and_stops_nobody() -> None:
    guest = make_guest()
    perks.tell([guest], PerkLetterKind.CHANGED)
    PerkLetter.objects.all().delete()

    outbox.send_batch()

    assert Message.objects.get().status == "failed"


def test_rules_of_offers_are_those_that_nobody_may_override() -> None:
    assert fatigue.FIRM - {AskRule.ONE_OPEN} <= inviting.OF_OFFERS
    assert inviting.rules_of(make_beta()) == fatigue.rules_of(None)
