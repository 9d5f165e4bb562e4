# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.compliance_base.evidence import default_fields

QUALITY = "pharmacy_gsp.pharmacy_gsp_group_quality"
APPROVERS = "pharmacy_gsp.pharmacy_gsp_group_quality,pharmacy_gsp.pharmacy_gsp_group_head"
# The eight posts of a decoction, each with a procedure of its own (GSP 17007)
DECOCTION_STEPS = [
    ("intake", "Prescription Intake"),
    ("review", "Review"),
    ("preparation", "Preparation"),
    ("verification", "Verification"),
    ("decocting", "Decocting"),
    ("packing", "Packing"),
    ("out_of_store", "Leaving the Store"),
    ("delivery", "Delivery"),
]
CONTENT_FIELDS = frozenset(
    {
        "name",
        "code",
        "kind",
        "topic",
        "version",
        "company_id",
        "effective_from",
        "post_id",
        "file",
        "filename",
    }
)


class GspDocument(models.Model):
    """Policy or procedure of the quality system, in one version: approved by signature, in force until withdrawn."""

    _name = "gsp.document"
    _description = "Quality Document"
    _inherit = [
        "gsp.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "compliance.evidence.mixin",
        "compliance.signature.mixin",
    ]
    _order = "code, version desc"
    _check_company_auto = True
    _step_fields = frozenset(
        {"state", "approved_by_id", "approved_at", "withdrawn_on", "withdrawn_by_id", "withdrawal_reason"}
    )
    _reason_steps = {"withdraw": "_withdraw"}

    name = fields.Char(string="Title", required=True, tracking=True)
    code = fields.Char(required=True, index="trigram")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
        help="A document of the headquarters holds for its stores too.",
    )
    kind = fields.Selection(
        [("policy", "Policy"), ("procedure", "Procedure"), ("sop", "Operating Procedure of a Post")],
        required=True,
        default="sop",
    )
    topic = fields.Selection(
        [
            *((f"decoction_{code}", f"Decoction: {label}") for code, label in DECOCTION_STEPS),
            ("split", "Split Sale"),
            ("pieces", "Dispensing of Decoction Pieces"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
        index=True,
    )
    version = fields.Integer(required=True, default=1, aggregator=None)
    effective_from = fields.Date(required=True, default=lambda self: self.env.company._get_law_date())
    post_id = fields.Many2one("gsp.post", string="Responsible Post", ondelete="restrict")
    file = fields.Binary(attachment=True)
    filename = fields.Char(string="File Name")
    state = fields.Selection(
        [("draft", "Draft"), ("active", "In Force"), ("withdrawn", "Withdrawn")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    approved_at = fields.Datetime(string="Approved On", readonly=True, copy=False)
    withdrawn_on = fields.Date(readonly=True, copy=False)
    withdrawn_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    withdrawal_reason = fields.Text(string="Why It Was Withdrawn", readonly=True, copy=False)

    _version_uniq = models.Constraint(
        "UNIQUE(company_id, code, version)", "The document has this version already."
    )

    @api.depends("code", "name", "version")
    def _compute_display_name(self):
        for document in self:
            document.display_name = f"{document.code or ''} {document.name or ''} ({document.version})"

    def action_approve(self):
        """Approve: asks for the own password; from its day on the document is in force."""
        self.ensure_one()
        self._check_approval()
        return self._action_sign("approve")

    def action_withdraw(self):
        """Ask why the document no longer holds."""
        self.ensure_one()
        self._check_step(QUALITY, ("active",))
        return self._ask_reason("withdraw", self.env._("Withdraw the Document"))

    def _check_approval(self):
        self._check_step(APPROVERS, ("draft",))
        if not self.file:
            raise UserError(self.env._("%(document)s: attach its text first.", document=self.display_name))

    def _withdraw(self, reason):
        self._check_step(QUALITY, ("active",))
        self._check_reason(reason)
        self._move_to(
            "withdrawn",
            withdrawn_on=self.company_id._get_law_date(),
            withdrawn_by_id=self.env.uid,
            withdrawal_reason=reason,
        )

    def _get_signature_meanings(self):
        return {"approve": self.env._("Approval of a Quality Document")}

    def _get_signature_fields(self):
        return sorted(CONTENT_FIELDS - {"file"})

    def _signed(self, signature):
        result = super()._signed(signature)
        self.ensure_one()
        if (signature.user_id, signature.res_model, signature.res_id) != (self.env.user, self._name, self.id):
            raise AccessError(self.env._("A document is approved by one's own signature."))
        self._check_approval()
        self._move_to("active", approved_by_id=self.env.uid, approved_at=signature.signed_at)
        self._close_evidence()
        return result

    @api.model
    def _get_evidence_fields(self):
        living = {"state", "withdrawn_on", "withdrawn_by_id", "withdrawal_reason"}
        return sorted(set(default_fields(self)) - living)

    @api.model
    def _get_missing_topics(self, company, topics):
        """Those of ``topics`` for which neither the company nor its headquarters has a document in force today."""
        # sudo: documents of the headquarters hold for stores that do not see it
        groups = self.sudo()._read_group(
            [
                ("company_id", "parent_of", company.ids),
                ("topic", "in", topics),
                ("state", "=", "active"),
                ("effective_from", "<=", company._get_law_date()),
            ],
            ["topic"],
        )
        found = {topic for (topic,) in groups}
        return [topic for topic in topics if topic not in found]
