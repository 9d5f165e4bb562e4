# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class RepairOrder(models.Model):
    """The papers of a repair are due from the day it is finished."""

    _inherit = "repair.order"

    service_file_ids = fields.One2many("service.file", "repair_id", string="Files", readonly=True)

    def _service_stage_entered(self, stage):
        result = super()._service_stage_entered(stage)
        if stage == "ready":
            self._open_repair_files()
        return result

    def _open_repair_files(self):
        """Open the file of each finished repair whose unit asks for documents; one that has a file keeps it."""
        # sudo: files are opened by what happens, not by somebody's right to keep them
        files = self.env["service.file"].sudo()
        repairs = self.filtered("product_id")
        files._open_files(
            "repair",
            [
                {
                    "company_id": repair.company_id.id,
                    "lot_id": repair.lot_id.id,
                    "product_id": repair.product_id.id,
                    "partner_id": repair.partner_id.id,
                    "repair_id": repair.id,
                    "start_date": repair.company_id._get_law_date(),
                }
                for repair in repairs
                if not repair.sudo().service_file_ids
            ],
        )
