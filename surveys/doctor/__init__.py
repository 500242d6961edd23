"""Looks at everything that mail needs to arrive, and says in plain words how to mend what is amiss."""

from __future__ import annotations

from collections.abc import Callable

from django.db import Error as DatabaseTrouble
from django.utils.translation import gettext as _

from surveys.doctor import domains, installation, letters, server
from surveys.doctor.findings import Finding, Part, bad
from surveys.doctor.lookup import Lookup


def of_installation() -> Part:
    """At once: asks nobody outside."""
    return Part(_("This installation"), _with_database(installation.check))


def of_names(lookup: Lookup, raw: bytes = b"") -> list[Part]:
    """What DNS says, and the mail in `raw` as it was received, if there is one."""
    signed = letters.signing_domains(raw)
    parts = [Part(_("Names in DNS"), _with_database(lambda: domains.check(lookup, signed=signed)))]
    if raw:
        parts.append(Part(_("The mail you gave"), _with_database(lambda: letters.check(raw, lookup))))
    return parts


def of_server() -> Part:
    """Speaks with the mail server and sends nothing."""
    return Part(_("The mail server"), server.check())


def _with_database(check: Callable[[], list[Finding]]) -> list[Finding]:
    """A database that is down or not migrated is a finding as well: then most of all somebody asks the doctor."""
    try:
        return check()
    except DatabaseTrouble as error:
        mend = _("See that DATABASE_URL is right and the database runs, then run manage.py migrate.")
        return [bad("database", _("Database"), _("It cannot be read."), mend=mend, records=[type(error).__name__])]
