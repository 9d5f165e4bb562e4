# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.addons.compliance_base.hooks import leave_business_records, release_tables


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
    """When the addon goes, its tables go as a whole; what documents of others may stand on stays.

    Analytic accounts that were booked on go on in the plan above ours, which goes, and its columns with it.
    """
    plan = env.ref("aftersales_service.analytic_plan_cost_bearers", raise_if_not_found=False)
    if plan:
        plan.account_ids.plan_id = plan.parent_id
    release_tables(env, "aftersales_service")
    leave_business_records(env, "aftersales_service")
