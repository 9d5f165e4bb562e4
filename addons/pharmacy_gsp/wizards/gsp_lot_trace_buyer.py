# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

KNOWERS = (
    "pharmacy_gsp.pharmacy_gsp_group_pharmacist,pharmacy_gsp.pharmacy_gsp_group_quality,"
    "pharmacy_gsp.pharmacy_gsp_group_identity"
)


class GspLotTraceBuyer(models.TransientModel):
    """One buyer of a lot: what was bought, what came back, and what must still be recovered."""

    _name = "gsp.lot.trace.buyer"
    _description = "Buyer of a Lot"
    _order = "outstanding desc, id"

    trace_id = fields.Many2one("gsp.lot.trace", required=True, index=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True)
    lot_name = fields.Char(related="lot_id.name")
    partner_id = fields.Many2one("res.partner", string="Buyer", readonly=True)
    buyer_name = fields.Char(string="Name at the Sale", readonly=True)
    identity_id = fields.Many2one("gsp.buyer.identity", string="Registered Buyer", readonly=True)
    masked_buyer = fields.Char(string="Identity Document", readonly=True)
    contact = fields.Char(compute="_compute_contact", groups=KNOWERS)
    first_date = fields.Date(string="First Sale", readonly=True)
    last_date = fields.Date(string="Last Sale", readonly=True)
    sale_count = fields.Integer(string="Sales", readonly=True)
    sold = fields.Float(readonly=True, digits="Product Unit")
    recovered = fields.Float(readonly=True, digits="Product Unit")
    outstanding = fields.Float(string="Still to Recover", readonly=True, digits="Product Unit")

    @api.depends("partner_id")
    def _compute_contact(self):
        for buyer in self:
            buyer.contact = buyer._get_contact()

    def action_view_sales(self):
        """Open the sales of this lot to this buyer, and what came back."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_sale_record_action")
        domain = [
            ("lot_id", "=", self.lot_id.id),
            ("product_id", "=", self.product_id.id),
            ("partner_id", "=", self.partner_id.id),
            ("identity_id", "=", self.identity_id.id),
        ]
        return dict(action, domain=domain, context={})

    def _get_contact(self):
        """Phone, mail and address as they are today; empty for those who need not know them."""
        self.ensure_one()
        if not self.env.user.has_groups(KNOWERS):
            return ""
        partner = self.partner_id
        parts = (partner.phone, partner.email, partner.street, partner.street2, partner.city)
        return ", ".join(filter(None, parts))
