from __future__ import annotations

import pytest
from django.db.models import Q

from surveys import ports
from surveys.enums import Purpose
from surveys.models import Message
from tests.factories import make_message
from tests.surveys.sending import small_letter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_registers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_letters", {})
    monkeypatch.setattr(ports, "_guards", {purpose: [] for purpose in Purpose})


def test_letter_is_made_by_its_renderer() -> None:
    message = make_message()
    ports.register_letter("invitation", small_letter)

    assert ports.render(message).to == small_letter(message).to


def test_letter_nobody_registered_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        ports.render(make_message(letter="riddle"))


def test_letter_has_one_renderer() -> None:
    ports.register_letter("invitation", small_letter)
    ports.register_letter("invitation", small_letter)  # an app may be made ready twice

    with pytest.raises(ValueError, match="the letter 'invitation' already has a renderer"):
        ports.register_letter("invitation", lambda message: small_letter(message))  # noqa: PLW0108 - another function


def test_without_guards_everything_may_leave() -> None:
    message = make_message()

    assert list(Message.objects.filter(ports.guards())) == [message]


def test_all_guards_of_a_purpose_must_agree_and_bind_no_other() -> None:
    ports.register_guard(Purpose.MARKETING, lambda: Q(language="en"))
    ports.register_guard(Purpose.MARKETING, lambda: Q(priority__lt=50))
    both = make_message(purpose=Purpose.MARKETING, language="en", priority=10)
    make_message(purpose=Purpose.MARKETING, language="en", priority=50)
    make_message(purpose=Purpose.MARKETING, language="es", priority=10)
    other = make_message(purpose=Purpose.RESEARCH, language="es", priority=50)

    assert list(Message.objects.filter(ports.guards()).order_by("pk")) == [both, other]


def test_second_block_of_a_name_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_blocks", {})
    block = ports.Block()
    ports.register_block(block)

    ports.register_block(block)
    with pytest.raises(ValueError, match="already"):
        ports.register_block(ports.Block())

    assert ports.blocks() == [block]
