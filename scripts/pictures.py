#!/usr/bin/env python3
# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The pictures of the user guide, taken anew from the running web client.

    make pictures

Serves a database with the demonstration data, opens every screen of SHOTS as the person who works with it, in English
and in Chinese, and saves docs/pictures/<language>/<number>-<name>.png. A screen that shows an error dialog, or whose
console logs an error, fails the run: pictures double as a walk through the product.
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
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

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


@dataclass(frozen=True)
class Shot:
    """One picture: an action, by external id, or a path; of one record, where `domain` finds it; as `login`."""

    name: str
    action: str
    login: str = "admin"
    model: str = ""
    domain: list = field(default_factory=list)
    view: str = ""
    then: Callable = None
    full_page: bool = False


def press(name):
    """After opening: press the button that calls the method `name`, and wait for the dialog."""

    def act(page):
        page.locator(f"button[name='{name}']").first.click()
        page.locator(".modal-dialog").first.wait_for()

    return act


def tab(name):
    """After opening: turn to the page `name` of the form's notebook."""

    def act(page):
        page.locator(f".o_notebook .nav-link[name='{name}']").first.click()

    return act


SHOTS = []


class Client:
    """A browser in which one person is logged in; also calls the server as that person."""

    def __init__(self, browser, url, login, language):
        self.url = url
        self.context = browser.new_context(viewport=SIZE, locale=LANGUAGES[language].replace("_", "-"))
        self.page = self.context.new_page()
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._hear)
        self.page.goto(f"{url}/web/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", login)
        self.page.click("form.oe_login_form button[type=submit]")
        self.page.wait_for_url(lambda address: "/web/login" not in address)

    def _hear(self, message):
        if message.type == "error":
            self.errors.append(message.text)

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

    def open(self, shot):
        """Open the screen of a shot and wait until it stands still."""
        path = shot.action if shot.action.startswith("/") else f"/odoo/action-{shot.action}"
        if shot.model:
            ids = self.call(shot.model, "search", shot.domain, limit=1)
            if not ids:
                raise SystemExit(f"{shot.name}: {shot.login} finds no {shot.model} with {shot.domain}")
            path = path.format(id=ids[0]) if "{id}" in path else f"{path}/{ids[0]}"
        self.page.goto(self.url + path + (f"?view_type={shot.view}" if shot.view else ""))
        self.settle()
        if shot.then:
            shot.then(self.page)
            self.settle()

    def settle(self):
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_function(
            "() => !document.querySelector('.o_loading, .o_skeleton, .o_view_sample_data .o_blockUI')"
            " && [...document.images].every((image) => image.complete)"
        )
        self.page.evaluate("() => document.fonts.ready")
        self.page.wait_for_timeout(250)

    def save(self, shot, path):
        """Save the picture; an error on the screen or in the console ends the run."""
        dialog = self.page.locator(".o_error_dialog")
        if dialog.count():
            raise SystemExit(f"{path.name}: the screen shows an error: {dialog.first.inner_text()}")
        if self.errors:
            raise SystemExit(f"{path.name}: the console shows an error: {self.errors[0]}")
        self.page.screenshot(path=str(path), full_page=shot.full_page)


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


def take(url, shots, languages, chromium):
    """Take the pictures from a server that is running."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_OPTIONS)
        for language in languages:
            folder = PICTURES / language
            folder.mkdir(parents=True, exist_ok=True)
            _set_language(
                Client(browser, url, "admin", language), {shot.login for shot in shots}, LANGUAGES[language]
            )
            clients = {}
            for number, shot in enumerate(SHOTS, 1):
                if shot not in shots:
                    continue
                if shot.login not in clients:
                    clients[shot.login] = Client(browser, url, shot.login, language)
                clients[shot.login].open(shot)
                path = folder / f"{number:02}-{shot.name}.png"
                clients[shot.login].save(shot, path)
                print(f"  {path.relative_to(ROOT)}", flush=True)
            for client in clients.values():
                client.context.close()
        browser.close()


def _set_language(admin, logins, code):
    """Let the people of the pictures, and what the server writes for them, use one language."""
    ids = admin.call("res.users", "search", [("login", "in", sorted(logins))])
    admin.call("res.users", "write", ids, {"lang": code})
    admin.context.close()


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
    shots = [shot for shot in SHOTS if not options.only or shot.name in options.only]
    with served(options.database) if options.database else contextlib.nullcontext(options.url) as url:
        take(url, shots, options.language or list(LANGUAGES), options.chromium)
    return 0


if __name__ == "__main__":
    sys.exit(main())
