"""The set-up itself: what it decides, and that a killed one does no harm."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MANAGE = ROOT / "scripts" / "manage.py"
sys.path.insert(0, str(ROOT / "scripts"))

from runtime import debian, environment, layout, steps  # noqa: E402


def test_debian_pins_are_read_and_odoo_is_a_19():
    packages = {package.name: package for package in layout.read_debian_packages()}
    assert packages["odoo-19"].version.startswith("19.0.")
    assert all(len(package.sha256) == 64 for package in packages.values())


def test_every_requirement_is_pinned_exactly():
    for name in (
        "requirements.txt",
        "requirements-test.txt",
        "requirements-odoo.txt",
        "requirements-lint.txt",
    ):
        loose = [line for line in layout.read_exact_pins(ROOT / name) if line.count("==") != 1]
        assert not loose, f"{name}: {loose}"


def test_an_importable_odoo_19_is_used_instead_of_the_download():
    found = environment.importable_odoo(sys.executable)
    assert (found / "odoo" / "release.py").exists()


def test_an_odoo_of_another_version_is_refused(tmp_path):
    package = tmp_path / "odoo"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "release.py").write_text("version_info = (18, 0)\n")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={tmp_path} exec {sys.executable} -S "$@"\n')
    python.chmod(0o755)
    with pytest.raises(steps.Failure, match="imports Odoo 18.0"):
        environment.importable_odoo(str(python))


def test_missing_system_packages_are_named(tmp_path, monkeypatch):
    monkeypatch.setitem(debian.SYSTEM_PACKAGES, "chromium", (str(tmp_path / "absent"), "browser tests"))
    assert "chromium" in debian.missing_system_packages()


def test_a_folder_left_half_way_is_built_anew(tmp_path):
    folder = tmp_path / "thing"
    folder.mkdir()
    (folder / "rest-of-a-killed-run").touch()
    steps.build_once(folder, lambda target: (target / "whole").touch())
    assert sorted(path.name for path in folder.iterdir()) == [".complete", "whole"]
    steps.build_once(folder, lambda target: pytest.fail("built twice"))


def test_two_runs_at_once_build_once(tmp_path):
    program = (
        "import pathlib, sys, time; sys.path.insert(0, sys.argv[1]); from runtime import steps\n"
        "def build(target):\n"
        "    time.sleep(1)\n"
        "    with open(pathlib.Path(sys.argv[2]) / 'built', 'a') as log: log.write('x')\n"
        "steps.build_once(pathlib.Path(sys.argv[2]) / 'thing', build)\n"
    )
    command = [sys.executable, "-c", program, str(ROOT / "scripts"), str(tmp_path)]
    runs = [subprocess.Popen(command) for _number in range(3)]
    assert [run.wait(60) for run in runs] == [0, 0, 0]
    assert (tmp_path / "built").read_text() == "x"


def test_a_failing_command_shows_its_last_lines():
    with pytest.raises(steps.Failure, match="(?s)Doing it failed .exit code 3.*the reason"):
        steps.run([sys.executable, "-c", "print('the reason'); raise SystemExit(3)"], failure="Doing it")


def test_the_committed_configuration_is_safe_as_it_stands():
    lines = (ROOT / "odoo.conf").read_text().splitlines()
    assert {"http_interface = 127.0.0.1", "list_db = False", "admin_passwd ="} <= set(lines)


def _manage(command, cache, **options):
    variables = {
        name: value for name, value in os.environ.items() if name != "ODOO_RC" and not name.startswith("PG")
    }
    variables["PIP_CACHE_DIR"] = _pip_cache()
    variables["XDG_CACHE_HOME"] = str(cache)
    # The interpreter that ran the set-up, not the environment that it made: nothing of Odoo is importable there.
    python = Path(sys.base_prefix) / "bin" / "python3"
    return subprocess.Popen(
        [str(python), "-u", str(MANAGE), *command],
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        **options,
    )


def _pip_cache():
    """Where pip keeps its downloads when nothing is said."""
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pip"
    return os.environ.get("PIP_CACHE_DIR", str(default))


def _hand_over_downloads(folder):
    """Give a new cache the packages downloaded for this run: the set-up is tested here, not the network."""
    folder.mkdir(parents=True)
    for file in (layout.cache_folder() / "debian" / "archives").glob("*.deb"):
        shutil.copy(file, folder)


def _kill_while(stage, cache):
    """Start the set-up and kill it, and all it started, in the middle of `stage`."""
    process = _manage(["setup"], cache)
    seen = []
    for line in process.stdout:
        seen.append(line)
        if stage in line:
            break
    else:
        pytest.fail(f"The set-up ended before {stage}:\n{''.join(seen)}")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_a_set_up_killed_half_way_leaves_a_working_next_run(tmp_path_factory):
    """kill -9 in the middle of unpacking, of installing Python packages and of the template, then `make run` serves."""
    cache = Path(tmp_path_factory.mktemp("cache", numbered=True))
    _hand_over_downloads(cache / "answerable" / "debian" / "archives")
    for stage in ("Unpacking Odoo 19", "Installing requirements.txt", "platform modules"):
        _kill_while(stage, cache)
    port = 8073
    process = _manage(["run", str(port)], cache)
    output = []
    for line in process.stdout:
        output.append(line)
        if "Ctrl-C stops it" in line:
            break
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/login", timeout=60) as answer:
            assert answer.status == 200, "".join(output)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
    assert not (cache / "answerable" / "postgres" / "postmaster.pid").exists(), "PostgreSQL was left running"
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/web/login", timeout=1)
        except OSError:
            return
    pytest.fail("Odoo was left running")
