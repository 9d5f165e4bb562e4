# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.compliance_base.evidence import default_fields

from .gsp_first_approval_document_type import APPROVAL_KINDS

PURCHASER = "purchase.group_purchase_user"
QUALITY = "pharmacy_gsp.pharmacy_gsp_group_quality"
HEAD = "pharmacy_gsp.pharmacy_gsp_group_head"
# Set by the steps and signatures only.
STEP_FIELDS = frozenset(
    {
        "name",
        "state",
        "purchaser_id",
        "purchaser_at",
        "quality_id",
        "quality_at",
        "head_id",
        "head_at",
        "refused_by_id",
        "refused_at",
        "stop_reason",
    }
)


class GspFirstApproval(models.Model):
    """First approval of a supplier, a product, or a product of a supplier, before anything of it is bought.

    The purchaser applies, quality examines, the head of the enterprise approves: three people, each with a signature.
    """

    _name = "gsp.first.approval"
    _description = "First Approval"
    _inherit = [
        "gsp.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "compliance.evidence.mixin",
        "compliance.signature.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True
    _step_fields = STEP_FIELDS
    _reason_steps = {"refuse": "_refuse_approval", "suspend": "_suspend", "cancel": "_cancel"}
    _evidence_retention_parameter = "drug.record.retention_years"

    name = fields.Char(
        string="Number", readonly=True, copy=False, index="trigram", default=lambda self: self.env._("New")
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    kind = fields.Selection(APPROVAL_KINDS, required=True, default="supplier", tracking=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Product",
        check_company=True,
        domain="[('gsp_kind', '!=', False)]",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    subject = fields.Char(compute="_compute_subject")
    reason = fields.Text(string="Why It Is to Be Bought")
    price_note = fields.Char(string="Prices", help="Purchase and retail price as negotiated.")
    quality_opinion = fields.Text(string="Opinion of Quality")
    head_opinion = fields.Text(string="Opinion of the Head")
    document_ids = fields.One2many(
        "gsp.first.approval.document", "approval_id", string="Documents", copy=True
    )
    valid_to = fields.Date(
        string="Documents Valid Until",
        compute="_compute_valid_to",
        store=True,
        help="Last day of the mandatory document that runs out first; the approval counts no longer.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("quality", "With Quality"),
            ("head", "With the Head"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("suspended", "Suspended"),
            ("canceled", "Canceled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    is_in_force = fields.Boolean(string="In Force Today", compute="_compute_is_in_force")
    purchaser_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    purchaser_at = fields.Datetime(string="Applied On", readonly=True, copy=False)
    quality_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    quality_at = fields.Datetime(string="Examined On", readonly=True, copy=False)
    head_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    head_at = fields.Datetime(string="Approved On", readonly=True, copy=False)
    refused_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    refused_at = fields.Datetime(string="Refused On", readonly=True, copy=False)
    stop_reason = fields.Text(string="Why It Was Stopped", readonly=True, copy=False, tracking=True)

    _name_company_uniq = models.Constraint(
        "UNIQUE(name, company_id)", "Another first approval of this company has this number already."
    )
    _partner_idx = models.Index("(partner_id, company_id) WHERE state = 'approved'")
    _product_idx = models.Index("(product_tmpl_id, company_id) WHERE state = 'approved'")

    @api.depends("kind", "partner_id", "product_tmpl_id")
    def _compute_subject(self):
        for approval in self:
            names = (approval.product_tmpl_id.display_name, approval.partner_id.display_name)
            approval.subject = " × ".join(filter(None, names))

    @api.depends("document_ids.valid_to", "document_ids.type_id")
    def _compute_valid_to(self):
        for approval in self:
            days = approval.document_ids.filtered("is_mandatory").mapped("valid_to")
            approval.valid_to = min(filter(None, days), default=False)

    @api.depends("state", "valid_to")
    def _compute_is_in_force(self):
        for approval in self:
            company = approval.company_id or self.env.company
            approval.is_in_force = approval._is_valid_on(company._get_law_date())

    @api.constrains("kind", "partner_id", "product_tmpl_id")
    def _check_subject(self):
        for approval in self:
            wants_partner = approval.kind in ("supplier", "pair")
            wants_product = approval.kind in ("product", "pair")
            if bool(approval.partner_id) != wants_partner or bool(approval.product_tmpl_id) != wants_product:
                raise ValidationError(
                    self.env._(
                        "%(approval)s: a first approval is for a supplier, a product, or both, as its kind says.",
                        approval=approval.display_name,
                    )
                )
            if wants_product and not approval.product_tmpl_id.gsp_kind:
                raise ValidationError(
                    self.env._(
                        "%(product)s is neither drug nor device: it needs no first approval.",
                        product=approval.product_tmpl_id.display_name,
                    )
                )

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind == "supplier":
            self.product_tmpl_id = False
        elif self.kind == "product":
            self.partner_id = False

    @api.onchange("kind", "partner_id", "product_tmpl_id")
    def _onchange_subject(self):
        """List the papers that are asked for as soon as it is clear for what."""
        self.document_ids = [
            fields.Command.clear(),
            *(fields.Command.create(vals) for vals in self._prepare_documents()),
        ]

    @api.model_create_multi
    def create(self, vals_list):
        placeholder = self.env._("New")
        clean = [
            {name: value for name, value in vals.items() if (name, value) != ("name", placeholder)}
            for vals in vals_list
        ]
        approvals = super().create(clean)
        for approval in approvals:
            if not approval.document_ids:
                approval.document_ids = [
                    fields.Command.create(vals) for vals in approval._prepare_documents()
                ]
        return approvals

    def write(self, vals):
        self._check_editable(vals)
        return super().write(vals)

    @api.model
    def _prepare_step_vals(self, vals):
        sequence = self.env["ir.sequence"].with_company(vals.get("company_id") or self.env.company.id)
        return {"name": sequence.next_by_code("gsp.first.approval")}

    def _is_valid_on(self, day):
        """Whether the approval counts on this calendar day: no mandatory document has run out."""
        self.ensure_one()
        return self.state == "approved" and (not self.valid_to or self.valid_to >= day)

    def _is_imported(self):
        """Whether the product comes from abroad, by its approval number or the maker's country."""
        number = self.product_tmpl_id.gsp_approval_number or ""
        country = self.product_tmpl_id.gsp_manufacturer_id.country_id
        return "J" in number[:7] or "注进" in number or bool(country and country.code != "CN")

    def _prepare_documents(self):
        """Values of the papers asked for, filled from licenses on file."""
        self.ensure_one()
        # sudo: whoever applies need not be allowed to configure document types or to read all licenses
        types = self.env["gsp.first.approval.document.type"].sudo().search([("kind", "=", self.kind)])
        types = types.filtered(
            lambda item: not item.company_id or item.company_id in self.company_id.sudo().parent_ids
        )
        licenses = self.env["gsp.license"].sudo()
        if self.partner_id:
            licenses = licenses.search(
                [
                    ("partner_id", "=", self.partner_id.commercial_partner_id._origin.id),
                    ("company_id", "parent_of", self.company_id.ids),
                    ("state", "=", "valid"),
                ],
                order="valid_to desc",
            )
        return [self._prepare_document(item, licenses) for item in types if item._is_asked_of(self)]

    def _prepare_document(self, document_type, licenses):
        found = licenses.filtered(
            lambda record: document_type.license_type_id and record.type_id == document_type.license_type_id
        )[:1]
        vals = {"type_id": document_type.id}
        if found:
            vals.update(
                number=found.name,
                valid_to=found.valid_to,
                scan=found.with_context(bin_size=False).scan,
                scan_filename=found.scan_filename,
            )
        return vals

    def _check_editable(self, vals):
        """The application is open until it is signed; then each step adds its own opinion only."""
        content = self._get_content_fields().intersection(vals)
        if not content:
            return
        opinions = {"quality": {"quality_opinion"}, "head": {"head_opinion"}}
        for approval in self:
            if approval.state != "draft" and not content <= opinions.get(approval.state, set()):
                raise UserError(
                    self.env._(
                        "%(approval)s has been signed and can no longer be changed. Refuse it, and apply anew.",
                        approval=approval.display_name,
                    )
                )

    @api.model
    def _get_content_fields(self):
        return set(default_fields(self)) - STEP_FIELDS - {"valid_to"}
