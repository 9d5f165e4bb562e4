# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.fields import Domain

from .old_part_appraisal import VERDICTS


class OldPart(models.Model):
    """What the appraisal found, and where the part is kept because of it."""

    _inherit = "old.part"

    appraisal_id = fields.Many2one(
        "old.part.appraisal", string="Last Appraisal", readonly=True, copy=False, index="btree_not_null"
    )
    appraisal_ids = fields.One2many("old.part.appraisal", "part_id", string="Appraisals")
    appraised_on = fields.Datetime(related="appraisal_id.appraised_on")
    appraiser_id = fields.Many2one(related="appraisal_id.appraiser_id")
    usable = fields.Boolean(readonly=True, copy=False)
    verdict = fields.Selection(VERDICTS, readonly=True, copy=False, tracking=True)

    def action_appraise(self):
        """Open the appraisal of this part: the one begun, or a new one."""
        self.ensure_one()
        self._check_step(("collected", "appraised"))
        begun = self.appraisal_ids.search(
            Domain("part_id", "=", self.id)
            & Domain("evidence_closed_at", "=", False)
            & Domain("create_uid", "=", self.env.uid),
            limit=1,
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Appraise %(tag)s", tag=self.name),
            "res_model": "old.part.appraisal",
            "res_id": begun.id,
            "view_mode": "form",
            "target": "new",
            "context": {"default_part_id": self.id},
        }

    def _take_verdict(self, appraisal):
        """Follow an appraisal just given: its verdict, and the place the verdict calls for."""
        self.ensure_one()
        self._set({"appraisal_id": appraisal.id, "usable": appraisal.usable, "verdict": appraisal.verdict})
        usable_place = self._get_warehouse()._get_usable_place()
        if appraisal.usable:
            self._move_stock(usable_place, "int")
        elif self.location_id._child_of(usable_place):
            self._move_stock(self._get_store(), "int")
        self._set({"state": "appraised"})
