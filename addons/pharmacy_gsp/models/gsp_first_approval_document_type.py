# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from .gsp_master_mixin import product_selection

APPROVAL_KINDS = [
    ("supplier", "Supplier"),
    ("product", "Product"),
    ("pair", "Product of a Supplier"),
]


class GspFirstApprovalDocumentType(models.Model):
    """Paper that a first approval asks for: which, of whom, and whether it runs out."""

    _name = "gsp.first.approval.document.type"
    _description = "First Approval Document Type"
    _inherit = "gsp.master.mixin"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(APPROVAL_KINDS, string="For the Approval Of", required=True)
    gsp_kind = fields.Selection(
        selection=lambda self: product_selection(self, "gsp_kind"),
        string="Regulated Kind",
        help="Only for such products. Empty: for all.",
    )
    drug_type = fields.Selection(
        selection=lambda self: product_selection(self, "gsp_drug_type"), help="Only for drugs of this type."
    )
    is_imported_only = fields.Boolean(string="Imported Products Only")
    is_mandatory = fields.Boolean(string="Mandatory", default=True)
    has_expiry = fields.Boolean(string="Expires")
    license_type_id = fields.Many2one(
        "gsp.license.type",
        string="Shown by License",
        ondelete="restrict",
        help="A license of this type on file is such a document: number, dates and scan are taken from it.",
    )

    _code_uniq = models.Constraint("UNIQUE(code)", "Another document type has this code already.")

    def _is_asked_of(self, approval):
        """Whether this paper belongs to ``approval``."""
        product = approval.product_tmpl_id
        return (
            self.kind == approval.kind
            and self.gsp_kind in (False, product.gsp_kind)
            and self.drug_type in (False, product.gsp_drug_type)
            and (not self.is_imported_only or approval._is_imported())
        )
