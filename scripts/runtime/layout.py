"""Where things lie and which versions belong together. Standard library only."""

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
SUPPORTED_PYTHONS = ((3, 10), (3, 13))


def cache_folder():
    """The folder outside the checkout that holds everything unpacked, built or generated.

    Root gets a system folder: PostgreSQL then runs as a user of its own, who must be able to reach it.
    """
    if os.environ.get("XDG_CACHE_HOME"):
        return Path(os.environ["XDG_CACHE_HOME"]).resolve() / "answerable"
    if os.geteuid() == 0:
        return Path("/var/cache/answerable")
    return Path.home() / ".cache" / "answerable"


def digest(*parts):
    """A short name for the joint content of files (paths of files) and words (anything else)."""
    content = hashlib.sha256()
    for part in parts:
        is_file = isinstance(part, Path) and part.is_file()
        content.update(part.read_bytes() if is_file else str(part).encode())
        content.update(b"\0")
    return content.hexdigest()[:12]


def digest_tree(*folders):
    """A short name for the content of whole folders, whatever git thinks of them."""
    files = sorted(
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and "tests" not in path.parts
    )
    return digest(*(part for path in files for part in (path.relative_to(ROOT), path)))


@dataclass(frozen=True)
class DebianPackage:
    name: str
    suite: str
    version: str
    sha256: str


def read_debian_packages(path=ROOT / "requirements-debian.txt"):
    """The pinned packages as `DebianPackage`s, in the order of the file."""
    lines = (line.split() for line in path.read_text().splitlines())
    return [DebianPackage(*words) for words in lines if words and not words[0].startswith("#")]


def read_exact_pins(path):
    """The `name==version` lines of a requirements file."""
    lines = (line.strip() for line in path.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def check_python():
    """Return what is wrong with the running Python, or an empty string."""
    low, high = SUPPORTED_PYTHONS
    if low <= sys.version_info[:2] <= high:
        return ""
    running = ".".join(map(str, sys.version_info[:2]))
    return f"Odoo 19 runs on Python {low[0]}.{low[1]} to {high[0]}.{high[1]}, and this is {running}"
