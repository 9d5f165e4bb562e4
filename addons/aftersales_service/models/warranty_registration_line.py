# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from .warranty_term_line import METER_UNITS, SHARE_FIELDS


class WarrantyRegistrationLine(models.Model):
    """What one customer was promised for one component of one unit: copied from the term, never changed."""

    _name = "warranty.registration.line"
    _description = "Warranty Registration Line"
    _order = "registration_id, sequence, id"

    registration_id = fields.Many2one(
        "warranty.registration", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="registration_id.company_id")
    term_line_id = fields.Many2one(
        "warranty.term.line",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Where the promise was copied from; it also tells which spare parts belong to the component.",
    )
    sequence = fields.Integer(readonly=True)
    component_id = fields.Many2one("warranty.component", required=True, readonly=True, ondelete="restrict")
    months = fields.Integer(readonly=True)
    start_date = fields.Date(readonly=True)
    end_date = fields.Date(string="Covered Until", readonly=True, help="Last day of cover.")
    meter_limit = fields.Float(readonly=True)
    meter_unit = fields.Selection(METER_UNITS, readonly=True)
    parts_share = fields.Float(string="Parts (%)", readonly=True, digits=(5, 2))
    labor_share = fields.Float(string="Labor (%)", readonly=True, digits=(5, 2))
    freight_share = fields.Float(string="Freight (%)", readonly=True, digits=(5, 2))
    travel_share = fields.Float(string="Travel (%)", readonly=True, digits=(5, 2))

    @api.depends("registration_id.name", "component_id.name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.registration_id.name} – {line.component_id.name}"

    @api.model_create_multi
    def create(self, vals_list):
        """Refused: lines are copied from the term when the registration is made."""
        raise self._frozen_error()

    def write(self, vals):
        """Refused: what was promised does not change."""
        raise self._frozen_error()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise self._frozen_error()

    def _frozen_error(self):
        return UserError(
            self.env._(
                "The components of a warranty registration are a frozen copy of what was promised at the sale. "
                "Void the registration, or grant goodwill on the repair, instead of changing them."
            )
        )

    # Business

    @api.model
    def _create_frozen(self, vals_list):
        """Create lines from trusted values (made by ``warranty.registration``)."""
        return super().create(vals_list)

    def _start(self, date):
        """Let cover run from a calendar day."""
        for months, lines in self.grouped("months").items():
            end = self.env["warranty.registration"]._get_end_date(date, months)
            super(WarrantyRegistrationLine, lines).write({"start_date": date, "end_date": end})

    def _prepare_copies_vals(self):
        """Values of the same promise in another registration: list of values."""
        return [
            {
                "term_line_id": line.term_line_id.id,
                "sequence": line.sequence,
                "component_id": line.component_id.id,
                "months": line.months,
                "start_date": line.start_date,
                "end_date": line.end_date,
                "meter_limit": line.meter_limit,
                "meter_unit": line.meter_unit,
                **{share: line[share] for share in SHARE_FIELDS},
            }
            for line in self
        ]

    def _match_part(self, product):
        """The line among these (of one registration) that a spare part belongs to.

        Which part belongs to which component is a fact of the parts catalog, not of the promise: it is read
        from the term, so that a part number that supersedes another is matched too.
        """
        term_line = self.term_line_id._match_part(product)
        if term_line:
            return self.filtered(lambda line: line.term_line_id == term_line)
        return self.filtered(lambda line: line.component_id.kind == "main")[:1]
