"""The table in docs/roles.md against every address there is, each tried by a real person of each role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as project
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.core.cache import cache
from django.template.backends.django import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import Settings

from advocacy.enums import Role
from surveys.models import Tick
from tests.factories import make_user
from tests.sizes import WHOLE

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    # Of two webhooks anymail says that it will drop them.
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning"),
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailDeprecationWarning"),
]

TABLE = project.BASE_DIR / "docs" / "roles.md"
NO_ROLE, LOGGED_OUT = "no role", "logged out"
PEOPLE = (*Role.values, NO_ROLE, LOGGED_OUT)
WEBHOOKS = "anymail:"
OURS = ("advocacy:", "surveys:")
CELLS = {"yes", "no", "sign-in", "secret"}
# The pages of one model in Django's admin stand and fall with its list.
PAGES_OF_A_MODEL = ("_password_change", "_add", "_change", "_delete", "_simple_history", "_history")
NOBODY = 987_654
# What an address cannot do without.
QUERIES = {"admin:autocomplete": "?app_label=advocacy&model_name=case&field_name=contact&term=ana"}
NUMBERS = ("pk", "id", "object_id", "content_type_id", "brand", "number")
VALUES = {**dict.fromkeys(NUMBERS, NOBODY), "app_label": "surveys"}


@dataclass(frozen=True)
class Route:
    """One address: its name, or the pattern where it has none, and a way to write it."""

    name: str
    address: str
    has_values: bool


@dataclass
class Row:
    methods: list[str]
    cells: dict[str, str] = field(default_factory=dict)


@pytest.fixture(autouse=True)
def nothing_drawn(bare_refusals: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is its status here: what it shows has tests of its own, and takes longer than all the rest."""
    monkeypatch.setattr(Template, "render", lambda *_args, **_kwargs: "")


