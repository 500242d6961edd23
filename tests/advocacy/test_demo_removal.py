"""What the demo brought goes, to the row; what is somebody's own stays."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.utils import timezone

from advocacy import cases, demo, huddles
from advocacy.demo.catalogue import CALLS
from advocacy.models import Case, CaseNote, DemoRow, Fix, Huddle, Team
from surveys import audience, contacts, responses
from surveys.models import (
    Account,
    Brand,
    Campaign,
    Contact,
    DailyCount,
    Event,
    Message,
    Response,
    Suppression,
    Touchpoint,
)
from tests.factories import (
    make_account,
    make_campaign,
    make_case,
    make_contact,
    make_inbox_mail,
    make_invitation,
    make_theme,
    make_wave,
)
from tests.sizes import WHOLE_ONCE, whole_once_or

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 4, 14, 30, tzinfo=dt.UTC)
FEW = whole_once_or(150, 80)
DAYS = [
    dt.datetime(2028, 2, 29, 0, 5, tzinfo=dt.UTC),
    dt.datetime(2026, 8, 16, 23, 59, tzinfo=dt.UTC),
    dt.datetime(2027, 1, 1, 7, tzinfo=dt.UTC),
]


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def picture() -> dict[str, list[Any]]:
    """What two loads on one day must have in common: everything but keys, tokens and the clock of the machine."""
    return {
        "contacts": sorted(Contact.objects.values_list("email", "owner__username", "account__name", "customer_since")),
        "answers": sorted(Response.objects.values_list("contact__email", "score", "comment", "answered_at")),
        "cases": sorted(
            Case.objects.values_list("contact__email", "status", "outcome", "owner__username", "opened_at", "due_at"),
            key=str,
        ),
        "mail": sorted(Message.objects.values_list("contact__email", "status", "not_before")),
        "fixes": sorted(Fix.objects.values_list("title", "status", "requests__contact__email"), key=str),
        "suppressed": sorted(Suppression.objects.values_list("address_hash", "reason", "created_at")),
        "texts": sorted(CaseNote.objects.values_list("case__contact__email", "text", "at")),
        "counts": sorted(counts().items()),
    }


def test_two_loads_on_one_day_are_the_same_and_leave_nothing() -> None:
    before = counts()
    demo.load(now=NOW, most=FEW)
    first = picture()

    demo.remove()
    between = counts()
    demo.load(now=NOW, most=FEW)

    assert between == before
    assert len(first["answers"]) > FEW / 2
    assert picture() == first


@pytest.mark.parametrize("now", DAYS if WHOLE_ONCE else DAYS[:1])
def test_any_day_will_do(now: dt.datetime) -> None:
    before = counts()

    demo.load(now=now, most=60)
    loaded = Response.objects.count()
    demo.remove()

    assert loaded > 30
    assert counts() == before


def test_what_is_somebodys_own_stays_untouched() -> None:
    contact = make_contact(account=make_account(name="Real Ltd"), name="Real Person")
    case = make_case(contact=contact, theme=make_theme("Coffee beans"))
    before = counts()

    demo.load(now=NOW, most=FEW, force=True)
    asked = contact.invitations.filter(wave__campaign__brand__name=demo.BRAND).count()
    demo.remove()

    contact.refresh_from_db()
    case.refresh_from_db()
    assert asked == 0  # by the survey that is sent with the demo
    assert counts() == before
    assert (contact.name, contact.account) == ("Real Person", Account.objects.get(name="Real Ltd"))
    assert case.response is not None


def test_what_was_tried_on_the_demo_goes_with_it() -> None:
    before = counts()
    demo.load(now=NOW, most=FEW)
    case = Case.objects.open().first()
    message = Message.objects.filter(sent_at__isnull=False).exclude(contact__responses=None).latest("pk")
    assert case is not None
    assert message.contact is not None

    huddles.make(Team.objects.get(name="Customer care"), by=User.objects.get(username="dana.whitfield"))
    cases.add_note(case, by=User.objects.get(username="marta.ruiz"), text="Tried it")
    contacts.unsubscribe(message)
    make_inbox_mail(recipient=f"Somebody <{message.contact.email}>")
    demo.remove()

    assert counts() == before


def test_demo_asks_no_real_contact_and_answers_of_its_own_leave_the_counts_of_a_real_campaign() -> None:
    demo.load(now=NOW, most=FEW)
    wave = make_wave(campaign=make_campaign(name="Real"))
    ours, theirs = make_contact(), Contact.objects.filter(email__contains="example").earliest("pk")
    for contact in (ours, theirs):
        responses.record(make_invitation(wave=wave, contact=contact), score=9, language="en")
    asked = audience.candidates(Campaign.objects.get(name=CALLS), at=timezone.now() + dt.timedelta(days=100))
    assert (asked.count(), asked.filter(pk=ours.pk).exists()) == (FEW, False)

    demo.remove()

    count = DailyCount.objects.get()
    assert (count.promoters, Response.objects.get().contact) == (1, ours)
    assert wave.invitations.get().contact == ours


def test_what_was_put_to_use_elsewhere_stays() -> None:
    demo.load(now=NOW, most=FEW)
    brand = Brand.objects.get(name=demo.BRAND)
    campaign = make_campaign(name="Real", brand=brand, touchpoint=Touchpoint.objects.get(key="repair"))
    account = Account.objects.earliest("pk")
    contact = make_contact(account=account, owner=User.objects.get(username="marta.ruiz"))
    colleague = User.objects.create_user("real")
    team = Team.objects.get(name="Customer care")
    team.members.add(colleague)
    huddle = huddles.make(team, by=colleague)

    demo.remove()

    contact.refresh_from_db()
    assert Campaign.objects.get() == campaign
    assert (Brand.objects.get(), Touchpoint.objects.get().key) == (brand, "repair")
    assert (contact.account, contact.owner) == (account, None)
    assert (Team.objects.get().name, User.objects.get()) == ("Customer care", colleague)
    assert (Huddle.objects.get(), Event.objects.get(kind="advocacy.huddle").object_id) == (huddle, str(huddle.pk))
    assert DemoRow.objects.count() == 0


def test_removing_nothing_changes_nothing() -> None:
    contact = make_contact()

    assert demo.remove() == 0
    assert Contact.objects.get() == contact
