# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.fields import Domain


class PartsClaimLine(models.Model):
    """What the rules of the audit ask a station's line, and what their decision means for our answer."""

    _inherit = "parts.claim.line"

    def _get_audit_report_day(self):
        return self.report_date or super()._get_audit_report_day()

    def _get_audit_meter(self):
        if self.direction == "inbound" and self.meter_reading and self.agreement_id.meter_unit:
            return self.meter_reading, self.agreement_id.meter_unit
        return super()._get_audit_meter()

    def _get_audit_operation(self):
        return self.operation_id or super()._get_audit_operation()

    def _get_audit_document(self):
        if self.direction == "inbound":
            return self.supplier_id, "".join((self.station_document or "").split()).upper()
        return super()._get_audit_document()

    def _get_audit_document_domain(self):
        documents = [number for number in self.mapped("station_document") if number]
        return super()._get_audit_document_domain() | Domain("station_document", "in", documents)

    def _set_audit(self, entry):
        """A rule's or a person's decision answers a station's line that nobody has answered yet."""
        super()._set_audit(entry)
        if self.direction != "inbound" or self.decision or entry.outcome == "manual":
            return
        answers = {
            "refuse": {"decision": "refused", "decision_reason": entry.reason},
            "return": {"decision": "returned", "decision_reason": entry.reason},
        }
        vals = answers.get(entry.outcome) or self._prepare_allowed_decision()
        if vals:
            self.write(vals)
