# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import AccessError, UserError

from ..roles import MANAGER, RECEPTION

# What can be done with a right in which state, by whom, and the state it leads to
STEPS = {
    "request": ({"open", "declined"}, RECEPTION, "requested"),
    "grant": ({"open", "requested"}, MANAGER, "granted"),
    "decline": ({"open", "requested"}, MANAGER, "declined"),
    "complete": ({"granted"}, MANAGER, "done"),
}
FREE_REMEDIES = {
    "choice": {"return", "exchange", "repair"},
    "exchange_repair": {"exchange", "repair"},
    "exchange_return": {"exchange", "return"},
    "exchange": {"exchange", "return"},
    "assembly": {"assembly"},
    "loan": {"loan", "compensation"},
    "return": {"return"},
    "proof": {"return", "exchange", "repair"},
    "escalation": {"service"},
}


class WarrantyStatuteFinding(models.Model):
    """The company's answer to a right: asked for, granted or declined with a reason, fulfilled; deadlines watched."""

    _inherit = "warranty.statute.finding"

    # Actions: each opens the wizard that asks for what the step needs

    def action_request(self):
        """Record that the customer asks for his right: the deadline to answer begins. Reception."""
        return self._open_step("request")

    def action_grant(self):
        """Grant the right, with the remedy and the amounts. Managers."""
        return self._open_step("grant")

    def action_decline(self):
        """Decline the request, with the reason the customer is given. Managers."""
        return self._open_step("decline")

    def action_complete(self):
        """Record that the remedy has been carried out. Managers."""
        return self._open_step("complete")

    def action_view_repair(self):
        """Open the repair the right arose with."""
        self.ensure_one()
        return self.repair_id._get_records_action()

    def _open_step(self, step):
        self.ensure_one()
        self._check_step(step)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.warranty_statute_answer_action"
        )
        return dict(action, context={"default_finding_id": self.id, "default_step": step})

    # Business

    def _check_step(self, step):
        """Refuse a step by somebody without the role, or on a right in another state."""
        states, group, _target = STEPS[step]
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "This needs the role “%s” of After-Sales Service.", self.env.ref(group).sudo().name
                )
            )
        for finding in self:
            if finding.state not in states:
                raise UserError(
                    self.env._(
                        "%(right)s is “%(state)s”: this cannot be done with it now.",
                        right=finding.display_name,
                        state=dict(self._fields["state"]._description_selection(self.env))[finding.state],
                    )
                )

    def _take_step(self, step, vals):
        """Move the right along with trusted values of the wizard, after the check.

        :param dict vals: fields of the right; for "request" ``requested_on``
        """
        self.ensure_one()
        self._check_step(step)
        # sudo: nobody may write rights but these steps, which have checked role and state
        finding = self.sudo()
        getattr(finding, f"_check_{step}_vals", lambda vals: None)(vals)
        finding.write(dict(vals, **finding._prepare_step_vals(step, vals), state=STEPS[step][2]))
        if step == "complete":
            finding._restart_cover()
        finding._plan_next(step)

    def _prepare_step_vals(self, step, vals):
        today = self.company_id._get_law_date()
        if step == "request":
            return self._prepare_deadlines(vals["requested_on"])
        if step in ("grant", "decline"):
            return {
                "answered_on": today,
                "answered_by_id": self.env.uid,
                **self._prepare_return_deadline(vals),
            }
        return {"completed_on": vals.get("completed_on") or today}

    def _prepare_deadlines(self, day):
        """Until when the request of that day has to be answered and fulfilled."""
        answer, answer_sure = self.statute_id._get_deadline("answer_parameter_id", day, self.company_id)
        complete, complete_sure = None, True
        if self.statute_id.completion_from == "request":
            complete, complete_sure = self.statute_id._get_deadline(
                "completion_parameter_id", day, self.company_id
            )
        return {
            "answer_deadline": answer,
            "completion_deadline": complete,
            "is_deadline_unsure": not (answer_sure and complete_sure),
        }

    def _prepare_return_deadline(self, vals):
        """A refund that is due within days of the goods coming back."""
        if self.statute_id.completion_from != "return" or not vals.get("returned_on"):
            return {}
        day, sure = self.statute_id._get_deadline(
            "completion_parameter_id", vals["returned_on"], self.company_id
        )
        return {"completion_deadline": day, "is_deadline_unsure": not sure}

    def _check_request_vals(self, vals):
        today = self.company_id._get_law_date()
        if not vals.get("requested_on") or vals["requested_on"] > today:
            raise UserError(
                self.env._(
                    "%s: enter the day on which the customer asked, today at the latest.", self.display_name
                )
            )

    def _check_decline_vals(self, vals):
        if not (vals.get("answer_reason") or "").strip():
            raise UserError(
                self.env._(
                    "%s: a request is declined with the reason, which the customer is given.",
                    self.display_name,
                )
            )

    def _check_grant_vals(self, vals):
        """The remedy is one the right gives; the rate for the use is not above what the law allows."""
        if vals.get("remedy") not in FREE_REMEDIES[self.right]:
            labels = dict(self._fields["remedy"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(right)s: choose a remedy that the right gives: %(remedies)s.",
                    right=self.display_name,
                    remedies=", ".join(
                        label for code, label in labels.items() if code in FREE_REMEDIES[self.right]
                    ),
                )
            )
        rate = vals.get("rate_percent", self.rate_percent)
        highest = self.statute_id._get_highest_rate(self.registration_id.start_date, self.company_id)
        if rate < 0 or (highest is not None and self.use_compensation and rate > highest):
            raise UserError(
                self.env._(
                    "%(right)s: the coefficient for the use is at most %(highest)s %% (%(reference)s).",
                    right=self.display_name,
                    highest=highest or 0,
                    reference=self.statute_id.reference or self.statute_id.name,
                )
            )
        for name in ("price", "meter_reading", "use_days", "extra_costs", "daily_compensation"):
            if vals.get(name, 0) < 0:
                raise UserError(
                    self.env._(
                        "%(right)s: “%(field)s” cannot be negative.",
                        right=self.display_name,
                        field=self._fields[name]._description_string(self.env),
                    )
                )

    def _check_complete_vals(self, vals):
        if self.remedy != "exchange":
            return
        lot = self.env["stock.lot"].browse(vals.get("replacement_lot_id"))
        if self.lot_id and (not lot or lot == self.lot_id):
            raise UserError(
                self.env._(
                    "%s: enter the serial number of the unit the customer got instead.", self.display_name
                )
            )

    def _restart_cover(self):
        """Art. 29 of the car rules: the terms of a unit given in exchange run anew from that day.

        The promise of the old unit is copied to the new one and ends for the old one. A replacement that has been
        delivered under a registration of its own keeps that.
        """
        lot, old = self.replacement_lot_id, self.registration_id
        if self.remedy != "exchange" or not lot or not old:
            return
        registrations = self.env["warranty.registration"]
        current = registrations.search(
            [
                ("lot_id", "=", lot.id),
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("draft", "active")),
            ],
            limit=1,
        )
        self.replacement_registration_id = current or registrations._create_frozen(
            [old._prepare_restart_vals(lot, self.completed_on)],
            [old.line_ids._prepare_restart_vals(self.completed_on)],
        )
        if old.state in ("draft", "active"):
            old._close(
                "transferred",
                self.env._("Replaced by %(lot)s: %(right)s", lot=lot.name, right=self.display_name),
            )

    def _plan_next(self, step):
        """Close the call to the manager, and call again for the next deadline."""
        self.activity_feedback(["mail.mail_activity_data_todo"])
        deadline = {"request": self.answer_deadline, "grant": self.completion_deadline}.get(step)
        if deadline:
            summary = (
                self.env._("Answer the customer's request")
                if step == "request"
                else self.env._("Carry out the remedy")
            )
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=deadline,
                summary=summary,
                user_id=(self._get_manager(self.company_id) or self.env.user).id,
            )
