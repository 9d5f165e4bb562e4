# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RepairRequest(models.Model):
    """One thing the customer asks for, in his own words; each is solved, or declined with a reason (AS-01, AS-04)."""

    _name = "repair.request"
    _description = "Customer Request"
    _order = "repair_id, sequence, id"

    repair_id = fields.Many2one("repair.order", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="repair_id.company_id", store=True, precompute=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="In the Customer's Words", required=True)
    read_back = fields.Boolean(help="The request was read back to the customer, who agreed.")
    state = fields.Selection(
        [("open", "Open"), ("solved", "Solved"), ("declined", "Not Done")],
        required=True,
        default="open",
    )
    resolution = fields.Char(help="What was done, or why it was not.")

    @api.constrains("state", "resolution")
    def _check_resolution(self):
        for request in self:
            if request.state == "declined" and not (request.resolution or "").strip():
                raise ValidationError(
                    self.env._(
                        "%(repair)s: say under “Resolution” why “%(request)s” was not done.",
                        repair=request.repair_id.name,
                        request=request.name,
                    )
                )
