# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models, tools
from odoo.fields import Command


class ProductSupplierinfo(models.Model):
    _inherit = "product.supplierinfo"

    claim_contact_id = fields.Many2one(
        "res.partner",
        string="Contact for Claims",
        domain="['|', ('id', '=', partner_id), ('parent_id', '=', partner_id)]",
        help="Who at the supplier answers for this product, such as its product manager.",
    )


class PartsClaim(models.Model):
    """The supplier is told of a claim the moment it is filed, and whom it was sent to is kept."""

    _inherit = "parts.claim"

    contact_ids = fields.Many2many(
        "res.partner",
        string="Contacts of the Supplier",
        compute="_compute_contact_ids",
        help="The contacts named for these parts on their vendors; else the supplier itself.",
    )
    notice_date = fields.Datetime(string="Supplier Told On", readonly=True, copy=False)

    @api.model
    @tools.ormcache()
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"notice_date"}

    @api.depends("line_ids.product_id", "supplier_id")
    def _compute_contact_ids(self):
        sellers = (
            self.env["product.supplierinfo"]
            .sudo()
            .search(
                [
                    ("product_tmpl_id", "in", self.line_ids.product_id.product_tmpl_id.ids),
                    ("claim_contact_id", "!=", False),
                ]
            )
        )
        for claim in self:
            own = sellers.filtered(
                lambda seller, claim=claim: (
                    seller.product_tmpl_id in claim.line_ids.product_id.product_tmpl_id
                    and seller.partner_id.commercial_partner_id == claim.supplier_id.commercial_partner_id
                    and seller.company_id in (claim.company_id, claim.company_id.browse())
                )
            )
            claim.contact_ids = own.claim_contact_id.sudo(False) or claim.supplier_id

    def action_submit(self):
        """Filing a claim gives notice of it."""
        result = super().action_submit()
        self._give_notice()
        return result

    def _give_notice(self):
        template = self.env.ref("parts_claims.mail_template_claim_notice")
        for claim in self:
            told = claim.contact_ids.filtered("email")
            if told:
                template.send_mail(claim.id, email_values={"recipient_ids": [Command.set(told.ids)]})
                claim._set({"notice_date": fields.Datetime.now()})
