# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.repair_coverage_mixin import COVERAGES, PARTIES


class RepairCoverage(models.TransientModel):
    """A manager decides, with a reason and a signature, who pays for parts and labor of a repair."""

    _name = "repair.coverage"
    _description = "Grant Coverage"

    repair_id = fields.Many2one("repair.order", required=True, readonly=True)
    move_ids = fields.Many2many(
        "stock.move",
        string="Parts",
        compute="_compute_lines",
        store=True,
        readonly=False,
        domain="[('repair_id', '=', repair_id), ('repair_line_type', '!=', False), "
        "('state', 'not in', ('done', 'cancel'))]",
    )
    labor_ids = fields.Many2many(
        "repair.labor",
        compute="_compute_lines",
        store=True,
        readonly=False,
        domain="[('repair_id', '=', repair_id)]",
    )
    coverage = fields.Selection(COVERAGES, required=True, default="goodwill")
    coverage_share = fields.Float(
        string="Covered (%)", default=100.0, digits=(5, 2), help="Share the customer is not charged."
    )
    cost_bearer = fields.Selection(
        [(code, label) for code, label in PARTIES if code != "customer"],
        string="Who Bears It",
        default="ourselves",
    )
    cost_bearer_partner_id = fields.Many2one("res.partner", string="Borne By")
    reason = fields.Char(required=True)

    _share = models.Constraint(
        "CHECK(coverage_share > 0 AND coverage_share <= 100)",
        "The share covered is above 0, up to 100 percent.",
    )

    @api.depends("repair_id")
    def _compute_lines(self):
        for wizard in self:
            repair = wizard.repair_id
            parts = repair.move_ids.filtered(lambda move: move._is_repair_part())
            labor = repair.labor_ids.filtered(lambda labor: labor._is_coverage_open())
            wizard.move_ids = [Command.set(parts.ids)]
            wizard.labor_ids = [Command.set(labor.ids)]

    def action_apply(self):
        """Prepare the decision and ask the manager to sign it. Managers only."""
        self.ensure_one()
        repair = self.repair_id
        repair.check_access("write")
        repair._check_coverage_manager()
        if not (self.move_ids or self.labor_ids):
            raise UserError(
                self.env._("Choose parts or labor of %s that are not used or done yet.", repair.name)
            )
        decision = self.env["repair.coverage.decision"].create(self._prepare_decision())
        decision._check_decision()
        return decision._action_sign("coverage")

    def _prepare_decision(self):
        billable = self.coverage == "billable"
        names = [*self.move_ids.product_id.mapped("display_name"), *self.labor_ids.mapped("name")]
        return {
            "repair_id": self.repair_id.id,
            "move_ids": [Command.set(self.move_ids.ids)],
            "labor_ids": [Command.set(self.labor_ids.ids)],
            "coverage": self.coverage,
            "coverage_share": 0.0 if billable else self.coverage_share,
            "cost_bearer": "customer" if billable else self.cost_bearer or "ourselves",
            "cost_bearer_partner_id": False if billable else self.cost_bearer_partner_id.id,
            "reason": self.reason,
            "description": ", ".join(names),
        }
