# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Installing, updating, uninstalling and installing again, with documents in the tables, on one database.

Whatever the addons bring must go with them: what the schema and the platform's registers hold after uninstalling is
compared with what they held before the addons came.
"""

import sys

from scratch import ADDONS, ROOT, complaints, connect, run_odoo, scratch_database

from odoo.tests import BaseCase, tagged

sys.path.insert(0, str(ROOT / "scripts"))
from translations import demo_ids  # noqa: E402

# What the platform itself logs on the way, with no addon of ours installed.
HARMLESS = (r"Running as user 'root' is a security risk",)

SCHEMA = {
    "column": """
        SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "constraint": """
        SELECT conrelid::regclass::text, conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype != 'n'
    """,
    "index": "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'",
    # Those behind number sequences aside: they go with their number sequence.
    "database sequence": """
        SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND sequencename !~ '^ir_sequence_[0-9]+'
    """,
    "trigger": "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal",
    "function": "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    # Those of fields aside: which addon owns the name of a field that another adds to a base model depends on the
    # order of loading. The fields themselves are compared.
    "external id": """
        SELECT module, name FROM ir_model_data WHERE module = ANY(%(addons)s) AND model != 'ir.model.fields'
    """,
    "model": "SELECT model FROM ir_model",
    "field": "SELECT model, name FROM ir_model_fields",
    "selection value": """
        SELECT field.model, field.name, value.value
        FROM ir_model_fields_selection value JOIN ir_model_fields field ON field.id = value.field_id
    """,
    "relation": "SELECT name FROM ir_model_relation",
    "scheduled action": "SELECT cron_name FROM ir_cron",
    "server action": "SELECT id, name->>'en_US' FROM ir_act_server",
    "window action": "SELECT id, name->>'en_US', res_model FROM ir_act_window",
    "report": "SELECT id, report_name FROM ir_act_report_xml",
    "menu": "SELECT id, name->>'en_US' FROM ir_ui_menu",
    "view": "SELECT id, name, model FROM ir_ui_view",
    "group": "SELECT id, name->>'en_US' FROM res_groups",
    "access right": "SELECT id, name FROM ir_model_access",
    "record rule": "SELECT id, name FROM ir_rule",
    # By code: a company or warehouse that users make brings its own numbering of the platform's documents.
    "number sequence": "SELECT DISTINCT code FROM ir_sequence",
    "system parameter": "SELECT key FROM ir_config_parameter",
    "mail template": "SELECT id, name->>'en_US' FROM mail_template",
    "message subtype": "SELECT id, name->>'en_US' FROM mail_message_subtype",
    "activity type": "SELECT id, name->>'en_US' FROM mail_activity_type",
    "paper format": "SELECT id, name FROM report_paperformat",
}


def read_schema(database):
    """What SCHEMA asks for, as {kind: set of rows}."""
    with connect(database) as cursor:
        result = {}
        for kind, query in SCHEMA.items():
            cursor.execute(query, {"addons": ADDONS})
            result[kind] = {tuple(row) for row in cursor.fetchall()}
    return result


def forget_demo_ids(database):
    """Make the demonstration's records what users' records are: without external ids, kept when the addons go."""
    with connect(database) as cursor:
        cursor.execute("UPDATE ir_module_module SET demo = false")
        for addon in ADDONS:
            names = [name.partition(".")[2] for name in demo_ids(ROOT / "addons" / addon)]
            # Also those that the platform derives: the template of a product, the partner of a user.
            cursor.execute(
                """
                DELETE FROM ir_model_data
                 WHERE module = %s
                   AND EXISTS (SELECT FROM unnest(%s::text[]) AS id WHERE name = id OR starts_with(name, id || '_'))
                """,
                [addon, names],
            )


def without_ids(schema):
    """The same without the database ids, which a second installation gives anew."""
    return {
        kind: {row[1:] if isinstance(row[0], int) else row for row in rows} for kind, rows in schema.items()
    }


@tagged("post_install", "-at_install")
class TestLifecycle(BaseCase):
    def assertQuiet(self, log, what):
        self.assertFalse(found := complaints(log, HARMLESS), f"{what}:\n" + "\n".join(found))

    def assertSchema(self, schema, expected, what):
        differences = [
            f"{kind} {' / '.join(map(str, row))} {word}"
            for kind in SCHEMA
            for word, rows in (
                ("is left over", schema[kind] - expected[kind]),
                ("is missing", expected[kind] - schema[kind]),
            )
            for row in sorted(rows, key=str)
        ]
        self.assertFalse(differences, f"{what}:\n" + "\n".join(differences))

    def install(self, database, demo=True):
        options = ["--with-demo"] if demo else ["--without-demo"]
        log = run_odoo(database, "-i", ",".join(ADDONS), *options, "--stop-after-init", "--no-http")
        self.assertQuiet(log, "Installing the addons")

    def test_install_update_uninstall_and_install_again(self):
        """Nothing is complained of on the way, nothing of ours stays behind, and what stayed blocks nothing."""
        with scratch_database("lifecycle") as database:
            with connect(database) as cursor:
                # Demonstration data is loaded only where the modules below have theirs; ours needs none of it.
                cursor.execute("UPDATE ir_module_module SET demo = true WHERE state = 'installed'")
            before = read_schema(database)

            self.install(database)
            with connect(database) as cursor:
                cursor.execute("SELECT name FROM ir_module_module WHERE state = 'installed' AND demo")
                self.assertLessEqual(set(ADDONS), {name for (name,) in cursor.fetchall()})
            forget_demo_ids(database)
            installed = read_schema(database)

            log = run_odoo(database, "-u", ",".join(ADDONS), "--stop-after-init", "--no-http")
            self.assertQuiet(log, "Updating the addons")
            self.assertSchema(read_schema(database), installed, "Updating changed what installing had made")

            log = run_odoo(database, *ADDONS, command=("module", "uninstall"))
            self.assertQuiet(log, "Uninstalling the addons")
            self.assertSchema(
                read_schema(database), before, "Uninstalling did not bring back what was before"
            )

            self.install(database, demo=False)
            self.assertSchema(
                without_ids(read_schema(database)),
                without_ids(installed),
                "The second installation differs from the first",
            )
