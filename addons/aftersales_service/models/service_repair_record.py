# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..roles import RECEPTION
from .warranty_term_line import METER_UNITS


class ServiceRepairRecord(models.Model):
    """The repair record with the contents of Art. 17 of the Rules on Family Cars (SAMR Order No. 43): written and
    closed when the unit is handed over, kept for the years of the law, a copy for the customer."""

    _name = "service.repair.record"
    _description = "Repair Record"
    _inherit = ["compliance.evidence.mixin", "compliance.signature.mixin"]
    _order = "handed_over_on desc, id desc"
    _evidence_retention_parameter = "car.repair_record.retention_years"

    name = fields.Char(string="Number", required=True, readonly=True, index="trigram")
    repair_id = fields.Many2one("repair.order", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, index="btree_not_null")
    partner_name = fields.Char(string="Name of the Customer", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null")
    product_name = fields.Char(string="Name of the Product", readonly=True)
    serial_number = fields.Char(readonly=True, index="trigram")
    license_plate = fields.Char(readonly=True)
    vin = fields.Char(string="VIN", readonly=True)
    handed_in_on = fields.Datetime(readonly=True)
    meter_reading = fields.Float(readonly=True)
    meter_unit = fields.Selection(METER_UNITS, readonly=True)
    customer_statement = fields.Text(readonly=True)
    check_result = fields.Text(string="Result of the Check", readonly=True)
    line_ids = fields.One2many("service.repair.record.line", "record_id", string="Lines", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    material_amount = fields.Monetary(string="Materials", readonly=True)
    labor_hours = fields.Float(readonly=True)
    labor_amount = fields.Monetary(string="Labor", readonly=True)
    towing_amount = fields.Monetary(string="Towing", readonly=True)
    transport_help = fields.Char(string="Loan Unit or Compensation", readonly=True)
    customer_amount = fields.Monetary(string="Customer Pays", readonly=True)
    statement_name = fields.Char(string="Settlement Statement", readonly=True)
    received_by_id = fields.Many2one("res.users", readonly=True)
    handed_over_on = fields.Datetime(readonly=True, index=True)
    handed_over_by_id = fields.Many2one("res.users", readonly=True)
    handed_over_to = fields.Char(readonly=True)
    next_service = fields.Char(readonly=True)
    customer_signature_id = fields.Many2one(
        "service.customer.signature", string="Signed by the Customer", readonly=True
    )
    customer_signature = fields.Binary(
        related="customer_signature_id.signature", string="Customer's Signature"
    )
    customer_signed_by = fields.Char(related="customer_signature_id.signed_by", string="Name of the Signer")
    customer_signed_on = fields.Datetime(
        related="customer_signature_id.signed_on", string="Customer Signed On"
    )
    repair_hours = fields.Float(
        compute="_compute_repair_hours",
        store=True,
        precompute=True,
        aggregator="avg",
        help="From handing in to handing over, as the law counts the time of a repair.",
    )

    _repair_uniq = models.Constraint("UNIQUE(repair_id)", "A repair has one repair record.")

    # Compute

    @api.depends("handed_in_on", "handed_over_on")
    def _compute_repair_hours(self):
        for record in self:
            times = (record.handed_in_on, record.handed_over_on)
            record.repair_hours = (times[1] - times[0]).total_seconds() / 3600 if all(times) else 0.0

    # Actions

    def action_sign(self):
        """Let whoever handed the unit over sign the record with the own password."""
        self.ensure_one()
        self._check_staff_sign()
        return self._action_sign("hand_over")

    def action_print(self):
        """Print the records for the customer and the file."""
        self.check_access("read")
        return self.env.ref("aftersales_service.service_repair_record_report").report_action(self)

    # Signature of our side

    def _get_signature_meanings(self):
        return {"hand_over": self.env._("Handed over by")}

    def _check_staff_sign(self):
        self.repair_id._check_service_role(RECEPTION)
        self.check_access("write")
        if self.env.user != self.handed_over_by_id:
            raise AccessError(
                self.env._(
                    "%(record)s is signed by whoever handed the unit over: %(user)s.",
                    record=self.name,
                    user=self.handed_over_by_id.sudo().name,
                )
            )
        if self.signature_ids:
            raise UserError(self.env._("%s is signed already.", self.name))

    def _signed(self, signature):
        """Only whoever handed over signs, and only once: the first signature stands."""
        result = super()._signed(signature)
        self.repair_id._check_service_role(RECEPTION)
        if self.env.user != self.handed_over_by_id or len(self.signature_ids) > 1:
            raise AccessError(self.env._("%s is signed once, by whoever handed the unit over.", self.name))
        return result

    # Business

    def _get_print_lang(self):
        """Language of the customer, or of the user if there is none."""
        self.ensure_one()
        return self.partner_id.lang or self.env.lang

    def _get_staff_signature(self):
        """Our side's signature under the record, if it was given."""
        self.ensure_one()
        # sudo: whoever may read the record may see who signed it
        return self.sudo().signature_ids[:1]
