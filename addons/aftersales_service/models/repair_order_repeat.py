# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models


class RepairOrder(models.Model):
    """The same fault again: recognized, and linked to the repair that should have cured it."""

    _inherit = "repair.order"

    repeat_of_id = fields.Many2one(
        "repair.order",
        compute="_compute_repeat_of_id",
        store=True,
        index="btree_not_null",
        copy=False,
        help="The last repair of the same unit for the same symptom or cause, finished not long before.",
    )
    repeat_ids = fields.One2many("repair.order", "repeat_of_id", string="Repeated By")

    @api.depends("lot_id", "product_id", "partner_id", "symptom_id", "cause_id", "report_date", "company_id")
    def _compute_repeat_of_id(self):
        faulty = self.filtered(lambda repair: repair.symptom_id or repair.cause_id)
        (self - faulty).repeat_of_id = False
        candidates = faulty._find_finished_repairs()
        finished = candidates._get_finished_moments()
        for repair in faulty:
            since = repair.report_date - timedelta(days=repair.company_id.repeat_repair_days)
            same = candidates.filtered(
                lambda other, repair=repair, since=since: (
                    other != repair._origin
                    and since <= finished[other] <= repair.report_date
                    and repair._has_same_unit(other)
                    and repair._has_same_fault(other)
                )
            )
            repair.repeat_of_id = max(same, key=lambda other: (finished[other], other.id), default=False)

    def _find_finished_repairs(self):
        """Finished repairs of the same units, or of the same customers' untracked products: one search for all."""
        if not self:
            return self.browse()
        untracked = self.filtered(lambda repair: not repair.lot_id)
        customers = untracked.partner_id.commercial_partner_id
        return self.search(
            [
                ("state", "=", "done"),
                ("company_id", "in", self.company_id.ids),
                "|",
                ("lot_id", "in", self.lot_id._origin.ids),
                "&",
                ("lot_id", "=", False),
                "&",
                ("product_id", "in", untracked.product_id._origin.ids),
                ("partner_id", "child_of", customers._origin.ids),
            ]
        )

    def _get_finished_moments(self):
        """{repair: when it was finished}; a repair from before stages were kept ended with its stock move."""
        logged = dict(
            self.env["repair.stage.log"]._read_group(
                [("repair_id", "in", self.ids), ("stage", "=", "ready")], ["repair_id"], ["entered_on:max"]
            )
        )
        return {repair: logged.get(repair) or repair.move_id.date or repair.write_date for repair in self}

    def _has_same_unit(self, other):
        if self.company_id != other.company_id:
            return False
        if self.lot_id or other.lot_id:
            return self.lot_id._origin == other.lot_id
        customer = self.partner_id.commercial_partner_id
        return bool(customer) and (self.product_id._origin, customer._origin) == (
            other.product_id,
            other.partner_id.commercial_partner_id,
        )

    def _has_same_fault(self, other):
        symptom, cause = self.symptom_id._origin, self.cause_id._origin
        return bool(symptom and symptom == other.symptom_id or cause and cause == other.cause_id)
