# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from .gsp_master_mixin import product_selection
from .gsp_sale_facts_mixin import TOLD
from .stock_picking_gate import RETURN_REASONS


class GspSaleRecord(models.Model):
    """What the register keeps of special drugs, of lots near their expiry, and of returns."""

    _inherit = "gsp.sale.record"

    special_class = fields.Selection(
        selection=lambda self: product_selection(self, "gsp_special_class"), readonly=True
    )
    identity_id = fields.Many2one(
        "gsp.buyer.identity", string="Registered Buyer", readonly=True, index="btree_not_null"
    )
    masked_buyer = fields.Char(string="Identity Document", readonly=True)
    packs = fields.Float(string="Minimum Packs", readonly=True, digits="Product Unit")
    expiry_told_how = fields.Selection(TOLD, string="Told of Near Expiry", readonly=True)
    exception_reason = fields.Char(string="Exception by Quality", readonly=True)
    course_days = fields.Integer(string="Course (Days)", readonly=True, aggregator=None)
    return_reason = fields.Selection(RETURN_REASONS, string="Fault", readonly=True)
    return_verified_by_id = fields.Many2one("res.users", string="Fault Confirmed By", readonly=True)

    _company_done_idx = models.Index("(company_id, done_at DESC)")
    _special_idx = models.Index("(special_class, date) WHERE special_class IS NOT NULL")

    def action_view_identity(self):
        """Open the registered buyer, masked."""
        self.ensure_one()
        self.check_access("read")
        return self.identity_id.get_formview_action() if self.identity_id else False
