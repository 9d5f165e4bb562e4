# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class StockLot(models.Model):
    _inherit = "stock.lot"

    gsp_acceptance_state = fields.Selection(
        [("pending", "To Be Accepted"), ("accepted", "Accepted"), ("rejected", "Rejected")],
        string="Acceptance",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Set by the signed acceptance. A company that works by GSP sells, uses and moves accepted lots only.",
    )
    gsp_manufacturer_id = fields.Many2one(
        "res.partner", string="Maker of the Lot", ondelete="restrict", help="As on the first receipt."
    )
    gsp_acceptance_line_ids = fields.One2many("gsp.acceptance.line", "lot_id", string="Acceptances")
    gsp_acceptance_count = fields.Integer(
        compute="_compute_gsp_acceptance_count", groups="pharmacy_gsp.pharmacy_gsp_group_clerk"
    )
    gsp_trace_code_count = fields.Integer(
        compute="_compute_gsp_acceptance_count", groups="pharmacy_gsp.pharmacy_gsp_group_clerk"
    )

    def _compute_gsp_acceptance_count(self):
        counts = [
            dict(self.env[model]._read_group([("lot_id", "in", self.ids)], ["lot_id"], ["__count"]))
            for model in ("gsp.acceptance.line", "gsp.trace.code")
        ]
        for lot in self:
            lot.gsp_acceptance_count = counts[0].get(lot, 0)
            lot.gsp_trace_code_count = counts[1].get(lot, 0)

    @api.depends("product_id")
    def _compute_expiration_date(self):
        """The expiry date of a drug is read from the package, never computed."""
        typed = self.filtered(
            lambda lot: (
                lot.product_id.gsp_kind == "drug" and (lot.company_id or self.env.company).gsp_company_kind
            )
        )
        result = super(StockLot, self - typed)._compute_expiration_date()
        for lot in typed:
            lot.expiration_date = lot.expiration_date or False
        return result

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("gsp_acceptance_state") for vals in vals_list):
            self._gsp_raise_acceptance_state()
        # the context comes from the client: no default may accept a lot
        return super().create([{**vals, "gsp_acceptance_state": False} for vals in vals_list])

    def write(self, vals):
        if "gsp_acceptance_state" in vals:
            self._gsp_raise_acceptance_state()
        return super().write(vals)

    def action_gsp_open_acceptance(self):
        """Open an acceptance for stock of these lots that came in otherwise than by a receipt (opening stock)."""
        return self.env["gsp.acceptance"]._create_for_stock(self).get_formview_action()

    def action_view_gsp_acceptances(self):
        """Open the acceptances of these lots."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_acceptance_action")
        return dict(action, domain=[("line_ids.lot_id", "in", self.ids)], context={})

    def action_view_gsp_trace_codes(self):
        """Open the trace codes of these lots."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_trace_code_action")
        return dict(action, domain=[("lot_id", "in", self.ids)], context={})

    def _gsp_raise_acceptance_state(self):
        raise UserError(self.env._("A lot is accepted by a signed acceptance, not by writing it."))

    def _gsp_set_acceptance_state(self, state):
        """Only receipts and acceptances call it, past the guard of ``write``."""
        # sudo: the acceptor need not be allowed to change lots
        return super(StockLot, self.sudo()).write({"gsp_acceptance_state": state})
