"""What only a browser shows of the rooms beside the queue: axe, headings, complaints, and whether everything fits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from advocacy import tagging
from advocacy.enums import AskStage, AskStatus, FixStatus
from advocacy.models import IdeaComment, IdeaPart, Vote
from surveys.enums import MessageStatus, WaveStatus
from surveys.models import Contact
from tests.advocacy.theming import make_theme_rule
from tests.factories import (
    make_account,
    make_action,
    make_advocate,
    make_announcement,
    make_ask,
    make_budget,
    make_case,
    make_challenge,
    make_contact,
    make_department,
    make_draft,
    make_fix,
    make_huddle,
    make_invitation,
    make_item,
    make_link,
    make_macro,
    make_message,
    make_offer,
    make_pledge,
    make_programme,
    make_referral,
    make_request,
    make_response,
    make_reward,
    make_saved_reply,
    make_team,
    make_testimonial,
    make_theme,
    make_user,
    make_wave,
)
from tests.looks import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRM = "Gesellschaft für außergewöhnlich leise Kaffeezubereitung mbH"
LONG = "x" * 160
HEADINGS = "[...document.querySelectorAll('h1, h2, h3, h4')].filter(h => h.checkVisibility())"
SKIPS = HEADINGS + ".map(h => +h.tagName[1]).some((level, i, all) => level > (all[i - 1] ?? level) + 1)"
REFUSED = "addEventListener('securitypolicyviolation', event => console.error('CSP: ' + event.violatedDirective))"


@pytest.fixture
def console(page: Page, live_server: LiveServer, alice: User) -> Iterator[Page]:
    """Alice has signed in; whatever the browser complains of fails the test, and so does what its policy refuses."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script(REFUSED)
    page.goto(live_server.url)
    page.fill("#id_login", "alice@example.com")
    page.fill("#id_password", "alice-password")
    page.click("main button")
    page.wait_for_url(f"{live_server.url}/")
    yield page
    assert complaints == []


def wrong(page: Page, address: str, heading: str) -> list[str]:
    """What is wrong with the room: its looks, or a first heading that is not the one that is meant."""
    page.goto(address)
    found = faults(page)
    heads = page.evaluate(HEADINGS + ".filter(h => h.tagName === 'H1').map(h => h.textContent.trim())")
    if heads != [heading]:
        found.append(f"headed {heads}")
    if page.evaluate(SKIPS):
        found.append("skips a level of headings")
    return found


def all_wrong(page: Page, live_server: LiveServer, rooms: dict[str, str]) -> dict[str, list[str]]:
    found = {address: wrong(page, live_server.url + address, heading) for address, heading in rooms.items()}
    return {address: faults for address, faults in found.items() if faults}


# ---------------------------------------------------------------------------------------------------------- the people


def make_person(name: str, language: str) -> Contact:
    account = make_account(name=f"{FIRM} {name}", revenue=412_300)
    return make_contact(name=name, language=language, account=account)


def make_silent() -> None:
    """A firm that two waves running had no answer from."""
    contact = make_person("شادي", "ar")
    for days in (200, 100):
        at = timezone.now() - dt.timedelta(days=days)
        wave = make_wave(status=WaveStatus.FINISHED, started_at=at, day=at.date())
        invitation = make_invitation(wave=wave, contact=contact, closes_at=at + dt.timedelta(days=30))
        make_message(invitation=invitation, status=MessageStatus.SENT, sent_at=at)


def make_said(language: str, word: str) -> None:
    """Six answers of a theme, each from a person of its own."""
    make_theme_rule(word, theme=make_theme("Noise"), language=language)
    answers = [
        make_response(
            score=score, comment=f"{word} {LONG}", language=language, contact=make_person(f"{word} {score}", language)
        )
        for score in (0, 3, 6, 7, 8, 10)
    ]
    tagging.tag([row.pk for row in answers], tagging.current())


def make_recovered(number: int, *, is_contacted: bool, following: int) -> None:
    start = timezone.now() - dt.timedelta(days=60)
    for _each in range(number):
        contact = make_contact()
        first = make_response(contact=contact, score=2, at=start)
        contacted_at = start + dt.timedelta(days=1) if is_contacted else None
        make_case(response=first, opened_at=start, contacted_at=contacted_at)
        make_response(contact=contact, score=following, at=start + dt.timedelta(days=30))


# ----------------------------------------------------------------------------------------------------------- the rooms


