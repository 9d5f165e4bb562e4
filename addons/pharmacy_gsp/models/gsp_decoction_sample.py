# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class GspDecoctionSample(models.Model):
    """Sample of one drug of a decoction, kept for the day it is asked for; then disposed of."""

    _name = "gsp.decoction.sample"
    _description = "Kept Sample"
    _inherit = ["compliance.evidence.line.mixin"]
    _evidence_parent_field = "decoction_id"
    _order = "keep_until, id"
    _rec_name = "product_id"
    _check_company_auto = True

    decoction_id = fields.Many2one("gsp.decoction", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="decoction_id.company_id", store=True, index=True)
    product_id = fields.Many2one(
        "product.product", string="Drug", required=True, check_company=True, ondelete="restrict", index=True
    )
    lot_id = fields.Many2one(
        "stock.lot",
        check_company=True,
        ondelete="restrict",
        domain="[('product_id', '=', product_id)]",
        index="btree_not_null",
    )
    weight = fields.Float(string="Weight (g)", digits=(12, 3))
    place = fields.Char(string="Kept At")
    keep_until = fields.Date(string="Kept Until", index=True)
    disposed_on = fields.Date(readonly=True, copy=False)
    disposed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")

    _weight_positive = models.Constraint(
        "CHECK(weight IS NULL OR weight >= 0)", "The weight of a sample is not negative."
    )

    @api.constrains("product_id", "decoction_id", "lot_id")
    def _check_product(self):
        for sample in self:
            if sample.product_id not in sample.decoction_id.prescription_id.line_ids.product_id:
                raise ValidationError(
                    self.env._(
                        "%(product)s is no drug of %(decoction)s.",
                        product=sample.product_id.display_name,
                        decoction=sample.decoction_id.display_name,
                    )
                )
            if sample.lot_id and sample.lot_id.product_id != sample.product_id:
                raise ValidationError(
                    self.env._(
                        "Lot %(lot)s is not a lot of %(product)s.",
                        lot=sample.lot_id.name,
                        product=sample.product_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_disposal_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_disposal_fields(vals)
        return super().write(vals)

    def action_dispose(self):
        """Throw samples away whose time is over."""
        self.check_access("write")
        for sample in self:
            if sample.disposed_on or not sample.keep_until:
                raise UserError(
                    self.env._("%(sample)s: there is nothing to dispose of.", sample=sample.display_name)
                )
            if sample.keep_until >= sample.company_id._get_law_date():
                raise UserError(
                    self.env._(
                        "%(sample)s is kept until %(date)s.",
                        sample=sample.display_name,
                        date=sample.keep_until,
                    )
                )
            super(GspDecoctionSample, sample).write(
                {"disposed_on": sample.company_id._get_law_date(), "disposed_by_id": self.env.uid}
            )
        return True

    @api.model
    def _check_disposal_fields(self, vals):
        if any(vals.get(name) for name in ("disposed_on", "disposed_by_id")):
            raise UserError(self.env._("A sample is disposed of by its button, when its time is over."))

    @api.model
    def _get_evidence_fields(self):
        return [name for name in super()._get_evidence_fields() if not name.startswith("disposed_")]

    def _is_complete(self):
        """Whether lot, weight, place and time are on record."""
        self.ensure_one()
        today = self.company_id._get_law_date()
        return bool(self.lot_id and self.weight > 0 and (self.place or "").strip() and self.keep_until) and (
            self.keep_until > today
        )
