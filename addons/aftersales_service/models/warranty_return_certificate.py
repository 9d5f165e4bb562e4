# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

SEQUENCE_CODE = "warranty.return.certificate"


class WarrantyReturnCertificate(models.Model):
    """The certificate that a unit was taken back or replaced under the law (Art. 28 of the car rules).

    Written and closed when the remedy has been carried out; the customer needs it, for a car, to get back the tax and
    the number plate. From then on the unit counts as returned, wherever it goes.
    """

    _name = "warranty.return.certificate"
    _description = "Certificate of Return or Replacement"
    _inherit = ["compliance.evidence.mixin"]
    _order = "id desc"

    name = fields.Char(string="Number", required=True, readonly=True, index="trigram")
    finding_id = fields.Many2one(
        "warranty.statute.finding",
        string="Statutory Right",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    kind = fields.Selection([("return", "Return"), ("exchange", "Replacement")], required=True, readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, index="btree_not_null")
    partner_name = fields.Char(string="Name of the Customer", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    product_name = fields.Char(string="Name of the Product", readonly=True)
    lot_id = fields.Many2one(
        "stock.lot", string="Unit", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    serial_number = fields.Char(readonly=True, index="btree_not_null")
    vin = fields.Char(string="VIN", readonly=True)
    license_plate = fields.Char(readonly=True)
    sold_on = fields.Date(readonly=True)
    requested_on = fields.Date(readonly=True)
    completed_on = fields.Date(readonly=True)
    legal_reference = fields.Char(readonly=True)
    reason = fields.Text(readonly=True, help="As it was told to the customer, in the customer's language.")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    price = fields.Monetary(string="Price Paid", readonly=True)
    extra_costs = fields.Monetary(string="Registration, Accessories, Fees", readonly=True)
    deduction = fields.Monetary(string="Compensation for Use", readonly=True)
    refund_amount = fields.Monetary(string="Refund", readonly=True)
    replacement_serial_number = fields.Char(string="Replacement Unit", readonly=True)
    issued_by_id = fields.Many2one("res.users", readonly=True)
    disclosure_ids = fields.One2many(
        "warranty.resale.disclosure", "certificate_id", string="Disclosures at Resale", readonly=True
    )

    _finding_uniq = models.Constraint("UNIQUE(finding_id)", "This right has its certificate already.")

    def action_print(self):
        """Print the certificate for the customer."""
        self.check_access("read")
        return self.env.ref("aftersales_service.warranty_return_certificate_report").report_action(self)

    def action_disclose(self):
        """Prepare the disclosure for whoever buys the returned unit."""
        self.ensure_one()
        self.check_access("read")
        self.env["warranty.resale.disclosure"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Disclosure at Resale"),
            "res_model": "warranty.resale.disclosure",
            "view_mode": "form",
            "context": {"default_certificate_id": self.id},
        }

    def _get_print_lang(self):
        """Language of the customer, or of the user if there is none."""
        self.ensure_one()
        return self.partner_id.lang or self.env.lang

    def _filter_returned(self, lots, names=()):
        """The latest certificate of each of these units, also of those only named so far.

        :param lots: recordset of stock.lot
        :param names: pairs (product, serial number) of units that have no record yet
        :return: dict {(product id, serial number): certificate}
        """
        keys = {(lot.product_id.id, lot.name) for lot in lots} | {
            (product.id, name) for product, name in names
        }
        if not keys:
            return {}
        # sudo: that a unit was returned is told to whoever delivers it
        certificates = self.sudo().search(
            [("serial_number", "in", [name for _product, name in keys])], order="id"
        )
        found = {(one.product_id.id, one.serial_number): one for one in certificates}
        return {key: one for key, one in found.items() if key in keys}
