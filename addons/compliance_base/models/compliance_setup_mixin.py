# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class ComplianceSetupMixin(models.AbstractModel):
    """Setup that every step of the daily work goes by.

    What is read of it is kept in the registry's cache (``ormcache``) and forgotten as soon as any of it changes.
    """

    _name = "compliance.setup.mixin"
    _description = "Cached Setup"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
