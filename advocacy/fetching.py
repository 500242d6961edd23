"""Read a page of somebody else's server, and let nobody lead us into our own network. Pure: it knows no setting.

A name is resolved once. One address in the answer that is not public refuses them all, and the connection goes to an
address that was looked at: whoever changes the name's answer meanwhile gains nothing. Where a page redirects to is
looked at like the first address. No proxy of the environment is asked.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from advocacy.enums import FetchTrouble

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
MOST_BYTES = 512 << 10
MOST_HOPS = 3
MOST_ADDRESSES = 4  # of a name are tried
PORTS = {"https": 443, "http": 80}
REDIRECTS = {301, 302, 303, 307, 308}
GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
DOCUMENTATION_V6 = ipaddress.IPv6Network("3fff::/20")  # older Pythons do not know it
LONGEST_ADDRESS = 2000
HEADERS = {
    "User-Agent": "VivaVoce link check",
    "Accept": "text/html, application/xhtml+xml",
    "Accept-Encoding": "gzip, identity",
    "Connection": "close",
}
# No others: some that Python knows take a time that grows with the square of the text.
_CHARSET = re.compile(
    r"utf-?8|us-ascii|iso-8859-\d{1,2}|windows-125\d|shift_jis|euc-(?:jp|kr)|gb(?:k|2312|18030)|big5|koi8-[ru]"
)
_ODD = re.compile(r"[\x00-\x20\x7f\\]")

Resolve = Callable[[str, int], list[str]]


class NotFetched(Exception):
    """The page was not read; `trouble` says why, `status` what the server answered, if it did."""

    def __init__(self, trouble: FetchTrouble, *, status: int = 0) -> None:
        self.trouble = trouble
        self.status = status
        super().__init__(f"{trouble} {status}".removesuffix(" 0"))


@dataclass(frozen=True)
class Page:
    address: str  # after redirects
    text: str
    is_whole: bool


@dataclass(frozen=True)
class Limits:
    """What may be asked, and how long it may take. `loopback` are hosts and ports of this machine, for tests."""

    has_http: bool = False
    loopback: Collection[tuple[str, int]] = ()
    connect_seconds: float = CONNECT_SECONDS
    total_seconds: float = TOTAL_SECONDS
    context: ssl.SSLContext | None = None


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a name, as the machine knows them."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def fetch(address: str, *, limits: Limits | None = None, resolve: Resolve = resolved) -> Page:
    """The page at an address. Raises NotFetched."""
    limits = limits or Limits()
    until = time.monotonic() + limits.total_seconds
    for _hop in range(MOST_HOPS + 1):
        parts = _asked(address, limits)
        reply, body = _get(parts, _places(parts, limits, resolve, until), limits, until)
        target = reply.headers.get("Location", "")
        if reply.status not in REDIRECTS or not target:
            return _page(address, reply, body)
        address = _joined(address, target)
    raise NotFetched(FetchTrouble.REDIRECTS)


# -------------------------------------------------------------------------------------------------- who may be asked


def _asked(address: str, limits: Limits) -> SplitResult:
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme, 0)
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError:  # and UnicodeError
        raise NotFetched(FetchTrouble.ADDRESS) from None
    odd = _ODD.search(address) or len(address) > LONGEST_ADDRESS or "@" in parts.netloc or "%" in parts.netloc
    if odd or not host or parts.scheme not in PORTS:
        raise NotFetched(FetchTrouble.ADDRESS)
    if (host, port) in limits.loopback:
        return parts
    if parts.scheme == "http" and not limits.has_http:
        raise NotFetched(FetchTrouble.PLAIN)
    if port != PORTS[parts.scheme]:
        raise NotFetched(FetchTrouble.PORT)
    return parts


def _places(parts: SplitResult, limits: Limits, resolve: Resolve, until: float) -> list[str]:
    host, port = _host(parts), _port(parts)
    found = _in_time(lambda: resolve(host, port), min(until, time.monotonic() + limits.connect_seconds))
    places = list(dict.fromkeys(found))
    if not places:
        raise NotFetched(FetchTrouble.NAME)
    if (host, port) not in limits.loopback and not all(map(is_public, places)):
        raise NotFetched(FetchTrouble.PRIVATE)
    return places[:MOST_ADDRESSES]


def is_public(place: str) -> bool:
    """Whether an IP address belongs to somebody out there, and surely not to our own network."""
    try:
        known = ipaddress.ip_address(place)
    except ValueError:
        return False
    if isinstance(known, ipaddress.IPv6Address):
        # Addresses that carry another one inside are nobody's web server.
        inside = known.sixtofour or known.teredo or known.ipv4_mapped
        return known in GLOBAL_V6 and known not in DOCUMENTATION_V6 and known.is_global and inside is None
    return known.is_global and not known.is_multicast and not known.is_reserved


def _in_time(resolve: Callable[[], list[str]], until: float) -> list[str]:
    """The resolver of the machine cannot be told how long to wait, so it is left behind when it takes too long."""
    answers: list[list[str]] = []

    def ask() -> None:
        try:
            answers.append(resolve())
        except (OSError, UnicodeError):
            answers.append([])

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(max(until - time.monotonic(), 0))
    if not answers:
        raise NotFetched(FetchTrouble.SLOW)
    return answers[0]


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").encode("idna").decode()


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


# ----------------------------------------------------------------------------------------------------------- the wire


class _Wire:
    """A socket as http.client uses it, with one end for all that is sent and read."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self._sock = sock
        self._until = until

    def left(self) -> float:
        seconds = self._until - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def sendall(self, data: Any) -> None:
        self._sock.settimeout(self.left())
        self._sock.sendall(data)

    def makefile(self, *_args: Any) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self, self._sock))

    def close(self) -> None:
        """Whoever opened the socket closes it: http.client does so before the answer is read."""


