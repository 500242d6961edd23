from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from advocacy import demo
from advocacy.demo import people
from surveys.models import Contact, Tick
from tests.factories import make_brand, make_contact, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few_contacts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command has no such option: whoever asks for the demo wants all of it."""
    rows = people._sample()[:60]
    monkeypatch.setattr(people, "_sample", lambda: [dict(row) for row in rows])


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def test_load_says_how_to_sign_in_and_a_second_one_is_refused() -> None:
    said = run().splitlines()

    assert said[1:] == [
        "  marta.ruiz@aurora.example.com (support)",
        "  dana.whitfield@aurora.example.com (support lead)",
        "  nora.lindqvist@aurora.example.com (marketing)",
        "  sofie.berg@aurora.example.com (employee)",
        "  admin@aurora.example.com (admin)",
        "each with the password aurora-demo. Its mail is sent while `manage.py worker` runs.",
    ]
    assert Contact.objects.count() == 60
    with pytest.raises(CommandError, match=r"^Not loaded: the demo is here already\. Take it away"):
        run("--force")

    assert Contact.objects.count() == 60


def test_contacts_of_ones_own_are_in_the_way() -> None:
    make_contact()

    with pytest.raises(CommandError, match=r"^Not loaded: there are contacts here that are not the demo's\."):
        run()

    assert Contact.objects.count() == 1


def test_force_loads_it_beside_them() -> None:
    make_contact()

    run("--force")

    assert Contact.objects.count() == 61


def test_mail_settings_are_in_the_way(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "surveys.smtp.EmailBackend"

    with pytest.raises(CommandError, match=r"^Not loaded: mail settings are given \(EMAIL_URL\)"):
        run()

    assert Contact.objects.count() == 0


def test_name_that_is_taken_is_said_whatever_the_force() -> None:
    make_brand(name=demo.BRAND)

    with pytest.raises(CommandError, match=r"^Not loaded: there is a brand “Aurora Coffee Machines” already"):
        run("--force")


def test_user_of_the_same_name_is_never_taken_over() -> None:
    make_user("admin")

    with pytest.raises(CommandError, match=r"^Not loaded: there is a user admin already"):
        run("--force")


def test_contact_of_the_same_address_is_never_taken_over() -> None:
    contact = make_contact(email=people._sample()[7]["email"])

    with pytest.raises(CommandError, match=f"^Not loaded: there is a contact {contact.email} already"):
        run("--force")


def test_remove_says_what_went() -> None:
    run()

    said = run("--remove")

    assert said == (
        "The demo is gone, 60 contacts with all that belonged to them.\n"
        "Its sign-ins are gone too: make your own with `manage.py createsuperuser`.\n"
    )
    assert Contact.objects.count() == 0


def test_remove_without_a_demo_says_so() -> None:
    assert run("--remove") == "There is no demo here: nothing to take away.\n"


def test_demo_is_wanted_in_a_database_that_nobody_used() -> None:
    assert demo.is_wanted()


@pytest.mark.parametrize("what", ["worker", "contact", "user"])
def test_demo_is_not_wanted_where_somebody_worked(what: str) -> None:
    """After `--remove` the next start must not bring it back: by then the worker has run."""
    if what == "worker":
        Tick.objects.create(name="start_due_waves", at=timezone.now())
    elif what == "contact":
        make_contact()
    else:
        make_user()

    assert not demo.is_wanted()


def test_demo_is_not_wanted_where_mail_leaves(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "surveys.smtp.EmailBackend"

    assert not demo.is_wanted()
