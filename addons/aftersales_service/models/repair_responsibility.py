# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from .repair_coverage_mixin import PARTIES

# What the customer did himself, so that the warranty does not answer for it.
REFUSED_KINDS = ("misuse", "transport", "installation")


class RepairResponsibility(models.Model):
    """What caused the fault, who is responsible for it and to which share."""

    _name = "repair.responsibility"
    _description = "Responsibility for a Fault"
    _order = "share desc, id"

    repair_id = fields.Many2one("repair.order", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="repair_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [
            ("defect", "Defect"),
            ("misuse", "Misuse"),
            ("transport", "Transport Damage"),
            ("installation", "Installation"),
            ("wear", "Wear"),
            ("none", "No Fault Found"),
        ],
        required=True,
        default="defect",
    )
    party = fields.Selection(PARTIES, required=True, default="supplier")
    partner_id = fields.Many2one(
        "res.partner", compute="_compute_partner_id", store=True, readonly=False, index="btree_not_null"
    )
    share = fields.Float(string="Share (%)", required=True, default=100.0, digits=(5, 2))
    note = fields.Char(string="How It Shows")
    refuses_cover = fields.Boolean(
        compute="_compute_refuses_cover",
        help="The customer's own doing: the warranty does not answer for this share.",
    )

    _share = models.Constraint(
        "CHECK(share > 0 AND share <= 100)",
        "A share of the responsibility is a percentage above 0, up to 100.",
    )

    @api.depends("party", "repair_id.partner_id")
    def _compute_partner_id(self):
        for line in self:
            if line.party == "customer":
                line.partner_id = line.repair_id.partner_id
            elif line.party == "ourselves" or line.partner_id == line.repair_id.partner_id:
                line.partner_id = False

    @api.depends("kind", "party")
    def _compute_refuses_cover(self):
        for line in self:
            line.refuses_cover = line.party == "customer" and line.kind in REFUSED_KINDS

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.repair_id._responsibility_changed()
        return lines

    def write(self, vals):
        repairs = self.repair_id
        result = super().write(vals)
        (repairs | self.repair_id)._responsibility_changed()
        return result

    def unlink(self):
        repairs = self.repair_id
        result = super().unlink()
        repairs._responsibility_changed()
        return result

    # Business

    def _describe(self):
        """The lines as one phrase, e.g. "Misuse by Mill Street Bakery (40 %)"."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        parties = dict(self._fields["party"]._description_selection(self.env))
        return ", ".join(
            self.env._(
                "%(kind)s, %(party)s: %(share)s %%",
                kind=kinds[line.kind],
                party=line.partner_id.display_name or parties[line.party],
                share=f"{line.share:g}",
            )
            for line in self
        )
