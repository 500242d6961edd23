from __future__ import annotations

import time

import pytest

from surveys.doctor.lookup import Answer, Lookup
from tests.dns_server import DnsServer, Records, Trouble, txt

LOUD: Records = {("a.example", "TXT"): [txt("loud")]}


def test_records_come_as_text() -> None:
    long = "v=spf1 " + "ip4:192.0.2.1 " * 60
    with DnsServer({("a.example", "TXT"): [txt(long)], ("a.example", "MX"): ["10 mx.a.example."]}) as server:
        lookup = Lookup(server.place)

        assert lookup.ask("a.example", "TXT") == Answer((long,))
        assert lookup.ask("A.Example.", "MX") == Answer(("10 mx.a.example.",))


@pytest.mark.parametrize("name", ["b.example", "a.example", f"{'x' * 64}.example", "a..example", "", "\ud800.example"])
def test_what_does_not_exist_has_no_records(name: str) -> None:
    with DnsServer(LOUD) as server:
        assert Lookup(server.place).ask(name, "MX") == Answer()


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (Trouble.SERVFAIL, "The name server reports a failure, or its answer is broken."),
        (Trouble.SILENCE, "The name server did not answer in time."),
        (Trouble.GARBAGE, "The name server did not answer in time."),
    ],
)
def test_no_answer_is_not_the_same_as_none(trouble: Trouble, words: str) -> None:
    with DnsServer({("a.example", "TXT"): trouble}) as server:
        assert Lookup(server.place, each=0.5).ask("a.example", "TXT") == Answer(trouble=words)


def test_rest_of_an_answer_that_nobody_gives_ends_in_time() -> None:
    with DnsServer({("a.example", "TXT"): Trouble.CUT_OFF}) as server:
        began = time.monotonic()

        answer = Lookup(server.place, each=0.5).ask("a.example", "TXT")

    assert answer.records == ()
    assert answer.trouble != ""
    assert time.monotonic() - began < 10


def test_all_of_it_ends_in_time() -> None:
    with DnsServer({(f"{n}.example", "TXT"): Trouble.SILENCE for n in range(9)}) as server:
        lookup = Lookup(server.place, each=0.4, in_all=1.0)
        began = time.monotonic()

        answers = [lookup.ask(f"{n}.example", "TXT") for n in range(9)]

    assert time.monotonic() - began < 3.5  # nine times 0.4 would be 3.6
    assert answers[0].trouble == "The name server did not answer in time."
    assert answers[8].trouble == "The time for DNS was over before this was asked."


def test_each_question_is_asked_once() -> None:
    with DnsServer(LOUD) as server:
        lookup = Lookup(server.place)

        for name in ("a.example", "A.EXAMPLE", "a.example."):
            lookup.ask(name, "TXT")

    assert server.asked == [("a.example", "TXT")]


def test_large_and_strange_text_is_taken_as_it_comes() -> None:
    huge = "x" * 40_000
    records: Records = {
        ("a.example", "TXT"): [txt(huge)],
        ("b.example", "TXT"): [txt(b"\xff\x00\x1b[31m"), txt("")],
    }
    with DnsServer(records) as server:
        lookup = Lookup(server.place)

        assert lookup.ask("a.example", "TXT") == Answer((huge,))
        assert lookup.ask("b.example", "TXT").records == ("", "\N{REPLACEMENT CHARACTER}\x00\x1b[31m")


@pytest.mark.parametrize("place", ["ns.example", "127.0.0.1:0", "127.0.0.1:99999", "999.1.1.1", "[::1", "::1:x", "-"])
def test_name_server_must_be_an_address(place: str) -> None:
    words = "The name server must be given as an address such as 192.0.2.53 or 192.0.2.53:5353."

    assert Lookup(place).ask("a.example", "TXT") == Answer(trouble=words)


def test_nobody_is_asked_where_it_is_off() -> None:
    words = "DNS is not asked from here (DNS_NAMESERVER is “off”)."

    assert Lookup("off").ask("a.example", "TXT") == Answer(trouble=words)
