# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..roles import RECEPTION, TECHNICIAN


class ServiceReceipt(models.Model):
    """What the customer holds for a unit left with us: taken back and voided when the unit goes home.

    The list of receipts is the register of customers' goods in and out.
    """

    _name = "service.receipt"
    _description = "Carry-In Receipt"
    _inherit = ["service.state.mixin", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/", index="trigram"
    )
    repair_id = fields.Many2one(
        "repair.order", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="repair_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="repair_id.partner_id", store=True)
    product_id = fields.Many2one(related="repair_id.product_id", store=True)
    lot_id = fields.Many2one(related="repair_id.lot_id", store=True)
    description = fields.Text(string="What Was Left", required=True)
    state = fields.Selection(
        [("issued", "Issued"), ("voided", "Voided")],
        required=True,
        default="issued",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    issued_on = fields.Datetime(
        string="In", readonly=True, required=True, default=fields.Datetime.now, copy=False
    )
    issued_by_id = fields.Many2one("res.users", readonly=True, default=lambda self: self.env.user, copy=False)
    voided_on = fields.Datetime(string="Out", readonly=True, copy=False)
    voided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    is_lost = fields.Boolean(
        string="Receipt Lost", help="The customer has lost the receipt and signed for it."
    )

    _issued_uniq = models.UniqueIndex(
        "(repair_id) WHERE state = 'issued'", "This repair's receipt is issued already."
    )

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {"voided_on", "voided_by_id"}

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            repair = self.env["repair.order"].browse(vals.get("repair_id"))
            sequences = self.env["ir.sequence"].with_company(repair.company_id or self.env.company)
            vals["name"] = sequences.next_by_code("service.receipt")
        self.flush_model(["state"])
        return super().create(vals_list)

    def write(self, vals):
        if {"repair_id", "description", "name"} & vals.keys() and "voided" in self.mapped("state"):
            raise UserError(self.env._("A voided receipt no longer changes."))
        return super().write(vals)

    def unlink(self):
        """Receipts are numbered and kept."""
        raise UserError(self.env._("A receipt is not deleted: take it back and void it."))

    def action_void(self):
        """The customer gives the receipt back and gets the unit, after our own check."""
        self._check_action(("issued",), RECEPTION, TECHNICIAN)
        for receipt in self:
            if receipt.repair_id.service_stage not in ("ready", "settled", "delivered", "canceled"):
                raise UserError(
                    self.env._(
                        "%(receipt)s: %(repair)s has not passed its check. The unit cannot go back yet.",
                        receipt=receipt.name,
                        repair=receipt.repair_id.name,
                    )
                )
        self._write_system(
            {"state": "voided", "voided_on": fields.Datetime.now(), "voided_by_id": self.env.uid}
        )
        return True
