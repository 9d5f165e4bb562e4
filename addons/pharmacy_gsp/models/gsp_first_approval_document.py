# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class GspFirstApprovalDocument(models.Model):
    """One paper of a first approval."""

    _name = "gsp.first.approval.document"
    _description = "First Approval Document"
    _inherit = "compliance.evidence.line.mixin"
    _order = "sequence, id"
    _rec_name = "type_id"
    _evidence_parent_field = "approval_id"

    approval_id = fields.Many2one("gsp.first.approval", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="approval_id.company_id", store=True, index=True)
    type_id = fields.Many2one(
        "gsp.first.approval.document.type", string="Document", required=True, ondelete="restrict"
    )
    sequence = fields.Integer(related="type_id.sequence", store=True)
    is_mandatory = fields.Boolean(related="type_id.is_mandatory")
    has_expiry = fields.Boolean(related="type_id.has_expiry")
    number = fields.Char()
    valid_to = fields.Date(help="Last day on which the document counts.")
    scan = fields.Binary(attachment=True)
    scan_filename = fields.Char()
    note = fields.Char(string="Remarks")
    has_scan = fields.Boolean(compute="_compute_has_scan")

    @api.depends("scan")
    def _compute_has_scan(self):
        for document in self.with_context(bin_size=True):
            document.has_scan = bool(document.scan)

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents._check_application_open()
        return documents

    def write(self, vals):
        self._check_application_open()
        return super().write(vals)

    def unlink(self):
        self._check_application_open()
        return super().unlink()

    def _check_application_open(self):
        """Papers are added and changed before the purchaser has signed the application, not under the signature."""
        for approval in self.approval_id:
            if approval.state != "draft":
                raise UserError(
                    self.env._(
                        "%(approval)s has been signed: its documents can no longer be changed. Refuse it, and apply "
                        "anew.",
                        approval=approval.display_name,
                    )
                )

    def _get_missing(self, day):
        """Why the paper is not sufficient on this day: a sentence, or None."""
        self.ensure_one()
        name = self.type_id.name
        if not self.has_scan:
            return self.env._("%(document)s: no scan.", document=name) if self.is_mandatory else None
        if self.has_expiry and not self.valid_to:
            return self.env._("%(document)s: no last day of validity.", document=name)
        if self.valid_to and self.valid_to < day:
            return self.env._("%(document)s expired on %(date)s.", document=name, date=self.valid_to)
        return None
