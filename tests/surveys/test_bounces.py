from __future__ import annotations

import pytest

from surveys import bounces


@pytest.mark.parametrize(
    ("reason", "diagnosis", "expected"),
    [
        # By the enhanced status.
        ("bounced", "smtp; 550 5.1.1 <[address]>: Recipient address rejected: User unknown", True),
        ("bounced", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", True),
        ("", "550 5.4.1 Recipient address rejected: Access denied", True),
        ("", "5.0.0 (permanent failure)", True),
        ("", "550-5.2.1 The email account that you tried to reach is disabled", True),
        ("", "550 5.4.310 DNS domain nowhere.example does not exist", True),
        ("bounced", "The status is 5.1.1.", True),
        ("bounced", "552 5.2.2 mailbox full", False),
        ("bounced", "550 5.7.1 message refused", False),
        ("bounced", "550 5.7.26 this mail is unauthenticated", False),
        ("bounced", "550 5.1.8 we know no such sender", False),
        ("bounced", "554 5.4.7 delivery time expired", False),
        ("bounced", "550 5.4.300 Message expired", False),
        ("bounced", "554 5.6.0 content refused", False),
        ("bounced", "421 4.3.0 try later", False),
        ("bounced", "4.4.7 delivery expired, 550 in the end", False),
        # By the words, then by the code of three digits.
        ("", "550 No such user here", True),
        ("", "550 Your message looks like spam", False),
        ("", "554 listed on our block list", False),
        ("", "550 user over quota", False),
        ("", "451 greylisted", False),
        ("", "connect to 5.1.1.25 port 550.5", False),
        # By nothing but the provider's word.
        ("bounced", "", True),
        ("invalid", "", True),
        ("", "", False),
        # What the provider says is no fault of the address.
        ("blocked", "550 5.1.1 no such user", False),
        ("timed_out", "550 5.1.1 no such user", False),
        ("soft", "550 5.1.1 no such user", False),
        ("something new", "550 5.1.1 no such user", False),
    ],
)
def test_dead_address_is_told_from_other_failures(reason: str, diagnosis: str, expected: bool) -> None:
    assert bounces.is_dead("bounced", reject_reason=reason, diagnosis=diagnosis) is expected


@pytest.mark.parametrize("kind", ["delivered", "deferred", "complained", "failed", "sent", "nonsense", ""])
def test_only_a_bounce_or_a_refusal_speaks_of_the_address(kind: str) -> None:
    assert not bounces.is_dead(kind, reject_reason="bounced", diagnosis="550 5.1.1 no such user")


@pytest.mark.parametrize(
    ("reason", "expected"), [("bounced", True), ("invalid", True), ("", False), ("spam", False), ("blocked", False)]
)
def test_provider_that_knows_the_address_as_dead_is_believed(reason: str, expected: bool) -> None:
    assert bounces.is_dead("rejected", reject_reason=reason, diagnosis="") is expected
