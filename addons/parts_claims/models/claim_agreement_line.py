# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ClaimAgreementLine(models.Model):
    """What an agreement covers, and where a part or category differs from the agreement's own terms."""

    _name = "claim.agreement.line"
    _description = "Claim Agreement Rule"
    _order = "agreement_id, product_tmpl_id, categ_id, id"
    _check_company_auto = True

    agreement_id = fields.Many2one("claim.agreement", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    categ_id = fields.Many2one("product.category", string="Category", index="btree_not_null")
    markup_percent = fields.Float(
        string="Markup %",
        compute="_compute_terms",
        precompute=True,
        store=True,
        readonly=False,
        digits=(5, 2),
    )
    max_quantity = fields.Float(
        digits="Product Unit",
        help="Most of the part that one repair can need. A line with more needs attention before it is claimed. "
        "0: no limit.",
    )
    price_basis = fields.Selection(
        selection="_selection_price_basis",
        compute="_compute_terms",
        precompute=True,
        store=True,
        readonly=False,
        required=True,
    )
    product_tmpl_id = fields.Many2one(
        "product.template", string="Part", check_company=True, index="btree_not_null"
    )
    share_percent = fields.Float(
        string="Share %",
        compute="_compute_terms",
        precompute=True,
        store=True,
        readonly=False,
        digits=(5, 2),
    )

    _one_subject = models.Constraint(
        "CHECK (num_nonnulls(product_tmpl_id, categ_id) = 1)",
        "A rule of a claim agreement names either a part or a category.",
    )
    _part_uniq = models.UniqueIndex(
        "(agreement_id, product_tmpl_id) WHERE product_tmpl_id IS NOT NULL",
        "This part already has a rule in the agreement.",
    )
    _categ_uniq = models.UniqueIndex(
        "(agreement_id, categ_id) WHERE categ_id IS NOT NULL",
        "This category already has a rule in the agreement.",
    )
    _share_range = models.Constraint(
        "CHECK (share_percent > 0 AND share_percent <= 100)",
        "The supplier's share is more than 0 % and at most 100 %.",
    )
    _markup_range = models.Constraint("CHECK (markup_percent >= 0)", "The markup cannot be negative.")
    _quantity_range = models.Constraint(
        "CHECK (max_quantity >= 0)", "The highest quantity of a part cannot be negative."
    )

    @api.model
    def _selection_price_basis(self):
        return self.env["claim.agreement"]._selection_price_basis()

    @api.depends("agreement_id")
    def _compute_terms(self):
        for line in self:
            line.markup_percent = line.agreement_id.markup_percent
            line.price_basis = line.agreement_id.price_basis
            line.share_percent = line.agreement_id.share_percent

    @api.depends("product_tmpl_id", "categ_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.product_tmpl_id.display_name or line.categ_id.display_name

    @api.constrains("agreement_id", "product_tmpl_id", "categ_id")
    def _check_no_overlap(self):
        self.agreement_id._check_no_overlap()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.agreement_id._check_terms_open()
        return lines

    def write(self, vals):
        self.agreement_id._check_terms_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self.agreement_id._check_terms_open()

    def _get_fit(self, product):
        """How closely this rule fits a part: 0 not at all, a deeper category more, the part itself most."""
        self.ensure_one()
        if self.product_tmpl_id:
            return 1000 if self.product_tmpl_id == product.product_tmpl_id else 0
        path = (product.categ_id.parent_path or "").split("/")
        own = str(self.categ_id.id)
        return 1 + path.index(own) if own in path else 0
