# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..release import ReleaseLine


class SaleOrder(models.Model):
    _inherit = "sale.order"

    gsp_prescription_id = fields.Many2one(
        "gsp.prescription",
        string="Prescription",
        check_company=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Reviewed prescription on which the prescription drugs of this order are sold.",
    )
    gsp_prescription_required = fields.Boolean(
        string="Prescription Required", compute="_compute_gsp_prescription_required"
    )
    gsp_sale_record_count = fields.Integer(
        compute="_compute_gsp_sale_record_count", groups="pharmacy_gsp.pharmacy_gsp_group_clerk"
    )

    @api.depends("order_line.product_id")
    def _compute_gsp_prescription_required(self):
        for order in self:
            order.gsp_prescription_required = any(
                product.gsp_prescription_required for product in order.order_line.product_id
            )

    def _compute_gsp_sale_record_count(self):
        counts = dict(
            self.env["gsp.sale.record"]._read_group([("order_id", "in", self.ids)], ["order_id"], ["__count"])
        )
        for order in self:
            order.gsp_sale_record_count = counts.get(order, 0)

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state == "sale")._gsp_check_release()
        return orders

    def write(self, vals):
        """Every way to a confirmed order leads through here, the button as well as a direct write."""
        if vals.get("state") == "sale":
            self.filtered(lambda order: order.state != "sale")._gsp_check_release()
        return super().write(vals)

    def action_view_gsp_sale_records(self):
        """Open what these orders left in the sale register."""
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_sale_record_action")
        return dict(action, domain=[("order_id", "in", self.ids)], context={})

    def action_view_gsp_prescription(self):
        """Open the prescription of this order."""
        self.ensure_one()
        return self.gsp_prescription_id.get_formview_action()

    def _gsp_check_release(self):
        """Refuse the confirmation of whatever the gate objects to; lots are not known yet."""
        lines = [
            line
            # sudo: whoever confirms an order need not be allowed to read prescriptions; only the gate looks at them
            for order, elevated in zip(self, self.sudo(), strict=True)
            for line in order._gsp_get_release_lines(elevated.gsp_prescription_id, elevated._gsp_get_facts())
        ]
        if lines:
            self.env["gsp.gate"]._check_release(lines)

    def _gsp_get_release_lines(self, prescription, facts):
        """``ReleaseLine`` list of the regulated products on this order that are still to be delivered."""
        self.ensure_one()
        lot, partner, company = self.env["stock.lot"], self.partner_id, self.company_id
        return [
            ReleaseLine(
                document=self,
                company=company,
                product=line.product_id,
                quantity=quantity,
                lot=lot,
                lot_known=False,
                purpose="sale",
                prescription=prescription,
                partner=partner,
                facts=line._gsp_with_line_facts(facts),
            )
            for line, quantity in self.order_line._gsp_get_open_quantities()
        ]
