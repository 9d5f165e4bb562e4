# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError

# Ticks of the checker; everything else is the dispenser's
CHECKER_FIELDS = frozenset({"rechecked"})
DISPENSER_FIELDS = frozenset({"weighed_weight", "reweighed", "packed_apart", "external_mark"})


class GspDispensingLine(models.Model):
    """One drug of all doses: what is prescribed, what the scale showed."""

    _name = "gsp.dispensing.line"
    _description = "Weighed Drug"
    _inherit = ["compliance.evidence.line.mixin"]
    _evidence_parent_field = "dispensing_id"
    _order = "dispensing_id, id"

    dispensing_id = fields.Many2one(
        "gsp.dispensing", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="dispensing_id.company_id", store=True, index=True)
    state = fields.Selection(related="dispensing_id.state")
    prescription_line_id = fields.Many2one(
        "gsp.prescription.line", required=True, readonly=True, ondelete="restrict", index=True
    )
    product_id = fields.Many2one(related="prescription_line_id.product_id", string="Drug")
    footnote = fields.Selection(related="prescription_line_id.footnote")
    target_weight = fields.Float(string="Prescribed (g)", digits=(12, 3), readonly=True)
    weighed_weight = fields.Float(string="Weighed (g)", digits=(12, 3))
    reweighed = fields.Boolean(help="Weighed back after it was taken out, drug by drug.")
    packed_apart = fields.Boolean(
        string="Packed on Its Own", help="Per dose, with the footnote and the way of taking on the pack."
    )
    external_mark = fields.Boolean(string="Marked for External Use")
    rechecked = fields.Boolean(
        string="Opened and Checked", help="By the checker: stamp legible, pack opened, content right."
    )

    def write(self, vals):
        """The dispenser writes while it is weighed, the checker ticks afterwards; what to weigh is prescribed."""
        allowed = {"draft": DISPENSER_FIELDS, "weighed": CHECKER_FIELDS}
        for line in self if not self.env.su else ():
            if set(vals) - allowed.get(line.state, frozenset()):
                raise UserError(
                    self.env._(
                        "%(dispensing)s: this is no longer changed, or not yet; see its state.",
                        dispensing=line.dispensing_id.display_name,
                    )
                )
        return super().write(vals)

    def _needs_own_pack(self):
        """Whether the footnote asks for a pack of its own in each dose (GSP 17006)."""
        return bool(self.footnote and self.footnote != "external")
