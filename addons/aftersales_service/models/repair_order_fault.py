# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class RepairOrder(models.Model):
    """What the customer asked for, what was found, and what was done, in words that can be counted."""

    _inherit = "repair.order"

    request_ids = fields.One2many("repair.request", "repair_id", string="Requests", copy=False)
    symptom_id = fields.Many2one(
        "service.fault",
        domain="[('kind', '=', 'symptom')]",
        copy=False,
        index="btree_not_null",
        tracking=True,
    )
    cause_id = fields.Many2one(
        "service.fault",
        domain="[('kind', '=', 'cause')]",
        copy=False,
        index="btree_not_null",
        tracking=True,
    )
    remedy_id = fields.Many2one(
        "service.fault",
        domain="[('kind', '=', 'remedy')]",
        copy=False,
        index="btree_not_null",
        tracking=True,
    )
