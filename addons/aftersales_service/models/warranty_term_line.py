# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import namedtuple

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

SHARE_FIELDS = ("parts_share", "labor_share", "freight_share", "travel_share")
PartScope = namedtuple("PartScope", "template_ids categ_ids is_main")
METER_UNITS = [("km", "km"), ("hours", "Hours"), ("cycles", "Cycles")]


class WarrantyTermLine(models.Model):
    """What a term promises for one component, and which parts belong to that component."""

    _name = "warranty.term.line"
    _description = "Warranty Term Line"
    _inherit = ["compliance.setup.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    term_id = fields.Many2one("warranty.term", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="term_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    component_id = fields.Many2one("warranty.component", required=True, ondelete="restrict", index=True)
    is_main = fields.Boolean(compute="_compute_is_main")
    months = fields.Integer(
        required=True,
        default=12,
        help="Calendar months of cover; the last day is the day before the same date.",
    )
    meter_limit = fields.Float(help="Cover also ends at this reading, whichever comes first. 0: no limit.")
    meter_unit = fields.Selection(METER_UNITS)
    parts_share = fields.Float(string="Parts (%)", default=100.0, digits=(5, 2))
    labor_share = fields.Float(string="Labor (%)", default=100.0, digits=(5, 2))
    freight_share = fields.Float(string="Freight (%)", digits=(5, 2))
    travel_share = fields.Float(string="Travel (%)", digits=(5, 2))
    part_tmpl_ids = fields.Many2many(
        "product.template",
        "warranty_term_line_part_template_rel",
        "line_id",
        "product_tmpl_id",
        string="Parts",
        check_company=True,
        help="Spare parts that belong to this component.",
    )
    part_categ_ids = fields.Many2many(
        "product.category",
        "warranty_term_line_part_category_rel",
        "line_id",
        "categ_id",
        string="Part Categories",
        help="Categories of spare parts that belong to this component, with their subcategories.",
    )

    _component_uniq = models.Constraint(
        "UNIQUE(term_id, component_id)", "A component can appear only once in a warranty term."
    )
    _months_positive = models.Constraint("CHECK(months > 0)", "A warranty lasts at least one month.")
    _meter_limit = models.Constraint(
        "CHECK(meter_limit >= 0 AND (meter_limit = 0 OR meter_unit IS NOT NULL))",
        "A meter limit is a positive reading and needs its unit (km, hours, cycles).",
    )
    _shares = models.Constraint(
        "CHECK(parts_share BETWEEN 0 AND 100 AND labor_share BETWEEN 0 AND 100"
        " AND freight_share BETWEEN 0 AND 100 AND travel_share BETWEEN 0 AND 100)",
        "Shares covered are percentages from 0 to 100.",
    )

    @api.depends("component_id.kind")
    def _compute_is_main(self):
        for line in self:
            line.is_main = line.component_id.kind == "main"

    @api.depends("component_id", "months")
    def _compute_display_name(self):
        for line in self:
            line.display_name = self.env._(
                "%(component)s, %(months)s months", component=line.component_id.name, months=line.months
            )

    @api.constrains("component_id")
    def _check_main(self):
        self.term_id._check_lines()

    @api.constrains("part_tmpl_ids", "part_categ_ids")
    def _check_parts_once(self):
        """A part that two components of one term name could be judged by either."""
        for term in self.term_id:
            for field in ("part_tmpl_ids", "part_categ_ids"):
                seen = self.env[self._fields[field].comodel_name]
                for line in term.line_ids:
                    if twice := seen & line[field]:
                        raise ValidationError(
                            self.env._(
                                "In warranty term “%(term)s”, %(parts)s belongs to more than one component. "
                                "Keep it under one of them.",
                                term=term.display_name,
                                parts=", ".join(twice.mapped("display_name")),
                            )
                        )
                    seen |= line[field]

    def _prepare_registration_line_vals(self):
        """Values of the frozen copy of this line in a registration."""
        self.ensure_one()
        return {
            "term_line_id": self.id,
            "sequence": self.sequence,
            "component_id": self.component_id.id,
            "months": self.months,
            "meter_limit": self.meter_limit,
            "meter_unit": self.meter_unit,
            **{share: self[share] for share in SHARE_FIELDS},
        }

    def _match_part(self, product):
        """The line among these (of one term) that a spare part belongs to: named part, then nearest category,
        then the main unit; empty if there is none."""
        parts = {line: line._get_scope() for line in self}
        for line, scope in parts.items():
            if product.product_tmpl_id.id in scope.template_ids:
                return line
        by_category = {categ_id: line for line, scope in parts.items() for categ_id in scope.categ_ids}
        for categ_id in product._get_category_path():
            if categ_id in by_category:
                return by_category[categ_id]
        return self.filtered(lambda line: parts[line].is_main)[:1]

    @tools.ormcache("self.id")
    def _get_scope(self):
        """Which parts belong to this line, as plain data."""
        # sudo: kept for all users; a term judges whoever repairs
        line = self.sudo().with_context({})
        return PartScope(frozenset(line.part_tmpl_ids.ids), tuple(line.part_categ_ids.ids), line.is_main)
