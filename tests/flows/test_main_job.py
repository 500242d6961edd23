"""The whole main job in a browser, twice: a mail in Arabic, a click on 3, the red page, a comment; the case, the call,
and how it ended. Once as `make run` sets it up, once as production does."""

from __future__ import annotations

import email
import email.policy
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.flows.installation import Installation, free_port, is_open, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ONE_QUESTION = re.compile("سؤال واحد من")  # the subject of a survey; now and then a favour is asked in Arabic too
COMMENT = "وصلت الآلة متأخرة ومكسورة، ولم يتصل بي أحد."
CONTACTS = "email,name,company,language,country\nsamira@example.com,سميرة حداد,Haddad Trading,ar,Lebanon\n"
STAFF = """
from datetime import time
from django.contrib.auth.models import Group, User
from advocacy.models import Team
from surveys.models import Brand, Campaign, Touchpoint
agent = User.objects.create_user("agent", "agent@example.com", "agent-password", first_name="Lin", last_name="Yue")
agent.groups.add(Group.objects.get(name="Support"))
Team.objects.create(name="Care").members.add(agent)
brand = Brand.objects.create(name="Aurora", short_name="Aurora", from_email="hello@example.com", postal_address="x")
point = Touchpoint.objects.create(key="use", name="Use")
Campaign.objects.create(name="After delivery", brand=brand, touchpoint=point)
"""


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    port = free_port()
    made = Installation.in_directory(tmp_path, PORT=str(port), PUBLIC_BASE_URL=f"http://localhost:{port}")
    yield made
    made.stop_all()


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """Where the agent sits."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def address(installation: Installation) -> str:
    return installation.environment["PUBLIC_BASE_URL"]


def wait_until_it_answers(installation: Installation) -> None:
    wait_for(lambda: is_open(int(installation.environment["PORT"])), "answer on the port", patience=240)


def sign_in(page: Page, installation: Installation, *, as_: str, password: str) -> None:
    page.goto(address(installation))
    page.get_by_label(re.compile("mail", re.IGNORECASE)).first.fill(as_)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")


def reload_until(page: Page, find: Callable[[], Locator], *, patience: float) -> Locator:
    """The first thing found, looking again every second as a person would."""
    deadline = time.monotonic() + patience
    while not find().count():
        assert time.monotonic() < deadline, f"not there within {patience:.0f} s"
        time.sleep(1)
        page.reload()
    return find().first


def answer_three(mail: Page, comment: str) -> None:
    """As its recipient, on a phone: the mail is in Arabic; click 3, say why, send."""
    assert mail.evaluate("document.documentElement.scrollWidth") <= 360
    expect(mail.get_by_role("link", name=re.compile("^10 ")).first).to_be_visible()
    three = mail.get_by_role("link", name=re.compile("^3 "))
    assert three.evaluate("link => getComputedStyle(link.closest('body')).direction") == "rtl"
    with mail.context.expect_page() as opened:
        three.click()
    asked = opened.value
    expect(asked.locator("html")).to_have_attribute("dir", "rtl")
    assert asked.evaluate("document.documentElement.scrollWidth") <= 360
    expect(asked.get_by_role("radio", name="3", exact=True)).to_be_checked()
    expect(asked.locator("#contact")).to_be_visible()  # only the red page offers to call
    asked.get_by_role("textbox").first.press_sequentially(comment, delay=100)  # longer than the 2 s of a robot
    asked.locator("main form .send button").click()
    asked.wait_for_url("**/thanks")
    expect(asked.locator("html")).to_have_attribute("dir", "rtl")


def work_the_case(desk: Page, comment: str) -> None:
    """As an agent: find it in the queue with its due time, log a call, close it with an outcome."""
    desk.get_by_role("link", name=re.compile("^Queue")).click()
    desk.get_by_role("navigation", name="Views").get_by_role("link", name=re.compile("^All open|^Open|^All")).click()
    row = reload_until(desk, lambda: desk.get_by_role("row").filter(has_text=comment), patience=120)
    expect(row).to_contain_text(re.compile("left|due", re.IGNORECASE))
    row.get_by_role("link").first.click()

    expect(desk.get_by_text(comment).first).to_have_attribute("lang", "ar")
    desk.get_by_role("link", name="Log a call").first.click()
    desk.get_by_role("radio", name="Reached", exact=True).check()
    desk.get_by_label(re.compile("What was said")).fill("Apologised; a new machine leaves tomorrow.")
    desk.get_by_role("button", name="Log it").click()
    expect(desk.get_by_text("Apologised; a new machine leaves tomorrow.")).to_be_visible()

    desk.get_by_role("link", name=re.compile("^Close")).first.click()
    desk.get_by_role("radio", name="Reached, and resolved").check()
    desk.get_by_label("Root cause").select_option(index=1)
    desk.get_by_role("button", name=re.compile("^Close ")).click()


def is_closed(installation: Installation, comment: str) -> bool:
    said = installation.run(
        "from advocacy.models import Case\n"
        f"case = Case.objects.get(response__comment={comment!r})\n"
        "print(case.status, case.outcome, case.attempts.count(), case.response.score)"
    )
    return said.split() == ["closed", "resolved", "1", "3"]


@pytest.mark.sqlite
def test_embedded_from_demo_mail_to_closed_case(installation: Installation, page: Page, desk: Page) -> None:
    installation.start("manage.py", "serve")
    wait_until_it_answers(installation)
    sign_in(desk, installation, as_="admin@aurora.example.com", password="aurora-demo")
    desk.locator("summary", has_text="Run").click()
    desk.get_by_role("link", name="Inbox").click()
    link = reload_until(
        desk, lambda: desk.get_by_role("row").filter(has_text=ONE_QUESTION).get_by_role("link"), patience=60
    )
    link.click()
    for cookie in desk.context.cookies():  # the Inbox is for those who have signed in
        page.context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": address(installation)}])
    page.goto(address(installation) + str(desk.get_by_role("link", name="Open as recipient").get_attribute("href")))

    answer_three(page, COMMENT)
    work_the_case(desk, COMMENT)

    assert is_closed(installation, COMMENT)


@pytest.mark.postgres
@pytest.mark.redis
def test_production_from_file_to_closed_case(
    installation: Installation, postgres_url: str, redis_url: str, page: Page, desk: Page
) -> None:
    """Contacts from a file, PostgreSQL, Redis, two Celery workers, beat, and an SMTP server."""
    here = installation.directory
    (here / "mails").mkdir()
    (here / "contacts.csv").write_text(CONTACTS)
    installation.start("-m", "tests.flows.journal_smtp", str(here / "journal"), str(here / "port"), str(here / "mails"))
    wait_for((here / "port").exists, "SMTP server")
    smtp = f"smtp://127.0.0.1:{(here / 'port').read_text()}"
    installation.environment.update(DATABASE_URL=postgres_url, REDIS_URL=redis_url, EMAIL_URL=smtp)
    installation.migrate()
    installation.manage("manage.py", "collectstatic", "--no-input", "--verbosity=0")
    installation.run(STAFF)
    installation.start("-m", "celery", "-A", "config", "beat", "-s", str(here / "beat"))
    for number in range(2):
        installation.start("-m", "celery", "-A", "config", "worker", "-c", "1", "-n", f"worker{number}@test")
    installation.start("manage.py", "web", "--port", installation.environment["PORT"])
    wait_until_it_answers(installation)

    imported = installation.manage("manage.py", "import_contacts", str(here / "contacts.csv"))
    launched = installation.manage("manage.py", "launch", "After delivery")
    mail = here / "mails" / "samira@example.com.eml"
    wait_for(mail.exists, "mail", patience=60)
    letter = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    body = letter.get_body(["html"])
    assert body is not None
    # A mail program opens links outside itself.
    page.set_content(body.get_content().replace("<head>", '<head><base target="_blank">'))
    answer_three(page, COMMENT)
    sign_in(desk, installation, as_="agent@example.com", password="agent-password")
    work_the_case(desk, COMMENT)

    assert "1 new contacts" in imported
    assert launched == "1 are asked\n"
    assert is_closed(installation, COMMENT)
