# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.fields import Domain

from odoo.addons.aftersales_service.models.stock_lot_life import LifeSource


class StockLot(models.Model):
    """Old parts taken out of a unit belong to its life."""

    _inherit = "stock.lot"

    def _get_life_sources(self):
        taken_out = Domain("repair_id.lot_id", "=", self.id)
        source = ("old_part", "old.part", taken_out, "date_collected", "_describe_life_old_part")
        return super()._get_life_sources() + [LifeSource(*source, self.env._("Old Part"))]

    def _describe_life_old_part(self, parts):
        states = self._get_labels(parts, "state")
        return {
            part.id: {
                "title": f"{part.name} · {states[part.state]}",
                "lines": [
                    f"{part.product_id.display_name} × {part.quantity:g}",
                    part.supplier_id.display_name or "",
                    part.condition or "",
                ],
            }
            for part in parts
        }
