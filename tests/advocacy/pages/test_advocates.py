from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from advocacy import asking, asks, referrals, trail
from advocacy.enums import AskKind, AskStatus
from advocacy.models import Advocate, CaseNote, TierStanding
from surveys.enums import TouchKind
from surveys.models import Event, Touch
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import (
    make_account,
    make_advocate,
    make_ask,
    make_case,
    make_contact,
    make_link,
    make_referral,
    make_response,
    make_tiers,
    make_user,
)
from tests.sizes import MANY

pytestmark = pytest.mark.django_db

PAGE = "/advocates/"
LATER = timezone.localdate() + dt.timedelta(days=400)
DAY = f"{LATER:%-d %b %Y}"
VERBS = ("pause", "resume", "never-ask", "allow-asking", "forbid-gifts", "allow-gifts")


def read(client: Client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return html_of(response)


def names(page: str) -> list[str]:
    return re.findall(r'<a class="q" href="/advocates/\d+/"><bdi[^>]*>(.*?)</bdi>', page)


def post(client: Client, advocate: Advocate, verb: str, *, seen: str | None = None, **fields: Any) -> Any:
    """Send a form of the page, opened just now or at the version `seen`."""
    data = {"seen": trail.version(advocate) if seen is None else seen, **fields}
    return client.post(f"{PAGE}{advocate.pk}/{verb}/", data)


def make_named(name: str = "Matteo Fumagalli", **fields: Any) -> Advocate:
    account = make_account(revenue=Decimal(28_310))
    contact = make_contact(name=name, language="it", account=account)
    response = make_response(contact=contact, score=10, comment="Trecento caffè al giorno", language="it")
    return make_advocate(contact=contact, response=response, **fields)


def rows() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Advocate, Event)]


def test_list_tells_score_words_and_next_ask(client: Client, alice: User) -> None:
    make_named("Matteo")
    asked = make_named("Ana", forbids_gifts=True)
    Touch.objects.create(contact=asked.contact, kind=TouchKind.ASK, at=timezone.now())
    make_named("Ben", do_not_ask=True)
    client.force_login(alice)

    page = read(client)

    assert names(page) == ["Ben", "Ana", "Matteo"]
    told = [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in re.findall(r'<tr role="row"> .*?</tr>', page)]
    day = timezone.now() + dt.timedelta(days=30)
    on = f"{day:%-d %b}" if day.year == timezone.now().year else f"{day:%-d %b %Y}"
    assert [line.split("giorno ")[1] for line in told] == [
        "do not ask",
        f"from {on}: one ask in 30 days no gifts",
        "may be asked",
    ]
    assert told[2].startswith("10 of 10, promoter Matteo Account")
    assert "1 can be asked now" in page


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("all", ["never", "paused", "free"]),
        ("now", ["free"]),
        ("later", ["never", "paused"]),
        ("paused", ["paused"]),
        ("do-not-ask", ["never"]),
    ],
)
def test_each_view_shows_its_advocates(client: Client, alice: User, view: str, expected: list[str]) -> None:
    make_named("free")
    make_named("paused", paused_until=timezone.now() + dt.timedelta(days=9))
    make_named("never", do_not_ask=True)
    client.force_login(alice)

    page = read(client, f"{PAGE}?view={view}")

    assert names(page) == expected
    assert re.findall(r'\?view=([a-z-]+)" aria-current="page"', page) == [view]


@pytest.mark.parametrize(
    ("view", "heading"),
    [
        ("all", "No advocate is there yet"),
        ("now", "Nobody can be asked now"),
        ("later", "Everybody can be asked"),
        ("paused", "Nobody is paused"),
        ("do-not-ask", "Nobody is marked “do not ask”"),
    ],
)
def test_empty_view_says_what_will_come(client: Client, alice: User, view: str, heading: str) -> None:
    client.force_login(alice)

    assert f"<h2>{heading}</h2>" in read(client, f"{PAGE}?view={view}")


