# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from .warranty_registration import COVER_STATUSES


class StockLot(models.Model):
    """The unit: who holds it and whether it is covered today, read from its registrations."""

    _inherit = "stock.lot"

    license_plate = fields.Char(index="trigram", copy=False, help="Plate number, if the unit is a vehicle.")
    vin = fields.Char(
        string="VIN",
        index="trigram",
        copy=False,
        help="Vehicle identification number, if the unit is a vehicle.",
    )
    warranty_registration_ids = fields.One2many(
        "warranty.registration", "lot_id", string="Warranty Registrations"
    )
    warranty_registration_count = fields.Integer(compute="_compute_warranty", string="Warranties")
    warranty_registration_id = fields.Many2one(
        "warranty.registration", string="Current Warranty", compute="_compute_warranty"
    )
    holder_id = fields.Many2one("res.partner", compute="_compute_warranty", search="_search_holder_id")
    cover_status = fields.Selection(COVER_STATUSES, compute="_compute_warranty", string="Warranty")
    cover_end_date = fields.Date(string="Covered Until", compute="_compute_warranty")

    @api.depends("warranty_registration_ids.state", "warranty_registration_ids.end_date")
    @api.depends_context("allowed_company_ids")
    def _compute_warranty(self):
        # Whoever may read the unit may know whether it is covered, in the companies he works for.
        groups = (
            self.env["warranty.registration"]
            .sudo()
            ._read_group(
                [("lot_id", "in", self.ids), ("company_id", "in", self.env.companies.ids)],
                ["lot_id"],
                ["id:recordset"],
            )
        )
        by_lot = dict(groups)
        for lot in self:
            registrations = by_lot.get(lot.sudo(), self.env["warranty.registration"])
            current = registrations._pick_for_date()
            lot.warranty_registration_count = len(registrations)
            lot.warranty_registration_id = current.sudo(False)
            lot.holder_id = current.partner_id.sudo(False)
            lot.cover_status = current._get_cover_status()
            lot.cover_end_date = current.end_date

    def _search_holder_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        registrations = self.env["warranty.registration"]._search(
            [("state", "in", ("draft", "active", "expired")), ("partner_id", operator, value)]
        )
        return [("warranty_registration_ids", "in", registrations)]

    def action_view_warranty_registrations(self):
        """Open the registrations of these units."""
        return self.env["warranty.registration"]._get_list_action([("lot_id", "in", self.ids)])
