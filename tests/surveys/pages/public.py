"""What the tests of the public pages share."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from surveys import content, evidence, tokens
from surveys.firsts import Sheet
from surveys.models import Invitation, Message

HOSTILE_TEXT = (
    "</textarea><script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)> javascript:alert(4)"
)
VOID = {"meta", "link", "input", "br", "img"}


class Page(HTMLParser):
    """HTML as a browser or mail program takes it: its tags with their attributes, its words, its form fields."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag == "br":
            self.handle_data("\n")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            self.texts.setdefault(tag, []).append(data)

    def text(self, tag: str = "body") -> str:
        # The white space of HTML: a no-break space stands where somebody put it.
        return re.sub(r"[ \t\r\n\f]+", " ", "".join(self.texts.get(tag, []))).strip(" ")

    def find(self, tag: str, *, class_: str | None = None, **attributes: str) -> list[dict[str, str]]:
        if class_ is not None:
            attributes["class"] = class_
        return [attrs for name, attrs in self.tags if name == tag and attributes.items() <= attrs.items()]

    def all(self, tag: str, attribute: str) -> list[str]:
        return [attrs[attribute] for attrs in self.find(tag) if attribute in attrs]

    @property
    def language(self) -> tuple[str, str]:
        (html,) = self.find("html")
        return html["lang"], html["dir"]

    @property
    def chosen(self) -> list[str]:
        return [field["value"] for field in self.find("input", name="score") if "checked" in field]

    @property
    def comment(self) -> str:
        # A browser drops the first line break of a textarea.
        return "".join(self.texts.get("textarea", [])).removeprefix("\n")


def page_of(response: Any) -> Page:
    return Page(response.content.decode())


def foreign(page: Page) -> list[dict[str, str]]:
    """Scripts and pictures that are not ours."""
    own = [tag for tag in page.find("script") if tag.get("src", "").startswith("/static/surveys/answer")]
    return [tag for tag in page.find("script") + page.find("img") if tag not in own]


def answer_url(invitation: Invitation, score: object) -> str:
    return f"/r/{tokens.encode(invitation.token)}/{score}"


def nonce_of(invitation: Invitation, *, seconds_ago: float = 60, is_second: bool = False) -> str:
    """What the form of a page carries that was opened a while ago."""
    at = timezone.now() - dt.timedelta(seconds=seconds_ago)
    asked = Invitation.objects.select_related("contact", "wave__campaign__brand").get(pk=invitation.pk)
    campaign = asked.wave.campaign
    sheet = Sheet(campaign.pk, asked.wishes, content.current(campaign))
    return evidence.nonce(asked.token, at=at, is_second=is_second, sheet=sheet)


def send(client: Client, invitation: Invitation, linked: object, data: dict[str, Any], **options: Any) -> Any:
    """Post the form of the page of a link as somebody does who has looked at it for a minute."""
    return client.post(answer_url(invitation, linked), {"nonce": nonce_of(invitation), **data}, **options)


def thanks_url(invitation: Invitation) -> str:
    return f"/r/{tokens.encode(invitation.token)}/thanks"


def exit_url(message: Message) -> str:
    return f"/u/{tokens.encode(message.token)}"


def strict_client() -> Client:
    """A client that is asked for its CSRF tokens, like a browser."""
    return Client(enforce_csrf_checks=True)


def all_rows() -> dict[str, list[Any]]:
    """Every row of every table of ours as it is stored, but for clicks: what a GET must leave as it is."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            label, table = model._meta.label, model._meta.db_table
            if model._meta.app_label in {"surveys", "advocacy", "sessions", "auth"} and label != "surveys.Click":
                cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
                found[label] = list(cursor.fetchall())
    return found
