"""An employee's idea, from the customers' words it comes from to the thanks; and nobody is named who must not be."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from advocacy import digest, notices, trail
from advocacy.enums import Role
from advocacy.models import Challenge, CoAuthor, Digest, Fix, Notice, Vote
from surveys.models import Campaign, Contact, Message
from surveys.models.responses import Response
from tests.advocacy.pages.casework import text_of
from tests.factories import (
    make_account,
    make_advocate,
    make_campaign,
    make_case,
    make_challenge,
    make_contact,
    make_daily_count,
    make_department,
    make_inbox_mail,
    make_invitation,
    make_message,
    make_request,
    make_response,
    make_testimonial,
    make_user,
    make_wave,
)
from tests.test_roles import LOGGED_OUT, Route, routes
from tests.test_roles import rows as table

pytestmark = pytest.mark.django_db

WORDS = "Si sente in tutto il condominio"
SECRETS = (
    "Quirina Vandersloot",
    "Vandersloot",
    "quirina@zenobia.example.com",
    "+31 6 5550 4711",
    "Zenobia Holdings",
    "918,273",
)
LATER = timezone.localdate() + dt.timedelta(days=400)


@pytest.fixture
def answer(db: None) -> Response:
    """Everything that may be known of somebody who is nearly happy, wherever it may stand."""
    account = make_account(name="Zenobia Holdings", revenue=Decimal(918_273))
    contact = make_contact(
        name="Quirina Vandersloot", email="quirina@zenobia.example.com", phone="+31 6 5550 4711", account=account
    )
    wave = make_wave(campaign=make_campaign(name="After the purchase"))
    invitation = make_invitation(wave=wave, contact=contact)
    make_message(invitation=invitation)
    make_inbox_mail(recipient=contact.email, text="Dear Quirina Vandersloot")
    answer = make_response(invitation=invitation, score=8, comment=WORDS, language="it", phone=contact.phone)
    make_daily_count(campaign=wave.campaign, passives=40)
    make_case(contact=contact, response=None)
    make_advocate(contact=contact, response=None)
    make_testimonial(contact=contact, shown_name="Quirina Vandersloot")
    make_response(
        contact=contact,
        score=2,
        comment="Quirina Vandersloot, Zenobia Holdings: call +31 6 5550 4711 or write to quirina@zenobia.example.com",
    )
    return answer


def signed_in(name: str, role: str) -> tuple[Client, User]:
    user = make_user(name, role, first_name=name.capitalize())
    client = Client()
    client.force_login(user)
    return client, user


def test_idea_is_posted_voted_merged_planned_shipped_and_thanked_without_naming_a_customer(answer: Response) -> None:
    (emil, emil_user), (sofie, sofie_user) = signed_in("emil", Role.EMPLOYEE), signed_in("sofie", Role.EMPLOYEE)
    pavel, _pavel_user = signed_in("pavel", Role.EMPLOYEE)
    dana, dana_user = signed_in("dana", Role.SUPPORT_LEAD)
    make_department("Workshop", emil_user, sofie_user)
    challenge = make_challenge(title="Quieter mornings")

    emil.post("/ideas/new/", {"title": "A quieter grinder", "words": [answer.pk], "challenge": challenge.pk})
    idea = Fix.objects.get(title="A quieter grinder")
    make_request(fix=idea, response=answer, kind="problem")
    warned = sofie.post("/ideas/new/", {"title": "Quieter grinders"})
    sofie.post("/ideas/new/", {"title": "Quieter grinders", "known": str(idea.pk)})
    other = Fix.objects.get(title="Quieter grinders")
    for client, fix in ((emil, idea), (pavel, idea), (pavel, other), (sofie, other)):
        client.post(f"/ideas/{fix.pk}/vote/", {"wanted": "1"})
    pavel.post(f"/ideas/{other.pk}/comment/", {"text": "A ring of rubber would do"})
    pavel.post(f"/ideas/{other.pk}/follow/", {"wanted": "1"})

    dana.post(f"/ideas/{other.pk}/merge/", {"into": idea.pk, "seen": trail.version(other)})
    plan = {"owner": dana_user.pk, "due_on": LATER, "seen": trail.version(idea)}
    dana.post(f"/fixes/{idea.pk}/plan/", plan)
    shipped = {"reason": "A ring of rubber is in", "language": "en", "seen": trail.version(idea)}
    dana.post(f"/fixes/{idea.pk}/ship/", shipped)

    idea.refresh_from_db()
    assert (warned.status_code, idea.status) == (422, "shipped")
    assert sorted(Vote.objects.filter(fix=idea).values_list("user__username", flat=True)) == ["emil", "pavel", "sofie"]
    assert [row.user for row in CoAuthor.objects.all()] == [sofie_user]
    told = Notice.objects.filter(fix=idea).order_by("user__username", "pk").values_list("user__username", "kind")
    assert list(told) == [
        *((name, kind) for name in ("emil", "pavel", "sofie") for kind in ("planned", "shipped")),
    ]
    page = text_of(emil.get(f"/ideas/{idea.pk}/"))
    assert "Shipped thanks to Emil ( Workshop ), Sofie ( Workshop )." in page
    assert WORDS in page
    assert_nobody_is_named(emil, mails_to(emil_user))


def assert_nobody_is_named(employee: Client, mails: list[str]) -> None:
    admin = Client()
    admin.force_login(make_user("ada", Role.ADMIN, is_superuser=True, is_staff=True))
    missing = set(SECRETS)  # make sure that it was there to leak
    for _address, page in walk(admin, Role.ADMIN):
        missing -= {secret for secret in missing if secret in page}
        if not missing:
            break
    assert missing == set()

    seen = dict(walk(employee, Role.EMPLOYEE))

    assert {(address, secret) for address, page in seen.items() for secret in SECRETS if secret in page} == set()
    assert [secret for mail in mails for secret in SECRETS if secret in mail] == []
    assert any(WORDS in page for page in seen.values())
    assert len(mails) == 3


def mails_to(user: User) -> list[str]:
    """What the author is mailed of the idea, and the digest of this month."""
    news = [
        str(notices.letter(one).body) for one in Message.objects.filter(letter=notices.LETTER, user=user).order_by("pk")
    ]
    month = timezone.localdate().replace(day=1)
    row = Digest.objects.create(user=user, month=month, message=notices.staff_message(digest.LETTER, user))
    assert row.message
    return [*news, str(digest.letter(row.message).body)]


def walk(client: Client, role: str) -> Iterator[tuple[str, str]]:
    """Every page of the table that is open to the role and not to everybody, with every row there is, and from there
    each link to a page of ours."""
    lines = table()
    waiting = [
        address
        for route in routes()
        if (line := lines.get(route.name)) and "GET" in line.methods
        if line.cells[role] == "yes" and line.cells[LOGGED_OUT] != "yes" and not route.name.startswith("admin")
        for address in addresses(route)
    ]
    known = set(waiting)
    while waiting:
        address = waiting.pop()
        response = client.get(address)
        if response.status_code != 200 or not response.headers["Content-Type"].startswith(("text/", "application/")):
            continue
        page = unescape(b"".join(response).decode(errors="replace"))
        yield address, page
        found = {link.partition("#")[0] for link in re.findall(r'href="(/(?!static/|admin/|/)[^"]*)"', page)}
        new = {link for link in found - known if is_plain(link)}
        known |= new
        waiting += sorted(new)


def addresses(route: Route) -> list[str]:
    """The address of a page; of one with a number, with each number that an idea, a challenge, a campaign or a
    contact has."""
    if not route.has_values:
        return [route.address]
    return [route.address.replace("987654", str(pk)) for pk in numbers()] if "987654" in route.address else []


def numbers() -> list[int]:
    models: list[Any] = [Fix, Challenge, Campaign, Contact]
    found = {pk for model in models for pk in model.objects.values_list("pk", flat=True)}
    return sorted(found)


def is_plain(link: str) -> bool:
    """Without the endless: days, pages and sorting are left out beyond the first page of each."""
    return link.count("?") == 0 or re.fullmatch(r"/[a-z/0-9-]*\?(view|move|words|find|write)=[\w-]*", link) is not None


def test_walk_reaches_the_pages_of_the_hub(answer: Response) -> None:
    client, _user = signed_in("emil", Role.EMPLOYEE)

    seen = {address for address, _page in walk(client, Role.EMPLOYEE)}

    assert {reverse("advocacy:ideas"), reverse("advocacy:home"), reverse("surveys:reports")} <= seen
