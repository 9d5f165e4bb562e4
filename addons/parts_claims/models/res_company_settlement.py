# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    claim_batch_lines = fields.Integer(
        string="Lines per Settlement Document",
        default=500,
        help="A settlement with more lines is posted as several documents, one after the other, behind the scenes.",
    )
    claim_dunning_days = fields.Integer(
        string="Reminder of Open Settlements",
        default=14,
        help="Days after the due date, and then between reminders, at which suppliers are reminded. 0: never.",
    )
    claim_offset_journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', '=', 'general'), ('company_id', '=', id)]",
        help="Journal of the entries that offset our invoice against bills. Empty: the first of this kind.",
    )

    _claim_batch_range = models.Constraint(
        "CHECK (claim_batch_lines BETWEEN 1 AND 2000)",
        "A settlement document holds at least one line and at most 2,000.",
    )
    _claim_dunning_range = models.Constraint(
        "CHECK (claim_dunning_days >= 0)", "The days between reminders cannot be negative."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    claim_batch_lines = fields.Integer(related="company_id.claim_batch_lines", readonly=False)
    claim_dunning_days = fields.Integer(related="company_id.claim_dunning_days", readonly=False)
    claim_offset_journal_id = fields.Many2one(related="company_id.claim_offset_journal_id", readonly=False)
