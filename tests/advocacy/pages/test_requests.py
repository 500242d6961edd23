from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from advocacy import fixes, trail
from advocacy.enums import FixStatus, RequestKind
from advocacy.models import CustomerRequest, Fix
from surveys.models import Event
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import make_account, make_contact, make_fix, make_request, make_response, make_theme, make_user
from tests.sizes import MANY

pytestmark = pytest.mark.django_db

PAGE = "/requests/"


def read(client: Client, query: str = "") -> str:
    response = client.get(PAGE + query)
    assert response.status_code == 200
    return html_of(response)


def names(page: str) -> list[str]:
    return re.findall(r'<a class="q fw-semibold[^>]*><bdi[^>]*>(.*?)</bdi>', page)


def post(client: Client, request: CustomerRequest, verb: str, *, seen: str | None = None, **fields: Any) -> Any:
    """Send a form of the page, opened just now or at the version `seen`."""
    data = {"seen": trail.version(request) if seen is None else seen, "view": "unsorted", **fields}
    return client.post(f"{PAGE}{request.pk}/{verb}/", data)


def make_wish(name: str = "Li Wei", comment: str = "A quieter grinder", **fields: Any) -> CustomerRequest:
    contact = make_contact(name=name, language="zh-Hans", account=make_account(revenue=Decimal(30_680)))
    return make_request(response=make_response(contact=contact, score=8, comment=comment, language="zh-Hans"), **fields)


def rows() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (CustomerRequest, Fix, Event)]


def test_first_request_is_in_hand_with_its_words_and_who_said_them(client: Client, alice: User) -> None:
    now = timezone.now()
    later = make_wish(name="Ana", comment="Un temporizador")
    wish = make_wish(name="李伟", comment="磨豆声音有点大", due_at=now)
    client.force_login(alice)

    page = read(client)

    assert names(page) == ["李伟", "Ana"]
    assert '<blockquote class="voice lg m-0" dir="auto" lang="zh-Hans">磨豆声音有点大</blockquote>' in page
    assert "30,680 a year" in page.replace("\xa0", " ")
    assert f'action="/requests/{wish.pk}/sort/"' in page
    assert f'action="/requests/{later.pk}/sort/"' not in page
    assert "2 to sort · 1 overdue" in re.sub(r"\s+·", " ·", page)


@pytest.mark.parametrize(
    ("kind", "label", "stays"),
    [
        ("question", "Question", False),
        ("problem", "Problem", True),
        ("suggestion", "Suggestion", True),
        ("none", "Not a request", False),
    ],
)
def test_sorting_goes_on_to_what_is_left_to_do(client: Client, alice: User, kind: str, label: str, stays: bool) -> None:
    wish, following = make_wish(), make_request()
    client.force_login(alice)

    response = post(client, wish, "sort", kind=kind)

    wish.refresh_from_db()
    expected = f"/requests/{wish.pk if stays else following.pk}/?view=unsorted"
    assert (wish.kind, response.status_code, response["Location"]) == (kind, 302, expected)
    page = text_of(client.get(response["Location"]))
    assert f"Noted: the request of Li Wei is sorted: {label}." in page


def test_after_the_last_request_the_list_says_that_nothing_is_left(client: Client, alice: User) -> None:
    wish = make_wish()
    client.force_login(alice)

    response = post(client, wish, "sort", kind="none")

    assert response["Location"] == "/requests/?view=unsorted"
    assert "<h2>Nothing is to be sorted</h2>" in read(client)


def test_request_is_linked_and_the_next_one_comes(client: Client, alice: User) -> None:
    wish, following, fix = make_wish(kind="problem"), make_request(), make_fix(title="A quieter grinder")
    client.force_login(alice)

    response = post(client, wish, "link", fix=fix.pk)

    wish.refresh_from_db()
    assert (wish.fix, response["Location"]) == (fix, f"/requests/{following.pk}/?view=unsorted")
    page = text_of(client.get(f"{PAGE}{wish.pk}/"))
    assert "Linked to the fix “A quieter grinder”· Alice" in page


def test_fix_is_looked_for_by_title(client: Client, alice: User) -> None:
    wish = make_wish(kind="problem")
    make_fix(title="A timer")
    make_fix(title="A quieter grinder")
    client.force_login(alice)

    page = read(client, f"{wish.pk}/?title=TIMER")
    none = read(client, f"{wish.pk}/?title=%00%3Cb%3E")

    assert ("A timer" in page, "A quieter grinder" in page.split('id="fix"')[1]) == (True, False)
    assert "No open fix has “&lt;b&gt;” in its title." in none