def test_page_tells_words_next_ask_and_history(client: Client, alice: User) -> None:
    advocate = make_named()
    Touch.objects.create(contact=advocate.contact, kind=TouchKind.ASK, at=timezone.now() - dt.timedelta(days=40))
    asks.forbid_gifts(advocate, reason="A public school", by=alice)
    client.force_login(alice)

    response = client.get(f"{PAGE}{advocate.pk}/")

    page, said = html_of(response), text_of(response)
    assert '<blockquote class="voice lg m-0" dir="auto" lang="it">Trecento caffè al giorno</blockquote>' in page
    assert "When to ask may be asked 1 of 4 asks used in twelve months. The employer forbids gifts." in said
    assert "The employer forbids gifts· Alice A public school" in said
    assert "Answered with a score of 10" in said
    assert "Asked for a favour" in said
    assert "28,310 a year" in said


def test_nominated_advocate_without_an_answer_has_a_page(client: Client, alice: User) -> None:
    advocate = make_advocate(response=None, contact=make_contact())
    client.force_login(alice)

    assert "No answer is on record" in read(client, f"{PAGE}{advocate.pk}/")
    assert len(names(read(client))) == 1


def test_marketing_reads_no_case_notes_here(client: Client, alice: User) -> None:
    advocate = make_named()
    case = make_case(contact=advocate.contact, response=None)
    CaseNote.objects.create(case=case, by=alice, text="Her boss is furious", at=timezone.now())
    client.force_login(make_user("mara", "Marketing"))

    page = read(client, f"{PAGE}{advocate.pk}/")

    assert "a case is open" in page
    assert "furious" not in page


def test_everything_is_decided_with_its_reason(client: Client, alice: User) -> None:
    advocate = make_named()
    client.force_login(alice)

    responses = [
        post(client, advocate, "pause", until=LATER, reason="On leave"),
        post(client, advocate, "resume", reason="Back early"),
        post(client, advocate, "never-ask", reason="She said no"),
        post(client, advocate, "allow-asking", reason="She offered"),
        post(client, advocate, "forbid-gifts", reason="A school"),
        post(client, advocate, "allow-gifts", reason="A mistake"),
    ]

    assert [(each.status_code, each["Location"]) for each in responses] == [(302, f"{PAGE}{advocate.pk}/")] * 6
    assert [trail.sentence(event) for event in trail.events(advocate)][::-1] == [
        (f"Not asked until {DAY}", "On leave"),
        ("The pause is over", "Back early"),
        ("Not to be asked any more", "She said no"),
        ("May be asked again", "She offered"),
        ("The employer forbids gifts", "A school"),
        ("The employer allows gifts", "A mistake"),
    ]


@pytest.mark.parametrize("verb", VERBS)
def test_decision_without_a_reason_is_refused(client: Client, alice: User, verb: str) -> None:
    advocate = make_named()
    client.force_login(alice)
    before = rows()

    response = post(client, advocate, verb, until=LATER, reason=" ")

    assert response.status_code == 422
    assert "Why: Say why: colleagues read it in the history." in text_of(response)
    assert rows() == before


@pytest.mark.parametrize(
    ("until", "message"),
    [
        ("", "Say until which day."),
        ("2001-01-01", "Choose a day to come."),
        ("9999-12-31", "Choose a day within twenty years."),
        ("soon", "Enter a valid date."),
    ],
)
def test_pause_needs_a_day_to_come_and_keeps_the_reason(client: Client, alice: User, until: str, message: str) -> None:
    advocate = make_named()
    client.force_login(alice)

    response = post(client, advocate, "pause", until=until, reason="On parental leave")

    assert response.status_code == 422
    assert message in text_of(response)
    assert "On parental leave</textarea>" in html_of(response)


def test_who_was_second_is_told_and_keeps_what_was_typed(client: Client, alice: User) -> None:
    karim = make_user("karim", "Marketing", first_name="Karim", last_name="Haddad")
    advocate = make_named()
    seen = trail.version(advocate)
    asks.never_ask(advocate, reason="She said no", by=karim)
    client.force_login(alice)

    response = post(client, advocate, "pause", seen=seen, until=LATER, reason="On leave")

    page, said = html_of(response), text_of(response)
    assert response.status_code == 409
    assert "Not saved: this changed meanwhile. What you typed is below, untouched." in said
    assert "Not to be asked any more· Karim Haddad·" in said
    assert "On leave</textarea>" in page
    assert f'value="{LATER:%Y-%m-%d}"' in page
    advocate.refresh_from_db()
    assert advocate.paused_until is None


