# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class RepairOrder(models.Model):
    _inherit = "repair.order"

    claim_count = fields.Integer(compute="_compute_claim_counts", compute_sudo=True)
    claim_line_count = fields.Integer(compute="_compute_claim_counts", compute_sudo=True)
    claim_line_ids = fields.One2many(
        "parts.claim.line", "repair_id", string="Claim Lines", groups="parts_claims.parts_claims_group_clerk"
    )
    old_part_count = fields.Integer(compute="_compute_old_part_count", compute_sudo=True)
    old_part_ids = fields.One2many("old.part", "repair_id", string="Old Parts")

    @api.depends("claim_line_ids.claim_id")
    def _compute_claim_counts(self):
        groups = self.env["parts.claim.line"]._read_group(
            Domain("repair_id", "in", self.ids), ["repair_id"], ["__count", "claim_id:count_distinct"]
        )
        counts = {repair: (lines, claims) for repair, lines, claims in groups}
        for repair in self:
            repair.claim_line_count, repair.claim_count = counts.get(repair, (0, 0))

    @api.depends("old_part_ids")
    def _compute_old_part_count(self):
        counts = dict(
            self.env["old.part"]._read_group(Domain("repair_id", "in", self.ids), ["repair_id"], ["__count"])
        )
        for repair in self:
            repair.old_part_count = counts.get(repair, 0)

    def action_claim(self):
        """Put what this repair used under warranty into the draft claims of its suppliers."""
        self.check_access("read")
        lines = self.env["parts.claim.line"].search(
            Domain("repair_id", "in", self.ids) & Domain("state", "=", "claimable")
        )
        if not lines:
            raise UserError(
                self.env._(
                    "Nothing of %(repairs)s can be claimed now.", repairs=", ".join(self.mapped("name"))
                )
            )
        return lines.action_add_to_claims()

    def action_view_claims(self):
        """Open the claims that hold parts of this repair."""
        self.ensure_one()
        return self.claim_line_ids.claim_id._get_records_action(name=self.env._("Claims"))

    def action_view_claim_lines(self):
        """Open the claim lines of this repair."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("parts_claims.parts_claim_line_action")
        return action | {"domain": [("repair_id", "=", self.id)], "context": {}}

    def action_view_old_parts(self):
        """Open the old parts removed in this repair."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("parts_claims.old_part_action")
        return action | {"domain": [("repair_id", "=", self.id)], "context": {}}

    def _collect_claims(self):
        """Tag old parts and make claim lines for the covered part moves of these repairs; repeating changes nothing."""
        done = self.move_ids.filtered(lambda move: move.state == "done")
        self.env["old.part"]._collect(done.filtered(lambda move: move._is_old_part()))
        self.env["parts.claim.line"]._collect(done.filtered(lambda move: move._is_claimable()))
