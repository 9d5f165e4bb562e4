# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError

CLERK = "pharmacy_gsp.pharmacy_gsp_group_clerk"
# Whose act each step is
STEP_ACTS = {
    "intake": "decoct",
    "review": "review",
    "preparation": "dispense",
    "verification": "check",
    "decocting": "decoct",
    "packing": "decoct",
    "out_of_store": "decoct",
    "delivery": "decoct",
}
# What is written down before a step ends
STEP_FACTS = {
    "preparation": ("camera",),
    "decocting": ("equipment_id", "temperature", "volume", "camera"),
    "packing": ("equipment_id",),
}
# How far the prescription must be before a step is over
PRESCRIPTION_STATES = {
    "review": ("reviewed", "dispensed", "checked", "delivered"),
    "preparation": ("dispensed", "checked", "delivered"),
    "verification": ("checked", "delivered"),
    "delivery": ("delivered",),
}


class GspDecoction(models.Model):
    """Taking the steps: strictly in order, by somebody entitled, with the label scanned."""

    _inherit = "gsp.decoction"

    def _start_step(self, code, barcode):
        """Begin the step ``code``: refused unless it is the next, the label fits, and the user may do it."""
        step = self._check_decoction_step(code, barcode, "todo")
        self._refuse_problems(self._find_start_problems(step, barcode))
        if self.state == "draft":
            self._move_to("in_progress")
        # sudo: nobody types steps; they are taken here, after all checks
        step.sudo().write(
            {"state": "started", "operator_id": self.env.uid, "started_at": fields.Datetime.now()}
        )

    def _finish_step(self, code, barcode, facts):
        """End the step that is under way, with what was measured.

        :param dict facts: equipment_id, temperature, volume, camera, remark
        """
        step = self._check_decoction_step(code, barcode, "started")
        facts = {name: value for name, value in facts.items() if value}
        problems = self._find_start_problems(step, barcode) + self._find_finish_problems(step, facts)
        self._refuse_problems(problems)
        # sudo: as above
        step.sudo().write({**facts, "state": "done", "ended_at": fields.Datetime.now()})
        if code == "delivery":
            self._move_to("done", done_at=fields.Datetime.now())
            self._close_evidence()

    def _check_decoction_step(self, code, barcode, state):
        """The step itself, after the plain checks: of this company, not over, there, in that state."""
        self.ensure_one()
        self._check_step(CLERK, ("draft", "in_progress"))
        step = self.step_ids.filtered(lambda item: item.code == code)
        if not step:
            raise UserError(self.env._("A decoction has no such step."))
        if step == self._get_next_step() and step.state != state:
            raise UserError(
                self.env._(
                    "%(decoction)s: this step is started first, and then ended.", decoction=self.display_name
                )
            )
        return step

    def _find_start_problems(self, step, barcode):
        """Order, label, person and procedures; asked at the start and at the end of each step."""
        problems = []
        labels = dict(step._fields["code"]._description_selection(self.env))
        following = self._get_next_step()
        if step != following:
            problems.append(
                (
                    "gsp.decoction.order",
                    self.env._(
                        "%(decoction)s: the next step is %(next)s, not %(step)s.",
                        decoction=self.display_name,
                        next=labels.get(following.code, "–"),
                        step=labels[step.code],
                    ),
                    self.env._("Take the steps in their order."),
                )
            )
        if (barcode or "").strip() != self.name:
            problems.append(
                (
                    "gsp.decoction.label",
                    self.env._(
                        '"%(barcode)s" is not the label of %(decoction)s.',
                        barcode=barcode or "",
                        decoction=self.display_name,
                    ),
                    self.env._("Scan the label that goes with these goods."),
                )
            )
        problems += [
            (f"gsp.staff.{code}", message, remedy)
            for code, message, remedy in self.env["hr.employee"]._gsp_get_act_problems(
                self.env.user, STEP_ACTS[step.code], self.company_id
            )
        ]
        if step.state == "started" and step.operator_id != self.env.user:
            problems.append(
                (
                    "gsp.decoction.operator",
                    self.env._(
                        "%(decoction)s: %(user)s started this step.",
                        decoction=self.display_name,
                        user=step.operator_id.name,
                    ),
                    self.env._("Whoever starts a step ends it."),
                )
            )
        return problems + self._find_procedure_problems()

    def _find_finish_problems(self, step, facts):
        """What each step must have brought about."""
        problems = []
        missing = [
            step._fields[name]._description_string(self.env)
            for name in STEP_FACTS.get(step.code, ())
            if not facts.get(name)
        ]
        own = {"packing": ("bag_count",), "delivery": ("receiver_name",)}.get(step.code, ())
        if step.code == "delivery" and self.delivery_mode == "courier":
            own = ("receiver_name", "courier", "address")
        if step.code == "intake":
            own = ("decoction_method", "due_at", "contact_name", "contact_phone")
        missing += [self._fields[name]._description_string(self.env) for name in own if not self[name]]
        if missing:
            problems.append(
                (
                    "gsp.decoction.facts",
                    self.env._(
                        "%(decoction)s does not say: %(fields)s.",
                        decoction=self.display_name,
                        fields=", ".join(missing),
                    ),
                    self.env._("Write it down before the step ends."),
                )
            )
        if step.code == "intake" and not self.label_printed_at:
            problems.append(
                (
                    "gsp.decoction.print",
                    self.env._("%(decoction)s: its label is not printed.", decoction=self.display_name),
                    self.env._("Print the label, and let it go with the goods."),
                )
            )
        if step.code == "verification":
            problems += self._find_sample_problems()
        return problems + self._find_state_problems(step)

    def _find_state_problems(self, step):
        """The prescription keeps step, and what was unclear has been answered by the institution."""
        problems = []
        wanted = PRESCRIPTION_STATES.get(step.code)
        prescription = self.prescription_id
        states = dict(prescription._fields["state"]._description_selection(self.env))
        if wanted and prescription.state not in wanted:
            problems.append(
                (
                    "gsp.decoction.prescription",
                    self.env._(
                        'Prescription %(name)s is in state "%(state)s"; this step ends when it is "%(wanted)s".',
                        name=prescription.name,
                        state=states[prescription.state],
                        wanted=states[wanted[0]],
                    ),
                    self.env._("Take the step on the prescription first."),
                )
            )
        answered = all((self.answer, self.answer_contact, self.answer_date))
        if step.code == "review" and (self.question or "").strip() and not answered:
            problems.append(
                (
                    "gsp.decoction.question",
                    self.env._(
                        "%(decoction)s: the institution has not answered the question about it.",
                        decoction=self.display_name,
                    ),
                    self.env._("Ask, and write down answer, person and day."),
                )
            )
        return problems
