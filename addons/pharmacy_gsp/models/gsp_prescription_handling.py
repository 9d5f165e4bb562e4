# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.compliance_base.violation import Violation

CLERK = "pharmacy_gsp.pharmacy_gsp_group_clerk"
PHARMACIST = "pharmacy_gsp.pharmacy_gsp_group_pharmacist"
# Step: state it starts from
HANDLING = {"dispense": "reviewed", "check": "dispensed"}
# Category of the prescription: template of the four checks and ten verifications
CHECK_TEMPLATES = {"western": "gsp.prescription.check", "pieces": "gsp.prescription.check.pieces"}
NOBODY = {"dispensed_by_id": False, "dispensed_at": False, "checked_by_id": False, "checked_at": False}


class GspPrescription(models.Model):
    """Dispensed by one person, checked by another, and only then handed over (GSP 17003, 17004).

    It holds for companies with a GSP business. Elsewhere a reviewed prescription is delivered at once.
    """

    _inherit = "gsp.prescription"

    company_kind = fields.Selection(
        related="company_id.gsp_company_kind", string="GSP Business of the Company"
    )
    dispensed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    dispensed_at = fields.Datetime(string="Dispensed On", readonly=True, copy=False)
    checked_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    checked_at = fields.Datetime(string="Checked On", readonly=True, copy=False)

    def action_dispense(self):
        """Ask whoever dispensed for the signature."""
        self.ensure_one()
        self._check_handling("dispense")
        return self._action_sign("dispense")

    def action_check(self):
        """Ask whoever checked what was dispensed for the signature."""
        self.ensure_one()
        self._check_handling("check")
        return self._action_sign("check")

    def action_put_back(self):
        """The customer does not come: the drugs go back to their places, and are dispensed anew another time."""
        self._check_step(CLERK, ("dispensed", "checked"))
        self._check_gsp_business()
        for prescription in self:
            prescription._move_to("reviewed", **NOBODY)
            prescription.message_post(body=self.env._("The dispensed drugs were put back."))

    def _get_checklist_code(self):
        return CHECK_TEMPLATES[self.category] if self.state == "dispensed" else super()._get_checklist_code()

    def _check_gsp_business(self):
        for prescription in self:
            if not prescription.company_id.gsp_company_kind:
                raise UserError(
                    self.env._(
                        "%(company)s is no pharmacy: prescription %(name)s is delivered as soon as it is reviewed.",
                        company=prescription.company_id.name,
                        name=prescription.display_name,
                    )
                )

    def _check_handling(self, act):
        """All that must hold when somebody opens the signature of ``act`` and again when it has been given.

        :param str act: ``dispense`` or ``check``
        :raises AccessError: not of the pharmacy, or not of this company
        :raises UserError: wrong state, person or checklist (kept in the register of refusals)
        """
        self.ensure_one()
        self._check_gsp_business()
        self._check_step(CLERK, (HANDLING[act],))
        problems = [
            (f"gsp.staff.{code}", message, remedy)
            for code, message, remedy in self.env["hr.employee"]._gsp_get_act_problems(
                self.env.user, act, self.company_id
            )
        ]
        problems += self._find_same_person(act) + self._find_dispensing_problems(act)
        if act == "check":
            problems += self._find_unchecked()
        self.env["compliance.refusal"]._refuse(
            Violation(
                rule=rule,
                record=self,
                message=message,
                remedy=remedy,
                reference=self.env._("GSP 17003, 17004"),
            )
            for rule, message, remedy in problems
        )

    def _find_same_person(self, act):
        """Review, dispensing and check are signed by three different people."""
        before = self.reviewed_by_id if act == "dispense" else self.reviewed_by_id | self.dispensed_by_id
        if self.env.user not in before:
            return []
        message = self.env._(
            "%(user)s has signed prescription %(name)s already, for an earlier step.",
            user=self.env.user.name,
            name=self.name,
        )
        return [("gsp.handling.person", message, self.env._("Have a third person sign this step."))]

    def _find_unchecked(self):
        """The four checks and ten verifications are completed by the checker, all in order (GSP 17003)."""
        checklist = self._get_last_checklist(CHECK_TEMPLATES[self.category])
        remedy = self.env._("Make the four checks and ten verifications and complete their checklist.")
        if checklist.state != "done":
            message = self.env._(
                "Prescription %(name)s: the four checks and ten verifications are not completed.",
                name=self.name,
            )
        elif checklist.result != "conform":
            message = self.env._("Prescription %(name)s: a verification is not in order.", name=self.name)
            remedy = self.env._("Put the drugs back and have them dispensed anew.")
        elif checklist.done_by_id != self.env.user:
            message = self.env._(
                "Prescription %(name)s: the verifications were made by %(user)s.",
                name=self.name,
                user=checklist.done_by_id.name,
            )
        else:
            return []
        return [("gsp.handling.check", message, remedy)]

    def _get_signature_meanings(self):
        return {
            **super()._get_signature_meanings(),
            "dispense": self.env._("Dispensing of a Prescription"),
            "check": self.env._("Check of What Was Dispensed"),
        }

    def _signed(self, signature):
        """The second and the third signature (GSP 17004)."""
        result = super()._signed(signature)
        act = signature.meaning
        if act not in HANDLING:
            return result
        self.ensure_one()
        own = (self.env.user, self._name, self.id)
        if (signature.user_id, signature.res_model, signature.res_id) != own:
            raise AccessError(self.env._("A step is signed by whoever does it, under this prescription."))
        last = self.dispensed_at if act == "check" else self.last_dispensed_at or self.reviewed_at
        if signature.signed_at < last:
            raise AccessError(self.env._("An earlier signature does not count for this step."))
        self._check_handling(act)
        if act == "dispense":
            self._move_to("dispensed", dispensed_by_id=self.env.uid, dispensed_at=signature.signed_at)
            self._create_checklists(CHECK_TEMPLATES[self.category])
        else:
            self._move_to("checked", checked_by_id=self.env.uid, checked_at=signature.signed_at)
        return result

    def _dispense(self):
        """Delivered with the last package; what is left is dispensed and checked anew."""
        result = super()._dispense()
        business = self.filtered("company_id.gsp_company_kind").with_context(tracking_disable=True)
        for prescription in business:
            if prescription.state == "dispensed":
                prescription._move_to("delivered")
            else:
                prescription._write_step(NOBODY)
        return result
