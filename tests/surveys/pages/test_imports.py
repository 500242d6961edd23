from __future__ import annotations

import re
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from surveys import importing, imports
from surveys.enums import ImportStatus
from surveys.models import Contact, Import
from tests.factories import make_import, make_response, make_user

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parents[2] / "data"
CONTENT = "email,name\nana@example.com,Ana\nbo@example.com,Bo\nnobody,\n"
PAGES = ["/imports/", "/imports/{pk}/", "/imports/{pk}/errors.csv", "/imports/{pk}/undo/"]
ACTS = [
    "/imports/upload/",
    "/imports/{pk}/columns/",
    "/imports/{pk}/run/",
    "/imports/{pk}/take-back/",
    "/imports/{pk}/discard/",
]


def upload(client: Client, content: str | bytes = CONTENT, name: str = "people.csv", **fields: Any) -> Any:
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return client.post("/imports/upload/", {"file": file, "basis": "customer", "source": "", **fields})


def text_of(response: Any) -> str:
    """What one reads, without the tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def through(client: Client, content: str | bytes = CONTENT, name: str = "people.csv") -> str:
    """Upload, map as suggested, check and import; where that is."""
    address = upload(client, content, name).url
    page = client.get(address).content.decode()
    chosen = re.findall(r'<select class="form-select" name="(column-\d+)".*?<option value="(\w+)" selected>', page)
    client.post(f"{address}columns/", dict(chosen))
    imports.run_next()
    client.post(f"{address}run/")
    imports.run_next()
    return str(address)


def test_file_goes_from_upload_to_contacts(client: Client, alice: User) -> None:
    client.force_login(alice)

    address = upload(client).url
    columns = client.get(address)
    client.post(f"{address}columns/", {"column-0": "email", "column-1": "name"})
    waiting = client.get(address)
    imports.run_next()
    checked = client.get(address)
    stored_before = Contact.objects.count()
    client.post(f"{address}run/")
    running = client.get(address)
    imports.run_next()
    finished = client.get(address)

    assert "ana@example.com · bo@example.com · nobody" in text_of(columns)
    assert "Waits for the worker." in text_of(waiting)
    assert (waiting["Refresh"], running["Refresh"]) == ("3", "3")
    assert "2 new contacts" in text_of(checked)
    assert "Import 2 contacts" in text_of(checked)
    assert "4 email No @ in the address." in text_of(checked)
    assert stored_before == 0
    assert "What the import did" in text_of(finished)
    assert not finished.has_header("Refresh")
    assert sorted(Contact.objects.values_list("email", "name", "basis", "basis_source")) == [
        ("ana@example.com", "Ana", "customer", "people.csv"),
        ("bo@example.com", "Bo", "customer", "people.csv"),
    ]


@pytest.mark.parametrize("name", ["contacts_messy.csv", "contacts.csv"])
def test_samples_come_in(client: Client, alice: User, name: str, settings: Any) -> None:
    client.force_login(alice)
    folder = DATA if name == "contacts_messy.csv" else settings.BASE_DIR / "surveys" / "data" / "demo"

    through(client, (folder / name).read_bytes(), name)

    batch = Import.objects.get()
    counts = (batch.created, batch.merged, batch.rejected, batch.blank)
    assert counts == {"contacts_messy.csv": (34, 6, 15, 5), "contacts.csv": (1_200, 0, 0, 0)}[name]
    assert Contact.objects.count() == batch.created


def test_workbook_comes_in(client: Client, alice: User) -> None:
    client.force_login(alice)
    book, file = Workbook(), BytesIO()
    book.active.append(["Name", "Mail"])
    book.active.append(["Ana", "ana@example.com"])
    book.save(file)

    address = through(client, file.getvalue(), "people.xlsx")

    assert "first sheet of the workbook" in text_of(client.get(address))
    assert Contact.objects.get().email == "ana@example.com"


def test_eleven_megabytes_are_simply_imported(client: Client, alice: User) -> None:
    client.force_login(alice)
    note = "x" * 900
    content = "email,note\n" + "".join(f"c{number}@example.com,{note}\n" for number in range(12_000))

    through(client, content)

    assert len(content) > 11_000_000
    assert Contact.objects.count() == 12_000


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "people.csv", "people.csv is empty. Export it again, with a header line."),
        (b"PK\x05\x06" + bytes(18), "people.csv", "people.csv is a ZIP archive. Unpack it and choose the file inside."),
        (
            b"\xd0\xcf\x11\xe0" + bytes(64) + "EncryptedPackage".encode("utf-16-le"),
            "people.xlsx",
            "people.xlsx is protected by a password. Remove it in your spreadsheet and save again.",
        ),
        (
            bytes(range(256)) * 10,
            "x.csv",
            "x.csv is not a text file. Save it from your spreadsheet as “CSV UTF-8”.",
        ),
        (
            ("email" + ",x" * 999).encode(),
            "wide.csv",
            "The file has 1000 columns and at most 200 can be read. Delete the ones you do not need.",
        ),
    ],
    ids=["empty", "zip", "encrypted", "bytes", "wide"],
)
def test_bad_file_is_refused_with_the_way_out(
    client: Client, alice: User, content: bytes, name: str, words: str
) -> None:
    client.force_login(alice)

    response = upload(client, content, name, source="CRM of May")

    assert response.status_code == 422
    assert words in text_of(response)
    assert 'value="CRM of May"' in response.content.decode()
    assert Import.objects.count() == 0


def test_nothing_chosen_is_said_so(client: Client, alice: User) -> None:
    client.force_login(alice)

    response = client.post("/imports/upload/", {"basis": "customer"})

    assert response.status_code == 422
    assert "File : Choose a file." in text_of(response)


def test_too_large_a_file_is_dropped_while_it_comes_in(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(alice)
    monkeypatch.setattr(imports, "MAX_SIZE", 100_000)

    fits = upload(client, "email\n" + "x" * 90_000)
    too_large = upload(client, "email\n" + "x" * 100_000, source="CRM")

    assert (fits.status_code, too_large.status_code) == (302, 422)
    assert "The file is larger than 64 MB. Split it, or leave out columns you do not need." in text_of(too_large)
    assert 'value="CRM"' in too_large.content.decode()


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"column-0": "property", "column-1": "name"}, "No column is the mail address. Choose the one that holds it."),
        ({"column-0": "email", "column-1": "email"}, "“email” is that already. Only one column can be it."),
        ({"column-0": "email", "column-1": "password"}, "password is not one of the available choices."),
        ({"column-0": "email"}, "This field is required."),
    ],
    ids=["no address", "two addresses", "no such field", "missing"],
)
def test_bad_choice_of_columns_is_refused_and_kept(
    client: Client, alice: User, chosen: dict[str, str], words: str
) -> None:
    client.force_login(alice)
    address = upload(client).url

    response = client.post(f"{address}columns/", chosen)

    assert response.status_code == 422
    assert words in text_of(response)
    assert f'<option value="{chosen["column-0"]}" selected>' in response.content.decode()
    assert Import.objects.get().status == ImportStatus.UPLOADED


def test_file_without_a_known_address_column_asks_for_it(client: Client, alice: User) -> None:
    client.force_login(alice)

    address = upload(client, "Sähköposti,Plan\nana@example.com,free\n").url

    page = client.get(address).content.decode()
    assert page.count('<option value="property" selected>Keep as a property</option>') == 2


def test_failed_check_says_why_and_leads_back_to_the_columns(client: Client, alice: User) -> None:
    client.force_login(alice)
    batch = make_import("email\n", status=ImportStatus.FAILED, error="No column of <b>addresses</b>.", columns=[])

    page = client.get(f"/imports/{batch.pk}/")

    assert "Not imported. No column of &lt;b&gt;addresses&lt;/b&gt;." in text_of(page)
    assert f'href="/imports/{batch.pk}/?columns"' in page.content.decode()


def test_second_press_changes_nothing_and_says_so(client: Client, alice: User) -> None:
    client.force_login(alice)
    address = through(client)

    pages = [
        text_of(client.post(f"{address}{act}/", {"column-0": "email", "column-1": "name"}, follow=True))
        for act in ("columns", "run", "discard")
    ]

    for page, words in zip(pages, ("Not checked again", "Not started again", "Not thrown away"), strict=True):
        assert words in page
        assert "What the import did" in page
    assert Import.objects.get().status == ImportStatus.FINISHED


def test_error_file_is_downloaded_under_the_name_of_the_file(client: Client, alice: User) -> None:
    client.force_login(alice)
    address = through(client, name='pe"ople\r\n.csv')

    response = client.get(f"{address}errors.csv")

    content = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert content.splitlines()[1] == '"4","email","email_no_at","No @ in the address.","error","nobody",""'
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert "\r" not in response["Content-Disposition"]
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("text/csv", "nosniff")


def test_undo_is_shown_in_numbers_then_done_and_told(client: Client, alice: User) -> None:
    client.force_login(alice)
    address = through(client)
    make_response(contact=Contact.objects.get(email="bo@example.com"))

    preview = text_of(client.get(f"{address}undo/"))
    there = Contact.objects.count()
    client.post(f"{address}take-back/")
    imports.run_next()
    told = text_of(client.get(address))

    assert "1 contact will be deleted." in preview
    assert "1 contact stays: 1 answered a survey" in preview
    assert "Take back, delete 1 contact" in preview
    assert there == 2
    assert "Taken back: 1 contact was deleted." in told
    assert "1 contact stays 1 answered a survey" in told
    assert list(Contact.objects.values_list("email", flat=True)) == ["bo@example.com"]
    assert client.get(f"{address}undo/").status_code == 302
    assert client.get(f"{address}errors.csv").status_code == 404


def test_unused_file_is_thrown_away(client: Client, alice: User) -> None:
    client.force_login(alice)
    address = upload(client).url

    page = client.post(f"{address}discard/", follow=True)

    assert "Thrown away: people.csv. No contact was touched." in text_of(page)
    assert Import.objects.count() == 0


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202egnp.exe", "n" * 200, "نجلاء 陈伟"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(client: Client, alice: User, text: str) -> None:
    client.force_login(alice)
    quoted = text.replace('"', '""')
    content = f'email,"{quoted}","a{quoted}"\nana@example.com,"{quoted}",x\nbo,"{quoted}",\n'
    batch = make_import(content, name=text[:200], source=text[:200], status=ImportStatus.UPLOADED)
    with imports.local_file(batch) as path:
        batch.columns = importing.glimpse(path).columns
    batch.save(update_fields=["columns"])
    address = f"/imports/{batch.pk}/"

    pages = [client.get("/imports/"), client.get(address)]
    client.post(f"{address}columns/", {"column-0": "email", "column-1": "property", "column-2": "name"})
    pages.append(client.get(address))
    imports.run_next()
    pages.append(client.get(address))

    for page in pages:
        assert escape(text) in page.content.decode()
        if "<" in text:
            assert text not in page.content.decode()


def test_empty_list_says_what_will_appear(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert "No file was imported yet. The files you upload appear here" in text_of(client.get("/imports/"))


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "9" * 40, "1e9"])
def test_bad_page_is_some_page(client: Client, alice: User, page: str) -> None:
    client.force_login(alice)
    make_import()

    assert "people.csv" in text_of(client.get(f"/imports/?page={page}"))


def test_list_is_split_into_pages(client: Client, alice: User) -> None:
    client.force_login(alice)
    for number in range(51):
        make_import(name=f"file-{number}-.csv")

    first, second = (text_of(client.get(f"/imports/?page={page}")) for page in (1, 2))

    assert ("file-50-.csv" in first, "file-0-.csv" in first) == (True, False)
    assert ("file-50-.csv" in second, "file-0-.csv" in second) == (False, True)


def test_list_takes_as_many_statements_for_one_as_for_three(client: Client, alice: User) -> None:
    client.force_login(alice)
    counts = []
    for number in (1, 2):
        for _ in range(number):
            make_import(by=make_user())
        with CaptureQueriesContext(connection) as statements:
            client.get("/imports/")
        counts.append(len(statements))

    assert Import.objects.count() == 3
    assert counts[0] == counts[1]


@pytest.mark.parametrize("status", ImportStatus)
def test_each_status_has_a_page_that_changes_nothing(client: Client, alice: User, status: ImportStatus) -> None:
    client.force_login(alice)
    batch = make_import(CONTENT, status=status, columns=[{"title": "email", "samples": []}])
    before = Import.objects.values().get()

    response = client.get(f"/imports/{batch.pk}/")

    assert response.status_code == 200
    assert batch.get_status_display() in text_of(response) or status == ImportStatus.UPLOADED
    assert Import.objects.values().get() == before


@pytest.mark.parametrize("address", PAGES[1:] + ACTS[1:])
def test_no_such_import(client: Client, alice: User, address: str) -> None:
    client.force_login(alice)
    call = client.post if address in ACTS else client.get

    assert call(address.format(pk=987_654)).status_code == 404


@pytest.mark.parametrize("address", PAGES + ACTS)
@pytest.mark.parametrize("group", ["Support", "Support lead", "Marketing", "Employee"])
def test_only_an_admin_imports(client: Client, address: str, group: str) -> None:
    client.force_login(make_user("", group))
    batch = make_import(CONTENT, name="secret.csv")
    call = client.post if address in ACTS else client.get

    response = call(address.format(pk=batch.pk))

    assert response.status_code == 403
    assert "secret.csv" not in response.content.decode()
    assert Import.objects.values_list("status", flat=True).get() == "uploaded"


@pytest.mark.parametrize("address", PAGES + ACTS)
def test_reader_without_the_right_and_stranger_are_refused(client: Client, bob: User, address: str) -> None:
    batch = make_import(CONTENT)
    call = client.post if address in ACTS else client.get
    logged_out = call(address.format(pk=batch.pk))
    client.force_login(bob)

    reader = call(address.format(pk=batch.pk))

    assert (logged_out.status_code, logged_out["Location"].split("?")[0]) == (302, "/accounts/login/")
    assert reader.status_code == 403


@pytest.mark.parametrize("address", PAGES + ACTS)
def test_wrong_method_is_refused(client: Client, alice: User, address: str) -> None:
    client.force_login(alice)
    batch = make_import(CONTENT)
    call = client.get if address in ACTS else client.post

    assert call(address.format(pk=batch.pk)).status_code == 405
