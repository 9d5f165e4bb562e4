# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class GspProductChange(models.Model):
    """One changed figure in the base data of an approved product: from what to what, why, by whom."""

    _name = "gsp.product.change"
    _description = "Change of Base Data"
    _inherit = "compliance.evidence.mixin"
    _order = "id desc"
    _rec_name = "field_label"
    _evidence_retention_parameter = "drug.record.retention_years"

    product_tmpl_id = fields.Many2one(
        "product.template", string="Product", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    field_name = fields.Char(string="Field", required=True, readonly=True)
    field_label = fields.Char(string="What", required=True, readonly=True)
    old_value = fields.Char(string="From", readonly=True)
    new_value = fields.Char(string="To", readonly=True)
    reason = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Changed By", required=True, readonly=True, ondelete="restrict"
    )
    changed_at = fields.Datetime(string="Changed On", required=True, readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Changes of base data are kept by changing the product, not by hand."))

    @api.model
    def _log(self, vals_list):
        """Keep changes that have just been made by the current user."""
        now = fields.Datetime.now()
        vals_list = [{**vals, "user_id": self.env.uid, "changed_at": now} for vals in vals_list]
        # sudo: nobody may write this log; the change itself was checked when it was made
        changes = super(GspProductChange, self.sudo()).create(vals_list)
        changes._close_evidence()
        return changes
