"""Is the process alive; is the whole thing working?"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseTrouble
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from surveys import ports
from surveys.models import Message, Tick

TICK_MAY_BE_OLD = dt.timedelta(minutes=3)
MESSAGE_MAY_WAIT = dt.timedelta(hours=1)
NOTHING_MAY_LEAVE = dt.timedelta(minutes=15)


@login_not_required
@require_safe
def livez(_request: HttpRequest) -> HttpResponse:
    """The process answers. Looks at nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when database, migrations, schedule and outbox are well, else 503; the body says which is not."""
    try:
        findings = _findings()
    except DatabaseTrouble as error:
        findings = {"database": f"no answer: {type(error).__name__}"}
    well = all(words == "ok" for words in findings.values())
    return JsonResponse(findings, status=200 if well else 503)


def _findings() -> dict[str, str]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return {"database": "ok", "migrations": f"{len(missing)} not applied: run manage.py migrate"}
    now = timezone.now()
    tick = Tick.objects.order_by("-at").first()
    return {
        "database": "ok",
        "migrations": "ok",
        "schedule": _tick_words(tick, now),
        "outbox": _outbox_words(now),
    }


def _outbox_words(now: dt.datetime) -> str:
    """A large wave takes hours, and that is well as long as mail leaves."""
    if _is_moving(now):  # first, since it is found at once
        return "ok"
    waiting = Message.objects.due(now - MESSAGE_MAY_WAIT).order_by("not_before").first()
    if waiting is None:
        return "ok"
    return f"a message has waited since {waiting.not_before:%Y-%m-%d %H:%M} UTC"


def _is_moving(now: dt.datetime) -> bool:
    # The letters are named because the index begins with them.
    return Message.objects.filter(letter__in=ports.letters(), sent_at__gt=now - NOTHING_MAY_LEAVE).exists()


def _tick_words(tick: Tick | None, now: dt.datetime) -> str:
    if tick is None:
        return "no tick yet: is the worker running?"
    age = now - tick.at
    return "ok" if age < TICK_MAY_BE_OLD else f"last tick {int(age.total_seconds())} s ago: is the worker running?"
