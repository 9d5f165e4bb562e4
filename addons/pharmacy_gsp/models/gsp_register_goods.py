# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from ..register import Column, Register

QUALITY = "pharmacy_gsp.pharmacy_gsp_group_quality"


class GspRegister(models.AbstractModel):
    """Registers of goods, papers and people, and those that belong to one comparison or one trace."""

    _inherit = "gsp.register"

    @api.model
    def _get_registers(self):
        return [
            *super()._get_registers(),
            *self._get_goods_registers(),
            *self._get_paper_registers(),
            *self._get_parent_registers(),
        ]

    @api.model
    def _get_goods_registers(self):
        return [
            Register(
                code="near_expiry",
                title=self.env._("Near-Expiry Register"),
                model="gsp.near.expiry.line",
                period="month",
                columns=(
                    Column("month", 11),
                    Column("product_id", 24),
                    Column("strength", 15),
                    Column("manufacturer_id", 20),
                    Column("lot_id", 14),
                    Column("location_id", 20),
                    Column("quantity", 9, total=True),
                    Column("uom_id", 8),
                    Column("expiry_date", 11),
                    Column("label_placed", 9),
                    Column("measure", 18),
                    Column("register_id.confirmed_by_id", 12, self.env._("Confirmed By")),
                ),
            ),
            Register(
                code="acceptance",
                title=self.env._("Acceptance Register"),
                model="gsp.acceptance.line",
                period="acceptance_id.accepted_at",
                domain=(("acceptance_id.state", "=", "done"),),
                columns=(
                    Column("accepted_at", 16),
                    Column("acceptance_id", 14),
                    Column("partner_id", 18),
                    Column("generic_name", 20),
                    Column("dosage_form", 9),
                    Column("strength", 14),
                    Column("approval_number", 17),
                    Column("manufacturer_name", 18),
                    Column("lot_name", 12),
                    Column("production_date", 11),
                    Column("expiry_date", 11),
                    Column("quantity", 9, total=True),
                    Column("uom_name", 7),
                    Column("sampled_packs", 9),
                    Column("accepted_quantity", 9, total=True),
                    Column("rejected_quantity", 9, total=True),
                    Column("result", 10),
                    Column("reject_reason", 14),
                    Column("acceptance_id.acceptor_id", 10),
                ),
            ),
        ]

    @api.model
    def _get_paper_registers(self):
        return [
            Register(
                code="prescription",
                title=self.env._("Prescription Register"),
                model="gsp.prescription",
                period="date",
                domain=(("state", "not in", ("draft", "canceled")),),
                columns=(
                    Column("date", 11),
                    Column("name", 15),
                    Column("patient_name", 10),
                    Column("patient_sex", 6),
                    Column("patient_age", 5),
                    Column("patient_age_unit", 6),
                    Column("institution", 18),
                    Column("physician_name", 10),
                    Column("diagnosis", 16),
                    Column("line_ids", 30, value=lambda record: self._get_drugs(record)),
                    Column("state", 9),
                    Column("refusal_reason", 16),
                    Column("reviewed_by_id", 10),
                    Column("dispensed_by_id", 10),
                    Column("checked_by_id", 10),
                    Column("retain_until", 11),
                ),
            ),
            Register(
                code="license",
                title=self.env._("License Clock"),
                model="gsp.license",
                domain=(("state", "in", ("valid", "suspended", "expired")),),
                order="valid_to, id",
                columns=(
                    Column("type_id", 22),
                    Column("name", 18),
                    Column("holder_name", 22),
                    Column("scope_ids", 30),
                    Column("authority", 18),
                    Column("valid_from", 11),
                    Column("valid_to", 11),
                    Column(
                        "valid_to",
                        10,
                        self.env._("Days Left"),
                        value=lambda record: self._get_days_left(record),
                    ),
                    Column("renewal_from", 11),
                    Column("renewal_until", 11),
                    Column("display_place", 14),
                    Column("state", 10),
                ),
            ),
            Register(
                code="absence",
                title=self.env._("Signatures Outside Attendance"),
                model="gsp.signature.absence",
                period="signed_at",
                groups=QUALITY,
                columns=(
                    Column("signed_at", 16),
                    Column("user_id", 14),
                    Column("employee_id", 14),
                    Column("meaning_name", 26),
                    Column("res_model_name", 18),
                    Column("res_name", 20),
                    Column("last_check_in", 16),
                    Column("last_check_out", 16),
                ),
            ),
        ]

    @api.model
    def _get_drugs(self, prescription):
        return "; ".join(
            f"{line.product_id.gsp_generic_name or line.product_id.name} {line.strength or ''} × {line.quantity:g}"
            for line in prescription.line_ids
        )

    @api.model
    def _get_days_left(self, license_record):
        day = license_record.valid_to
        return (day - license_record.company_id._get_law_date()).days if day else ""

    @api.model
    def _get_parent_registers(self):
        return [
            Register(
                code="consistency",
                title=self.env._("Consistency of Ticket, Account, Goods and Money"),
                model="gsp.consistency.line",
                parent=("gsp.consistency", "check_id"),
                order="is_explained, id",
                columns=(
                    Column("document_name", 16),
                    Column("product_id", 24),
                    Column("partner_id", 14),
                    Column("ordered", 9),
                    Column("recorded", 9),
                    Column("moved", 9),
                    Column("invoiced", 9),
                    Column("recorded_amount", 11, total=True),
                    Column("invoiced_amount", 11, total=True),
                    Column("side", 18),
                    Column("difference", 10),
                    Column("cause", 20),
                    Column("explanation", 26),
                    Column("explained_by_id", 12),
                ),
            ),
            Register(
                code="lot_flow",
                title=self.env._("Flow of a Lot"),
                model="gsp.lot.trace.step",
                parent=("gsp.lot.trace", "trace_id"),
                order="moment, id",
                columns=(
                    Column("moment", 16),
                    Column("kind", 18),
                    Column("lot_id", 14),
                    Column("document_name", 16),
                    Column("partner_id", 20),
                    Column("source_id", 22),
                    Column("destination_id", 22),
                    Column("quantity", 10),
                    Column("user_id", 14),
                    Column("note", 20),
                ),
            ),
            Register(
                code="recovery",
                title=self.env._("Recovery List"),
                model="gsp.lot.trace.buyer",
                parent=("gsp.lot.trace", "trace_id"),
                order="outstanding desc, id",
                columns=(
                    Column("lot_name", 14),
                    Column("product_id", 24),
                    Column("buyer_name", 16),
                    Column("masked_buyer", 22),
                    Column("contact", 30, value=lambda record: record._get_contact()),
                    Column("first_date", 11),
                    Column("last_date", 11),
                    Column("sale_count", 8),
                    Column("sold", 10, total=True),
                    Column("recovered", 10, total=True),
                    Column("outstanding", 10, total=True),
                ),
            ),
        ]
