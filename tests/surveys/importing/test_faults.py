from __future__ import annotations

import pytest

from surveys import addresses
from surveys.importing.faults import fault

LONG = "x" * 64


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "email_missing"),
        ("n/a", "email_placeholder"),
        ("-", "email_placeholder"),
        ("???", "email_placeholder"),
        ("=cmd|'/c calc'!a0", "email_formula"),
        ("+1+1", "email_formula"),
        ('=hyperlink("mailto:a@example.com")', "email_formula"),
        ("anna", "email_no_at"),
        ("a@b@example.com", "email_two_at"),
        ("a@b.com,c@d.com", "email_two_addresses"),
        ("a@b.com; c@d.com", "email_two_addresses"),
        ("a b@c.com", "email_space_inside"),
        ('"x y"@d.com', "email_space_inside"),
        ("anna <anna@example.com>", "email_space_inside"),
        ("@example.com", "email_no_local"),
        ("anna@", "email_no_domain"),
        ("a@b", "email_domain_without_dot"),
        ("a@b..com", "email_double_dot"),
        ("a@b,com", "email_comma"),
        ("a@b.com.", "email_bad_domain"),
        ("a@-b.com", "email_bad_domain"),
        (f"a@{LONG}.com", "email_label_too_long"),
        (f"{LONG}x@example.com", "email_too_long"),
        (f"a@{'.'.join(['x' * 60] * 5)}.com", "email_too_long"),
        ("x" * 308 + "@example.com", "email_too_long"),
        ("anna@bücher.example", "email_not_ascii"),
        ("änna@example.com", "email_not_ascii"),
        ("anna\x00@example.com", "email_invalid"),
        ("<anna@example.com>", "email_invalid"),
        (".anna@example.com", "email_invalid"),
        ("a@exam_ple.com", "email_invalid"),
    ],
)
def test_bad_address_has_a_reason(address: str, code: str) -> None:
    assert not addresses.is_valid(address)
    assert fault(address) == code
