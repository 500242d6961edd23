"""Whether a page of HTML leads to a site. Pure."""

from __future__ import annotations

import posixpath
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

WEB = {"http": 80, "https": 443}
Whereabouts = tuple[str, str, str]  # host, path and query: what two spellings of one address share


class _Links(HTMLParser):
    """What a visitor can press. It is never closed: what is left open at the end is no link in a browser either."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.base = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = next((value for name, value in attrs if name == "href"), None)
        if address is None:
            return
        if tag in {"a", "area"}:
            self.found.append(address)
        elif tag == "base" and not self.base:
            self.base = address

    def parse_marked_section(self, i: int, report: Any = 1) -> int:
        """As browsers do: up to the next `>`. The one it stands for stops at an error where nobody asked for one."""
        return self.rawdata.find(">", i) + 1 or -1


def leads_to(text: str, site: str, *, page: str) -> bool:
    """Whether there is a link on the page at `page` to the site, however either is written."""
    wanted = whereabouts(site)
    if wanted is None:
        return False
    parser = _Links()
    parser.feed(text)
    base = _joined(page, parser.base)
    return any(_is_there(whereabouts(_joined(base, address)), wanted) for address in parser.found)


def whereabouts(address: str) -> Whereabouts | None:
    """An address without what makes no difference: the scheme, `www.`, the slash at the end, the fragment."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
        host = (parts.hostname or "").rstrip(".").encode("idna").decode().lower()
    except ValueError:  # and UnicodeError
        return None
    if parts.scheme not in WEB or not host:
        return None
    where = host.removeprefix("www.") + ("" if port in (None, WEB[parts.scheme]) else f":{port}")
    path = posixpath.normpath("/" + unquote(parts.path).lstrip("/"))
    return where, "" if path == "/" else path, parts.query


def _is_there(link: Whereabouts | None, wanted: Whereabouts) -> bool:
    """The same page; any page of the host where the site is a whole host; any query unless the site has one."""
    if link is None or link[0] != wanted[0]:
        return False
    is_below = not wanted[1] or link[1] == wanted[1] or link[1].startswith(wanted[1] + "/")
    return is_below and (not wanted[2] or link[1:] == wanted[1:])


def _joined(page: str, address: str) -> str:
    try:
        return urljoin(page, address.strip())
    except ValueError:
        return ""
