# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError

DOCUMENTS = ("sale.order", "stock.picking")


class GspBuyerRegister(models.TransientModel):
    """Takes down the identity document of a buyer; what was typed is not kept here."""

    _name = "gsp.buyer.register"
    _description = "Register a Buyer"

    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", required=True, readonly=True)
    kind = fields.Selection(
        [("resident", "Resident Identity Card"), ("passport", "Passport"), ("other", "Other Document")],
        string="Identity Document",
        required=True,
        default="resident",
    )
    name = fields.Char(string="Name in the Document", required=True)
    number = fields.Char(string="Document Number", required=True)
    birth_date = fields.Date(help="In the number of an identity card; needed for other documents.")
    phone = fields.Char()

    def action_register(self):
        """Find or register the person, and put the entry on the order or transfer."""
        self.ensure_one()
        if not self.env.user.has_group("pharmacy_gsp.pharmacy_gsp_group_clerk"):
            raise AccessError(self.env._("Buyers are registered by the staff of the store."))
        document = self.env[self.res_model].browse(self.res_id) if self.res_model in self.env else None
        if document is not None:
            document.check_access("write")
        if self.res_model not in DOCUMENTS:
            raise UserError(self.env._("Buyers are registered on a sales order or a transfer."))
        identity = self.env["gsp.buyer.identity"]._register_person(
            document.company_id, self.kind, self.name, self.number, self.phone, self.birth_date
        )
        document.gsp_identity_id = identity
        self.sudo().unlink()  # sudo: name and number stay nowhere but in the register
        return {"type": "ir.actions.act_window_close"}
