# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from .old_part import IN_STORE_STATES


class OldPart(models.Model):
    """Until when a part is kept, and by when it is to be on its way."""

    _inherit = "old.part"

    days_to_ship = fields.Integer(
        compute="_compute_days_to_ship",
        help="Days left until the part has to be on its way; below zero: late.",
    )
    keep_until = fields.Date(
        string="Kept Until",
        compute="_compute_keep_until",
        store=True,
        index=True,
        help="The part is not scrapped before the end of this day, nor while its claim is open.",
    )
    ship_by = fields.Date(
        compute="_compute_ship_by", store=True, index=True, help="Day by which the part has to be on its way."
    )

    @api.depends(
        "claim_line_id.agreement_id.old_part_keep_days", "company_id.old_part_keep_days", "date_collected"
    )
    def _compute_keep_until(self):
        for part in self:
            start = part.company_id._get_law_date(part.date_collected)
            part.keep_until = start + timedelta(days=part._get_keep_days())

    @api.depends("company_id.old_part_ship_days", "date_collected")
    def _compute_ship_by(self):
        for part in self:
            start = part.company_id._get_law_date(part.date_collected)
            part.ship_by = start + timedelta(days=part.company_id.old_part_ship_days)

    @api.depends("ship_by", "state")
    def _compute_days_to_ship(self):
        for part in self:
            waiting = part.ship_by and part.state in ("collected", "appraised", "boxed")
            part.days_to_ship = (part.ship_by - part.company_id._get_law_date()).days if waiting else 0

    def _get_keep_days(self):
        """Days for which the part is kept after its removal: as agreed with its supplier, else as the company does."""
        self.ensure_one()
        # sudo: whoever takes the part out need not be allowed to read agreements
        agreed = self.sudo().claim_line_id.agreement_id.old_part_keep_days
        return agreed or self.company_id.old_part_keep_days

    @api.model
    def _cron_remind(self):
        """Daily: one activity for each part that has to be on its way soon."""
        todo = self.env.ref("mail.mail_activity_data_todo")
        for company in self.env["res.company"].search([]):
            limit = company._get_law_date() + timedelta(days=company.old_part_alert_days)
            parts = self.search(
                Domain("company_id", "=", company.id)
                & Domain("state", "in", [state for state in IN_STORE_STATES if state != "back"])
                & Domain("supplier_id", "!=", False)
                & Domain("ship_by", "<=", limit)
            )
            for part in parts.filtered(lambda part: todo not in part.activity_ids.activity_type_id):
                part.activity_schedule(
                    activity_type_id=todo.id,
                    date_deadline=part.ship_by,
                    summary=part.env._(
                        "Send this old part by %(date)s", date=format_date(part.env, part.ship_by)
                    ),
                    user_id=part._get_responsible().id,
                )

    def _get_responsible(self):
        """Who is reminded: whoever handles the claim, or the agreement, or else the one the job runs for."""
        line = self.claim_line_id
        return line.claim_id.user_id or line.agreement_id.user_id or self.env.user
