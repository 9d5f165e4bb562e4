# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError


class WarrantyRegistrationClose(models.TransientModel):
    """A unit may also be exchanged for another one."""

    _inherit = "warranty.registration.close"

    operation = fields.Selection(
        selection_add=[("replace", "Replaced by another unit")], ondelete={"replace": "cascade"}
    )
    lot_id = fields.Many2one("stock.lot", string="Replaced By")
    replaced_on = fields.Date()

    def action_apply(self):
        """Also exchange; what may be exchanged is checked by the registration itself."""
        self.ensure_one()
        if self.operation != "replace":
            return super().action_apply()
        if len(self.registration_ids) != 1:
            raise UserError(self.env._("Replace one unit at a time."))
        successor = self.registration_ids._replace_unit(self.lot_id, self.reason, self.replaced_on)
        return successor._get_list_action([("id", "=", successor.id)])
