# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from .old_part import IN_STORE_STATES


class OldPart(models.Model):
    """Regions, shelves and boxes inside the old-part store."""

    _inherit = "old.part"

    def action_move_to_place(self):
        """Open the window in which parts and their new place are chosen or scanned."""
        self.env["old.part.place.wizard"].check_access("create")
        self._check_step(IN_STORE_STATES)
        wizard = self.env["old.part.place.wizard"].create({"part_ids": [Command.set(self.ids)]})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move Old Parts"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _move_to_place(self, place):
        """Transfer the parts to another place of their store.

        :raise UserError: if the place is not one of old parts, or if what works would get among the scrap
        """
        self._check_step(IN_STORE_STATES)
        for part in self:
            usable_place = part._get_warehouse()._get_usable_place()
            fits = place.is_old_part and place.company_id == part.company_id and place.usage == "internal"
            if not fits or (part.state != "collected" and place._child_of(usable_place) != part.usable):
                raise UserError(
                    self.env._(
                        "%(place)s is no place for %(part)s. Old parts stay in the old-part store, those that work "
                        "inside %(usable)s and the others outside it.",
                        place=place.display_name,
                        part=part.display_name,
                        usable=usable_place.display_name,
                    )
                )
        self._move_stock(place, "int")
