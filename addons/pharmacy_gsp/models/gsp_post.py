# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

# What only certain people may do, asked at the moment they do it.
ACTS = [
    ("review", "Review Prescriptions"),
    ("dispense", "Dispense"),
    ("check", "Check What Was Dispensed"),
    ("split", "Split Packs"),
    ("accept", "Accept Goods"),
    ("maintain", "Check Stock"),
    ("decoct", "Decoct for Patients"),
    ("sell", "Sell"),
]


class GspPost(models.Model):
    """Post in a pharmacy and the acts that belong to it. What the law asks of a person for an act stands beside it."""

    _name = "gsp.post"
    _description = "Pharmacy Post"
    _inherit = "gsp.master.mixin"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_pharmacist = fields.Boolean(
        string="Pharmacist or Technician", help="The badge names qualification or title (GSP 16901)."
    )
    may_review = fields.Boolean(string="Reviews Prescriptions")
    may_dispense = fields.Boolean(string="Dispenses")
    may_check = fields.Boolean(string="Checks What Was Dispensed")
    may_split = fields.Boolean(string="Splits Packs")
    may_accept = fields.Boolean(string="Accepts Goods")
    may_maintain = fields.Boolean(string="Checks Stock")
    may_decoct = fields.Boolean(string="Decocts for Patients")
    may_sell = fields.Boolean(string="Sells")
    acts = fields.Char(string="May", compute="_compute_acts")

    _code_uniq = models.Constraint("UNIQUE(code)", "Another post has this code already.")

    @api.depends(*(f"may_{act}" for act, _label in ACTS))
    @api.depends_context("lang")
    def _compute_acts(self):
        for post in self:
            labels = [
                self._fields[f"may_{act}"]._description_string(self.env)
                for act, _label in ACTS
                if post[f"may_{act}"]
            ]
            post.acts = ", ".join(labels)

    def _allows(self, act):
        """Whether one of these posts includes the act."""
        return any(post[f"may_{act}"] for post in self)
