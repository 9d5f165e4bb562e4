# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError

from ..roles import MANAGER, RECEPTION

EXPIRY_BATCH = 1000
OPEN_STATES = ("draft", "active")


class WarrantyRegistration(models.Model):
    """The only ways a registration's state moves: started, expired, voided, transferred."""

    _inherit = "warranty.registration"

    # Actions

    def action_activate(self):
        """Let cover run from each draft's “Cover Starts” day. Reception and managers."""
        self._check_group(RECEPTION)
        self.check_access("write")
        for registration in self:
            if registration.state != "draft":
                raise UserError(
                    self.env._("Warranty registration %s has already started or ended.", registration.name)
                )
            if not registration.start_date:
                raise UserError(
                    self.env._(
                        "Enter the day cover starts on warranty registration %s first.", registration.name
                    )
                )
        for date, registrations in self.grouped("start_date").items():
            registrations._start(date)
        return True

    def action_open_close_wizard(self):
        """Ask for the reason (and the new owner) before cover is voided or handed over."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.warranty_registration_close_action"
        )
        return dict(action, context=dict(self.env.context, active_ids=self.ids))

    # Business

    def _start(self, date):
        """Draft → active from a calendar day; the end dates follow from the frozen months. Set-based."""
        # Deliveries and invoices start cover too: their users have no right on registrations.
        registrations = self.sudo()
        registrations.line_ids._start(date)
        longest = {
            registration: max(registration.line_ids.mapped("months")) for registration in registrations
        }
        for months in set(longest.values()):
            registrations.filtered(lambda registration: longest[registration] == months)._write_frozen(  # noqa: B023
                {"state": "active", "start_date": date, "end_date": self._get_end_date(date, months)}
            )

    def _close(self, state, reason, closed_on=None):
        """Open → void or transferred; the reason and the day (default: today) are kept."""
        for company, registrations in self.grouped("company_id").items():
            day = closed_on or company._get_law_date()
            registrations._write_frozen({"state": state, "closing_reason": reason, "closed_on": day})

    def _check_open(self):
        for registration in self:
            if registration.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "Warranty registration %(name)s is already %(state)s.",
                        name=registration.name,
                        state=dict(self._fields["state"]._description_selection(self.env))[
                            registration.state
                        ],
                    )
                )

    def _void(self, reason):
        """End cover that should not stand. Manager only."""
        self._check_group(MANAGER)
        self.check_access("write")
        self._check_open()
        self._close("void", reason)

    def _transfer(self, partner, reason):
        """Hand cover over to the unit's new owner: the same promise and the same days in a new registration.

        :return: the new registrations, in the order of ``self``
        """
        self._check_group(RECEPTION)
        self.check_access("write")
        self._check_open()
        successors = self._create_frozen(
            [registration._prepare_transfer_vals(partner) for registration in self],
            [registration.line_ids._prepare_copies_vals() for registration in self],
        )
        self._close("transferred", reason)
        return successors

    def _prepare_transfer_vals(self, partner):
        """Values of the registration that continues this one for another owner."""
        self.ensure_one()
        values = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in self._frozen_fields - {"name", "line_ids", "move_id", "closing_reason", "closed_on"}
        }
        return dict(values, partner_id=partner.id, previous_id=self.id)

    @api.model
    def _cron_expire(self):
        """Daily: what is past its last day becomes “Expired”, by the calendar of its own company. Cover itself is
        always judged by the dates, never by this state."""
        for company in self.env["res.company"].search([]):
            domain = [
                ("company_id", "=", company.id),
                ("state", "=", "active"),
                ("end_date", "<", company._get_law_date()),
            ]
            while due := self.search(domain, limit=EXPIRY_BATCH):
                due._write_frozen({"state": "expired"})
                self.env["ir.cron"]._commit_progress(len(due), remaining=self.search_count(domain))
