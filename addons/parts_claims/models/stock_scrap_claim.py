# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError


class StockScrap(models.Model):
    """Defective stock that was scrapped can be claimed from its supplier or carrier."""

    _inherit = "stock.scrap"

    claim_line_count = fields.Integer(compute="_compute_claim_line_count", compute_sudo=True)

    def _compute_claim_line_count(self):
        counts = dict(
            self.env["parts.claim.line"]._read_group(
                [("scrap_id", "in", self.ids)], ["scrap_id"], ["__count"]
            )
        )
        for scrap in self:
            scrap.claim_line_count = counts.get(scrap, 0)

    def action_claim_from_supplier(self):
        """Ask why the scrapped goods are claimed, and from whom. Claims clerks only."""
        self.ensure_one()
        if self.state != "done":
            raise UserError(self.env._("Validate %(scrap)s first.", scrap=self.name))
        return self.env["parts.claim.source"]._open_for(scrap=self)

    def action_view_claim_lines(self):
        """Open the claim lines of the scrapped goods."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("parts_claims.parts_claim_line_action")
        return action | {"domain": [("scrap_id", "=", self.id)], "context": {}}

    def _prepare_claim_source(self):
        """See ``parts.claim.line._get_source()``."""
        self.ensure_one()
        return {
            "kind": "part",
            "origin_kind": "stock",
            "product": self.product_id,
            "subject": self.product_id,
            "quantity": self.product_uom_id._compute_quantity(self.scrap_qty, self.product_id.uom_id),
            "uom": self.product_id.uom_id,
            "when": self.date_done,
            "repair": self.env["repair.order"],
            "move": self.move_ids[:1],
        }

    def _get_claim_parties(self):
        """See ``parts.claim.line._get_parties()``."""
        return [(self.env["res.partner"], 100.0)]
