from __future__ import annotations

import csv
import datetime as dt
import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from surveys import addresses, contacts, importing
from surveys.enums import Basis, SuppressionReason
from surveys.importing import FileRefused, Issue, Report
from surveys.models import Account, Contact, Suppression
from tests.factories import make_account, make_contact, make_user
from tests.surveys.importing.conftest import TODAY, Import

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parents[2] / "data"
SAMPLE = settings.BASE_DIR / "surveys" / "data" / "demo" / "contacts.csv"
MESSY = DATA / "contacts_messy.csv"


def numbers(report: Report) -> dict[str, int]:
    names = ("created", "updated", "unchanged", "merged", "rejected", "blank")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def codes(issues: list[Issue]) -> list[tuple[int, str, str]]:
    return [(issue.line, issue.column, issue.code) for issue in issues]


def stored() -> list[dict[str, Any]]:
    """All that an import decides, by address. When and from which file is not part of it."""
    fields = ["email", "address_hash", "phone", "name", "external_id", "language", "timezone", "customer_since", "tags"]
    fields += ["properties", "basis", "owner__email", "account__name", "account__website", "account__revenue"]
    return list(Contact.objects.order_by("email").values(*fields))


# ---------------------------------------------------------------------------------------------------------- the samples


def test_clean_sample_comes_in_whole() -> None:
    report = importing.import_contacts(SAMPLE, basis="customer", source="contacts.csv", today=TODAY)

    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert numbers(report) == {"created": 1_200}
    assert (report.encoding, report.delimiter, report.properties) == ("utf-8", ",", ["plan"])
    assert {(c.email, c.name, c.language, c.timezone, c.phone) for c in Contact.objects.all()} == {
        (row["email"], row["name"], row["language"], row["timezone"], row["phone"]) for row in rows
    }
    assert Account.objects.count() == len({row["company"].casefold() for row in rows if row["company"]}) == 420


@pytest.fixture
def colleagues(db: None) -> None:
    """The owners that the expected outcome of the messy sample takes for users: all but the one who left."""
    with MESSY.open(encoding="windows-1252", newline="") as file:
        owners = {row["Owner Email"] for row in csv.DictReader(file, delimiter=";") if row["Owner Email"]}
    for owner in sorted(owner for owner in owners if owner.endswith("@aurora.example.com")):
        if not owner.startswith("someone.who.left"):
            User.objects.create_user(owner.partition("@")[0], owner.replace("aurora", "Aurora"))


@pytest.mark.usefixtures("colleagues")
def test_messy_sample_comes_out_as_expected_line_by_line() -> None:
    expected = json.loads((DATA / "contacts_messy.expected.json").read_text(encoding="utf-8"))
    lines = [line for line in expected["lines"] if line["reason"] != "blank_row"]

    report = importing.import_contacts(MESSY, basis="customer", source="contacts_messy.csv", today=TODAY)

    assert numbers(report) == {"created": 34, "merged": 6, "rejected": 15, "blank": 5}
    assert report.rows == 60
    assert (report.encoding, report.delimiter) == (expected["encoding"], expected["delimiter"])
    assert {issue.line: issue.code for issue in report.errors} == {
        line["line"]: line["reason"] for line in lines if line["verdict"] == "rejected"
    }
    assert sorted((issue.line, issue.code) for issue in report.warnings) == sorted(
        (line["line"], code) for line in lines for code in line.get("warnings", [])
    )
    assert set(Contact.objects.values_list("email", flat=True)) == {
        line["email"] for line in lines if line["verdict"] == "imported"
    }


@pytest.mark.usefixtures("colleagues")
def test_messy_sample_is_merged_and_cleaned() -> None:
    importing.import_contacts(MESSY, basis="customer", source="contacts_messy.csv", today=TODAY)

    zoe = Contact.objects.get(email="zoe.hartley@juniper-yard.example.com")
    assert (zoe.name, zoe.tags, zoe.phone) == ("Zoë Hartley", ["office", "vip", "newsletter"], "+61 8 5550 1234")
    assert zoe.account is not None
    assert (zoe.account.name, zoe.account.revenue) == ("Juniper Yard Coworking", Decimal(22_000))
    jose = Contact.objects.get(email="jose.nunez@hotel-azahar.example.org")
    assert jose.account is not None
    assert (jose.name, jose.account.name) == ("José Núñez", "Hotel Azahar")
    assert jose.account.website == "https://hotel-azahar.example.org/"
    assert jose.owner is not None
    assert jose.owner.username == "marta.ruiz"
    assert not Account.objects.filter(name__in=["Juniper Yard", "HOTEL AZAHAR", "???? ??????"]).exists()
    lost = Contact.objects.get(email="f.mansour@alwaha.example.org")
    assert (lost.name, lost.account) == ("", None)
    assert Account.objects.filter(name="Brasserie Poirier (annexe)").exists()


