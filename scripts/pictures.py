#!/usr/bin/env python3
# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The pictures of the user guide, taken anew from the running web client.

    make pictures

Serves a database with the demonstration data, opens every screen of the chapters (picture_book/) as the person who
works with it, in English and in Chinese, and saves docs/pictures/<language>/<chapter>/<number>-<name>.png. A screen
that shows an error dialog, or whose console logs an error, fails the run: pictures double as a walk through the
product.
"""

import argparse
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from picture_book import (
    callbacks,
    claims,
    compliance,
    handover,
    pharmacy,
    portal,
    reception,
    warranty,
    workshop,
)
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
LANGUAGES = {"en": "en_US", "zh": "zh_CN"}
SIZE = {"width": 1360, "height": 850}
BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# In the order in which the way is walked: a chapter may stand on what the one before has done.
CHAPTERS = {
    "warranty": warranty,
    "reception": reception,
    "workshop": workshop,
    "handover": handover,
    "callbacks": callbacks,
    "portal": portal,
    "claims": claims,
    "pharmacy": pharmacy,
    "compliance": compliance,
}
# A picture of a screen has few colors: this many look the same and take a quarter of the room.
COLORS = 192


class Client:
    """A browser in which one person is logged in; also calls the server as that person."""

    def __init__(self, browser, url, login):
        self.url = url
        self.context = browser.new_context(viewport=SIZE, timezone_id="Asia/Shanghai")
        # The first page of all waits for the web client to be bundled.
        self.context.set_default_timeout(120_000)
        self.page = self.context.new_page()
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console", lambda message: self.errors.append(message.text) if message.type == "error" else None
        )
        self.page.goto(f"{url}/web/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", login)
        self.page.click("form.oe_login_form button[type=submit]")
        self.page.wait_for_url(lambda address: "/web/login" not in address)

    def call(self, model, method, *args, **kwargs):
        """Call a public method over the web client's own route."""
        answer = self.context.request.post(
            f"{self.url}/web/dataset/call_kw/{model}/{method}",
            data={
                "jsonrpc": "2.0",
                "method": "call",
                "params": {"model": model, "method": method, "args": args, "kwargs": kwargs},
            },
        ).json()
        if "error" in answer:
            raise SystemExit(f"{model}.{method}: {answer['error']['data']['message']}")
        return answer["result"]

    def open(self, shot, language):
        """Open the screen of a shot and wait until it stands still."""
        # The web client follows the person, the pages for customers follow the browser.
        self.context.add_cookies([{"name": "frontend_lang", "value": LANGUAGES[language], "url": self.url}])
        path = shot.action if shot.action.startswith("/") else f"/odoo/action-{shot.action}"
        if shot.model:
            ids = self.call(shot.model, "search", shot.domain, limit=1)
            if not ids:
                raise SystemExit(f"{shot.name}: {shot.login} finds no {shot.model} with {shot.domain}")
            path = f"{path}/{ids[0]}"
        self.page.goto("about:blank")
        self.page.goto(self.url + path)
        self.settle()
        if shot.then:
            shot.then(self.page)
            self.settle()

    def settle(self):
        """Wait until a view is there and nothing on the page has changed for a while."""
        self.page.locator(".o_action_manager .o_view_controller, #wrapwrap main").first.wait_for()
        self.page.evaluate(
            """async () => {
                await document.fonts.ready;
                let before = null;
                while (before !== document.body.innerHTML || ![...document.images].every((image) => image.complete)) {
                    before = document.body.innerHTML;
                    await new Promise((resolve) => setTimeout(resolve, 700));
                }
            }"""
        )

    def save(self, shot, path):
        """Save the picture; an error on the screen or in the console ends the run."""
        dialog = self.page.locator(".o_error_dialog")
        if dialog.count() and not shot.refused:
            raise SystemExit(f"{path.name}: the screen shows an error: {dialog.first.inner_text()}")
        if self.errors:
            raise SystemExit(f"{path.name}: the console shows an error: {self.errors[0]}")
        self.page.screenshot(path=str(path))
        with Image.open(path) as picture:
            small = picture.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
        small.save(path, optimize=True)


class Walk:
    """All the people of the pictures, each in an own browser, on one server."""

    def __init__(self, browser, url):
        self.browser, self.url, self.clients = browser, url, {}

    def client(self, login):
        if login not in self.clients:
            self.clients[login] = Client(self.browser, self.url, login)
        return self.clients[login]

    def call(self, login, model, method, *args, **kwargs):
        return self.client(login).call(model, method, *args, **kwargs)

    def find(self, login, model, domain, limit=1):
        """Ids of records that a person finds."""
        ids = self.call(login, model, "search", domain, limit=limit)
        if not ids:
            raise SystemExit(f"{login} finds no {model} with {domain}")
        return ids

    def speak(self, login, language):
        """Let a person, and what the server writes for them, use a language."""
        ids = self.find("admin", "res.users", [("login", "=", login)])
        self.call("admin", "res.users", "write", ids, {"lang": LANGUAGES[language]})


@contextlib.contextmanager
def served(database):
    """Serve a database on a free port of this machine while the block runs; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "odoo", "server", "-d", database, "--http-port", str(port)]
        process = subprocess.Popen([*command, "--max-cron-threads", "0", "--log-level", "warn"], cwd=folder)
        try:
            _wait(f"{url}/web/login", process)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(address, process):
    while process.poll() is None:
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(address),
        ):
            return
        time.sleep(0.3)
    raise SystemExit("The server ended before it answered")


def take(url, names, languages, chromium):
    """Take the pictures from a server that is running; the way is walked in any case, whatever is photographed."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_OPTIONS)
        walk = Walk(browser, url)
        for chapter, content in CHAPTERS.items():
            for number, shot in enumerate(content.SHOTS, 1):
                if shot.before:
                    shot.before(walk)
                for language in languages if not names or shot.name in names else ():
                    walk.speak(shot.login, language)
                    client = walk.client(shot.login)
                    client.open(shot, language)
                    path = PICTURES / language / chapter / f"{number:02}-{shot.name}.png"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    client.save(shot, path)
                    print(f"  {path.relative_to(ROOT)}", flush=True)
        browser.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--database", help="serve this database, which has the demonstration data")
    parser.add_argument("--url", help="or take them from a server that runs already")
    parser.add_argument("--language", choices=LANGUAGES, action="append", help="default: all")
    parser.add_argument("--only", metavar="NAME", action="append", help="only these pictures")
    parser.add_argument("--chromium", default=os.environ.get("CHROMIUM") or shutil.which("chromium"))
    options = parser.parse_args()
    if bool(options.database) == bool(options.url):
        parser.error("say --database or --url")
    if not options.chromium:
        parser.error("there is no chromium on the PATH; say --chromium")
    with served(options.database) if options.database else contextlib.nullcontext(options.url) as url:
        take(url, options.only, options.language or list(LANGUAGES), options.chromium)
    return 0


if __name__ == "__main__":
    sys.exit(main())
