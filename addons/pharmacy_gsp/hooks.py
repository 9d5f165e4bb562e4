# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.addons.compliance_base.hooks import release_tables


def uninstall_hook(env):
    """When the addon goes, its tables go as a whole."""
    release_tables(env, "pharmacy_gsp")