@pytest.mark.parametrize("path", [SAMPLE, MESSY], ids=["clean", "messy"])
def test_dry_run_says_the_same_and_changes_nothing(path: Path) -> None:
    make_contact(email="info@bluefern-bakery.example.com", name="Bluefern", basis="")
    make_account(name="CAFÉ LINDNER", revenue=1)
    before = stored()

    dry = importing.import_contacts(path, basis="customer", source="x", today=TODAY, dry_run=True)

    assert (stored(), Account.objects.count()) == (before, 1)
    assert importing.import_contacts(path, basis="customer", source="x", today=TODAY) == dry
    again = importing.import_contacts(path, basis="customer", source="x", today=TODAY, dry_run=True)
    assert (again.created, again.updated, again.unchanged) == (0, 0, dry.created + dry.updated + dry.unchanged)


# --------------------------------------------------------------------------------------------------------------- upsert


def test_row_becomes_a_contact_with_every_field(run_import: Import) -> None:
    owner = make_user("tom")
    header = (
        "email,name,company,company website,annual revenue,language,timezone,phone,customer since,tags,owner email,id,"
        "plan"
    )
    row = (
        "Anna@Example.com,Anna Lind,Aurora,https://aurora.example.com,4200.50,de,Europe/Berlin,+49 30 1,2021-04-12,"
        '"vip,home",TOM@example.com,A-1,care'
    )

    report = run_import(f"{header}\n{row}\n")

    assert (numbers(report), report.warnings) == ({"created": 1}, [])
    contact = Contact.objects.get()
    assert stored() == [
        {
            "email": "anna@example.com",
            "address_hash": addresses.keyed_hash("anna@example.com"),
            "phone": "+49 30 1",
            "name": "Anna Lind",
            "external_id": "A-1",
            "language": "de",
            "timezone": "Europe/Berlin",
            "customer_since": dt.date(2021, 4, 12),
            "tags": ["vip", "home"],
            "properties": {"plan": "care"},
            "basis": "customer",
            "owner__email": owner.email,
            "account__name": "Aurora",
            "account__website": "https://aurora.example.com",
            "account__revenue": Decimal("4200.50"),
        }
    ]
    assert contact.basis_source == "people.csv"
    assert contact.basis_at is not None
    assert contact.basis_at == contact.updated_at
    assert contact.created_at is not None


def test_known_address_in_any_case_is_updated(run_import: Import) -> None:
    contact = make_contact(
        email="anna@example.com", name="Anna", phone="1", tags=["old"], properties={"a": "1", "b": "2"}
    )

    report = run_import('email,name,phone,tags,b,c\nANNA@Example.com,Anna Lind,,"new,old",3,4\n')

    assert numbers(report) == {"updated": 1}
    contact.refresh_from_db()
    assert (contact.email, contact.name, contact.phone) == ("anna@example.com", "Anna Lind", "1")
    assert contact.tags == ["old", "new"]
    assert contact.properties == {"a": "1", "b": "3", "c": "4"}


def test_address_stored_in_capitals_is_known(run_import: Import) -> None:
    contact = make_contact(email="ANNA@Example.com", name="Anna")

    report = run_import("email,name\nanna@example.com,Anna Lind\n")

    contact.refresh_from_db()
    assert (numbers(report), contact.name, Contact.objects.count()) == ({"updated": 1}, "Anna Lind", 1)


@pytest.mark.parametrize(
    ("column", "value", "stored_as"),
    [
        ("name", "Bea", {"name": "Anna"}),
        ("phone", "2", {"phone": "1"}),
        ("id", "B", {"external_id": "A"}),
        ("language", "es", {"language": "de"}),
        ("timezone", "UTC", {"timezone": "Europe/Berlin"}),
        ("customer since", "2021-01-01", {"customer_since": "2020-01-01"}),
        ("tags", "b", {"tags": ["a"]}),
        ("plan", "b", {"properties": {"plan": "a"}}),
        ("plan", "b", {"properties": {"plan": 7}}),
        ("owner", "tom@example.com", {}),
        ("company", "Aurora", {}),
    ],
)
def test_each_field_alone_makes_an_update(
    run_import: Import, column: str, value: str, stored_as: dict[str, Any]
) -> None:
    make_user("tom")
    contact = make_contact(email="anna@example.com", **stored_as)
    content = f"email,{column}\nanna@example.com,{value}\n"
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    Contact.objects.update(updated_at=long_ago)

    first = run_import(content)
    contact.refresh_from_db()
    changed_at = contact.updated_at
    second = run_import(content)

    contact.refresh_from_db()
    assert [numbers(first), numbers(second)] == [{"updated": 1}, {"unchanged": 1}]
    assert changed_at > long_ago
    assert contact.updated_at == changed_at


