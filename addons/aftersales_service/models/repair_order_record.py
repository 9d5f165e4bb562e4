# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.fields import Command
from odoo.tools.misc import format_date


class RepairOrder(models.Model):
    """What goes from a repair into its repair record (Rules on Family Cars, SAMR Order No. 43, Art. 17)."""

    _inherit = "repair.order"

    def _prepare_repair_record(self):
        """Values of the ``service.repair.record``: copies of names, so that it reads the same for years."""
        self.ensure_one()
        statement = self.statement_id
        lines = statement.line_ids
        parts = lines.filtered(lambda line: line.kind == "part")
        labor = lines - parts
        signature = self._get_valid_customer_signature("bill") or self._get_latest_customer_signature()
        return {
            "repair_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "partner_name": self.partner_id.display_name or "",
            "product_id": self.product_id.id,
            "product_name": self.product_id.display_name or "",
            "serial_number": self.lot_id.name,
            "license_plate": self.lot_id.license_plate,
            "vin": self.lot_id.vin,
            "handed_in_on": self._get_handed_in_on(),
            "meter_reading": self.meter_reading,
            "meter_unit": self.meter_unit,
            "customer_statement": self._get_customer_statement(),
            "check_result": self._get_check_result(),
            "currency_id": (statement.currency_id or self.company_id.currency_id).id,
            "material_amount": sum(parts.mapped("amount_full")),
            "labor_amount": sum(labor.mapped("amount_full")),
            "labor_hours": sum(line._get_hours() for line in labor),
            "customer_amount": statement.amount_customer,
            "towing_amount": self.towing_amount,
            "transport_help": self._get_transport_help(),
            "statement_name": statement.name,
            "received_by_id": self.received_by_id.id,
            "handed_over_on": self.handed_over_on,
            "handed_over_by_id": self.handed_over_by_id.id,
            "handed_over_to": self.handed_over_to or self.partner_id.display_name or "",
            "next_service": self._get_next_service_text(),
            "customer_signature_id": signature.id,
            "line_ids": [Command.create(vals) for vals in self._prepare_repair_record_lines(lines)],
        }

    def _prepare_repair_record_lines(self, lines):
        """Values of the record's lines: the customer's requests with their results, then parts and work."""
        labels = dict(self.request_ids._fields["state"]._description_selection(self.env))
        vals_list = [
            {
                "kind": "request",
                "name": request.name,
                "result": ": ".join(filter(None, (labels[request.state], request.resolution))),
            }
            for request in self.request_ids
        ]
        vals_list += [
            {
                "kind": line.kind,
                "code": line.code,
                "name": line.name,
                "quantity": line.quantity,
                "uom_name": line.uom_id.name,
                "amount": line.amount_full,
                "customer_amount": line.amount_customer,
                "bearer": line.bearer,
                "result": line.reason,
            }
            for line in lines
        ]
        return [dict(vals, sequence=number) for number, vals in enumerate(vals_list, 1)]

    def _get_handed_in_on(self):
        """When the unit came: when the customer signed the intake, else when the fault was reported."""
        intake = self.customer_signature_ids.filtered(lambda s: s.kind == "intake").sorted("id")[:1]
        return intake.signed_on or self.report_date

    def _get_latest_customer_signature(self):
        """The customer's last signature of any kind: on site, the voucher stands for the bill."""
        return self.customer_signature_ids.sorted("id")[-1:]

    def _get_customer_statement(self):
        """The customer's own words: what was told, then each request."""
        words = [self.customer_words, *self.request_ids.mapped("name")]
        return "\n".join(dict.fromkeys(filter(None, words)))

    def _get_check_result(self):
        """What was found, in the words of the fault tree, and how the work passed its check."""
        faults = [self.symptom_id, self.cause_id, self.remedy_id]
        findings = [fault.display_name for fault in faults if fault]
        check = self.quality_check_ids.filtered(lambda check: check.state == "passed").sorted("id")[-1:]
        if check:
            # sudo: only the inspector's name
            findings.append(
                self.env._(
                    "Quality check passed on %(date)s by %(inspector)s",
                    date=format_date(self.env, self.company_id._get_law_date(check.checked_on)),
                    inspector=check.sudo().user_id.name,
                )
            )
            findings.append(check.remark)
        return "\n".join(filter(None, findings))

    def _get_transport_help(self):
        """The compensation the customer had, and the units lent with their days."""
        texts = [self.transport_help]
        for loan in self.loan_ids.filtered(lambda loan: loan.state in ("out", "returned")).sorted("out_on"):
            unit = " ".join(filter(None, (loan.product_id.display_name, loan.lot_id.name)))
            days = [
                format_date(self.env, self.company_id._get_law_date(moment))
                for moment in (loan.out_on, loan.back_on)
                if moment
            ]
            texts.append(f"{unit} ({' – '.join(days)})")
        return "; ".join(filter(None, texts))

    def _get_next_service_text(self):
        """The next service in words, for the record and the prints."""
        self.ensure_one()
        parts = []
        if self.next_service_date:
            parts.append(fields.Date.to_string(self.next_service_date))
        if self.next_service_meter:
            units = dict(self._fields["next_service_meter_unit"]._description_selection(self.env))
            parts.append(f"{self.next_service_meter:,.0f} {units[self.next_service_meter_unit]}")
        return " / ".join(parts) or self.next_service_reason or ""