def test_buttons_fit_how_things_stand(client: Client, alice: User) -> None:
    free, tied = (
        make_named(),
        make_named(do_not_ask=True, forbids_gifts=True, paused_until=timezone.now() + dt.timedelta(9)),
    )
    client.force_login(alice)

    offered = [re.findall(r"\?decide=([a-z-]+)", read(client, f"{PAGE}{each.pk}/")) for each in (free, tied)]

    assert offered == [["pause", "never-ask", "forbid-gifts"], ["resume", "pause", "allow-asking", "allow-gifts"]]


@pytest.mark.parametrize("query", ["?decide=nonsense", "?decide=allow-asking", "?page=x", "?page=%00"])
def test_nonsense_in_the_address_is_no_error(client: Client, alice: User, query: str) -> None:
    advocate = make_named()
    client.force_login(alice)

    assert read(client, PAGE + query)
    assert read(client, f"{PAGE}{advocate.pk}/{query}")


def test_pages_follow_and_thousands_are_one_page(client: Client, alice: User) -> None:
    contacts = [make_contact(name=f"Advocate {number}") for number in range(3)]
    model = type(contacts[0])
    model.objects.bulk_create([model(name=f"Advocate {number}", phone=f"+44 {number}") for number in range(MANY)])
    Advocate.objects.bulk_create([Advocate(contact=contact) for contact in model.objects.all()])
    client.force_login(alice)

    page = read(client)

    assert len(names(page)) == 50
    assert len(names(read(client, f"{PAGE}?page={MANY // 50 + 1}"))) == 3
    assert names(read(client, f"{PAGE}?view=now")) == ["Advocate 2", "Advocate 1", "Advocate 0"]
    assert '<span class="n">999+</span>' in page