def test_empty_cell_never_erases(run_import: Import) -> None:
    account, owner = make_account(website="https://a.example.com", revenue=5), make_user("tom")
    make_contact(
        email="anna@example.com", name="Anna", phone="1", external_id="A", language="de", timezone="UTC",
        customer_since="2020-01-01", tags=["a"], properties={"plan": "a"}, owner=owner, account=account,
    )  # fmt: skip
    before = stored()

    report = run_import(
        "email,name,phone,id,language,timezone,since,tags,plan,owner,company,website,revenue\n"
        "anna@example.com,,,,,,,,,,,,\n"
        f"bob@example.com,Bob,,,en,UTC,,,,,{account.name},,\n"
    )

    assert numbers(report) == {"created": 1, "unchanged": 1}
    assert stored()[0] == before[0]
    account.refresh_from_db()
    assert (account.website, account.revenue) == ("https://a.example.com", Decimal(5))


def test_rows_of_one_address_are_merged_across_batches(run_import: Import) -> None:
    between = "".join(f"c{number}@example.com,C,,,,\n" for number in range(3_000))

    report = run_import(
        "email,name,phone,company,tags,plan\nanna@example.com,,1,,a,\n"
        + between
        + 'ANNA@example.com,Anna,2,Aurora,"b,a",care\n anna@example.com,Bea,,Other,c,free\n'
    )

    assert numbers(report) == {"created": 3_001, "merged": 2}
    anna = Contact.objects.select_related("account").get(email="anna@example.com")
    assert (anna.name, anna.phone, anna.tags, anna.properties) == ("Anna", "1", ["a", "b", "c"], {"plan": "care"})
    assert list(Account.objects.values_list("name", flat=True)) == ["Aurora"]
    assert codes(report.warnings)[-1] == (3_004, "email", "trimmed")


def test_empty_cells_of_a_merged_row_are_not_worth_a_warning(run_import: Import) -> None:
    report = run_import("email,name,language\nanna@example.com,Anna,de\nanna@example.com,,\nbob@example.com,,\n")

    assert codes(report.warnings) == [(4, "language", "language_missing"), (4, "name", "name_missing")]


# ------------------------------------------------------------------------------------------------------------- accounts


def test_account_is_found_in_any_case_and_made_once(run_import: Import) -> None:
    lindner = make_account(name="CAFÉ LINDNER")
    etoile = make_account(name="École Étoile")

    report = run_import(
        "email,company\na@example.com,café lindner\nb@example.com,Café Lindner\nc@example.com,ÉCOLE ÉTOILE\n"
        "d@example.com,Aurora\ne@example.com,AURORA\nf@example.com,İstanbul Kahve\n"
    )
    again = run_import("email,company\nf@example.com,İstanbul Kahve\n")

    assert [numbers(report), numbers(again)] == [{"created": 6}, {"unchanged": 1}]
    assert list(Account.objects.order_by("pk").values_list("name", flat=True)) == [
        "CAFÉ LINDNER", "École Étoile", "Aurora", "İstanbul Kahve",
    ]  # fmt: skip
    assert (lindner.contacts.count(), etoile.contacts.count()) == (2, 1)


def test_account_gets_what_the_file_says_and_keeps_the_rest(run_import: Import) -> None:
    account = make_account(name="Café Aurora", website="https://old.example.com", revenue=5, segment="A")
    contact = make_contact(email="a@example.com", account=account)
    silent = make_contact(email="b@example.com", account=account)

    report = run_import("email,company,website,revenue\na@example.com,CAFÉ AURORA,,7.25\nb@example.com,café aurora,,\n")

    account.refresh_from_db()
    assert (account.name, account.website, account.revenue, account.segment) == (
        "Café Aurora", "https://old.example.com", Decimal("7.25"), "A",
    )  # fmt: skip
    assert numbers(report) == {"updated": 1, "unchanged": 1}
    assert set(account.contacts.all()) == {contact, silent}


