# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..roles import MANAGER, RECEPTION

POSITIVE = ("=", "in", "like", "ilike", "=like", "=ilike")


class StockLot(models.Model):
    """The unit is found by whatever the customer brings: plate, VIN, or the number of an old document."""

    _inherit = "stock.lot"

    production_date = fields.Date(
        string="Manufactured On", help="Day the unit was made, as printed on the warranty certificate."
    )
    warranty_exclusion_id = fields.Many2one(
        "warranty.exclusion",
        string="No Warranty Because",
        domain="[('consequence', '=', 'end')]",
        copy=False,
        ondelete="restrict",
        help="E.g. bought elsewhere, not certified, or the customer refused an improvement: the unit is neither "
        "registered nor covered. Set by reception; only a manager takes it back.",
    )
    meter_reading_ids = fields.One2many("warranty.meter.reading", "lot_id", string="Meter Readings")
    meter_reading_count = fields.Integer(compute="_compute_meter_reading_count", compute_sudo=True)
    old_document = fields.Char(
        compute="_compute_old_document",
        search="_search_old_document",
        compute_sudo=True,
    )

    # Compute

    def _compute_meter_reading_count(self):
        counts = dict(
            self.env["warranty.meter.reading"]._read_group(
                [("lot_id", "in", self.ids)], ["lot_id"], ["__count"]
            )
        )
        for lot in self:
            lot.meter_reading_count = counts.get(lot, 0)

    def _compute_old_document(self):
        for lot in self:
            numbers = [
                registration.proof_number or registration.sale_id.name
                for registration in lot.warranty_registration_ids
            ]
            lot.old_document = ", ".join(dict.fromkeys(filter(None, numbers))) or False

    def _search_old_document(self, operator, value):
        if operator not in POSITIVE:
            return NotImplemented
        return [("warranty_registration_ids", "in", self._get_document_query(operator, value))]

    def _search_display_name(self, operator, value):
        """Also by license plate, VIN, and the number of an old document."""
        domain = Domain(super()._search_display_name(operator, value))
        if operator not in POSITIVE or not value:
            return domain
        return (
            domain
            | Domain("license_plate", operator, value)
            | Domain("vin", operator, value)
            | Domain("warranty_registration_ids", "in", self._get_document_query(operator, value))
        )

    def _get_document_query(self, operator, value):
        """Registrations, of the user's companies, behind which stands a document with such a number."""
        # Whoever looks for a unit may know no sales or invoices; their numbers alone are compared.
        registrations = self.env["warranty.registration"].sudo()
        return registrations._search(
            Domain("company_id", "in", self.env.companies.ids)
            & Domain.OR(
                Domain(path, operator, value)
                for path in (
                    "name",
                    "proof_number",
                    "sale_id.name",
                    "sale_id.client_order_ref",
                    "sale_id.invoice_ids.name",
                    "picking_id.name",
                    "return_card_id.name",
                )
            )
        )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("warranty_exclusion_id"):
                self._check_exclusion_role(RECEPTION)
        return super().create(vals_list)

    def write(self, vals):
        """Whether a unit has any warranty at all is decided by reception, and taken back by managers."""
        if "warranty_exclusion_id" in vals:
            self._check_exclusion_role(MANAGER if self.warranty_exclusion_id else RECEPTION)
        return super().write(vals)

    def _check_exclusion_role(self, group):
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "Whether a unit is excluded from warranty is decided by reception, and taken back by an "
                    "after-sales manager."
                )
            )

    def _check_not_excluded(self):
        """Refuse a warranty for units that have none, naming the reason."""
        for lot in self.filtered("warranty_exclusion_id"):
            raise UserError(
                self.env._(
                    "%(unit)s has no warranty: %(reason)s. An after-sales manager can take that back on the unit.",
                    unit=lot.display_name,
                    reason=lot.warranty_exclusion_id.name,
                )
            )

    # Actions

    def action_view_meter_readings(self):
        """Open the meter readings of these units."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.warranty_meter_reading_action"
        )
        return dict(action, domain=[("lot_id", "in", self.ids)], context={"default_lot_id": self[:1].id})
