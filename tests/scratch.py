# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Scratch databases for the tests that need an Odoo process of their own, and what they say of a database's schema."""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import psycopg2
from psycopg2 import sql

from odoo import sql_db
from odoo.tools import config

ROOT = Path(__file__).resolve().parent.parent
ADDONS = sorted(path.parent.name for path in ROOT.glob("addons/*/__manifest__.py"))
LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+?): (?P<message>.*)")


def template_name():
    """The database with everything the addons depend on, and none of the addons; set by `make test`."""
    name = os.environ.get("ANSWERABLE_TEMPLATE_DB")
    if not name:
        raise unittest.SkipTest("ANSWERABLE_TEMPLATE_DB names no database with the platform's modules")
    return name


@contextlib.contextmanager
def connect(database):
    """A plain connection to a database of the server the tests run on, each statement its own transaction."""
    _name, info = sql_db.connection_info_for(database)
    connection = psycopg2.connect(**info)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


@contextlib.contextmanager
def scratch_database(suffix, template=None):
    """A copy of the template database, dropped at the end: gives its name."""
    template = template or template_name()
    name = f"{config['db_name'][0]}_{suffix}"
    names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
    drop = sql.SQL("DROP DATABASE IF EXISTS {name} WITH (FORCE)").format(**names)
    with connect("postgres") as cursor:
        cursor.execute(drop)
        cursor.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template}").format(**names))
        try:
            yield name
        finally:
            sql_db.close_db(name)
            cursor.execute(drop)


def run_odoo(database, *words, command=("server",), timeout=900):
    """Run Odoo in a process of its own on `database`; gives what it wrote (output and log in one)."""
    options = ["-c", config["config"], "-d", database]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "odoo", *command, *options, *words],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
        )
    if done.returncode:
        raise AssertionError(
            f"odoo {' '.join([*command, *words])} ended with {done.returncode}:\n{done.stdout[-8000:]}"
        )
    return done.stdout


def complaints(log, harmless=()):
    """The log's warnings and errors, each as one line, without those that `harmless` patterns describe."""
    found = []
    for line in log.splitlines():
        match = LOG_LINE.match(line)
        if match and match["level"] in ("WARNING", "ERROR", "CRITICAL"):
            text = f"{match['level']} {match['logger']}: {match['message']}"
            if not any(re.search(pattern, text) for pattern in harmless):
                found.append(text)
    return found