def test_first_revenue_of_a_company_counts(run_import: Import) -> None:
    content = "email,company,revenue\na@example.com,Aurora,\nb@example.com,Aurora,5\nc@example.com,Aurora,7\n"

    reports = [run_import(content), run_import(content)]

    assert [numbers(report) for report in reports] == [{"created": 3}, {"unchanged": 3}]
    assert Account.objects.get().revenue == Decimal(5)


# -------------------------------------------------------------------------------------------- basis, owner, suppression


def test_recorded_basis_is_never_replaced(run_import: Import) -> None:
    with_basis = make_contact(email="a@example.com", basis=Basis.CONSENT, basis_source="form")
    without = make_contact(email="b@example.com", basis=Basis.NONE)

    report = run_import("email\na@example.com\nb@example.com\n")

    with_basis.refresh_from_db()
    without.refresh_from_db()
    assert numbers(report) == {"updated": 1, "unchanged": 1}
    assert (with_basis.basis, with_basis.basis_source, with_basis.basis_at) == ("consent", "form", None)
    assert (without.basis, without.basis_source) == ("customer", "people.csv")
    assert without.basis_at is not None


@pytest.mark.parametrize(("basis", "has_time"), [("consent", True), ("", False)])
def test_basis_may_be_another_or_none(run_import: Import, basis: str, has_time: bool) -> None:
    run_import("email\na@example.com\n", basis=basis)

    contact = Contact.objects.get()
    assert (contact.basis, contact.basis_at is not None) == (basis, has_time)


def test_basis_that_is_none_is_a_mistake(run_import: Import) -> None:
    with pytest.raises(ValueError, match="'marketing' is not a valid Basis"):
        run_import("email\na@example.com\n", basis="marketing")


def test_owner_must_be_an_active_user(run_import: Import) -> None:
    make_user("gone", is_active=False)
    make_user("tom")

    report = run_import(
        "email,owner\na@example.com,gone@example.com\nb@example.com,nobody\nc@example.com,TOM@EXAMPLE.COM\n"
    )

    assert codes(report.warnings) == [(2, "owner", "owner_unknown"), (3, "owner", "owner_unknown")]
    assert list(Contact.objects.order_by("email").values_list("owner__username", flat=True)) == [None, None, "tom"]


def test_import_lifts_no_suppression(run_import: Import) -> None:
    contacts.suppress("anna@example.com", reason=SuppressionReason.UNSUBSCRIBED)
    before = list(Suppression.objects.values())

    run_import("email\nANNA@example.com\n")

    assert list(Suppression.objects.values()) == before
    assert Suppression.objects.get().address_hash == Contact.objects.get().address_hash


# -------------------------------------------------------------------------------------------------------- hostile files


