# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain

from ..roles import MANAGER

START_EVENTS = [
    ("delivery", "Delivery"),
    ("invoice", "Invoice"),
    ("installation", "Installation"),
    ("acceptance", "Acceptance"),
    ("registration", "Registration"),
]


class WarrantyTerm(models.Model):
    """What is promised for a product from the day it is sold: copied into each registration, so that a later
    edition of the term never changes what an earlier customer was promised."""

    _name = "warranty.term"
    _description = "Warranty Term"
    _inherit = ["mail.thread", "mail.activity.mixin", "compliance.setup.mixin"]
    _order = "name, version desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    version = fields.Integer(default=1, readonly=True, copy=False)
    previous_id = fields.Many2one(
        "warranty.term", string="Previous Version", readonly=True, copy=False, index="btree_not_null"
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: the term holds in every company that has none of its own."
    )
    active = fields.Boolean(default=True, tracking=True)
    start_event = fields.Selection(
        START_EVENTS,
        required=True,
        default="delivery",
        tracking=True,
        help="The day cover begins to run. Until that event has happened a registration stays a draft.",
    )
    valid_from = fields.Date(
        required=True,
        default=lambda self: self.env.company._get_law_date(),
        tracking=True,
        help="First day on which a sale falls under this term.",
    )
    valid_to = fields.Date(tracking=True, help="Last day on which a sale falls under this term.")
    product_tmpl_ids = fields.Many2many(
        "product.template",
        "warranty_term_product_template_rel",
        "term_id",
        "product_tmpl_id",
        string="Products",
        check_company=True,
        help="A product named here wins over its category.",
    )
    categ_ids = fields.Many2many(
        "product.category",
        "warranty_term_product_category_rel",
        "term_id",
        "categ_id",
        string="Product Categories",
        help="With all their subcategories; the nearest category wins.",
    )
    line_ids = fields.One2many("warranty.term.line", "term_id", string="Components", copy=True)
    note = fields.Html(string="Conditions", translate=True, help="Conditions and exclusions, as printed.")
    registration_count = fields.Integer(compute="_compute_registration_count")

    _valid_dates = models.Constraint(
        "CHECK(valid_to IS NULL OR valid_to >= valid_from)",
        "A warranty term cannot end before it begins.",
    )

    @api.depends("name", "version")
    def _compute_display_name(self):
        for term in self:
            suffix = self.env._(" (version %s)", term.version) if term.version > 1 else ""
            term.display_name = f"{term.name or ''}{suffix}"

    def _compute_registration_count(self):
        counts = dict(
            self.env["warranty.registration"]._read_group(
                [("term_id", "in", self.ids)], ["term_id"], ["__count"]
            )
        )
        for term in self:
            term.registration_count = counts.get(term, 0)

    @api.constrains("name", "line_ids")
    def _check_lines(self):
        for term in self:
            if not term.line_ids:
                raise ValidationError(
                    self.env._(
                        "Warranty term “%(term)s” covers nothing yet: add at least one component.",
                        term=term.display_name,
                    )
                )
            if len(term.line_ids.filtered("is_main")) > 1:
                raise ValidationError(
                    self.env._(
                        "Warranty term “%(term)s” has more than one component of kind “Main Unit”: parts that no "
                        "component names would belong to both. Keep one and make the others key or wear parts.",
                        term=term.display_name,
                    )
                )

    @api.constrains("active", "company_id", "valid_from", "valid_to", "product_tmpl_ids", "categ_ids")
    def _check_overlap(self):
        """Two terms of the same rank for the same product on the same day: nobody could say which one holds."""
        for term in self.filtered("active"):
            other = self.search(term._get_overlap_domain(), limit=1)
            if other:
                shared = term.product_tmpl_ids & other.product_tmpl_ids or term.categ_ids & other.categ_ids
                raise ValidationError(
                    self.env._(
                        "Warranty terms “%(term)s” and “%(other)s” both apply to %(shared)s on the same days. End "
                        "one of them with its “Valid To” date, or remove the product or category from one.",
                        term=term.display_name,
                        other=other.display_name,
                        shared=", ".join(shared.mapped("display_name")),
                    )
                )

    def _get_overlap_domain(self):
        """Active terms of the same rank that claim one of this term's products or categories on the same days."""
        self.ensure_one()
        domain = Domain("id", "!=", self.id) & Domain("company_id", "=", self.company_id.id)
        domain &= Domain("valid_to", "=", False) | Domain("valid_to", ">=", self.valid_from)
        if self.valid_to:
            domain &= Domain("valid_from", "<=", self.valid_to)
        return domain & (
            Domain("product_tmpl_ids", "in", self.product_tmpl_ids.ids)
            | Domain("categ_ids", "in", self.categ_ids.ids)
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for term in self.filtered("registration_count"):
            raise UserError(
                self.env._(
                    "Warranty term “%(term)s” stands behind %(count)s registrations. Archive it instead.",
                    term=term.display_name,
                    count=term.registration_count,
                )
            )

    def copy_data(self, default=None):
        """A copy is a draft to be edited: it claims no product yet, or it would overlap with its original."""
        vals_list = super().copy_data(default=default)
        for term, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", term.name)
            if "product_tmpl_ids" not in (default or {}):
                vals["product_tmpl_ids"] = [Command.clear()]
            if "categ_ids" not in (default or {}):
                vals["categ_ids"] = [Command.clear()]
        return vals_list

    # Actions

    def action_new_version(self):
        """End this version today and open the next one, which holds from tomorrow. Manager only."""
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only an after-sales manager can issue a new warranty term."))
        today = (self.company_id or self.env.company)._get_law_date()
        if self.valid_to and self.valid_to <= today:
            raise UserError(self.env._("Warranty term “%(term)s” has already ended.", term=self.display_name))
        self.valid_to = max(today, self.valid_from)
        successor = self.copy(self._prepare_new_version_vals())
        successor.write({"version": self.version + 1, "previous_id": self.id})
        return successor._get_records_action()

    def _prepare_new_version_vals(self):
        """Values of the next version: the same scope, from the day after this version ends."""
        return {
            "name": self.name,
            "valid_from": fields.Date.add(self.valid_to, days=1),
            "valid_to": False,
            "product_tmpl_ids": [Command.set(self.product_tmpl_ids.ids)],
            "categ_ids": [Command.set(self.categ_ids.ids)],
        }

    def action_view_registrations(self):
        """Open the registrations made under these terms."""
        return self.env["warranty.registration"]._get_list_action([("term_id", "in", self.ids)])

    # Business

    @api.model
    def _find_for_sales(self, sales, company):
        """Term that holds for each sale: the product's own beats its nearest category's, the company's own beats
        a shared one. One search, however many sales there are.

        :param sales: iterable of (product.product, calendar date of the sale)
        :return: dict {(product, date): warranty.term}, without the sales that fall under no term
        :raise UserError: two terms of equal rank claim a product
        """
        sales = set(sales)
        if not sales:
            return {}
        days = [date for _product, date in sales]
        products = self.env["product.product"].union(*[product for product, _date in sales])
        # Terms are shared configuration: whoever delivers may not read them, the promise holds all the same.
        terms = self.sudo().search(self._get_candidate_domain(products, min(days), max(days), company))
        found = {}
        for product, date in sales if terms else ():
            if term := terms._pick_term(product, date):
                found[product, date] = term
        return found

    @api.model
    def _get_candidate_domain(self, products, first, last, company):
        """Terms of the company, or shared, for some of the products on some day from ``first`` to ``last``."""
        categories = {categ_id for product in products for categ_id in product._get_category_path()}
        return (
            Domain("company_id", "in", [company.id, False])
            & Domain("line_ids", "!=", False)
            & Domain("valid_from", "<=", last)
            & (Domain("valid_to", "=", False) | Domain("valid_to", ">=", first))
            & (
                Domain("product_tmpl_ids", "in", products.product_tmpl_id.ids)
                | Domain("categ_ids", "in", list(categories))
            )
        )

    def _holds_on(self, date):
        """Whether a sale on that calendar day falls in the term's period of validity."""
        return self.valid_from <= date and (not self.valid_to or self.valid_to >= date)

    def _pick_term(self, product, date):
        """The most specific of these terms for one sale; empty if there is none."""
        terms = self.filtered(lambda term: term._holds_on(date))
        candidates = terms.filtered(lambda term: product.product_tmpl_id in term.product_tmpl_ids)
        for categ_id in () if candidates else product._get_category_path():
            candidates = terms.filtered(lambda term, categ_id=categ_id: categ_id in term.categ_ids._ids)
            if candidates:
                break
        candidates = candidates.filtered("company_id") or candidates
        if len(candidates) > 1:
            raise UserError(
                self.env._(
                    "Warranty terms %(terms)s apply to %(product)s with equal right. Ask an after-sales manager to "
                    "end one of them with its “Valid To” date.",
                    terms=", ".join(f"“{term.display_name}”" for term in candidates),
                    product=product.display_name,
                )
            )
        return candidates

    def _prepare_registration_line_vals(self):
        """Frozen copies of this term's lines for one registration: list of values."""
        self.ensure_one()
        return [line._prepare_registration_line_vals() for line in self.line_ids]
