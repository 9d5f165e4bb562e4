# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# ISO 3779 (GB 16735): 17 characters, the letters I, O and Q are not used.
VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
VIN_VALUES = dict(
    zip(
        "ABCDEFGHJKLMNPRSTUVWXYZ",
        (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9),
        strict=True,
    )
)
FOUND = 10


def get_vin_check_digit(vin):
    """The ninth character a well-formed VIN should have, "0" to "9" or "X"."""
    rest = (
        sum(
            weight * (int(char) if char.isdigit() else VIN_VALUES[char])
            for weight, char in zip(VIN_WEIGHTS, vin, strict=True)
        )
        % 11
    )
    return "X" if rest == 10 else str(rest)


class StockLot(models.Model):
    """The unit's file: what identifies it, and the papers of its sale and repairs."""

    _inherit = "stock.lot"

    vin_warning = fields.Char(compute="_compute_vin_warning")
    first_registration_date = fields.Date(
        string="First Registration", help="The day the authority registered the vehicle for the first time."
    )
    unit_image = fields.Image(string="Picture", max_width=1024, max_height=1024)
    service_file_ids = fields.One2many("service.file", "lot_id", string="Files")
    service_file_count = fields.Integer(string="Number of Files", compute="_compute_service_file")
    file_completeness = fields.Float(
        compute="_compute_service_file", help="Share of the documents of all files that are there."
    )
    ticket_count = fields.Integer(string="Tickets", compute="_compute_ticket_count", compute_sudo=True)

    # Compute

    @api.depends("vin")
    def _compute_vin_warning(self):
        for lot in self:
            well_formed = VIN.fullmatch(lot.vin or "")
            lot.vin_warning = (
                self.env._("The check digit does not fit. Compare the VIN with the vehicle once more.")
                if well_formed and get_vin_check_digit(lot.vin) != lot.vin[8]
                else False
            )

    @api.depends("service_file_ids.completeness")
    def _compute_service_file(self):
        counts = {
            lot: (count, completeness)
            for lot, count, completeness in self.env["service.file"]._read_group(
                [("lot_id", "in", self.ids)], ["lot_id"], ["__count", "completeness:avg"]
            )
        }
        for lot in self:
            lot.service_file_count, lot.file_completeness = counts.get(lot, (0, 0))

    def _compute_ticket_count(self):
        counts = dict(
            self.env["helpdesk.ticket"]._read_group([("lot_id", "in", self.ids)], ["lot_id"], ["__count"])
        )
        for lot in self:
            lot.ticket_count = counts.get(lot, 0)

    # Constraints

    @api.constrains("vin")
    def _check_vin(self):
        for lot in self:
            if lot.vin and not VIN.fullmatch(lot.vin):
                raise ValidationError(
                    self.env._(
                        "%(unit)s: “%(vin)s” is no VIN. A VIN has 17 characters, digits and letters without I, O "
                        "and Q.",
                        unit=lot.name,
                        vin=lot.vin,
                    )
                )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._clean_unit_vals(vals)
        return super().create(vals_list)

    def write(self, vals):
        return super().write(self._clean_unit_vals(dict(vals)))

    @api.model
    def _clean_unit_vals(self, vals):
        """Plates and VINs are written in capitals and without spaces, so that they are found again."""
        for name in ("license_plate", "vin"):
            if vals.get(name):
                vals[name] = "".join(vals[name].split()).upper()
        return vals

    # Actions

    def action_view_service_files(self):
        """Open the files of these units."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("aftersales_service.service_file_action")
        return dict(action, domain=[("lot_id", "in", self.ids)], context={"create": False})

    def action_view_tickets(self):
        """Open the tickets about these units."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("aftersales_service.helpdesk_ticket_action")
        return dict(action, domain=[("lot_id", "in", self.ids)], context={"create": False})

    # Business

    @api.model
    def _find_units(self, code):
        """Units known by a scanned or typed text: exactly by serial number, plate or VIN; else by a part of them.

        :return: at most ten units the user may see
        """
        code = "".join(code.split())
        names = ("name", "license_plate", "vin")
        found = self.search(Domain.OR([[(name, "in", [code, code.upper()])] for name in names]), limit=FOUND)
        return found or self.search(Domain.OR([[(name, "ilike", code)] for name in names]), limit=FOUND)

    def _get_file_gaps(self):
        """Names of what the unit's file does not tell yet."""
        self.ensure_one()
        gaps = []
        if self.product_id.categ_id._is_vehicle():
            labels = {
                "license_plate": self.env._("license plate"),
                "vin": self.env._("VIN"),
                "first_registration_date": self.env._("first registration"),
            }
            gaps += [label for name, label in labels.items() if not self[name]]
        missing = self.service_file_ids.filtered(lambda file: file.state == "open" and file.kind == "sale")
        gaps += missing.document_ids.filtered(lambda document: not document.is_present).type_id.mapped("name")
        return gaps
