from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import Q
from django.forms import Form

from surveys import ports
from surveys.enums import Band, Purpose
from surveys.models import Contact, Message
from tests.factories import make_campaign, make_contact, make_message
from tests.surveys.sending import small_letter

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


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

    assert list(Message.objects.filter(ports.guards(NOW))) == [message]


def test_all_guards_of_a_purpose_must_agree_and_bind_no_other() -> None:
    ports.register_guard(Purpose.MARKETING, lambda _at: Q(language="en"))
    ports.register_guard(Purpose.MARKETING, lambda _at: Q(priority__lt=50))
    both = make_message(purpose=Purpose.MARKETING, language="en", priority=10)
    make_message(purpose=Purpose.MARKETING, language="en", priority=50)
    make_message(purpose=Purpose.MARKETING, language="es", priority=10)
    other = make_message(purpose=Purpose.RESEARCH, language="es", priority=50)

    assert list(Message.objects.filter(ports.guards(NOW)).order_by("pk")) == [both, other]


def test_second_block_of_a_name_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_blocks", {})
    block = ports.Block()
    ports.register_block(block)

    ports.register_block(block)
    with pytest.raises(ValueError, match="already"):
        ports.register_block(ports.Block())

    assert ports.blocks() == [block]


def test_latest_of_what_is_promised_counts_and_each_promises_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_promisers", [])
    contact, noon = make_contact(), dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    nothing = ports.promised(contact, 3, noon)

    def tomorrow(_contact: Contact, score: int, at: dt.datetime) -> dt.datetime | None:
        return at + dt.timedelta(days=1) if score < 7 else None

    for promiser in (tomorrow, tomorrow, lambda _contact, _score, at: at):
        ports.register_promise(promiser)

    assert (nothing, len(ports._promisers)) == (None, 2)
    assert ports.promised(contact, 3, noon) == noon + dt.timedelta(days=1)
    assert ports.promised(contact, 8, noon) == noon


def test_block_shows_its_offer_as_it_is() -> None:
    campaign = make_campaign()
    visit = ports.Visit(campaign, Band.PASSIVE, "en", None, None, dt.datetime(2026, 11, 23, tzinfo=dt.UTC))

    assert ports.Block().arranged("offer", visit, Form()) == "offer"
