# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.fields import Domain


class PartsClaimLine(models.Model):
    """What the rules of the audit ask a line. A line that does not come from our own repair answers in its own way."""

    _inherit = "parts.claim.line"

    def _get_audit_direction(self):
        """Which rules are asked: ``outbound``, before a supplier is asked, or ``inbound``, when a station files."""
        self.ensure_one()
        return self.direction

    def _get_audit_day(self):
        """Calendar day by which the line is judged: that of filing, today while it is not filed."""
        self.ensure_one()
        return self.claim_id.submit_date or self.company_id._get_law_date()

    def _get_audit_report_day(self):
        """Calendar day on which the fault was reported; that of the repair where nobody reported one."""
        self.ensure_one()
        return self.repair_id._get_report_day() if self.repair_id else self.repair_date

    def _get_audit_meter(self):
        """Reading at the report and its unit (km, hours, cycles), or None."""
        self.ensure_one()
        repair = self.repair_id
        return (
            (repair.meter_reading, repair.meter_unit) if repair.meter_reading and repair.meter_unit else None
        )

    def _get_audit_operation(self):
        """The ``repair.operation`` of labor; empty for everything else."""
        self.ensure_one()
        return self.labor_id.operation_id

    def _get_audit_campaign(self):
        """The ``warranty.campaign`` the line is claimed for; empty for everything else."""
        self.ensure_one()
        campaign = self.move_id.campaign_id or self.labor_id.campaign_id
        return campaign if self.origin_kind == "campaign" else campaign.browse()

    def _get_audit_faults(self):
        """Symptom, cause and remedy recorded, as ``service.fault``."""
        self.ensure_one()
        return self.repair_id.symptom_id | self.repair_id.cause_id | self.repair_id.remedy_id

    def _get_audit_document(self):
        """What tells one piece of warranty work from another: the repair, or the document without a repair."""
        self.ensure_one()
        return self.repair_id or self._get_source_record()

    def _get_audit_document_domain(self):
        """Where to find all lines of the same pieces of work."""
        return Domain("repair_id", "in", self.repair_id.ids) | Domain("id", "in", self.ids)

    def _get_audit_item(self):
        """What must not be claimed twice for a unit."""
        self.ensure_one()
        return self.unit_lot_id, self.kind, self.product_id, self._get_audit_operation()

    def _get_audit_place(self):
        """Where pieces of a part are counted together: the unit, or the repair of an unknown unit."""
        self.ensure_one()
        return self.product_id, self.unit_lot_id or self._get_audit_document()

    def _get_audit_unit_name(self):
        self.ensure_one()
        return self.unit_lot_id.name or self.unit_product_id.display_name or "–"

    def _get_audit_amount(self):
        """Amount as the same text in every language."""
        self.ensure_one()
        return f"{self.amount_claimed:,.2f} {self.currency_id.name}"

    def _get_agreed_maximum(self):
        """Most pieces of the part that the agreement allows in one repair; 0 for no limit."""
        self.ensure_one()
        rated = [(rule._get_fit(self.product_id), rule.max_quantity) for rule in self.agreement_id.line_ids]
        fit, most = max(rated, default=(0, 0.0))
        return most if fit else 0.0

    def _is_audited_as_warranty(self):
        """Whether the line is claimed because a warranty ran."""
        self.ensure_one()
        return self.kind in ("part", "labor") and self.origin_kind not in ("campaign", "incoming", "stock")

    def _is_out_of_cover(self):
        """Whether no warranty covered the line on the day the fault was reported."""
        self.ensure_one()
        cover = self.warranty_registration_line_id
        return not cover or bool(cover.end_date and cover.end_date < self._get_audit_report_day())

    def _fits_coverage(self, record):
        """Whether the line is claimed as what its part or labor was decided to be."""
        self.ensure_one()
        claimed = "goodwill" if self.kind == "goodwill" else "warranty"
        return not record or record.coverage == ("campaign" if self.origin_kind == "campaign" else claimed)

    def _has_preauthorization(self):
        self.ensure_one()
        return bool(self.preauthorization_number and self.preauthorization_date and self.preauthorization_by)
