# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.compliance_base.violation import Violation

from ..roles import MANAGER
from .service_callback import OPEN_STATES


class ServiceCallback(models.Model):
    """The way of a call-back: planned, tried, made, and what follows from it."""

    _inherit = "service.callback"

    # Planning

    @api.model
    def _create_planned(self, vals_list, company):
        """Create call-backs, each on the best day of its window, with an activity for its caller."""
        if not vals_list:
            return self.browse()
        taken = self._get_taken_days(vals_list)
        partners = self.env["res.partner"].browse(vals["partner_id"] for vals in vals_list)
        today = company._get_law_date()
        working = company._get_working_days(
            min(vals["date_from"] for vals in vals_list), max(vals["date_to"] for vals in vals_list)
        )
        for vals, partner in sorted(
            zip(vals_list, partners, strict=True), key=lambda pair: (pair[0]["date_to"], pair[0]["date_from"])
        ):
            days = taken.setdefault(partner.commercial_partner_id.id, set())
            vals["date_planned"] = self._pick_day(vals, days, working, today)
            days.add(vals["date_planned"])
        callbacks = self.with_context(
            mail_create_nosubscribe=True, mail_create_nolog=True, tracking_disable=True
        ).create(vals_list)
        callbacks._schedule_calls()
        return callbacks.with_env(self.env)

    @api.model
    def _get_taken_days(self, vals_list):
        """Days on which the customers of these call-backs are called already: {commercial partner id: dates}."""
        partners = self.env["res.partner"].browse({vals["partner_id"] for vals in vals_list})
        rows = self._read_group(
            [
                ("commercial_partner_id", "in", partners.commercial_partner_id.ids),
                ("state", "in", (*OPEN_STATES, "done")),
                ("date_planned", ">=", min(vals["date_from"] for vals in vals_list)),
            ],
            ["commercial_partner_id", "date_planned:day"],
        )
        taken = {}
        for partner, day in rows:
            taken.setdefault(partner.id, set()).add(day)
        return taken

    @api.model
    def _pick_day(self, vals, taken, working, today):
        """A working day of the window on which the customer gets no other call; the first one if there is none, so
        that one call does for both."""
        first = max(vals["date_from"], min(today, vals["date_to"]))
        span = [first + timedelta(days=number) for number in range((vals["date_to"] - first).days + 1)]
        candidates = [day for day in span if day in working] or span
        return next((day for day in candidates if day not in taken), candidates[0])

    def _schedule_calls(self):
        """Put the call into its caller's activities."""
        type_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "mail.mail_activity_data_call", raise_if_not_found=True
        )
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": callback.id,
                    "res_name": callback.display_name,
                    "activity_type_id": type_id,
                    "summary": callback.rule_id.display_name,
                    "date_deadline": callback.date_planned,
                    "user_id": callback.user_id.id,
                }
                for callback in self
                if callback.user_id
            ]
        )

    # Calling

    def action_call(self):
        """Ask how the call went, after checking that it may be made now."""
        self.ensure_one()
        self._check_caller()
        self._check_open()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.service_callback_call_action"
        )
        return dict(action, context={"default_callback_id": self.id})

    def _get_call_violations(self, at_request=False):
        """What forbids calling these customers now.

        :param at_request: the customer asked for this very time, so days and hours do not matter
        """
        violations = []
        for callback in self:
            rule = callback.rule_id.sudo()  # callers need not read every rule to be bound by it
            if rule.group_id and self.env.user not in rule.group_id.all_user_ids:
                violations.append(
                    Violation(
                        "callback.caller",
                        callback,
                        self.env._(
                            "Call-back %(name)s may only be made by: %(group)s.",
                            name=callback.name,
                            group=rule.group_id.display_name,
                        ),
                        self.env._("Leave it to one of them."),
                    )
                )
            if not at_request:
                violations += callback._get_time_violations(rule)
        return violations

    def _get_time_violations(self, rule):
        """Too early in the window, or at an hour at which nobody wants to be called."""
        self.ensure_one()
        violations = []
        now = self.company_id._get_law_datetime()
        hour = now.hour + now.minute / 60
        if now.date() < self.date_from:
            violations.append(
                Violation(
                    "callback.early",
                    self,
                    self.env._(
                        "Call-back %(name)s is not due before %(date)s.", name=self.name, date=self.date_from
                    ),
                    self.env._("Call in its window, or tick that the customer asked for this time."),
                    "S3-R16",
                )
            )
        if not rule.call_from <= hour < rule.call_to or rule.lunch_from <= hour < rule.lunch_to:
            violations.append(
                Violation(
                    "callback.hours",
                    self,
                    self.env._(
                        "Call-back %(name)s: customers are not called at this hour (%(hour)s).",
                        name=self.name,
                        hour=now.strftime("%H:%M"),
                    ),
                    self.env._(
                        "Call within the hours of the rule, or tick that the customer asked for this time."
                    ),
                    "S3-R17",
                )
            )
        return violations

    def _log_attempt(self, outcome, note="", at_request=False):
        """Write down an attempt to reach these customers: reached or not.

        :param outcome: a value of ``service.callback.attempt.outcome``
        """
        self._check_caller()
        self._check_open()
        self.env["compliance.refusal"]._refuse(self._get_call_violations(at_request))
        # sudo: attempts and states are written by this method alone, after the checks above
        self.env["service.callback.attempt"].sudo().create(
            [
                {
                    "callback_id": callback.id,
                    "outcome": outcome,
                    "note": note,
                    "user_id": self.env.uid,
                    "at_request": at_request,
                }
                for callback in self
            ]
        )
        for callback in self:
            callback.sudo().write(
                {
                    "state": "called"
                    if outcome == "reached" or callback.state == "called"
                    else "unreachable",
                    "attempt_count": callback.attempt_count + 1,
                    "user_id": callback.user_id.id or self.env.uid,
                }
            )

    # Result

    def action_done(self):
        """Close the call-back with its result; dissatisfaction opens a complaint."""
        self._check_caller()
        self._check_open()
        self.env["compliance.refusal"]._refuse(self._get_result_violations())
        self._finish()
        return True

    def _get_result_violations(self):
        """What a result still lacks: nothing is estimated and nothing left out."""
        violations = []
        remedy = self.env._("Complete the call-back, then close it.")
        for callback in self:
            missing = []
            if callback.state != "called":
                missing.append(self.env._("The customer was not reached yet"))
            if not callback.satisfied:
                missing.append(self.env._("Say whether the customer is satisfied"))
            if callback.satisfied == "no" and not (callback.customer_words or "").strip():
                missing.append(self.env._("Write down why the customer is dissatisfied, in his own words"))
            if callback.repair_id and not callback.repair_ok:
                missing.append(self.env._("Say whether the repair is in order"))
            if callback.repair_id and not callback.attitude_score:
                missing.append(self.env._("Enter the attitude score"))
            if callback.has_questionnaire and not callback.questionnaire_done:
                missing.append(self.env._("Fill in the questionnaire"))
            violations += [
                Violation("callback.result", callback, f"{callback.name}: {text}.", remedy, "S3-R18")
                for text in missing
            ]
        return violations

    def _finish(self):
        """Write the end of these call-backs and what follows from it."""
        now = fields.Datetime.now()
        for callback in self:
            # sudo: closing is this method's own; its doors have checked who may
            callback.sudo().write(
                {
                    "state": "done",
                    "done_on": now,
                    "done_by_id": self.env.uid,
                    "on_time": callback.company_id._get_law_date(now) <= callback.date_to,
                }
            )
        self.sudo().activity_ids.action_done()
        self.filtered(lambda callback: callback.satisfied == "no")._open_complaints()
        self._keep_in_file()
        self.env["service.callback.rule"]._trigger(["callback"], self)

    def _keep_in_file(self):
        """The result belongs into the file of the sale or the repair too."""
        labels = dict(self._fields["satisfied"]._description_selection(self.env))
        for callback in self:
            for record in (callback.repair_id, callback.sale_id, callback.registration_id):
                if record:
                    # sudo: callers need not have the right to write on sales orders to leave a note there
                    record.sudo().message_post(
                        body=self.env._(
                            "Call-back %(name)s made. Satisfied: %(satisfied)s. Score: %(score)s %%. %(words)s",
                            name=callback.display_name,
                            satisfied=labels.get(callback.satisfied, "–"),
                            score=round(callback.score),
                            words=callback.customer_words or "",
                        )
                    )

    def _open_complaints(self):
        """One complaint per dissatisfied customer, and a rectification notice where the rule names a department."""
        channel = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone", raise_if_not_found=False)
        for callback in self:
            # sudo: a customer who answers by mail opens a complaint too, as do callers outside the team
            ticket = self.env["helpdesk.ticket"].sudo().create(callback._prepare_ticket_vals(channel))
            callback.sudo().ticket_id = ticket
            department = callback.rule_id.sudo().department_id
            if department:
                self.env["service.rectification"].sudo().create(
                    {
                        "company_id": callback.company_id.id,
                        "callback_id": callback.id,
                        "ticket_id": ticket.id,
                        "department_id": department.id,
                        "user_id": department.user_id.id,
                        "finding": callback.customer_words,
                    }
                )

    def _prepare_ticket_vals(self, channel):
        """Values of the complaint that follows from a call."""
        self.ensure_one()
        # sudo: a caller names a unit or repair without needing rights on it
        callback = self.sudo()
        return {
            "name": self.env._("Dissatisfied in call-back %s", callback.display_name),
            "description": callback.customer_words or "",
            "kind": "complaint",
            "severity": "serious" if callback.serious else "ordinary",
            "company_id": callback.company_id.id,
            "partner_id": callback.partner_id.id,
            "partner_name": callback.partner_id.name,
            "partner_email": callback.partner_id.email,
            "product_id": callback.product_id.id,
            "lot_id": callback.lot_id.id,
            "channel_id": channel.id if channel else False,
        }

    def action_cancel(self):
        """Take a call-back off the list, with the reason. Managers only."""
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only managers may cancel a call-back."))
        self._check_caller()
        self._check_open()
        for callback in self:
            if not (callback.cancel_reason or "").strip():
                raise UserError(self.env._("Enter why call-back %s is canceled.", callback.name))
        # sudo: the state is written by actions alone, after the checks above
        self.sudo().write({"state": "canceled"})
        self.sudo().activity_ids.unlink()
        return True

    @api.model
    def _cron_remind(self):
        """Daily: calls that became late are shown to the managers of their company once, on the day after."""
        managers = self.env.ref(MANAGER).all_user_ids
        for company in self.env["res.company"].search([]):
            yesterday = company._get_law_date() - timedelta(days=1)
            late = self.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "in", OPEN_STATES),
                    ("date_to", "=", yesterday),
                    ("user_id", "=", False),
                ]
            )
            receiver = managers.filtered(
                lambda user, company=company: company in user.company_ids and not user.share
            )[:1]
            for callback in late.filtered(lambda callback: not callback.activity_ids):
                callback.activity_schedule(
                    "mail.mail_activity_data_call",
                    date_deadline=callback.date_to,
                    summary=self.env._("Call-back overdue"),
                    user_id=receiver.id or self.env.uid,
                )
