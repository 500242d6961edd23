"""The statements of an import. They differ between the databases only in how they handle JSON and look up a row.

`excluded` is the slice and `old` the stored contact, when we count as when we write, so that both mean the same by
"something differs". An empty value never erases a stored one.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection

_COLUMNS = """
    email, address_hash, phone, name, external_id, language, timezone, customer_since, tags, properties, account_id,
    owner_id
"""
CREATE = f"""
    CREATE TEMPORARY TABLE import_slice AS
    SELECT {_COLUMNS}, 0 AS is_account_changed FROM surveys_contact LIMIT 0
"""  # noqa: S608 -- our own constants
DROP = "DROP TABLE IF EXISTS import_slice"
FILL = "INSERT INTO import_slice VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
COPY = "COPY import_slice FROM STDIN"

# What an import may change in a contact that is there, so what taking it back must know.
REMEMBERED = (
    "phone", "name", "external_id", "language", "timezone", "customer_since", "tags", "properties", "account_id",
    "owner_id", "basis", "basis_source", "basis_at",
)  # fmt: skip
CREATE_BEFORE = f"""
    CREATE TEMPORARY TABLE import_before AS SELECT id, updated_at, {", ".join(REMEMBERED)} FROM surveys_contact LIMIT 0
"""  # noqa: S608 -- our own constants
DROP_BEFORE = "DROP TABLE IF EXISTS import_before"

_DIFFERS = """
    (excluded.phone <> '' AND excluded.phone <> old.phone)
    OR (excluded.name <> '' AND excluded.name <> old.name)
    OR (excluded.external_id <> '' AND excluded.external_id <> old.external_id)
    OR (excluded.language <> '' AND excluded.language <> old.language)
    OR (excluded.timezone <> '' AND excluded.timezone <> old.timezone)
    OR (excluded.customer_since IS NOT NULL
        AND (old.customer_since IS NULL OR excluded.customer_since <> old.customer_since))
    OR (excluded.account_id IS NOT NULL AND (old.account_id IS NULL OR excluded.account_id <> old.account_id))
    OR (excluded.owner_id IS NOT NULL AND (old.owner_id IS NULL OR excluded.owner_id <> old.owner_id))
    OR excluded.address_hash <> old.address_hash
    OR (old.basis = '' AND %(basis)s <> '')
"""


class Dialect(NamedTuple):
    """`classify` gives two numbers: contacts that are new, and contacts in which something changes.

    `remember` keeps the latter as they were.
    """

    clear: str
    classify: str
    upsert: str
    remember: str
    find_accounts: str
    upsert_accounts: str


def _contacts(*, join: str, differs: str, tags: str, properties: str) -> tuple[str, str, str]:
    classify = f"""
        SELECT coalesce(sum(CASE WHEN old.id IS NULL THEN 1 ELSE 0 END), 0),
            coalesce(sum(CASE WHEN old.id IS NULL THEN 0 WHEN excluded.is_account_changed <> 0 OR {differs}
                THEN 1 ELSE 0 END), 0)
        FROM import_slice AS excluded {join}
    """  # noqa: S608 -- our own constants
    upsert = f"""
        INSERT INTO surveys_contact AS old ({_COLUMNS}, basis, basis_source, basis_at, updated_at)
        SELECT {_COLUMNS}, %(basis)s, %(source)s, %(basis_at)s, %(now)s FROM import_slice WHERE true
        ON CONFLICT (lower(email)) WHERE NOT (email = '') DO UPDATE SET
            address_hash = excluded.address_hash,
            phone = coalesce(nullif(excluded.phone, ''), old.phone),
            name = coalesce(nullif(excluded.name, ''), old.name),
            external_id = coalesce(nullif(excluded.external_id, ''), old.external_id),
            language = coalesce(nullif(excluded.language, ''), old.language),
            timezone = coalesce(nullif(excluded.timezone, ''), old.timezone),
            customer_since = coalesce(excluded.customer_since, old.customer_since),
            account_id = coalesce(excluded.account_id, old.account_id),
            owner_id = coalesce(excluded.owner_id, old.owner_id),
            tags = {tags},
            properties = {properties},
            basis = CASE WHEN old.basis = '' THEN excluded.basis ELSE old.basis END,
            basis_source = CASE WHEN old.basis = '' THEN excluded.basis_source ELSE old.basis_source END,
            basis_at = CASE WHEN old.basis = '' THEN excluded.basis_at ELSE old.basis_at END,
            updated_at = excluded.updated_at
        WHERE {differs}
    """  # noqa: S608 -- our own constants
    remember = f"""
        INSERT INTO import_before SELECT old.id, old.updated_at, {", ".join(f"old.{name}" for name in REMEMBERED)}
        FROM import_slice AS excluded {join}
        WHERE old.id IS NOT NULL AND (excluded.is_account_changed <> 0 OR {differs})
    """  # noqa: S608 -- our own constants
    return classify, upsert, remember


# Names come as a JSON list, accounts as a list of [name, site, revenue].
_FIND_ACCOUNTS = """
    SELECT account.id, account.name, account.website, account.revenue
    FROM {names} AS wanted JOIN surveys_account AS account ON lower(account.name) = lower(wanted.value)
