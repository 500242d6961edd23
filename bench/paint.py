"""How soon the landing page shows something on a slow phone line, in Chromium with nothing in its cache.

    python bench/paint.py [--rounds 5] [--latency 400] [--kilobits 400]

Starts the project's web server over SQLite. The line is Chromium's own emulation: each request waits for the latency,
and what comes back is slowed down; the round trips that open a connection are not in it, so each stands beside the sum.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from send import ROOT, free_port, wait_until_open

NUMBERS = {3: "red", 8: "yellow", 10: "green"}
PAINTED = """() => new Promise(done => new PerformanceObserver(list => {
  const entry = list.getEntriesByName("first-contentful-paint")[0];
  if (entry) done(entry.startTime);
}).observe({type: "paint", buffered: true}))"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--latency", type=int, default=400, help="milliseconds")
    parser.add_argument("--kilobits", type=int, default=400, help="in a second")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vv-bench-") as directory:
        run(Path(directory), options)


def run(directory: Path, options: argparse.Namespace) -> None:
    port = free_port()
    os.environ.update(DATA_DIR=str(directory / "data"), DJANGO_SETTINGS_MODULE="config.settings")
    (directory / "data").mkdir()
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    address = f"http://127.0.0.1:{port}/r/{token()}"
    server = subprocess.Popen([sys.executable, str(ROOT / "manage.py"), "web", "--port", str(port)], cwd=ROOT)
    try:
        wait_until_open(port)
        measure(address, options)
    finally:
        server.terminate()
        server.wait()


def token() -> str:
    """An invitation of somebody, as it stands in the link."""
    from answer import people

    from surveys import tokens

    return tokens.encode(people(1)[0].token)


def measure(address: str, options: argparse.Namespace) -> None:
    from playwright.sync_api import Browser, sync_playwright

    def once(browser: Browser, url: str, *, is_slow: bool) -> float:
        context = browser.new_context(viewport={"width": 360, "height": 740})
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        if is_slow:
            speed = options.kilobits * 1000 / 8
            line.send(
                "Network.emulateNetworkConditions",
                {"offline": False, "latency": options.latency, "downloadThroughput": speed, "uploadThroughput": speed},
            )
        page.goto(url, wait_until="commit")
        painted = float(page.evaluate(PAINTED))
        context.close()
        return painted

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        once(browser, f"{address}/9", is_slow=False)  # the first page of a server and of a browser is none to go by
        print(f"first contentful paint, median of {options.rounds}: {options.latency} ms, {options.kilobits} kbit/s")
        for number, name in NUMBERS.items():
            slow, quick = (
                statistics.median(once(browser, f"{address}/{number}", is_slow=each) for _ in range(options.rounds))
                for each in (True, False)
            )
            print(f"{name:8}{slow:6.0f} ms, with a round trip to connect {slow + options.latency:6.0f} ms")
            print(f"{'':8}{quick:6.0f} ms without the slow line")
        browser.close()


if __name__ == "__main__":
    main()
