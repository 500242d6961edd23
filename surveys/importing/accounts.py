"""The accounts that the companies of a file mean: found by name in any case, made when they are new."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from django.db import connection, transaction

from surveys.importing import sql
from surveys.importing.staging import Company, Staging
from surveys.importing.storing import patiently

NEW = -1  # what a dry run writes instead of the id of an account it does not make
SLICE = 500


class _Account(NamedTuple):
    id: int
    name: str
    website: str
    revenue: Decimal | float | None


def resolve_accounts(staging: Staging, *, dry_run: bool) -> Iterator[int]:
    """Give every staged company its account. A site or revenue that the file names replaces the stored one.

    Yields how many have theirs, slice by slice.
    """
    after = 0
    while companies := staging.companies(after=after, most=SLICE):
        after = companies[-1].id
        staging.resolve_companies(patiently(partial(_resolve, companies, dry_run=dry_run)))
        yield len(companies)


def _resolve(companies: Sequence[Company], *, dry_run: bool) -> list[tuple[int | None, bool, int]]:
    """For each company its account, whether that gets something new, and the company's id."""
    with nullcontext() if dry_run else transaction.atomic():
        known = _find(companies)
        changed = [c for c in companies if c.key in known and _says_more(c, known[c.key])]
        new = [c for c in companies if c.key not in known]
        if not dry_run and (new or changed):
            # By the name that is stored: SQLite would take a capital É for another letter than é.
            _upsert([*new, *(c._replace(name=known[c.key].name) for c in changed)])
            known |= _find(new)
    ids = dict.fromkeys((c.key for c in new), NEW) if dry_run else {}
    ids |= {key: account.id for key, account in known.items()}
    changed_ids = {c.id for c in changed}
    return [(ids.get(c.key), c.id in changed_ids, c.id) for c in companies]


def _find(companies: Iterable[Company]) -> dict[str, _Account]:
    spellings = sorted({spelling for company in companies for spelling in _spellings(company.name)})
    with connection.cursor() as cursor:
        cursor.execute(sql.dialect().find_accounts, [json.dumps(spellings)])
        accounts = sorted((_Account(*row) for row in cursor.fetchall()), reverse=True)
    return {account.name.casefold(): account for account in accounts}


def _spellings(name: str) -> set[str]:
    """What finds a name in any case, although SQLite lowers no letter beyond a-z."""
    return {name} if name.isascii() else {name, name.lower(), name.upper(), name.title()}


def _says_more(company: Company, account: _Account) -> bool:
    if company.website and company.website != account.website:
        return True
    return bool(company.revenue) and (
        account.revenue is None or Decimal(company.revenue) != Decimal(str(account.revenue))
    )


def _upsert(companies: Sequence[Company]) -> None:
    rows = [(company.name, company.website, company.revenue) for company in companies]
    with connection.cursor() as cursor:
        cursor.execute(sql.dialect().upsert_accounts, [json.dumps(rows)])
