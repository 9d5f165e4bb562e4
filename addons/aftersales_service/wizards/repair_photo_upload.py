# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from ..roles import RECEPTION, TECHNICIAN


class RepairPhotoUpload(models.TransientModel):
    """Several pictures of a unit at once: the good ones are kept, each other one is named with what is wrong."""

    _name = "repair.photo.upload"
    _description = "Add Photos to a Repair"

    repair_id = fields.Many2one("repair.order", required=True, readonly=True)
    file_ids = fields.Many2many("ir.attachment", string="Photos", bypass_search_access=True)

    def action_add(self):
        """Add the pictures to the repair, each checked on its own.

        :return: a message that names the refused ones, else the window closes
        """
        self.ensure_one()
        self.repair_id._check_service_role(RECEPTION, TECHNICIAN)
        self.repair_id.check_access("write")
        # sudo: files dropped here belong to nobody yet; only those of the user are taken
        files = self.file_ids.sudo().filtered(
            lambda file: file.create_uid == self.env.user and file.res_model in (False, self._name)
        )
        if not files:
            raise UserError(self.env._("Choose the pictures first."))
        refused = []
        for file in files:
            try:
                with self.env.cr.savepoint():
                    self.env["repair.photo"].create(
                        {"repair_id": self.repair_id.id, "name": file.name, "image": file.datas}
                    )
            except ValidationError as error:
                refused.append(str(error))
        added = len(files) - len(refused)
        files.unlink()
        close = {"type": "ir.actions.act_window_close"}
        if not refused:
            return close
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._(
                    "%(added)s photos added, %(refused)s refused", added=added, refused=len(refused)
                ),
                "message": "\n".join(refused),
                "next": close,
            },
        }
