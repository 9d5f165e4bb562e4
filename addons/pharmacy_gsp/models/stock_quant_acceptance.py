# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ..receiving import LOCKED_COLORS, AcceptedOnly


class StockQuant(models.Model):
    _inherit = "stock.quant"

    gsp_acceptance_state = fields.Selection(
        [("pending", "To Be Accepted"), ("accepted", "Accepted"), ("rejected", "Rejected")],
        string="Acceptance",
        compute="_compute_gsp_acceptance_state",
        help="By the place where the goods lie, else by the lot.",
    )

    @api.depends("location_id.gsp_color", "lot_id.gsp_acceptance_state", "product_id.gsp_kind")
    def _compute_gsp_acceptance_state(self):
        by_color = {"yellow": "pending", "red": "rejected"}
        for quant in self:
            state = by_color.get(quant.location_id.gsp_color) or quant.lot_id.gsp_acceptance_state
            quant.gsp_acceptance_state = quant.product_id.gsp_kind and state

    @api.model
    def _get_gather_domain(
        self, product_id, location_id, lot_id=None, package_id=None, owner_id=None, strict=False
    ):
        """Reserve only what has been accepted (see ``stock.move``)."""
        domain = super()._get_gather_domain(product_id, location_id, lot_id, package_id, owner_id, strict)
        if not isinstance(self.env.context.get("gsp_accepted_only"), AcceptedOnly):
            return domain
        released = Domain("location_id.gsp_color", "not in", list(LOCKED_COLORS))
        accepted = Domain("lot_id", "=", False) | Domain("lot_id.gsp_acceptance_state", "=", "accepted")
        return Domain.AND([domain, released, accepted])
