# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class HelpdeskTicket(models.Model):
    """What is known of the unit a ticket is about, before anybody opens its page."""

    _inherit = "helpdesk.ticket"

    unit_cover_end_date = fields.Date(related="lot_id.cover_end_date", string="Unit Covered Until")
    unit_repair_ids = fields.Many2many(
        "repair.order", related="lot_id.open_repair_ids", string="Open Repairs of the Unit"
    )
    unit_last_reading = fields.Char(related="lot_id.last_reading", string="Last Reading of the Unit")
