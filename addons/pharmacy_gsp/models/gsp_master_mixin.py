# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


def product_selection(model, name):
    """Choices of a field of products, as the user reads them, for a field of another model."""
    return model.env["product.template"]._fields[name]._description_selection(model.env)


class GspMasterMixin(models.AbstractModel):
    """List of the law or of a headquarters.

    What ships with the addon (no company) is changed by the compliance manager alone, what a headquarters adds by the
    quality managers of that headquarters. Its stores read both; they add lists of their own, which only tighten.
    """

    _name = "gsp.master.mixin"
    _description = "Quality Master"

    company_id = fields.Many2one(
        "res.company",
        string="Kept By",
        index=True,
        ondelete="restrict",
        default=lambda self: self._default_company(),
        help="Headquarters or company that maintains the entry; its stores may read it. Empty: given by the law.",
    )

    @api.model
    def _default_company(self):
        manager = self.env.su or self.env.user.has_group("compliance_base.compliance_base_group_manager")
        return False if manager else self.env.company
