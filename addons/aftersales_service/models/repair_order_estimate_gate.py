# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools.misc import formatLang

from odoo.addons.compliance_base.violation import Violation

VISITS = ("on_site", "mail_in")
PREFIX = "aftersales_service.estimate."


class RepairOrder(models.Model):
    """What stands against work on a repair as long as money and proof are not settled."""

    _inherit = "repair.order"

    fault_severity = fields.Selection(
        [("minor", "Minor"), ("serious", "Serious")],
        copy=False,
        tracking=True,
        help="Nobody is sent out for a minor fault of a unit that is not under warranty.",
    )
    fault_photo_ids = fields.Many2many(
        "ir.attachment",
        "repair_order_fault_photo_rel",
        "repair_id",
        "attachment_id",
        string="Photos of the Fault",
        copy=False,
        bypass_search_access=True,
    )
    fault_report_ids = fields.Many2many(
        "ir.attachment",
        "repair_order_fault_report_rel",
        "repair_id",
        "attachment_id",
        copy=False,
        bypass_search_access=True,
    )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        repairs = super().create(vals_list)
        repairs.filtered(lambda repair: repair.fault_photo_ids or repair.fault_report_ids)._own_fault_files()
        return repairs

    def write(self, vals):
        result = super().write(vals)
        if "fault_photo_ids" in vals or "fault_report_ids" in vals:
            self._own_fault_files()
        return result

    def _own_fault_files(self):
        """Files uploaded on the form belong to the repair, so that whoever reads it reads them."""
        for repair in self:
            loose = (repair.fault_photo_ids | repair.fault_report_ids).filtered(
                lambda file: not file.res_id and file.create_uid == self.env.user
            )
            loose.write({"res_model": self._name, "res_id": repair.id})

    # Gates

    def _get_service_violations(self, stage):
        violations = super()._get_service_violations(stage)
        if stage in ("work", "quality", "ready"):
            violations += self._get_consent_violations() + self._get_proof_violations()
        if stage == "work":
            violations += self._get_travel_violations() + self._get_prepayment_violations()
        if stage == "settled":
            violations += self._get_final_check_violations()
        return violations

    def _get_consent_violations(self):
        """No work without the customer's consent to its price, no added work without a new one."""
        violations = []
        for repair in self:
            lines = repair._get_lines_not_agreed()
            if lines:
                message = self.env._(
                    "The customer of %(repair)s has not agreed to pay for: %(lines)s.",
                    repair=repair.name,
                    lines=", ".join(
                        f"{line['name']} "
                        f"({formatLang(self.env, line['amount'], currency_obj=repair.estimate_currency_id)})"
                        for line in lines
                    ),
                )
                remedy = self.env._(
                    "Have the customer sign the estimate on the screen or accept its quotation on the portal."
                )
                violations.append(Violation(f"{PREFIX}consent", repair, message, remedy))
        return violations

    def _get_proof_violations(self):
        """A part is replaced under warranty only with a photo of the fault and a fault report."""
        violations = []
        for repair in self.filtered("company_id.service_warranty_evidence_required"):
            covered = repair.move_ids.filtered(
                lambda move: (
                    move.repair_line_type == "add" and move.coverage == "warranty" and move.state != "cancel"
                )
            )
            missing = repair._get_missing_proof() if covered else []
            if missing:
                message = self.env._(
                    "%(repair)s replaces %(parts)s under warranty, but there is no %(missing)s.",
                    repair=repair.name,
                    parts=", ".join(covered.product_id.mapped("display_name")),
                    missing=", ".join(missing),
                )
                remedy = self.env._("Attach it under “Diagnosis”, or close an appraisal with photos.")
                violations.append(Violation(f"{PREFIX}proof", repair, message, remedy))
        return violations

    def _get_missing_proof(self):
        appraisals = self.appraisal_ids.filtered(lambda appraisal: appraisal.state == "closed")
        # Superuser mode: whether a file is a picture is no secret to those who may read the repair.
        photos = (self.fault_photo_ids | appraisals.photo_ids).sudo()
        missing = []
        if not any((photo.mimetype or "").startswith("image/") for photo in photos):
            missing.append(self.env._("photo of the fault"))
        if not self.fault_report_ids and not appraisals:
            missing.append(self.env._("fault report"))
        return missing

    def _get_travel_violations(self):
        """Out of warranty somebody is sent out only for a serious fault, and for a fee."""
        violations = []
        for repair in self.filtered(lambda one: one.service_mode == "on_site" and not one.under_warranty):
            if repair.fault_severity != "serious":
                message = self.env._(
                    "%s is out of warranty and not known to be serious: nobody is sent out for it.",
                    repair.name,
                )
                remedy = self.env._(
                    "Help by phone (mode “Remote”), or note under “Diagnosis” that the fault is serious."
                )
                violations.append(Violation(f"{PREFIX}visit.severity", repair, message, remedy))
            fees = repair.labor_ids.filtered(lambda labor: labor.is_visit_fee)
            if not any(fee.list_amount > 0 for fee in fees):
                message = self.env._("%s is out of warranty, and its visit fee is missing.", repair.name)
                remedy = self.env._("Add the visit fee of the customer's region to the labor.")
                violations.append(Violation(f"{PREFIX}visit.fee", repair, message, remedy))
        return violations

    def _get_prepayment_violations(self):
        """Out of warranty the money is there before somebody travels or something is shipped, where so agreed."""
        visits = self.filtered(lambda one: one.service_mode in VISITS and one._is_paid_in_advance())
        return visits._get_owed_violations()

    def _get_owed_violations(self):
        """What is still owed of what the customers of these repairs have agreed to pay in advance."""
        violations = []
        for repair in self:
            owed = repair.amount_customer - repair._get_paid_amount()
            if repair.estimate_currency_id.compare_amounts(owed, 0) > 0:
                message = self.env._(
                    "%(repair)s is paid for in advance; %(amount)s are still owed.",
                    repair=repair.name,
                    amount=formatLang(self.env, owed, currency_obj=repair.estimate_currency_id),
                )
                remedy = self.env._(
                    "Let accounting register the customer's payment of the invoice or down payment first."
                )
                violations.append(Violation(f"{PREFIX}payment", repair, message, remedy))
        return violations

    def _is_paid_in_advance(self):
        """By what is agreed with the customer, else as the company does or the terms of the unit's warranty say."""
        choice = self.partner_id.commercial_partner_id.service_payment_before_visit
        if choice in ("yes", "no"):
            return choice == "yes"
        # Superuser mode: terms are kept by managers; whoever starts work only has to follow them.
        term = self.sudo().warranty_registration_id.term_id
        promised = term.payment_before_work and not self.under_warranty
        return promised or self.company_id.service_payment_before_visit

    def _get_paid_amount(self):
        """What the customer has paid on the repair's quotation, tax included: invoices, or payments on line."""
        # Superuser mode: who starts work reads no accounts; whether the money is there he must know.
        order = self.sudo().sale_order_id
        invoices = order.invoice_ids.filtered(lambda invoice: invoice.state == "posted")
        invoiced = sum(invoice.amount_total_signed - invoice.amount_residual_signed for invoice in invoices)
        currency = self.company_id.currency_id
        if invoices and order.currency_id != currency:
            invoiced = currency._convert(invoiced, order.currency_id, self.company_id, fields.Date.today())
        return max(invoiced, order.amount_paid)

    def _get_final_check_violations(self):
        """A quick repair goes to the customer after its adviser has looked at it."""
        return [
            Violation(
                "aftersales_service.quick.final_check",
                repair,
                self.env._("The adviser has not looked at the quick repair %s yet.", repair.name),
                self.env._("Look at the unit on the customer's behalf and press “Final Check”."),
            )
            for repair in self
            if repair.quick_repair and not repair.advisor_check_on
        ]
