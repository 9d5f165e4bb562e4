"""What Debian's archive gives: Odoo itself, unpacked into a private folder, and the system's browser and PDF tools.

Nothing of the machine's package lists or sources is changed: Odoo comes through an apt state of our own, verified by
the archive's signature, and is only unpacked. The mirror is the one that the machine is set up with.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from .layout import DebianPackage, read_debian_packages
from .steps import Failure, Step, run

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SYSTEM_PACKAGES = {
    "chromium": ("/usr/bin/chromium", "browser tests and pictures"),
    "wkhtmltopdf": ("/usr/bin/wkhtmltopdf", "PDF reports"),
    "fonts-noto-cjk": ("/usr/share/doc/fonts-noto-cjk", "Chinese text in PDFs and pictures"),
    "libxml2-utils": ("/usr/bin/xmllint", "lint"),
}
DIST_PACKAGES = "usr/lib/python3/dist-packages"
# Debian leaves this script out of the package, but the web client's assets still list it.
_LEFT_OUT_SCRIPT = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def has_apt():
    return bool(shutil.which("apt-get") and shutil.which("dpkg-deb") and KEYRING.exists())


class PrivateApt:
    """An apt state in a folder of ours: lists, sources and downloads."""

    def __init__(self, folder):
        self.folder = folder
        self._offers = {}
        (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        (folder / "archives" / "partial").mkdir(parents=True, exist_ok=True)

    def update(self, packages):
        """Read the lists of the packages' suites and what versions they offer."""
        mirror = self._mirror()
        suites = dict.fromkeys(package.suite for package in packages)
        sources = [f"deb [signed-by={KEYRING}] {mirror} {suite} main\n" for suite in suites]
        (self.folder / "sources.list").write_text("".join(sources))
        run(["apt-get", *self._options(), "update"], failure="Reading Debian's package lists")
        names = [package.name for package in packages]
        listed = run(
            ["apt-cache", *self._options(), "madison", *names], failure="Reading Debian's package lists"
        )
        for line in listed.splitlines():
            name, version, source = (word.strip() for word in line.split("|"))
            self._offers.setdefault((name, source.split()[1].partition("/")[0]), []).append(version)

    def download(self, package):
        """Have the package's .deb in the folder; return its path. An earlier, whole download is kept."""
        version = self._offered_version(package)
        file = self.folder / "archives" / f"{package.name}_{version.replace(':', '%3a')}_all.deb"
        if not file.exists():
            run(
                ["apt-get", *self._options(), "download", f"{package.name}={version}"],
                cwd=self.folder / "archives" / "partial",
                failure=f"Downloading {package.name} {version}",
            )
            (self.folder / "archives" / "partial" / file.name).rename(file)
        if version == package.version and _sha256(file) != package.sha256:
            file.unlink()
            raise Failure(
                f"The downloaded {file.name} is not the one that was tested", "Run again to download it anew"
            )
        return file

    def _offered_version(self, package):
        listed = run(
            ["apt-cache", *self._options(), "madison", package.name], failure="Reading Debian's package lists"
        )
        offers = [line.split("|") for line in listed.splitlines() if f" {package.suite}/" in line]
        versions = [offer[1].strip() for offer in offers]
        if package.version in versions:
            return package.version
        wanted = "19.0." if package.name == "odoo-19" else ""
        for version in versions:
            if version.startswith(wanted):
                if package.version:
                    print(
                        f"  Note: {package.suite} has {package.name} {version} instead of {package.version}"
                    )
                return version
        raise Failure(
            f"Debian's suite {package.suite} no longer offers {package.name} {package.version}",
            "Install Odoo 19.0 from its source into the Python that `make` calls; it is then used as it is",
        )

    def _options(self):
        options = {
            "Dir::Etc::sourcelist": self.folder / "sources.list",
            "Dir::Etc::sourceparts": "-",
            "Dir::State::lists": self.folder / "lists",
            "Dir::Cache": self.folder,
            "Acquire::Retries": "3",
        }
        if os.geteuid() == 0:
            options["APT::Sandbox::User"] = "root"
        return [word for name, value in options.items() for word in ("-o", f"{name}={value}")]

    @staticmethod
    def _mirror():
        listed = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        mirrors = [uri for uri in dict.fromkeys(listed) if "security" not in uri]
        if not mirrors:
            raise Failure("apt on this machine knows no Debian mirror", "Add one to /etc/apt/sources.list")
        return mirrors[0]


def unpack_odoo(folder, downloads):
    """Fill `folder` with Odoo and what it links to, every file checked against its package's own list."""
    packages = read_debian_packages()
    apt = PrivateApt(downloads)
    with Step("Reading Debian's package lists"):
        apt.update(packages)
    with Step("Downloading Odoo 19") as step:
        files = []
        for number, package in enumerate(packages, 1):
            step.reached(f"{number} of {len(packages)} packages")
            files.append(apt.download(package))
    with Step("Unpacking Odoo 19") as step:
        for number, file in enumerate(files, 1):
            step.reached(f"{number} of {len(files)} packages")
            run(["dpkg-deb", "-x", file, folder], failure=f"Unpacking {file.name}")
            _check_unpacked(folder, file)
        script = folder / DIST_PACKAGES / _LEFT_OUT_SCRIPT
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(
            "// Left out of the Debian package; the blurring of video backgrounds needs it, nothing else.\n"
        )
        broken = [link for link in folder.rglob("*") if link.is_symlink() and not link.exists()]
        if broken:
            raise Failure(f"Odoo's package links to files that no package brought, first {broken[0]}")


def unpack_pip(folder, downloads):
    """Unpack Debian's pip wheels into `folder`, for a Python that came without pip; return pip's own wheel."""
    package = DebianPackage("python3-pip-whl", "bookworm", version="", sha256="")
    apt = PrivateApt(downloads)
    apt.update([package])
    run(["dpkg-deb", "-x", apt.download(package), folder], failure="Unpacking pip")
    return next((folder / "usr/share/python-wheels").glob("pip-*.whl"))


def _check_unpacked(folder, file):
    """Compare every unpacked file with the checksums that its package carries."""
    listed = subprocess.run(
        ["dpkg-deb", "-I", str(file), "md5sums"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    for line in listed:
        checksum, name = line.split(maxsplit=1)
        if hashlib.md5((folder / name).read_bytes(), usedforsecurity=False).hexdigest() != checksum:
            raise Failure(
                f"{folder / name} was not unpacked as {file.name} holds it", "Check the disk and run again"
            )


def _sha256(file):
    content = hashlib.sha256()
    with open(file, "rb") as handle:
        while block := handle.read(1 << 20):
            content.update(block)
    return content.hexdigest()


def missing_system_packages(names=None):
    """The system packages among `names` (default: all) that this machine lacks."""
    return [name for name in names or SYSTEM_PACKAGES if not Path(SYSTEM_PACKAGES[name][0]).exists()]


def install_system_packages(names=None):
    """Install what browser, PDF and lint need when root; name the exact command when not."""
    missing = missing_system_packages(names)
    if not missing:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if os.geteuid() or not has_apt():
        for name in missing:
            print(f"  Missing: {name} ({SYSTEM_PACKAGES[name][1]})")
        how = f"sudo {' '.join(command)}" if has_apt() else "the system's own package manager"
        print(f"  Install with: {how}")
        return
    with Step("Installing " + ", ".join(missing)):
        run(["apt-get", "update"], failure="apt-get update")
        run(command, env={"DEBIAN_FRONTEND": "noninteractive"}, failure="Installing " + ", ".join(missing))
