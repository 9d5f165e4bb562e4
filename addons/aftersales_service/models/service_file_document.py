# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceFileDocument(models.Model):
    """A document a file has to hold: there or missing."""

    _name = "service.file.document"
    _description = "Document of a Unit's File"
    _order = "file_id, sequence, id"

    file_id = fields.Many2one("service.file", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="file_id.company_id", store=True)
    type_id = fields.Many2one("service.document.type", string="Document", required=True, ondelete="restrict")
    sequence = fields.Integer(related="type_id.sequence", store=True)
    source = fields.Selection(related="type_id.source")
    attachment_ids = fields.Many2many("ir.attachment", string="Copies")
    is_present = fields.Boolean(string="Present", compute="_compute_is_present", store=True)

    _type_uniq = models.Constraint("UNIQUE(file_id, type_id)", "A file names each document once.")

    @api.depends(
        "attachment_ids",
        "type_id.source",
        "file_id.repair_id.customer_signature_ids",
        "file_id.repair_id.checklist_ids.state",
    )
    def _compute_is_present(self):
        for document in self:
            document.is_present = bool(document.attachment_ids) or document._is_in_repair()

    def _is_in_repair(self):
        """Whether the repair itself already holds the document, signed or completed."""
        # sudo: that a paper exists is no secret for those who keep the files
        repair = self.file_id.repair_id.sudo()
        if self.type_id.source in ("intake", "bill"):
            return self.type_id.source in repair.customer_signature_ids.mapped("kind")
        if self.type_id.source == "checklist":
            return "done" in repair.checklist_ids.mapped("state")
        return False

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents.file_id._check_open()
        return documents

    def write(self, vals):
        if vals.keys() & {"attachment_ids", "type_id", "file_id"}:
            self.file_id._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        self.file_id._check_open()

    def copy(self, default=None):
        raise UserError(self.env._("Documents are filed, not duplicated."))
