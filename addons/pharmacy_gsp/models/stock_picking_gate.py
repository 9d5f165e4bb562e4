# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .gsp_gate_return import QUALITY

RETURN_REASONS = [
    ("appearance", "Appearance of the Drug"),
    ("packaging", "Packaging"),
    ("label", "Label"),
    ("leaflet", "Leaflet"),
    ("recall", "Recall or Recovery"),
    ("not_quality", "Other than Quality"),
]
VERIFIED_FIELDS = frozenset({"gsp_return_verified_by_id", "gsp_return_verified_at"})


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "gsp.sale.facts.mixin"]

    gsp_is_return = fields.Boolean(string="Takes Goods Back", compute="_compute_gsp_is_return")
    gsp_return_reason = fields.Selection(RETURN_REASONS, string="Fault", copy=False)
    gsp_return_note = fields.Text(string="What Is Wrong", copy=False)
    gsp_return_verified_by_id = fields.Many2one(
        "res.users", string="Fault Confirmed By", readonly=True, copy=False
    )
    gsp_return_verified_at = fields.Datetime(string="Fault Confirmed On", readonly=True, copy=False)

    @api.depends("location_id.usage", "location_dest_id.usage", "move_ids.product_id.gsp_kind")
    def _compute_gsp_is_return(self):
        for picking in self:
            picking.gsp_is_return = (
                picking.location_id.usage == "customer"
                and picking.location_dest_id.usage != "customer"
                and any(product.gsp_kind for product in picking.move_ids.product_id)
            )

    @api.model_create_multi
    def create(self, vals_list):
        pickings = super().create(vals_list)
        if any(picking.gsp_return_verified_by_id for picking in pickings):
            raise UserError(self.env._("Quality confirms a fault by the button, on the transfer."))
        return pickings

    def write(self, vals):
        if VERIFIED_FIELDS.intersection(vals):
            raise UserError(self.env._("Quality confirms a fault by the button, on the transfer."))
        if {"gsp_return_reason", "gsp_return_note"}.intersection(vals):
            # confirmed is what quality saw; something else is confirmed anew
            vals = {**vals, **dict.fromkeys(VERIFIED_FIELDS, False)}
        return super().write(vals)

    def action_gsp_verify_return(self):
        """Quality has seen the returned goods and confirms the fault (GSP 17701)."""
        self.check_access("write")
        if not self.env.user.has_group(QUALITY):
            raise AccessError(self.env._("Only quality confirms a fault. Ask the quality manager."))
        for picking in self:
            if not picking.gsp_is_return or picking.state in ("done", "cancel"):
                raise UserError(
                    self.env._(
                        "%(transfer)s is no open return of drugs or devices.", transfer=picking.display_name
                    )
                )
            if picking.gsp_return_reason in (False, "not_quality"):
                raise UserError(
                    self.env._(
                        "%(transfer)s: say which fault of quality the drug has. Without one it is not taken back.",
                        transfer=picking.display_name,
                    )
                )
        super().write(
            {"gsp_return_verified_by_id": self.env.uid, "gsp_return_verified_at": fields.Datetime.now()}
        )
        return True

    def _gsp_get_products(self):
        return self.move_ids.product_id
