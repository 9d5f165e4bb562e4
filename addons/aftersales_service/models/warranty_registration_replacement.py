# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError

from ..roles import MANAGER, RECEPTION


class WarrantyRegistration(models.Model):
    """A unit given in exchange for another one takes over its cover: anew, or what remains of it."""

    _inherit = "warranty.registration"

    def _replace_unit(self, lot, reason, replaced_on=None):
        """End the cover of this unit and give it to the one that replaces it. Reception and managers.

        By the ``replacement_rule`` of the terms the new registration runs for a full period from the day of the
        replacement, or for the days that remain.

        :param lot: ``stock.lot``, the unit given in exchange
        :param reason: why, kept with the old registration
        :param replaced_on: calendar day of the exchange; default: today
        :return: the new registration
        """
        self.ensure_one()
        self._check_group(RECEPTION)
        self.check_access("write")
        self._check_open()
        day = replaced_on or self.company_id._get_law_date()
        self._check_replacement(lot, day)
        restart = self.term_id.replacement_rule == "restart"
        lines = self.line_ids._prepare_copies_vals()
        if restart:
            for line in lines:
                line.update(start_date=day, end_date=self._get_end_date(day, line["months"]))
        successor = self._create_frozen(
            [self._prepare_replacement_vals(lot, day if restart else None)], [lines]
        )
        closing_reason = self.env._("Replaced by %(unit)s: %(reason)s", unit=lot.name, reason=reason)
        self._close("transferred", closing_reason, day)
        return successor

    def _check_replacement(self, lot, day):
        """Refuse an exchange that cannot be meant."""
        if not self.lot_id or self.state != "active":
            raise UserError(
                self.env._(
                    "%s: only a unit with a serial number whose cover has started can be replaced.",
                    self.display_name,
                )
            )
        if not lot or lot == self.lot_id:
            raise UserError(self.env._("Choose the unit that replaces %s.", self.lot_id.name))
        if lot.product_id != self.product_id and not self._is_manager():
            raise UserError(
                self.env._(
                    "%(unit)s is a %(actual)s, not a %(product)s. Only a manager may exchange for another product.",
                    unit=lot.name,
                    actual=lot.product_id.display_name,
                    product=self.product_id.display_name,
                )
            )
        if not self.start_date <= day <= self.company_id._get_law_date():
            raise UserError(
                self.env._(
                    "%s: a unit is replaced between the start of its cover and today.", self.display_name
                )
            )
        held = self.search([("lot_id", "=", lot.id), ("state", "in", ("draft", "active"))], limit=1)
        if held and held.partner_id.commercial_partner_id != self.partner_id.commercial_partner_id:
            raise self._get_held_error(held)
        # The exchange was delivered by us, and the delivery registered it: one promise replaces the other.
        held._close("void", self.env._("Given in exchange for %s", self.lot_id.name))

    def _is_manager(self):
        return self.env.su or self.env.user.has_group(MANAGER)

    def _prepare_replacement_vals(self, lot, start):
        """Values of the registration of the unit given in exchange; ``start``: first day of a new full period."""
        return dict(
            self._prepare_transfer_vals(self.partner_id),
            source="replacement",
            lot_id=lot.id,
            product_id=lot.product_id.id,
            notified_on=False,
            **({"start_date": start} if start else {}),
        )
