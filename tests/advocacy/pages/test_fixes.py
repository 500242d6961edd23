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

from advocacy import fixes, trail
from advocacy.enums import FixStatus
from advocacy.models import AnnouncementText, CustomerRequest, Fix
from surveys.models import Event
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import make_account, make_contact, make_fix, make_request, make_response, make_theme, make_user
from tests.sizes import MANY

pytestmark = pytest.mark.django_db

PAGE = "/fixes/"
LATER = timezone.localdate() + dt.timedelta(days=400)
DAY = f"{LATER:%-d %b %Y}"
VERBS = ("plan", "replan", "ship", "decline")


@pytest.fixture
def emil(db: None) -> User:
    """An employee, with the rights of the group that the migration makes."""
    return make_user("emil", "Employee", first_name="Emil", last_name="Novák")


def read(client: Client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return html_of(response)


def titles(page: str) -> list[str]:
    return re.findall(r'<a class="q" href="/fixes/\d+/"><bdi>(.*?)</bdi>', page)


def post(client: Client, fix: Fix, verb: str, *, seen: str | None = None, **fields: Any) -> Any:
    """Send a form of the page, opened just now or at the version `seen`."""
    data = {"seen": trail.version(fix) if seen is None else seen, **fields}
    return client.post(f"{PAGE}{fix.pk}/{verb}/", data)


def rows() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (CustomerRequest, Fix, Event)]


def make_asked_fix(**fields: Any) -> Fix:
    """A fix that somebody with a name, an address, an account and a revenue asked for."""
    fix = make_fix(**fields)
    account = make_account(name="Albergo Porto Antico", revenue=Decimal(28_310))
    contact = make_contact(name="Matteo Fumagalli", email="matteo@porto.example.com", account=account)
    response = make_response(contact=contact, score=8, comment="Si sente in tutto il condominio", language="it")
    make_request(response=response, fix=fix, kind="problem")
    return fix


SECRETS = ("Matteo", "Fumagalli", "matteo@porto", "Albergo", "28,310", "28310")


def test_list_tells_state_people_revenue_due_and_owner(client: Client, alice: User) -> None:
    elena = make_user("elena", first_name="Elena", last_name="Hartmann")
    today = timezone.localdate()
    make_asked_fix(
        title="A quieter grinder",
        status=FixStatus.PLANNED,
        owner=elena,
        due_on=today - dt.timedelta(days=3),
        theme=make_theme("Noise"),
    )
    make_fix(title="A timer")
    client.force_login(alice)

    page = read(client)

    said = [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in re.findall(r'<tr role="row" class.*?</tr>', page)]
    assert said == [
        "Planned",
        "A quieter grinder Noise 1 28,310 3 days overdue EH Elena Hartmann",
        "Idea",
        "A timer 0 none known no date yet nobody yet",
    ]
    assert "2 open · 1 overdue" in re.sub(r"\s+·", " ·", page)


def test_page_tells_who_asked_in_their_words_and_how_it_came(client: Client, alice: User) -> None:
    fix = make_asked_fix(title="A quieter grinder", author=alice, description="Ring\nof rubber")
    fixes.plan(fix, owner=alice, due_on=LATER, by=alice)
    client.force_login(alice)

    response = client.get(f"{PAGE}{fix.pk}/")

    page, said = html_of(response), text_of(response)
    assert '<div class="voice m-0" dir="auto" lang="it">Si sente in tutto il condominio</div>' in page
    assert "Matteo Fumagalli, Albergo Porto Antico" in said
    assert "1 person asked 28,310 their revenue a year" in said
    assert f"Planned by {DAY}, owner Alice· Alice" in said
    assert "Ring<br>of rubber" in page
    assert 'aria-current="step" data-of="· 2 of 4"' in page


def test_employee_reads_quotes_and_counts_but_never_who_said_it(client: Client, emil: User, alice: User) -> None:
    fix = make_asked_fix(title="A quieter grinder", status=FixStatus.PLANNED)
    addresses = (PAGE, f"{PAGE}{fix.pk}/")
    client.force_login(alice)
    shown = "".join(read(client, address) for address in addresses)
    client.force_login(emil)

    pages = [read(client, address) for address in addresses]

    assert [secret in shown for secret in SECRETS] == [True, True, False, True, True, False]  # it was there to leak
    assert [secret for secret in SECRETS for page in pages if secret in page] == []
    assert "Si sente in tutto il condominio" in pages[1]
    assert '<div class="fig md">1</div>' in pages[1]
    assert not any("evenue" in page or "/requests/" in page or "/contacts/" in page for page in pages)
    assert 'id="move"' not in pages[1]


