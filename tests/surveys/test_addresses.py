from __future__ import annotations

import hashlib
import hmac
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from surveys import addresses
from tests.sizes import whole_once_or


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("A@B.COM", "a@b.com"),
        ("a@b.com", "a@b.com"),
        ("  Ann.Lee@Example.com\t\n", "ann.lee@example.com"),
        ("\u00a0ann@example.com\u00a0", "ann@example.com"),
        ("ÜNAL@EXAMPLE.COM", "ünal@example.com"),
        ("", ""),
    ],
)
def test_one_spelling_is_stored(written: str, stored: str) -> None:
    assert addresses.normalise(written) == stored


@pytest.mark.parametrize(
    "address",
    [
        "a@b.com",
        "ann.lee+news@mail.example.co.uk",
        "o'brien@example.com",
        "user_name-1@example-shop.com",
        "1@2.com",
        "a@xn--mller-kva.example",
        "!#$%&'*+/=?^_`{|}~-@example.com",
        "a" * 64 + "@example.com",
        "a@" + "b" * 63 + ".com",
        "a@" + ".".join(["b" * 60] * 4) + ".example",
    ],
)
def test_address_we_can_mail(address: str) -> None:
    assert addresses.is_valid(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "a@b",
        "a@b..com",
        "a b@c.com",
        "a@b.com,c@d.com",
        "a@b.com, c@d.com",
        "a@b.com;c@d.com",
        '"x y"@d.com',
        '"x"@d.com',
        "a@" + "b" * 310 + ".com",
        "a" * 65 + "@example.com",
        "a@" + "b" * 64 + ".com",
        "müller@example.com",
        "a@müller.example",
        "а@example.com",  # Cyrillic
        "a@b.com.",
        ".a@b.com",
        "a.@b.com",
        "a..a@b.com",
        "a@.b.com",
        "a@-b.com",
        "a@b-.com",
        "a@b_c.com",
        "a@@b.com",
        "a@b@c.com",
        "@b.com",
        "a@",
        "a@[127.0.0.1]",
        "Ann <a@b.com>",
        "mailto:a@b.com",
        "a@b.com\n",
        "a@b.com\r\nBcc: c@d.com",
        "a\x00@b.com",
        "a@b.com\x00",
        " a@b.com",
        "a@b.com ",
        "a@b.com\u200b",
        "a@b.com\ud800",
        "A@B.COM",  # not yet in its one spelling
    ],
)
def test_address_we_cannot_mail(address: str) -> None:
    assert not addresses.is_valid(address)


def test_address_of_255_characters_is_too_long() -> None:
    domain = ".".join(["b" * 60] * 4)
    longest = "a" * (addresses.MAX_LENGTH - len(domain) - 1) + "@" + domain

    assert addresses.is_valid(longest)
    assert not addresses.is_valid("a" + longest)


def test_hash_is_the_same_in_any_case_and_hides_the_address() -> None:
    digest = addresses.keyed_hash("ann@example.com")

    assert digest == addresses.keyed_hash(" Ann@EXAMPLE.com ")
    assert digest != addresses.keyed_hash("anna@example.com")
    assert len(digest) == 64
    assert set(digest) <= set(string.hexdigits.lower())


@pytest.mark.parametrize("length", [1, 63, 64, 65, 200])
def test_hash_is_an_hmac_whatever_the_length_of_its_key(settings: Settings, length: int) -> None:
    settings.ADDRESS_HASH_KEY = "k" * length

    digests = [addresses.keyed_hash(address) for address in ("ann@example.com", "bob@example.com")]

    key = b"k" * length
    assert digests == [hmac.new(key, name + b"@example.com", hashlib.sha256).hexdigest() for name in (b"ann", b"bob")]


def test_hash_is_an_hmac_with_its_own_key(settings: Settings) -> None:
    settings.ADDRESS_HASH_KEY = "one key"
    settings.SECRET_KEY = "another key"

    digest = addresses.keyed_hash("ann@example.com")

    assert digest == hmac.new(b"one key", b"ann@example.com", hashlib.sha256).hexdigest()
    settings.SECRET_KEY = "rotated"
    assert addresses.keyed_hash("ann@example.com") == digest
    settings.ADDRESS_HASH_KEY = "lost"
    assert addresses.keyed_hash("ann@example.com") != digest


def test_no_address_has_no_hash() -> None:
    assert addresses.keyed_hash("") == ""
    assert addresses.keyed_hash(" \n") == ""


@settings(max_examples=whole_once_or(100, 30))
@given(st.text())
def test_any_text_is_judged_and_hashed_without_an_error(text: str) -> None:
    address = addresses.normalise(text)

    addresses.is_valid(address)
    assert addresses.keyed_hash(text) == addresses.keyed_hash(address)


@given(st.text(alphabet=string.printable, max_size=40))
def test_valid_address_has_one_at_and_nothing_that_a_header_could_read_as_more(text: str) -> None:
    address = addresses.normalise(text) + "@example.com"

    if addresses.is_valid(address):
        assert address.count("@") == 1
        assert not set(address) & set(' ,;:<>()[]"\\\r\n\t')
