# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def write(self, vals):
        """Refuses to give a stored old part another owner: it would become our stock, with a value."""
        if "owner_id" in vals:
            for line in self.filtered(lambda line: line.state == "done" and line.move_id._is_old_part()):
                if line.owner_id.id != vals["owner_id"]:
                    raise UserError(
                        self.env._(
                            "The old %(product)s taken out in %(repair)s belongs to %(owner)s. Its owner cannot be "
                            "changed.",
                            product=line.product_id.display_name,
                            repair=line.move_id.repair_id.name,
                            owner=line.owner_id.display_name,
                        )
                    )
        return super().write(vals)