def test_names_are_not_even_read_for_an_employee(
    client: Client, emil: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    fix = make_asked_fix()
    client.force_login(emil)

    with django_assert_max_num_queries(20) as captured:
        read(client, f"{PAGE}{fix.pk}/")

    assert not any('"surveys_contact"."name"' in query["sql"] for query in captured.captured_queries)


def test_employee_posts_an_idea_and_sees_what_becomes_of_it(client: Client, emil: User) -> None:
    theme = make_theme("Noise")
    client.force_login(emil)

    assert "<h1>New idea</h1>" in read(client, "/fixes/new/")
    response = client.post("/fixes/new/", {"title": "A timer", "description": "For dawn", "theme": theme.pk})

    fix = Fix.objects.get()
    assert (fix.title, fix.description, fix.theme, fix.author, fix.status) == (
        "A timer",
        "For dawn",
        theme,
        emil,
        FixStatus.IDEA,
    )
    assert response["Location"] == f"/fixes/{fix.pk}/"
    assert "Idea posted· Emil Novák" in text_of(client.get(response["Location"]))
    assert titles(read(client, "/fixes/?view=mine")) == ["A timer"]
    assert [post(client, fix, verb, reason="x").status_code for verb in VERBS] == [403] * 4


@pytest.mark.parametrize("title", ["", " ", "x" * 161, "a\0b"])
def test_idea_without_a_proper_title_keeps_what_was_typed(client: Client, emil: User, title: str) -> None:
    client.force_login(emil)

    response = client.post("/fixes/new/", {"title": title, "description": "For dawn"})

    page = html_of(response)
    assert response.status_code == 422
    assert "For dawn</textarea>" in page
    assert '<a href="#id_title">What would be better</a>:' in page
    assert Fix.objects.count() == 0


def test_fix_is_planned_shipped_and_said_so(client: Client, alice: User) -> None:
    fix = make_fix(title="A timer")
    client.force_login(alice)

    planned = post(client, fix, "plan", owner=alice.pk, due_on=LATER)
    said = text_of(client.get(planned["Location"]))
    replanned = post(client, fix, "replan", owner=alice.pk, due_on=LATER - dt.timedelta(days=1), reason="Sooner")
    form = client.get(f"{PAGE}{fix.pk}/?move=ship", headers={"accept-language": "es"}).context["form"]
    shipped = post(client, fix, "ship", reason="It wakes at dawn", language="en")

    assert [each.status_code for each in (planned, replanned, shipped)] == [302] * 3
    assert "Noted: “A timer” is planned." in said
    fix.refresh_from_db()
    assert (fix.status, fix.owner, fix.due_on) == (FixStatus.SHIPPED, alice, LATER - dt.timedelta(days=1))
    assert "It wakes at dawn" in text_of(client.get(shipped["Location"]))
    assert form["language"].value() == "es"
    assert AnnouncementText.objects.values_list("language", "news").get() == ("en", "It wakes at dawn")


def test_fix_is_declined_with_its_reason(client: Client, alice: User) -> None:
    fix = make_fix()
    client.force_login(alice)

    response = post(client, fix, "decline", reason="Too dear")

    page = text_of(client.get(response["Location"]))
    fix.refresh_from_db()
    assert fix.status == FixStatus.DECLINED
    assert "Declined. The reason stands in the history below." in page
    assert "Too dear" in page
    assert "It was declined, and that stays in the history: post a new idea." in page


@pytest.mark.parametrize(
    ("verb", "fields", "message"),
    [
        ("plan", {}, "Choose who makes it true."),
        ("plan", {"owner": "x"}, "Choose who makes it true."),
        ("plan", {}, "Say by which day."),
        ("plan", {"due_on": "2001-01-01"}, "Choose today or a later day."),
        ("plan", {"due_on": "9999-12-31"}, "Choose a day within twenty years."),
        ("decline", {"reason": " "}, "Say why not: its author reads it."),
        ("ship", {}, "Say what is different: whoever asked will be told."),
        ("ship", {"reason": "It wakes", "language": "xx"}, "Language of this sentence: Choose one of the languages."),
        ("replan", {}, "Say why: whoever asked waits for it."),
        ("ship", {"seen": "1.2"}, "It does not say which state it is about."),
    ],
)
def test_reason_that_is_missing_is_asked_for(
    client: Client, alice: User, verb: str, fields: dict[str, str], message: str
) -> None:
    fix = make_fix(status=FixStatus.PLANNED if verb in {"ship", "replan"} else FixStatus.IDEA)
    client.force_login(alice)
    before = rows()

    response = post(client, fix, verb, **fields)

    assert response.status_code == 422
    assert message in text_of(response)
    assert rows() == before


def test_illegal_move_is_refused_beside_its_button_and_when_it_is_sent(client: Client, alice: User) -> None:
    fix = make_fix()
    client.force_login(alice)

    response = post(client, fix, "ship", reason="It wakes at dawn", language="en")

    page = client.get(f"{PAGE}{fix.pk}/")
    assert "Ship: It is an idea: plan it first, with an owner and a day." in text_of(page)
    assert re.findall(r"\?move=([a-z]+)", html_of(page)) == ["plan", "decline"]
    assert response.status_code == 409
    assert "Not moved to “Shipped”: It is an idea: plan it first, with an owner and a day." in text_of(response)
    assert "It wakes at dawn</textarea>" in html_of(response)


def test_who_was_second_is_told_and_keeps_what_was_typed(client: Client, alice: User) -> None:
    karim = make_user("karim", "Marketing", first_name="Karim", last_name="Haddad")
    fix = make_fix()
    seen = trail.version(fix)
    fixes.plan(fix, owner=karim, due_on=LATER, by=karim)
    client.force_login(alice)

    refused = post(client, fix, "decline", seen=seen, reason="Too dear for us")
    page = html_of(refused)
    fresh = page.split('name="seen" value="', 1)[1].split('"', 1)[0]
    declined = post(client, fix, "decline", seen=fresh, reason="Too dear for us")

    assert refused.status_code == 409
    assert "Not saved: this changed meanwhile." in page
    assert f"Planned by {DAY}, owner Karim Haddad· Karim Haddad·" in text_of(refused)
    assert "Too dear for us</textarea>" in page
    assert declined.status_code == 302


@pytest.mark.parametrize(
    ("view", "heading"),
    [
        ("open", "No fix is open"),
        ("mine", "No open fix is yours"),
        ("overdue", "No fix is overdue"),
        ("shipped", "No fix has shipped yet"),
        ("declined", "No fix was declined"),
    ],
)
def test_empty_view_says_what_will_come(client: Client, alice: User, view: str, heading: str) -> None:
    client.force_login(alice)

    assert f"<h2>{heading}</h2>" in read(client, f"{PAGE}?view={view}")


def test_fix_nobody_asked_for_says_so(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert "Nobody's request is linked to it yet." in read(client, f"{PAGE}{make_fix().pk}/").replace("&#x27;", "'")


def test_pages_follow(client: Client, alice: User) -> None:
    contact, now = make_contact(), timezone.now()
    Fix.objects.bulk_create([Fix(title=f"Fix {number}") for number in range(120)])
    fix = Fix.objects.latest("pk")
    CustomerRequest.objects.bulk_create([CustomerRequest(contact=contact, fix=fix, due_at=now) for _ in range(120)])
    client.force_login(alice)

    assert [len(titles(read(client, f"{PAGE}?page={number}"))) for number in (1, 2, 3, 4)] == [50, 50, 20, 0]
    asked = [read(client, f"{PAGE}{fix.pk}/?page={number}").count("No comment") for number in (1, 2, 3, 4)]
    assert asked == [50, 50, 20, 0]
    assert f'rel="next" href="/fixes/{fix.pk}/?page=2"' in read(client, f"{PAGE}{fix.pk}/")


def test_thousands_of_fixes_and_requests_are_one_page(client: Client, alice: User) -> None:
    contact, now = make_contact(account=make_account(revenue=5)), timezone.now()
    Fix.objects.bulk_create([Fix(title=f"Fix {number}") for number in range(MANY)])
    pks = Fix.objects.values_list("pk", flat=True)
    CustomerRequest.objects.bulk_create([CustomerRequest(contact=contact, fix_id=pk, due_at=now) for pk in pks])
    client.force_login(alice)

    page = read(client)

    assert len(titles(page)) == 50
    assert '<span class="n">999+</span>' in page


def test_statements_do_not_grow_with_rows(
    client: Client, alice: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client.force_login(alice)
    counted: list[list[int]] = []
    fix = make_fix(title="The one")
    for wanted in (1, 3):
        while fix.requests.count() < wanted:
            make_request(contact=make_contact(account=make_account()), fix=fix, kind="problem")
            make_fix(owner=make_user(), theme=make_theme())
        with django_assert_max_num_queries(20) as list_:
            read(client)
        with django_assert_max_num_queries(20) as one:
            read(client, f"{PAGE}{fix.pk}/")
        counted.append([len(list_), len(one)])

    assert counted[0] == counted[1]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><svg onload=alert(1)>', "{{ 7|add:7 }}"])
def test_hostile_text_is_inert(client: Client, alice: User, text: str) -> None:
    contact = make_contact(name=text, account=make_account(name=text), language='"><b>')
    fix = make_fix(title=text, description=text, theme=make_theme(text), owner=make_user("evil", first_name=text))
    make_request(response=make_response(contact=contact, comment=text, language='"><b>'), fix=fix, kind="problem")
    fixes.decline(fix, reason=text, by=alice)
    client.force_login(alice)

    for address in (f"{PAGE}?view=declined", f"{PAGE}{fix.pk}/"):
        page = read(client, address)
        assert not re.search(r"<(script>|svg onload|b>%)", page)
        assert "{{ 7" in page or "{{" not in text


@pytest.mark.parametrize("query", ["?page=x", "?page=%00", "?page=-1", "?move=nonsense", "?move="])
def test_nonsense_in_the_address_is_no_error(client: Client, alice: User, query: str) -> None:
    fix = make_asked_fix()
    client.force_login(alice)

    assert read(client, PAGE + query)
    assert read(client, f"{PAGE}{fix.pk}/{query}")


def test_unknown_view_and_unknown_fix_are_no_pages(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert client.get(PAGE, {"view": "everything"}).status_code == 404
    assert client.get(f"{PAGE}999/").status_code == 404
    assert client.post(f"{PAGE}999/ship/", {"reason": "x"}).status_code == 404


def test_stranger_signs_in_first(client: Client) -> None:
    fix = make_fix()

    for address in (PAGE, f"{PAGE}{fix.pk}/", "/fixes/new/"):
        assert client.get(address)["Location"] == f"/accounts/login/?next={address}"
    for verb in VERBS:
        assert post(client, fix, verb)["Location"].startswith("/accounts/login/")


def test_reader_reads_and_writes_nothing(client: Client, bob: User, carol: User) -> None:
    fix = make_asked_fix(title="A timer")
    before = rows()

    client.force_login(bob)
    assert titles(read(client)) == ["A timer"]
    assert 'id="move"' not in read(client, f"{PAGE}{fix.pk}/")
    for user in (bob, carol):
        client.force_login(user)
        assert [post(client, fix, verb, reason="x").status_code for verb in VERBS] == [403] * 4
        assert client.post("/fixes/new/", {"title": "x"}).status_code == 403
    assert [client.get(address).status_code for address in (PAGE, f"{PAGE}{fix.pk}/", "/fixes/new/")] == [403] * 3
    assert rows() == before


def test_wrong_method_is_refused(client: Client, alice: User) -> None:
    fix = make_fix()
    client.force_login(alice)

    assert [client.post(address).status_code for address in (PAGE, f"{PAGE}{fix.pk}/")] == [405] * 2
    assert [client.get(f"{PAGE}{fix.pk}/{verb}/").status_code for verb in VERBS] == [405] * 4
    assert client.delete("/fixes/new/").status_code == 405


def test_reading_changes_nothing(client: Client, alice: User) -> None:
    fix = make_asked_fix()
    client.force_login(alice)
    before = rows()

    for address in (PAGE, f"{PAGE}{fix.pk}/", "/fixes/new/"):
        read(client, address)
        client.head(address)

    assert rows() == before
