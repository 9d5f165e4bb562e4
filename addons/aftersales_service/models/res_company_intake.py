# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    intake_signature = fields.Selection(
        [
            ("workshop", "Repairs in the workshop"),
            ("received", "All repairs whose unit we receive (workshop, mail-in, factory)"),
            ("never", "None"),
        ],
        string="Signed Intake Needed For",
        required=True,
        default="workshop",
        help="Customers' repairs that get neither an estimate nor work before the customer has signed the intake.",
    )
    one_open_repair = fields.Boolean(
        string="One Open Repair per Unit",
        default=True,
        help="A second open repair of a serial number is refused unless a manager allows it with a reason.",
    )
    repeat_repair_days = fields.Integer(
        string="Repeat Repair Within (Days)",
        default=90,
        help="The same fault of the same unit within so many days after it was repaired is a repeat repair.",
    )
    repair_photo_limit = fields.Integer(string="Largest Photo (MB)", default=10)
    sale_file_days = fields.Integer(
        string="Sale Papers Due (Working Days)",
        default=2,
        help="Working days after the delivery. 0: the same day.",
    )
    repair_file_days = fields.Integer(
        string="Repair Papers Due (Working Days)",
        default=1,
        help="Working days after the repair. 0: the same day.",
    )

    _intake_figures = models.Constraint(
        "CHECK(repeat_repair_days >= 0 AND sale_file_days >= 0 AND repair_file_days >= 0)",
        "Days are counted from 0 upwards.",
    )
    _repair_photo_limit = models.Constraint(
        "CHECK(repair_photo_limit BETWEEN 1 AND 25)", "The largest photo is between 1 and 25 MB."
    )
