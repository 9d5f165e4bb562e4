# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class RepairPartNotice(models.Model):
    """Each word to the customer about the parts a repair waits for."""

    _name = "repair.part.notice"
    _description = "Word to the Customer About Parts"
    _order = "told_on desc, id desc"
    _rec_name = "message"

    repair_id = fields.Many2one("repair.order", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="repair_id.company_id", store=True, index=True)
    told_on = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", string="Told By", required=True, readonly=True, default=lambda self: self.env.user
    )
    channel = fields.Selection(
        [
            ("phone", "Phone"),
            ("message", "Message"),
            ("mail", "E-Mail"),
            ("letter", "Letter"),
            ("counter", "Counter"),
        ],
        required=True,
        default="phone",
    )
    expected_date = fields.Date(
        string="Date Told",
        compute="_compute_expected_date",
        store=True,
        readonly=False,
        help="The date we named.",
    )
    message = fields.Char(string="What Was Said", required=True)
    answer = fields.Char(string="Customer's Answer")

    @api.depends("repair_id")
    def _compute_expected_date(self):
        for notice in self:
            notice.expected_date = notice.repair_id.parts_expected_date

    @api.model_create_multi
    def create(self, vals_list):
        """Noted now, by whoever says it."""
        for vals in vals_list:
            vals.update(told_on=fields.Datetime.now(), user_id=self.env.uid)
        return super().create(vals_list)

    def write(self, vals):
        """What was said stays; only the answer may follow."""
        if vals.keys() - {"answer"}:
            raise UserError(self.env._("What was said to a customer is not rewritten. Note a new word."))
        return super().write(vals)
