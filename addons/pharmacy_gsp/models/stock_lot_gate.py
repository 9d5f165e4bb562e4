# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain


class StockLot(models.Model):
    _inherit = "stock.lot"

    gsp_hold_count = fields.Integer(
        compute="_compute_gsp_hold_count", groups="pharmacy_gsp.pharmacy_gsp_group_clerk"
    )
    gsp_is_held = fields.Boolean(string="Held", compute="_compute_gsp_is_held", search="_search_gsp_is_held")
    gsp_buyer_count = fields.Integer(
        string="Buyers", compute="_compute_gsp_buyer_count", groups="pharmacy_gsp.pharmacy_gsp_group_clerk"
    )

    def _compute_gsp_hold_count(self):
        counts = dict(self.env["gsp.hold"]._read_group([("lot_id", "in", self.ids)], ["lot_id"], ["__count"]))
        for lot in self:
            lot.gsp_hold_count = counts.get(lot, 0)

    @api.depends_context("company")
    def _compute_gsp_is_held(self):
        # sudo: that goods are held is known to everybody who handles them
        holds = self.env["gsp.hold"].sudo()
        in_force = holds.search(
            holds._get_in_force_domain(self.env.companies) & Domain("product_id", "in", self.product_id.ids)
        )
        lots, products = in_force.lot_id, in_force.filtered(lambda hold: not hold.lot_id).product_id
        for lot in self:
            lot.gsp_is_held = lot in lots or lot.product_id in products

    def _search_gsp_is_held(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: as above
        holds = self.env["gsp.hold"].sudo()
        in_force = holds.search(holds._get_in_force_domain(self.env.companies))
        products = in_force.filtered(lambda hold: not hold.lot_id).product_id
        held = ["|", ("id", "in", in_force.lot_id.ids), ("product_id", "in", products.ids)]
        return held if True in value else ["!", *held]

    def _compute_gsp_buyer_count(self):
        counts = dict(
            self.env["gsp.sale.record"]._read_group(
                [("lot_id", "in", self.ids), ("quantity", ">", 0)], ["lot_id"], ["partner_id:count_distinct"]
            )
        )
        for lot in self:
            lot.gsp_buyer_count = counts.get(lot, 0)

    def action_view_gsp_holds(self):
        """Open the holds of these lots; a new one is for the first of them."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_hold_action")
        context = {"default_lot_id": self[:1].id, "default_product_id": self[:1].product_id.id}
        return dict(action, domain=[("lot_id", "in", self.ids)], context=context)

    def action_view_gsp_buyers(self):
        """Open the register of sales of these lots, by buyer: to whom they went."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_sale_record_action")
        return dict(action, domain=[("lot_id", "in", self.ids)], context={"search_default_by_buyer": 1})
