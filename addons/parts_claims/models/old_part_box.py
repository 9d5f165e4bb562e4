# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class OldPartBox(models.Model):
    """A box of a return batch, with a label that can be scanned."""

    _name = "old.part.box"
    _description = "Box of Old Parts"
    _inherit = ["parts.claims.guard"]
    _order = "return_id desc, id"
    _check_company_auto = True
    _guarded_fields = frozenset({"company_id", "name", "part_ids", "return_id"})

    name = fields.Char(string="Box", required=True, readonly=True, copy=False, index="trigram", default="/")
    company_id = fields.Many2one(related="return_id.company_id", store=True, index=True)
    note = fields.Char(string="Remark")
    part_count = fields.Integer(string="Number of Parts", compute="_compute_part_count")
    part_ids = fields.One2many("old.part", "box_id", string="Old Parts", readonly=True)
    return_id = fields.Many2one(
        "old.part.return", required=True, readonly=True, index=True, ondelete="cascade"
    )
    state = fields.Selection(related="return_id.state", string="Status")
    supplier_id = fields.Many2one(related="return_id.supplier_id")
    weight = fields.Float(string="Weight (kg)", digits="Stock Weight")

    _name_uniq = models.Constraint("UNIQUE (name, company_id)", "The number of a box must be unique.")
    _weight = models.Constraint("CHECK (COALESCE(weight, 0) >= 0)", "A box does not weigh less than nothing.")

    @api.depends("part_ids")
    def _compute_part_count(self):
        for box in self:
            box.part_count = len(box.part_ids)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            batch = self.env["old.part.return"].browse(vals["return_id"])
            vals["name"] = (
                self.env["ir.sequence"].with_company(batch.company_id).next_by_code("old.part.box") or "/"
            )
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_packed(self):
        for box in self:
            if box.part_ids or box.state != "draft":
                raise UserError(self.env._("Box %(box)s holds or held parts and is kept.", box=box.name))
