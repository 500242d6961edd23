"""Does mail arrive? What settings tell at once, and DNS on demand."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from advocacy.enums import Role
from surveys.doctor import letters
from tests.dns_server import DnsServer, txt
from tests.factories import make_brand, make_user
from tests.surveys.doctor.zone import DOMAIN, good_zone, received

pytestmark = pytest.mark.django_db

HOSTILE = "v=spf1 <script>alert(1)</script>\"'\x1b[31m\N{RIGHT-TO-LEFT OVERRIDE} -all"


@pytest.fixture
def server(settings: Settings) -> Iterator[DnsServer]:
    with DnsServer(good_zone()) as server:
        settings.DNS_NAMESERVER = server.place
        yield server


@pytest.fixture
def signed_in(client: Client, db: None) -> Client:
    client.force_login(make_user("mia", Role.MARKETING))
    return client


def page_of(client: Client, **files: SimpleUploadedFile) -> str:
    response = client.post("/doctor/dns/", files)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def eml(raw: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("mail.eml", raw, "message/rfc822")


def parts(page: str) -> list[str]:
    return re.findall(r'<h2 id="part-\d+">(.*?)</h2>', page)


def test_settings_are_told_at_once_and_dns_is_not_asked(signed_in: Client, server: DnsServer) -> None:
    make_brand(name="Aurora", postal_address="")

    page = signed_in.get("/doctor/").content.decode()

    assert parts(page) == ["This installation"]
    assert "Postal address of Aurora" in page
    assert "The law of many countries asks for it in every such mail." in page
    assert "it has not been asked yet." in page
    assert server.asked == []


def test_dns_is_asked_on_demand(signed_in: Client, server: DnsServer) -> None:
    make_brand()
    del server.records[(f"_dmarc.{DOMAIN}", "TXT")]

    page = page_of(signed_in)

    assert parts(page) == ["This installation", "Names in DNS"]
    assert f"DMARC of {DOMAIN}" in page
    assert f"v=DMARC1; p=none; rua=mailto:dmarc@{DOMAIN}" in page
    assert "it has not been asked yet." not in page


def test_received_mail_is_looked_at(signed_in: Client, server: DnsServer) -> None:
    make_brand()

    page = page_of(signed_in, mail=eml(received(DKIM_Signature=None)))

    assert parts(page) == ["This installation", "Names in DNS", "The mail you gave"]
    assert "The mail has no DKIM signature." in page


@pytest.mark.parametrize("raw", [b"", b"\x00\xff" * 50, b"hello"])
def test_file_that_is_no_mail_is_no_accident(signed_in: Client, server: DnsServer, raw: bytes) -> None:
    page = page_of(signed_in, mail=eml(raw))

    assert ("this is no mail as it was received" in page) is bool(raw)


def test_file_that_is_too_large_is_refused_with_the_reason(
    signed_in: Client, server: DnsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "MAX_SIZE", 100)

    page = page_of(signed_in, mail=eml(b"x" * 101))

    assert "The file is larger than 2 MB. Take a mail without attachments." in page
    assert server.asked == []


def test_hostile_words_stand_there_as_words(signed_in: Client, server: DnsServer) -> None:
    make_brand(name="<script>alert(2)</script>", postal_address="\"><img src=x onerror='alert(3)'>")
    server.records[(DOMAIN, "TXT")] = [txt(HOSTILE)]

    page = page_of(signed_in, mail=eml(received(From="<script>alert(4)</script>@x.example", Return_Path="<a@<b>>")))

    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;\N{REPLACEMENT CHARACTER}[31m" in page
    assert "&lt;script&gt;alert(2)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "<img" not in page
    assert not {"\x1b", "\N{RIGHT-TO-LEFT OVERRIDE}"} & set(page)


def test_huge_record_is_cut(signed_in: Client, server: DnsServer) -> None:
    make_brand()
    server.records[(DOMAIN, "TXT")] = [txt("v=spf1 " + "include:a.example " * 2500)]

    page = page_of(signed_in)

    assert "It includes a.example, which has 0 SPF records instead of one." in page
    assert len(page) < 60_000


def test_name_server_that_is_none_is_told(signed_in: Client, settings: Settings) -> None:
    settings.DNS_NAMESERVER = "nonsense"
    make_brand()

    assert "The name server must be given as an address such as 192.0.2.53 or 192.0.2.53:5353." in page_of(signed_in)


def test_spanish_page_is_whole(signed_in: Client, server: DnsServer) -> None:
    signed_in.cookies["django_language"] = "es"

    assert signed_in.get("/doctor/").status_code == 200


def test_number_of_statements_does_not_grow_with_brands(
    signed_in: Client, server: DnsServer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_brand()
    signed_in.get("/doctor/")
    with django_assert_num_queries(10):
        page_of(signed_in, mail=eml(received()))
    for number in range(2):
        make_brand(from_email=f"hello@{number}.example")

    with django_assert_num_queries(10):
        page_of(signed_in, mail=eml(received()))


# --------------------------------------------------------------------------------------------------------------- rights


@pytest.mark.parametrize("method", ["get", "post"])
def test_stranger_is_sent_to_sign_in(client: Client, method: str) -> None:
    address = {"get": "/doctor/", "post": "/doctor/dns/"}[method]

    response = getattr(client, method)(address)

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_reader_without_the_right_is_refused(client: Client, bob: User) -> None:
    client.force_login(bob)

    assert [client.get("/doctor/").status_code, client.post("/doctor/dns/").status_code] == [403, 403]


def test_wrong_method_is_refused(signed_in: Client) -> None:
    assert [signed_in.post("/doctor/").status_code, signed_in.get("/doctor/dns/").status_code] == [405, 405]
