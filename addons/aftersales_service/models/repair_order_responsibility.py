# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare

from odoo.addons.compliance_base.violation import Violation


class RepairOrder(models.Model):
    """Who is responsible for the fault, and what that does to the warranty."""

    _inherit = "repair.order"

    responsibility_ids = fields.One2many("repair.responsibility", "repair_id")
    coverage_decision_ids = fields.One2many(
        "repair.coverage.decision",
        "repair_id",
        string="Decisions about Cover",
        domain=[("state", "=", "applied")],
    )
    product_categ_id = fields.Many2one(related="product_id.categ_id")
    appraisal_ids = fields.One2many("repair.appraisal", "repair_id")
    appraisal_count = fields.Integer(compute="_compute_appraisal_count")

    @api.depends("appraisal_ids")
    def _compute_appraisal_count(self):
        counts = dict(
            self.env["repair.appraisal"]._read_group(
                [("repair_id", "in", self.ids)], ["repair_id"], ["__count"]
            )
        )
        for repair in self:
            repair.appraisal_count = counts.get(repair, 0)

    @api.constrains("responsibility_ids")
    def _check_responsibility(self):
        for repair in self:
            if repair._has_wrong_shares():
                raise ValidationError(repair._get_shares_message())

    # Actions

    def action_view_appraisals(self):
        """Open the appraisals of this repair, or begin one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("aftersales_service.repair_appraisal_action")
        return action | {
            "domain": [("repair_id", "=", self.id)],
            "context": {"default_repair_id": self.id},
            "views": [(False, "list"), (False, "form")] if self.appraisal_ids else [(False, "form")],
        }

    # Business

    def _has_wrong_shares(self):
        shares = self.responsibility_ids.mapped("share")
        return bool(shares) and float_compare(sum(shares), 100, precision_digits=2) != 0

    def _get_shares_message(self):
        return self.env._(
            "%(repair)s: the shares of responsibility come to %(total)s %%, not to 100 %%.",
            repair=self.name,
            total=f"{sum(self.responsibility_ids.mapped('share')):g}",
        )

    def _responsibility_changed(self):
        """Judge the lines of these repairs anew by who is responsible.

        :raise UserError: the repair is over
        """
        for repair in self:
            if repair.state in ("done", "cancel"):
                raise UserError(
                    self.env._(
                        "%s is over: who is responsible for the fault can no longer be changed.", repair.name
                    )
                )
        frozen = self.filtered("coverage_frozen_at")
        frozen._judge_responsibility_anew()
        (self - frozen)._decide_coverage()
        self.filtered(lambda repair: repair.service_stage != "received")._evaluate_statutes()

    def _judge_responsibility_anew(self):
        self.move_ids._judge_responsibility_anew()

    def _get_refused_cover(self):
        """Share of the warranty (in percent) refused for what the customer did himself, and the reason."""
        self.ensure_one()
        lines = self.responsibility_ids.filtered("refuses_cover")
        return min(sum(lines.mapped("share")), 100.0), lines._describe()

    def _is_customers_doing(self):
        """Whether the fault is wholly the customer's own doing, so that no law makes the seller answer for it: by the
        responsibility that was settled, else because somebody had opened the unit who was not allowed to."""
        self.ensure_one()
        if self.responsibility_ids:
            refused, _reasons = self._get_refused_cover()
            return float_compare(refused, 100, precision_digits=2) >= 0
        return self.opened_before == "unauthorized"

    def _get_responsible_party(self):
        """Who mainly answers for the fault besides the customer, as ``(party, res.partner)``; None if not known."""
        self.ensure_one()
        line = self.responsibility_ids.filtered(lambda line: line.party != "customer").sorted("share")[-1:]
        return (line.party, line.partner_id) if line and line.kind != "none" else None

    def _get_cover_reason(self, component):
        """What covers a line: the component, its period and its meter, in words that stay true later."""
        self.ensure_one()
        names = {
            "component": component.component_id.name,
            "months": component.months,
            "start": fields.Date.to_string(component.start_date),
            "registration": component.registration_id.name,
        }
        reading = component.meter_limit and self._get_meter_reading(component.meter_unit)
        if not reading:
            return self.env._("%(component)s, %(months)s months from %(start)s (%(registration)s)", **names)
        units = dict(component._fields["meter_unit"]._description_selection(self.env))
        return self.env._(
            "%(component)s, %(months)s months from %(start)s, meter %(reading)s of %(limit)s %(unit)s "
            "(%(registration)s)",
            reading=f"{reading:,.0f}",
            limit=f"{component.meter_limit:,.0f}",
            unit=units[component.meter_unit],
            **names,
        )

    # Gates

    def _get_service_violations(self, stage):
        violations = super()._get_service_violations(stage)
        if stage in ("work", "quality", "ready"):
            violations += [
                Violation(
                    "aftersales_service.responsibility.shares",
                    repair,
                    repair._get_shares_message(),
                    self.env._("Correct the shares under “Diagnosis”."),
                )
                for repair in self
                if repair._has_wrong_shares()
            ]
        return violations
