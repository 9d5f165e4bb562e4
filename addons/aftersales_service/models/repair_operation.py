# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

TRADES = [
    ("mechanical", "Mechanical"),
    ("electrical", "Electrical"),
    ("electronics", "Electronics"),
    ("body", "Body"),
    ("paint", "Paint"),
    ("visit", "Visit"),
    ("other", "Other"),
]


class RepairOperation(models.Model):
    """A job of the flat-rate catalog: what it is called, how long it takes, and what it is sold as."""

    _name = "repair.operation"
    _description = "Flat-Rate Operation"
    _order = "code, id"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True

    code = fields.Char(required=True, help="Unique in the company: it is what imports refer to.")
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    trade = fields.Selection(TRADES, required=True, default="mechanical", help="Which labor rate applies.")
    hours = fields.Float(string="Flat-Rate Hours", required=True, default=1.0)
    pieces = fields.Integer(
        help="How many pieces (panels to be painted, for example) the operation counts for. Few pieces make a "
        "quick repair, due the same day."
    )
    is_visit_fee = fields.Boolean(
        string="Visit Fee", help="The fee for sending somebody out to a unit that is not under warranty."
    )
    categ_ids = fields.Many2many(
        "product.category",
        "repair_operation_product_category_rel",
        "operation_id",
        "categ_id",
        string="Product Families",
        help="Offered for units of these product categories and their subcategories. Empty: for all.",
    )
    component_id = fields.Many2one(
        "warranty.component",
        ondelete="restrict",
        index="btree_not_null",
        help="Warranty component whose cover decides about this labor. Empty: that of the part it belongs to, else "
        "the main unit.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Sold as",
        domain=[("type", "=", "service")],
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Service on the quotation. Empty: the company's service product for labor.",
    )
    note = fields.Text(string="Description", translate=True)

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "The code of an operation must be unique in the company."
    )
    _hours = models.Constraint(
        "CHECK(hours >= 0 AND pieces >= 0)", "The hours and pieces of an operation cannot be negative."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for operation in self:
            operation.display_name = f"[{operation.code}] {operation.name}"

    def copy_data(self, default=None):
        """A copy needs a code of its own."""
        vals_list = super().copy_data(default=default)
        if "code" not in (default or {}):
            for vals in vals_list:
                vals["code"] = self.env._("%s (copy)", vals["code"])
        return vals_list

    def _get_labor_product(self, company):
        """Service product of the quotation line: the operation's own, else the company's, else the addon's."""
        return (
            self.product_id
            or company.service_labor_product_id
            or self.product_id.browse(
                # the cached id: `ref` would ask the database each time whether it still exists
                self.env["ir.model.data"]._xmlid_to_res_id(
                    "aftersales_service.product_labor", raise_if_not_found=True
                )
            )
        )
