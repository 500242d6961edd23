"""The cast, and what a test may need beside Python: PostgreSQL, Redis, a browser."""

from __future__ import annotations

import gc
import math
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from importlib import import_module
from urllib.parse import urlsplit, urlunsplit
from wsgiref.handlers import BaseHandler

import pytest
import redis
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Permission, User
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import Client, TestCase, TransactionTestCase
from django.urls import URLResolver
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from advocacy import promises, wall
from config import heap
from surveys import content, languages
from surveys.models import languages as languages_of_models
from tests.emptying import Emptier
from tests.factories import make_user
from tests.flows.installation import keep_migrated
from tests.sizes import WHOLE

PATIENCE = 5.0  # seconds for a request to end
ASKS_DATABASE = {"db", "transactional_db", "django_db_setup"}
TEST_REDIS_URL = os.environ.get("TEST_REDIS_URL", "")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def need(condition: object, reason: str) -> None:
    """Skip the test with the reason; in CI, where everything is installed, fail it: there a skip would hide a gap."""
    if condition:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{reason}, and in CI nothing may be skipped", pytrace=False)
    pytest.skip(reason)


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are processors for us, since some tests wait."""
    ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return ours + 1


def pytest_sessionstart(session: pytest.Session) -> None:
    """In a fresh clone each process would compile all tests: each begins with a share of its own, and finds the rest
    done by the others. Where only some tests are asked for, there is little to share."""
    worker, config = os.environ.get("PYTEST_XDIST_WORKER", ""), session.config
    if worker.startswith("gw") and config.args == config.getini("testpaths"):
        paths = sorted(config.rootpath.glob("tests/**/test_*.py"))
        for path in paths[int(worker[2:]) :: int(os.environ["PYTEST_XDIST_WORKER_COUNT"])]:
            with suppress(Exception):  # it is told of when the tests are collected
                import_module(".".join(path.relative_to(config.rootpath).with_suffix("").parts))


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.get_closest_marker("django_db") or ASKS_DATABASE & set(getattr(item, "fixturenames", [])):
        item.add_marker("database")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        left_out = [item for item in items if item.get_closest_marker("sqlite") or item.get_closest_marker("once")]
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]
    items[:] = dealt(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def dealt(items: list[pytest.Item], hands: int) -> list[pytest.Item]:
    """In an order in which each process gets its share of the slow ones, of the others, and of those with a browser.

    `--dist worksteal` begins with a block of neighbours for each: one process would have all that is slow, and in the
    end the others would have nothing left to take from it. The browser comes last: Playwright leaves an event loop
    running in the thread. Of the others, neighbours stay together, since they may share what was made for the first.
    """
    browser = [item for item in items if item.get_closest_marker("browser")]
    rest = [item for item in items if not item.get_closest_marker("browser")]
    slow = [item for item in rest if item.get_closest_marker("slow")]
    others = [item for item in rest if not item.get_closest_marker("slow")]
    in_order: list[pytest.Item] = []
    for hand in range(hands):
        size = (len(items) - len(in_order)) // (hands - hand)
        first, last = slow[hand::hands], browser[hand::hands]
        room = max(0, size - len(first) - len(last)) if hand < hands - 1 else len(others)
        in_order += [*first, *others[:room], *last]
        others = others[room:]
    return in_order


def pytest_collection_finish() -> None:
    """Ten thousand tests stay until the end: without this, a tenth of the time went into looking through them."""
    gc.collect()
    heap.settle()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgres"):
        need(connection.vendor == "postgresql", "needs PostgreSQL: set TEST_DATABASE_URL")
    if item.get_closest_marker("redis"):
        need(TEST_REDIS_URL, "needs a Redis server: set TEST_REDIS_URL")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A test with real transactions empties the tables behind it, but for what the migrations brought.

    In the end it stops what a thread of some test has left behind: PostgreSQL drops no database that somebody is in.
    """
    with django_db_blocker.unblock():
        emptier = Emptier()
        if connection.vendor == "sqlite":
            keep_migrated(connection.connection.serialize())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: emptier.empty())
        patch.setattr(Client, "force_login", sign_in)
        if not WHOLE:  # a tenth of a short test; in CI each is asked whether its rows refer to some that are not there
            patch.setattr(TestCase, "_should_check_constraints", lambda _case, _connection: False)
        yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def sign_in(client: Client, user: User, backend: str | None = None) -> None:
    """What Django's own `force_login` does with six statements, with two; only `last_login` stays as it was."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = backend or settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """What a test wrote is undone, so its pages must not stay in memory. Every language is in use, unless a test says
    otherwise with `forget`."""
    content.forget()
    promises.forget()
    wall.forget()
    languages_of_models.remember(languages.drafts(), seconds=math.inf)


@pytest.fixture
def bare_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal is its status: the page that says so has tests of its own, and takes longer than many a test."""

    def refuse(status: int, _request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        return HttpResponse(type(exception).__name__, status=status)

    monkeypatch.setattr(URLResolver, "resolve_error_handler", lambda _self, code: partial(refuse, code))


# ------------------------------------------------------------------------------------------------------------ the cast


@pytest.fixture
def alice(db: None) -> User:
    """Runs advocacy: everything is open to her."""
    groups = ("Admin", "Marketing", "Support", "Support lead")
    return make_user("alice", *groups, first_name="Alice", is_staff=True, is_superuser=True)


@pytest.fixture
def bob(db: None) -> User:
    """Only reads: may see whatever there is to see, and change none of it."""
    bob = make_user("bob", first_name="Bob")
    bob.user_permissions.set(
        Permission.objects.filter(content_type__app_label__in=["advocacy", "surveys"], codename__startswith="view_")
    )
    return bob


@pytest.fixture
def carol(db: None) -> User:
    """Stands outside: can sign in, and has no right to anything."""
    return make_user("carol", first_name="Carol")


# --------------------------------------------------------------------------------------------------------------- Redis


@pytest.fixture
def redis_url(worker_id: str) -> Iterator[str]:
    """The address of an empty Redis database, as Celery wants it; each xdist worker has its own."""
    need(TEST_REDIS_URL, "needs a Redis server: set TEST_REDIS_URL")
    number = int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 0
    parts = urlsplit(TEST_REDIS_URL)
    if parts.scheme == "redis+socket":
        # Put together by hand: urlunsplit drops the two slashes of an address without a host.
        url = f"redis+socket://{parts.path}?virtual_host={number}"
        client = redis.Redis(unix_socket_path=parts.path, db=number)
    else:
        url = urlunsplit(parts._replace(path=f"/{number}"))
        client = redis.Redis.from_url(url)
    with client:
        client.flushdb()
        yield url
        client.flushdb()


# ------------------------------------------------------------------------------------------------------------- browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("/usr/bin/chromium")
    need(chromium, "needs Chromium: install the package chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # While Playwright lives, Django takes every call in this thread for an asynchronous one.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        if connection.vendor == "sqlite":
            patch.setattr(WSGIHandler, "get_response", one_after_another())
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


def one_after_another() -> Callable[[WSGIHandler, HttpRequest], HttpResponseBase]:
    """SQLite in memory is one connection for all threads of the server: two requests would meet in one transaction."""
    turn = threading.Lock()

    def get_response(handler: WSGIHandler, request: HttpRequest) -> HttpResponseBase:
        with turn:
            return super(WSGIHandler, handler).get_response(request)

    return get_response


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a fresh browser profile, 360 pixels wide: phones come first."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(30_000)  # a shared machine may stand still for a while
    yield context.new_page()
    context.close()
    let_requests_end()


def let_requests_end() -> None:
    """What the page still asked for when it was closed is answered first: else the tables are emptied under it."""
    until = time.monotonic() + PATIENCE
    while any(map(is_answering, threading.enumerate())) and time.monotonic() < until:
        time.sleep(0.01)


def is_answering(thread: threading.Thread) -> bool:
    """Whether the thread of a connection works for a request, and does not only wait for the next one."""
    if "process_request_thread" not in thread.name:
        return False
    frame = sys._current_frames().get(thread.ident or 0)
    while frame and frame.f_code is not BaseHandler.run.__code__:
        frame = frame.f_back
    return frame is not None