"""
_UPSERT_ACCOUNTS = """
    INSERT INTO surveys_account AS old (name, website, revenue, segment, timezone)
    SELECT {name}, {website}, {revenue}, '', '' FROM {rows} WHERE true
    ON CONFLICT (lower(name)) DO UPDATE SET
        website = coalesce(nullif(excluded.website, ''), old.website),
        revenue = coalesce(excluded.revenue, old.revenue)
"""

_SQLITE_CONTACTS = _contacts(
    # The plus takes the type from the column: compared with a typed one, SQLite does not use the index.
    join="LEFT JOIN surveys_contact AS old ON lower(old.email) = +excluded.email AND NOT (old.email = '')",
    differs=_DIFFERS  # noqa: S608 -- our own constants
    + """
        OR (excluded.tags NOT IN ('[]', old.tags) AND EXISTS (
            SELECT 1 FROM json_each(excluded.tags) WHERE value NOT IN (SELECT value FROM json_each(old.tags))))
        OR (excluded.properties NOT IN ('{}', old.properties) AND EXISTS (
            SELECT 1 FROM json_each(excluded.properties) AS new LEFT JOIN json_each(old.properties) AS was
                ON was.key = new.key WHERE was.value IS NOT new.value))
    """,
    tags="""CASE WHEN excluded.tags IN ('[]', old.tags) THEN old.tags ELSE (
            SELECT json_group_array(value) FROM (
                SELECT value FROM json_each(old.tags)
                UNION ALL SELECT value FROM json_each(excluded.tags)
                    WHERE value NOT IN (SELECT value FROM json_each(old.tags)))) END""",
    properties="json_patch(old.properties, excluded.properties)",
)
_POSTGRESQL_CONTACTS = _contacts(
    # LATERAL and LIMIT, since without statistics of the slice the planner might read all contacts for each.
    join="""LEFT JOIN LATERAL (
            SELECT * FROM surveys_contact AS known
            WHERE lower(known.email) = excluded.email AND NOT (known.email = '') LIMIT 1
        ) AS old ON true""",
    differs=_DIFFERS
    + """
        OR NOT old.tags @> excluded.tags
        OR NOT old.properties @> excluded.properties
    """,
    tags="""old.tags || coalesce((
            SELECT jsonb_agg(tag) FROM jsonb_array_elements(excluded.tags) AS tag
            WHERE NOT old.tags @> jsonb_build_array(tag)), '[]')""",
    properties="old.properties || excluded.properties",
)
SQLITE = Dialect(
    "DELETE FROM import_slice",
    *_SQLITE_CONTACTS,
    find_accounts=_FIND_ACCOUNTS.format(names="json_each(%s)"),
    upsert_accounts=_UPSERT_ACCOUNTS.format(
        name="json_extract(value, '$[0]')",
        website="json_extract(value, '$[1]')",
        revenue="nullif(json_extract(value, '$[2]'), '')",
        rows="json_each(%s)",
    ),
)
POSTGRESQL = Dialect(
    "TRUNCATE import_slice",
    *_POSTGRESQL_CONTACTS,
    find_accounts=_FIND_ACCOUNTS.format(names="jsonb_array_elements_text(%s::jsonb)"),
    upsert_accounts=_UPSERT_ACCOUNTS.format(
        name="value ->> 0",
        website="value ->> 1",
        revenue="nullif(value ->> 2, '')::numeric",
        rows="jsonb_array_elements(%s::jsonb)",
    ),
)


def dialect() -> Dialect:
    return SQLITE if connection.vendor == "sqlite" else POSTGRESQL