class _Incoming(io.RawIOBase):
    def __init__(self, wire: _Wire, sock: socket.socket) -> None:
        super().__init__()
        self._wire = wire
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._wire.left())
        return self._sock.recv_into(buffer)


def _get(parts: SplitResult, places: list[str], limits: Limits, until: float) -> tuple[http.client.HTTPResponse, bytes]:
    try:
        with _connected(parts, places, limits, until) as sock:
            return _exchange(parts, sock, until)
    except ssl.SSLCertVerificationError:
        raise NotFetched(FetchTrouble.CERTIFICATE) from None
    except TimeoutError:
        raise NotFetched(FetchTrouble.SLOW) from None
    except (OSError, http.client.HTTPException, ValueError):
        raise NotFetched(FetchTrouble.UNREACHED) from None


def _connected(parts: SplitResult, places: list[str], limits: Limits, until: float) -> socket.socket:
    """The first place that answers; the certificate must be for the name that was asked for."""
    connect_until = min(until, time.monotonic() + limits.connect_seconds)
    trouble: OSError = TimeoutError()
    for place in places:
        left = connect_until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        try:
            sock = socket.create_connection((place, _port(parts)), timeout=left)
        except OSError as error:
            trouble = error
            continue
        if parts.scheme == "http":
            return sock
        sock.settimeout(max(connect_until - time.monotonic(), 0.001))
        context = limits.context or ssl.create_default_context()
        return context.wrap_socket(sock, server_hostname=_host(parts))  # on failure it closes the socket
    raise trouble


def _exchange(parts: SplitResult, sock: socket.socket, until: float) -> tuple[http.client.HTTPResponse, bytes]:
    host, port = _host(parts), _port(parts)
    connection = http.client.HTTPConnection(host, port)
    wire: Any = _Wire(sock, until)
    connection.sock = wire
    shown = f"[{host}]" if ":" in host else host
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
        f"?{quote(parts.query, safe='/?%:@!$&()*+,;=~-._' + chr(39))}" if parts.query else ""
    )
    headers = {"Host": shown if port == PORTS[parts.scheme] else f"{shown}:{port}", **HEADERS}
    connection.request("GET", target, headers=headers)
    with connection.getresponse() as reply:
        body = b"" if reply.status in REDIRECTS else reply.read(MOST_BYTES + 1)
    return reply, body


# ----------------------------------------------------------------------------------------------------------- the page


def _joined(address: str, target: str) -> str:
    try:
        # Headers come as Latin-1; what is not ASCII in an address was meant as UTF-8.
        return urljoin(address, quote(target.encode("latin-1"), safe="/%:@!$&'()*+,;=~-._?#[]"))
    except ValueError:
        raise NotFetched(FetchTrouble.ADDRESS) from None


def _page(address: str, reply: http.client.HTTPResponse, body: bytes) -> Page:
    if reply.status != http.client.OK:
        raise NotFetched(FetchTrouble.STATUS, status=reply.status)
    if reply.headers.get_content_type() not in {"text/html", "application/xhtml+xml"}:
        raise NotFetched(FetchTrouble.NO_PAGE)
    is_whole = len(body) <= MOST_BYTES
    coding = (reply.headers.get("Content-Encoding") or "identity").strip().lower()
    if coding in {"gzip", "x-gzip"}:
        try:
            body = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, MOST_BYTES + 1)
        except zlib.error:
            raise NotFetched(FetchTrouble.NO_PAGE) from None
        is_whole = is_whole and len(body) <= MOST_BYTES
    elif coding != "identity":
        raise NotFetched(FetchTrouble.NO_PAGE)
    charset = (reply.headers.get_content_charset() or "utf-8").lower()
    name = charset if _CHARSET.fullmatch(charset) else "utf-8"
    try:
        text = body[:MOST_BYTES].decode(name, "replace")
    except LookupError:
        text = body[:MOST_BYTES].decode("utf-8", "replace")
    return Page(address, text, is_whole)