def test_statements_do_not_grow_with_rows(
    client: Client, alice: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client.force_login(alice)
    counted = []
    for wanted in (1, 3):
        while Advocate.objects.count() < wanted:
            make_named()
        with django_assert_max_num_queries(12) as captured:
            assert len(names(read(client))) == wanted
        counted.append(len(captured))

    assert counted[0] == counted[1]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><svg onload=alert(1)>', "{{ 7|add:7 }}"])
def test_hostile_text_is_inert(client: Client, alice: User, text: str) -> None:
    contact = make_contact(name=text, account=make_account(name=text), language='"><b>')
    advocate = make_advocate(response=make_response(contact=contact, score=10, comment=text, language='"><b>'))
    asks.forbid_gifts(advocate, reason=text, by=alice)
    client.force_login(alice)

    for address in (PAGE, f"{PAGE}{advocate.pk}/"):
        page = read(client, address)
        assert not re.search(r"<(script>|svg onload)", page)
        assert "{{ 7" in page or "{{" not in text


def test_unknown_view_and_unknown_advocate_are_no_pages(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert client.get(PAGE, {"view": "everything"}).status_code == 404
    assert client.get(f"{PAGE}999/").status_code == 404
    assert client.post(f"{PAGE}999/resume/", {"reason": "x"}).status_code == 404


def test_stranger_signs_in_first(client: Client) -> None:
    advocate = make_named()

    for address in (PAGE, f"{PAGE}{advocate.pk}/"):
        assert client.get(address)["Location"] == f"/accounts/login/?next={address}"
    for verb in VERBS:
        assert post(client, advocate, verb)["Location"].startswith("/accounts/login/")


def test_reader_reads_and_writes_nothing(client: Client, bob: User, carol: User) -> None:
    advocate = make_named("Matteo")
    employee = make_user("emil", "Employee")
    before = rows()

    client.force_login(bob)
    assert names(read(client)) == ["Matteo"]
    assert 'id="decide"' not in read(client, f"{PAGE}{advocate.pk}/")
    for user in (bob, carol):
        client.force_login(user)
        assert [post(client, advocate, verb, reason="x").status_code for verb in VERBS] == [403] * 6
    for user in (carol, employee):
        client.force_login(user)
        assert [client.get(address).status_code for address in (PAGE, f"{PAGE}{advocate.pk}/")] == [403] * 2
    assert rows() == before


def test_wrong_method_is_refused(client: Client, alice: User) -> None:
    advocate = make_named()
    client.force_login(alice)

    assert [client.post(address).status_code for address in (PAGE, f"{PAGE}{advocate.pk}/")] == [405] * 2
    assert [client.get(f"{PAGE}{advocate.pk}/{verb}/").status_code for verb in VERBS] == [405] * 6


def test_reading_changes_nothing(client: Client, alice: User) -> None:
    advocate = make_named()
    client.force_login(alice)
    before = rows()

    for address in (PAGE, f"{PAGE}{advocate.pk}/"):
        read(client, address)
        client.head(address)

    assert rows() == before


# ---------------------------------------------------------------------------------------------------------------- tiers


def test_list_can_be_narrowed_to_a_tier(client: Client, alice: User) -> None:
    low, middle, top = make_tiers()
    supporter, champion = make_named("Ana"), make_named("Ben")
    make_named("Cleo")
    day = timezone.localdate()
    TierStanding.objects.create(advocate=supporter, tier=low, points=1, since=day)
    TierStanding.objects.create(advocate=champion, tier=top, points=2, since=day, held_until=LATER)
    client.force_login(alice)

    found = {
        tier: names(read(client, f"{PAGE}?view=all&tier={tier}")) for tier in ("", low.pk, middle.pk, top.pk, "none")
    }

    assert found == {"": ["Cleo", "Ben", "Ana"], low.pk: ["Ana"], middle.pk: [], top.pk: ["Ben"], "none": ["Cleo"]}
    page = read(client, f"{PAGE}?tier={top.pk}")
    assert f'?view=now&amp;tier={top.pk}"' in page
    assert f'<bdi>Champion</bdi> <span class="dim">held until {LATER:%-d %b}</span>' in page
    assert "<h2>Nobody of this tier stands here</h2>" in read(client, f"{PAGE}?tier={middle.pk}")
    assert [client.get(PAGE, {"tier": wrong}).status_code for wrong in ("x", "0", "987654")] == [404] * 3


def test_page_tells_the_tier_and_what_its_points_came_from(client: Client, alice: User) -> None:
    make_tiers()
    advocate = make_named()
    asking.end(make_ask(advocate=advocate, kind=AskKind.CASE_STUDY, status=AskStatus.SENT), AskStatus.DONE)
    client.force_login(alice)
    day = f"{timezone.localdate():%-d %b %Y}"

    response = client.get(f"{PAGE}{advocate.pk}/")
    TierStanding.objects.update(points=1, held_until=LATER)
    later = text_of(client.get(f"{PAGE}{advocate.pk}/"))

    said = text_of(response)
    assert f"Tier Advocate since {day} 5 points in twelve months· Champion takes 12 +5 Case study done {day}" in said
    assert "Rose to the tier Advocate with 5 points" in said
    assert f"1 point by now is too few: held until {DAY}." in later


def test_page_of_somebody_who_has_done_nothing_yet(client: Client, alice: User) -> None:
    make_tiers()
    advocate = make_named()
    client.force_login(alice)

    said = text_of(client.get(f"{PAGE}{advocate.pk}/"))

    assert "Tier None yet 0 points in twelve months· Supporter takes 1" in said
    assert "What they do for us earns points; a score never does." in said


def test_history_tells_what_they_gave_and_were_given(client: Client, alice: User) -> None:
    advocate = make_named()
    referral = make_referral(link=make_link(advocate=advocate))
    referrals.qualify(referral, by=alice)
    client.force_login(alice)

    assert "Referral: qualified" in text_of(client.get(f"{PAGE}{advocate.pk}/"))
