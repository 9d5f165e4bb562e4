# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tools import SQL


def uninstall_hook(env):
    """When the addon goes, its tables go as a whole."""
    release_tables(env, "compliance_base")


def release_tables(env, addon):
    """Let go of an addon's own tables before it is uninstalled: drop the foreign keys that point at them.

    Records of these tables hold on to each other, so that nobody can delete what something else stands on. The
    platform deletes the addon's data record by record before it drops the tables, and would trip over that.
    """
    tables = [
        model._table
        for model in env.registry.values()
        if model._original_module == addon and model._auto and not model._abstract
    ]
    rows = env.execute_query(
        SQL(
            """
            SELECT holder.relname, constr.conname
              FROM pg_constraint AS constr
              JOIN pg_class AS holder ON holder.oid = constr.conrelid
              JOIN pg_class AS target ON target.oid = constr.confrelid
             WHERE constr.contype = 'f' AND target.relname = ANY(%s)
               AND target.relnamespace = current_schema::regnamespace
            """,
            tables,
        )
    )
    for table, name in rows:
        env.cr.execute(SQL("ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(name)))


def leave_business_records(env, addon):
    """Let go of what an addon brought into other addons' tables and documents may stand on (products on orders,
    questionnaires with their answers, analytic accounts that were booked on): it stays, as if users had made it."""
    brought = env["ir.model.data"].search([("module", "=", addon)])
    brought.filtered(
        lambda data: data.model.startswith(("account.analytic.account", "product.", "survey."))
    ).unlink()
