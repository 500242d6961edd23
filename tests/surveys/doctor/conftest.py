"""A domain whose mail arrives, and a name server that says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from surveys.doctor.lookup import Lookup
from tests.dns_server import DnsServer, Records
from tests.surveys.doctor.zone import good_zone


@pytest.fixture
def serve() -> Iterator[Callable[..., DnsServer]]:
    """A name server with the records of the good zone, or those given in their place."""
    with ExitStack() as stack:

        def serve(**changes: Records) -> DnsServer:
            zone = good_zone() | changes.get("records", {})
            return stack.enter_context(DnsServer(zone))

        yield serve


@pytest.fixture
def ask(serve: Callable[..., DnsServer]) -> Callable[..., Lookup]:
    """A look-up at such a server; it waits a second at most."""

    def ask(records: Records | None = None) -> Lookup:
        return Lookup(serve(records=records or {}).place, each=1.0, in_all=5.0)

    return ask
