"""What the stories share."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

SignIn = Callable[..., Page]


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The address of an empty database beside the one under test."""
    base, _slash, _name = os.environ["TEST_DATABASE_URL"].rpartition("/")
    name = f"flow_{uuid4().hex}"
    with psycopg.connect(f"{base}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield f"{base}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def as_migrated(transactional_db: None) -> None:
    """Roles and themes, as the migrations bring them: a test with real transactions empties the tables behind it."""
    loader = MigrationLoader(connection)
    apps = loader.project_state().apps
    for key in sorted(key for key in loader.graph.nodes if key[0] == "advocacy"):
        for step in loader.get_migration(*key).operations:
            if isinstance(step, RunPython):
                step.code(apps, connection.schema_editor())


@pytest.fixture
def sign_in(page: Page, live_server: LiveServer, as_migrated: None) -> Iterator[SignIn]:
    """Sign somebody in by visible labels, in a window so wide. Whatever the browser complains of fails the test."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if is_complaint(line.type, line.text) else None)

    def go(address: str, password: str, *, width: int = 1280) -> Page:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(live_server.url)
        page.get_by_label(re.compile("mail", re.IGNORECASE)).first.fill(address)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")
        return page

    yield go
    assert complaints == []


def is_complaint(kind: str, text: str) -> bool:
    """A page that is refused to this person is an answer, and no fault of the page."""
    return kind == "error" and "status of 403" not in text
