# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

SIGNATURE_KINDS = [
    ("intake", "Intake"),
    ("estimate", "Estimate"),
    ("bill", "Bill"),
    ("voucher", "Service Voucher"),
]
CHANNELS = [("screen", "On Screen"), ("portal", "Portal")]


class ServiceCustomerSignature(models.Model):
    """A customer's own signature under what stood on the screen at that moment: evidence from then on."""

    _name = "service.customer.signature"
    _description = "Customer Signature"
    _inherit = ["compliance.evidence.mixin"]
    _order = "signed_on desc, id desc"

    repair_id = fields.Many2one("repair.order", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    kind = fields.Selection(SIGNATURE_KINDS, required=True, readonly=True)
    signed_by = fields.Char(required=True, readonly=True)
    signed_on = fields.Datetime(required=True, readonly=True)
    signature = fields.Binary(required=True, readonly=True, attachment=True)
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="In the Presence Of",
        readonly=True,
        ondelete="restrict",
        help="Who showed the screen.",
    )
    content = fields.Text(required=True, readonly=True, help="What was signed, word for word.")

    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for signature in self:
            signature.display_name = f"{labels.get(signature.kind, '')}: {signature.signed_by or ''}"
