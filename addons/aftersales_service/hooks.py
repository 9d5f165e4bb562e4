# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.addons.compliance_base.hooks import release_tables


def post_init_hook(env):
    """Repairs and warehouses that existed before the addon: a fault was reported when its repair was entered, its
    stage follows from its status, and each warehouse gets its old-part location.

    Repairs made while the addon was being installed (demo data) have a stage log and keep what they were given.
    """
    env.cr.execute(
        """
        UPDATE repair_order
           SET report_date = create_date,
               service_stage = CASE state
                   WHEN 'under_repair' THEN 'work' WHEN 'done' THEN 'delivered' WHEN 'cancel' THEN 'canceled'
                   ELSE 'received' END
         WHERE NOT EXISTS (SELECT FROM repair_stage_log WHERE repair_stage_log.repair_id = repair_order.id)
        """
    )
    env["stock.warehouse"].with_context(active_test=False).search([])._create_old_part_locations()


def uninstall_hook(env):
    """When the addon goes, its tables go as a whole. What it brought into other addons' tables and documents may stand
    on (the service product on quotations, the questionnaire with its answers) stays, as if users had made it."""
    release_tables(env, "aftersales_service")
    brought = env["ir.model.data"].search([("module", "=", "aftersales_service")])
    brought.filtered(lambda data: data.model.startswith(("product.", "survey."))).unlink()
