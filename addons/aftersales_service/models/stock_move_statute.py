# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..statute_facts import PartFacts


class StockMove(models.Model):
    _inherit = "stock.move"

    def _is_put_in(self):
        """Whether the move is a part that a repair puts into the unit, or is about to."""
        return self.repair_line_type == "add" and self.state != "cancel"

    def _prepare_part_facts(self):
        """What a statute needs to know of a part put in."""
        self.ensure_one()
        template = self.product_id.product_tmpl_id
        return PartFacts(
            template=template,
            assembly=template.statute_assembly or "",
            role=template.statute_part_role or "main_part",
            done=self.state == "done",
        )
