from __future__ import annotations

import gzip
import itertools
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from advocacy import fetching
from advocacy.enums import FetchTrouble
from advocacy.fetching import Limits, NotFetched, Page, fetch
from tests.conftest import need
from tests.web_server import Reply, WebServer, elsewhere, page

PUBLIC = "93.184.216.34"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


def limits(server: WebServer, host: str = "127.0.0.1", **fields: Any) -> Limits:
    return Limits(loopback={(host, server.port)}, **fields)


def trouble(address: str, **how: Any) -> tuple[FetchTrouble, int]:
    with pytest.raises(NotFetched) as refusal:
        fetch(address, **how)
    return refusal.value.trouble, refusal.value.status


@pytest.fixture
def no_wire(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Nobody is asked anything; where a connection would have gone."""
    opened: list[Any] = []

    def connect(place: Any, **_how: Any) -> socket.socket:
        opened.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return opened


# ------------------------------------------------------------------------------------------------------------ a page


def test_fetch_reads_a_page(server: WebServer) -> None:
    server.replies["/story?of=mill"] = Reply("<p>Mlin šumi</p>".encode())
    address = server.address("/story?of=mill")

    assert fetch(address, limits=limits(server)) == Page(address, "<p>Mlin šumi</p>", True)
    assert server.asked == [
        f"GET /story?of=mill HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUser-Agent: VivaVoce link check\r\n"
        "Accept: text/html, application/xhtml+xml\r\nAccept-Encoding: gzip, identity\r\nConnection: close\r\n\r\n"
    ]


def test_fetch_asks_no_proxy_of_the_environment(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.replies["/"] = Reply(b"here")

    assert fetch(server.address(), limits=limits(server)).text == "here"


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        ("iso-8859-1", "Mühle".encode("latin-1")),
        ("utf-8", "Mühle".encode()),
        ("idna", "Mühle".encode()),  # a codec that takes the square of the time: not believed
        ("no-such-thing", "Mühle".encode()),
    ],
)
def test_fetch_reads_the_characters_of_a_page(server: WebServer, charset: str, body: bytes) -> None:
    server.replies["/"] = Reply(body, headers={"Content-Type": f"text/html; charset={charset}"})

    assert fetch(server.address(), limits=limits(server)).text == "Mühle"


def test_fetch_unpacks_gzip(server: WebServer) -> None:
    server.replies["/"] = Reply(gzip.compress(b"here " * 1000), headers={"Content-Encoding": "gzip"})

    assert fetch(server.address(), limits=limits(server)) == Page(server.address(), "here " * 1000, True)


def test_fetch_unpacks_no_more_than_it_reads(server: WebServer) -> None:
    server.replies["/"] = Reply(gzip.compress(b"0" * 50_000_000), headers={"Content-Encoding": "gzip"})

    read = fetch(server.address(), limits=limits(server))

    assert (len(read.text), read.is_whole) == (fetching.MOST_BYTES, False)


@pytest.mark.parametrize("headers", [{}, {"Transfer-Encoding": "chunked"}])
def test_fetch_reads_no_more_than_it_may_of_a_body_without_an_end(server: WebServer, headers: dict[str, str]) -> None:
    piece = b"0" * 65_536
    server.replies["/"] = Reply(itertools.repeat(b"10000\r\n" + piece + b"\r\n" if headers else piece), headers=headers)

    read = fetch(server.address(), limits=limits(server))

    assert (len(read.text), read.is_whole) == (fetching.MOST_BYTES, False)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(b"", "404 Not Found"), (FetchTrouble.STATUS, 404)),
        (Reply(b"", "410 Gone"), (FetchTrouble.STATUS, 410)),
        (Reply(b"", "500 Sorry"), (FetchTrouble.STATUS, 500)),
        (Reply(b"", "302 Found"), (FetchTrouble.STATUS, 302)),
        (Reply(b"%PDF", headers={"Content-Type": "application/pdf"}), (FetchTrouble.NO_PAGE, 0)),
        (Reply(b"x", headers={"Content-Encoding": "br"}), (FetchTrouble.NO_PAGE, 0)),
        (Reply(b"not packed", headers={"Content-Encoding": "gzip"}), (FetchTrouble.NO_PAGE, 0)),
        (Reply(b"", "nonsense"), (FetchTrouble.UNREACHED, 0)),
        (Reply(b"", headers={f"X-{n}": "1" for n in range(200)}), (FetchTrouble.UNREACHED, 0)),
    ],
)
def test_fetch_says_what_is_wrong_with_an_answer(
    server: WebServer, reply: Reply, expected: tuple[FetchTrouble, int]
) -> None:
    server.replies["/"] = reply

    assert trouble(server.address(), limits=limits(server)) == expected


def test_fetch_says_that_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    said = trouble(f"http://127.0.0.1:{port}/", limits=Limits(loopback={("127.0.0.1", port)}))

    assert said == (FetchTrouble.UNREACHED, 0)


@pytest.mark.parametrize(
    "reply",
    [
        Reply([b"a"] * 100, pause=0.2),
        Reply([b"1\r\na\r\n"] * 100, headers={"Transfer-Encoding": "chunked"}, pause=0.2),
        Reply([], status="100 Continue\r\n\r\nHTTP/1.1 " * 3 + "200 OK", pause=30),
    ],
)
def test_fetch_has_one_end_for_all_of_a_slow_answer(server: WebServer, reply: Reply) -> None:
    server.replies["/"] = reply
    began = time.monotonic()

    said = trouble(server.address(), limits=limits(server, total_seconds=0.7))

    assert said == (FetchTrouble.SLOW, 0)
    assert time.monotonic() - began < 5


def test_fetch_does_not_wait_for_a_resolver_that_is_silent() -> None:
    def silent(_host: str, _port: int) -> list[str]:
        time.sleep(3)
        return [PUBLIC]

    began = time.monotonic()

    assert trouble("https://slow.example/", limits=Limits(total_seconds=0.2), resolve=silent) == (FetchTrouble.SLOW, 0)
    assert time.monotonic() - began < 2


# --------------------------------------------------------------------------------------------------- who may be asked


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", FetchTrouble.ADDRESS),
        ("javascript:alert(1)", FetchTrouble.ADDRESS),
        ("file:///etc/passwd", FetchTrouble.ADDRESS),
        ("ftp://example.com/", FetchTrouble.ADDRESS),
        ("gopher://example.com/", FetchTrouble.ADDRESS),
        ("https://", FetchTrouble.ADDRESS),
        ("https:///path", FetchTrouble.ADDRESS),
        ("//example.com/", FetchTrouble.ADDRESS),
        ("https://example.com@127.0.0.1/", FetchTrouble.ADDRESS),
        ("https://user:word@example.com/", FetchTrouble.ADDRESS),
        ("https://example.com\\@127.0.0.1/", FetchTrouble.ADDRESS),
        ("https://example.com/\r\nX-Evil: 1", FetchTrouble.ADDRESS),
        ("https://example.com /", FetchTrouble.ADDRESS),
        ("https://[fe80::1%25eth0]/", FetchTrouble.ADDRESS),
        ("https://[::1/", FetchTrouble.ADDRESS),
        ("https://a..b/", FetchTrouble.ADDRESS),
        ("https://example.com:99999/", FetchTrouble.ADDRESS),
        ("https://example.com/" + "a" * 3000, FetchTrouble.ADDRESS),
        ("http://example.com/", FetchTrouble.PLAIN),
        ("https://example.com:22/", FetchTrouble.PORT),
        ("https://example.com:80/", FetchTrouble.PORT),
        ("https://example.com:6379/", FetchTrouble.PORT),
    ],
)
def test_fetch_asks_nobody_at_an_odd_address(no_wire: list[Any], address: str, expected: FetchTrouble) -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        raise AssertionError

    assert trouble(address, resolve=resolve) == (expected, 0)
    assert no_wire == []


# Spellings that the machine's own resolver reads as addresses, beside the plain ones.
INWARD = (
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0", "0.0.0.0",  # noqa: S104
    "127.0.0.1.", "１２７.０.０.１", "①②⑦.⓪.⓪.①", "127。0。0。1", "10.0.0.1", "10.1", "172.16.0.1", "172.31.255.255",
    "192.168.0.1", "0xc0a80001", "3232235521", "169.254.169.254", "0xa9fea9fe", "2852039166", "169.254.43518",
    "100.64.0.1", "100.127.255.254", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::7f00:1]",
    "[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]",
    "[2001:0:7f00:1::]", "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]", "[fec0::1]", "[ff02::1]", "[ff0e::1]",
    "[2001:db8::1]", "[100::1]", "[3fff::1]", "[4000::1]", "[::ffff:0:127.0.0.1]",
)  # fmt: skip


@pytest.mark.parametrize("host", INWARD)
def test_fetch_asks_nobody_inside_however_it_is_spelt(no_wire: list[Any], host: str) -> None:
    found, _status = trouble(f"https://{host}/")

    assert found in {FetchTrouble.PRIVATE, FetchTrouble.NAME, FetchTrouble.ADDRESS}
    assert no_wire == []


@pytest.mark.parametrize("place", ["127.0.0.1", "10.0.0.1", "::1", "fe80::1%eth0", "2002:7f00:1::", "", "no address"])
def test_fetch_refuses_a_name_of_which_one_address_is_private(no_wire: list[Any], place: str) -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        return [PUBLIC, place, "2606:2800:220:1::1"]

    assert trouble("https://blog.example.com/", resolve=resolve) == (FetchTrouble.PRIVATE, 0)
    assert no_wire == []


def test_fetch_refuses_a_name_that_nobody_knows(no_wire: list[Any]) -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "no such name")

    assert trouble("https://no.example/", resolve=unknown) == (FetchTrouble.NAME, 0)
    assert no_wire == []


def test_fetch_goes_to_the_address_it_looked_at(no_wire: list[Any]) -> None:
    """A name that answers otherwise the second time is not asked a second time."""
    answers = iter([[PUBLIC, "2606:2800:220:1::1"], ["127.0.0.1"]])

    said = trouble("https://rebinding.example/", resolve=lambda _host, _port: next(answers))

    assert said == (FetchTrouble.UNREACHED, 0)
    assert no_wire == [(PUBLIC, 443), ("2606:2800:220:1::1", 443)]
    assert next(answers) == ["127.0.0.1"]


def test_fetch_asks_plain_http_where_that_is_set(no_wire: list[Any]) -> None:
    said = trouble("http://blog.example.com/", limits=Limits(has_http=True), resolve=lambda _host, _port: [PUBLIC])

    assert said == (FetchTrouble.UNREACHED, 0)
    assert no_wire == [(PUBLIC, 80)]


# ----------------------------------------------------------------------------------------------------------- redirects


def test_fetch_follows_three_redirects_and_no_more(server: WebServer) -> None:
    for number in range(4):
        server.replies[f"/{number}"] = elsewhere(f"/{number + 1}", "301 Moved Permanently")
    server.replies["/4"] = Reply(b"here")

    assert fetch(server.address("/1"), limits=limits(server)) == Page(server.address("/4"), "here", True)
    assert trouble(server.address("/0"), limits=limits(server)) == (FetchTrouble.REDIRECTS, 0)
    assert server.paths == ["/1", "/2", "/3", "/4", "/0", "/1", "/2", "/3"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("http://127.0.0.1:{other}/", FetchTrouble.PLAIN),
        ("https://127.0.0.1/", FetchTrouble.PRIVATE),
        ("https://169.254.169.254/latest/meta-data/", FetchTrouble.PRIVATE),
        ("https://[::ffff:127.0.0.1]/", FetchTrouble.PRIVATE),
        ("//10.0.0.1/", FetchTrouble.PLAIN),
        ("file:///etc/passwd", FetchTrouble.ADDRESS),
        ("javascript:alert(1)", FetchTrouble.ADDRESS),
        ("https://[", FetchTrouble.ADDRESS),
        ("https://example.com:22/", FetchTrouble.PORT),
    ],
)
def test_fetch_follows_no_redirect_inwards(server: WebServer, target: str, expected: FetchTrouble) -> None:
    with WebServer() as other:
        server.replies["/"] = elsewhere(target.format(other=other.port))

        assert trouble(server.address(), limits=limits(server)) == (expected, 0)
        assert other.asked == []


def test_fetch_looks_at_the_name_of_each_redirect_anew(server: WebServer) -> None:
    """The name was good for the first page, and has another answer for the second."""
    server.replies["/"] = elsewhere("https://rebinding.example/inside")
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    assert trouble(server.address(), limits=limits(server), resolve=resolve) == (FetchTrouble.PRIVATE, 0)
    assert asked == ["127.0.0.1", "rebinding.example"]


def test_fetch_follows_a_redirect_with_letters_of_its_own(server: WebServer) -> None:
    server.replies["/"] = elsewhere("/m\xc3\xbchle page")
    server.replies["/m%C3%BChle%20page"] = page("https://mill.example")

    assert fetch(server.address(), limits=limits(server)).address == server.address("/m%C3%BChle%20page")


# ----------------------------------------------------------------------------------------------------------------- TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of blog.example.com that signs itself."""
    need(shutil.which("openssl"), "needs the program openssl")
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "made.pem", folder / "key.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=blog.example.com",
    ]
    command += ["-addext", "subjectAltName=DNS:blog.example.com", "-keyout", str(key), "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    return made, key


@pytest.fixture
def tls_server(certificate: tuple[Path, Path]) -> Iterator[WebServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with WebServer(context) as running:
        running.names = names  # type: ignore[attr-defined]
        yield running


def test_fetch_keeps_the_name_on_a_pinned_address(tls_server: WebServer, certificate: tuple[Path, Path]) -> None:
    tls_server.replies["/"] = Reply(b"here")
    context = ssl.create_default_context(cafile=str(certificate[0]))
    how = limits(tls_server, "blog.example.com", context=context)
    address = f"https://blog.example.com:{tls_server.port}/"

    assert fetch(address, limits=how, resolve=lambda _host, _port: ["127.0.0.1"]).text == "here"
    assert f"Host: blog.example.com:{tls_server.port}\r\n" in tls_server.asked[0]
    assert tls_server.names == ["blog.example.com"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("host", ["blog.example.com", "other.example.com"])
def test_fetch_believes_no_certificate_of_others(
    tls_server: WebServer, certificate: tuple[Path, Path], host: str
) -> None:
    """One that nobody vouches for; and a good one that is for another name."""
    is_trusted = host == "other.example.com"
    context = ssl.create_default_context(cafile=str(certificate[0])) if is_trusted else None
    how = limits(tls_server, host, context=context)

    said = trouble(f"https://{host}:{tls_server.port}/", limits=how, resolve=lambda _host, _port: ["127.0.0.1"])

    assert said == (FetchTrouble.CERTIFICATE, 0)
    assert tls_server.asked == []


def test_fetch_waits_for_no_handshake_that_never_comes() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        how = Limits(loopback={("127.0.0.1", port)}, connect_seconds=0.3)

        assert trouble(f"https://127.0.0.1:{port}/", limits=how) == (FetchTrouble.SLOW, 0)


@pytest.mark.parametrize(
    ("place", "expected"),
    [("8.8.8.8", True), ("2606:4700::1111", True), ("::ffff:8.8.8.8", False), ("2002:808:808::", False), ("x", False)],
)
def test_is_public_tells_who_is_out_there(place: str, expected: bool) -> None:
    assert fetching.is_public(place) is expected
