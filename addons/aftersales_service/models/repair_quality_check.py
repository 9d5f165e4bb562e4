# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..roles import QUALITY


class RepairQualityCheck(models.Model):
    """The inspection of a repair by somebody who did not do it; without one that is passed, nothing leaves."""

    _name = "repair.quality.check"
    _description = "Quality Check of a Repair"
    _inherit = ["service.state.mixin", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    repair_id = fields.Many2one(
        "repair.order", required=True, index=True, ondelete="cascade", check_company=True, readonly=True
    )
    company_id = fields.Many2one(related="repair_id.company_id", store=True, precompute=True, index=True)
    product_id = fields.Many2one(related="repair_id.product_id", store=True)
    lot_id = fields.Many2one(related="repair_id.lot_id")
    technician_ids = fields.Many2many(related="repair_id.technician_ids")
    state = fields.Selection(
        [
            ("draft", "To Check"),
            ("passed", "Passed"),
            ("failed", "Failed"),
            ("superseded", "Superseded"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        help="Superseded: the repair went back to work after it had passed.",
    )
    line_ids = fields.One2many("repair.quality.check.line", "check_id", string="Items")
    user_id = fields.Many2one("res.users", string="Inspector", readonly=True, copy=False, index=True)
    checked_on = fields.Datetime(readonly=True, copy=False)
    rework_reason = fields.Text(readonly=True, copy=False, tracking=True)
    remark = fields.Text()
    pass_rate = fields.Float(
        string="Passed (%)",
        compute="_compute_pass_rate",
        store=True,
        aggregator="avg",
        help="100 when passed, 0 when failed; the average is the rate passed at the first go.",
    )

    _draft_uniq = models.UniqueIndex(
        "(repair_id) WHERE state = 'draft'", "This repair is being checked already."
    )

    @api.depends("state")
    def _compute_pass_rate(self):
        for check in self:
            check.pass_rate = 100.0 if check.state in ("passed", "superseded") else 0.0

    @api.depends("repair_id", "state")
    def _compute_display_name(self):
        for check in self:
            check.display_name = self.env._("Quality check %s", check.repair_id.name or "")

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {"user_id", "checked_on", "rework_reason"}

    @api.model_create_multi
    def create(self, vals_list):
        # That it was made is in the repair's stage log already.
        checks = super(RepairQualityCheck, self.with_context(mail_create_nolog=True)).create(vals_list)
        checks = checks.with_env(self.env)
        checks._insert_items()
        return checks

    def write(self, vals):
        """A check that is decided stays as it is."""
        self._check_open()
        return super().write(vals)

    def _check_open(self):
        for check in self:
            if check.state != "draft":
                raise UserError(self.env._("%s is decided and no longer changes.", check.display_name))

    def _insert_items(self):
        items = self.env["repair.quality.item"]
        self.env["repair.quality.check.line"].create(
            [
                {"check_id": check.id, "name": name, "sequence": sequence}
                for check in self
                for name, sequence in items._get_for(check.repair_id)
            ]
        )

    # Actions

    def action_pass(self):
        """Everything is in order: the repair may leave."""
        self._check_inspector()
        for check in self:
            failed = check.line_ids.filtered(lambda line: line.result == "fail")
            open_lines = check.line_ids.filtered(lambda line: not line.result)
            if failed or open_lines:
                raise UserError(
                    self.env._(
                        "%(check)s cannot pass. Not in order: %(failed)s. Not looked at: %(open)s.",
                        check=check.display_name,
                        failed=", ".join(failed.mapped("name")) or "–",
                        open=", ".join(open_lines.mapped("name")) or "–",
                    )
                )
        self._decide("passed")
        return True

    def action_all_in_order(self):
        """Mark what has not been looked at yet as in order."""
        self._check_inspector()
        self.line_ids.filtered(lambda line: not line.result).result = "pass"
        return True

    def action_open_rework(self):
        """Ask for the reason why the repair goes back to work."""
        self.ensure_one()
        self._check_inspector()
        action = self.env["ir.actions.act_window"]._for_xml_id("aftersales_service.repair_rework_action")
        return {**action, "context": {"default_repair_id": self.repair_id.id}}

    def _check_inspector(self):
        """Inspectors check what others did: nobody passes the own work."""
        self._check_action(("draft",), QUALITY)
        for check in self:
            if self.env.user in check.repair_id._get_workers():
                raise UserError(
                    self.env._(
                        "%(repair)s was your own work. Somebody else has to check it.",
                        repair=check.repair_id.name,
                    )
                )
            if check.repair_id.service_stage != "quality":
                raise UserError(
                    self.env._(
                        "%s is not in quality check: the technician has not finished.", check.repair_id.name
                    )
                )

    def _decide(self, state, reason=False):
        self._write_system(
            {
                "state": state,
                "user_id": self.env.uid,
                "checked_on": fields.Datetime.now(),
                "rework_reason": reason,
            }
        )
