# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class GspSaleRecord(models.Model):
    """Which lines of the register were split sales."""

    _inherit = "gsp.sale.record"

    split_record_ids = fields.One2many("gsp.split.record", "sale_record_id", string="Split Records")
