# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class OldPartPlaceWizard(models.TransientModel):
    """Puts old parts into a place of the store; tags and places can be scanned."""

    _name = "old.part.place.wizard"
    _description = "Move Old Parts"

    location_id = fields.Many2one(
        "stock.location",
        string="Place",
        domain="[('is_old_part', '=', True), ('usage', '=', 'internal'), ('company_id', 'in', allowed_company_ids)]",
    )
    part_ids = fields.Many2many("old.part", string="Old Parts")
    scan = fields.Char(store=False, help="Scan the tags of parts, and the barcode of the place they go to.")

    @api.onchange("scan")
    def _onchange_scan(self):
        """A tag adds its part, the barcode of a place chooses the place."""
        if not self.scan:
            return None
        code, self.scan = self.scan.strip(), False
        part = self.env["old.part"]._find_by_tag(code)
        place = self.env["stock.location"].search(
            Domain("barcode", "=", code) & Domain("is_old_part", "=", True), limit=1
        )
        if part:
            self.part_ids = [Command.link(part.id)]
        elif place:
            self.location_id = place
        else:
            message = self.env._("%(code)s is neither a tag nor a place of old parts.", code=code)
            return {"warning": {"title": self.env._("Unknown Barcode"), "message": message}}
        return None

    def action_open(self):
        """Open the scanned parts."""
        self.part_ids.check_access("read")
        return self.part_ids._get_records_action(name=self.env._("Old Parts"))

    def action_move(self):
        """Move the parts there, by transfers."""
        self.ensure_one()
        if not self.location_id or not self.part_ids:
            raise UserError(self.env._("Choose the old parts and the place they go to."))
        self.part_ids._move_to_place(self.location_id)
        return {"type": "ir.actions.act_window_close"}
