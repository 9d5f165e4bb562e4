# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from odoo.addons.compliance_base.violation import Violation

CLERK = "pharmacy_gsp.pharmacy_gsp_group_clerk"


class GspDispensing(models.Model):
    """Weigh, check again, explain: each step by somebody entitled, with all that speaks against it at once."""

    _inherit = "gsp.dispensing"

    def action_weigh(self):
        """Everything is weighed and packed: the dispenser answers for it."""
        self.ensure_one()
        self._check_step(CLERK, ("draft",))
        problems = self._find_staff_problems("dispense") + self._find_prescription_problems("reviewed")
        problems += self._find_scale_problems() + self._find_weight_problems() + self._find_pack_problems()
        self._refuse_problems(problems)
        self._move_to("weighed", weighed_by_id=self.env.uid, weighed_at=fields.Datetime.now())
        return True

    def action_check(self):
        """Another person has opened the packs, and verified name and number of doses."""
        self.ensure_one()
        self._check_step(CLERK, ("weighed",))
        problems = self._find_staff_problems("check") + self._find_prescription_problems("dispensed")
        problems += self._find_recheck_problems()
        self._refuse_problems(problems)
        self._move_to("checked", checked_by_id=self.env.uid, checked_at=fields.Datetime.now())
        return True

    def action_advise(self):
        """The customer knows how to decoct and take it: the doses may be handed over."""
        self.ensure_one()
        self._check_step(CLERK, ("checked",))
        problems = self._find_staff_problems("dispense") + self._find_prescription_problems("checked")
        texts = (self.decoction_method, self.precautions)
        if not self.advice_given or not all((text or "").strip() for text in texts):
            problems.append(
                (
                    "gsp.pieces.advice",
                    self.env._(
                        "%(dispensing)s: how to decoct and take it, or the precautions, are not explained.",
                        dispensing=self.display_name,
                    ),
                    self.env._("Write both down, explain them to the customer, and tick so."),
                )
            )
        self._refuse_problems(problems)
        self._move_to("advised", advised_by_id=self.env.uid, advised_at=fields.Datetime.now())
        self._close_evidence()
        return True

    def action_cancel(self):
        """Give up a weighing that nobody has signed for."""
        self._check_step(CLERK, ("draft", "weighed"))
        self._move_to("canceled")
        return True

    def _refuse_problems(self, problems):
        self.env["compliance.refusal"]._refuse(
            Violation(
                rule=rule,
                record=self,
                message=message,
                remedy=remedy,
                reference=self.env._("GSP 17003, 17006"),
            )
            for rule, message, remedy in problems
        )

    def _find_staff_problems(self, act):
        return [
            (f"gsp.staff.{code}", message, remedy)
            for code, message, remedy in self.env["hr.employee"]._gsp_get_act_problems(
                self.env.user, act, self.company_id
            )
        ]

    def _find_prescription_problems(self, state):
        """The weighing keeps step with the prescription, and is its newest one."""
        prescription = self.prescription_id
        if prescription.state == state and prescription._get_dispensing() == self:
            return []
        states = dict(prescription._fields["state"]._description_selection(self.env))
        message = self.env._(
            'Prescription %(name)s is in state "%(state)s"; this step of its weighing is taken in "%(wanted)s".',
            name=prescription.name,
            state=states[prescription.state],
            wanted=states[state],
        )
        return [("gsp.pieces.prescription", message, self.env._("Take the steps in their order."))]

    def _find_scale_problems(self):
        if self.scale_id:
            return self.scale_id._find_problems()
        message = self.env._("%(dispensing)s: no scale is named.", dispensing=self.display_name)
        return [("gsp.scale.missing", message, self.env._("Choose the scale that is used."))]

    def _find_weight_problems(self):
        """Each drug and each dose is weighed, within the tolerance of what is prescribed."""
        tolerance = self.env["compliance.parameter"]._value(
            "drug.pieces.dose_tolerance_percent", company=self.company_id
        )
        weighed = [
            (line.product_id.display_name, line.target_weight, line.weighed_weight) for line in self.line_ids
        ]
        weighed += [
            (self.env._("Dose %(number)s", number=dose.number), self.dose_target, dose.weight)
            for dose in self.dose_ids
        ]
        problems = [
            (
                "gsp.pieces.weight",
                self.env._(
                    "%(what)s: %(weight)s g weighed, %(target)s g prescribed; at most %(tolerance)s %% off.",
                    what=what,
                    weight=f"{weight:g}",
                    target=f"{target:g}",
                    tolerance=f"{tolerance:g}",
                ),
                self.env._("Weigh again, and correct it."),
            )
            for what, target, weight in weighed
            if abs(weight - target) > target * tolerance / 100 + 1e-6
        ]
        for line in self.line_ids.filtered(lambda item: not item.reweighed):
            problems.append(
                (
                    "gsp.pieces.reweighed",
                    self.env._("%(product)s was not weighed back.", product=line.product_id.display_name),
                    self.env._("Weigh each drug a second time, and tick so."),
                )
            )
        return problems

    def _find_pack_problems(self):
        """Drugs with a footnote are packed apart in each dose; those for external use say so (17003, 17006)."""
        problems = []
        for line in self.line_ids:
            names = {"product": line.product_id.display_name, "footnote": self._get_footnote(line)}
            if line._needs_own_pack() and not line.packed_apart:
                problems.append(
                    (
                        "gsp.pieces.pack",
                        self.env._("%(product)s (%(footnote)s) is not packed on its own.", **names),
                        self.env._("Pack it apart in each dose, with the way of taking on it."),
                    )
                )
            if line.footnote == "external" and not line.external_mark:
                problems.append(
                    (
                        "gsp.pieces.external",
                        self.env._("%(product)s bears no mark for external use.", **names),
                        self.env._("Put the mark on the outer pack."),
                    )
                )
        return problems

    def _find_recheck_problems(self):
        """The checker is another person, opened each pack with a footnote, and verified name and doses (17003)."""
        problems = []
        if self.weighed_by_id == self.env.user:
            problems.append(
                (
                    "gsp.pieces.person",
                    self.env._(
                        "%(user)s weighed %(dispensing)s.",
                        user=self.env.user.name,
                        dispensing=self.display_name,
                    ),
                    self.env._("Have another person check it."),
                )
            )
        for line in self.line_ids.filtered(lambda item: item.footnote and not item.rechecked):
            problems.append(
                (
                    "gsp.pieces.rechecked",
                    self.env._(
                        "%(product)s (%(footnote)s): its packs were not opened and checked again.",
                        product=line.product_id.display_name,
                        footnote=self._get_footnote(line),
                    ),
                    self.env._("Open them, check stamp and content, and tick so."),
                )
            )
        if not (self.name_verified and self.doses_verified):
            problems.append(
                (
                    "gsp.pieces.verified",
                    self.env._(
                        "%(dispensing)s: name of the patient, or number of doses, is not verified.",
                        dispensing=self.display_name,
                    ),
                    self.env._("Verify both, and tick so."),
                )
            )
        return problems

    def _get_footnote(self, line):
        return dict(line._fields["footnote"]._description_selection(self.env)).get(line.footnote, "")
