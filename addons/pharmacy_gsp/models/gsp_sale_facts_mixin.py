# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..release import SaleFacts

TOLD = [
    ("spoken", "Spoken, at the Counter"),
    ("receipt", "Written on the Receipt"),
    ("label", "Label on the Package"),
    ("message", "Message or Call"),
]


class GspSaleFactsMixin(models.AbstractModel):
    """Order or transfer on which the seller records what a drug law asks about the sale itself."""

    _name = "gsp.sale.facts.mixin"
    _description = "Facts of a Sale"

    gsp_identity_id = fields.Many2one(
        "gsp.buyer.identity",
        string="Registered Buyer",
        check_company=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Person whose identity document was seen.",
    )
    gsp_expiry_told_how = fields.Selection(
        TOLD,
        string="Told of Near Expiry",
        copy=False,
        help="How the customer was told that a lot is near its expiry. Empty: nobody told.",
    )
    gsp_exception_reason = fields.Char(
        string="Exception by Quality",
        copy=False,
        help="Why a later lot, an unusual quantity, or a company as buyer is right here. Entered by quality only.",
    )
    gsp_identity_required = fields.Boolean(
        string="Buyer To Be Registered", compute="_compute_gsp_identity_required"
    )

    def _compute_gsp_identity_required(self):
        for record in self:
            record.gsp_identity_required = any(
                product.gsp_special_class for product in record._gsp_get_products()
            )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records.filtered("gsp_exception_reason")._gsp_check_exception_access()
        return records

    def write(self, vals):
        if vals.get("gsp_exception_reason"):
            self._gsp_check_exception_access()
        return super().write(vals)

    def action_gsp_register_buyer(self):
        """Ask for the buyer's identity document and register the person on this order or transfer."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Register the Buyer"),
            "res_model": "gsp.buyer.register",
            "view_mode": "form",
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_id": self.id},
        }

    def _gsp_get_products(self):
        """Products on the document. To be overridden."""
        return self.env["product.product"]

    def _gsp_check_exception_access(self):
        if (
            self
            and not self.env.su
            and not self.env.user.has_group("pharmacy_gsp.pharmacy_gsp_group_quality")
        ):
            raise AccessError(self.env._("Only quality grants an exception. Ask the quality manager."))

    def _gsp_get_facts(self):
        """``SaleFacts`` of the document. The caller hands records in sudo: sellers need not read identities."""
        return SaleFacts(
            identity=self.gsp_identity_id,
            expiry_told_how=self.gsp_expiry_told_how,
            exception_reason=self.gsp_exception_reason,
        )