HOSTILE = [
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "=cmd|'/C calc'!A0",
    "@SUM(1+1)",
    "{{ 7*7 }}",
    "' OR 1=1",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_stored_as_plain_text(run_import: Import, text: str) -> None:
    file = StringIO()
    csv.writer(file).writerows(
        [["email", "name", "company", "tags", "id", f"p {text}"], ["anna@example.com", text, text, text, text, text]]
    )

    report = run_import(file.getvalue())

    contact = Contact.objects.select_related("account").get()
    assert numbers(report) == {"created": 1}
    assert contact.account is not None
    assert (contact.name, contact.account.name, contact.external_id) == (text, text, text)
    assert contact.tags == [text]
    assert list(contact.properties.values()) == [text]
    assert list(contact.properties) == report.properties


def test_nul_and_surrogates_reach_no_database(run_import: Import) -> None:
    content = b'email,name,plan\x00,tags\na@example.com,An\x00na,ca\x00re,"v\x00ip"\n'
    lone = b"b@example.com,B\xed\xa0\x80b,x,y\n" + "c@example.com,Łoś,ż,ź\n".encode()

    report = run_import(content + lone)
    seven = run_import(b"email,name,p+2AA-\nd@example.com,D+2AA-d,+2AA-\n", encoding="utf-7")

    assert (numbers(report), numbers(seven)) == ({"created": 3}, {"created": 1})
    assert list(Contact.objects.order_by("email").values_list("name", "properties", "tags")) == [
        ("Anna", {"plan": "care"}, ["vip"]),
        ("", {"plan": "x"}, ["y"]),
        ("Łoś", {"plan": "ż"}, ["ź"]),
        ("Dd", {}, []),
    ]


def test_address_list(run_import: Import) -> None:
    lines = [
        "a@b", "a@b..com", "a b@c.com", '"a@b.com,c@d.com"', '"""x y""@d.com"', "x" * 308 + "@example.com",
        "a@bücher.example", "a@b.com.", "A@B.COM", "a@b.com",
    ]  # fmt: skip

    report = run_import("email\n" + "\n".join(lines) + "\n")

    assert numbers(report) == {"created": 1, "merged": 1, "rejected": 8}
    assert [(issue.line, issue.code) for issue in report.errors] == [
        (2, "email_domain_without_dot"), (3, "email_double_dot"), (4, "email_space_inside"), (5, "email_two_addresses"),
        (6, "email_space_inside"), (7, "email_too_long"), (8, "email_not_ascii"), (9, "email_bad_domain"),
    ]  # fmt: skip
    assert Contact.objects.get().email == "a@b.com"


def test_ragged_rows_and_unbalanced_quotes_cost_only_themselves(run_import: Import) -> None:
    report = run_import(
        'email,name,plan\na@example.com\nb@example.com,Bob,care,too,many\nc@example.com,"Cleo,care\nd@example.com,Dan,free\n'
    )

    assert numbers(report) == {"created": 2, "rejected": 2}
    assert codes(report.errors) == [(3, "", "columns_too_many"), (4, "", "quote_unbalanced")]
    assert codes(report.warnings) == [(2, "", "columns_missing")]


def test_header_alone_is_no_error(run_import: Import) -> None:
    report = run_import("email,name\n")

    assert report == Report(encoding="utf-8", delimiter=",")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("name\nAnna\n", "No column of mail addresses. Found: name."),
        ("anna@example.com,Anna\nbob@example.com,Bob\n", "The first line holds an address instead of column names."),
        ('"email,name\nanna@example.com,Anna\n', "The header in line 1 cannot be read: A quotation mark is not closed"),
        (b"PK\x03\x04" + bytes(100), "is not a text file"),
    ],
)
def test_refused_file_changes_nothing(run_import: Import, content: str | bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words.replace(".", r"\.")):
        run_import(content)

    assert Contact.objects.count() == 0


def test_wrong_encoding_is_noticed_before_anything_is_stored(run_import: Import) -> None:
    good = b"".join(b"c%d@example.com,C\n" % number for number in range(5_000))

    with pytest.raises(FileRefused, match="cannot be read as utf-8"):
        run_import(b"email,name\n" + good + b"bob@example.com,Ren\xe9\n", encoding="utf-8")

    assert Contact.objects.count() == 0


def test_lists_stop_and_totals_do_not(run_import: Import) -> None:
    seen: list[Issue] = []
    rows = "".join(f"nobody{number},\nc{number}@example.com,\n" for number in range(1_500))

    report = run_import("email,name\n" + rows, on_issue=lambda issue, _cells: seen.append(issue), dry_run=True)

    assert (len(report.errors), report.rejected, len(report.warnings), report.warnings_total) == (
        1_000, 1_500, 1_000, 1_500,
    )  # fmt: skip
    assert [issue.line for issue in seen] == list(range(2, 3_002))


def test_file_of_eleven_megabytes_comes_in(run_import: Import) -> None:
    rows = "".join(f"c{number}@example.com,{'x' * 900}\n" for number in range(12_000))

    report = run_import("email,note\n" + rows, dry_run=True)

    assert len(rows) > 11_000_000
    assert numbers(report) == {"created": 12_000}


def test_file_from_a_european_spreadsheet_is_understood(run_import: Import) -> None:
    report = run_import(
        "E-Mail;Nombre;Sprache;Firma;Kunde seit;Telefon;Umsatz\n"
        "anna@example.com;Anna Lind;de;Café Lindner;15.02.2024;+49 30 23125001;1.234,50\n"
        "bea@example.com;Bea;es;Hotel Azahar;01/02/2024;;12,5;\n"
    )

    anna, bea = Contact.objects.order_by("email")
    assert (anna.name, anna.language, anna.phone, anna.properties) == ("Anna Lind", "de", "+49 30 23125001", {})
    assert (anna.customer_since, bea.customer_since) == (dt.date(2024, 2, 15), None)
    revenues = dict(Account.objects.values_list("name", "revenue"))
    assert revenues == {"Café Lindner": Decimal("1234.50"), "Hotel Azahar": Decimal("12.50")}
    assert codes(report.errors) == []
    assert codes(report.warnings) == [(3, "Kunde seit", "date_unreadable")]
