# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models, tools

FILE_KINDS = [("sale", "Sale File"), ("repair", "Repair File")]


class ServiceDocumentType(models.Model):
    """A document that belongs into the file of every unit of some product categories."""

    _name = "service.document.type"
    _description = "Document Type of the Unit's File"
    _inherit = ["compliance.setup.mixin"]
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(FILE_KINDS, string="File", required=True, default="sale")
    sequence = fields.Integer(default=10)
    source = fields.Selection(
        [
            ("attachment", "Filed copy"),
            ("intake", "Signed intake sheet"),
            ("bill", "Signed bill"),
            ("checklist", "Completed checklist"),
        ],
        required=True,
        default="attachment",
        help="A filed copy is attached by hand. The others are there as soon as the repair has them.",
    )
    categ_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="Units of these categories and their subcategories need the document. Empty: it is not asked for.",
    )
    company_id = fields.Many2one("res.company", index=True, help="Empty: for every company.")
    active = fields.Boolean(default=True)

    _source_of_repair = models.Constraint(
        "CHECK(kind = 'repair' OR source = 'attachment')",
        "A document of the sale file is a filed copy; the others come from a repair.",
    )

    # Business

    @api.model
    @tools.ormcache("kind")
    def _get_required_by_category(self, kind):
        """{category id: ids of the types asked for}, companies included as (company id or False, type id) pairs."""
        required = {}
        # sudo: what is asked for is the same for every user
        for document_type in self.sudo().search([("kind", "=", kind)]):
            for categ in document_type.categ_ids:
                pair = (document_type.company_id.id, document_type.id)
                required.setdefault(categ.id, []).append(pair)
        return required

    @api.model
    def _get_required(self, kind, product, company):
        """The types asked for in the file of a unit of the product, in order."""
        required = self._get_required_by_category(kind)
        if not required:
            return self.browse()
        ids = {
            type_id
            for categ in product._get_category_path()
            for company_id, type_id in required.get(categ, ())
            if company_id in (False, company.id)
        }
        return self.browse(ids).sorted()
