# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.stock_move_coverage import COVERAGES


class RepairCoverage(models.TransientModel):
    """A manager decides, with a reason, who pays for parts of a repair."""

    _name = "repair.coverage"
    _description = "Grant Coverage"

    repair_id = fields.Many2one("repair.order", required=True, readonly=True)
    move_ids = fields.Many2many(
        "stock.move",
        string="Parts",
        compute="_compute_move_ids",
        store=True,
        readonly=False,
        domain="[('repair_id', '=', repair_id), ('repair_line_type', '!=', False), "
        "('state', 'not in', ('done', 'cancel'))]",
    )
    coverage = fields.Selection(COVERAGES, required=True, default="goodwill")
    reason = fields.Char(required=True)

    @api.depends("repair_id")
    def _compute_move_ids(self):
        for wizard in self:
            parts = wizard.repair_id.move_ids.filtered(lambda move: move._is_repair_part())
            wizard.move_ids = [Command.set(parts.ids)]

    def action_apply(self):
        """Apply the decision and tell it on the repair. Managers only."""
        self.ensure_one()
        repair = self.repair_id
        repair.check_access("write")
        repair._check_coverage_manager()
        moves = self.move_ids
        if not moves or moves.repair_id != repair or not all(move._is_repair_part() for move in moves):
            raise UserError(self.env._("Choose parts of %s that are not used yet.", repair.name))
        if self.coverage == "warranty" and not all(move.warranty_registration_line_id for move in moves):
            raise UserError(
                self.env._(
                    "Without a warranty registration nothing can be covered by warranty. Grant goodwill instead."
                )
            )
        moves._grant_coverage(self.coverage, self.reason)
        if repair.coverage_frozen_at:
            moves._check_old_parts()
        repair.message_post(body=self._get_message())
        return {"type": "ir.actions.act_window_close"}

    def _get_message(self):
        return self.env._(
            "%(coverage)s for %(parts)s: %(reason)s",
            coverage=dict(self._fields["coverage"]._description_selection(self.env))[self.coverage],
            parts=", ".join(self.move_ids.product_id.mapped("display_name")),
            reason=self.reason,
        )
