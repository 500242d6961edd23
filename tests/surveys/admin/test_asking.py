from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from surveys import texts
from surveys.models import Question, QuestionText, Reason
from tests.factories import make_campaign, make_question, make_reason

pytestmark = pytest.mark.django_db

PAGE = "/admin/surveys/reason/"
HOSTILE = '"><script>alert(1)</script>'


def labels(**words: str) -> dict[str, str]:
    """The fields of the form: one for each offered language."""
    return {f"labels_{number}": words.get(tag.replace("-", "_"), "") for number, tag in enumerate(texts.OFFERED)}


def test_form_shows_one_text_for_each_offered_language(client: Client, alice: User) -> None:
    reason = make_reason("queues", en="Queues", ar="الانتظار")
    client.force_login(alice)

    page = client.get(f"{PAGE}{reason.pk}/change/").content.decode()

    assert [f'lang="{tag}"' in page for tag in texts.OFFERED] == [True] * len(texts.OFFERED)
    assert 'value="الانتظار"' in page


def test_words_are_kept_with_their_author_and_those_not_offered_stay(client: Client, alice: User) -> None:
    reason = make_reason("queues", en="Queues", es="Colas", xx="Kept")
    client.force_login(alice)

    response = client.post(f"{PAGE}{reason.pk}/change/", {**labels(en="Waiting", it="Attese"), "is_active": "on"})

    assert response.status_code == 302
    reason.refresh_from_db()
    assert reason.labels == {"en": "Waiting", "it": "Attese", "xx": "Kept"}
    assert reason.history.first().history_user == alice


def test_reason_without_words_is_refused_and_key_stays(client: Client, alice: User) -> None:
    client.force_login(alice)

    refused = client.post(f"{PAGE}add/", {"key": "queues", **labels(), "is_active": "on"})
    made = client.post(f"{PAGE}add/", {"key": "queues", **labels(en=HOSTILE), "is_active": "on"}, follow=True)
    reason = Reason.objects.get(key="queues")
    client.post(f"{PAGE}{reason.pk}/change/", {"key": "other-key", **labels(en="Queues")})
    reason.refresh_from_db()

    assert "Write the words in one language at least." in refused.content.decode()
    assert HOSTILE not in made.content.decode()
    assert (reason.key, reason.labels, reason.is_active) == ("queues", {"en": "Queues"}, False)


@pytest.mark.parametrize("model", ["reason", "bandreason", "question", "questiontext"])
def test_list_asks_the_database_as_often_for_one_as_for_three(client: Client, alice: User, model: str) -> None:
    client.force_login(alice)
    campaign = make_campaign()
    counts = []
    for wanted in (1, 3):
        while campaign.questions.count() < wanted:
            make_question("Why?", campaign=campaign)
            campaign.band_reasons.create(band="passive", reason=make_reason())
        with CaptureQueriesContext(connection) as counted:
            client.get(f"/admin/surveys/{model}/")
        counts.append(len(counted))

    assert counts[0] == counts[1]


def test_question_with_a_merge_tag_is_refused(client: Client, alice: User) -> None:
    question = make_question()
    client.force_login(alice)
    form: dict[str, Any] = {"campaign": question.campaign_id, "band": "passive", "position": 0, "kind": "text"}
    inline = {
        "texts-TOTAL_FORMS": 1,
        "texts-INITIAL_FORMS": 0,
        "texts-0-language": "en",
        "texts-0-text": "Why {{ x }}?",
    }

    response = client.post(f"/admin/surveys/question/{question.pk}/change/", {**form, **inline, "is_asked": "on"})

    assert "take out {{ x }}." in response.content.decode()
    assert QuestionText.objects.count() == 0
    assert Question.objects.get().band == "detractor"