def test_new_fix_is_opened_in_place(client: Client, alice: User) -> None:
    theme = make_theme("Noise")
    wish = make_wish(kind="suggestion", theme=theme)
    client.force_login(alice)

    response = post(client, wish, "link-new", title="A timer", description="For dawn", theme=theme.pk)

    wish.refresh_from_db()
    assert response.status_code == 302
    assert wish.fix is not None
    assert (wish.fix.title, wish.fix.description, wish.fix.theme, wish.fix.author, wish.fix.status) == (
        "A timer",
        "For dawn",
        theme,
        alice,
        FixStatus.IDEA,
    )


def test_new_fix_without_a_title_keeps_what_was_typed(client: Client, alice: User) -> None:
    wish = make_wish(kind="suggestion")
    client.force_login(alice)

    response = post(client, wish, "link-new", title=" ", description="For dawn")

    page = html_of(response)
    assert response.status_code == 422
    assert '<a href="#newfix-title">What would be better</a>: Say in a line what would be better.' in page
    assert 'id="newfix-title"' in page
    assert '<details class="mt-2" open>' in page
    assert "For dawn</textarea>" in page
    assert Fix.objects.count() == 0


def test_request_is_taken_off_its_fix(client: Client, alice: User) -> None:
    wish = make_wish(kind="problem", fix=make_fix(title="A timer"))
    client.force_login(alice)

    response = post(client, wish, "unlink")

    wish.refresh_from_db()
    assert (wish.fix, response["Location"]) == (None, f"/requests/{wish.pk}/?view=unsorted")


@pytest.mark.parametrize(
    ("verb", "fields", "message"),
    [
        ("sort", {"kind": "poem"}, "Say what it is."),
        ("sort", {}, "Say what it is."),
        ("link", {"fix": "999999"}, "This fix is not there any more."),
        ("link", {"fix": "x"}, "This fix is not there any more."),
        ("link", {}, "Choose a fix."),
        ("unlink", {"seen": "x"}, "It does not say which state it is about."),
    ],
)
def test_nonsense_is_refused_in_words(
    client: Client, alice: User, verb: str, fields: dict[str, str], message: str
) -> None:
    wish = make_wish(kind="problem")
    client.force_login(alice)
    before = rows()

    response = post(client, wish, verb, **fields)

    assert response.status_code == 422
    assert message in text_of(response)
    assert rows() == before


def test_unsorted_request_offers_no_link_and_refuses_one(client: Client, alice: User) -> None:
    wish, fix = make_wish(), make_fix()
    client.force_login(alice)

    response = post(client, wish, "link", fix=fix.pk)

    assert "Say first what it is. Then it can be linked." in read(client)
    assert response.status_code == 409
    assert "Not linked: say first what it is: a question, a problem or a suggestion." in text_of(response)


def test_who_was_second_is_told_who_was_first(client: Client, alice: User) -> None:
    karim = make_user("karim", "Support", first_name="Karim", last_name="Haddad")
    wish = make_wish()
    seen = trail.version(wish)
    fixes.sort(wish, kind=RequestKind.PROBLEM, by=karim)
    client.force_login(alice)

    refused = post(client, wish, "sort", seen=seen, kind="question")
    fresh = html_of(refused).split('name="seen" value="', 1)[1].split('"', 1)[0]
    sorted_ = post(client, wish, "sort", seen=fresh, kind="question")

    assert refused.status_code == 409
    said = text_of(refused)
    assert "Not saved: this changed meanwhile." in said
    assert "What you typed" not in said  # it was a button
    assert said.index("Sorted: Problem· Karim Haddad·") < said.index("What is it?")
    assert sorted_.status_code == 302
    wish.refresh_from_db()
    assert wish.kind == "question"


def test_typed_fix_survives_a_colleague(client: Client, alice: User, bob: User) -> None:
    wish = make_wish(kind="problem")
    seen = trail.version(wish)
    fixes.link(wish, fix=make_fix(title="A timer"), by=bob)
    client.force_login(alice)

    response = post(client, wish, "link-new", seen=seen, title="Another timer", description="For dawn")

    page = html_of(response)
    assert response.status_code == 409
    assert "What you typed is below, untouched." in page
    assert 'value="Another timer"' in page
    assert "For dawn</textarea>" in page
    assert list(Fix.objects.values_list("title", flat=True)) == ["A timer"]


@pytest.mark.parametrize(
    ("view", "heading"),
    [
        ("unsorted", "Nothing is to be sorted"),
        ("overdue", "No request is overdue"),
        ("mine", "None of your contacts waits"),
        ("waiting", "Every request has its fix"),
        ("linked", "No request is linked yet"),
        ("none", "Nothing was put aside"),
        ("all", "No request is there yet"),
    ],
)
def test_empty_view_says_what_will_come(client: Client, alice: User, view: str, heading: str) -> None:
    client.force_login(alice)

    assert f"<h2>{heading}</h2>" in read(client, f"?view={view}")