@pytest.fixture(autouse=True)
def webhooks_and_limits(settings: Settings) -> Iterator[None]:
    """Webhooks are there, and nobody who asks for so many pages uses up what another test may ask for."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": "provider:secret-of-the-tests"}
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"  # asked for at each of thousands of pages
    cache.clear()
    yield
    cache.clear()


def test_each_route_has_a_line_and_each_line_a_route() -> None:
    table, known = set(rows()), {list_of(route.name) or route.name for route in routes()}

    wrong = dict.fromkeys(known - table, "has no line") | dict.fromkeys(table - known, "is no route")
    assert not wrong, told(wrong)


def test_each_cell_says_what_a_cell_can_say() -> None:
    cells = {f"{name}, {person}": cell for name, row in rows().items() for person, cell in row.cells.items()}

    wrong = {place: cell for place, cell in cells.items() if cell not in CELLS}
    assert not wrong, told(wrong)


@pytest.mark.parametrize("person", PEOPLE)
def test_table_holds_for(person: str) -> None:
    user, table = make_person(person), rows()
    client = client_of(user)
    Tick.objects.create(name="start_due_waves", at=timezone.now())
    known = {route.name: route for route in routes()}

    wrong = {}
    for number, (name, row) in enumerate(table.items()):
        for method in row.methods if name in known and is_tried(row, person, number) else []:
            answer = ask(client, user, known[name], method)
            if answer != row.cells[person]:
                wrong[f"{method} {name}"] = f"{answer}, not {row.cells[person]}"
    assert not wrong, told(wrong)


@pytest.mark.parametrize("person", PEOPLE)
def test_pages_of_a_model_stand_and_fall_with_its_list(person: str) -> None:
    user, table = make_person(person), rows()
    client = client_of(user)

    wrong = {}
    for number, route in enumerate(routes()):
        line = table.get(list_of(route.name))
        if route.name in table or line is None or line.cells[person] == "yes":
            continue
        if not is_tried(line, person, number):
            continue
        answer = ask(client, user, route, "GET")
        if answer != line.cells[person]:
            wrong[route.name] = f"{answer}, not {line.cells[person]}"
    assert not wrong, told(wrong)


def test_method_that_is_not_listed_is_refused() -> None:
    client, table = Client(raise_request_exception=False), rows()
    client.force_login(make_user("ada", Role.ADMIN))

    answers = {
        f"{method} {route.name}": client.generic(method, route.address).status_code
        for route in routes()
        if route.name.startswith(OURS) and route.name in table
        for method in {"GET", "POST"} - set(table[route.name].methods)
    }

    wrong = {what: f"{status}, not 405" for what, status in answers.items() if status != 405}
    assert not wrong, told(wrong)


def test_browser_that_looks_where_only_a_form_is_sent_is_led_to_what_stands_above() -> None:
    """Who asks for a page is not left with a bare 405: led upwards, to an address of the table that may be looked at
    or leads further; where nothing stands above, it is our own page that says 405."""
    browser, table = Client(headers={"Accept": "text/html"}, raise_request_exception=False), rows()
    browser.force_login(make_user("ada", Role.ADMIN))
    ours = [route for route in routes() if route.name.startswith(OURS) and route.name in table]
    known = {route.address for route in ours}

    wrong = {}
    for route in [route for route in ours if "GET" not in table[route.name].methods]:
        answer = browser.get(route.address)
        above = answer.headers.get("Location", "")
        is_led = answer.status_code == 302 and above in known and is_above(above, route.address)
        if not is_led and (answer.status_code != 405 or any(is_above(each, route.address) for each in known - {"/"})):
            wrong[route.name] = f"{answer.status_code} {above}"
    assert not wrong, told(wrong)


def is_above(address: str, other: str) -> bool:
    return address.endswith("/") and address != other and other.startswith(address)


# ------------------------------------------------------------------------------------------------------------ the table


def rows() -> dict[str, Row]:
    """The lines of the table by route; its head names the people."""
    lines = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in TABLE.read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    head = lines[0]
    assert head == ["route", "method", *PEOPLE]
    found: dict[str, Row] = {}
    for cells in lines[2:]:
        name = cells[0].strip("`")
        assert name not in found, f"{name} has two lines"
        assert len(cells) == len(head), f"{name} has {len(cells)} cells, not {len(head)}"
        found[name] = Row(cells[1].split(", "), dict(zip(PEOPLE, cells[2:], strict=True)))
    return found


def is_tried(row: Row, person: str, number: int) -> bool:
    """In CI everybody tries each route; elsewhere one of those who get the same answer, and they take turns."""
    alike = [each for each in PEOPLE if row.cells[each] == row.cells[person]]
    return WHOLE or alike[number % len(alike)] == person


def list_of(name: str) -> str:
    """The list of the model whose page this is, by its name or by the old form of its address."""
    if match := re.fullmatch(r"admin/(\w+)/(\w+)/<path:object_id>/", name):
        return f"admin:{match[1]}_{match[2]}_changelist"
    match = re.fullmatch(rf"(admin:[a-z]+_\w+?)({'|'.join(PAGES_OF_A_MODEL)})", name)
    return f"{match[1]}_changelist" if match else ""


def told(wrong: dict[str, str]) -> str:
    """All of it, one a line: a comparison of dictionaries would be cut."""
    return "\n".join(["docs/roles.md:", *(f"  {what}: {how}" for what, how in sorted(wrong.items()))])


# ----------------------------------------------------------------------------------------------------------- the routes


def routes() -> Iterator[Route]:
    seen = set()
    for name, pattern, path in walk(get_resolver().url_patterns):
        route = Route(name=name, address=address(name, pattern, path), has_values="<" in path)
        if route.name not in seen:
            seen.add(route.name)
            yield route


def walk(patterns: Any, path: str = "", space: str = "") -> Iterator[tuple[str, URLPattern, str]]:
    for each in patterns:
        here = path + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from walk(each.url_patterns, here, f"{space}{each.namespace}:" if each.namespace else space)
        else:
            yield (f"{space}{each.name}" if each.name else here), each, here


def address(name: str, pattern: URLPattern, path: str) -> str:
    """The address with values that no row has."""
    if not pattern.name:
        return "/" + re.sub(r"<[^>]*>|\(\?P<[^>]*>[^)]*\)|[$^]", "nothing", path).replace("nothing$", "nothing")
    values = {
        each: VALUES.get(each, NOBODY if type(converter).__name__ == "IntConverter" else "nothing")
        for each, converter in pattern.pattern.converters.items()
    }
    values |= {each: VALUES.get(each, "nothing") for each in pattern.pattern.regex.groupindex}
    if any(type(converter).__name__ == "UUIDConverter" for converter in pattern.pattern.converters.values()):
        values |= {"token": "00000000-0000-4000-8000-000000000000"}
    return reverse(name, kwargs=values) + QUERIES.get(name, "")


# ----------------------------------------------------------------------------------------------------------- the people


def make_person(person: str) -> User | None:
    """Somebody of a role. Only an admin is let into Django's admin, by a mark of the user and not by a right."""
    if person == LOGGED_OUT:
        return None
    return make_user("dana", *[person] if person != NO_ROLE else [], is_staff=person == Role.ADMIN)


def client_of(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    return client


def ask(client: Client, user: User | None, route: Route, method: str) -> str:
    """What a cell may say; or what came instead, which is wrong in any case."""
    if user and SESSION_KEY not in client.session:
        client.force_login(user)  # a route has signed out
    response = client.generic(method, route.address)
    location = response.headers.get("Location", "")
    if location.startswith(reverse("admin:login")):
        response = client.get(location)
        location = response.headers.get("Location", "")
    if response.status_code == 403:
        return "no"
    if route.name.startswith(WEBHOOKS) and response.status_code in {400, 404}:
        return "secret"
    if urlsplit(location).path == reverse("account_login"):
        return "sign-in"
    if response.status_code >= 500 or response.status_code == 405:
        return str(response.status_code)
    if response.status_code == 404 and not route.has_values:
        return "404"
    return "yes"
