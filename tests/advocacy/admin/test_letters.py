from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from advocacy.models import Macro, SavedReply, SavedReplyText
from tests.factories import make_saved_reply

pytestmark = pytest.mark.django_db

REPLIES, MACROS = "/admin/advocacy/savedreply/", "/admin/advocacy/macro/"


def form(*texts: tuple[str, str, str], **fields: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"name": "Repair is late", "is_offered": "on"}
    values |= {"texts-TOTAL_FORMS": len(texts), "texts-INITIAL_FORMS": 0}
    for number, (language, subject, text) in enumerate(texts):
        values |= {
            f"texts-{number}-{name}": value
            for name, value in zip(("language", "subject", "text"), (language, subject, text), strict=True)
        }
    return {**values, **fields}


def errors(response: Any) -> list[dict[str, list[str]]]:
    return [] if response.status_code == 302 else response.context["inline_admin_formsets"][0].formset.errors


def test_saved_reply_is_kept_with_its_texts_and_its_author(client: Client, alice: User) -> None:
    client.force_login(alice)

    response = client.post(
        f"{REPLIES}add/", form(("en", "Late", "Dear {{ first_name }}"), ("ar", "متأخر", '{{ product|fallback:"" }}'))
    )

    assert errors(response) == []
    reply = SavedReply.objects.get()
    assert list(reply.texts.values_list("language", "subject")) == [("ar", "متأخر"), ("en", "Late")]
    assert reply.history.get().history_user == alice
    assert "ar, en" in client.get(REPLIES).content.decode()


@pytest.mark.parametrize("name", ["subject", "text"])
def test_unknown_tag_is_refused_with_those_there_are(client: Client, alice: User, name: str) -> None:
    client.force_login(alice)
    written = {"subject": "Late", "text": "Sorry", name: "Dear {{ frist_name }}"}

    response = client.post(f"{REPLIES}add/", form(("en", written["subject"], written["text"])))

    (found,) = errors(response)
    (fault,) = found[name]
    assert fault.startswith("{{ frist_name }} is no tag. There are: {{ first_name }}, {{ name }}, {{ account }}")
    assert SavedReply.objects.count() == 0


def test_second_text_in_a_language_is_refused(client: Client, alice: User) -> None:
    client.force_login(alice)

    client.post(f"{REPLIES}add/", form(("en", "Late", "Sorry"), ("en", "Late", "Sorry")))

    assert SavedReplyText.objects.count() == 0


def test_macro_is_kept_and_a_reply_it_sends_cannot_be_deleted(client: Client, alice: User) -> None:
    client.force_login(alice)
    reply = make_saved_reply()

    client.post(f"{MACROS}add/", {"name": "Late", "is_offered": "on", "saved_reply": reply.pk})
    client.post(f"{REPLIES}{reply.pk}/delete/", {"post": "yes"})

    macro = Macro.objects.get()
    assert (macro.saved_reply, macro.history.get().history_user) == (reply, alice)
    assert SavedReply.objects.get() == reply
