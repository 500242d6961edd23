"""An answer that is held and given once more keeps all that was said with it."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from advocacy import stories
from advocacy.models import Testimonial
from surveys import evidence
from surveys.models import Consent, HeldAnswer, QuestionAnswer, Response, ResponseReason
from tests.factories import make_contact, make_invitation, make_message, make_question, make_reason
from tests.surveys.pages.public import nonce_of, page_of, send, strict_client, thanks_url

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC)


def test_held_answer_keeps_reasons_questions_and_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    client: Client = strict_client()
    with time_machine.travel(NOW, tick=False) as clock:
        message = make_message(invitation=make_invitation(contact=make_contact(name="Mira Kern")))
        invitation = message.invitation
        assert invitation is not None
        make_reason("delivery", en="Delivery")
        question = make_question("Which machine?", campaign=invitation.wave.campaign, band="promoter")
        wording = stories.wording(invitation.wave.campaign.brand, "en")
        said = {
            "score": "9",
            "comment": "It never lets me down.",
            "reason": ["delivery"],
            f"question_{question.pk}": "The small one",
            "quote": wording.version,
            "quote_name": "Mira K.",
        }

        first = send(client, invitation, 9, {**said, "nonce": nonce_of(invitation, seconds_ago=1)})
        page = page_of(first)
        clock.shift(10)
        again = {**said, "nonce": nonce_of(invitation, seconds_ago=8, is_second=True)}
        second = send(client, invitation, 9, again)
        thanks = page_of(client.get(thanks_url(invitation)))
        evidence.judge_due(at=NOW + dt.timedelta(minutes=5))

    # Both text areas, as they were typed; no number is chosen for anybody.
    assert (first.status_code, page.chosen, page.comment) == (409, [], "It never lets me down.\nThe small one")
    assert ["checked" in tick for tick in page.find("input", name="reason", value="delivery")] == [True]
    assert (second.status_code, "It never lets me down." in thanks.text()) == (303, True)
    assert (Response.objects.get().score, HeldAnswer.objects.count()) == (9, 0)
    assert list(ResponseReason.objects.values_list("reason__key", flat=True)) == ["delivery"]
    assert list(QuestionAnswer.objects.values_list("text", flat=True)) == ["The small one"]
    assert (Testimonial.objects.get().words, Consent.objects.count()) == ("It never lets me down.", 1)
