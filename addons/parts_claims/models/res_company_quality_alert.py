# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    claim_lot_expected_percent = fields.Float(
        string="Expected Failures of a Lot %",
        default=2.0,
        digits=(5, 2),
        help="If more of a lot fails under warranty, quality inspection gets a ticket.",
    )
    claim_lot_least_failures = fields.Float(
        string="Failures of a Lot Count From",
        default=3,
        digits="Product Unit",
        help="Fewer failures of a lot are never unusual.",
    )
    claim_quality_team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Team of Quality Inspection",
        check_company=True,
        help="Gets the tickets about unusual failures.",
    )

    _claim_lot_range = models.Constraint(
        "CHECK (claim_lot_least_failures >= 1 AND claim_lot_expected_percent >= 0)",
        "Count failures of a lot from at least one; the share expected cannot be negative.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    claim_lot_expected_percent = fields.Float(related="company_id.claim_lot_expected_percent", readonly=False)
    claim_lot_least_failures = fields.Float(related="company_id.claim_lot_least_failures", readonly=False)
    claim_quality_team_id = fields.Many2one(related="company_id.claim_quality_team_id", readonly=False)
