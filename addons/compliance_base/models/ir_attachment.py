# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64

from odoo import models
from odoo.exceptions import UserError

# What an attachment is and where it belongs; an access token or a description may still change
LOCKED_FIELDS = {
    "company_id",
    "datas",
    "db_datas",
    "mimetype",
    "name",
    "raw",
    "res_field",
    "res_id",
    "res_model",
    "type",
    "url",
}


class IrAttachment(models.Model):
    """The attachments of closed evidence are as locked as the record itself.

    Attachments may still be added after the closing (a later note, a mail): they are no part of what was closed, but
    they are locked in their turn.
    """

    _inherit = "ir.attachment"

    def write(self, vals):
        if not LOCKED_FIELDS.isdisjoint(vals):
            changing = self._filter_changed_by(vals)
            changing._check_evidence_attachments()
        return super().write(vals)

    def unlink(self):
        self._check_evidence_attachments("_filter_evidence_kept")
        return super().unlink()

    def _filter_changed_by(self, vals):
        """Leave out the attachments of which ``vals`` only repeats the content, as moving the file store does."""
        if not vals.keys() & LOCKED_FIELDS <= {"raw", "datas", "mimetype"}:
            return self
        return self.filtered(lambda attachment: not attachment._says_the_same(vals))

    def _says_the_same(self, vals):
        attachment = self.sudo()
        raw = vals["raw"] if "raw" in vals else base64.b64decode(vals.get("datas") or b"")
        raw = raw.encode() if isinstance(raw, str) else raw or b""
        content_kept = not {"raw", "datas"} & vals.keys() or raw == (attachment.raw or b"")
        return content_kept and vals.get("mimetype", attachment.mimetype) == attachment.mimetype

    def _check_evidence_attachments(self, filter_name="_filter_evidence_closed"):
        """Raise if one of the attachments belongs to a closed record; else see that it is not closed meanwhile.

        :param str filter_name: method of the records that tells which of them hold their attachments fast
        :raise UserError: names the attachment and the record
        """
        # sudo: the lock holds for everybody, also for those who may not read the record
        linked = self.sudo().filtered(lambda attachment: attachment.res_model and attachment.res_id)
        for model_name, attachments in linked.grouped("res_model").items():
            if not hasattr(self.env.registry.get(model_name), "_filter_evidence_closed"):
                continue
            records = self.env[model_name].sudo().browse(set(attachments.mapped("res_id"))).exists()
            closed = getattr(records, filter_name)()
            for attachment in attachments:
                if attachment.res_id in closed.ids:
                    raise UserError(
                        self.env._(
                            "The attachment “%(attachment)s” belongs to “%(record)s”, which is closed and is evidence: "
                            "it can neither be changed nor deleted.",
                            attachment=attachment.name,
                            record=closed.browse(attachment.res_id).display_name,
                        )
                    )
            records._touch_evidence()
