#!/usr/bin/env python3
# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Templates and translations of the addons, kept in step with what an installed database holds.

    python scripts/translations.py export --database DB        write every addons/<addon>/i18n/<addon>.pot and
                                                               bring addons/<addon>/i18n/zh_CN.po up to it

Runs in the Python that has Odoo, on a database in which the addons are installed. The same database gives the same
bytes: no dates, no line numbers, sorted by text. In a translation what was translated stays, what is new is empty
(or has the platform's own words, where the platform translates the very same text), what is gone is dropped.
"""

import argparse
import io
import re
import sys
from collections import defaultdict
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = {"zh_CN": "nplurals=1; plural=0;"}
# Where the platform's own words are looked up, in this order; then in the addon's other dependencies.
PLATFORM_FIRST = ("base", "mail", "portal", "product", "stock", "sale", "purchase", "account", "repair")
RECORD_ID = re.compile(r"""<(?:record|template|menuitem)\b[^>]*?\bid=["']([\w.]+)["']""")


def addon_names(root=ROOT):
    """The addons of this checkout."""
    return sorted(path.parent.name for path in root.glob("addons/*/__manifest__.py"))


def export_templates(env, addons, root=ROOT):
    """The templates of installed addons: {addon: polib.POFile}."""
    from odoo.tools.translate import TranslationFileWriter, TranslationModuleReader

    rows = defaultdict(list)
    # One by one: of a record that two of them know, the reader gives one row for all.
    for addon in addons:
        for row in TranslationModuleReader(env.cr, modules=[addon]):
            rows[row[0]].append(row)
    templates = {}
    for addon in addons:
        demo = demo_ids(root / "addons" / addon)
        buffer = io.BytesIO()
        writer = TranslationFileWriter(buffer, fileformat="po", lang=None)
        writer.write_rows(
            (module, kind, name, place, *rest)
            for module, kind, name, place, *rest in rows[addon]
            if place not in demo and (kind != "model" or _is_own(env, addon, name, place))
        )
        template = polib.pofile(buffer.getvalue().decode())
        template.header = f"Texts of the addon {addon}."
        template.metadata = _metadata()
        templates[addon] = template
    return templates


def _addons_below(env, addon):
    """The names of the addons that one depends on, directly or not."""
    module = env["ir.module.module"].search([("name", "=", addon)])
    return set(module.upstream_dependencies(exclude_states=("",)).mapped("name"))


def _is_own(env, addon, name, place):
    """Whether a translated record is the addon's to translate: what it adds to a model of others, all of its own.

    An inherited model, and what the platform adds to every model, is registered under each addon that inherits it.
    """
    model_name, _comma, _field = name.partition(",")
    if model_name not in ("ir.model", "ir.model.fields", "ir.model.fields.selection"):
        return True
    record = env.ref(place)
    if model_name == "ir.model":
        return env[record.model]._original_module == addon
    field_record = record.field_id if model_name == "ir.model.fields.selection" else record
    model = env[field_record.model]
    if model._original_module == addon:
        return True
    extends = any(
        base.__module__.startswith(f"odoo.addons.{addon}.") and getattr(base, "_name", None) == model._name
        for base in type(model).mro()
    )
    field = model._fields[field_record.name]
    return (extends or field.inherited) and addon in field._modules


def demo_ids(folder):
    """The external ids of an addon's demonstration data, which is not part of what is translated."""
    files = folder.glob("demo/**/*.xml")
    return {
        f"{folder.name}.{name}"
        for file in files
        for name in RECORD_ID.findall(file.read_text(encoding="utf-8"))
    }


def _metadata(language="", plural_forms=""):
    """What a file says of itself: nothing that changes from one export to the next."""
    metadata = {
        "Project-Id-Version": "Odoo Server 19.0",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    if language:
        metadata |= {"Language": language, "Plural-Forms": plural_forms}
    return metadata


def merge(template, translation, language, suggestions=None):
    """A translation with exactly the texts of the template, and those of its translations that still apply."""
    known = {entry.msgid: entry for entry in translation if not entry.obsolete}
    merged = polib.POFile()
    merged.header = template.header
    merged.metadata = _metadata(language, LANGUAGES[language])
    for entry in template:
        old = known.get(entry.msgid)
        merged.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=(old.msgstr if old else "") or (suggestions or {}).get(entry.msgid, ""),
                comment=entry.comment,
                tcomment=old.tcomment if old else "",
                flags=list(old.flags) if old else [],
                occurrences=entry.occurrences,
            )
        )
    return merged


def platform_words(env, addon, language):
    """What the addons below this one translate already: {text: translation}."""
    from odoo.modules.module import get_module_path

    names = _addons_below(env, addon)
    words = {}
    for name in [name for name in PLATFORM_FIRST if name in names] + sorted(names.difference(PLATFORM_FIRST)):
        file = Path(get_module_path(name) or "", "i18n", f"{language}.po")
        if file.is_file() and ROOT not in file.parents:
            for entry in polib.pofile(str(file)).translated_entries():
                words.setdefault(entry.msgid, entry.msgstr)
    return words


def export(env, addons, root=ROOT):
    """Write the templates and bring the translations up to them; returns one line of report per file."""
    report = []
    for addon, template in export_templates(env, addons, root).items():
        folder = root / "addons" / addon / "i18n"
        folder.mkdir(exist_ok=True)
        write(template, folder / f"{addon}.pot")
        report.append(f"{addon}.pot: {len(template)} texts")
        for language in LANGUAGES:
            path = folder / f"{language}.po"
            old = polib.pofile(str(path)) if path.exists() else polib.POFile()
            merged = merge(template, old, language, platform_words(env, addon, language))
            write(merged, path)
            gone = len({entry.msgid for entry in old} - {entry.msgid for entry in template})
            empty = sum(not entry.msgstr for entry in merged)
            report.append(f"{addon}/{language}.po: {empty} of {len(merged)} to translate, {gone} dropped")
    return report


def write(catalog, path):
    """Write a catalog as UTF-8 with bare line feeds, on every system."""
    path.write_bytes(f"{catalog}".rstrip("\n").encode() + b"\n")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("command", choices=["export"])
    parser.add_argument(
        "--database", "-d", required=True, help="a database in which the addons are installed"
    )
    parser.add_argument("--config", "-c", help="Odoo's configuration file (default: as Odoo itself finds it)")
    parser.add_argument("addons", nargs="*", metavar="ADDON", help="default: all of this checkout")
    options = parser.parse_args(arguments)

    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config_options = ["-d", options.database, "--no-http", "--log-level=warn"]
    config.parse_config(
        config_options + (["-c", options.config] if options.config else []), setup_logging=True
    )
    with Registry(options.database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        addons = options.addons or addon_names()
        installed = (
            env["ir.module.module"]
            .search([("name", "in", addons), ("state", "=", "installed")])
            .mapped("name")
        )
        if missing := sorted(set(addons) - set(installed)):
            print(f"error: not installed in {options.database}: {', '.join(missing)}", file=sys.stderr)
            return 1
        print("\n".join(export(env, addons)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
