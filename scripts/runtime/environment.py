"""The Python environment: a virtual environment of our own with Odoo, its needs and the community's addons in it."""

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

from . import debian
from .layout import ROOT, cache_folder, check_python, digest, read_exact_pins
from .steps import Failure, Step, build_once, run

PINS = (ROOT / "requirements.txt", ROOT / "requirements-test.txt")
COMMUNITY_PINS = ROOT / "requirements-odoo.txt"
LINT_PINS = ROOT / "requirements-lint.txt"


def importable_odoo(python=sys.executable):
    """The folder from which `python` imports Odoo 19.0, or None. Another version is a failure: it would be mixed in."""
    probe = "import odoo.release as r; print(r.__file__); print(*r.version_info[:2])"
    found = subprocess.run([python, "-c", probe], capture_output=True, text=True, cwd="/")
    if found.returncode:
        return None
    file, version = found.stdout.splitlines()[-2:]
    if version != "19 0":
        raise Failure(
            f"Python {python} imports Odoo {version.replace(' ', '.')}",
            "Call make with PYTHON=… of an Odoo 19.0",
        )
    return Path(file).parents[1]


def odoo_folder():
    """The folder on the Python path that holds Odoo: an importable one, else Debian's, unpacked into the cache."""
    wrong = check_python()
    if wrong:
        raise Failure(wrong, "Call make with PYTHON=… of another one")
    found = importable_odoo()
    if found:
        return found
    if not debian.has_apt():
        raise Failure(
            "Odoo 19.0 is not importable, and this machine has no apt to get Debian's package with",
            "Install Odoo 19.0 from its source into the Python that `make` calls",
        )
    cache = cache_folder()
    folder = cache / f"odoo-{digest(ROOT / 'requirements-debian.txt')}"
    build_once(folder, lambda target: debian.unpack_odoo(target, cache / "debian"))
    return folder / debian.DIST_PACKAGES


def odoo_python():
    """The interpreter that runs Odoo and the tests, its environment built when it is not there yet."""
    odoo = odoo_folder()
    key = digest(*PINS, COMMUNITY_PINS, sys.version, odoo)

    def build(folder):
        python = _create(folder)
        for pins in PINS:
            _install(python, pins)
        _install(python, COMMUNITY_PINS, "--no-deps")
        site_packages = next((folder / "lib").glob("python3*/site-packages"))
        (site_packages / "odoo-platform.pth").write_text(f"{odoo}\n")

    return build_once(cache_folder() / f"python-{key}", build) / "bin/python"


def lint_python():
    """The interpreter whose folder holds the lint tools."""
    key = digest(LINT_PINS, sys.version)

    def build(folder):
        _install(_create(folder), LINT_PINS)

    return build_once(cache_folder() / f"lint-{key}", build) / "bin/python"


def _create(folder):
    """An empty environment with pip, also where the system's Python came without `ensurepip` (bare Debian)."""
    try:
        import ensurepip  # noqa: F401

        with_pip = True
    except ImportError:
        with_pip = False
    with Step("Creating the Python environment"):
        venv.create(folder, with_pip=with_pip, symlinks=os.name != "nt")
        python = folder / "bin/python"
        if not with_pip:
            if not debian.has_apt():
                raise Failure("This Python has no pip", "Install pip and venv for it")
            wheel = debian.unpack_pip(folder / "pip-wheels", cache_folder() / "debian-pip")
            run([python, f"{wheel}/pip", "install", "--quiet", "--no-index", wheel], failure="Installing pip")
    return python


def _install(python, pins, *options):
    total = len(read_exact_pins(pins))
    with Step(f"Installing {pins.name}") as step:
        collected = set()

        def on_line(line):
            found = re.match(r"(?:Collecting|Requirement already satisfied:) ([^\s=]+)", line)
            if found:
                collected.add(found[1])
                step.reached(f"{min(len(collected), total)} of {total} packages")
            elif line.startswith("Installing collected"):
                step.reached("unpacking")

        command = [python, "-m", "pip", "install", "--disable-pip-version-check", *options, "-r", pins]
        run(
            command,
            env={"PIP_ROOT_USER_ACTION": "ignore"},
            on_line=on_line,
            failure=f"Installing {pins.name}",
        )
