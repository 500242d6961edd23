"""Why an address is refused. Only a refused one comes here, so nothing of this costs the good ones."""

from __future__ import annotations

import re

from surveys import addresses

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_PLACEHOLDERS = re.compile(
    r"#?n/?a|n\.a\.|none|null|nil|no|unknown|empty|undefined|tbd|todo|test|x+|keine[rs]?|ninguno|[?.-]+"
)
_SEPARATOR = re.compile(r"[,;/|\s]")


def fault(address: str) -> str:
    """The code of the reason why a normalised address is not one we can mail."""
    if not address:
        return "email_missing"
    if _PLACEHOLDERS.fullmatch(address):
        return "email_placeholder"
    if address.startswith(("=", "+", "＝", "＋")) and not addresses.is_valid(address):
        return "email_formula"
    return _shape_fault(address) or _domain_fault(address.rpartition("@")[2]) or _character_fault(address)


def _shape_fault(address: str) -> str:
    local, _, domain = address.partition("@")
    if "@" not in address:
        return "email_no_at"
    if "@" in domain:
        pieces = [piece for piece in _SEPARATOR.split(address) if piece]
        return "email_two_addresses" if sum("@" in piece for piece in pieces) > 1 else "email_two_at"
    if re.search(r"\s", address):
        return "email_space_inside"
    if not local:
        return "email_no_local"
    if not domain:
        return "email_no_domain"
    if "," in address:
        return "email_comma"
    return "email_double_dot" if ".." in address else ""


def _domain_fault(domain: str) -> str:
    labels = domain.split(".")
    if len(labels) < 2:
        return "email_domain_without_dot"
    if any(not label or label.startswith("-") or label.endswith("-") for label in labels):
        return "email_bad_domain"
    return "email_label_too_long" if any(len(label) > 63 for label in labels) else ""


def _character_fault(address: str) -> str:
    if not address.isascii():
        return "email_not_ascii"
    if len(address) > addresses.MAX_LENGTH or len(address.partition("@")[0]) > 64:
        return "email_too_long"
    return "email_invalid"
