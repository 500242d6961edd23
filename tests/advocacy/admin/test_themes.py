from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from advocacy.models import Theme, ThemeRule
from tests.advocacy.theming import make_theme_rule
from tests.factories import make_theme

ADD = "/admin/advocacy/themerule/add/"


@pytest.fixture(autouse=True)
def signed_in(client: Client, alice: User) -> None:
    Theme.objects.all().delete()
    client.force_login(alice)


def test_rule_is_added_and_its_language_spelled_as_usual(client: Client) -> None:
    theme = make_theme("Price")

    answer = client.post(ADD, {"theme": theme.pk, "language": "pt_br", "words": "caro\nbarat*"})

    assert answer.status_code == 302
    assert ThemeRule.objects.values_list("language", "words", "origin").get() == ("pt-BR", "caro\nbarat*", "edited")


def test_bad_lines_are_named(client: Client) -> None:
    answer = client.post(ADD, {"theme": make_theme().pk, "language": "en", "words": "fine\na*\nFine\n<b>!*!"})

    page = answer.content.decode()
    assert [
        "Line 2, “a*”: with a star it takes two letters at least." in page,
        "Line 3, “Fine”: it stands there already." in page,
        "Line 4, “&lt;b&gt;!*!”: a star stands once, at the end" in page,
    ] == [True, True, True]
    assert not ThemeRule.objects.exists()


def test_unknown_language_is_refused(client: Client) -> None:
    answer = client.post(ADD, {"theme": make_theme().pk, "language": "?", "words": "fine"})

    assert "This is no language we know." in answer.content.decode()


def test_shipped_words_that_were_changed_are_edited_ones_with_a_history(client: Client, alice: User) -> None:
    rule = make_theme_rule("pricey", origin="shipped")

    client.post(
        f"/admin/advocacy/themerule/{rule.pk}/change/", {"theme": rule.theme.pk, "language": "en", "words": "dear"}
    )

    rule.refresh_from_db()
    assert (rule.words, rule.origin) == ("dear", "edited")
    assert [row.words for row in rule.history.order_by("history_id")] == ["pricey", "dear"]
    assert rule.history.latest().history_user == alice
