# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class GspProductImportLine(models.TransientModel):
    """A line of the list that was not imported, and why."""

    _name = "gsp.product.import.line"
    _description = "Refused Line of a List of Drugs"
    _order = "number"

    import_id = fields.Many2one("gsp.product.import", required=True, ondelete="cascade")
    number = fields.Integer(string="Line", readonly=True)
    approval_number = fields.Char(readonly=True)
    product_name = fields.Char(string="Product", readonly=True)
    problem = fields.Text(string="Why", readonly=True)
