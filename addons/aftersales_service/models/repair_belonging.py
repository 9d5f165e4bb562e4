# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class RepairBelonging(models.Model):
    """Something of the customer's that came with the unit and goes back with it."""

    _name = "repair.belonging"
    _description = "Belonging Left in the Unit"
    _order = "sequence, id"

    repair_id = fields.Many2one("repair.order", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="repair_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Belonging", required=True)
    quantity = fields.Integer(default=1)
    returned = fields.Boolean(help="Given back to the customer at hand-over.")

    _quantity = models.Constraint("CHECK(quantity > 0)", "Enter how many pieces of the belonging were left.")