def test_rooms_of_the_lead_are_accessible_and_fit(console: Page, live_server: LiveServer, alice: User) -> None:
    team = make_team(name=FIRM, members=[alice])
    theme = make_theme("Noise")
    late = {"due_at": timezone.now() - dt.timedelta(hours=3), "opened_at": timezone.now() - dt.timedelta(days=2)}
    case = make_case(contact=make_person("ליאור", "he"), team=team, owner=alice, theme=theme, **late)
    make_case(contact=make_person("李伟", "zh-Hans"), team=team, owner_due_at=late["due_at"])
    make_case(team=team, owner=alice, theme=theme, status="closed")
    make_pledge(case=case, by=alice, text=LONG)
    make_saved_reply(f"he: {LONG}: שלום {{{{ first_name }}}}", name=LONG[:80])
    macro = make_macro(name=LONG[:80], waits=True, note=LONG)
    huddle = make_huddle(team=team, decision=LONG)
    today = date_format(huddle.on, "j F Y")
    make_action(huddle=huddle, owner=alice, text=LONG)
    make_recovered(30, is_contacted=True, following=9)
    make_recovered(2, is_contacted=False, following=3)
    make_silent()
    make_said("de", "laut")

    rooms = {
        "/lead/": "How the teams are doing",
        "/huddles/": "Huddles",
        f"/huddles/{huddle.pk}/": f"{FIRM}, {today}",
        f"/huddles/{huddle.pk}/print/": f"{FIRM}, {today}",
        "/reports/recovery/": "Did the outreach work?",
        "/silence/": "Accounts that do not answer",
        f"/cases/{case.pk}/?write=macro": "ליאור",
        f"/cases/{case.pk}/?write=macro&macro={macro.pk}": "ליאור",
        "/patterns/": "Patterns",
        "/themes/": "Themes",
        "/themes/?language=de": "Themes",
    }
    assert all_wrong(console, live_server, rooms) == {}


def test_rooms_of_ideas_are_accessible_and_fit(console: Page, live_server: LiveServer, alice: User) -> None:
    make_department(f"Quality {LONG}"[:80], alice)
    challenge = make_challenge(title=LONG[:80])
    idea = make_fix(title=f"A ring {LONG}"[:160], author=alice, theme=make_theme("Noise"))
    IdeaPart.objects.create(fix=idea, challenge=challenge)
    make_fix(title="A ring", author=make_user("emil", "Employee"), status=FixStatus.SHIPPED)
    Vote.objects.create(fix=idea, user=alice)
    IdeaComment.objects.create(fix=idea, author=alice, text=f"Sí. {LONG}")
    planned = make_fix(title=LONG, status=FixStatus.PLANNED, owner=alice)
    shipped = make_announcement(fix=make_fix(status=FixStatus.SHIPPED, title=LONG), status="review")
    make_draft(announcement=shipped, contact=make_person("ليلى البكري", "ar"), language="ar")
    wish = make_request(response=make_response(contact=make_person("Ana", "es"), score=8, comment=LONG))

    rooms = {
        "/ideas/": "What customers said this week",
        "/ideas/new/": "Post an idea",
        f"/ideas/{idea.pk}/": idea.title,
        "/ideas/settings/": "Department and mails",
        "/ideas/thanks/": "Shipped thanks to…",
        "/challenges/new/": "A question to the house",
        f"/challenges/{challenge.pk}/": challenge.title,
        f"/challenges/{challenge.pk}/edit/": "A question to the house",
        "/notices/": "News",
        "/fixes/board/": "Fixes by state",
        f"/fixes/{planned.pk}/?move=ship": LONG,
        f"/fixes/{shipped.fix_id}/thanks/": "Thank-yous",
        f"/requests/{wish.pk}/": "Requests",
    }
    assert all_wrong(console, live_server, rooms) == {}


def test_rooms_of_advocates_are_accessible_and_fit(console: Page, live_server: LiveServer, alice: User) -> None:
    programme = make_programme(name=f"Talks {LONG}"[:120])
    advocate = make_advocate(contact=make_person("ليلى البكري", "ar"))
    ask = make_ask(programme=programme, advocate=advocate, owner=alice, next_step=LONG, reason_why=LONG)
    make_ask(programme=programme, status=AskStatus.SENT, stage=AskStage.ASKED)
    story = make_testimonial(contact=advocate.contact, words=LONG, shown_name="ليلى")
    make_offer()
    referral = make_referral(link=make_link(advocate=advocate), name="李伟", company=FIRM)
    make_budget(name=FIRM)
    item = make_item(name=LONG[:80])
    rewards = [make_reward(contact=advocate.contact, item=item, status=status) for status in ("pending", "issued")]

    rooms = {
        "/programmes/": "Programmes",
        "/programmes/new/": "New programme",
        f"/programmes/{programme.pk}/": programme.name,
        f"/programmes/{programme.pk}/list/": programme.name,
        f"/programmes/{programme.pk}/dry-run/": "Whom it would ask",
        f"/programmes/{programme.pk}/edit/": programme.name,
        f"/asks/{ask.pk}/": "Referral: ليلى البكري",
        f"/advocates/{advocate.pk}/": "ليلى البكري",
        "/testimonials/": "Testimonials",
        f"/testimonials/{story.pk}/": "ليلى",
        "/testimonials/places/": "Places to clean by hand",
        "/referrals/": "Referrals",
        f"/referrals/{referral.pk}/": "李伟",
        "/rewards/": "Rewards",
        "/rewards/catalogue/": "Catalogue, budgets and codes",
    } | {f"/rewards/{reward.pk}/": item.name for reward in rewards}
    assert all_wrong(console, live_server, rooms) == {}
