"""The people of Aurora, and the customers of its sample file."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db.models.functions import Lower

from advocacy.demo.names import DATA, DOMAIN, ENDS_ON, MARK, PASSWORD, Refused, Stage
from advocacy.enums import Role
from advocacy.models import Team
from surveys import importing
from surveys.models import Account, Contact

if TYPE_CHECKING:
    from django.contrib.auth.models import User

CARE, FIRMS = "Customer care", "Business accounts"
STAFF = {
    "marta.ruiz": ("Marta Ruiz", Role.SUPPORT, CARE),
    "karim.haddad": ("Karim Haddad", Role.SUPPORT, CARE),
    "lin.yue": ("Lin Yue", Role.SUPPORT, CARE),
    "chiara.conti": ("Chiara Conti", Role.SUPPORT, CARE),
    "haruka.sato": ("Haruka Sato", Role.SUPPORT, CARE),
    "elif.demir": ("Elif Demir", Role.SUPPORT, CARE),
    "jonas.keller": ("Jonas Keller", Role.SUPPORT, FIRMS),
    "ines.moreau": ("Inès Moreau", Role.SUPPORT, FIRMS),
    "tom.okafor": ("Tom Okafor", Role.SUPPORT, FIRMS),
    "thiago.lopes": ("Thiago Lopes", Role.SUPPORT, FIRMS),
    "dana.whitfield": ("Dana Whitfield", Role.SUPPORT_LEAD, CARE),
    "nora.lindqvist": ("Nora Lindqvist", Role.MARKETING, ""),
    "sofie.berg": ("Sofie Berg", Role.EMPLOYEE, ""),
    "pavel.novak": ("Pavel Novák", Role.EMPLOYEE, ""),
    "admin": ("Ada Admin", Role.ADMIN, ""),
}
SHOWN_SIGN_INS = {
    "marta.ruiz": "support",
    "dana.whitfield": "support lead",
    "nora.lindqvist": "marketing",
    "sofie.berg": "employee",
    "admin": "admin",
}
EVERY_DAY = "0123456"
BATCH_OF_UPDATES = 200


def make_staff(stage: Stage) -> None:
    password = make_password(PASSWORD)  # once: a good hash takes its time
    groups = {group.name: group for group in Group.objects.all()}
    joined = stage.ago(days=760)
    for name, (full_name, role, _team) in STAFF.items():
        first, last = full_name.split(" ", 1)
        is_admin = role == Role.ADMIN
        user = get_user_model().objects.create(
            username=name,
            email=f"{name}@{DOMAIN}",
            password=password,
            first_name=first,
            last_name=last,
            is_staff=is_admin,
            is_superuser=is_admin,
            date_joined=joined,
        )
        user.groups.add(groups[role])
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        stage.users[name] = user
    stage.made += stage.users.values()
    _make_teams(stage)


def _make_teams(stage: Stage) -> None:
    lead = stage.users["dana.whitfield"]
    # Cafés call on Sundays too: one team is there every day, so that on any day something is due.
    care = Team.objects.create(
        name=CARE, lead=lead, timezone="Europe/Madrid", opens_at=dt.time(8), closes_at=dt.time(20), weekdays=EVERY_DAY
    )
    firms = Team.objects.create(name=FIRMS, lead=lead, timezone="Europe/Berlin")
    for team in (care, firms):
        members: list[User] = [stage.users[name] for name, (_, _, its) in STAFF.items() if its == team.name]
        team.members.set(members)
        stage.teams |= {member.pk: team for member in members}
    stage.made += [care, firms]


def check_names() -> None:
    """Raises Refused when something of somebody else has a name that the demo needs."""
    users = get_user_model().objects.filter(username__in=STAFF) | get_user_model().objects.filter(
        email__in=[f"{name}@{DOMAIN}" for name in STAFF]
    )
    if user := users.first():
        raise Refused(f"Not loaded: there is a user {user.get_username()} already, and the demo has one of that name.")
    rows = _sample()
    known = set(Contact.objects.values_list("email", flat=True))
    if taken := next((row["email"] for row in rows if row["email"] in known), None):
        raise Refused(f"Not loaded: there is a contact {taken} already, and the demo has one of that address.")
    accounts = set(Account.objects.annotate(key=Lower("name")).values_list("key", flat=True))
    if taken := next((row["company"] for row in rows if row["company"].lower() in accounts), None):
        raise Refused(f"Not loaded: there is an account {taken} already, and the demo has one of that name.")


def make_contacts(stage: Stage, *, most: int | None) -> None:
    """Through the import, as anybody's contacts come. The days are moved so that the sample ends today."""
    rows = _sample()[:most]
    for row in rows:
        since = dt.date.fromisoformat(row["customer_since"]) + (stage.today - ENDS_ON)
        row["customer_since"] = since.isoformat()
        row[MARK[0]] = MARK[1]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "contacts.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        importing.import_contacts(path, basis="customer", source="demo", today=stage.today)
    contacts = Contact.objects.filter(email__in=[row["email"] for row in rows])
    found = contacts.select_related("account__owner", "owner")
    stage.contacts = sorted(found, key=lambda contact: contact.email)  # each database sorts texts in its own way
    for contact in stage.contacts:
        day = contact.customer_since or stage.today
        known_since = dt.datetime.combine(day, dt.time(8), tzinfo=dt.UTC)
        contact.created_at = contact.updated_at = contact.basis_at = min(known_since, stage.midnight)
    Contact.objects.bulk_update(stage.contacts, ["created_at", "updated_at", "basis_at"], batch_size=BATCH_OF_UPDATES)
    stage.made += stage.contacts
    stage.made += _care_for_accounts(stage)


def _care_for_accounts(stage: Stage) -> list[Account]:
    """Each account belongs to whom its first contact belongs to, and to the segment of that contact's first tag."""
    accounts: dict[int, Account] = {}
    for contact in sorted(stage.contacts, key=lambda one: (one.created_at, one.email)):
        if contact.account is None:
            continue
        account = accounts.setdefault(contact.account.pk, contact.account)
        contact.account = account
        account.created_at = min(account.created_at, contact.created_at)
        account.owner = account.owner or contact.owner
        account.segment = account.segment or next(iter(contact.tags), "")
    Account.objects.bulk_update(accounts.values(), ["created_at", "owner", "segment"], batch_size=BATCH_OF_UPDATES)
    return list(accounts.values())


def _sample() -> list[dict[str, str]]:
    with (DATA / "contacts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