def test_pages_follow(client: Client, alice: User) -> None:
    contact = make_contact()
    now = timezone.now()
    requests = [CustomerRequest(contact=contact, due_at=now) for _ in range(120)]
    CustomerRequest.objects.bulk_create(requests)
    client.force_login(alice)

    pages = [len(names(read(client, f"?page={number}"))) for number in (1, 2, 3)]

    assert pages == [50, 50, 20]
    assert 'rel="next" href="/requests/?view=unsorted&amp;page=2"' in read(client)
    assert 'rel="next"' not in read(client, "?page=3")
    assert "<h2>Nothing follows here</h2>" in read(client, "?page=4")


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "99999999999999999999", "1%00"])
def test_nonsense_page_is_the_first_or_the_end(client: Client, alice: User, page: str) -> None:
    make_wish()
    client.force_login(alice)

    assert read(client, f"?page={page}")


def test_unknown_view_and_unknown_request_are_no_pages(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert client.get(PAGE, {"view": "everything"}).status_code == 404
    assert client.get(f"{PAGE}999/").status_code == 404
    assert client.post(f"{PAGE}999/sort/", {"kind": "problem"}).status_code == 404


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><svg onload=alert(1)>', "{{ 7|add:7 }}", "عربي" * 50])
def test_hostile_text_is_inert(client: Client, alice: User, text: str) -> None:
    contact = make_contact(name=text[:200], account=make_account(name=text[:200]), language='"><b>')
    response = make_response(contact=contact, score=8, comment=text, language='"><b>')
    make_request(response=response, kind="problem", fix=make_fix(title=text[:160]), theme=make_theme(text[:80]))
    make_fix(title=text[:160])
    client.force_login(alice)

    page = read(client, "?view=all")

    assert not re.search(r"<(script>|svg onload|b>)", page)
    assert "{{ 7" in page or "{{" not in text


def test_statements_do_not_grow_with_rows(
    client: Client, alice: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client.force_login(alice)
    counted = []
    for wanted in (1, 3):
        while CustomerRequest.objects.count() < wanted:
            make_wish(kind="problem", theme=make_theme())
            make_fix(theme=make_theme())
        with django_assert_max_num_queries(20) as captured:
            assert len(names(read(client, "?view=waiting"))) == wanted
        counted.append(len(captured))

    assert counted[0] == counted[1]


def test_thousands_of_requests_are_one_page(client: Client, alice: User) -> None:
    contact, now = make_contact(), timezone.now()
    CustomerRequest.objects.bulk_create([CustomerRequest(contact=contact, due_at=now) for _ in range(MANY)])
    client.force_login(alice)

    page = read(client)

    assert len(names(page)) == 50
    assert '<span class="n">999+</span>' in page
    assert len(page) < 100_000


def test_stranger_signs_in_first(client: Client) -> None:
    wish = make_wish()

    for address in (PAGE, f"{PAGE}{wish.pk}/"):
        assert client.get(address)["Location"] == f"/accounts/login/?next={address}"
    for verb in ("sort", "link", "link-new", "unlink"):
        assert post(client, wish, verb)["Location"].startswith("/accounts/login/")


def test_reader_reads_and_writes_nothing(client: Client, bob: User, carol: User) -> None:
    wish = make_wish(kind="problem", fix=make_fix(title="A timer"))
    before = rows()

    client.force_login(bob)
    page = read(client, f"{wish.pk}/?view=linked")
    assert ("Li Wei" in page, "A timer" in page, 'action="/requests/' in page) == (True, True, False)
    for user in (bob, carol):
        client.force_login(user)
        assert [post(client, wish, verb).status_code for verb in ("sort", "link", "link-new", "unlink")] == [403] * 4
    assert client.get(PAGE).status_code == 403
    assert client.get(f"{PAGE}{wish.pk}/").status_code == 403
    assert rows() == before


def test_wrong_method_is_refused(client: Client, alice: User) -> None:
    wish = make_wish()
    client.force_login(alice)

    assert [client.post(address).status_code for address in (PAGE, f"{PAGE}{wish.pk}/")] == [405] * 2
    assert [client.get(f"{PAGE}{wish.pk}/{verb}/").status_code for verb in ("sort", "link", "link-new", "unlink")] == [
        405
    ] * 4


def test_reading_changes_nothing(client: Client, alice: User) -> None:
    make_wish()
    client.force_login(alice)
    before = rows()

    read(client)
    client.head(PAGE)

    assert rows() == before
