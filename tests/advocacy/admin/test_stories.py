from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from advocacy import knowledge
from advocacy.models import Entry, EntryAnswer, EntryText
from tests.factories import make_entry, make_request, make_testimonial

pytestmark = pytest.mark.django_db

ENTRIES = "/admin/advocacy/entry/"
HOSTILE = "</textarea><script>alert(1)</script>{{ 7*7 }}"


def form(**text: Any) -> dict[str, Any]:
    values = {"language": "en", "title": "Pause a delivery", "address": "", "text": "Like this.", **text}
    return {
        "name": "Pause",
        "is_offered_on_yellow": "on",
        "position": 1,
        "texts-TOTAL_FORMS": 1,
        "texts-INITIAL_FORMS": 0,
        **{f"texts-0-{name}": value for name, value in values.items()},
    }


def test_entry_is_written_with_its_words(client: Client, alice: User) -> None:
    client.force_login(alice)

    response = client.post(f"{ENTRIES}add/", form(title=HOSTILE, text=HOSTILE))
    text = EntryText.objects.get()
    page = client.get(f"{ENTRIES}{text.entry_id}/change/").content.decode()

    assert response.status_code == 302
    assert (text.title, text.text, text.history.get().history_user) == (HOSTILE, HOSTILE, alice)
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "text",
    [
        {"address": "javascript:alert(1)", "text": ""},
        {"text": ""},
        {"address": "https://example.com"},
        {"language": "tlh"},
    ],
)
def test_entry_that_says_nothing_or_leads_nowhere_is_refused(client: Client, alice: User, text: dict[str, str]) -> None:
    client.force_login(alice)

    response = client.post(f"{ENTRIES}add/", form(**text))

    assert (response.status_code, Entry.objects.count()) == (200, 0)


def test_list_tells_how_often_an_entry_was_opened(client: Client, alice: User) -> None:
    text = make_entry().texts.get()
    for _ in range(3):
        knowledge.count_visit(text)
    client.force_login(alice)

    assert '<td class="field-opened">3</td>' in client.get(ENTRIES).content.decode()


def test_entry_tells_how_many_questions_were_answered_with_it(client: Client, alice: User) -> None:
    once, twice, never = make_entry(), make_entry(), make_entry()
    for entry in (once, twice, twice):
        EntryAnswer.objects.create(request=make_request(), entry=entry, language="en", subject="s", body="b")
    knowledge.count_visit(twice.texts.get())
    client.force_login(alice)

    pages = [client.get(f"{ENTRIES}{entry.pk}/change/").content.decode() for entry in (once, twice, never)]
    listed = client.get(ENTRIES).content.decode()
    found = client.get(f"/admin/advocacy/entryanswer/?entry__id__exact={twice.pk}").content.decode()

    answers = f'<a href="/admin/advocacy/entryanswer/?entry__id__exact={twice.pk}">used 2 times</a>'
    assert [page.count("used 1 time<") for page in pages] == [1, 0, 0]
    assert [page.count("used 0 times") for page in pages] == [0, 0, 1]
    assert (pages[1].count(answers), listed.count(answers)) == (1, 1)
    assert found.count('class="field-subject"') == 2


def test_testimonial_is_looked_up_and_never_typed(client: Client, alice: User) -> None:
    story = make_testimonial(words=HOSTILE)
    client.force_login(alice)

    page = client.get(f"/admin/advocacy/testimonial/{story.pk}/change/")
    posted = client.post(f"/admin/advocacy/testimonial/{story.pk}/change/", {"words": "Invented"})

    assert (page.status_code, posted.status_code) == (200, 403)
    assert "<script>alert" not in page.content.decode()
    assert client.get("/admin/advocacy/testimonial/").status_code == 200
