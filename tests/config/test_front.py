from __future__ import annotations

from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from django.test.utils import override_script_prefix

from config.front import Front
from config.wsgi import application
from surveys import tokens
from surveys.models import Suppression
from surveys.views import public
from tests.factories import make_contact, make_invitation, make_message
from tests.surveys.pages.public import answer_url, nonce_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The connections that were looked at, and closed if they are too old: not so that of the test."""
    aliases: list[str] = []
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda self: aliases.append(self.alias))
    return aliases


def ask(handler: Any, path: str, *, body: bytes = b"", **environ: Any) -> tuple[str, dict[str, str], bytes]:
    """The status, the headers and the body, as a server sees them."""
    method = "POST" if body else "GET"
    values = RequestFactory().generic(method, path, body, content_type="application/x-www-form-urlencoded").environ
    said: list[Any] = []
    answer = handler({**values, **environ}, lambda status, headers: said.extend([status, dict(headers)]))
    whole = b"".join(answer)
    if isinstance(answer, HttpResponseBase):
        answer.close()
    return said[0], said[1], whole


@pytest.mark.parametrize("path", ["/r/none/3", "/r/none", "/u/none", "/wall/7", "/r/none/3?x=%FF", "/wall/%FF"])
def test_public_page_is_as_without_it(path: str) -> None:
    assert ask(Front(), path) == ask(WSGIHandler(), path)


def test_page_of_an_answer_is_shown_and_looked_at(looked_at: list[str]) -> None:
    invitation = make_invitation()

    status, headers, body = ask(application, answer_url(invitation, 3))

    assert (status, headers["Content-Length"], invitation.clicks.count()) == ("200 OK", str(len(body)), 1)
    assert looked_at == ["default"] * 2  # before and after


def test_one_click_unsubscribes_without_a_redirect() -> None:
    message = make_message(contact=make_contact())

    status, _headers, body = ask(application, f"/u/{tokens.encode(message.token)}", body=b"List-Unsubscribe=One-Click")

    assert (status, body) == ("200 OK", b"You are unsubscribed.\n")
    assert Suppression.objects.filter(address_hash=message.address_hash).exists()


def test_foreign_host_is_refused() -> None:
    assert ask(application, "/r/none/3", HTTP_HOST="evil.example")[0] == "400 Bad Request"


def test_error_of_a_page_is_an_error_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(public, "find", fail)

    assert ask(application, "/r/none/3")[0] == "500 Internal Server Error"


def test_below_a_prefix_the_next_address_holds_it() -> None:
    invitation = make_invitation()
    form = f"score=9&nonce={nonce_of(invitation)}".encode()

    with override_script_prefix("/"):  # as it was, once this is over
        status, headers, _body = ask(application, answer_url(invitation, 9), body=form, SCRIPT_NAME="/token")

    assert (status, headers["Location"]) == ("303 See Other", f"/token/r/{tokens.encode(invitation.token)}/thanks")


def test_file_that_came_with_a_form_is_closed() -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    form = head + b"a" * 3_000_000 + b"\r\n--x--\r\n"
    seen: list[HttpRequest] = []

    class Watched(Front):
        def _body(self, request: HttpRequest, response: Any) -> Any:
            seen.append(request)
            return super()._body(request, response)

    ask(Watched(), "/u/none", body=form, CONTENT_TYPE="multipart/form-data; boundary=x")

    assert [file.closed for file in seen[0].FILES.values()] == [True]  # type: ignore[union-attr]


def test_file_that_cannot_be_closed_takes_no_answer_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_request: HttpRequest) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(HttpRequest, "close", fail)

    assert ask(application, "/u/none")[0] == "404 Not Found"


def test_what_is_sent_in_pieces_is_cleared_up_when_it_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []
    monkeypatch.setattr(HttpRequest, "close", lambda self: closed.append(self.path))
    handler = Front()
    monkeypatch.setattr(handler, "_middleware_chain", lambda _request: StreamingHttpResponse(iter([b"a", b"b"])))

    assert (ask(handler, "/wall/pictures/x.png")[2], closed) == (b"ab", ["/wall/pictures/x.png"])


def test_only_the_console_tells_of_each_request() -> None:
    told: list[str] = []

    def note(environ: dict[str, Any], **_about: Any) -> None:
        told.append(environ["PATH_INFO"])

    request_started.connect(note)
    for path in ("/r/none/3", "/accounts/login/"):
        ask(application, path)
    request_started.disconnect(note)

    assert told == ["/accounts/login/"]
