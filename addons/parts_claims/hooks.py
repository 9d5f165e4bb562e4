# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.addons.compliance_base.hooks import leave_business_records, release_tables


def uninstall_hook(env):
    """When the addon goes, its tables go as a whole; what documents of others may stand on stays."""
    release_tables(env, "parts_claims")
    leave_business_records(env, "parts_claims")
